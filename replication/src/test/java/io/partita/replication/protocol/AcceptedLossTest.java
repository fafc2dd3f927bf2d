// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.Id128;
import io.partita.ledger.model.PartitaException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** R36: who may be chosen, what the register says then, and how the chosen one and the others go on. */
class AcceptedLossTest {
    private static final Id128 NEW_LID = new Id128(10, 2);
    private static final Id128 OP = new Id128(99, 1);

    private final CoreHarness h = new CoreHarness();

    @Test
    void shouldRefuseWhileTheChosenNodeCouldJustBeStarted() {
        h.journal.append(1, 3, 1);
        assertRefused("start that node", h.register(1, "node-a", CoreHarness.LID_A, null, 1), List.of());
    }

    @Test
    void shouldRefuseWhileAnotherNodeHoldsEverything() {
        h.journal.append(1, 3, 1);
        assertRefused(
                "start that node",
                h.register(1, "node-b", null, CoreHarness.LID_B, 1),
                List.of(new AcceptedLoss.Former("node-b", CoreHarness.LID_B, 1, 9, true, 1, 1)));
    }

    /** A member that leads alone for long gives up records that it took in after the register was last written (R33). */
    @Test
    void shouldFindTheFloorInWhatAMemberHasGivenUp() {
        h.journal.append(1, 6, 1).discardTo(4);
        final RegisterConfig held = h.register(1, "node-a", CoreHarness.LID_A, null, 1);
        assertTrue(chosen(floor(held, 2, 77)).holdsFloor());
        assertRefused("start that node", floor(held, 2, 77), List.of());
        assertTrue(chosen(floor(held, 4, h.journal.chainAt(4))).holdsFloor());
        assertFalse(chosen(floor(held, 4, 77)).holdsFloor());
    }

    @Test
    void shouldPreferTheFormerMemberThatHoldsMost() {
        h.journal.append(1, 3, 1);
        final RegisterConfig held = h.register(2, "node-b", null, CoreHarness.LID_B, 4);
        assertRefused(
                "recover that node instead",
                held,
                List.of(new AcceptedLoss.Former("node-b", new Id128(7, 7), 2, 2, false, 1, 1)));
        assertRefused(
                "recover that node instead",
                held,
                List.of(new AcceptedLoss.Former("node-b", new Id128(7, 7), 1, 4, false, 1, 1)));
        AcceptedLoss.check(
                held, chosen(held), List.of(new AcceptedLoss.Former("node-b", new Id128(7, 7), 1, 3, true, 1, 1)));
        AcceptedLoss.check(held, chosen(held), List.of(new AcceptedLoss.Former("node-b", null, 0, 0, false, 1, 1)));
    }

    @Test
    void shouldWantToSeeEveryMemberOrBeForced() {
        h.journal.append(1, 3, 1);
        assertRefused("--former", h.register(1, "node-b", null, CoreHarness.LID_B, 1), List.of());
    }

    @Test
    void shouldBeginAnEpochOfTheChosenLineageAlone() {
        h.journal.append(1, 2, 1).append(3, 2, 5);
        final RegisterConfig held = floor(h.register(3, "node-b", null, CoreHarness.LID_B, 3), 3, h.journal.chainAt(3));
        final RegisterConfig next = next(held);
        assertEquals(held.ver() + 1, next.ver());
        assertEquals(4, next.epoch());
        assertEquals("node-a", next.active());
        assertTrue(next.listsOnly("node-a", NEW_LID));
        assertEquals(5, next.startSeq());
        assertEquals(h.journal.lastChain(), next.startChain());
        assertEquals(4, next.floorSeq());
        assertEquals(new RegisterConfig.Unclean(1, 4, 4), next.unclean());
        assertEquals("alice", next.writerNode());
        assertEquals(next, RegisterConfigCodec.decode(RegisterConfigCodec.encode(next)));
    }

    @Test
    void shouldSayFromWhereOnTheHistoryMayBeAnother() {
        h.journal.append(1, 2, 1).append(2, 2, 5);
        final RegisterConfig shorter = floor(h.register(3, "node-b", null, CoreHarness.LID_B, 3), 9, 77);
        assertEquals(
                1, next(shorter).unclean().lostPossibleFromSeq(), "no term of the register's history is known here");
        final RegisterConfig withTerm = shorter.withNextEpoch(
                OP, 0, "node-b", shorter.inSync(), 3, h.journal.chainAt(2)); // its term is in the history
        assertEquals(3, next(withTerm).unclean().lostPossibleFromSeq());
    }

