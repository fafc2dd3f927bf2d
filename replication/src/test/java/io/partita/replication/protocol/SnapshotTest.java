// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.protocol;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.partita.ledger.model.Id128;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Snapshots, their transfer, and what of the journal stays: R31 to R33. */
class SnapshotTest {
    private static final int SIZE = SnapshotSender.PIECE_LENGTH_MAX * 2 + 100;

    private final CoreHarness h = new CoreHarness().withStorage();
    private final byte[] bytes = TestStorage.bytes(SIZE);

    // ---------------------------------------------------------------------------------------------- the active

    /** Leads with records 1 to 50 given up, and a snapshot at 60. */
    private Snapshot leadShortened(final Id128 lidB) {
        h.journal.append(1, 80, 1).force();
        h.peerJournal.append(1, 20, 1);
        final Snapshot snapshot = TestStorage.name(h.journal, 60, 1, bytes);
        h.storage.newest = snapshot;
        h.storage.bytes = bytes;
        h.journal.discardTo(50);
        h.lead(2, lidB);
        return snapshot;
    }

    @Test
    void shouldStartFromTheNewestSnapshot() {
        leadShortened(null);

        assertEquals(60, h.core.commitSeq());
        assertThrows(RuntimeException.class, () -> h.core.onApplied(59, 1));
    }

    @Test
    void shouldPlanASnapshotForOneThatLacksWhatIsNotKept() {
        leadShortened(null);
        h.peerHello();

        assertEquals(List.of("WELCOME epoch=2 snapshot=60"), h.effects.take());
        assertTrue(h.flush().contains("SNAP_OFFER seq=60 size=" + SIZE));
    }

    @Test
    void shouldStreamToOneThatHasAllThatIsNotKept() {
        leadShortened(null);
        h.peerJournal.append(1, 30, 1);
        h.peerHello();

        assertEquals(List.of("WELCOME epoch=2 common=50"), h.effects.take());
    }

    @Test
    void shouldFindTheCommonSeqWithATruncatedTable() {
        leadShortened(null);
        h.peerJournal.append(1, 50, 1).append(3, 4, 666);
        h.peerHello();

        assertEquals(List.of("WELCOME epoch=2 common=70"), h.effects.take());
    }

    @Test
    void shouldStreamFromWhereTheStandbyBeginsAtLeast() {
        h.journal.append(1, 80, 1).force();
        h.peerJournal.append(1, 70, 1).append(5, 3, 666).discardTo(60);
        h.lead(2, null);
        h.peerHello();

        assertEquals(List.of("WELCOME epoch=2 common=70"), h.effects.take());
    }

    @Test
    void shouldPlanASnapshotWhenTheJournalsPartBeforeTheOldestRecord() {
        leadShortened(null);
        h.peerJournal.append(1, 60, 666);
        h.peerHello();
        assertEquals(List.of("WELCOME epoch=2 common=80"), h.effects.take());
        h.peerNack(NackCode.CHAIN_MISMATCH, 80);
        h.effects.take();
        h.peerHello();
        assertEquals(List.of("WELCOME epoch=2 common=50"), h.effects.take(), "from the oldest record on");
        h.peerNack(NackCode.CHAIN_MISMATCH, 50);
        h.effects.take();

        h.peerHello();

        assertEquals(List.of("WELCOME epoch=2 snapshot=60"), h.effects.take());
    }

    @Test
    void shouldStreamToOneThatComesBackWithTheSnapshot() {
        leadShortened(null);
        h.peerJournal.append(1, 60, 666);
        h.peerHello();
        h.peerNack(NackCode.CHAIN_MISMATCH, 80);
        h.peerHello();
        h.peerNack(NackCode.CHAIN_MISMATCH, 50);
        h.peerHello();
        h.effects.take();
        h.peerJournal.restart(h.storage.newest);

        h.peerHello();

        assertTrue(h.effects.take().contains("WELCOME epoch=2 common=60"));
    }

