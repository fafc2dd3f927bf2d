// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.partita.ledger.model.Id128;
import io.partita.ledger.model.Outcome;
import io.partita.ledger.model.RecordDescriptor;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Taking over: R3, R4, R12 to R17, R25, R37. */
class CandidateTest {
    private final CoreHarness h = new CoreHarness();

    private RegisterConfig bLeads(final long epoch, final Id128 lidA) {
        return h.register(epoch, "node-b", lidA, CoreHarness.LID_B, 1);
    }

    private List<String> refused() {
        h.core.onConnectFailed(h.effects.lastSession, "node-b", LinkLoss.REFUSED);
        return h.tick(1);
    }

    @Test
    void shouldPromoteAtOnceWhenTheActivesPortRefuses() {
        h.journal.append(1, 3, 1);
        h.start(CoreHarness.meta(1, false));
        h.core.onRegisterRead(bLeads(1, CoreHarness.LID_A));
        h.tick(1);

        assertTrue(refused().contains("CAS ver=2 epoch=2 active=node-a members=1"));
        assertEquals(Role.FROZEN, h.core.role());
        assertEquals(4, h.effects.cas.startSeq());
        assertEquals(h.journal.lastChain(), h.effects.cas.startChain());
    }

    @Test
    void shouldNotPromoteUnlessItsLineageIsListed() {
        h.start(CoreHarness.meta(1, false));
        h.core.onRegisterRead(bLeads(1, new Id128(10, 99)));
        h.tick(1);
        refused();

        final List<String> log = h.pass(1500);

        assertFalse(log.toString().contains("CAS"), log.toString());
        assertTrue(log.contains("alarm NO_CANDIDATE"));
    }

    @Test
    void shouldNotSuspectAnActiveThatIsHeard() {
        h.start(CoreHarness.meta(1, false)).follow(bLeads(1, CoreHarness.LID_A), 0);
        for (int i = 0; i < 100; i++) {
            h.peerAppend(1, 1, 0, 0, 0);
            assertFalse(h.pass(50).toString().contains("CAS"));
        }

        for (int i = 0; i < 90; i++) {
            h.tick(10);
            h.core.onRegisterRead(h.core.registerConfig());
        }
        assertEquals(Role.PASSIVE, h.core.role());
        for (int i = 0; i < 20; i++) {
            h.tick(10);
            h.core.onRegisterRead(h.core.registerConfig());
        }

        assertEquals(Role.FROZEN, h.core.role(), "silent for tSuspect");
    }

    @Test
    void shouldNotTakeItsOwnStallForSilence() {
        h.start(CoreHarness.meta(1, false)).follow(bLeads(1, CoreHarness.LID_A), 0);
        h.peerAppend(1, 1, 0, 0, 0);

        h.tick(5000);
        h.core.onRegisterRead(h.core.registerConfig());
        h.tick(10);

        assertEquals(Role.PASSIVE, h.core.role());
    }

    @Test
    void shouldAcknowledgeNothingWhileFrozen() {
        h.peerJournal.append(1, 3, 1);
        h.start(CoreHarness.meta(1, false)).follow(bLeads(1, CoreHarness.LID_A), 0);
        h.pass(1100);
        h.core.onRegisterRead(h.core.registerConfig());
        h.tick(1);
        assertEquals(Role.FROZEN, h.core.role());

        h.peerAppend(1, 1, 3, 0, 0);

        assertEquals(List.of(), h.flush());
        assertEquals(0, h.journal.lastSeq());
    }

    /** R41: alone it has no standby whose clock bounds its own, but it has seen the stamps of the active before it. */
    @Test
    void shouldBoundStampsByTheClockOfTheActiveThatItFollowed() {
        h.peerJournal.append(1, 3, 1);
        h.start(CoreHarness.meta(1, false)).follow(bLeads(1, CoreHarness.LID_A), 0);
        h.peerAppend(1, 1, 3, 3, 0);
        final long stamp = RecordDescriptor.timestamp(h.journal.record(3), 0);
        assertEquals(Long.MAX_VALUE, h.core.timestampCeilingNs(), "a standby stamps nothing");
        h.tick(700);

        lead();

        assertEquals(stamp + 700 * CoreHarness.MS + h.config.skewMaxNs(), h.core.timestampCeilingNs());
    }

    @Test
    void shouldBelieveItsOwnClockIfItFollowedNobody() {
        h.start(CoreHarness.meta(1, false));

        lead();

        assertEquals(Long.MAX_VALUE, h.core.timestampCeilingNs());
    }

