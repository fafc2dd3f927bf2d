// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.partita.replication.protocol.Zoo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The small version of the campaign: seeds that once failed, some more, and proof that the checkers find known flaws. */
class SimulationTest {
    private static final int SEEDS = 1_000;

    private static Simulator.Result run(final long seed, final Zoo.Bug bug) {
        return new Simulator(FaultPlan.of(seed), bug, false).run();
    }

    private static Simulator.Result check(final long seed) {
        try {
            return run(seed, Zoo.Bug.NONE);
        } catch (final RuntimeException e) {
            throw new AssertionError(
                    "seed " + seed + "; replay: SimulationCampaign --seeds 1 --from " + seed + " --trace", e);
        }
    }

    /** 82: two nodes took over from each other for ever; and a register that was stale twice halted a node. */
    @ParameterizedTest
    @ValueSource(longs = {30, 62, 82, 2416, 22229, 23700, 25340, 61235})
    void shouldPassSeedsThatOnceFailed(final long seed) {
        check(seed);
    }

    @Test
    void shouldKeepItsPromisesUnderFaults() {
        long committed = 0;
        long epochs = 0;
        int stuck = 0;
        for (long seed = 1; seed <= SEEDS; seed++) {
            final Simulator.Result result = check(seed);
            committed += result.committed();
            epochs += result.epochs();
            stuck += result.stuck() ? 1 : 0;
        }
        assertTrue(committed > SEEDS * 100L, "committed=" + committed);
        assertTrue(epochs > SEEDS * 2L, "epochs=" + epochs);
        assertTrue(stuck < SEEDS / 10, "needing an operator: " + stuck);
    }

    @Test
    void shouldRunTheSameSeedTheSameWay() {
        for (long seed = 1; seed <= 20; seed++) {
            assertEquals(check(seed), check(seed));
        }
        assertNotEquals(check(1).hash(), check(2).hash());
    }

    /** Each of them within so many seeds, or a checker is broken. */
    @ParameterizedTest
    @CsvSource({
        "COMMIT_BEFORE_CAS, 100",
        "EXPAND_LAZY, 200",
        "AMBIG_FAIL, 3000",
        "TRUNC_TO_COMMIT, 100",
        "SOLO_NO_FSYNC, 200",
        "READ_LOCAL, 200",
        "NODE_ID, 300",
        "SAME_LINEAGE_AFTER_REBOOT, 300",
    })
    void shouldFindThePlantedFlaw(final Zoo.Bug bug, final int seeds) {
        for (long seed = 1; seed <= seeds; seed++) {
            try {
                run(seed, bug);
            } catch (final RuntimeException e) {
                return;
            }
        }
        fail(bug + " was not found within " + seeds + " seeds");
    }
}
