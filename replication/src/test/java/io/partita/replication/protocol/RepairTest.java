// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.partita.ledger.model.Id128;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** Damage that is no torn tail: R39. */
class RepairTest {
    private final CoreHarness h = new CoreHarness().withStorage();
    private RegisterConfig cfg;

    /** A standby that holds 20 records, 15 of them committed. */
    private void follow() {
        h.peerJournal.append(2, 20, 1);
        h.start(CoreHarness.meta(1, false));
        cfg = h.register(2, "node-b", CoreHarness.LID_A, CoreHarness.LID_B, 1);
        h.follow(cfg, 0);
        h.peerAppend(2, 1, 20, 15, 0);
        h.flush();
        h.effects.take();
    }

    /** Its new lineage is durable, and it is connected again. */
    private void comeBack(final long commonSeq) {
        h.metaDurable();
        h.pass(30);
        h.core.onConnected(h.effects.lastSession, "node-b", true);
        h.peerWelcome(cfg, 2, commonSeq);
        h.effects.take();
    }

    /** The storage has put in place what it was given. */
    private void repaired(final long first, final long last) {
        h.storage.repaired();
        h.core.onRepaired(first, last);
    }

    @Test
    void shouldGiveUpItsMembershipBeforeAnythingElse() {
        follow();
        h.journal.damage(7);

        h.core.onDamage(7, 7);

        assertEquals(List.of("alarm DAMAGED"), h.effects.take());
        final List<String> next = h.tick(1);
        assertTrue(next.contains("close"), () -> "" + next);
        assertNotEquals(CoreHarness.LID_A, h.effects.persisted.lid());
        assertFalse(h.pass(50).toString().contains("connect"), "I17: not durable yet");
        assertFalse(h.core.inSync());
    }

    @Test
    void shouldFetchWhatIsCommittedAndCutTheRest() {
        follow();
        h.journal.damage(7);
        h.journal.damage(18);
        h.core.onDamage(7, 7);
        h.core.onDamage(18, 18);
        h.tick(1);

        h.metaDurable();
        assertEquals(List.of("cut to 15"), h.effects.take());
        comeBack(15);
        assertEquals(List.of("FETCH 7..15"), h.flush());
        assertEquals(List.of(), h.flush(), "asked again only after a while");
        h.peerAppend(2, 7, 9, 0, 0);
        assertEquals(List.of("collect 3"), h.flush());
        h.peerAppend(2, 10, 15, 0, 0);
        assertEquals(List.of("collect 6", "repair 7..15"), h.flush());
        assertTrue(h.core.isDamaged(7) && !h.core.isDamaged(16));
        h.peerAppend(2, 7, 9, 0, 0); // asked for twice
        assertEquals(List.of(), h.flush());
        repaired(7, 15);
        assertEquals(List.of("ACK matched=15 probe=0"), h.flush());

        assertEquals(h.peerJournal.record(7), h.journal.record(7));
        h.peerAppend(2, 16, 20, 20, 0);
        assertEquals(20, h.core.commitSeq());
    }

    @Test
    void shouldCutAwayWhatIsNotCommitted() {
        follow();
        h.core.onDamage(17, 19);
        h.tick(1);
        h.metaDurable();

        assertEquals(List.of("cut to 16"), h.effects.take());
        comeBack(16);
        assertEquals(List.of("ACK matched=16 probe=0"), h.flush());
    }

    /** The tables do not tell that both journals are of one history: the record behind the damage does. */
    @Test
    void shouldCompareHistoriesBeforeItTakesARecord() {
        follow();
        h.journal.damage(7);
        h.core.onDamage(7, 8);
        h.tick(1);
        comeBack(0);
        assertEquals(List.of("FETCH 9..9"), h.flush());
        h.peerAppend(2, 1, 0, 0, 0); // a heartbeat
        h.peerAppend(2, 9, 9, 0, 0);
        assertEquals(List.of("FETCH 7..8"), h.flush());
        h.peerAppend(2, 7, 8, 0, 0);
        assertEquals(List.of("collect 2", "repair 7..8"), h.flush());
    }

    /** An operator has given up what is committed here (R36). */
    @Test
    void shouldTakeNoRecordOfAnotherHistory() {
        follow();
        h.journal.damage(7);
        h.core.onDamage(7, 7);
        h.tick(1);
        h.peerJournal.cutTo(5);
        h.peerJournal.append(2, 20, 3);
        comeBack(0);
        assertEquals(List.of("FETCH 8..8"), h.flush());
        h.peerAppend(2, 8, 8, 0, 0);
        assertEquals(HaltReason.COMMITTED_CONFLICT, h.core.haltReason());
    }

