// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.partita.replication.client.NodeReport;
import io.partita.replication.client.OperatorClient;
import io.partita.replication.client.RemoteClientContext;
import io.partita.replication.client.RemoteLedgerClient;
import io.partita.replication.testing.Await;
import io.partita.replication.testing.ChaosProxy;
import io.partita.replication.testing.HistoryLoad;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * Several client threads pay and read while the active's process is killed, stopped and let go on, or asked to hand over, and while
 * the nodes are cut off from each other: what all of them were told must fit into one order. More rounds:
 * {@code .ci/campaign histories}.
 */
class LinearizabilityProcessTest {
    private static final int CLIENTS = 4;
    private static final int ROUNDS = Integer.getInteger("partita.history.rounds", 1);
    private static final long SEED = Long.getLong("partita.history.seed", 1);
    private static final long ANSWERS = 300;
    private static final long PAUSE_MAX_NS = TimeUnit.SECONDS.toNanos(8);
    private static final long CUT_MIN_NS = TimeUnit.MILLISECONDS.toNanos(200);
    private static final long CUT_MAX_NS = TimeUnit.SECONDS.toNanos(4);
    private static final long POLL_NS = TimeUnit.MILLISECONDS.toNanos(20);

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    Path root;

    private final List<InetSocketAddress> addresses = Pair.freeAddresses(4);
    private final Map<String, NodeProcess> nodes = new HashMap<>();
    private ChaosProxy toA;
    private ChaosProxy toB;

    @BeforeEach
    void begin() throws IOException {
        toA = new ChaosProxy(addresses.get(0).getPort());
        toB = new ChaosProxy(addresses.get(1).getPort());
    }

    /** Each listens at its own address, and reaches the other through a proxy. */
    private void start(final String node) {
        final boolean isA = node.equals("a");
        final List<Integer> ports = List.of(
                isA ? addresses.get(0).getPort() : toA.port(),
                isA ? toB.port() : addresses.get(1).getPort(),
                addresses.get(2).getPort(),
                addresses.get(3).getPort());
        nodes.put(node, NodeProcess.start(root, node, NodeContext.Transport.TCP, ports));
    }

    @AfterEach
    void end() throws IOException {
        nodes.values().forEach(NodeProcess::kill);
        toA.close();
        toB.close();
    }

    /** Nothing passes from one node to the other, or both ways, for a while. */
    private void cut(final boolean fromA, final boolean fromB, final long ns) {
        toA.hold(fromB, fromA);
        toB.hold(fromA, fromB);
        LockSupport.parkNanos(ns);
        toA.hold(false);
        toB.hold(false);
    }

    /** An operator's wish; it may be refused, if the other node is not in sync at that moment. */
    private boolean isSwitchedOver(final OperatorClient operator) {
        return operator.switchover(Map.of("a", addresses.get(2), "b", addresses.get(3)), "", "histories")
                .ok();
    }

    private RemoteClientContext context() {
        return NodeProcess.clientOf(addresses).silenceTimeout(Duration.ofMillis(500));
    }

    private RemoteClientContext contextOf(final String node) {
        return new RemoteClientContext()
                .clusterId(Pair.CLUSTER)
                .node(node, addresses.get(node.equals("a") ? 2 : 3))
                .listener(batch -> {});
    }

    /** Waits until both are in sync. */
    private static String awaitPair(final RemoteLedgerClient watcher) {
        final String[] found = new String[1];
        Await.until(HistoryLoad.PATIENCE, () -> "a pair in sync, led by " + found[0], () -> {
            watcher.poll(1);
            found[0] = watcher.active();
            final NodeReport report = found[0] == null ? null : watcher.report(found[0], Duration.ofSeconds(1));
            return report != null && report.serving() && report.inSync() == 2;
        });
        return found[0];
    }

    /** Waits until another node serves; not for ever, as one that was alone has no successor. */
    private static boolean isDeposed(final RemoteLedgerClient watcher, final String paused) {
        final long startNs = System.nanoTime();
        while (System.nanoTime() - startNs < PAUSE_MAX_NS) {
            watcher.pollAwait(1, POLL_NS);
            final String active = watcher.active();
            if (active != null && !active.equals(paused)) {
                return true;
            }
        }
        return false;
    }

    @Test
    void shouldFitIntoOneOrderWhateverHappensToTheActive() {
        final SplittableRandom random = new SplittableRandom(SEED);
        start("a");
        start("b");
        try (OperatorClient operator = new OperatorClient(Pair.CLUSTER, "histories", HistoryLoad.PATIENCE, null);
                RemoteLedgerClient watcher = RemoteLedgerClient.connect(context());
                HistoryLoad load = HistoryLoad.start(this::context, CLIENTS, SEED)) {
            load.watch(contextOf("a")).watch(contextOf("b"));
            int deposed = 0;
            int switchedOver = 0;
            for (int round = 0; round < ROUNDS; round++) {
                final String killed = awaitPair(watcher);
                load.awaitAnswers(ANSWERS);
                nodes.get(killed).kill();
                start(killed); // at once: it was alone if the other one had not kept up
                load.awaitAnswers(ANSWERS);

                final String paused = awaitPair(watcher);
                load.awaitAnswers(ANSWERS);
                nodes.get(paused).pause();
                if (isDeposed(watcher, paused)) {
                    load.awaitAnswers(ANSWERS);
                    deposed++;
                }
                nodes.get(paused).resume();
                load.awaitAnswers(ANSWERS);

                awaitPair(watcher);
                load.awaitAnswers(ANSWERS);
                switchedOver += isSwitchedOver(operator) ? 1 : 0;
                load.awaitAnswers(ANSWERS);

                awaitPair(watcher);
                load.awaitAnswers(ANSWERS);
                final int way = random.nextInt(3);
                cut(way != 1, way != 2, random.nextLong(CUT_MIN_NS, CUT_MAX_NS));
                load.awaitAnswers(ANSWERS);
            }
            awaitPair(watcher);
            assertEquals(List.of(), load.stopAndCheck());
            assertTrue(load.history().transfers().size() > ANSWERS && load.staleReads() > 0);
            if (ROUNDS > 1) {
                System.out.println(
                        "histories: transfers=" + load.history().transfers().size() + " reads="
                                + load.history().reads().size() + " deposedWhilePaused=" + deposed + " of " + ROUNDS
                                + " switchedOver=" + switchedOver + " partitions=" + ROUNDS);
            }
        }
        nodes.values().forEach(NodeProcess::close);
    }
}
