// SPDX-License-Identifier: Apache-2.0
package io.partita.examples.node;

import io.partita.examples.json.Json;
import io.partita.examples.terminal.ToolException;
import io.partita.ledger.engine.SnapshotPolicy;
import io.partita.ledger.observe.CounterType;
import io.partita.ledger.observe.CountersFile;
import io.partita.replication.failover.Health;
import io.partita.replication.failover.TakeOver;
import io.partita.replication.node.NodeContext;
import io.partita.replication.node.ReplicatedLedger;
import io.partita.replication.node.RoleListener;
import io.partita.replication.protocol.Durability;
import io.partita.replication.protocol.Policy;
import io.partita.replication.register.zookeeper.ZooKeeperConfig;
import io.partita.replication.transport.BindRisk;
import io.partita.replication.transport.TlsConfig;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One long-running node. It prints one JSON object a line: {@code started}, {@code listening}, {@code active} and {@code
 * passive} when it starts and stops serving, {@code tookOver} with the times of the steps to it, {@code health} whenever that changes, {@code halted} and {@code closed}.
 */
public final class ReferenceNode {
    private static final long WATCH_INTERVAL_MS = 2;
    private static final long POSITION_INTERVAL_NS = 100_000_000L;
    private static final long CLOSE_TIMEOUT_S = 30;
    private static final long NS_PER_MS = 1_000_000L;

    private final NodeConfig config;
    private final String nodeId;
    private final PrintStream out;
    private final ConcurrentLinkedQueue<Map<String, @Nullable Object>> lines = new ConcurrentLinkedQueue<>();
    private final CountDownLatch stopAsked = new CountDownLatch(1);
    private final CountDownLatch stopped = new CountDownLatch(1);
    private volatile int exitCode;
    private boolean newLineage;
    private long health = -1;
    private long appliedSeq = -1;
    private long positionPrintedNs;
    private @Nullable TakeOver takeOverPrinted;

    /**
     * A node that has not started.
     *
     * @param config its configuration.
     * @param out where its lines go.
     */
    public ReferenceNode(final NodeConfig config, final PrintStream out) {
        this.config = config;
        this.out = out;
        nodeId = config.text(NodeKeys.NODE_ID);
    }

    /**
     * Starts as nobody's member, once (R2): for an operator who has cleared the cause of a halt.
     *
     * @param value true if so.
     * @return this.
     */
    public ReferenceNode newLineage(final boolean value) {
        newLineage = value;
        return this;
    }

    /**
     * Runs until SIGTERM or, if so configured, until standard input ends.
     *
     * @return 0 after an orderly end, 1 if the node halted.
     * @throws InterruptedException if the thread was interrupted.
     */
    public int run() throws InterruptedException {
        print(started());
        final Path folder = Path.of(config.text(NodeKeys.DATA_FOLDER));
        final NodeContext context = context().roleListener(new Roles());
        try (ReplicatedLedger node = ReplicatedLedger.launch(context)) {
            Runtime.getRuntime().addShutdownHook(new Thread(this::onTerminate, "terminate"));
            if (config.bool(NodeKeys.STOP_WITH_STDIN)) {
                watchStdin(System.in);
            }
            print(listening());
            exitCode = watch(node, CountersFile.open(folder));
        } finally {
            printQueued();
        }
        print(line("closed", Map.of("code", exitCode)));
        stopped.countDown();

        return exitCode;
    }

    private Map<String, @Nullable Object> started() {
        final Map<String, @Nullable Object> line =
                line("started", Map.of("pid", ProcessHandle.current().pid()));
        if (config.isGiven(NodeKeys.DRILL_CLOCK_FILE)) {
            line.put("drillClockFile", config.text(NodeKeys.DRILL_CLOCK_FILE));
        }

        return line;
    }

    private Map<String, @Nullable Object> listening() {
        final Map<String, @Nullable Object> line = line("listening", Map.of());
        line.put("peers", config.address(NodeKeys.MEMBER_PEERS, nodeId).toString());
        line.put("clients", config.address(NodeKeys.MEMBER_CLIENTS, nodeId).toString());

        return line;
    }