    /** Two losses in turn: the epochs that the first gave up are no part of the history that the second can count on. */
    @Test
    void shouldForgetTheEpochsThatWereGivenUp() {
        h.journal.append(1, 2, 1).append(2, 2, 5);
        final RegisterConfig held = h.register(3, "node-b", null, CoreHarness.LID_B, 3);
        final RegisterConfig ofAnother = held.withNextEpoch(OP, 0, "node-b", held.inSync(), 3, 99);
        final RegisterConfig ofThis = ofAnother.withNextEpoch(OP, 0, "node-b", held.inSync(), 3, h.journal.chainAt(2));
        final RegisterConfig next = next(ofThis);
        assertEquals(
                List.of(ofThis.epoch(), next.epoch()),
                next.history().stream().map(RegisterConfig.Term::epoch).toList());
    }

    @Test
    void shouldRefuseARegisterThatWentBack() {
        h.journal.append(5, 2, 1);
        final PartitaException refused =
                assertThrows(PartitaException.class, () -> next(h.register(3, "node-b", null, CoreHarness.LID_B, 1)));
        assertEquals(ErrorCode.REGISTER_REGRESSION, refused.code());
    }

    /** The register lost its last values for good: the new one is above everything that any node has seen. */
    @Test
    void shouldRaiseARegisterThatWentBack() {
        h.journal.append(5, 2, 1);
        final RegisterConfig held = h.register(3, "node-b", null, CoreHarness.LID_B, 1);
        final AcceptedLoss.Former best = chosen(held);
        final AcceptedLoss.Former other = new AcceptedLoss.Former("node-b", CoreHarness.LID_B, 1, 2, true, 40, 7);
        final RegisterConfig raised = AcceptedLoss.raised(held, List.of(best, other));
        AcceptedLoss.checkAll(raised, best, List.of(other));
        final RegisterConfig next = next(raised);
        assertEquals(41, next.ver());
        assertEquals(8, next.epoch());
        assertTrue(next.listsOnly("node-a", NEW_LID));
    }

    /** Who is listed by what is left of the register, and has seen nothing newer, is no better than the others. */
    @Test
    void shouldTakeNobodyForCompleteByARegisterThatWentBack() {
        h.journal.append(1, 3, 1);
        final RegisterConfig held = h.register(1, "node-b", null, CoreHarness.LID_B, 1);
        AcceptedLoss.checkAll(
                held, chosen(held), List.of(new AcceptedLoss.Former("node-b", CoreHarness.LID_B, 1, 2, true, 0, 1)));
        assertRefused(
                "recover that node instead",
                () -> AcceptedLoss.checkAll(
                        held, chosen(held), List.of(new AcceptedLoss.Former("node-b", null, 1, 4, false, 0, 0))));
        assertRefused("--former", () -> AcceptedLoss.checkAll(held, chosen(held), List.of()));
    }

    @Test
    void shouldRefuseANewRegisterWhereTheOldOneIsWhole() {
        h.journal.append(1, 3, 1);
        final RegisterConfig held = h.register(1, "node-b", null, CoreHarness.LID_B, 1);
        assertRefused("without --new-register", () -> AcceptedLoss.raised(held, List.of(chosen(held))));
    }

    @Test
    void shouldBeginAgainWithoutARegister() {
        h.journal.append(1, 3, 1);
        final RegisterConfig nothing = RegisterConfig.nothing(CoreHarness.config("node-a", 5));
        final RegisterConfig next = next(AcceptedLoss.raised(nothing, List.of(chosen(nothing))));
        assertEquals(2, next.epoch());
        assertEquals(4, next.startSeq());
        assertEquals(1, next.unclean().lostPossibleFromSeq(), "nobody knows what was committed");
        assertEquals(next, RegisterConfigCodec.decode(RegisterConfigCodec.encode(next)));
    }

    /** The next start claims the epoch, and the journal's second record of it says what was given up, by whom. */
    @Test
    void shouldLeadAndNoteTheLossInTheJournal() {
        h.journal.append(1, 3, 1).force();
        final RegisterConfig held = h.register(1, "node-b", null, CoreHarness.LID_B, 1);
        final RegisterConfig next = next(held);
        h.start(AcceptedLoss.withNewLineage(CoreHarness.meta(1, false), NEW_LID));
        h.core.onRegisterRead(next);
        assertTrue(h.effects.take().contains("CAS ver=3 epoch=2 active=node-a members=1"), "is it still so?");
        h.core.onCasOk(next.ver() + 1);
        h.metaDurable();
        assertEquals(
                List.of(
                        "EPOCH_START epoch=2 seq=4",
                        "OPERATOR ACCEPT_LOSS who=alice count=1 epoch=2 lostPossibleFromSeq=1"),
                h.effects.take());
        h.flush();
        h.journal.force();
        h.flush();
        h.metaDurable();
        h.flush();
        assertEquals(5, h.core.commitSeq());
        h.apply();
        assertTrue(h.flush().contains("ACTIVE epoch=2"));
    }

