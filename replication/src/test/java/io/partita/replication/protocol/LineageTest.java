// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.Id128;
import io.partita.ledger.model.PartitaException;
import org.junit.jupiter.api.Test;

/** R2: who is still who it was. */
class LineageTest {
    private static final Id128 CLUSTER = new Id128(1, 1);
    private static final Id128 OLD = new Id128(2, 2);
    private static final Id128 FRESH = new Id128(3, 3);

    private static NodeMeta meta(final boolean gate, final boolean clean, final HaltReason halted) {
        return new NodeMeta(CLUSTER, "node-a", OLD, 4, 5, 6, gate, "boot-1", clean, 10, 1, halted);
    }

    private static NodeMeta boot(
            final NodeMeta stored, final String bootId, final long lastSeq, final boolean damaged) {
        return Lineage.atBoot(stored, CLUSTER, "node-a", bootId, lastSeq, damaged, false, FRESH);
    }

    @Test
    void shouldKeepTheLineageAfterAProcessCrash() {
        final NodeMeta booted = boot(meta(false, false, HaltReason.NONE), "boot-1", 20, false);

        assertEquals(OLD, booted.lid());
        assertEquals(4, booted.promisedEpoch());
        assertFalse(booted.clean());
    }

    @Test
    void shouldDrawANewLineageAfterAnUncleanRebootWithoutGate() {
        final NodeMeta booted = boot(meta(false, false, HaltReason.NONE), "boot-2", 20, false);

        assertEquals(FRESH, booted.lid());
        assertEquals(4, booted.promisedEpoch(), "promises outlive lineages");
        assertEquals("boot-2", booted.bootId());
    }

    @Test
    void shouldKeepTheLineageAfterARebootWithGateOrCleanEnd() {
        assertEquals(
                OLD,
                boot(meta(true, false, HaltReason.NONE), "boot-2", 20, false).lid());
        assertEquals(
                OLD,
                boot(meta(false, true, HaltReason.NONE), "boot-2", 20, false).lid());
    }

    @Test
    void shouldTreatAnUnknownBootAsAReboot() {
        assertEquals(
                FRESH, boot(meta(false, false, HaltReason.NONE), "", 20, false).lid());
        assertFalse(Lineage.tailTrusted(meta(false, false, HaltReason.NONE), ""));
        assertTrue(Lineage.tailTrusted(meta(true, false, HaltReason.NONE), ""));
        assertTrue(Lineage.tailTrusted(meta(false, false, HaltReason.NONE), "boot-1"));
        assertFalse(Lineage.tailTrusted(null, "boot-1"));
    }

    @Test
    void shouldDrawANewLineageForADamagedShortenedOrFaultyJournal() {
        assertEquals(
                FRESH,
                boot(meta(true, true, HaltReason.NONE), "boot-1", 20, true).lid());
        assertEquals(
                FRESH,
                boot(meta(true, true, HaltReason.NONE), "boot-1", 9, false).lid());
        assertEquals(
                FRESH,
                boot(meta(true, false, HaltReason.STORAGE_FAULT), "boot-1", 20, false)
                        .lid());
        assertEquals(FRESH, boot(null, "boot-1", 20, false).lid());
    }

    @Test
    void shouldNameAWrongConfigurationAsACauseOfAnotherRegister() {
        final PartitaException refused = assertThrows(
                PartitaException.class,
                () -> boot(meta(true, true, HaltReason.REGISTER_REGRESSION), "boot-1", 20, false));

        assertEquals(ErrorCode.REGISTER_REGRESSION, refused.code());
        assertTrue(refused.nextStep().contains("zookeeper.path), correct it"), refused::nextStep);
        assertTrue(refused.nextStep().contains("new lineage or an empty data folder"), refused::nextStep);
    }

    @Test
    void shouldRefuseAnotherClusterNodeOrAHaltThatNeedsAnOperator() {
        final NodeMeta stored = meta(false, false, HaltReason.DIGEST_MISMATCH);

        assertEquals(
                ErrorCode.WRONG_CLUSTER,
                assertThrows(
                                PartitaException.class,
                                () -> Lineage.atBoot(stored, new Id128(9, 9), "node-a", "b", 0, false, false, FRESH))
                        .code());
        assertEquals(
                ErrorCode.WRONG_NODE,
                assertThrows(
                                PartitaException.class,
                                () -> Lineage.atBoot(stored, CLUSTER, "node-b", "b", 0, false, false, FRESH))
                        .code());
        assertEquals(
                ErrorCode.DIGEST_MISMATCH,
                assertThrows(PartitaException.class, () -> boot(stored, "boot-1", 20, false))
                        .code());
        assertEquals(
                FRESH,
                Lineage.atBoot(stored, CLUSTER, "node-a", "boot-1", 20, false, true, FRESH)
                        .lid());
    }
}