    private int watch(final ReplicatedLedger node, final CountersFile counters) throws InterruptedException {
        while (!stopAsked.await(WATCH_INTERVAL_MS, TimeUnit.MILLISECONDS)) {
            printQueued();
            printTakeOver(node.takeOver());
            printHealth(counters);
            final String reason = node.closedReason();
            if (reason != null) {
                print(line("halted", Map.of("reason", reason)));
                return 1;
            }
        }

        return 0;
    }

    /** When which step was taken, by the monotonic clock that all processes of a host share. */
    private void printTakeOver(final @Nullable TakeOver takeOver) {
        if (takeOver == null || takeOver == takeOverPrinted) {
            return;
        }
        takeOverPrinted = takeOver;
        final Map<String, @Nullable Object> line = line("tookOver", Map.of("epoch", takeOver.epoch()));
        for (final TakeOver.Step step : TakeOver.Step.values()) {
            line.put(step.label(), takeOver.atNs(step) == 0 ? null : takeOver.atNs(step));
        }
        print(line);
    }

    private void printHealth(final CountersFile counters) {
        final long[] now = {-1};
        counters.forEach((label, value) -> {
            if ("health".equals(label)) {
                now[0] = value;
            }
        });
        final long applied = counters.get(CounterType.APPLIED_SEQ);
        final long nowNs = System.nanoTime();
        final boolean isMoved = applied != appliedSeq
                && nowNs - positionPrintedNs > POSITION_INTERVAL_NS
                && config.bool(NodeKeys.PRINT_POSITIONS);
        if (now[0] == health && !isMoved) {
            return;
        }
        health = now[0];
        appliedSeq = applied;
        positionPrintedNs = nowNs;
        final Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put(
                "health", health >= 0 && health < Health.values().length ? Health.values()[(int) health].name() : "");
        fields.put("epoch", counters.get(CounterType.EPOCH));
        fields.put("appliedSeq", applied);
        print(line("health", fields));
    }

    /**
     * What the node is launched with.
     *
     * @return a new context.
     */
    public NodeContext context() {
        final NodeContext context = new NodeContext()
                .clusterId(config.id128(NodeKeys.CLUSTER_ID))
                .nodeId(nodeId)
                .directory(Path.of(config.text(NodeKeys.DATA_FOLDER)))
                .bootstrap(config.bool(NodeKeys.BOOTSTRAP))
                .newLineage(newLineage)
                .durability(Durability.valueOf(named(NodeKeys.DURABILITY)))
                .policy(Policy.valueOf(named(NodeKeys.POLICY)), (int) config.number(NodeKeys.MIN_IN_SYNC))
                .transport(NodeContext.Transport.valueOf(named(NodeKeys.TRANSPORT)))
                .windowBatches((int) config.number(NodeKeys.WINDOW_BATCHES))
                .sessionWindow((int) config.number(NodeKeys.SESSION_WINDOW))
                .segmentLength(config.number(NodeKeys.SEGMENT_LENGTH))
                .snapshots(new SnapshotPolicy(
                        config.number(NodeKeys.SNAPSHOT_EVERY),
                        (int) config.number(NodeKeys.SNAPSHOT_KEEP),
                        config.number(NodeKeys.KEEP_RECORDS)))
                .bindRisk(BindRisk.of(config.isGiven(NodeKeys.BIND_RISK) ? config.text(NodeKeys.BIND_RISK) : ""))
                .timers(core -> core.heartbeatNs(config.number(NodeKeys.HEARTBEAT) * NS_PER_MS)
                        .suspectNs(config.number(NodeKeys.SUSPECT) * NS_PER_MS)
                        .shrinkNs(config.number(NodeKeys.SHRINK) * NS_PER_MS)
                        .reconnectGraceNs(config.number(NodeKeys.RECONNECT_GRACE) * NS_PER_MS)
                        .reclaimNs(config.number(NodeKeys.RECLAIM) * NS_PER_MS));
        if ("file".equals(config.choice(NodeKeys.REGISTER))) {
            context.registerFolder(Path.of(config.text(NodeKeys.REGISTER_FOLDER)));
        } else {
            context.register(zooKeeper());
        }
        for (final String member : config.members()) {
            context.member(
                    member,
                    config.address(NodeKeys.MEMBER_PEERS, member),
                    config.address(NodeKeys.MEMBER_CLIENTS, member));
        }
        if (config.hasTls()) {
            context.tls(
                    new TlsConfig(path(NodeKeys.TLS_CERTIFICATE), path(NodeKeys.TLS_KEY), path(NodeKeys.TLS_TRUSTED)),
                    path(NodeKeys.TLS_ROLES));
        }
        if (config.isGiven(NodeKeys.IPC_FOLDER)) {
            context.ipcFolder(Path.of(config.text(NodeKeys.IPC_FOLDER)));
        }
        if (config.isGiven(NodeKeys.DRILL_CLOCK_FILE)) {
            context.epochNanoClock(drillClock());
        }

        return context;
    }

