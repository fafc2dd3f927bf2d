// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.node;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.partita.replication.client.RemoteClientContext;
import io.partita.replication.testing.HistoryLoad;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Real processes, really killed, under load: nothing that was answered is lost, and both nodes end with the same state. */
class KilledProcessTest {
    private static final int KILLS = 2;
    private static final int PER_BATCH = 16;
    private static final long PAUSE_MAX_NS = TimeUnit.SECONDS.toNanos(10);

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    Path root;

    private final List<InetSocketAddress> addresses = Pair.freeAddresses(4);
    private final Map<String, NodeProcess> nodes = new HashMap<>();

    private void start(final String node, final NodeContext.Transport transport) {
        nodes.put(
                node,
                NodeProcess.start(
                        root,
                        node,
                        transport,
                        addresses.stream().map(InetSocketAddress::getPort).toList()));
    }

    @AfterEach
    void end() {
        nodes.values().forEach(NodeProcess::kill);
    }

    private RemoteClientContext context() {
        return NodeProcess.clientOf(addresses);
    }

    private Payments startBoth(final NodeContext.Transport transport) {
        start("a", transport);
        start("b", transport);
        return new Payments(context(), PER_BATCH).patience(HistoryLoad.PATIENCE).open();
    }

    @ParameterizedTest
    @EnumSource(NodeContext.Transport.class)
    void shouldLoseNothingWhenTheActiveIsKilledAgainAndAgain(final NodeContext.Transport transport) {
        try (Payments payments = startBoth(transport)) {
            for (int kill = 0; kill < KILLS; kill++) {
                payments.pumpUntil("both in sync", () -> payments.inSync() == 2);
                payUntil(payments, payments.answered() + 1_000);
                final String victim = payments.client().active();
                nodes.get(victim).kill();
                start(victim, transport); // at once: it was alone if the other one had not kept up
                payUntil(payments, payments.answered() + 1_000);
            }
            checkBoth(payments);
        }
    }

    @ParameterizedTest
    @EnumSource(NodeContext.Transport.class)
    void shouldLoseNothingWhenTheActiveIsPausedAndGoesOn(final NodeContext.Transport transport) {
        try (Payments payments = startBoth(transport)) {
            boolean isDeposed = false;
            while (!isDeposed) {
                payments.pumpUntil("both in sync", () -> payments.inSync() == 2);
                payUntil(payments, payments.answered() + 1_000);
                final String victim = payments.client().active();
                nodes.get(victim).pause();
                isDeposed = isDeposed(payments, victim);
                if (isDeposed) {
                    payUntil(payments, payments.answered() + 1_000);
                }
                nodes.get(victim).resume();
            }
            checkBoth(payments);
        }
    }

    /** Waits until another node serves; not for ever, as one that was alone has no successor. */
    private static boolean isDeposed(final Payments payments, final String paused) {
        final long startNs = System.nanoTime();
        while (System.nanoTime() - startNs < PAUSE_MAX_NS) {
            payments.pump();
            final String active = payments.client().active();
            if (active != null && !active.equals(paused)) {
                return true;
            }
        }
        return false;
    }

    private static void payUntil(final Payments payments, final int goal) {
        payments.pumpUntil("answers", () -> payments.answered() >= goal);
    }

    /** Waits for both to be in sync, compares them, and ends them orderly. */
    private void checkBoth(final Payments payments) {
        payments.pumpUntil("both in sync", () -> payments.inSync() == 2);
        payments.check();
        payments.checkDigests();
        assertEquals(List.of(), payments.surprises());
        nodes.values().forEach(NodeProcess::close);
    }
}