    private void lead() {
        h.core.onRegisterRead(h.register(2, "node-a", CoreHarness.LID_A, null, h.journal.lastSeq() + 1));
        h.metaDurable();
        assertEquals(Role.ACTIVE, h.core.role());
    }

    /** R16: an operator may have let another node lead since what was read; nobody else would tell. */
    @Test
    void shouldLeadAloneOnlyOnceTheRegisterStillSaysSo() {
        h.journal.append(1, 3, 1);
        h.start(CoreHarness.meta(1, false));
        final RegisterConfig own = h.register(2, "node-a", CoreHarness.LID_A, null, 4);
        final RegisterConfig read = own.again(new Id128(77, 1), own.ver());
        h.core.onRegisterRead(read);
        h.metaDurable();
        assertEquals(Role.FROZEN, h.core.role());
        assertTrue(h.effects.take().contains("CAS ver=2 epoch=2 active=node-a members=1"));

        h.core.onCasConflict(h.register(3, "node-b", null, CoreHarness.LID_B, 4));
        h.metaDurable();
        assertEquals(Role.PASSIVE, h.core.role());
    }

    @Test
    void shouldClaimDurablyBeforeItLeads() {
        h.journal.append(1, 3, 1);
        h.start(CoreHarness.meta(1, false));
        h.core.onRegisterRead(h.register(2, "node-a", CoreHarness.LID_A, CoreHarness.LID_B, 4));
        assertEquals(Role.FROZEN, h.core.role());
        assertEquals(Outcome.NOT_ACTIVE, h.core.sequencingEpoch());
        assertEquals(2, h.effects.persisted.promisedEpoch());

        h.metaDurable();

        assertEquals(List.of("EPOCH_START epoch=2 seq=4"), h.effects.take());
        assertEquals(Role.ACTIVE, h.core.role());
        assertEquals(SubRole.OPENING, h.core.subRole());
        assertEquals(2, h.core.sequencingEpoch());
    }

    @Test
    void shouldNotClaimForADeadLineage() {
        h.journal.append(1, 3, 1);
        h.start(CoreHarness.meta(1, false));
        h.core.onRegisterRead(h.register(2, "node-a", new Id128(10, 99), CoreHarness.LID_B, 4));

        assertEquals(Role.PASSIVE, h.core.role());
    }

    @Test
    void shouldNotClaimWhenItsJournalHasGoneOn() {
        h.journal.append(1, 3, 1);
        h.start(CoreHarness.meta(1, false));
        h.core.onRegisterRead(h.register(2, "node-a", CoreHarness.LID_A, CoreHarness.LID_B, 3));

        assertEquals(Role.PASSIVE, h.core.role());
    }

    @Test
    void shouldNotResumeItsEpochAfterARestart() {
        h.journal.append(1, 3, 1);
        h.start(CoreHarness.meta(1, false));
        h.core.onRegisterRead(h.register(1, "node-a", CoreHarness.LID_A, CoreHarness.LID_B, 1));
        assertEquals(Role.PASSIVE, h.core.role());
        assertFalse(h.pass(1900).toString().contains("CAS"), "a hot standby goes first");

        assertTrue(h.pass(200).contains("CAS ver=2 epoch=2 active=node-a members=1"));
    }

    @Test
    void shouldLeadAgainAtOnceWhenItIsTheOnlyMember() {
        h.journal.append(1, 3, 1);
        h.start(CoreHarness.meta(1, true));
        h.core.onRegisterRead(h.register(1, "node-a", CoreHarness.LID_A, null, 1));

        assertTrue(h.tick(1).contains("CAS ver=2 epoch=2 active=node-a members=1"));
    }

    @Test
    void shouldKeepARestartedActiveThatAnswers() {
        h.start(CoreHarness.meta(1, false));
        h.core.onRegisterRead(bLeads(1, CoreHarness.LID_A));
        for (int i = 0; i < 6; i++) {
            h.tick(21);
            h.core.onConnected(h.effects.lastSession, "node-b", true);
            h.peerReject(RejectCode.NOT_ACTIVE, Role.PASSIVE, 1);
            h.core.onRegisterRead(h.core.registerConfig());
        }
        h.tick(1);
        h.core.onRegisterRead(h.core.registerConfig());
        h.tick(1);

        assertEquals(2, h.effects.cas.inSync().size());
    }

