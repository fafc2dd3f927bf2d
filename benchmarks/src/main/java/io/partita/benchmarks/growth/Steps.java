// SPDX-License-Identifier: Apache-2.0
package io.partita.benchmarks.growth;

import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;

/**
 * The processor time of steps of one kind, those that met no page fault apart from those that met minor or major ones. Nothing
 * is allocated for a step.
 */
final class Steps {
    /** What no step may take, without the kernel's work for a page fault. */
    static final long BOUND_NS = 1_000_000;
    /** Classes by the worst fault that a step met. */
    static final int NO_FAULT = 0;
    /** At least one fault without I/O. */
    static final int MINOR_FAULT = 1;
    /** At least one fault that waited for the disk. */
    static final int MAJOR_FAULT = 2;
    /** How many classes there are. */
    static final int CLASSES = 3;

    private static final long HIGHEST_NS = 60_000_000_000L;
    private static final int SLOWEST = 6;

    /** A step that took long; its tables grew by that many bytes. */
    record Slow(String steps, long at, long cpuNs, long wallNs, long minorFaults, long majorFaults, long grownBytes) {}

    private final String name;
    private final Histogram[] histograms = new Histogram[CLASSES];
    /** Of all classes, since it was asked for last. */
    private final Histogram recent = new Histogram(HIGHEST_NS, 3);

    private final long[] overBound = new long[CLASSES];
    // By whether they met a fault; cpu, wall, at, minor, major, grown; the first is the slowest.
    private final long[][][] slowest = new long[2][SLOWEST][6];

    Steps(final String name) {
        this.name = name;
        for (int i = 0; i < CLASSES; i++) {
            histograms[i] = new Histogram(HIGHEST_NS, 3);
        }
    }

    String name() {
        return name;
    }

    /**
     * Records a step.
     *
     * @param at entries of the ledger before it.
     * @param minor faults that it met.
     * @param major faults that it met.
     * @param grownBytes by which tables grew.
     */
    void record(
            final long at,
            final long cpuNs,
            final long wallNs,
            final long minor,
            final long major,
            final long grownBytes) {
        final int kind = major > 0 ? MAJOR_FAULT : minor > 0 ? MINOR_FAULT : NO_FAULT;
        histograms[kind].recordValue(Math.min(cpuNs, HIGHEST_NS));
        recent.recordValue(Math.min(cpuNs, HIGHEST_NS));
        if (cpuNs > BOUND_NS) {
            overBound[kind]++;
        }
        final long[][] list = slowest[kind == NO_FAULT ? 0 : 1];
        if (cpuNs > list[SLOWEST - 1][0]) {
            final long[] entry = insert(list, cpuNs);
            entry[1] = wallNs;
            entry[2] = at;
            entry[3] = minor;
            entry[4] = major;
            entry[5] = grownBytes;
        }
    }

    /** What 99.9 % of the steps of all classes took at most since this was asked for last, in nanoseconds. */
    long takeP999() {
        final long p999 = recent.getValueAtPercentile(99.9);
        recent.reset();
        return p999;
    }

    Histogram histogram(final int kind) {
        return histograms[kind];
    }

    long overBound(final int kind) {
        return overBound[kind];
    }

    /** The slowest of those that met no fault, or of those that did. */
    List<Slow> slowest(final boolean withFaults) {
        final List<Slow> list = new ArrayList<>();
        for (final long[] each : slowest[withFaults ? 1 : 0]) {
            if (each[0] > 0) {
                list.add(new Slow(name, each[2], each[0], each[1], each[3], each[4], each[5]));
            }
        }
        return list;
    }

    /** Makes room at its place, and returns the entry, with its first value. */
    private static long[] insert(final long[][] list, final long cpuNs) {
        final long[] entry = list[SLOWEST - 1];
        int place = SLOWEST - 1;
        while (place > 0 && list[place - 1][0] < cpuNs) {
            list[place] = list[place - 1];
            place--;
        }
        list[place] = entry;
        entry[0] = cpuNs;
        return entry;
    }
}
