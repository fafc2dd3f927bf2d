// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.partita.ledger.model.Id128;
import io.partita.ledger.model.Outcome;
import java.util.List;
import org.junit.jupiter.api.Test;

/** An active: R17 to R28, R40, R41. */
class LeaderTest {
    private final CoreHarness h = new CoreHarness();

    private void sequence(final int records) {
        h.journal.append(h.core.sequencingEpoch(), records, 1);
        h.core.onLocalAppend(h.journal.lastSeq());
    }

    @Test
    void shouldServeOnceItsEpochIsCommittedAndApplied() {
        h.lead(2, CoreHarness.LID_B);
        h.peerHello();
        assertEquals(List.of("WELCOME epoch=2 common=0"), h.effects.take());
        h.peerAck(0, 0);
        assertEquals(List.of("APPEND 1..1 commit=0"), h.flush());
        assertEquals(0, h.core.commitSeq());

        h.peerAck(1, 0);
        h.flush();
        assertEquals(1, h.core.commitSeq());
        assertEquals(SubRole.OPENING, h.core.subRole());
        h.apply();
        assertTrue(h.flush().contains("ACTIVE epoch=2"));

        assertEquals(SubRole.SERVING, h.core.subRole());
    }

    @Test
    void shouldNotStreamBeforeTheStandbyHasConfirmed() {
        h.lead(2, CoreHarness.LID_B);
        h.peerHello();
        h.effects.take();

        assertEquals(List.of(), h.tick(30));
    }

    @Test
    void shouldStreamFromWhereTheJournalsPart() {
        h.journal.append(1, 5, 1);
        h.peerJournal.append(1, 5, 1).append(1, 3, 666);
        h.lead(2, CoreHarness.LID_B);

        h.peerHello();

        assertEquals(List.of("WELCOME epoch=2 common=5"), h.effects.take());
        h.peerAck(5, 0);
        assertEquals(List.of("APPEND 6..6 commit=5"), h.flush());
    }

    @Test
    void shouldFallBackToTheWholeJournalWhenTheTablesMislead() {
        h.journal.append(1, 5, 1);
        h.peerJournal.append(1, 6, 666);
        h.lead(2, CoreHarness.LID_B);
        h.peerHello();
        h.peerNack(NackCode.CHAIN_MISMATCH);
        h.effects.take();

        h.peerHello();

        assertEquals(List.of("WELCOME epoch=2 common=0"), h.effects.take());
    }

    @Test
    void shouldCommitOnlyWhatEveryMemberHolds() {
        h.servePair(2);
        sequence(3);
        assertEquals(List.of("APPEND 2..4 commit=1"), h.flush());
        h.peerAck(2, 0);
        h.flush();

        assertEquals(2, h.core.commitSeq());
        assertEquals(2, h.core.replicationLag());
    }

    /** A standby that was started anew while this node was paused: what both lives sent is heard at once. */
    @Test
    void shouldTellAPileOfOldGreetingsFromAClone() {
        h.lead(2, CoreHarness.LID_B);
        for (int i = 0; i < 10; i++) {
            greetInTurn(i);
        }
        assertFalse(h.effects.take().toString().contains("CLONE"));

        final StringBuilder log = new StringBuilder();
        for (int i = 0; i < 10; i++) {
            log.append(h.tick(25));
            greetInTurn(i);
            log.append(h.flush());
        }
        assertTrue(log.toString().contains("alarm CLONE"), log.toString());
        assertTrue(log.toString().contains("REJECT CLONE"), log.toString());
    }

    private void greetInTurn(final int turn) {
        h.peerIncarnation = turn % 2 == 0 ? 9 : 6;
        h.peerHello();
    }

    @Test
    void shouldCommitAloneOnlyBehindADurableGate() {
        h.lead(2, null);
        assertEquals(List.of("force"), h.flush());
        h.journal.force();
        h.flush();
        assertEquals(0, h.core.commitSeq(), "I15: the mark is not durable yet");
        assertTrue(h.effects.persisted.gate());

        h.metaDurable();
        h.flush();
        assertEquals(1, h.core.commitSeq());
        h.apply();
        h.flush();
        sequence(2);
        h.flush();
        assertEquals(1, h.core.commitSeq(), "not forced yet");
        h.journal.force();
        h.flush();

        assertEquals(3, h.core.commitSeq());
    }

    @Test
    void shouldNotShrinkWhileNothingWaits() {
        h.servePair(2);
        h.core.onDisconnected(h.inbound, LinkLoss.EOF);

        assertFalse(h.tick(5000).toString().contains("CAS"));
    }

