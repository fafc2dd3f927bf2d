// SPDX-License-Identifier: Apache-2.0
package io.partita.examples.drill;

import io.partita.examples.csv.BadLine;
import io.partita.examples.csv.PaymentReader;
import io.partita.examples.csv.Payments;
import io.partita.examples.terminal.Output;
import io.partita.examples.terminal.ToolException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** One failover drill, from the payment file to the report. */
public final class Drill {
    private static final long START_TIMEOUT_MS = 300_000;
    private static final long STALL_TIMEOUT_NS = 300_000_000_000L;
    private static final int BAD_LINES_SHOWN_MAX = 10;

    private final DrillSettings settings;
    private final Output output;
    private final DrillReport report;
    private final AtomicLong answered = new AtomicLong();
    private List<Witness.Answer> answersAgain = List.of();
    private long progressNs;
    private long progressAnswered;

    /**
     * A drill that has not started.
     *
     * @param settings what it shall do.
     * @param output where its words go.
     */
    public Drill(final DrillSettings settings, final Output output) {
        this.settings = settings;
        this.output = output;
        report = new DrillReport(settings);
    }

    /**
     * Runs the drill.
     *
     * @return the report, {@code ok} first.
     * @throws IOException if a file of the drill's own could not be written.
     * @throws InterruptedException if the thread was interrupted.
     */
    public Map<String, @Nullable Object> run() throws IOException, InterruptedException {
        final Payments payments =
                settings.source() == null ? PaymentReader.readSample() : PaymentReader.read(settings.source());
        tellBadLines(payments);
        if (payments.size() <= settings.kills()) {
            throw ToolException.usage(
                    "TOO_FEW_PAYMENTS",
                    "a drill needs more payments than kills: payments=" + payments.size() + ", kills="
                            + settings.kills(),
                    "give a longer file or fewer --kills");
        }
        report.payments(payments);
        final PairFolder folder = PairFolder.make(settings);
        boolean isOk = false;
        try {
            if (folder.ensemblePorts().isEmpty()) {
                isOk = drill(payments, folder);
            } else {
                output.progress("starting a ZooKeeper ensemble ...");
                try (EnsembleProcess ensemble = EnsembleProcess.start(folder)) {
                    isOk = drill(payments, folder);
                    if (!ensemble.isAlive()) {
                        report.problem("the ensemble ended while it was needed: read " + folder.log("zookeeper"));
                        isOk = false;
                    }
                }
            }
        } finally {
            folder.closeNetwork();
            if (isOk) {
                folder.delete();
            } else {
                output.warn("the drill's folder is left for inspection: " + folder.root());
            }
        }

        return report.toMap();
    }

    /**
     * The report for people.
     *
     * @return its lines.
     */
    public List<String> summary() {
        return report.summary();
    }

    private boolean drill(final Payments payments, final PairFolder folder) throws IOException, InterruptedException {
        try (Pair pair = new Pair(folder)) {
            pay(payments, folder, pair);
        }
        return report.isOk();
    }

    /**
     * How long the faults took, step by step.
     *
     * @param name of the rows.
     * @return rows of a Markdown table: name, step, count, median, 90, 99 %, most, in milliseconds.
     */
    public List<String> timesTable(final String name) {
        return report.timesTable(name);
    }

