// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** When a thread rests, and how long, by a clock that stands still unless it works or sleeps. */
class PaceTest {
    private static final long EVERY = 1000;

    private final List<Long> rests = new ArrayList<>();
    private long nowNs = -5;
    private long lastSeq = 7000;

    private void sleep(final long ns) {
        rests.add(ns);
        nowNs += ns + 60_000; // a sleep is never as short as asked for
    }

    private void work(final Pace pace, final int pieces, final long pieceNs) {
        for (int i = 0; i < pieces; i++) {
            nowNs += pieceNs;
            pace.rest();
        }
    }

    @Test
    void shouldRestAsLongAsItWorked() {
        final Pace pace = new Pace(EVERY, () -> lastSeq, () -> nowNs, this::sleep);
        pace.begin(6500);
        work(pace, 4, 100_000);
        assertEquals(List.of(), rests);
        work(pace, 1, 100_000);
        assertEquals(List.of(Pace.SLICE_NS), rests);
        work(pace, 10, 100_000);
        assertEquals(List.of(Pace.SLICE_NS, Pace.SLICE_NS, Pace.SLICE_NS), rests);
    }

    /** It waited for the disk, or for a processor: then others were let in already. */
    @Test
    void shouldNotRestLongAfterALongWait() {
        final Pace pace = new Pace(0, () -> lastSeq, () -> nowNs, this::sleep);
        pace.begin(1);
        work(pace, 1, 50_000_000);
        assertEquals(List.of(2 * Pace.SLICE_NS), rests);
    }

    @Test
    void shouldHurryWhenTheNextIsDue() {
        final Pace pace = new Pace(EVERY, () -> lastSeq, () -> nowNs, this::sleep);
        pace.begin(6000);
        work(pace, 10, 100_000);
        assertEquals(List.of(Pace.MOMENT_NS, Pace.MOMENT_NS), rests);
        lastSeq = 6000 + EVERY * Pace.DUE_MAX;
        work(pace, 10, 100_000);
        assertEquals(2, rests.size(), "it has fallen behind");
        pace.begin(lastSeq);
        work(pace, 10, 100_000);
        assertEquals(4, rests.size());
    }

    @Test
    void shouldAlwaysLeaveTimeWhileItIsNotBehind() {
        final Pace pace = new Pace(0, () -> lastSeq, () -> nowNs, this::sleep);
        pace.begin(1);
        final long startNs = nowNs;
        work(pace, 1_000, 333_000);
        final long workedNs = 1_000 * 333_000L;
        assertTrue(nowNs - startNs > 2 * workedNs - 2 * Pace.SLICE_NS, "worked " + workedNs + " of " + nowNs);
    }
}
