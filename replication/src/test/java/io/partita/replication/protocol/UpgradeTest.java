// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.OperatorCommand;
import io.partita.ledger.model.OperatorKind;
import io.partita.ledger.model.Outcome;
import io.partita.ledger.model.PartitaException;
import io.partita.ledger.model.RecordType;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** R35: releases that know different versions of the protocol and of the state machine's rules. */
class UpgradeTest {
    private static final OperatorCommand SWITCHOVER =
            new OperatorCommand(OperatorKind.SWITCHOVER, "alice", 5, "to=node-b");

    private final CoreHarness h = new CoreHarness();

    // ---------------------------------------------------------------------------------------------- protocol

    @Test
    void shouldSpeakTheHighestProtocolThatBothKnow() {
        h.config.protos(1, 3);
        h.peerRelease(2, 1);
        h.lead(1, CoreHarness.LID_B);
        h.peerHello();
        assertTrue(h.effects.take().contains("WELCOME epoch=1 common=0"));
        assertEquals(2, h.effects.welcomeProto);
        h.peerRelease(9, 1);
        h.peerHello();
        assertEquals(3, h.effects.welcomeProto);
        h.peerRelease(1, 1);
        h.peerHello();
        assertEquals(1, h.effects.welcomeProto);
    }

    @Test
    void shouldRefuseAStandbyWithoutACommonProtocol() {
        h.config.protos(3, 4);
        h.peerRelease(2, 1);
        h.lead(1, CoreHarness.LID_B);
        h.peerHello();
        assertEquals(List.of("alarm PEER_REFUSED", "REJECT PROTO"), h.effects.take());
    }

    @Test
    void shouldNotFollowAnActiveThatChoseWhatWasNotOffered() {
        h.peerProtoMax = 3;
        final RegisterConfig cfg = h.register(1, "node-b", CoreHarness.LID_A, CoreHarness.LID_B, 1);
        h.start(CoreHarness.meta(0, false)).core.onRegisterRead(cfg);
        h.tick(1);
        h.core.onConnected(h.effects.lastSession, "node-b", true);
        h.effects.take();
        h.peerWelcome(cfg, 1, 0);
        assertEquals(List.of("alarm PEER_REFUSED", "close"), h.effects.take());
    }

    // ---------------------------------------------------------------------------------------------- rules

    @Test
    void shouldRaiseTheLogicVersionOnceEveryMemberKnowsIt() {
        h.config.logicVersions(1, 2);
        h.peerLogicMax = 2;
        h.servePair(1);
        final long seq = h.core.raiseLogicVersion(2, "alice");
        assertEquals(3, seq);
        assertEquals(
                List.of("OPERATOR RAISE_LOGIC_VERSION who=alice from=1 to=2", "LOGIC_VERSION 2"), h.effects.take());
        assertEquals(2, h.core.logicVersion());
        assertEquals(2, h.core.meta().logicVersion());
        h.flush();
        h.peerAck(seq, 0);
        h.flush();
        h.core.onLogicVersion(2);
        h.apply();
        assertEquals(2, h.core.logicVersion());
    }

    @Test
    void shouldNotRaiseItWhileAMemberLacksItOrIsNotThere() {
        h.config.logicVersions(1, 2);
        h.servePair(1);
        assertRefused(2);
        h.core.onDisconnected(h.inbound, LinkLoss.EOF);
        peerRestarts(2, 2);
        assertRefused(2);
        h.peerHello();
        h.effects.take();
        assertTrue(h.core.raiseLogicVersion(2, "alice") > 0);
    }

    @Test
    void shouldNotRaiseItToWhatThisReleaseLacksOrWhatIsNotLater() {
        h.config.logicVersions(1, 2);
        h.serveAlone(1);
        assertRefused(3);
        assertRefused(1);
        assertTrue(h.core.raiseLogicVersion(2, "alice") > 0);
        assertRefused(2);
    }

    @Test
    void shouldRaiseNothingUnlessItServes() {
        h.config.logicVersions(1, 2);
        h.lead(1, CoreHarness.LID_B);
        assertEquals(Outcome.NOT_ACTIVE, h.core.raiseLogicVersion(2, "alice"));
        assertEquals(Outcome.NOT_ACTIVE, h.core.recordOperator(SWITCHOVER));
    }

    @Test
    void shouldLetAStandbyGoThatIsNoMemberAndLacksTheVersion() {
        h.config.logicVersions(1, 2);
        h.serveAlone(1);
        h.peerHello();
        h.peerAck(0, 0);
        h.effects.take();
        assertTrue(h.core.raiseLogicVersion(2, "alice") > 0);
        assertEquals(
                List.of(
                        "OPERATOR RAISE_LOGIC_VERSION who=alice from=1 to=2",
                        "LOGIC_VERSION 2",
                        "REJECT LOGIC",
                        "close"),
                h.effects.take());
        h.peerHello();
        assertEquals(List.of("alarm PEER_REFUSED", "REJECT LOGIC"), h.effects.take());
        h.peerRelease(2, 2);
        h.peerHello();
        assertTrue(h.effects.take().contains("WELCOME epoch=1 common=0"));
    }