    @Test
    void shouldSendPiecesFromWhereTheStandbySaysWithinTheWindow() {
        leadShortened(null);
        h.peerHello();
        h.flush();
        h.effects.take();

        h.peerSnapAck(60, 3000);

        assertEquals(
                List.of(
                        "SNAP_CHUNK position=3000 length=" + SnapshotSender.PIECE_LENGTH_MAX,
                        "SNAP_CHUNK position=" + (3000 + SnapshotSender.PIECE_LENGTH_MAX) + " length="
                                + (SIZE - 3000 - SnapshotSender.PIECE_LENGTH_MAX)),
                chunks(h.flush()));
        assertEquals(List.of(), chunks(h.flush()), "each once");
    }

    private static List<String> chunks(final List<String> all) {
        return all.stream().filter(line -> line.startsWith("SNAP_CHUNK")).toList();
    }

    @Test
    void shouldRepeatTheOfferAsHeartbeat() {
        leadShortened(null);
        h.peerHello();
        h.flush();

        assertTrue(h.tick(20).contains("SNAP_OFFER seq=60 size=" + SIZE));
    }

    @Test
    void shouldEndATransferThatIsNotAnsweredOrMakesNoSense() {
        leadShortened(null);
        h.peerHello();
        h.flush();
        assertTrue(h.pass(1100).contains("close"));

        h.peerHello();
        h.effects.take();
        h.peerSnapAck(60, SIZE + 1);
        assertTrue(h.effects.take().contains("close"));
    }

    @Test
    void shouldEndATransferWhenTheSnapshotIsGone() {
        leadShortened(null);
        h.peerHello();
        h.flush();
        h.storage.newest = TestStorage.name(h.journal, 70, 1, bytes);
        h.peerSnapAck(60, 0);

        assertTrue(h.flush().contains("close"));
    }

    @Test
    void shouldNotCountAStandbyThatIsSentASnapshot() {
        leadShortened(CoreHarness.LID_B);
        h.peerHello();
        h.flush();
        h.peerAck(80, 0);
        h.flush();

        assertEquals(60, h.core.commitSeq(), "an ACK before the stream is none");
    }

    @Test
    void shouldEndAStreamWhoseNextRecordsAreNotKept() {
        h.journal.append(1, 80, 1).force();
        h.peerJournal.append(1, 20, 1);
        h.lead(2, null);
        h.peerHello();
        h.peerAck(20, 0);
        h.storage.newest = TestStorage.name(h.journal, 60, 1, bytes);
        h.journal.discardTo(50);

        assertTrue(h.flush().contains("close"));
    }

    // ---------------------------------------------------------------------------------------------- the standby

    private RegisterConfig bLeads(final long epoch) {
        return h.register(epoch, "node-b", null, CoreHarness.LID_B, 1);
    }

    /** A standby with five records, to be sent a snapshot at 60. */
    private Snapshot offered(final RegisterConfig cfg) {
        if (h.peerJournal.lastSeq() == 0) {
            h.peerJournal.append(1, 80, 1);
        }
        return TestStorage.name(h.peerJournal, 60, 1, bytes);
    }

    private void connect(final RegisterConfig cfg, final Snapshot snapshot) {
        h.pass(30);
        h.core.onConnected(h.effects.lastSession, "node-b", true);
        h.peerWelcome(cfg, snapshot);
        h.metaDurable();
    }

    /** Receiving, with a new lineage. */
    private Snapshot receive(final RegisterConfig cfg) {
        final Snapshot snapshot = offered(cfg);
        h.journal.append(1, 5, 1);
        h.start(CoreHarness.meta(1, true));
        h.core.onRegisterRead(cfg);
        connect(cfg, snapshot);
        h.metaDurable();
        connect(cfg, snapshot);
        h.effects.take();
        return snapshot;
    }

