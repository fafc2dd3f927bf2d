// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.simulation;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.partita.replication.protocol.Zoo;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The small version of the campaign: some seeds, and proof that the checkers find known flaws. */
class SimulationTest {
    private static final int SEEDS = 60;

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
            stuck += result.recovered() ? 1 : 0;
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

    /** Plans that once failed, shrunk; each file says by what. */
    @Test
    void shouldPassPlansThatOnceFailed() throws IOException, URISyntaxException {
        final URL folder = SimulationTest.class.getResource("/regressions");
        assertNotNull(folder, "the folder of the plans");
        try (Stream<Path> plans = Files.list(Path.of(folder.toURI()))) {
            for (final Path file : plans.sorted().toList()) {
                final FaultPlan plan = FaultPlan.parse(Files.readString(file));
                assertDoesNotThrow(() -> run(plan, Zoo.Bug.NONE), file.toString());
            }
        }
    }

    /** A plan that fails for a planted flaw becomes smaller, and fails still, by the same checker. */
    @Test
    void shouldShrinkAPlanThatFails() {
        final FaultPlan failing = firstFailing(Zoo.Bug.DROP_CHAIN_CHECK);
        final String checker = findingOf(failing, Zoo.Bug.DROP_CHAIN_CHECK);
        final FaultPlan small = Shrinker.shrink(failing, Zoo.Bug.DROP_CHAIN_CHECK, checker);
        assertTrue(small.faults().size() < failing.faults().size(), small.text());
        assertEquals(checker, findingOf(FaultPlan.parse(small.text()), Zoo.Bug.DROP_CHAIN_CHECK));
    }

    private static FaultPlan firstFailing(final Zoo.Bug bug) {
        for (long seed = 1; seed <= Hunt.of(bug).seedsMax(); seed++) {
            final FaultPlan plan = Hunt.of(bug).plan(seed);
            if (!findingOf(plan, bug).isEmpty()) {
                return plan;
            }
        }
        throw new AssertionError(bug + " was not found");
    }

    private static String findingOf(final FaultPlan plan, final Zoo.Bug bug) {
        try {
            run(plan, bug);
            return "";
        } catch (final RuntimeException e) {
            return Violation.checkerOf(e);
        }
    }
}
