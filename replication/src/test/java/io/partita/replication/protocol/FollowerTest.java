// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.partita.ledger.model.Id128;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** A standby: R4 to R11, R39. */
class FollowerTest {
    private final CoreHarness h = new CoreHarness();

    private RegisterConfig bLeads(final long epoch) {
        return h.register(epoch, "node-b", CoreHarness.LID_A, CoreHarness.LID_B, 1);
    }

    @Test
    void shouldStartPassiveAndReadTheRegister() {
        h.start(CoreHarness.meta(0, false));

        assertEquals(Role.PASSIVE, h.core.role());
        assertEquals(1, h.effects.reads);
    }

    @Test
    void shouldSayHelloToTheActiveThatTheRegisterNames() {
        h.journal.append(1, 3, 1);
        h.start(CoreHarness.meta(1, false));
        h.core.onRegisterRead(bLeads(2));

        assertTrue(h.tick(1).contains("connect node-b"));
        h.core.onConnected(h.effects.lastSession, "node-b", true);

        assertEquals(List.of("HELLO lastSeq=3 promised=2"), h.effects.take());
    }

    @Test
    void shouldAcknowledgeOnlyOnceThePromiseIsDurable() {
        h.peerJournal.append(2, 3, 1);
        h.start(CoreHarness.meta(1, false));
        final RegisterConfig cfg = bLeads(2);
        h.core.onRegisterRead(cfg);
        h.tick(1);
        h.core.onConnected(h.effects.lastSession, "node-b", true);
        h.effects.take();

        h.peerWelcome(cfg, 2, 0);
        assertEquals(List.of(), h.flush());
        h.metaDurable();

        assertEquals(2, h.effects.persisted.promisedEpoch());
        assertEquals(List.of("ACK matched=0 probe=0"), h.flush());
    }

    @Test
    void shouldRefuseAnEpochOlderThanPromised() {
        h.start(CoreHarness.meta(5, false));
        final RegisterConfig cfg = bLeads(5);
        h.core.onRegisterRead(cfg);
        h.tick(1);
        h.core.onConnected(h.effects.lastSession, "node-b", true);
        h.effects.take();

        h.peerWelcome(cfg, 4, 0);

        assertEquals(List.of("REJECT STALE_EPOCH", "close"), h.effects.take());
    }

    @Test
    void shouldRefuseAnEpochOlderThanItsLastRecord() {
        h.journal.append(5, 1, 1);
        h.start(CoreHarness.meta(3, false));
        final RegisterConfig cfg = bLeads(3);
        h.core.onRegisterRead(cfg);
        h.tick(1);
        h.core.onConnected(h.effects.lastSession, "node-b", true);
        h.effects.take();

        h.peerWelcome(cfg, 4, 0);

        assertEquals(List.of("REJECT STALE_EPOCH", "close"), h.effects.take());
    }

    @Test
    void shouldAppendAcknowledgeAndCommitWhatItHolds() {
        h.peerJournal.append(2, 5, 1);
        h.start(CoreHarness.meta(1, false)).follow(bLeads(2), 0);

        h.peerAppend(2, 1, 3, 9, 4);

        assertEquals(List.of("append to 3", "ACK matched=3 probe=4"), h.flush());
        assertEquals(3, h.core.commitSeq(), "R10: no further than matched");
        h.peerAppend(2, 4, 5, 4, 5);
        assertEquals(List.of("append to 5", "ACK matched=5 probe=5"), h.flush());
        assertEquals(4, h.core.commitSeq());
    }

    @Test
    void shouldSkipWhatItHasAndRefuseGaps() {
        h.peerJournal.append(2, 6, 1);
        h.start(CoreHarness.meta(1, false)).follow(bLeads(2), 0);
        h.peerAppend(2, 1, 3, 0, 0);
        h.flush();

        h.peerAppend(2, 2, 4, 0, 0);
        assertEquals(List.of("append to 4", "ACK matched=4 probe=0"), h.flush());
        h.peerAppend(2, 6, 6, 0, 0);

        assertEquals(List.of("NACK GAP seq=5", "close"), h.effects.take());
    }

