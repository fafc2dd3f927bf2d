// SPDX-License-Identifier: Apache-2.0
package io.partita.benchmarks.load;

import io.partita.benchmarks.ChildJvm;
import io.partita.benchmarks.journals.EngineNode;
import io.partita.benchmarks.journals.JournalKind;
import io.partita.benchmarks.micro.BenchFolder;
import io.partita.ledger.engine.SnapshotPolicy;
import io.partita.ledger.observe.CounterType;
import io.partita.ledger.observe.CountersFile;
import io.partita.ledger.observe.LedgerCounters;
import io.partita.ledger.snapshot.SnapshotStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;

/** One case once, in a JVM of its own: started by {@link #throughput} and {@link #latency}, done by {@link #run}. */
public final class LoadRun {
    /** The command of a child that runs a case. */
    public static final String RUN = "load-run";
    /** The command of a child that is a standby. */
    public static final String STANDBY = "load-standby";

    /** Half of what it can do at most. */
    public static final String HALF = "half";
    /** One transfer after the other. */
    public static final String ALONE = "alone";

    private static final String SNAPSHOT_RECORDS = "partita.bench.snapshotRecords";
    /** {@code data/NODE/snapshots/state-SEQ} of a pair. */
    private static final int SNAPSHOT_DEPTH_MAX = 4;

    private static final String THROUGHPUT = "throughput";
    private static final String LATENCY = "latency";
    private static final String WITH_ALONE = "with-alone";
    /** Alarms of a pair that is begun and ended are no news; whether it is whole is asked. */
    public static final List<String> JVM_OPTIONS = List.of(
            "-Xms512m",
            "-Xmx512m",
            "-XX:+UseSerialGC",
            "-XX:MaxDirectMemorySize=8g",
            "-Dorg.slf4j.simpleLogger.log.io.partita=error");

    private LoadRun() {}

    /**
     * How long, and where.
     *
     * @param folder for the files of nodes; deleted again.
     * @param warmUpMs before it counts.
     * @param measuredMs each measurement.
     * @param snapshotRecords a node takes a snapshot after so many records, by {@link SnapshotPolicy}; 0 for none.
     */
    public record Plan(Path folder, long warmUpMs, long measuredMs, long snapshotRecords) {}

    /**
     * How nodes of this JVM take snapshots: the same in both processes of a pair.
     *
     * @return the policy, which keeps the whole journal.
     */
    static SnapshotPolicy snapshots() {
        return new SnapshotPolicy(
                Long.getLong(SNAPSHOT_RECORDS, 0), SnapshotStore.KEEP_MIN, SnapshotPolicy.WHOLE_JOURNAL);
    }

    /**
     * As much as it can do.
     *
     * @param load the case.
     * @param plan how long.
     * @return figures by name.
     * @throws Exception if a payment was not made.
     */
    public static Map<String, Double> throughput(final LoadCase load, final Plan plan) throws Exception {
        return child(load, plan, THROUGHPUT, "");
    }

    /**
     * How long answers take at half of that, at fixed rates, and for one transfer after the other.
     *
     * @param load the case.
     * @param plan how long.
     * @param rates in transfers per second.
     * @return figures by name.
     * @throws Exception if a payment was not made.
     */
    public static Map<String, Double> latency(final LoadCase load, final Plan plan, final List<Integer> rates)
            throws Exception {
        return child(
                load,
                plan,
                LATENCY,
                String.join(",", rates.stream().map(String::valueOf).toList()));
    }

    /**
     * As much as it can do, then one transfer after the other.
     *
     * @param load the case.
     * @param plan how long.
     * @return figures by name.
     * @throws Exception if a payment was not made.
     */
    public static Map<String, Double> withAlone(final LoadCase load, final Plan plan) throws Exception {
        return child(load, plan, WITH_ALONE, "");
    }

    private static Map<String, Double> child(
            final LoadCase load, final Plan plan, final String what, final String rates) throws Exception {
        final List<String> jvmOptions = new ArrayList<>(JVM_OPTIONS);
        jvmOptions.add("-Dpartita.bench.dir=" + plan.folder().toAbsolutePath());
        jvmOptions.add("-D" + SNAPSHOT_RECORDS + "=" + plan.snapshotRecords());
        final List<String> arguments = List.of(
                RUN, what, load.arguments(), Long.toString(plan.warmUpMs()), Long.toString(plan.measuredMs()), rates);
        return Figures.parse(new ChildJvm(jvmOptions, ChildJvm.ownClassPath(), arguments).output());
    }

    /**
     * In the standby's JVM.
     *
     * @param arguments of its pair.
     * @throws IOException if its input fails.
     */
    public static void standby(final List<String> arguments) throws IOException {
        PairOfProcesses.runStandby(PairSetup.parse(arguments));
    }

