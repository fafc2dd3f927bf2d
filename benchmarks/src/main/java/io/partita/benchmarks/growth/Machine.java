// SPDX-License-Identifier: Apache-2.0
package io.partita.benchmarks.growth;

import io.partita.benchmarks.micro.CpuClock;
import io.partita.benchmarks.micro.DependentReads;

/**
 * What this machine does by itself: the cost of a random access, and how long a step takes that needs no memory. A step of that
 * kind that is over a millisecond was made so by the machine: an interrupt, or time that the hypervisor took.
 */
final class Machine {
    private static final int CALM_ROUNDS = 20_000; // some 30 microseconds, as a record of 64 transfers

    private final double dependentReadNs;
    private final double clockNs;
    private final Steps calm = new Steps("no memory");

    /**
     * Measures.
     *
     * @param rows of the table that is read, 128 bytes each.
     * @param steps how many that need no memory.
     */
    Machine(final int rows, final int steps) {
        final DependentReads reads = new DependentReads(rows);
        reads.measure(1 << 20);
        dependentReadNs = reads.measure(1 << 22);
        reads.close();
        clockNs = clock();
        long value = calm(1);
        for (int i = 0; i < steps; i++) {
            final long wall = System.nanoTime();
            final long cpu = CpuClock.threadNs();
            value = calm(value);
            final long cpuNs = CpuClock.threadNs() - cpu;
            calm.record(i, cpuNs, System.nanoTime() - wall, 0, 0, 0);
        }
        if (value == 0) {
            throw new IllegalStateException("xorshift never gives 0");
        }
    }

    /** Processor time of a random access that waits for the one before it. */
    double dependentReadNs() {
        return dependentReadNs;
    }

    /** What reading the thread's processor time adds to each step. */
    double clockNs() {
        return clockNs;
    }

    Steps calm() {
        return calm;
    }

    private static double clock() {
        final int looks = 100_000;
        final long start = CpuClock.threadNs();
        long end = start;
        for (int i = 0; i < looks; i++) {
            end = CpuClock.threadNs();
        }
        return (double) (end - start) / looks;
    }

    private static long calm(final long seed) {
        long value = seed;
        for (int i = 0; i < CALM_ROUNDS; i++) {
            value ^= value << 13;
            value ^= value >>> 7;
            value ^= value << 17;
        }
        return value;
    }
}