    @Test
    void shouldNotSuspectOneThatIsAboutToLead() {
        h.start(CoreHarness.meta(1, false));
        h.core.onRegisterRead(bLeads(1, CoreHarness.LID_A));
        for (int i = 0; i < 20; i++) {
            h.tick(21);
            h.core.onConnected(h.effects.lastSession, "node-b", true);
            h.peerReject(RejectCode.NOT_ACTIVE, i % 2 == 0 ? Role.FROZEN : Role.PASSIVE, 0);
            h.core.onRegisterRead(h.core.registerConfig());
        }

        assertEquals(Role.PASSIVE, h.core.role());
    }

    @Test
    void shouldBurnTheVersionWhenACasStaysUnknown() {
        h.start(CoreHarness.meta(1, false));
        h.core.onRegisterRead(bLeads(1, CoreHarness.LID_A));
        h.tick(1);
        refused();
        final RegisterConfig promote = h.effects.cas;

        h.core.onCasUnknown();
        h.core.onRegisterRead(h.core.registerConfig());
        assertEquals(Role.FROZEN, h.core.role(), "an unchanged read resolves nothing");
        assertFalse(h.pass(900).toString().contains("CAS ver"));
        h.pass(200);

        assertEquals(promote.ver(), h.effects.cas.ver());
        assertEquals("node-b", h.effects.cas.active(), "the unchanged value");
        assertFalse(h.effects.cas.opId().equals(promote.opId()));
        h.core.onCasConflict(promote);
        h.metaDurable();
        assertEquals(Role.ACTIVE, h.core.role(), "the unknown one had applied");
    }

    @Test
    void shouldPassOverAnAnswerThatReadsHaveOvertaken() {
        h.start(CoreHarness.meta(1, false));
        h.core.onRegisterRead(bLeads(1, CoreHarness.LID_A));
        h.tick(1);
        refused();
        final RegisterConfig second = bLeads(2, CoreHarness.LID_A);
        h.core.onRegisterRead(bLeads(3, CoreHarness.LID_A));

        h.core.onCasConflict(second);

        assertEquals(Role.PASSIVE, h.core.role());
        assertEquals(3, h.core.registerConfig().epoch());
    }

    @Test
    void shouldHaltWhenACasMeetsARegisterThatWentBack() {
        final RegisterConfig first = bLeads(1, CoreHarness.LID_A);
        h.start(CoreHarness.meta(1, false));
        h.core.onRegisterRead(bLeads(1, CoreHarness.LID_A));
        h.tick(1);
        refused();

        h.core.onCasConflict(first);

        assertEquals(HaltReason.REGISTER_REGRESSION, h.core.haltReason());
    }

    @Test
    void shouldUnfreezeWhenTheBurnWins() {
        h.start(CoreHarness.meta(1, false));
        h.core.onRegisterRead(bLeads(1, CoreHarness.LID_A));
        h.tick(1);
        refused();
        h.core.onCasUnknown();
        h.pass(1100);

        h.core.onCasOk(2);

        assertEquals(Role.PASSIVE, h.core.role());
    }

    @Test
    void shouldCreateTheRegisterOnlyForAnEmptyJournalThatNeverSawOne() {
        h.config.bootstrap(true);
        h.start(CoreHarness.meta(0, false));
        h.core.onRegisterRead(null);

        assertEquals(List.of("CAS ver=1 epoch=1 active=node-a members=1"), h.effects.take());
        h.core.onCasOk(1);
        h.metaDurable();
        assertEquals(List.of("EPOCH_START epoch=1 seq=1"), h.effects.take());
    }

    @Test
    void shouldNotCreateTheRegisterOverAJournal() {
        h.config.bootstrap(true);
        h.journal.append(1, 1, 1);
        h.start(CoreHarness.meta(0, false));
        h.core.onRegisterRead(null);

        assertEquals(List.of(), h.effects.take());
    }

    @Test
    void shouldWaitForARegisterUnlessTold() {
        h.start(CoreHarness.meta(0, false));
        h.core.onRegisterRead(null);

        assertEquals(List.of(), h.effects.take());
        assertEquals(Role.PASSIVE, h.core.role());
    }

    @Test
    void shouldFollowTheOtherThatCreatedTheRegister() {
        h.config.bootstrap(true);
        h.start(CoreHarness.meta(0, false));
        h.core.onRegisterRead(null);

        h.core.onCasConflict(h.register(1, "node-b", null, CoreHarness.LID_B, 1));

        assertEquals(Role.PASSIVE, h.core.role());
        assertTrue(h.tick(1).contains("connect node-b"));
    }
}