    @Test
    void shouldTakeANewLineageDurablyBeforeItSpeaksAgain() {
        final RegisterConfig cfg = bLeads(2);
        final Snapshot snapshot = offered(cfg);
        h.journal.append(1, 5, 1);
        h.start(CoreHarness.meta(1, true));
        h.core.onRegisterRead(cfg);
        connect(cfg, snapshot);

        assertNotEquals(CoreHarness.LID_A, h.effects.persisted.lid());
        assertFalse(h.effects.persisted.gate());
        assertFalse(h.pass(100).contains("connect node-b"), "I17: not durable yet");

        h.metaDurable();
        assertTrue(h.pass(100).contains("connect node-b"));
        h.core.onConnected(h.effects.lastSession, "node-b", true);
        assertEquals(h.effects.persisted.lid(), h.effects.lidSeen);
        assertEquals(0, h.core.meta().durableLow(), "what was durable belongs to the lineage before");
    }

    @Test
    void shouldKeepALineageThatNobodyCountsOn() {
        final RegisterConfig cfg = bLeads(2);
        final Snapshot snapshot = receive(cfg);
        final Id128 lid = h.core.meta().lid();
        h.core.onDisconnected(h.effects.lastSession, LinkLoss.RESET);

        connect(cfg, snapshot);

        assertEquals(lid, h.core.meta().lid());
    }

    @Test
    void shouldReceiveVerifyAndSwitch() {
        final RegisterConfig cfg = bLeads(2);
        final Snapshot snapshot = receive(cfg);

        h.peerSnapOffer(2, snapshot);
        assertEquals(List.of("begin seq=60 at 0", "SNAP_ACK id=60 position=0"), h.flush());
        h.peerSnapChunk(2, snapshot, bytes, 0, 3000);
        assertEquals(List.of("SNAP_ACK id=60 position=3000"), h.flush());
        h.peerSnapOffer(2, snapshot);
        assertEquals(List.of("SNAP_ACK id=60 position=3000"), h.flush(), "an offer is a heartbeat");
        h.peerSnapChunk(2, snapshot, bytes, 3000, 3000);
        h.peerSnapChunk(2, snapshot, bytes, 6000, SIZE - 6000);
        assertEquals(List.of("install seq=60", "close"), h.effects.take());
        assertArrayEquals(bytes, h.storage.received);
        assertFalse(h.pass(100).contains("connect node-b"), "while the journal is being replaced");

        h.core.onSnapshotInstalled(h.storage.switchOver());

        assertEquals(60, h.core.commitSeq());
        h.tick(10);
        h.core.onConnected(h.effects.lastSession, "node-b", true);
        assertEquals(List.of("HELLO lastSeq=60 promised=2"), h.effects.take());
        h.peerWelcome(cfg, 2, 60);
        h.peerAppend(2, 61, 65, 65, 0);
        assertEquals(List.of("append to 65", "ACK matched=65 probe=0"), h.flush());
        assertEquals(65, h.core.commitSeq());
    }

    @Test
    void shouldGoOnAfterAFailoverWhereItStopped() {
        final RegisterConfig cfg = bLeads(2);
        final Snapshot snapshot = receive(cfg);
        h.peerSnapOffer(2, snapshot);
        h.peerSnapChunk(2, snapshot, bytes, 0, 3000);
        h.core.onDisconnected(h.effects.lastSession, LinkLoss.RESET);

        final RegisterConfig next = bLeads(3);
        h.core.onRegisterRead(next);
        connect(next, snapshot);
        h.effects.take();
        h.peerSnapOffer(3, snapshot);

        assertEquals(List.of("begin seq=60 at 3000", "SNAP_ACK id=60 position=3000"), h.flush());
    }

    @Test
    void shouldStartOverWithAnotherSnapshot() {
        final RegisterConfig cfg = bLeads(2);
        final Snapshot snapshot = receive(cfg);
        h.peerSnapOffer(2, snapshot);
        h.peerSnapChunk(2, snapshot, bytes, 0, 3000);
        h.effects.take();

        h.peerSnapOffer(2, TestStorage.name(h.peerJournal, 70, 1, bytes));

        assertEquals(List.of("begin seq=70 at 0", "SNAP_ACK id=70 position=0"), h.flush());
    }

