// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A pair in one process: commit, failover, rejoin, with real journals and links. */
class ReplicatedLedgerTest {
    private static final int PER_BATCH = 8;

    @TempDir
    Path root;

    @ParameterizedTest
    @EnumSource(
            value = NodeContext.Transport.class,
            names = {"TCP", "IPC"})
    void shouldSettlePaymentsOnBothNodes(final NodeContext.Transport transport) {
        try (Pair pair = new Pair(root, transport).startBoth();
                Payments payments = new Payments(pair.clientContext(batch -> {}), PER_BATCH).open()) {
            payments.pay(200).check();
            payments.checkDigests();
            assertEquals(0, payments.existed());
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = NodeContext.Transport.class,
            names = {"TCP", "IPC"})
    void shouldFailOverAndLoseNothingWhenTheActiveDies(final NodeContext.Transport transport) {
        try (Pair pair = new Pair(root, transport).startBoth();
                Payments payments = new Payments(pair.clientContext(batch -> {}), PER_BATCH).open()) {
            payments.pumpUntil("some answers", () -> payments.answered() > 500);
            final String victim = pair.serving();
            pair.kill(victim);
            final int before = payments.answered();
            payments.pumpUntil("answers by the other node", () -> payments.answered() > before + 500);
            assertEquals(pair.other(victim), pair.awaitServing(1));
            pair.start(victim);
            payments.pumpUntil(
                    "the victim is back in sync",
                    () -> pair.report(pair.serving()).inSync() == 2);
            payments.check();
            payments.checkDigests();
            assertTrue(payments.submitted() > 1_000);
        }
    }
}
