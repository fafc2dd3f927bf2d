// SPDX-License-Identifier: Apache-2.0
package io.partita.benchmarks.load;

import io.partita.benchmarks.ChildJvm;
import io.partita.benchmarks.classfile.EmptiedMethods;
import io.partita.benchmarks.micro.BenchFolder;
import io.partita.ledger.client.Batch;
import io.partita.ledger.client.BatchClient;
import io.partita.ledger.client.BatchKind;
import io.partita.ledger.model.Outcome;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** A cold start: from the start of the process to the first answer, and what is paid in each second from there on. */
public final class StartRun {
    /** The command of the child that starts. */
    public static final String RUN = "start-run";

    /** Seconds that are counted. */
    public static final int SECONDS = 10;

    private static final String REHEARSAL = "io/partita/replication/node/Rehearsal.class";
    private static final long ANSWER_TIMEOUT_NS = 60_000_000_000L;
    /** The JVM has remarks about archives, on standard output. */
    private static final String NO_JVM_LOG = "-Xlog:disable";

    private static final int ACCOUNTS = 10_000;
    private static final int BATCH = 64;
    private static final int OTHER_ACCOUNTS_HI = 9;

    private final Path folder;
    private final Path archive;
    private final String unrehearsed;

    /** How it starts. */
    public enum Case {
        /** One node, as it is. */
        ONE("one node", Mode.ONE_MEMORY),
        /** One node whose JVM maps its classes from an archive that an earlier run wrote (JDK: AppCDS). */
        ONE_ARCHIVE("one node, class data archive", Mode.ONE_MEMORY),
        /** Both nodes, on one machine. */
        PAIR("pair", Mode.PAIR_MEMORY),
        /** Both nodes, with the rehearsal of a request and its answer emptied. */
        PAIR_UNREHEARSED("pair, not rehearsed", Mode.PAIR_MEMORY);

        private final String text;
        private final Mode mode;

        Case(final String text, final Mode mode) {
            this.text = text;
            this.mode = mode;
        }

        @Override
        public String toString() {
            return text;
        }
    }

    /**
     * Prepares what the cases need.
     *
     * @param folder for all files; whoever gives it deletes it.
     * @throws Exception if the run that writes the archive failed.
     */
    public StartRun(final Path folder) throws Exception {
        this.folder = folder;
        archive = folder.resolve("classes.jsa");
        final Path emptied = folder.resolve("emptied");
        final Path target = emptied.resolve(REHEARSAL);
        Files.createDirectories(target.getParent());
        try (InputStream in =
                Objects.requireNonNull(StartRun.class.getResourceAsStream("/" + REHEARSAL), "the rehearsal")) {
            Files.write(target, EmptiedMethods.of(in.readAllBytes(), Set.of("run")));
        }
        unrehearsed = emptied + File.pathSeparator + ChildJvm.ownClassPath();
        child(Case.ONE_ARCHIVE, 1, List.of("-XX:ArchiveClassesAtExit=" + archive, NO_JVM_LOG));
    }

    /**
     * Once.
     *
     * @param how it starts.
     * @return {@code firstAnswerMs} since the process was started, and {@code second1} and so on: transfers in each.
     * @throws Exception if the child failed.
     */
    public Map<String, Double> measure(final Case how) throws Exception {
        return child(
                how,
                SECONDS,
                how == Case.ONE_ARCHIVE ? List.of("-XX:SharedArchiveFile=" + archive, NO_JVM_LOG) : List.of());
    }

    private Map<String, Double> child(final Case how, final int seconds, final List<String> moreOptions)
            throws Exception {
        final List<String> options = new ArrayList<>(LoadRun.JVM_OPTIONS);
        options.addAll(moreOptions);
        options.add("-Dpartita.bench.dir=" + folder.toAbsolutePath());
        final String classPath = how == Case.PAIR_UNREHEARSED ? unrehearsed : ChildJvm.ownClassPath();
        final List<String> arguments = List.of(RUN, how.name(), Integer.toString(seconds));
        final long startMs = System.currentTimeMillis();
        final Map<String, Double> figures = Figures.parse(new ChildJvm(options, classPath, arguments).output());
        figures.computeIfPresent("firstAnswerMs", (name, atMs) -> atMs - startMs);
        return figures;
    }

    /**
     * In the child.
     *
     * @param arguments how it starts, and for how many seconds.
     * @return figures to print; the first answer's time is that of the clock.
     * @throws Exception if a payment was not made.
     */
    public static String run(final List<String> arguments) throws Exception {
        final Case how = Case.valueOf(arguments.get(0));
        final LoadCase load = new LoadCase(how.mode, Link.TCP, BATCH, ACCOUNTS, false, false);
        final Map<String, Double> figures = new LinkedHashMap<>();
        try (BenchFolder folder = new BenchFolder();
                PaidNode node = LoadRun.start(folder.path().resolve("data"), load)) {
            answer(node);
            figures.put("firstAnswerMs", (double) System.currentTimeMillis());
            final Payments payments = new Payments(node, load);
            for (int second = 1; second <= Integer.parseInt(arguments.get(1)); second++) {
                figures.put(
                        "second" + second,
                        payments.closedLoop(load.batch(), load.window(), 1_000_000_000L)
                                .perSecond());
            }
            payments.checkTotals();
        }
        return Figures.print(figures);
    }

    /** One command, and its answer. */
    private static void answer(final PaidNode node) throws IOException {
        final boolean[] isAnswered = {false};
        final BatchClient client = node.client(batch -> isAnswered[0] = batch.isOk());
        final Batch batch = Objects.requireNonNull(client.acquire(BatchKind.COMMANDS), "a batch");
        batch.commands().addAccount(OTHER_ACCOUNTS_HI, 1, 1, 1, 0);
        final long ticket = client.submit(batch);
        if (ticket < 0) {
            throw new IOException("refused: " + Outcome.name(ticket));
        }
        client.pollAwait(1, ANSWER_TIMEOUT_NS);
        if (!isAnswered[0]) {
            throw new IOException("no answer, or a refusal");
        }
    }
}