    @Test
    void shouldShrinkWhenAWriteWaitsForALostStandbyAndCommitOnlyAfterTheCas() {
        h.servePair(2);
        h.core.onDisconnected(h.inbound, LinkLoss.EOF);
        sequence(1);
        assertFalse(h.pass(50).toString().contains("CAS"), "reconnectGrace");
        assertTrue(h.pass(60).contains("CAS ver=2 epoch=2 active=node-a members=1"));
        assertEquals(1, h.effects.cas.floorSeq());
        h.journal.force();
        h.tick(1);
        h.metaDurable();
        h.tick(1);
        assertEquals(1, h.core.commitSeq(), "R18: the standby is required until the CAS is resolved");

        h.core.onCasOk(2);
        h.tick(1);

        assertEquals(2, h.core.commitSeq());
    }

    @Test
    void shouldShrinkAwayAStandbyThatMakesNoProgress() {
        h.servePair(2);
        sequence(1);
        h.tick(1);
        h.peerAck(1, 0);
        assertFalse(h.pass(200).toString().contains("CAS"));
        h.peerAck(1, 0);

        assertTrue(h.pass(60).contains("CAS ver=2 epoch=2 active=node-a members=1"));
    }

    @Test
    void shouldStayPairedUnderConsistency() {
        h.config.policy(Policy.CONSISTENCY, 2);
        h.servePair(2);
        h.core.onDisconnected(h.inbound, LinkLoss.EOF);
        sequence(1);

        assertFalse(h.pass(200).toString().contains("CAS"));
        assertEquals(Outcome.DEGRADED, h.core.sequencingEpoch());
    }

    @Test
    void shouldAdmitAStandbyThatCaughtUpAndRequireItFromThatMoment() {
        h.serveAlone(2);
        h.peerHello();
        h.peerAck(0, 0);
        h.tick(1);
        h.peerAck(1, 0);
        assertFalse(h.pass(90).toString().contains("CAS"));
        assertTrue(h.tick(20).contains("CAS ver=2 epoch=2 active=node-a members=2"));

        sequence(1);
        h.journal.force();
        h.tick(1);
        assertEquals(1, h.core.commitSeq(), "R18: the new member is required while the CAS is pending");
        h.peerAck(2, 0);
        h.flush();
        assertEquals(2, h.core.commitSeq());
        h.core.onCasOk(2);
        assertTrue(h.effects.take().contains("alarm RESTORED"));
    }

    @Test
    void shouldKeepTheGateUntilTheRegisterListsTheNewMember() {
        h.serveAlone(2);
        sequence(4);
        h.flush();
        h.journal.force();
        h.flush();
        h.peerHello();
        h.peerAck(0, 0);
        h.tick(1);
        h.peerAck(1, 0);
        assertFalse(h.pass(150).toString().contains("CAS"), "it lacks what is committed");
        sequence(1);
        h.journal.force();
        h.tick(1);
        assertEquals(5, h.core.commitSeq(), "it is required already");
        assertTrue(h.core.gated(), "this node alone could lead again");
        assertTrue(h.effects.persisted.gate());

        h.peerAck(6, 0);
        assertTrue(h.tick(1).contains("CAS ver=2 epoch=2 active=node-a members=2"));
        assertTrue(h.effects.persisted.gate());
        h.core.onCasOk(2);
        h.flush();

        assertFalse(h.effects.persisted.gate());
    }

    @Test
    void shouldKeepAnEjectedSlowStandbyOutForLonger() {
        h.servePair(2);
        sequence(1);
        h.tick(1);
        h.pass(300);
        h.core.onCasOk(2);
        h.journal.force();
        h.tick(1);
        h.metaDurable();
        h.tick(1);
        h.effects.take();

        h.peerAck(2, 0);
        assertFalse(h.pass(500).toString().contains("CAS"));
        h.peerAck(2, 0);
        assertFalse(h.pass(1400).toString().contains("CAS"));
        h.peerAck(2, 0);

        assertTrue(h.pass(200).contains("CAS ver=3 epoch=2 active=node-a members=2"));
    }

    @Test
    void shouldReplaceADeadLineageInOneCasAndCommitNothingMeanwhile() {
        h.servePair(2);
        h.core.onDisconnected(h.inbound, LinkLoss.EOF);
        h.peerLid = new Id128(20, 2);
        h.peerIncarnation = 9;
        h.peerHello();
        h.peerAck(0, 0);
        h.tick(1);
        h.peerAck(1, 0);
        h.tick(1);
        assertTrue(h.pass(120).contains("CAS ver=2 epoch=2 active=node-a members=2"));
        assertEquals(new Id128(20, 2), h.effects.cas.lidOf("node-b"));

        sequence(1);
        h.flush();
        h.peerAck(2, 0);
        h.flush();
        assertEquals(1, h.core.commitSeq(), "R18: both lineages are required");
        h.core.onCasOk(2);
        h.flush();

        assertEquals(2, h.core.commitSeq());
    }

    @Test
    void shouldStepDownWhenTheRegisterNamesAnother() {
        h.servePair(2);

        h.core.onRegisterRead(h.register(3, "node-b", CoreHarness.LID_A, CoreHarness.LID_B, 2));

        assertTrue(h.effects.take().containsAll(List.of("close", "PASSIVE epoch=2")));
        assertFalse(h.core.mayAnswer());
        assertEquals(Outcome.NOT_ACTIVE, h.core.sequencingEpoch());
        assertEquals(Outcome.NOT_ACTIVE, h.core.readToken());
        assertEquals("node-b", h.core.activeHint());
    }

