// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.simulation;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.fail;

import io.partita.replication.protocol.Zoo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests of the tests: each known flaw of naive protocols is found within so many seeds, or a checker is broken. */
class ZooTest {
    private static final int SEEDS_OF_THE_HARMLESS = 20;

    private static void run(final FaultPlan plan, final Zoo.Bug bug) {
        new Simulator(plan, bug, null).run();
    }

    @ParameterizedTest
    @EnumSource(
            value = Zoo.Bug.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"NONE", "NO_FREEZE"})
    void shouldFindThePlantedFlaw(final Zoo.Bug bug) {
        final Hunt hunt = Hunt.of(bug);
        final long startNs = System.nanoTime();
        for (long seed = 1; seed <= hunt.seedsMax(); seed++) {
            final FaultPlan plan = hunt.plan(seed);
            try {
                run(plan, bug);
            } catch (final RuntimeException e) {
                System.out.printf(
                        "%s: found by %s with seed %d after %.1f s%n",
                        bug.label(), Violation.checkerOf(e), seed, (System.nanoTime() - startNs) / 1e9);
                assertDoesNotThrow(() -> run(plan, Zoo.Bug.NONE), "it is the flaw that was found, not something else");
                return;
            }
        }
        fail(bug.label() + " was not found within " + hunt.seedsMax() + " seeds");
    }

    /** PROTOCOL 7: freezing makes reasoning easier; the model finds nothing without it. */
    @Test
    void shouldNotFlagWhatIsHarmless() {
        for (long seed = 1; seed <= SEEDS_OF_THE_HARMLESS; seed++) {
            run(FaultPlan.of(seed), Zoo.Bug.NO_FREEZE);
        }
    }
}
