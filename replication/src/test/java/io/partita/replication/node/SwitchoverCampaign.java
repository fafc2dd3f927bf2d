// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.partita.replication.client.OperatorClient;
import io.partita.replication.client.OperatorReply;
import io.partita.replication.client.RemoteClientContext;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Planned switchovers of real processes under load, with the write stall of each: the longest time without an answer from when
 * it was asked for. Prints percentiles, asserts none; nothing may be refused, lost or doubled. Not part of the suite:
 * {@code -Dtest=SwitchoverCampaign -Dpartita.switchover.rounds=100}.
 */
@EnabledIfSystemProperty(named = "partita.switchover.rounds", matches = "[1-9][0-9]*")
class SwitchoverCampaign {
    private static final int ROUNDS = Integer.getInteger("partita.switchover.rounds", 100);
    private static final int PER_BATCH = 4;
    private static final long AFTER_NS = TimeUnit.MILLISECONDS.toNanos(60);

    @TempDir
    Path root;

    private final List<InetSocketAddress> addresses = Pair.freeAddresses(4);
    private final Map<String, NodeProcess> nodes = new HashMap<>();

    @AfterEach
    void end() {
        nodes.values().forEach(NodeProcess::kill);
    }

    @ParameterizedTest
    @EnumSource(NodeContext.Transport.class)
    void shouldSwitchOverAgainAndAgain(final NodeContext.Transport transport) {
        final Map<String, InetSocketAddress> clients = Map.of("a", addresses.get(2), "b", addresses.get(3));
        for (final String node : List.of("a", "b")) {
            nodes.put(
                    node,
                    NodeProcess.start(
                            root,
                            node,
                            transport,
                            addresses.stream().map(InetSocketAddress::getPort).toList()));
        }
        final RemoteClientContext context = NodeProcess.clientOf(addresses).batches(16);
        final double[] stallsMs = new double[ROUNDS];
        try (Payments payments = new Payments(context, PER_BATCH).open();
                OperatorClient operator = new OperatorClient(Pair.CLUSTER, "operator", Duration.ofSeconds(20), null)) {
            payments.pumpUntil("both in sync", () -> payments.inSync() == 2);
            for (int round = 0; round < ROUNDS; round++) {
                pump(
                        payments,
                        TimeUnit.MILLISECONDS.toNanos(
                                ThreadLocalRandom.current().nextInt(50, 150)));
                stallsMs[round] = stallMs(payments, operator, clients);
            }
            payments.check();
            payments.checkDigests();
            assertEquals(List.of(), payments.surprises());
            assertEquals(0, payments.existed(), "nothing was asked twice that had happened");
        }
        Arrays.sort(stallsMs);
        System.out.printf(
                "switchover over %s: rounds=%d write stall ms: p50=%.1f p90=%.1f p99=%.1f max=%.1f%n",
                transport,
                ROUNDS,
                stallsMs[ROUNDS / 2],
                stallsMs[ROUNDS * 9 / 10],
                stallsMs[Math.min(ROUNDS - 1, ROUNDS * 99 / 100)],
                stallsMs[ROUNDS - 1]);
    }

    private static void pump(final Payments payments, final long ns) {
        final long startNs = System.nanoTime();
        while (System.nanoTime() - startNs < ns) {
            payments.pump();
        }
    }

    private static double stallMs(
            final Payments payments, final OperatorClient operator, final Map<String, InetSocketAddress> clients) {
        final CompletableFuture<OperatorReply> asked =
                CompletableFuture.supplyAsync(() -> operator.switchover(clients, "", ""));
        long lastNs = System.nanoTime();
        long doneNs = 0;
        long longestNs = 0;
        int answered = payments.answered();
        while (doneNs == 0 || System.nanoTime() - doneNs < AFTER_NS) {
            payments.pump();
            final long nowNs = System.nanoTime();
            if (payments.answered() > answered) {
                answered = payments.answered();
                longestNs = Math.max(longestNs, nowNs - lastNs);
                lastNs = nowNs;
            }
            if (doneNs == 0 && asked.isDone()) {
                doneNs = nowNs;
            }
        }
        assertTrue(asked.join().ok(), () -> asked.join().toString());
        return longestNs / 1e6;
    }
}