    @Test
    void shouldRefuseDamagedRecords() {
        h.peerJournal.append(2, 2, 1);
        h.start(CoreHarness.meta(1, false)).follow(bLeads(2), 0);
        final UnsafeBuffer run = h.peerJournal.run(1, 2);
        run.putByte(70, (byte) (run.getByte(70) ^ 1));

        h.peerAppend(2, 1, 0, 0, run);

        assertEquals(List.of("alarm CORRUPT_RECORDS", "NACK CORRUPT seq=1", "close"), h.effects.take());
        assertEquals(0, h.journal.lastSeq());
    }

    @Test
    void shouldCutOnlyWhereRecordsConflict() {
        h.journal.append(1, 5, 1).append(1, 2, 666);
        h.peerJournal.append(1, 5, 1).append(2, 3, 2);
        h.start(CoreHarness.meta(1, false)).follow(bLeads(2), 3);

        h.peerAppend(2, 4, 5, 0, 0);
        assertEquals(List.of("ACK matched=5 probe=0"), h.flush(), "equal records are skipped, the tail stays");
        h.peerAppend(2, 6, 8, 0, 0);

        assertEquals(List.of("cut to 5", "append to 8", "ACK matched=8 probe=0"), h.flush());
        assertEquals(h.peerJournal.lastChain(), h.journal.lastChain());
    }

    @Test
    void shouldHaltRatherThanCutWhatIsCommitted() {
        h.journal.append(1, 5, 1);
        h.peerJournal.append(1, 3, 1).append(2, 3, 2);
        h.start(CoreHarness.meta(1, false));
        final RegisterConfig floor = h.register(1, "node-b", CoreHarness.LID_A, CoreHarness.LID_B, 1)
                .withInSync(
                        new Id128(0, 9),
                        "node-b",
                        0,
                        List.of(
                                new RegisterConfig.Member("node-a", CoreHarness.LID_A),
                                new RegisterConfig.Member("node-b", CoreHarness.LID_B)),
                        5,
                        h.journal.chainAt(5));
        h.skipVersion();
        h.follow(floor, 3);
        assertEquals(5, h.core.commitSeq());

        h.peerAppend(1, 4, 4, 0, 0);
        assertEquals(List.of("NACK GAP seq=4", "close"), h.effects.take());
        h.follow(h.register(3, "node-b", CoreHarness.LID_A, CoreHarness.LID_B, 4), 3);
        h.peerAppend(3, 4, 4, 0, 0);

        assertEquals(List.of("halt COMMITTED_CONFLICT"), h.effects.take());
        assertEquals(Role.HALTED, h.core.role());
        assertEquals(HaltReason.COMMITTED_CONFLICT, h.core.meta().halted());
    }

    @Test
    void shouldAcknowledgeOnlyWhatIsDurableWhenGated() {
        h.peerJournal.append(2, 3, 1);
        h.config.durability(Durability.ALL_FSYNC);
        h.start(CoreHarness.meta(1, true)).follow(bLeads(2), 0);
        h.flush();

        h.peerAppend(2, 1, 3, 0, 0);
        assertEquals(List.of("append to 3", "force", "ACK matched=0 probe=0"), h.flush());
        h.journal.force();

        assertEquals(List.of("ACK matched=3 probe=0"), h.flush());
        assertTrue(h.core.gated());
    }

    @Test
    void shouldReportAChainThatDoesNotMatchTheWelcome() {
        h.journal.append(1, 3, 666);
        h.peerJournal.append(1, 3, 1);
        h.start(CoreHarness.meta(1, false));
        h.follow(bLeads(2), 0);
        h.core.onDisconnected(h.effects.lastSession, LinkLoss.EOF);
        h.tick(1);
        h.core.onConnected(h.effects.lastSession, "node-b", true);
        h.effects.take();

        h.peerWelcome(h.core.registerConfig(), 2, 2);

        assertEquals(List.of("NACK CHAIN_MISMATCH seq=2", "close"), h.effects.take());
    }

    @Test
    void shouldStopWhenStorageFails() {
        h.peerJournal.append(2, 3, 1);
        h.start(CoreHarness.meta(1, false)).follow(bLeads(2), 0);

        h.core.onStorageFault(HaltReason.STORAGE_FAULT, "test");
        h.peerAppend(2, 1, 3, 0, 0);

        assertEquals(List.of("halt STORAGE_FAULT"), h.flush());
        assertFalse(h.core.mayAnswer());
    }