    @Test
    void shouldPassOverPiecesThatDoNotFollow() {
        final RegisterConfig cfg = bLeads(2);
        final Snapshot snapshot = receive(cfg);
        h.peerSnapOffer(2, snapshot);
        h.peerSnapChunk(2, snapshot, bytes, 3000, 3000);

        assertTrue(h.flush().contains("SNAP_ACK id=60 position=0"));
    }

    @Test
    void shouldEndTheSessionAtADamagedPiece() {
        final RegisterConfig cfg = bLeads(2);
        final Snapshot snapshot = receive(cfg);
        h.peerSnapOffer(2, snapshot);
        h.effects.take();

        h.damageNextFrame();
        h.peerSnapChunk(2, snapshot, bytes, 0, 3000);

        assertEquals(List.of("alarm CORRUPT_RECORDS", "NACK CORRUPT seq=60", "close"), h.effects.take());
    }

    @Test
    void shouldStartOverWhenTheWholeIsRefused() {
        final RegisterConfig cfg = bLeads(2);
        final Snapshot snapshot = receive(cfg);
        h.peerSnapOffer(2, snapshot);
        for (int at = 0; at < SIZE; at += 3000) {
            h.peerSnapChunk(2, snapshot, bytes, at, Math.min(3000, SIZE - at));
        }
        h.effects.take();

        h.core.onSnapshotRefused("digest differs");

        assertEquals(List.of("alarm CORRUPT_RECORDS"), h.effects.take());
        assertTrue(h.pass(100).contains("connect node-b"));
        assertEquals(5, h.journal.lastSeq(), "what was there stays");
    }

    @Test
    void shouldNeverGoBackBehindWhatIsCommitted() {
        h.peerJournal.append(1, 80, 1);
        final Snapshot snapshot = TestStorage.name(h.peerJournal, 60, 1, bytes);
        h.journal.append(1, 70, 666).force();
        h.storage.newest = TestStorage.name(h.journal, 65, 1, bytes);
        h.start(CoreHarness.meta(1, true));
        final RegisterConfig cfg = bLeads(2);
        h.core.onRegisterRead(cfg);
        connect(cfg, snapshot);
        h.metaDurable();
        connect(cfg, snapshot);
        h.peerSnapOffer(2, snapshot);

        assertEquals(HaltReason.COMMITTED_CONFLICT, h.core.haltReason());
    }

    @Test
    void shouldHaltAtALogicVersionItLacks() {
        final RegisterConfig cfg = bLeads(2);
        final Snapshot snapshot = receive(cfg);

        h.peerSnapOffer(2, new Snapshot(60, 1, snapshot.chain(), 1, 99, SIZE, 0));

        assertEquals(HaltReason.LOGIC, h.core.haltReason());
    }

    @Test
    void shouldSayThatItKeepsNoSnapshots() {
        final CoreHarness plain = new CoreHarness();
        plain.peerJournal.append(1, 80, 1);
        final Snapshot snapshot = TestStorage.name(plain.peerJournal, 60, 1, bytes);
        plain.start(CoreHarness.meta(1, false));
        final RegisterConfig cfg = plain.register(2, "node-b", null, CoreHarness.LID_B, 1);
        plain.core.onRegisterRead(cfg);
        plain.tick(1);
        plain.core.onConnected(plain.effects.lastSession, "node-b", true);
        plain.effects.take();
        plain.peerWelcome(cfg, snapshot);
        plain.metaDurable();

        assertEquals(List.of("alarm PEER_REFUSED", "close"), plain.effects.take());
        assertEquals(CoreHarness.LID_A, plain.core.meta().lid());
    }

    @Test
    void shouldNotTakePartInTheRegisterWhileItReceives() {
        h.peerJournal.append(1, 80, 1);
        h.journal.append(1, 5, 1);
        final RegisterConfig cfg = h.register(2, "node-b", CoreHarness.LID_A, CoreHarness.LID_B, 1);
        final Snapshot snapshot = receive(cfg);
        h.peerSnapOffer(2, snapshot);
        h.core.onDisconnected(h.effects.lastSession, LinkLoss.REFUSED);

        final List<String> later = h.pass(3000);

        assertFalse(later.stream().anyMatch(line -> line.startsWith("CAS")), () -> "" + later);
    }

