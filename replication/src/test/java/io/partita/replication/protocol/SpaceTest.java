// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.partita.ledger.model.Outcome;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Space: R38, and R22 as far as it follows. */
class SpaceTest {
    private final CoreHarness h = new CoreHarness();

    SpaceTest() {
        h.config.spaceLowBytes(1000);
    }

    @Test
    void shouldTakeNoBatchesBelowTheLowWaterAndGoOnWithHalfAsMuchAgain() {
        h.servePair(2);
        h.journal.freeBytes = 999;
        assertTrue(h.tick(1).contains("alarm STORAGE_LOW"));
        assertEquals(Outcome.STORAGE_FULL, h.core.sequencingEpoch());
        assertFalse(h.tick(1).toString().contains("alarm"), "once");
        assertEquals(Role.ACTIVE, h.core.role(), "what is under way still commits");

        h.journal.freeBytes = 1499;
        h.tick(1);
        assertEquals(Outcome.STORAGE_FULL, h.core.sequencingEpoch());
        h.journal.freeBytes = 1500;
        assertTrue(h.tick(1).contains("alarm STORAGE_ROOMY"));

        assertEquals(2, h.core.sequencingEpoch());
    }

    @Test
    void shouldHandOverToAMemberWithRoom() {
        h.servePair(2);
        h.peerFreeBytes = 1499;
        h.peerAck(1, 0);
        h.journal.freeBytes = 999;
        assertFalse(h.pass(1100).toString().contains("PREP"), "it would be no better there");

        h.peerFreeBytes = 1500;
        h.peerAck(1, 0);

        assertTrue(h.tick(1).contains("PREP epoch=3 final=0"));
    }

    @Test
    void shouldNeverStopWithoutALowWater() {
        h.config.spaceLowBytes(0);
        h.servePair(2);
        h.journal.freeBytes = 0;
        h.tick(1);

        assertEquals(2, h.core.sequencingEpoch());
    }

    private void follow() {
        h.peerJournal.append(2, 20, 1);
        h.start(CoreHarness.meta(1, false));
        h.follow(h.register(2, "node-b", CoreHarness.LID_A, CoreHarness.LID_B, 1), 0);
        h.peerAppend(2, 1, 5, 5, 0);
        h.flush();
    }

    @Test
    void shouldRefuseRecordsWithoutRoomAndStillAcknowledgeWhatItHas() {
        follow();
        h.journal.freeBytes = 10;
        h.tick(1);

        h.peerAppend(2, 6, 10, 5, 0);

        assertEquals(List.of("NACK DISK_FULL seq=6", "ACK matched=5 probe=0"), h.flush());
        assertEquals(5, h.journal.lastSeq());
        h.peerAppend(2, 11, 12, 5, 3);
        assertEquals(List.of("ACK matched=5 probe=3"), h.flush(), "said once; probes are echoed");
    }

    /** The disk filled up since the last look. */
    @Test
    void shouldRefuseRecordsThatTheJournalHasNoRoomFor() {
        follow();
        h.journal.hasRoom = false;

        h.peerAppend(2, 6, 10, 5, 0);

        assertEquals(List.of("NACK DISK_FULL seq=6", "ACK matched=5 probe=0"), h.flush());
        assertEquals(5, h.journal.lastSeq());
    }

    @Test
    void shouldComeBackByItselfWhenThereIsRoom() {
        follow();
        h.journal.freeBytes = 10;
        h.tick(1);
        h.peerAppend(2, 6, 10, 5, 0);
        h.flush();
        h.journal.freeBytes = 1L << 40;

        assertTrue(h.tick(1).contains("close"));
        assertTrue(h.pass(50).contains("connect node-b"));
    }

    @Test
    void shouldTellTheActiveHowMuchRoomThereIs() {
        h.journal.freeBytes = 4711;
        follow();

        assertEquals(4711, h.effects.freeBytesSeen);
    }

    @Test
    void shouldShrinkAwayAStandbyWithoutRoomWhenAWriteWaits() {
        h.servePair(2);
        h.peerNack(NackCode.DISK_FULL);
        assertFalse(h.pass(50).toString().contains("CAS"), "R22: nothing waits");

        h.journal.append(2, 3, 1);
        h.core.onLocalAppend(4);
        final List<String> next = h.tick(1);

        assertTrue(next.contains("CAS ver=2 epoch=2 active=node-a members=1"), () -> "" + next);
        assertFalse(next.toString().contains("APPEND 2..4"), "it would only be refused again");
    }

    /** Sessions are counted by each process of an active anew: what is late, of an earlier epoch, may have the number of this one. */
    @Test
    void shouldNotListenToARefusalOfAnotherEpoch() {
        h.servePair(2);
        h.peerNackOf(1, NackCode.DISK_FULL);
        h.journal.append(2, 3, 1);
        h.core.onLocalAppend(4);

        assertEquals(List.of("APPEND 2..4 commit=1"), h.flush());
    }

    @Test
    void shouldAddItAgainOnceItHasRoom() {
        h.servePair(2);
        h.peerNack(NackCode.DISK_FULL);
        h.journal.append(2, 3, 1).force();
        h.core.onLocalAppend(4);
        h.tick(1);
        h.core.onCasOk(2);
        h.tick(1);
        h.metaDurable();
        h.tick(1);
        h.apply();
        assertFalse(h.pass(3000).toString().contains("CAS"), "not while it is full");
        h.peerJournal.append(2, 1, -2);

        h.peerHello();
        h.peerAck(1, 0);
        h.tick(1);
        h.peerAck(4, 0);

        assertTrue(h.pass(2200).contains("CAS ver=3 epoch=2 active=node-a members=2"));
    }
}
