// SPDX-License-Identifier: Apache-2.0
package io.partita.benchmarks;

import java.util.Arrays;

/** The middle of several measurements. */
public final class Median {
    private Median() {}

    /**
     * The middle one, or the mean of the middle two.
     *
     * @param values one or more, in any order; they stay as they are.
     * @return their median.
     */
    public static double of(final double... values) {
        final double[] sorted = values.clone();
        Arrays.sort(sorted);
        final int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
