// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.partita.ledger.model.Outcome;
import io.partita.replication.protocol.codec.AckDecoder;
import io.partita.replication.protocol.codec.HandoverGoDecoder;
import io.partita.replication.protocol.codec.HandoverPrepDecoder;
import io.partita.replication.protocol.codec.HandoverReadyDecoder;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A planned handover: R29, with the crash of either side at any step, and a CAS of unknown outcome. */
class HandoverTest {
    private final CoreCluster cluster = new CoreCluster(2, config -> {}).serving();
    private final CoreCluster.Node a = cluster.node("node-a");
    private final CoreCluster.Node b = cluster.node("node-b");

    private boolean isOver() {
        return a.core == null || !a.core.handoverState().isRunning();
    }

    private boolean bServes() {
        return b.core != null && b.core.subRole() == SubRole.SERVING;
    }

    @Test
    void shouldHandOverWithEverybodyStillInSync() {
        cluster.sequence(100);
        final int before = cluster.written.size();

        assertNull(a.core.requestHandover(null));
        assertTrue(cluster.until(100, this::bServes), cluster::toString);

        assertEquals(HandoverState.HANDED_OVER, a.core.handoverState());
        assertEquals("to=node-b epoch=2", a.core.handoverText());
        assertEquals(Role.PASSIVE, a.core.role());
        assertEquals(before + 1, cluster.written.size(), "one CAS is all it takes");
        final RegisterConfig cfg = cluster.register;
        assertEquals("node-b", cfg.active());
        assertEquals("node-a", cfg.writerNode());
        assertEquals(2, cfg.inSync().size());
        assertEquals(cfg.startSeq() - 1, cfg.floorSeq());
        cluster.assertHealed();
        assertEquals(b, cluster.active());
    }

    @Test
    void shouldHandBackAgainAndAgain() {
        for (int i = 0; i < 20; i++) {
            final CoreCluster.Node from = cluster.active();
            cluster.sequence(5);
            assertNull(from.core.requestHandover(null));
            assertTrue(
                    cluster.until(
                            200,
                            () -> cluster.active() != null
                                    && cluster.active() != from
                                    && cluster.active().core.subRole() == SubRole.SERVING),
                    cluster::toString);
        }
        assertEquals(21, cluster.register.epoch());
        cluster.assertHealed();
    }

    @Test
    void shouldQueueAndNotRefuseWhileItHandsOver() {
        final List<Long> seen = new ArrayList<>();
        cluster.onFrame = frame -> {
            if (a.core != null && a.core.subRole() == SubRole.HANDING_OVER) {
                seen.add(a.core.sequencingEpoch());
            }
        };
        a.core.requestHandover("node-b");
        cluster.until(100, this::isOver);

        assertFalse(seen.isEmpty());
        assertTrue(seen.stream().allMatch(epoch -> epoch == 0), seen::toString);
        assertEquals(Outcome.NOT_ACTIVE, a.core.sequencingEpoch());
    }

    @Test
    void shouldServeOnWhileTheStandbyIsAsked() {
        cluster.dropped.add(HandoverReadyDecoder.TEMPLATE_ID);
        a.core.requestHandover("node-b");
        cluster.pass(500);
        assertEquals(HandoverState.PREPARING, a.core.handoverState());
        cluster.sequence(1);
        cluster.pass(700);

        assertEquals(HandoverState.ABORTED, a.core.handoverState());
        assertTrue(a.core.handoverText().contains("did not get ready"), a.core.handoverText());
        assertEquals(SubRole.SERVING, a.core.subRole());
        cluster.assertHealed();
        assertEquals(1, cluster.register.epoch());
    }

