// SPDX-License-Identifier: Apache-2.0
package io.partita.benchmarks.guard;

import java.util.ArrayList;
import java.util.List;

/**
 * The best of five ratios, each of a new pair of JVMs: over as soon as three are on one side of the limit. A single pair may be
 * compiled unluckily, on either side; so neither an alarm nor an all-clear rests on one.
 */
final class Majority {
    /** From here on a ratio counts as slower: the middle between 1 and the 1.3 that must be found. */
    static final double LIMIT = 1.14;

    private static final int NEEDED = 3;

    private final List<Double> ratios = new ArrayList<>();
    private int slower;

    void add(final double ratio) {
        ratios.add(ratio);
        if (ratio >= LIMIT) {
            slower++;
        }
    }

    boolean isDecided() {
        return isSlower() || ratios.size() - slower >= NEEDED;
    }

    boolean isSlower() {
        return slower >= NEEDED;
    }

    List<Double> ratios() {
        return ratios;
    }
}
