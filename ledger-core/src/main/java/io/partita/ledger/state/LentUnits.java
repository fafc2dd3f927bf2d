// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.state;

import java.util.Arrays;

/**
 * The first units of a table, where somebody else keeps them: in runs, of any length and anywhere, which are only read and do not
 * move. Neighbours are mostly asked for one after the other; others are found in logarithmic time.
 */
final class LentUnits {
    private static final int RUNS_INITIAL = 16;

    private final int unitLengthShift;
    private long[] firsts = new long[RUNS_INITIAL];
    private long[] addresses = new long[RUNS_INITIAL];
    private int runCount;
    private int lastRun;
    private long count;

    /** None yet. */
    LentUnits(final int unitLengthShift) {
        this.unitLengthShift = unitLengthShift;
    }

    /** Adds units that lie in one piece behind the last ones. */
    void add(final long address, final long units) {
        if (runCount == firsts.length) {
            firsts = Arrays.copyOf(firsts, 2 * runCount);
            addresses = Arrays.copyOf(addresses, 2 * runCount);
        }
        firsts[runCount] = count;
        addresses[runCount++] = address;
        count += units;
    }

    /** How many units there are. */
    long count() {
        return count;
    }

    /** Where a unit is, less than {@link #count()}. */
    long address(final long unit) {
        final int run = runOf(unit);
        return addresses[run] + (unit - firsts[run] << unitLengthShift);
    }

    /** How many units lie in one piece from one on. */
    long unitsInPiece(final long unit) {
        return end(runOf(unit)) - unit;
    }

    private int runOf(final long unit) {
        int run = lastRun;
        if (unit < firsts[run] || unit >= end(run)) {
            final int found = Arrays.binarySearch(firsts, 0, runCount, unit);
            run = found < 0 ? -found - 2 : found;
            lastRun = run;
        }
        return run;
    }

    private long end(final int run) {
        return run + 1 < runCount ? firsts[run + 1] : count;
    }
}
