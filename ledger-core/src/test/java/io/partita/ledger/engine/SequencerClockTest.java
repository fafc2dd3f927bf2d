// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** R41, as tables: each line is {@code count, monotonic, wall, ceiling -> stamp, jump alarms, ceiling alarms}. */
class SequencerClockTest {
    private static final long NONE = Long.MAX_VALUE;
    private static final long JUMP_MAX = 1000;

    @Test
    void shouldFollowTheWallAndStayUnique() {
        check(0, 0, 10_000, new long[][] {
            {1, 0, 10_000, NONE, 10_000, 0, 0},
            {1, 0, 10_000, NONE, 10_001, 0, 0}, // same instant: still unique
            {5, 0, 10_000, NONE, 10_006, 0, 0}, // five events own five timestamps
            {3, 50, 10_050, NONE, 10_050, 0, 0},
            {100, 60, 10_060, NONE, 10_150, 0, 0}, // more events than nanoseconds passed
            {1, 300, 10_300, NONE, 10_300, 0, 0},
        });
    }

    @Test
    void shouldContinueTheJournalWhenTheWallIsBehindIt() {
        check(50_000, 0, 10_000, new long[][] {
            {1, 0, 10_000, NONE, 50_001, 0, 0},
            {2, 100, 10_100, NONE, 50_003, 0, 0},
            {1, 45_000, 55_000, NONE, 55_000, 0, 0},
        });
    }

    @Test
    void shouldTakeTheWallAtAStartHoweverLongTheNodeWasDown() {
        check(50_000, 7, 9_000_000, new long[][] {{1, 7, 9_000_000, NONE, 9_000_000, 0, 0}});
    }

    @Test
    void shouldGoOnByMonotonicTimeWhenTheWallJumpsAhead() {
        check(0, 0, 10_000, new long[][] {
            {1, 0, 10_000, NONE, 10_000, 0, 0},
            {1, 100, 11_100, NONE, 11_100, 0, 0}, // a jump of exactly the maximum passes
            {1, 200, 12_201, NONE, 11_200, 1, 0}, // one more does not
            {1, 300, 999_999, NONE, 11_300, 2, 0},
            {1, 400, 11_400, NONE, 11_400, 2, 0}, // put right again
        });
    }

    @Test
    void shouldOnlySlowDownWhenTheWallRunsBackAndFollowItWhenItIsPutRight() {
        check(0, 0, 100_000, new long[][] {
            {1, 0, 100_000, NONE, 100_000, 0, 0},
            {1, 5_000, 45_000, NONE, 100_001, 0, 0},
            {1, 10_000, 50_000, NONE, 100_002, 0, 0},
            {1, 20_000, 120_000, NONE, 120_000, 0, 0}, // no alarm: so much time has really passed
        });
    }

    @Test
    void shouldNotPassTheCeilingOfThePeers() {
        check(0, 0, 10_000, new long[][] {
            {1, 0, 10_000, 20_000, 10_000, 0, 0},
            {1, 900, 10_900, 10_500, 10_900, 0, 1}, // monotonic time since the last stamp is further than the ceiling
            {1, 1_000, 11_500, 11_200, 11_200, 0, 2}, // up to the ceiling
            {1, 1_100, 11_600, 20_000, 11_600, 0, 2},
        });
    }

    @Test
    void shouldAlarmForBothWhenBothArePassed() {
        check(0, 0, 10_000, new long[][] {
            {1, 0, 10_000, NONE, 10_000, 0, 0},
            {1, 100, 99_000, 10_050, 10_100, 1, 1},
        });
    }

    @Test
    void shouldKeepItsExpectationWhenItFollowsAnotherSequencer() {
        final SequencerClock clock = new SequencerClock(JUMP_MAX);
        clock.follow(0, 0, 10_000);
        clock.follow(14_000, 5_000, 999_999); // a standby whose wall clock jumped while it followed
        assertEquals(15_100, clock.next(1, 5_100, 999_999, NONE));
        assertEquals(1, clock.jumpAlarms());
    }

    @Test
    void shouldHoldTheRuleForAnyClock() {
        final Random random = new Random(41);
        for (int round = 0; round < 200; round++) {
            final SequencerClock clock = new SequencerClock(JUMP_MAX);
            clock.follow(0, 0, 1_000_000);
            long monotonic = 0;
            long wall = 1_000_000;
            long last = 0;
            long bound = 1_000_000; // what monotonic time allows, with every jump up to the maximum taken
            for (int i = 0; i < 200; i++) {
                final int elapsed = random.nextInt(500);
                monotonic += elapsed;
                wall += elapsed + (random.nextInt(8) == 0 ? random.nextInt(20_000) - 10_000 : 0);
                final int count = 1 + random.nextInt(9);
                final long stamp = clock.next(count, monotonic, wall, NONE);
                bound = Math.max(bound + elapsed + JUMP_MAX, last + count);
                final long before = last;
                last = stamp;
                assertEquals(true, stamp >= before + count, "increasing, round=" + round);
                assertEquals(true, stamp <= bound, "bounded, round=" + round);
            }
        }
    }

    @Test
    void shouldRefuseANegativeMaximum() {
        assertThrows(IllegalArgumentException.class, () -> new SequencerClock(-1));
    }

    private static void check(final long last, final long monotonic, final long wall, final long[][] table) {
        final SequencerClock clock = new SequencerClock(JUMP_MAX);
        clock.follow(last, monotonic, wall);
        for (int i = 0; i < table.length; i++) {
            final long[] line = table[i];
            assertEquals(line[4], clock.next((int) line[0], line[1], line[2], line[3]), "stamp, line " + i);
            assertEquals(line[5], clock.jumpAlarms(), "jump alarms, line " + i);
            assertEquals(line[6], clock.ceilingAlarms(), "ceiling alarms, line " + i);
            assertEquals(line[4], clock.last(), "last, line " + i);
        }
    }
}