    @Test
    void shouldServeAReadOnlyAfterAProbeWasEchoed() {
        h.servePair(2);
        final long token = h.core.readToken();
        assertEquals(token, h.core.readToken(), "reads between two sends share a probe");
        assertEquals(0, h.core.readAllowed(token));
        h.flush();
        assertEquals(token, h.effects.lastProbe);
        assertTrue(h.core.readToken() > token);

        h.peerAck(1, token);

        assertEquals(1, h.core.readAllowed(token));
        assertEquals(0, h.core.readAllowed(token + 1));
    }

    @Test
    void shouldServeReadsAtOnceWhenAlone() {
        h.serveAlone(2);

        assertEquals(1, h.core.readAllowed(h.core.readToken()));
    }

    @Test
    void shouldRefuseReadsBeforeItServes() {
        h.lead(2, CoreHarness.LID_B);

        assertEquals(Outcome.NOT_ACTIVE, h.core.readToken());
    }

    @Test
    void shouldShrinkWhenOnlyAReadWaits() {
        h.servePair(2);
        h.core.onDisconnected(h.inbound, LinkLoss.EOF);
        h.core.readToken();

        assertTrue(h.pass(110).contains("CAS ver=2 epoch=2 active=node-a members=1"));
    }

    @Test
    void shouldNotShrinkForAReadThatWasServedBefore() {
        h.servePair(2);
        final long token = h.core.readToken();
        h.flush();
        h.peerAck(1, token);
        assertEquals(1, h.core.readAllowed(token));

        h.core.onDisconnected(h.inbound, LinkLoss.EOF);

        assertFalse(h.pass(500).toString().contains("CAS"), "nothing waits (R22)");
    }

    @Test
    void shouldEndTheSessionOfAStandbyWithAnotherState() {
        h.servePair(2);

        h.peerAck(1, 0, 1, 4711);

        assertEquals(List.of("alarm DIGEST_MISMATCH", "REJECT DIGEST_MISMATCH", "close"), h.effects.take());
    }

    @Test
    void shouldCompareDigestsOfAStandbyThatIsAhead() {
        h.servePair(2);
        sequence(1);
        h.flush();
        h.peerAck(2, 0, 2, 4711);
        h.flush();
        assertFalse(h.effects.take().contains("alarm DIGEST_MISMATCH"));

        h.apply();

        assertTrue(h.effects.take().contains("alarm DIGEST_MISMATCH"));
    }

    @Test
    void shouldBoundStampsByTheStandbysClock() {
        h.servePair(2);
        h.peerAck(1, 0);
        h.tick(10);

        assertEquals(h.wallNs + h.config.skewMaxNs(), h.core.timestampCeilingNs());
    }

    @Test
    void shouldNotCountAcknowledgementsOfAnotherLineage() {
        h.servePair(2);
        h.core.onDisconnected(h.inbound, LinkLoss.EOF);
        h.peerLid = new Id128(20, 2);
        h.peerIncarnation = 9;
        h.peerHello();
        sequence(1);
        h.peerAck(0, 0);
        h.flush();
        h.peerAck(2, 0);
        h.flush();

        assertEquals(1, h.core.commitSeq());
    }

    @Test
    void shouldRefuseALineageThatHoldsLessThanItAcknowledged() {
        h.servePair(2);
        h.core.onDisconnected(h.inbound, LinkLoss.EOF);
        h.peerIncarnation = 9;
        h.effects.take();

        h.peerHello();

        assertEquals(List.of("alarm PEER_REFUSED", "REJECT LINEAGE_REGRESSION"), h.effects.take());
    }

    @Test
    void shouldHoldBatchesBackWhenTheUncommittedTailIsLong() {
        h.config.uncommittedRecordsMax(2);
        h.servePair(2);
        sequence(2);

        assertEquals(0, h.core.sequencingEpoch());
        h.flush();
        h.peerAck(3, 0);
        h.flush();
        assertEquals(2, h.core.sequencingEpoch());
    }

    @Test
    void shouldAskTheRegisterWhenAFrameKnowsMore() {
        h.servePair(2);
        final int reads = h.effects.reads;
        h.core.onRegisterRead(h.core.registerConfig());

        h.peerReject(RejectCode.STALE_EPOCH, Role.PASSIVE, 9);

        assertEquals(Role.ACTIVE, h.core.role(), "a frame alone demotes nobody");
        assertTrue(h.effects.reads > reads);
    }

    @Test
    void shouldSendHeartbeatsWhenIdle() {
        h.servePair(2);
        h.tick(1);

        assertEquals(List.of("APPEND 2..1 commit=1"), h.tick(21));
    }
}
