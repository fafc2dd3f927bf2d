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

/** The small version of the campaign: some seeds, and proof that the checkers find known flaws. */
class SimulationTest {
    private static final int SEEDS = 100;

    private static Simulator.Result run(final FaultPlan plan, final Zoo.Bug bug) {
        return new Simulator(plan, bug, null).run();
    }

    private static Simulator.Result check(final long seed) {
        try {
            return run(FaultPlan.of(seed), Zoo.Bug.NONE);
        } catch (final RuntimeException e) {
            throw new AssertionError(
                    "seed " + seed + "; replay: replication/simulate --seeds 1 --from " + seed + " --trace", e);
        }
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
        assertTrue(stuck < SEEDS / 5, "needing an operator: " + stuck);
    }

    @Test
    void shouldRunTheSameSeedTheSameWay() {
        for (long seed = 1; seed <= 5; seed++) {
            assertEquals(check(seed).hash(), check(seed).hash());
        }
        assertNotEquals(check(1).hash(), check(2).hash());
    }

    @Test
    void shouldRunTheTextOfAPlanAsItsSeed() {
        for (long seed = 1; seed <= 5; seed++) {
            final FaultPlan plan = FaultPlan.of(seed);
            final FaultPlan read = FaultPlan.parse(plan.text());
            assertEquals(plan, read);
            assertEquals(check(seed).hash(), run(read, Zoo.Bug.NONE).hash());
        }
    }

    /** Each of them within so many seeds, or a checker is broken. */
    @ParameterizedTest
    @CsvSource({
        "commitBeforeCas, 100",
        "expandLazy, 200",
        "truncToCommit, 100",
        "soloNoFsync, 200",
        "nodeId, 300",
        "pcNoRegen, 300",
    })
    void shouldFindThePlantedFlaw(final String bug, final int seeds) {
        for (long seed = 1; seed <= seeds; seed++) {
            try {
                run(FaultPlan.of(seed), Zoo.Bug.of(bug));
            } catch (final RuntimeException e) {
                return;
            }
        }
        fail(bug + " was not found within " + seeds + " seeds");
    }
}