    @Test
    void shouldNotMissWhatWasCutSinceTheDamageWasMet() {
        follow();
        h.journal.damage(17);
        h.core.onDamage(17, 17);
        h.tick(1);
        comeBack(16);

        h.core.onDamage(17, 17);

        assertEquals(List.of("alarm DAMAGED"), h.effects.take());
        final Id128 before = h.effects.persisted.lid();
        h.pass(50);
        assertEquals(before, h.effects.persisted.lid(), "nothing is to be repaired");
    }

    /** What was taken in stays with the storage; it is asked for again, since what fits now may be more. */
    @Test
    void shouldBeginAnewWhenMoreIsDamagedThanWasKnown() {
        follow();
        h.core.onDamage(7, 7);
        h.tick(1);
        comeBack(15);
        h.peerAppend(2, 7, 7, 0, 0);
        assertEquals(List.of("collect 1", "repair 7..7"), h.effects.take());

        h.core.onDamage(7, 8);
        h.core.onRepaired(7, 7);
        assertTrue(h.core.isRepairing());
        h.tick(1);
        h.pass(30);
        h.core.onConnected(h.effects.lastSession, "node-b", true);
        h.peerWelcome(cfg, 2, 15);
        h.effects.take();
        assertEquals(List.of("FETCH 7..8"), h.flush());
    }

    /** A link that breaks meanwhile costs nothing. */
    @Test
    void shouldFollowInALaterSessionThanTheOneThatBroughtTheRecords() {
        follow();
        h.core.onDamage(7, 7);
        h.tick(1);
        comeBack(15);
        h.peerAppend(2, 7, 7, 0, 0);
        h.core.onDisconnected(h.effects.lastSession, LinkLoss.EOF);
        repaired(7, 7);
        assertFalse(h.core.isFollowing());

        h.pass(30);
        h.core.onConnected(h.effects.lastSession, "node-b", true);
        h.peerWelcome(cfg, 2, 15);

        assertTrue(h.core.isFollowing());
    }

    @Test
    void shouldRepairOnlyWhatIsStillKept() {
        follow();
        h.journal.discardTo(10);

        h.core.onDamage(7, 9);
        assertEquals(List.of("alarm DAMAGED"), h.effects.take());
        assertFalse(h.tick(1).contains("close"), "nothing is missing");

        h.core.onDamage(7, 12);
        h.tick(1);
        comeBack(15);
        assertEquals(List.of("FETCH 11..12"), h.flush());
        h.peerAppend(2, 11, 12, 0, 0);
        assertEquals(List.of("collect 2", "repair 11..12"), h.flush());
        repaired(11, 12);
        assertEquals(List.of("ACK matched=15 probe=0"), h.flush());
    }

    @Test
    void shouldAskAgainWhenNothingComes() {
        follow();
        h.core.onDamage(7, 7);
        h.tick(1);
        comeBack(15);
        h.flush();

        assertTrue(h.pass(300).contains("FETCH 7..7"));
    }

    @Test
    void shouldTakeNoRecordsThatDoNotFit() {
        follow();
        h.core.onDamage(7, 8);
        h.tick(1);
        comeBack(15);
        final UnsafeBuffer other =
                new TestJournal(CoreHarness.CLUSTER).append(2, 20, 666).run(7, 8);

        h.peerAppend(2, 7, 0, 0, other);

        assertTrue(h.effects.take().contains("NACK CORRUPT seq=15"));
        assertEquals(h.peerJournal.record(7), h.journal.record(7));
    }

    @Test
    void shouldPassOverWhatWasAskedForTwice() {
        follow();
        h.core.onDamage(7, 9);
        h.tick(1);
        comeBack(15);
        h.peerAppend(2, 7, 8, 0, 0);
        h.effects.take();

        h.peerAppend(2, 7, 9, 0, 0);

        assertEquals(List.of("collect 1", "repair 7..9"), h.flush());
        repaired(7, 9);
        assertEquals(List.of("ACK matched=15 probe=0"), h.flush());
    }

    @Test
    void shouldHaltWithoutStorage() {
        final CoreHarness plain = new CoreHarness();
        plain.servePair(2);

        plain.core.onDamage(1, 1);

        assertEquals(HaltReason.DAMAGED, plain.core.haltReason());
    }

