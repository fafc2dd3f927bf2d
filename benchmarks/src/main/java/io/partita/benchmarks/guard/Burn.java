// SPDX-License-Identifier: Apache-2.0
package io.partita.benchmarks.guard;

/** The slow-down that is planted: so much computation, without memory, in each call of the method that it was planted in. */
public final class Burn {
    private static int rounds;
    private static long calls;
    private static long state = 1;

    private Burn() {}

    /** What the slowed method calls first. */
    public static void burn() {
        calls++;
        long value = state;
        for (int i = 0; i < rounds; i++) { // xorshift: each round waits for the one before
            value ^= value << 13;
            value ^= value >>> 7;
            value ^= value << 17;
        }
        state = value;
    }

    /** Calls until now. */
    static long calls() {
        return calls;
    }

    /** So much from now on. */
    static void rounds(final int value) {
        rounds = value;
    }
}
