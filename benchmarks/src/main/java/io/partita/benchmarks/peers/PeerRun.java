// SPDX-License-Identifier: Apache-2.0
package io.partita.benchmarks.peers;

import io.partita.benchmarks.ChildJvm;
import io.partita.benchmarks.load.Figures;
import io.partita.benchmarks.load.LoadRun;
import io.partita.benchmarks.micro.BenchFolder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One row once, in JVMs and servers of its own: started by {@link #search} and {@link #measure}, done by {@link #run}. */
public final class PeerRun {
    /** The command of a child that pays a peer. */
    public static final String RUN = "peer-run";
    /** The command of a child that is a node of an Aeron Cluster. */
    public static final String NODE = "peer-node";

    private static final String SEARCH = "search";
    private static final String MEASURE = "measure";

    private final LoadRun.Plan plan;
    private final @Nullable Path tigerbeetle;

    /**
     * Of one run of the command.
     *
     * @param plan how long, and where.
     * @param tigerbeetle its binary; null if there is none.
     */
    public PeerRun(final LoadRun.Plan plan, final @Nullable Path tigerbeetle) {
        this.plan = plan;
        this.tigerbeetle = tigerbeetle;
    }

    /**
     * Looks for PostgreSQL.
     *
     * @return its version; nothing if the machine does not have it.
     * @throws Exception if it does not say.
     */
    public static String postgres() throws Exception {
        final PostgresTools tools = PostgresTools.find();
        return tools == null ? "" : tools.version();
    }

    /**
     * Pays with each setting for a short time.
     *
     * @param row whom.
     * @return transfers per second of each setting.
     * @throws Exception if a payment was not made.
     */
    public Map<PeerSetting, Double> search(final PeerRow row) throws Exception {
        final Map<PeerSetting, Double> found = new LinkedHashMap<>();
        if (row.peer().isPartita() || row.peer() == Peer.TIGERBEETLE) {
            for (final PeerSetting setting : row.settings()) {
                found.put(setting, measured(row, setting, false).get("perSecond"));
            }
            return found;
        }
        final Map<String, Double> figures = child(row, SEARCH, row.settings());
        row.settings().forEach(setting -> found.put(setting, figures.get(setting.argument())));
        return found;
    }

    /**
     * Pays with one setting, then single transfers one after the other.
     *
     * @param row whom.
     * @param setting how.
     * @return figures by name.
     * @throws Exception if a payment was not made.
     */
    public Map<String, Double> measure(final PeerRow row, final PeerSetting setting) throws Exception {
        return measured(row, setting, true);
    }

    private Map<String, Double> measured(final PeerRow row, final PeerSetting setting, final boolean isWhole)
            throws Exception {
        if (row.peer().isPartita()) {
            return isWhole
                    ? LoadRun.withAlone(row.load(setting.batch()), plan)
                    : LoadRun.throughput(row.load(setting.batch()), plan);
        }
        if (row.peer() == Peer.TIGERBEETLE) {
            return new OwnBenchmark(Objects.requireNonNull(tigerbeetle), plan).measure(row.copies(), setting, isWhole);
        }
        return child(row, MEASURE, List.of(setting));
    }

    private Map<String, Double> child(final PeerRow row, final String what, final List<PeerSetting> settings)
            throws Exception {
        final List<String> jvmOptions = new ArrayList<>(LoadRun.JVM_OPTIONS);
        jvmOptions.add("-Dpartita.bench.dir=" + plan.folder().toAbsolutePath());
        // Here, because what is in memory stays there if the child is killed.
        try (BenchFolder drivers = ClusterSetup.makeDriverFolder()) {
            final List<String> arguments = new ArrayList<>(List.of(
                    RUN,
                    what,
                    row.argument(),
                    Long.toString(plan.warmUpMs()),
                    Long.toString(plan.measuredMs()),
                    drivers.path().toString()));
            settings.forEach(setting -> arguments.add(setting.argument()));
            return Figures.parse(new ChildJvm(jvmOptions, ChildJvm.ownClassPath(), arguments).output());
        }
    }

    /**
     * In the child's JVM.
     *
     * @param arguments what, the row, how long to warm up and to measure, a folder for drivers, and settings.
     * @return figures to print.
     * @throws Exception if a payment was not made.
     */
    public static String run(final List<String> arguments) throws Exception {
        final PeerRow row = PeerRow.parse(arguments.get(1));
        final long warmUpNs = Long.parseLong(arguments.get(2)) * 1_000_000;
        final long measuredNs = Long.parseLong(arguments.get(3)) * 1_000_000;
        final List<PeerSetting> settings = arguments.subList(5, arguments.size()).stream()
                .map(PeerSetting::parse)
                .toList();
        final Map<String, Double> figures = new LinkedHashMap<>();
        try (PeerLoad load = start(row, Path.of(arguments.get(4)))) {
            final boolean isSearch = SEARCH.equals(arguments.get(0));
            // A search warms up once, and a little with each setting.
            load.pay(settings.get(0), false, warmUpNs);
            load.settle();
            for (final PeerSetting setting : settings) {
                if (isSearch) {
                    load.pay(setting, false, measuredNs / 4);
                    figures.put(
                            setting.argument(),
                            load.pay(setting, false, measuredNs).perSecond());
                } else {
                    LoadRun.put(figures, "batch", load.pay(setting, false, measuredNs));
                    figures.put("perSecond", figures.get("batch.perSecond"));
                    final PeerSetting one = PeerSetting.of(1);
                    LoadRun.put(figures, LoadRun.ALONE, load.pay(one, true, measuredNs));
                }
            }
            load.check();
        }
        return Figures.print(figures);
    }

    private static PeerLoad start(final PeerRow row, final Path driverFolder) throws Exception {
        return switch (row.peer()) {
            case POSTGRESQL -> new PostgresLoad(Objects.requireNonNull(PostgresTools.find()), row.copies(), row.sync());
            case AERON_CLUSTER, AERON_CLUSTER_TUNED ->
                new AeronLoad(
                        driverFolder,
                        row.copies(),
                        row.sync().isForced(),
                        row.peer() == Peer.AERON_CLUSTER_TUNED,
                        LoadRun.JVM_OPTIONS);
            default -> throw new IllegalArgumentException("not paid by a child: " + row);
        };
    }

    /**
     * A node in this JVM, until its input ends.
     *
     * @param arguments its number and its cluster.
     * @throws Exception if it does not come up.
     */
    public static void node(final List<String> arguments) throws Exception {
        ClusterNode.serve(
                ClusterSetup.parse(arguments.subList(1, arguments.size())), Integer.parseInt(arguments.get(0)));
    }
}