    private DrillClock drillClock() {
        try {
            return DrillClock.open(path(NodeKeys.DRILL_CLOCK_FILE));
        } catch (final IOException ex) {
            throw ToolException.usage(
                    "FILE_NOT_READABLE",
                    "cannot map: " + NodeKeys.DRILL_CLOCK_FILE.name() + "=" + path(NodeKeys.DRILL_CLOCK_FILE)
                            + ", cause=" + ex,
                    "leave the key out: it is for drills only");
        }
    }

    private Path path(final NodeKey key) {
        return Path.of(config.text(key));
    }

    private ZooKeeperConfig zooKeeper() {
        final ZooKeeperConfig zooKeeper = new ZooKeeperConfig(config.text(NodeKeys.ZOOKEEPER_CONNECT))
                .sessionTimeoutMs((int) config.number(NodeKeys.ZOOKEEPER_SESSION_TIMEOUT))
                .requestTimeoutMs((int) config.number(NodeKeys.ZOOKEEPER_REQUEST_TIMEOUT));
        if (config.isGiven(NodeKeys.ZOOKEEPER_PATH)) {
            zooKeeper.path(config.text(NodeKeys.ZOOKEEPER_PATH));
        }
        if (config.isGiven(NodeKeys.ZOOKEEPER_AUTH_FILE)) {
            zooKeeper.authFile(Path.of(config.text(NodeKeys.ZOOKEEPER_AUTH_FILE)));
        }

        return zooKeeper;
    }

    /** The constant that a choice such as {@code active-fsync} stands for. */
    private String named(final NodeKey key) {
        return config.choice(key).toUpperCase(Locale.ROOT).replace('-', '_');
    }

    /** A shutdown hook: the JVM ends when it returns, so it waits for the orderly end. */
    private void onTerminate() {
        stopAsked.countDown();
        try {
            if (stopped.await(CLOSE_TIMEOUT_S, TimeUnit.SECONDS)) {
                // SIGTERM is how a node is asked to stop: having stopped is success. This hook also runs at a
                // node's own end, and must not make a success of that.
                out.flush();
                Runtime.getRuntime().halt(exitCode);
            }
        } catch (final InterruptedException ex) {
            Thread.currentThread().interrupt();
        }
    }

    private void watchStdin(final InputStream in) {
        final Thread thread = new Thread(
                () -> {
                    try {
                        while (in.read() >= 0) {
                            continue;
                        }
                    } catch (final IOException ex) {
                        // As good as its end.
                        stopAsked.countDown();
                    }
                    stopAsked.countDown();
                },
                "stdin");
        thread.setDaemon(true);
        thread.start();
    }

    private void printQueued() {
        for (Map<String, @Nullable Object> line = lines.poll(); line != null; line = lines.poll()) {
            print(line);
        }
    }

    private void print(final Map<String, @Nullable Object> line) {
        out.println(Json.write(line));
        out.flush();
    }

    private Map<String, @Nullable Object> line(
            final String event, final Map<String, ? extends @Nullable Object> fields) {
        final Map<String, @Nullable Object> line = new LinkedHashMap<>();
        line.put("event", event);
        line.put("node", nodeId);
        line.putAll(fields);

        return line;
    }

    /** Hands role changes from the engine's thread to the one that prints. */
    private final class Roles implements RoleListener {
        @Override
        public void onActive(final long epoch, final long fromSeq) {
            final Map<String, @Nullable Object> line = line("active", Map.of("epoch", epoch));
            line.put("fromSeq", fromSeq);
            lines.add(line);
        }

        @Override
        public void onPassive(final long epoch) {
            lines.add(line("passive", Map.of("epoch", epoch)));
        }
    }
}
