// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.partita.ledger.model.Id128;
import io.partita.ledger.model.Outcome;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two to four standbys: R12 to R15, R18, R22 to R24, R40. */
class ManyStandbysTest {
    private static CoreCluster of(final int nodes) {
        return new CoreCluster(nodes, config -> {}).serving();
    }

    private static CoreCluster strict(final int nodes) {
        return new CoreCluster(nodes, config -> config.policy(Policy.CONSISTENCY, 2)).serving();
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 4, 5})
    void shouldTakeThemInOneAfterTheOther(final int nodes) {
        final CoreCluster cluster = of(nodes);

        for (int i = 0; i < nodes; i++) {
            assertEquals(i + 1, cluster.written.get(i).inSync().size());
        }
        cluster.sequence(100);
        cluster.assertHealed();
    }

    /** R13, R15: the first one of those left takes over, the others follow it and are in sync all along. */
    @ParameterizedTest
    @ValueSource(ints = {3, 4, 5})
    void shouldTakeOverAndKeepTheOtherMembers(final int nodes) {
        final CoreCluster cluster = of(nodes);
        cluster.sequence(10);
        cluster.node("node-a").kill();
        assertTrue(
                cluster.until(
                        400,
                        () -> cluster.active() != null && cluster.active().core.subRole() == SubRole.SERVING),
                cluster::toString);

        assertEquals("node-b", cluster.active().name);
        assertEquals(2, cluster.register.epoch());
        assertEquals(nodes - 1, cluster.register.inSync().size());
        cluster.assertHealed();
        cluster.node("node-a").start(false);
        cluster.assertHealed();
        assertEquals(nodes, cluster.register.inSync().size());
    }

    /** R13: who is first in rank does not answer either; the next one waits its turn, takes over, and sheds it. */
    @Test
    void shouldTakeOverInItsTurnWhenTheFirstInRankIsDead() {
        final CoreCluster cluster = of(3);
        cluster.node("node-b").kill();
        cluster.node("node-a").kill();
        cluster.pass(100);
        assertEquals(1, cluster.register.epoch(), "not its turn yet");

        cluster.assertHealed();
        assertEquals("node-c", cluster.active().name);
        assertEquals(1, cluster.register.inSync().size());
    }

    @Test
    void shouldSurviveOneDeathAfterTheOther() {
        final CoreCluster cluster = of(4);
        for (final String victim : new String[] {"node-a", "node-b", "node-c"}) {
            cluster.sequence(10);
            cluster.node(victim).kill();
            cluster.assertHealed();
        }
        assertEquals("node-d", cluster.active().name);
        for (final String victim : new String[] {"node-a", "node-b", "node-c"}) {
            cluster.node(victim).start(false);
        }
        cluster.assertHealed();
        assertEquals(4, cluster.register.inSync().size());
    }

    /** R18, R19: every member must hold it. */
    @Test
    void shouldCommitOnlyWhatAllOfThemHold() {
        final CoreCluster cluster = of(3);
        final long before = cluster.active().core.commitSeq();
        cluster.node("node-c").isCut = true;
        cluster.sequence(1);
        cluster.pass(100);
        assertEquals(before, cluster.active().core.commitSeq());

        assertTrue(cluster.until(400, () -> cluster.active().core.commitSeq() == before + 1), "shed after tShrink");
        assertEquals(2, cluster.register.inSync().size());
        cluster.node("node-c").isCut = false;
        cluster.assertHealed();
        assertEquals(3, cluster.register.inSync().size());
    }

    @Test
    void shouldHandOverToTheNamedOneAndKeepTheThird() {
        final CoreCluster cluster = of(3);
        cluster.sequence(10);
        assertNull(cluster.active().core.requestHandover("node-c"));
        assertTrue(
                cluster.until(200, () -> cluster.node("node-c").core.subRole() == SubRole.SERVING), cluster::toString);

        assertEquals(3, cluster.register.inSync().size());
        cluster.assertHealed();
    }

    /** CONSISTENCY(2): one loss costs nothing but a CAS, the second one stops writes until somebody is back. */
    @Test
    void shouldKeepTwoCopiesUnderConsistency() {
        final CoreCluster cluster = strict(3);
        cluster.node("node-c").kill();
        cluster.sequence(1);
        assertTrue(cluster.until(
                500,
                () -> cluster.active().core.commitSeq()
                        == cluster.active().journal.lastSeq()));
        assertEquals(2, cluster.register.inSync().size());

        cluster.node("node-b").kill();
        cluster.sequence(1);
        cluster.pass(500);
        assertEquals(Outcome.DEGRADED, cluster.active().core.sequencingEpoch());
        assertEquals(2, cluster.register.inSync().size());
        assertTrue(cluster.active().core.requestHandover(null).contains("minInSync=2"));

        cluster.node("node-b").start(false);
        assertTrue(cluster.until(
                1_000,
                () -> cluster.active().core.commitSeq()
                        == cluster.active().journal.lastSeq()));
        cluster.node("node-c").start(false);
        cluster.assertHealed();
    }

    /** R24: stalled for want of a second copy, and the one that comes is another node. */
    @Test
    void shouldGoOnWithAnotherNodeThanTheOneThatWasLost() {
        final CoreCluster cluster = strict(3);
        cluster.node("node-c").kill();
        cluster.sequence(1);
        cluster.pass(500);
        cluster.node("node-b").kill();
        cluster.sequence(1);
        cluster.pass(500);
        final int before = cluster.written.size();
        cluster.node("node-c").start(false);

        assertTrue(cluster.until(2_000, () -> cluster.register.lidOf("node-b") == null), cluster::toString);
        assertEquals(before + 1, cluster.written.size(), "one CAS: the newcomer takes the dead one's place");
        assertTrue(cluster.register.lists("node-c", cluster.node("node-c").lid()), cluster::toString);
        cluster.assertHealed();
        assertTrue(cluster.register.lidOf("node-b") == null, cluster::toString);
        assertTrue(
                cluster.written.stream().skip(3).allMatch(cfg -> cfg.inSync().size() >= 2),
                "the set never becomes too small");
    }

    @Test
    void shouldKeepTwoMembersThroughATakeOverUnderConsistency() {
        final CoreCluster cluster = strict(3);
        cluster.sequence(5);
        cluster.node("node-a").kill();
        cluster.assertHealed();

        assertEquals(2, cluster.register.inSync().size());
        cluster.node("node-a").start(false);
        cluster.assertHealed();
    }

    /** R24: a wiped node comes back as another lineage, and takes the dead one's place in one CAS. */
    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void shouldReplaceADeadLineageInOneCas(final int nodes) {
        final CoreCluster cluster = strict(nodes);
        cluster.sequence(10);
        cluster.settle();
        final Id128 dead = cluster.node("node-b").lid();
        final int before = cluster.written.size();
        cluster.node("node-b").wipe();
        cluster.node("node-b").start(false);

        assertTrue(cluster.until(
                2_000,
                () -> cluster.register.lists("node-b", cluster.node("node-b").lid())));
        assertEquals(before + 1, cluster.written.size());
        assertEquals(nodes, cluster.register.inSync().size());
        assertTrue(!cluster.register.lists("node-b", dead));
        cluster.assertHealed();
    }

    /** R40: with three copies the odd one has a name. */
    @Test
    void shouldNameTheOddOneOfThreeCopies() {
        final CoreCluster cluster = of(3);
        cluster.node("node-c").digestSalt = 1;
        cluster.sequence(3);
        cluster.pass(300);

        assertTrue(cluster.alarms.toString().contains("odd=node-c"), cluster.alarms::toString);
        assertTrue(!cluster.alarms.toString().contains("odd=node-b"), cluster.alarms::toString);
        assertEquals(Role.HALTED, cluster.node("node-c").core.role());
        assertEquals(SubRole.SERVING, cluster.node("node-a").core.subRole());
    }

    @Test
    void shouldNameTheActiveWhenBothStandbysContradictIt() {
        final CoreCluster cluster = of(3);
        cluster.node("node-a").digestSalt = 1;
        cluster.sequence(3);
        cluster.pass(300);

        assertTrue(cluster.alarms.toString().contains("odd=node-a"), cluster.alarms::toString);
    }

    @Test
    void shouldNotNameAnybodyOfTwoCopies() {
        final CoreCluster cluster = of(2);
        cluster.node("node-b").digestSalt = 1;
        cluster.sequence(3);
        cluster.pass(300);

        assertTrue(cluster.alarms.toString().contains("odd=unknown"), cluster.alarms::toString);
    }
}