    /** Died between the two records: the next epoch notes it, and no later one again. */
    @Test
    void shouldNoteTheLossOnceWhateverHappens() {
        h.journal.append(1, 3, 1).append(2, 1, -2).force();
        final RegisterConfig.Unclean unclean = new RegisterConfig.Unclean(1, 2, 1);
        final NodeMeta meta = AcceptedLoss.withNewLineage(CoreHarness.meta(2, true), NEW_LID);
        h.start(meta);
        h.core.onRegisterRead(unclean(h.register(3, "node-a", NEW_LID, null, 5), unclean));
        h.metaDurable();
        assertEquals(
                List.of(
                        "EPOCH_START epoch=3 seq=5",
                        "OPERATOR ACCEPT_LOSS who=unknown count=1 epoch=2 lostPossibleFromSeq=1"),
                h.effects.take());

        h.start(h.core.meta());
        h.core.onRegisterRead(unclean(h.register(4, "node-a", NEW_LID, null, 7), unclean));
        h.metaDurable();
        assertEquals(List.of("EPOCH_START epoch=4 seq=7"), h.effects.take());
    }

    /** A node of the old set comes back after all: it is nobody's member, and follows. */
    @Test
    void shouldFollowWhoeverWentOnWithoutIt() {
        h.peerJournal.append(1, 2, 1);
        h.journal.appendAll(h.peerJournal.run(1, 2), 0, h.peerJournal.run(1, 2).capacity());
        h.journal.append(1, 2, 8); // answered once, and given up since
        h.peerJournal.append(2, 3, 9);
        final RegisterConfig next = new RegisterConfig(
                CoreHarness.CLUSTER,
                9,
                OP,
                "alice",
                0,
                2,
                "node-b",
                List.of(new RegisterConfig.Member("node-b", NEW_LID)),
                3,
                h.peerJournal.chainAt(2),
                2,
                h.peerJournal.chainAt(2),
                Policy.AVAILABILITY,
                1,
                Durability.MEMORY,
                h.config.nodes(),
                List.of(),
                new RegisterConfig.Unclean(1, 2, 1));
        h.peerLid = NEW_LID;
        h.start(CoreHarness.meta(1, false)).follow(next, 2);
        h.peerAppend(2, 3, 5, 5, 0);
        assertTrue(h.effects.take().containsAll(List.of("cut to 2", "append to 5")));
        assertEquals(h.peerJournal.lastChain(), h.journal.lastChain());
        assertEquals(Role.PASSIVE, h.core.role());
    }

    private RegisterConfig next(final RegisterConfig held) {
        return AcceptedLoss.next(
                held, AcceptedLoss.withNewLineage(CoreHarness.meta(1, false), NEW_LID), h.journal, OP, "alice", 5);
    }

    private AcceptedLoss.Former chosen(final RegisterConfig held) {
        return AcceptedLoss.former(held, CoreHarness.meta(1, false), h.journal);
    }

    private void assertRefused(final String next, final RegisterConfig held, final List<AcceptedLoss.Former> others) {
        assertRefused(next, () -> AcceptedLoss.check(held, chosen(held), others));
    }

    private static void assertRefused(final String next, final Executable recovery) {
        final PartitaException refused = assertThrows(PartitaException.class, recovery);
        assertEquals(ErrorCode.RECOVERY_REFUSED, refused.code());
        assertTrue(refused.nextStep().contains(next), refused.getMessage());
    }

    private static RegisterConfig floor(final RegisterConfig config, final long seq, final long chain) {
        return config.withInSync(config.opId(), "node-b", 0, config.inSync(), seq, chain);
    }

    private RegisterConfig unclean(final RegisterConfig c, final RegisterConfig.Unclean unclean) {
        return new RegisterConfig(
                c.clusterId(),
                c.ver(),
                c.opId(),
                c.writerNode(),
                0,
                c.epoch(),
                c.active(),
                c.inSync(),
                c.startSeq(),
                c.startChain(),
                c.floorSeq(),
                c.floorChain(),
                c.policy(),
                c.minInSync(),
                c.durability(),
                c.nodes(),
                c.history(),
                unclean);
    }
}
