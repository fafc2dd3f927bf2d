// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.partita.replication.protocol.Zoo;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Checker 11: every rule and every reason of a REJECT, a NACK or a HALT is reached, or a part of the protocol is not tested. */
@Tag("once")
class CoverageTest {
    private static final int SEEDS = 10;

    @Test
    void shouldReachEveryRuleAndEveryReason() {
        final Coverage coverage = new Coverage();
        for (long seed = 1; seed <= SEEDS; seed++) {
            coverage.add(
                    new Simulator(FaultPlan.of(seed), Zoo.Bug.NONE, null).run().coverage());
        }
        RareMarks.reach(coverage).forEach(System.out::println);
        System.out.println(coverage.text());
        assertEquals(List.of(), coverage.missing());
    }

    /** What is not reached is missed. */
    @Test
    void shouldMissWhatWasNotReached() {
        final Coverage coverage = new Coverage();
        coverage.hit("R1");
        assertTrue(coverage.missing().contains("HALT LOGIC"));
        assertEquals(Coverage.expected().size() - 1, coverage.missing().size());
    }
}