    private void pay(final Payments payments, final PairFolder folder, final Pair pair)
            throws IOException, InterruptedException {
        pair.start();
        output.progress("starting a pair ...");
        if (!pair.await(() -> pair.isDuplex() || pair.unexpected() != null, START_TIMEOUT_MS)
                || pair.unexpected() != null) {
            throw ToolException.failed(
                    "PAIR_NOT_STARTED",
                    "the pair did not come up: " + pair.unexpected(),
                    "read the nodes' logs: " + folder.log("a") + ", " + folder.log("b"));
        }
        final FaultPlan plan = FaultPlan.draw(settings, payments.size());
        final long startNs;
        try (ClientLog log = new ClientLog(folder.clientLog(), answered::addAndGet);
                Payer payer = new Payer(payments, batchMax(payments), folder, pair, log, answered)) {
            payer.createAccounts(() -> isMoving(payer, pair, null));
            startNs = System.nanoTime();
            final Pacer pacer = new Pacer(plan, payments.size(), settings.rate(), startNs);
            final FaultRunner faults = new FaultRunner(plan, folder, pair, payer, pacer);
            final JournalFollower follower = new JournalFollower(folder, pair);
            final Witness witness = new Witness(payments, folder, payer);
            final Thread faultThread = start(faults, "faults");
            final Thread witnessThread = start(witness, "witness");
            final Thread followerThread = start(follower, "follower");
            try {
                payer.pay(pacer, () -> isMoving(payer, pair, faults));
                report.paid(payer, System.nanoTime() - startNs);
                if (payer.replied() < payments.size()) {
                    faults.stop();
                }
                awaitEnd(faultThread, faults, pair);
            } finally {
                faults.stop();
                follower.stop();
                witness.stop();
                faultThread.join();
                witnessThread.join();
                followerThread.join();
            }
            report.faults(pair.faults(), faults, pair.unexpected());
            report.follower(follower);
            report.witness(witness);
            answersAgain = witness.answers();
        }
        audit(payments, folder, pair);
    }

    private void audit(final Payments payments, final PairFolder folder, final Pair pair)
            throws IOException, InterruptedException {
        try (DrillAudit audit = new DrillAudit(payments, folder, output)) {
            output.progress("auditing ...");
            audit.readClientLog();
            audit.queryLedger();
            final List<Object> nodes = audit.queryDigests();
            final List<String> problems = new ArrayList<>(pair.stop());
            audit.replayJournals(answersAgain);
            report.audit(audit, nodes, problems);
        } catch (final IllegalStateException ex) {
            // What cannot be audited has not passed.
            report.problem("the audit could not be finished: " + ex.getMessage());
        }
    }

    /** Whether the drill goes on: false once something ended that should not, or nothing has moved for too long. */
    private boolean isMoving(final Payer payer, final Pair pair, final @Nullable FaultRunner faults) {
        final long nowNs = System.nanoTime();
        if (payer.replied() != progressAnswered || progressNs == 0) {
            progressAnswered = payer.replied();
            progressNs = nowNs;
        }
        output.progress(String.format(
                Locale.ROOT,
                "paid %,d of %,d, answered %,d, faults %d of %d, active: %s",
                payer.sent(),
                report.paymentCount(),
                answered.get(),
                faults == null ? 0 : faults.counted(),
                settings.kills(),
                pair.active()));
        final boolean isStalled = nowNs - progressNs > STALL_TIMEOUT_NS;
        if (isStalled) {
            report.problem(
                    "no payment was answered for " + STALL_TIMEOUT_NS / 1_000_000_000L + " s: " + payer.standing());
        }
        return pair.unexpected() == null && !isStalled && (faults == null || faults.problem() == null);
    }

    private void awaitEnd(final Thread faultThread, final FaultRunner faults, final Pair pair)
            throws InterruptedException {
        while (faultThread.isAlive() && pair.unexpected() == null && faults.problem() == null) {
            faultThread.join(100);
            output.progress("waiting for the last victim to rejoin ...");
        }
    }

    private void tellBadLines(final Payments payments) {
        for (int i = 0; i < Math.min(BAD_LINES_SHOWN_MAX, payments.badLines().size()); i++) {
            final BadLine bad = payments.badLines().get(i);
            output.warn("bad line " + bad.number() + ": " + bad.reason());
        }
        if (payments.badLineCount() > BAD_LINES_SHOWN_MAX) {
            output.warn("... and " + (payments.badLineCount() - BAD_LINES_SHOWN_MAX) + " more bad lines");
        }
    }

    /** Small enough that a stretch between two faults has many batches. */
    private int batchMax(final Payments payments) {
        return (int) Math.max(1, payments.size() / (settings.kills() + 1L) / 16);
    }

    private static Thread start(final Runnable task, final String name) {
        final Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();

        return thread;
    }
}
