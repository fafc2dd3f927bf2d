// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.partita.replication.client.NodeReport;
import io.partita.replication.client.RemoteClientContext;
import io.partita.replication.client.RemoteLedgerClient;
import io.partita.replication.testing.Await;
import io.partita.replication.testing.HistoryLoad;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * Several client threads pay and read while the active's process is killed, or stopped and let go on: what all of them were told
 * must fit into one order. More rounds with {@code -Dpartita.history.rounds=N}.
 */
class LinearizabilityProcessTest {
    private static final int CLIENTS = 4;
    private static final int ROUNDS = Integer.getInteger("partita.history.rounds", 1);
    private static final long ANSWERS = 300;

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    Path root;

    private final List<InetSocketAddress> addresses = Pair.freeAddresses(4);
    private final Map<String, NodeProcess> nodes = new HashMap<>();

    private void start(final String node) {
        nodes.put(
                node,
                NodeProcess.start(
                        root,
                        node,
                        NodeContext.Transport.TCP,
                        addresses.stream().map(InetSocketAddress::getPort).toList()));
    }

    @AfterEach
    void end() {
        nodes.values().forEach(NodeProcess::kill);
    }

    private RemoteClientContext context() {
        return new RemoteClientContext()
                .clusterId(Pair.CLUSTER)
                .node("a", addresses.get(2))
                .node("b", addresses.get(3))
                .silenceTimeout(Duration.ofMillis(500))
                .listener(batch -> {});
    }

    private RemoteClientContext contextOf(final String node) {
        return new RemoteClientContext()
                .clusterId(Pair.CLUSTER)
                .node(node, addresses.get(node.equals("a") ? 2 : 3))
                .listener(batch -> {});
    }

    /** Waits for a pair in sync that is led by another node than {@code not}. */
    private static String awaitActive(final RemoteLedgerClient watcher, final int members, final String not) {
        final String[] found = new String[1];
        Await.until("an active with members=" + members, () -> {
            watcher.poll(1);
            found[0] = watcher.active();
            if (found[0] == null || found[0].equals(not)) {
                return false;
            }
            final NodeReport report = watcher.report(found[0], Duration.ofSeconds(1));
            return report != null && report.serving() && report.inSync() == members;
        });
        return found[0];
    }

    @Test
    void shouldFitIntoOneOrderWhateverHappensToTheActive() {
        start("a");
        start("b");
        try (RemoteLedgerClient watcher = RemoteLedgerClient.connect(context());
                HistoryLoad load = HistoryLoad.start(this::context, CLIENTS, 1)) {
            load.watch(contextOf("a")).watch(contextOf("b"));
            for (int round = 0; round < ROUNDS; round++) {
                final String killed = awaitActive(watcher, 2, "");
                load.awaitAnswers(ANSWERS);
                nodes.get(killed).kill();
                load.awaitAnswers(ANSWERS);
                start(killed);

                final String paused = awaitActive(watcher, 2, "");
                load.awaitAnswers(ANSWERS);
                nodes.get(paused).pause();
                awaitActive(watcher, 1, paused);
                load.awaitAnswers(ANSWERS);
                nodes.get(paused).resume();
                load.awaitAnswers(ANSWERS);
            }
            awaitActive(watcher, 2, "");
            assertEquals(List.of(), load.stopAndCheck());
            assertTrue(load.history().transfers().size() > ANSWERS && load.staleReads() > 0);
            assertNotNull(watcher.active());
        }
        nodes.values().forEach(NodeProcess::close);
    }
}
