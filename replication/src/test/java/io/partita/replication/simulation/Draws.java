// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.simulation;

import java.util.SplittableRandom;

/** The tree of random numbers: one stream for each purpose of a seed, so that taking one fault away shifts no other draw. */
final class Draws {
    private Draws() {}

    /**
     * The stream of a purpose.
     *
     * @param seed of the run.
     * @param purpose such as {@code net.node-a.node-b}.
     */
    static SplittableRandom of(final long seed, final String purpose) {
        long hash = 0xCBF29CE484222325L;
        for (int i = 0; i < purpose.length(); i++) {
            hash = (hash ^ purpose.charAt(i)) * 0x100000001B3L;
        }
        return new SplittableRandom(hash ^ (seed * 0x9E3779B97F4A7C15L + 1)).split();
    }

    /** From {@code low} to {@code high}, each order of magnitude as likely as another. */
    static long logUniform(final SplittableRandom random, final long low, final long high) {
        return (long) (low * Math.exp(random.nextDouble() * Math.log((double) high / low)));
    }
}