    // ---------------------------------------------------------------------------------------------- taking, keeping

    private CoreHarness serving() {
        h.config.snapshotRecords(10);
        h.journal.append(1, 30, 1).force();
        return h;
    }

    @Test
    void shouldTakeASnapshotOfWhatIsApplied() {
        serving().serveAlone(2);

        assertTrue(h.pass(20).contains("take seq=31 epoch=2 digest=31000"));
        assertFalse(h.pass(20).toString().contains("take"), "one at a time");
    }

    @Test
    void shouldLeaveSnapshotsToTheStandby() {
        h.peerJournal.append(1, 30, 1);
        serving().servePair(2);
        assertFalse(h.pass(20).toString().contains("take"));

        h.journal.append(2, 10, 1);
        h.core.onLocalAppend(41);
        h.flush();
        h.peerAck(41, 0);
        h.flush();
        h.apply();

        assertTrue(h.pass(20).contains("take seq=41 epoch=2 digest=41000"), "but its own journal is bounded, too");
    }

    @Test
    void shouldKeepTwoSnapshotsBack() {
        serving().serveAlone(2);
        h.pass(20);
        h.storage.written();
        assertFalse(h.pass(20).toString().contains("discard"));
        more(15);
        h.pass(20);
        h.storage.written();

        assertTrue(h.pass(20).contains("discard to 31"));
        assertEquals(32, h.journal.oldestSeq());
        assertFalse(h.pass(20).toString().contains("discard"));
    }

    private void more(final int records) {
        h.journal.append(2, records, 1).force();
        h.core.onLocalAppend(h.journal.lastSeq());
        h.flush();
        h.apply();
    }

    @Test
    void shouldKeepTheHistoryThatIsWanted() {
        h.config.historyRecords(20);
        serving().serveAlone(2);
        h.pass(20);
        h.storage.written();
        more(15);
        h.pass(20);
        h.storage.written();

        assertTrue(h.pass(20).contains("discard to 26"));
    }

    @Test
    void shouldKeepWhatTheSlowestMemberLacks() {
        h.peerJournal.append(1, 30, 1);
        serving().servePair(2);
        h.storage.newest = TestStorage.name(h.journal, 31, 2, bytes);
        h.storage.previous = TestStorage.name(h.journal, 20, 1, bytes);
        h.core.onDisconnected(h.inbound, LinkLoss.EOF);
        assertFalse(h.pass(20).toString().contains("discard"), "the floor is all that is known of it");

        h.peerJournal.append(2, 1, -2);
        h.peerHello();
        h.peerAck(15, 0);
        assertTrue(h.tick(1).contains("discard to 15"));
    }

    @Test
    void shouldKeepWhatFollowsASnapshotUntilItsReceiverComesBack() {
        serving().serveAlone(2);
        final Snapshot sent = TestStorage.name(h.journal, 10, 1, bytes);
        h.storage.newest = sent;
        h.journal.discardTo(5);
        h.peerHello();
        h.flush();
        h.core.onDisconnected(h.inbound, LinkLoss.EOF);
        h.storage.newest = TestStorage.name(h.journal, 31, 2, bytes);
        h.storage.previous = TestStorage.name(h.journal, 20, 1, bytes);
        assertTrue(h.tick(1).contains("discard to 10"), "while it installs, it has no session");

        assertTrue(h.pass(61_000).contains("discard to 20"), "but not for ever");
    }

    @Test
    void shouldKeepWhatAPeerIsBeingFilledWithWhileThereIsRoom() {
        h.config.spaceLowBytes(1000);
        serving().serveAlone(2);
        h.peerHello();
        h.peerAck(0, 0);
        h.storage.newest = TestStorage.name(h.journal, 31, 2, bytes);
        h.storage.previous = TestStorage.name(h.journal, 20, 1, bytes);
        assertFalse(h.pass(20).toString().contains("discard"));

        h.journal.freeBytes = 999;

        assertTrue(h.pass(20).contains("discard to 20"));
    }
}