    @Test
    void shouldAbortByNotSendingTheCasWhenItDrainsTooSlowly() {
        a.core.requestHandover("node-b");
        cluster.onFrame = frame -> {
            if (frame.templateId() == HandoverReadyDecoder.TEMPLATE_ID && cluster.dropped.isEmpty()) {
                cluster.dropped.add(AckDecoder.TEMPLATE_ID); // The standby is heard no more, just when it was ready.
                cluster.sequence(2);
            }
        };
        final int before = cluster.written.size();
        assertTrue(cluster.until(100, () -> a.core.handoverState() == HandoverState.DRAINING));
        assertEquals(0, a.core.sequencingEpoch());
        cluster.until(240, this::isOver);

        assertEquals(HandoverState.ABORTED, a.core.handoverState());
        assertTrue(a.core.handoverText().contains("drained too slowly"), a.core.handoverText());
        assertEquals(before, cluster.written.size());
        assertEquals(1, a.core.sequencingEpoch(), "it takes commands again");
        cluster.assertHealed();
        assertEquals(a, cluster.active());
    }

    @Test
    void shouldRefuseWhatCannotBe() {
        assertTrue(a.core.requestHandover("node-a").contains("is the active"));
        assertTrue(a.core.requestHandover("node-x").contains("not a member"));
        assertTrue(b.core.requestHandover("node-a").contains("role=PASSIVE"));
        cluster.dropped.add(HandoverReadyDecoder.TEMPLATE_ID);
        assertNull(a.core.requestHandover("node-b"));
        assertTrue(a.core.requestHandover("node-b").contains("under way"));
        b.kill();
        cluster.until(100, this::isOver);
        assertTrue(a.core.handoverText().contains("not connected"), a.core.handoverText());
        assertNotNull(a.core.requestHandover(null));
        assertEquals(HandoverState.ABORTED, a.core.handoverState());
        b.start(false);
        cluster.assertHealed();
    }

    /** R25: the outcome is unknown, yet the register took it. */
    @Test
    void shouldStayStoppedUntilAnUnknownCasIsResolvedAsApplied() {
        cluster.fate = cas -> cas.epoch() == 2 ? CoreCluster.Fate.APPLIED_UNKNOWN : CoreCluster.Fate.ANSWERED;
        a.core.requestHandover("node-b");

        assertTrue(cluster.until(2_000, this::bServes), cluster::toString);
        assertEquals(HandoverState.HANDED_OVER, a.core.handoverState());
        cluster.assertHealed();
        assertEquals(b, cluster.active());
    }

    /** R25: the outcome is unknown and it was lost: the version is burnt, and the active goes on. */
    @Test
    void shouldGoOnOnlyWhenTheVersionIsBurnt() {
        cluster.fate = cas -> cas.epoch() == 2 ? CoreCluster.Fate.LOST_UNKNOWN : CoreCluster.Fate.ANSWERED;
        a.core.requestHandover("node-b");
        assertTrue(cluster.until(100, () -> a.core.handoverState() == HandoverState.DECIDING));
        cluster.pass(500);
        assertEquals(HandoverState.DECIDING, a.core.handoverState(), "time decides nothing");
        assertEquals(0, a.core.sequencingEpoch());
        cluster.until(3_000, this::isOver);

        assertEquals(HandoverState.ABORTED, a.core.handoverState());
        assertEquals(1, a.core.sequencingEpoch());
        assertEquals(1, cluster.register.epoch());
        cluster.assertHealed();
        assertEquals(a, cluster.active());
    }

    /** Row 34, 35: each side dies when each kind of frame is sent; and comes back, or not. */
    @ParameterizedTest
    @ValueSource(
            ints = {
                HandoverPrepDecoder.TEMPLATE_ID,
                HandoverReadyDecoder.TEMPLATE_ID,
                HandoverGoDecoder.TEMPLATE_ID,
                AckDecoder.TEMPLATE_ID
            })
    void shouldSurviveTheDeathOfEitherSideAtAnyFrame(final int templateId) {
        for (final String victim : List.of("node-a", "node-b")) {
            for (final boolean comesBack : new boolean[] {true, false}) {
                for (int nth = 1; nth <= 3; nth++) {
                    final CoreCluster fresh = new CoreCluster(2, config -> {}).serving();
                    fresh.sequence(10);
                    final CoreCluster.Node dying = fresh.node(victim);
                    final int[] left = {nth};
                    fresh.onFrame = frame -> {
                        if (frame.templateId() == templateId && --left[0] == 0) {
                            dying.kill();
                        }
                    };
                    fresh.node("node-a").core.requestHandover("node-b");
                    fresh.pass(30);
                    if (comesBack && dying.core == null) {
                        dying.start(false);
                    }
                    fresh.assertHealed();
                }
            }
        }
    }

