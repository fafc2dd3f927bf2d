// SPDX-License-Identifier: Apache-2.0
package io.partita.benchmarks.load;

import io.partita.benchmarks.ChildJvm;
import io.partita.benchmarks.load.Pauses.Pause;
import io.partita.benchmarks.micro.BenchFolder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.HdrHistogram.Histogram;

/**
 * What a collector's pauses have to do with the slowest answers, in a JVM of its own: started by {@link #measure}, done by {@link
 * #run}. The ledger makes no garbage for each command; an application beside it does.
 */
public final class GarbageRun {
    /** The command of a child that runs a case. */
    public static final String RUN = "garbage-run";

    private static final int HEAP_MB = 1024;
    private static final double TAIL = 99.9;

    private GarbageRun() {}

    /** A garbage collector. */
    public enum Collector {
        /** One thread, which stops the others. */
        SERIAL("Serial", "-XX:+UseSerialGC"),
        /** The JVM's own choice on larger machines. */
        G1("G1", "-XX:+UseG1GC"),
        /** Beside the application, but for three short pauses. */
        Z("ZGC", "-XX:+UseZGC");

        private final String text;
        private final String option;

        Collector(final String text, final String option) {
            this.text = text;
            this.option = option;
        }

        @Override
        public String toString() {
            return text;
        }
    }

    /**
     * What is measured.
     *
     * @param load that is paid at a fixed rate.
     * @param collector of the JVM that has the active and its client.
     * @param megabytesPerSecond that an application beside them allocates.
     */
    public record Case(LoadCase load, Collector collector, int megabytesPerSecond) {
        @Override
        public String toString() {
            return String.format(Locale.ROOT, "%s, %s, %d MB/s", load, collector, megabytesPerSecond);
        }
    }

    /**
     * Once.
     *
     * @param what the case.
     * @param plan how long.
     * @param perSecond transfers, whatever the answers do.
     * @return figures by name.
     * @throws Exception if a payment was not made.
     */
    public static Map<String, Double> measure(final Case what, final LoadRun.Plan plan, final int perSecond)
            throws Exception {
        final List<String> options = new ArrayList<>(LoadRun.JVM_OPTIONS);
        options.removeIf(option -> option.startsWith("-XX:+Use") || option.startsWith("-Xm"));
        options.addAll(List.of(what.collector().option, "-Xms" + HEAP_MB + "m", "-Xmx" + HEAP_MB + "m"));
        options.add("-Dpartita.bench.dir=" + plan.folder().toAbsolutePath());
        final List<String> arguments = List.of(
                RUN,
                what.load().arguments(),
                what.collector().name(),
                Integer.toString(what.megabytesPerSecond()),
                Long.toString(plan.warmUpMs()),
                Long.toString(plan.measuredMs()),
                Integer.toString(perSecond));
        return Figures.parse(new ChildJvm(options, ChildJvm.ownClassPath(), arguments).output());
    }

    /**
     * In the case's JVM.
     *
     * @param arguments the case, how long to warm up and to measure, and the rate.
     * @return figures to print.
     * @throws Exception if a payment was not made.
     */
    public static String run(final List<String> arguments) throws Exception {
        final Case what = new Case(
                LoadCase.parse(arguments.get(0)),
                Collector.valueOf(arguments.get(1)),
                Integer.parseInt(arguments.get(2)));
        final long warmUpNs = Long.parseLong(arguments.get(3)) * 1_000_000;
        final long measuredNs = Long.parseLong(arguments.get(4)) * 1_000_000;
        final int perSecond = Integer.parseInt(arguments.get(5));
        final LoadCase load = what.load();
        final Answers answers = new Answers((int) (measuredNs * perSecond / 1_000_000_000L / load.batch()) + 1);
        final Map<String, Double> figures = new LinkedHashMap<>();
        try (BenchFolder folder = new BenchFolder();
                PaidNode node = LoadRun.start(folder.path().resolve("data"), load);
                Garbage garbage = new Garbage(what.megabytesPerSecond());
                // Before the warm-up: the recorder changes classes of the JDK when it starts, and what was compiled is
                // compiled again.
                Pauses pauses = new Pauses()) {
            final Payments payments = new Payments(node, load, answers);
            payments.closedLoop(load.batch(), load.window(), warmUpNs);
            payments.openLoop(load.batch(), perSecond, warmUpNs);
            answers.clear();
            final long allocated = garbage.allocated();
            final long startNs = System.nanoTime();
            final Paid paid = payments.openLoop(load.batch(), perSecond, measuredNs);
            figures.put("garbageMBPerSecond", (garbage.allocated() - allocated) * 1e3 / (System.nanoTime() - startNs));
            LoadRun.put(figures, "answer", paid);
            put(figures, pauses.stop(folder.path().resolve("pauses.jfr"), startNs), answers, paid.latencies());
            payments.checkTotals();
        }
        return Figures.print(figures);
    }

    private static void put(
            final Map<String, Double> figures,
            final List<Pause> pauses,
            final Answers answers,
            final Histogram latencies) {
        final long tailNs = latencies.lowestEquivalentValue(latencies.getValueAtPercentile(TAIL));
        figures.put("pauses", (double) pauses.size());
        figures.put("pausedMs", pauses.stream().mapToLong(Pause::ns).sum() / 1e6);
        figures.put("longestPauseUs", pauses.stream().mapToLong(Pause::ns).max().orElse(0) / 1e3);
        figures.put("tail", (double) answers.count(tailNs));
        figures.put("tailPaused", (double) answers.count(tailNs, pauses));
        figures.put("allPaused", (double) answers.count(Long.MIN_VALUE, pauses));
        figures.put("answers", (double) latencies.getTotalCount());
    }

    /** When each batch was to be sent and was answered. */
    static final class Answers implements Payments.AnswerListener {
        private final long[] dueNs;
        private final long[] answeredNs;
        private int size;

        Answers(final int capacity) {
            dueNs = new long[capacity];
            answeredNs = new long[capacity];
        }

        @Override
        public void onAnswer(final long wasDueNs, final long wasAnsweredNs) {
            if (size < dueNs.length) {
                dueNs[size] = wasDueNs;
                answeredNs[size++] = wasAnsweredNs;
            }
        }

        void clear() {
            size = 0;
        }

        /** Those that took so long or longer. */
        long count(final long atLeastNs) {
            return IntStream.range(0, size)
                    .filter(i -> answeredNs[i] - dueNs[i] >= atLeastNs)
                    .count();
        }

        /** Those that took so long or longer, and were on the way in a pause. */
        long count(final long atLeastNs, final List<Pause> pauses) {
            long count = 0;
            for (int i = 0; i < size; i++) {
                final long fromNs = dueNs[i];
                final long toNs = answeredNs[i];
                if (toNs - fromNs >= atLeastNs && pauses.stream().anyMatch(pause -> pause.overlaps(fromNs, toNs))) {
                    count++;
                }
            }
            return count;
        }
    }
}
