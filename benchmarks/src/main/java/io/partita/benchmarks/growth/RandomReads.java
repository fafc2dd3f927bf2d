// SPDX-License-Identifier: Apache-2.0
package io.partita.benchmarks.growth;

import static org.agrona.UnsafeApi.getLong;

import io.partita.benchmarks.Median;
import io.partita.benchmarks.micro.CpuClock;
import io.partita.ledger.state.ChunkSource;
import io.partita.ledger.state.StateMemory;

/**
 * What this machine takes for a random access to memory of some size, of the kind that the ledger's tables are in. The more memory,
 * the more of the accesses miss the processor's translation of addresses, whatever the ledger does.
 *
 * @param smallNs processor time of an access that waits for the one before it, to the smaller memory.
 * @param largeNs the same, to the larger one.
 */
record RandomReads(double smallNs, double largeNs) {
    private static final int ROUNDS = 3;
    private static final int ACCESSES = 1 << 21;
    private static final int LINE = 64;

    /**
     * Measures, by turns, with all of the memory there.
     *
     * @param smallBytes of memory.
     * @param largeBytes of memory, at least as many.
     * @return medians.
     */
    static RandomReads measure(final long smallBytes, final long largeBytes) {
        final int small = chunks(smallBytes);
        final int large = chunks(largeBytes);
        try (ChunkSource source = StateMemory.ANONYMOUS.history("reads")) {
            final long[] addresses = new long[large];
            for (int i = 0; i < large; i++) {
                addresses[i] = source.acquire();
            }
            final double[] ofSmall = new double[ROUNDS];
            final double[] ofLarge = new double[ROUNDS];
            read(addresses, small); // compiled
            for (int i = 0; i < ROUNDS; i++) {
                ofSmall[i] = read(addresses, small);
                ofLarge[i] = read(addresses, large);
            }
            return new RandomReads(Median.of(ofSmall), Median.of(ofLarge));
        }
    }

    private static double read(final long[] addresses, final int chunks) {
        final long start = CpuClock.threadNs();
        long value = 88172645463325252L;
        for (int i = 0; i < ACCESSES; i++) {
            value ^= value << 13;
            value ^= value >>> 7;
            value ^= value << 17;
            final int chunk = (int) Long.remainderUnsigned(value >>> 32, chunks);
            value += getLong(addresses[chunk] + (value & (ChunkSource.CHUNK_LENGTH - LINE)));
        }
        final long elapsed = CpuClock.threadNs() - start;
        if (value == 0) {
            throw new IllegalStateException("the memory is all zeros, and xorshift never gives 0");
        }
        return (double) elapsed / ACCESSES;
    }

    private static int chunks(final long bytes) {
        return (int) Math.max(1, bytes / ChunkSource.CHUNK_LENGTH);
    }
}