    /** Row 34: the CAS is the last thing the active does, applied or not. */
    @Test
    void shouldSurviveAnActiveThatDiesWithItsCas() {
        for (final boolean isApplied : new boolean[] {true, false}) {
            for (final boolean comesBack : new boolean[] {true, false}) {
                final CoreCluster fresh = new CoreCluster(2, config -> {}).serving();
                final CoreCluster.Node active = fresh.node("node-a");
                fresh.fate = cas -> {
                    if (cas.epoch() == 2 && cas.writerNode().equals("node-a")) {
                        return isApplied ? CoreCluster.Fate.APPLIED_UNKNOWN : CoreCluster.Fate.LOST_UNKNOWN;
                    }
                    return CoreCluster.Fate.ANSWERED;
                };
                active.core.requestHandover("node-b");
                assertTrue(fresh.until(100, () -> active.core.handoverState() == HandoverState.DECIDING));
                fresh.until(1, () -> false);
                active.kill();
                fresh.pass(50);
                if (comesBack) {
                    active.start(false);
                }
                fresh.assertHealed();
                assertEquals("node-b", fresh.active().name);
                assertEquals(2, fresh.active().core.epoch());
            }
        }
    }

    /** Row 36: it was chosen, died before its claim was durable, and comes back. */
    @Test
    void shouldClaimTheEpochAtMostOnceAcrossARestart() {
        cluster.fate = cas -> {
            if (cas.epoch() == 2) {
                b.kill();
            }
            return CoreCluster.Fate.ANSWERED;
        };
        a.core.requestHandover("node-b");
        cluster.until(100, this::isOver);
        assertEquals(HandoverState.HANDED_OVER, a.core.handoverState());
        b.start(false);

        cluster.assertHealed();
        assertTrue(cluster.register.epoch() <= 3, cluster::toString);
    }

    /** F15: the register names a node whose lineage died meanwhile; it must not lead, and the old active takes over again. */
    @Test
    void shouldNotLeadWhenTheHandoverIsAddressedToADeadLineage() {
        final var dead = b.lid();
        cluster.sequence(5);
        cluster.fate = cas -> {
            if (cas.epoch() == 2) {
                b.wipe();
                b.start(false);
            }
            return CoreCluster.Fate.ANSWERED;
        };
        a.core.requestHandover("node-b");
        cluster.until(50, this::isOver);
        assertEquals(HandoverState.HANDED_OVER, a.core.handoverState());
        assertTrue(cluster.register.lists("node-b", dead));

        cluster.assertHealed();
        assertEquals(a, cluster.active());
        assertEquals(3, cluster.active().core.epoch());
        assertNotEquals(dead, cluster.register.lidOf("node-b"));
    }

    @Test
    void shouldLetAnUnreachableRegisterAbortNothingButThePresentActive() {
        a.core.requestHandover("node-b");
        cluster.fate = cas -> CoreCluster.Fate.LOST_UNKNOWN;
        cluster.pass(1_500);
        assertEquals(HandoverState.DECIDING, a.core.handoverState());
        assertTrue(a.core.mayAnswer());

        cluster.assertHealed();
    }

    @Test
    void shouldHandOverUnderConsistency() {
        final CoreCluster strict = new CoreCluster(2, config -> config.policy(Policy.CONSISTENCY, 2)).serving();
        final CoreCluster.Node first = strict.node("node-a");
        assertNull(first.core.requestHandover(null));
        assertTrue(strict.until(100, () -> strict.node("node-b").core.subRole() == SubRole.SERVING));

        assertEquals(2, strict.register.inSync().size());
        strict.assertHealed();
    }

    @Test
    void shouldHandOverWithEveryMemberGated() {
        final CoreCluster forced = new CoreCluster(2, config -> config.durability(Durability.ALL_FSYNC)).serving();
        assertNull(forced.node("node-a").core.requestHandover(null));
        assertTrue(forced.until(100, () -> forced.node("node-b").core.subRole() == SubRole.SERVING));

        forced.assertHealed();
    }
}
