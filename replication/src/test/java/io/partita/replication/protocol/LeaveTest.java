// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.partita.ledger.model.Outcome;
import io.partita.replication.protocol.codec.LeaveDecoder;
import io.partita.replication.protocol.codec.LeaveOkDecoder;
import org.junit.jupiter.api.Test;

/** The planned stop of a standby: R30. */
class LeaveTest {
    private final CoreCluster cluster = new CoreCluster(2, config -> {}).serving();
    private final CoreCluster.Node a = cluster.node("node-a");
    private final CoreCluster.Node b = cluster.node("node-b");

    private boolean hasLeft() {
        return b.core.leaveState() == LeaveState.LEFT;
    }

    @Test
    void shouldBeTakenOutAtOnceAndNeverTakeOver() {
        b.core.requestLeave();
        assertTrue(cluster.until(10, this::hasLeft), cluster::toString);

        assertEquals(1, cluster.register.inSync().size());
        cluster.sequence(2);
        assertTrue(cluster.until(5, () -> a.core.commitSeq() == a.journal.lastSeq()), "nobody waits for it");
        cluster.pass(2_000);
        assertEquals(1, cluster.register.inSync().size(), "it is not taken back in");
        a.kill();
        cluster.pass(3_000);
        assertEquals(Role.PASSIVE, b.core.role());
        assertEquals(1, cluster.register.epoch());
    }

    @Test
    void shouldJoinAgainAfterARestart() {
        b.core.requestLeave();
        cluster.until(10, this::hasLeft);
        b.kill();
        cluster.sequence(7);
        cluster.pass(50);
        b.start(false);

        cluster.assertHealed();
    }

    @Test
    void shouldAskAgainWhenAFrameIsLost() {
        cluster.dropped.add(LeaveDecoder.TEMPLATE_ID);
        b.core.requestLeave();
        cluster.pass(30);
        assertEquals(2, cluster.register.inSync().size());
        cluster.dropped.clear();
        cluster.dropped.add(LeaveOkDecoder.TEMPLATE_ID);
        cluster.pass(30);
        assertEquals(1, cluster.register.inSync().size());
        assertEquals(LeaveState.ASKED, b.core.leaveState());
        cluster.dropped.clear();

        assertTrue(cluster.until(50, this::hasLeft));
    }

    /** R18: until the register has moved it counts, and acknowledges. */
    @Test
    void shouldCountUntilTheRegisterHasMoved() {
        cluster.fate = cas -> CoreCluster.Fate.LOST_UNKNOWN;
        b.core.requestLeave();
        cluster.pass(20);
        assertEquals(LeaveState.ASKED, b.core.leaveState());
        cluster.sequence(3);
        assertTrue(cluster.until(10, () -> a.core.commitSeq() == a.journal.lastSeq()));
        assertEquals(a.journal.lastSeq(), b.journal.lastSeq());
        cluster.fate = cas -> CoreCluster.Fate.ANSWERED;

        assertTrue(cluster.until(4_000, this::hasLeft), cluster::toString);
        assertEquals(1, cluster.register.inSync().size());
    }

    @Test
    void shouldNotTakeOverWhenTheActiveDiesBeforeItAnswers() {
        cluster.dropped.add(LeaveDecoder.TEMPLATE_ID);
        b.core.requestLeave();
        cluster.pass(20);
        a.kill();
        cluster.pass(2_000);

        assertEquals(Role.PASSIVE, b.core.role());
        assertTrue(b.core.suspectsActive());
        b.kill();
        b.start(false); // it stopped, and is needed after all
        cluster.assertHealed();
        assertEquals(b, cluster.active());
    }

    @Test
    void shouldBeRefusedWhereTheSetWouldBecomeTooSmall() {
        final CoreCluster strict = new CoreCluster(3, config -> config.policy(Policy.CONSISTENCY, 2)).serving();
        final CoreCluster.Node second = strict.node("node-b");
        final CoreCluster.Node third = strict.node("node-c");
        third.core.requestLeave();
        assertTrue(strict.until(10, () -> third.core.leaveState() == LeaveState.LEFT));
        second.core.requestLeave();
        assertTrue(strict.until(10, () -> second.core.leaveState() == LeaveState.REFUSED));

        assertEquals(2, strict.register.inSync().size());
        strict.sequence(1);
        assertTrue(strict.until(
                10,
                () -> strict.active().core.commitSeq()
                        == strict.active().journal.lastSeq()));
        assertFalse(strict.active().core.sequencingEpoch() == Outcome.DEGRADED);
    }

    @Test
    void shouldNotBeHandedOverTo() {
        b.core.requestLeave();
        cluster.until(10, this::hasLeft);

        assertNotNull(a.core.requestHandover(null));
        assertNotNull(a.core.requestHandover("node-b"));
    }

    /** What a clean stop of the active does: it hands over, follows, and leaves. */
    @Test
    void shouldLetAnActiveStopCleanly() {
        assertNull(a.core.requestHandover(null));
        assertTrue(cluster.until(100, () -> b.core.subRole() == SubRole.SERVING));
        a.core.requestLeave();
        assertTrue(cluster.until(100, () -> a.core.leaveState() == LeaveState.LEFT), cluster::toString);
        a.kill();
        cluster.sequence(1);

        assertTrue(cluster.until(5, () -> b.core.commitSeq() == b.journal.lastSeq()));
        a.start(false);
        cluster.assertHealed();
    }
}