    @Test
    void shouldHaltAsSoleMemberAfterASnapshotOfAStateThatIsStillGood() {
        h.journal.append(1, 30, 1).force();
        h.serveAlone(2);
        h.core.onDamage(7, 7);
        final List<String> next = h.tick(1);

        assertTrue(next.contains("take seq=31 epoch=2 digest=31000"), () -> "" + next);
        assertTrue(next.contains("halt DAMAGED"), () -> "" + next);
        assertEquals(CoreHarness.LID_A, h.core.meta().lid(), "the next start draws another one");
    }

    @Test
    void shouldHaltAsSoleMemberThatDoesNotLead() {
        h.journal.append(1, 30, 1).force();
        h.start(CoreHarness.meta(2, false));
        h.core.onDamage(7, 7);
        assertFalse(h.tick(1).contains("halt DAMAGED"), "who else is in sync is not known yet");
        h.core.onRegisterRead(h.register(2, "node-a", CoreHarness.LID_A, null, 1));

        assertTrue(h.tick(1).contains("halt DAMAGED"));
    }

    @Test
    void shouldHaltWhenNobodyElseHoldsWhatIsCommitted() {
        h.servePair(2);
        h.core.onDisconnected(h.inbound, LinkLoss.EOF);
        h.core.onDamage(1, 1);

        assertTrue(h.tick(1).contains("halt DAMAGED"), "a listed member that is gone could not take over");
    }

    @Test
    void shouldLeaveTheLeadToAStandbyThatHoldsEverything() {
        h.servePair(2);
        h.core.onDamage(1, 1);
        assertTrue(h.tick(1).contains("PREP epoch=3 final=0"), "R29: a planned handover costs the clients least");

        final List<String> next = h.pass(2000);

        assertTrue(next.contains("PASSIVE epoch=2"), () -> "but it does not wait for ever: " + next);
        assertEquals(Role.PASSIVE, h.core.role());
        h.metaDurable();
        assertFalse(h.pass(5000).toString().contains("CAS"), "its lineage is nobody's member");
    }

    // ---------------------------------------------------------------------------------------------- the active's side

    @Test
    void shouldServeCommittedRecordsBeforeTheStream() {
        h.journal.append(1, 30, 1).force();
        h.peerJournal.append(1, 30, 1);
        h.serveAlone(2);
        h.peerHello();
        h.effects.take();

        h.peerFetch(7, 9);

        assertEquals(List.of("APPEND 7..9 commit=0"), h.flush());
        assertEquals(List.of(), h.flush());
        h.peerAck(30, 0);
        assertEquals(List.of("APPEND 31..31 commit=31"), h.flush());
    }

    /** Else they would wait for each other: its commit may need whoever asks to be back in sync first. */
    @Test
    void shouldServeWhatIsCommittedBeforeItKnowsThatItIs() {
        h.journal.append(1, 30, 1).force();
        h.peerJournal.append(1, 30, 1);
        h.lead(2, CoreHarness.LID_B);
        h.flush();
        h.peerLid = new Id128(20, 2);
        h.peerHello();
        h.effects.take();
        assertEquals(SubRole.OPENING, h.core.subRole());
        assertEquals(0, h.core.commitSeq());

        h.peerFetch(7, 9);

        assertEquals(List.of("APPEND 7..9 commit=0"), h.flush());
        assertEquals(0, h.core.commitSeq());
    }

    @Test
    void shouldRefuseWhatItDoesNotHave() {
        h.journal.append(1, 30, 1).force();
        h.peerJournal.append(1, 30, 1);
        h.serveAlone(2);
        h.peerHello();
        h.effects.take();

        h.peerFetch(7, 99);

        assertEquals(List.of("close"), h.effects.take());
    }

    @Test
    void shouldSendASnapshotInPlaceOfRecordsThatAreNotKept() {
        h.journal.append(1, 30, 1).force();
        h.peerJournal.append(1, 30, 1);
        h.storage.newest = TestStorage.name(h.journal, 20, 1, TestStorage.bytes(10));
        h.journal.discardTo(10);
        h.serveAlone(2);
        h.peerHello();
        h.peerFetch(7, 9);
        h.effects.take();

        h.peerHello();

        assertEquals(List.of("WELCOME epoch=2 snapshot=20"), h.effects.take());
    }

    @Test
    void shouldHaltWhenASnapshotWouldLeadBackwards() {
        follow();
        h.core.onDamage(7, 7);
        h.tick(1);
        h.metaDurable();
        h.pass(30);
        h.core.onConnected(h.effects.lastSession, "node-b", true);
        h.peerWelcome(cfg, TestStorage.name(h.peerJournal, 12, 2, TestStorage.bytes(10)));

        assertEquals(HaltReason.DAMAGED, h.core.haltReason());
    }
}