    /**
     * In the case's JVM.
     *
     * @param arguments what, the case, how long to warm up and to measure, and rates.
     * @return figures to print.
     * @throws Exception if a payment was not made.
     */
    public static String run(final List<String> arguments) throws Exception {
        final LoadCase load = LoadCase.parse(arguments.get(1));
        final long warmUpNs = Long.parseLong(arguments.get(2)) * 1_000_000;
        final long measuredNs = Long.parseLong(arguments.get(3)) * 1_000_000;
        final Map<String, Double> figures = new LinkedHashMap<>();
        final boolean isLatency = LATENCY.equals(arguments.get(0));
        try (BenchFolder folder = new BenchFolder()) {
            final Histogram force = DiskForce.measure(folder.path(), load.bytesInFlight());
            final LoadCase alone = load.alone();
            try (PaidNode node = start(folder.path().resolve("data"), load)) {
                final Payments payments = new Payments(node, load);
                payments.closedLoop(load.batch(), load.window(), warmUpNs);
                final Paid most = payments.closedLoop(load.batch(), load.window(), measuredNs);
                figures.put("perSecond", most.perSecond());
                put(figures, "batch", most.latencies());
                if (isLatency) {
                    put(figures, HALF, payments.openLoop(load.batch(), most.perSecond() / 2, measuredNs));
                    for (final String rate : arguments.get(4).split(",")) {
                        put(figures, rate, payments.openLoop(load.batch(), Double.parseDouble(rate), measuredNs));
                    }
                }
                if (isLatency || WITH_ALONE.equals(arguments.get(0))) {
                    put(figures, ALONE, payments.closedLoop(alone.batch(), alone.window(), measuredNs));
                }
                payments.checkTotals();
                figures.put("snapshots", (double) snapshotsIn(folder.path()));
                putLongestStep(figures, folder.path().resolve("data"));
                force.add(DiskForce.measure(folder.path(), load.bytesInFlight()));
                if (isLatency) {
                    put(figures, "forceAlone", DiskForce.measure(folder.path(), alone.bytesInFlight()));
                }
            }
            put(figures, "force", force);
        }
        return Figures.print(figures);
    }

    /** How many are there, of the two at most that each node keeps: that some were taken is part of the figure. */
    private static long snapshotsIn(final Path folder) throws IOException {
        try (Stream<Path> files = Files.find(
                folder,
                SNAPSHOT_DEPTH_MAX,
                (file, attributes) -> file.getFileName().toString().matches("state-[0-9]+"))) {
            return files.count();
        }
    }

    /** The engine's longest duty cycle since the node that is paid began, in microseconds: with snapshots and without. */
    private static void putLongestStep(final Map<String, Double> figures, final Path data) {
        for (final Path folder : List.of(data, data.resolve(PairSetup.NODES.get(0)))) {
            if (Files.exists(folder.resolve(LedgerCounters.FILE_NAME))) {
                figures.put("longestStep", CountersFile.open(folder).get(CounterType.DUTY_CYCLE_MAX_NS) / 1e3);
            }
        }
    }

    static PaidNode start(final Path folder, final LoadCase load) throws Exception {
        return switch (load.mode()) {
            case ENGINE_WRITTEN -> new EngineNode(folder, JournalKind.WRITTEN);
            case ENGINE_STORED -> new EngineNode(folder, JournalKind.STORED);
            case ENGINE_FILE -> new EngineNode(folder, JournalKind.FILE);
            case ONE_MEMORY, ONE_FSYNC -> new OneNode(folder, load.mode());
            default -> {
                final List<String> jvmOptions = new ArrayList<>(JVM_OPTIONS);
                jvmOptions.add("-D" + SNAPSHOT_RECORDS + "=" + Long.getLong(SNAPSHOT_RECORDS, 0));
                yield new PairOfProcesses(
                        PairSetup.of(folder, load), load.mode().isRemote(), jvmOptions);
            }
        };
    }

    /**
     * Adds what a run gave.
     *
     * @param figures where to.
     * @param name that theirs begin with.
     * @param paid the run.
     */
    public static void put(final Map<String, Double> figures, final String name, final Paid paid) {
        figures.put(name + ".perSecond", paid.perSecond());
        put(figures, name, paid.latencies());
    }

    /** Microseconds. */
    private static void put(final Map<String, Double> figures, final String name, final Histogram took) {
        figures.put(name + ".p50", took.getValueAtPercentile(50) / 1e3);
        figures.put(name + ".p99", took.getValueAtPercentile(99) / 1e3);
        figures.put(name + ".p999", took.getValueAtPercentile(99.9) / 1e3);
        figures.put(name + ".max", took.getMaxValue() / 1e3);
    }
}