    @Test
    void shouldHaltWhenToldThatItsStateDiffers() {
        h.start(CoreHarness.meta(1, false)).follow(bLeads(2), 0);

        h.peerReject(RejectCode.DIGEST_MISMATCH, Role.ACTIVE, 1);

        assertEquals(List.of("halt DIGEST_MISMATCH"), h.effects.take());
    }

    @Test
    void shouldNotFollowAnotherCluster() {
        h.start(CoreHarness.meta(1, false));
        final RegisterConfig cfg = bLeads(1);

        h.core.onRegisterRead(new RegisterConfig(
                new Id128(6, 6),
                cfg.ver(),
                cfg.opId(),
                "",
                0,
                1,
                "node-b",
                cfg.inSync(),
                1,
                0,
                0,
                0,
                cfg.policy(),
                1,
                cfg.durability(),
                cfg.nodes(),
                List.of(),
                cfg.unclean()));

        assertEquals(List.of("halt WRONG_CLUSTER"), h.effects.take());
    }

    @Test
    void shouldCloseALinkThatItGaveUpBefore() {
        h.start(CoreHarness.meta(1, false));
        h.core.onRegisterRead(bLeads(2));
        h.pass(10);
        final long first = h.effects.lastSession;
        h.pass(600);
        assertTrue(h.effects.lastSession > first);
        h.effects.take();

        h.core.onConnected(first, "node-b", true);

        assertEquals(List.of("close"), h.effects.take());
    }

    @Test
    void shouldSayOnceThatTheRegisterCannotBeReached() {
        h.start(CoreHarness.meta(1, false));
        h.core.onRegisterReadFailed();
        h.pass(200);
        h.core.onRegisterReadFailed();
        assertEquals(List.of(), h.effects.take());
        h.pass(200);
        h.core.onRegisterRead(null);
        h.pass(200);
        h.core.onRegisterReadFailed();

        assertEquals(List.of("alarm REGISTER_UNREACHABLE"), h.effects.take());
    }

    @Test
    void shouldHaltWhenTheRegisterStaysBehindWhatWasSeen() {
        final RegisterConfig old = bLeads(1);
        h.start(CoreHarness.meta(1, false));
        h.core.onRegisterRead(bLeads(2));
        h.core.onRegisterRead(old);
        assertEquals(Role.PASSIVE, h.core.role(), "one read may be stale");
        assertTrue(h.effects.take().contains("alarm REGISTER_BEHIND"));

        h.pass(h.config.regressionNs() / CoreHarness.MS + 10);
        h.core.onRegisterRead(null);
        assertEquals(HaltReason.NONE, h.core.haltReason(), "nor is time alone a proof");
        for (int i = 0; i < 20; i++) {
            h.core.onRegisterRead(null);
        }

        assertEquals(HaltReason.REGISTER_REGRESSION, h.core.haltReason());
    }

    /** A register that lost its last write and took another one is not behind what was seen. */
    @Test
    void shouldHaltWhenAVersionIsWrittenTwice() {
        final RegisterConfig first = bLeads(1);
        final RegisterConfig lost = written(first, 1);
        h.start(CoreHarness.meta(1, false));
        h.core.onRegisterRead(first);
        h.core.onRegisterRead(lost);
        h.core.onRegisterRead(lost);
        assertEquals(HaltReason.NONE, h.core.haltReason());

        h.core.onRegisterRead(written(first, 2));

        assertEquals(HaltReason.REGISTER_REGRESSION, h.core.haltReason());
    }

    /** The write that it lost was a claim, and it took another claim of the epoch and one write more before it was read again. */
    @Test
    void shouldHaltWhenAnEpochIsClaimedTwice() {
        final RegisterConfig lost = bLeads(1);
        final RegisterConfig other = h.register(1, "node-a", CoreHarness.LID_A, CoreHarness.LID_B, 1);
        h.start(CoreHarness.meta(1, false));
        h.core.onRegisterRead(lost);
        assertEquals(HaltReason.NONE, h.core.haltReason());

        h.core.onRegisterRead(written(other, 2));

        assertEquals(HaltReason.REGISTER_REGRESSION, h.core.haltReason());
    }

    private static RegisterConfig written(final RegisterConfig before, final long opId) {
        return before.withInSync(
                new Id128(7, opId), "node-b", 0, before.inSync(), before.floorSeq(), before.floorChain());
    }
}