    @Test
    void shouldHaltInsteadOfAppendingRulesThatItLacks() {
        followNodeB();
        h.peerJournal.append(1, 1, 1).append(1, RecordType.LOGIC_VERSION, 2);
        h.peerAppend(1, 1, 2, 0, 0);
        assertEquals(List.of("halt LOGIC"), h.effects.take());
        assertEquals(0, h.journal.lastSeq());
        assertEquals(HaltReason.LOGIC, h.core.meta().halted());
    }

    @Test
    void shouldRememberTheRulesThatItsJournalAsksForUntilTheyAreCut() {
        h.config.logicVersions(1, 3);
        followNodeB();
        h.peerJournal.append(1, 1, 1).append(1, RecordType.LOGIC_VERSION, 2).append(1, RecordType.LOGIC_VERSION, 3);
        h.peerAppend(1, 1, 3, 0, 0);
        h.effects.take();
        assertEquals(3, h.core.logicVersion());
        assertEquals(3, h.effects.persisted.logicVersion());

        // Another active proves that the last of them never was.
        h.peerJournal.cutTo(2);
        h.peerJournal.append(2, 1, 7);
        h.skipVersion();
        final RegisterConfig next = h.register(2, "node-b", CoreHarness.LID_A, CoreHarness.LID_B, 3);
        h.core.onDisconnected(h.effects.lastSession, LinkLoss.EOF);
        h.follow(next, 2);
        h.peerAppend(2, 3, 3, 3, 0);
        assertTrue(h.effects.take().contains("cut to 2"));
        assertEquals(2, h.core.logicVersion());
    }

    @Test
    void shouldNeitherLeadNorPromoteBeyondTheRulesThatItKnows() {
        h.journal.append(1, RecordType.LOGIC_VERSION, 2);
        final NodeMeta meta = CoreHarness.meta(1, false).withLogicVersion(2);
        h.start(meta);
        h.core.onRegisterRead(h.register(2, "node-a", CoreHarness.LID_A, CoreHarness.LID_B, 2));
        h.metaDurable();
        for (final String effect : h.pass(5_000)) {
            assertFalse(effect.startsWith("CAS") || effect.startsWith("EPOCH_START"), effect);
        }
        assertEquals(Role.PASSIVE, h.core.role());
    }

    @Test
    void shouldKnowTheRulesAgainAfterARestart() {
        h.config.logicVersions(1, 2);
        h.journal.append(1, RecordType.LOGIC_VERSION, 2).append(1, 3, 1);
        h.start(CoreHarness.meta(1, false).withLogicVersion(2));
        assertEquals(2, h.core.logicVersion(), "from the meta, before anything is applied");
        h.core.onLogicVersion(1);
        assertEquals(2, h.core.logicVersion());
    }

    // ---------------------------------------------------------------------------------------------- operators

    @Test
    void shouldRecordWhatAnOperatorDidUnlessAMemberWouldHaltOnIt() {
        h.servePair(1);
        assertEquals(2, h.core.recordOperator(SWITCHOVER));
        assertEquals(List.of("OPERATOR SWITCHOVER who=alice to=node-b"), h.effects.take());

        peerRestarts(1, 1);
        h.peerHello();
        h.effects.take();
        assertEquals(0, h.core.recordOperator(SWITCHOVER));
        assertEquals(List.of(), h.effects.take());
    }

    /** With all that it acknowledged. */
    private void peerRestarts(final int protoMax, final int logicMax) {
        h.peerRelease(protoMax, logicMax);
        final UnsafeBuffer held = h.journal.run(1, h.journal.lastSeq());
        h.peerJournal.appendAll(held, 0, held.capacity());
    }

    private void followNodeB() {
        h.start(CoreHarness.meta(0, false));
        h.follow(h.register(1, "node-b", CoreHarness.LID_A, CoreHarness.LID_B, 1), 0);
        assertTrue(h.core.matchedSeq() == 0 && h.core.role() == Role.PASSIVE);
    }

    private void assertRefused(final int version) {
        h.effects.take();
        final PartitaException refused =
                assertThrows(PartitaException.class, () -> h.core.raiseLogicVersion(version, "alice"));
        assertEquals(ErrorCode.LOGIC_VERSION_REFUSED, refused.code());
        assertEquals(List.of(), h.effects.take());
    }
}
