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
    private static final int SLOWEST = 8;

    /** A step that took long. */
    record Slow(String steps, long at, long cpuNs, long wallNs, long minorFaults, long majorFaults) {}

    private final String name;
    private final Histogram[] histograms = new Histogram[CLASSES];
    private final long[] overBound = new long[CLASSES];
    private final long[][] slowest = new long[SLOWEST][5]; // cpu, wall, at, minor, major; the first is the slowest
    private long minorFaults;
    private long majorFaults;

    Steps(final String name) {
        this.name = name;
        for (int i = 0; i < CLASSES; i++) {
            histograms[i] = new Histogram(HIGHEST_NS, 3);
        }
    }

    String name() {
        return name;
    }

    /** Records a step, which began when the ledger had that many entries. */
    void record(final long at, final long cpuNs, final long wallNs, final long minor, final long major) {
        final int kind = major > 0 ? MAJOR_FAULT : minor > 0 ? MINOR_FAULT : NO_FAULT;
        histograms[kind].recordValue(Math.min(cpuNs, HIGHEST_NS));
        minorFaults += minor;
        majorFaults += major;
        if (cpuNs > BOUND_NS) {
            overBound[kind]++;
        }
        if (cpuNs > slowest[SLOWEST - 1][0]) {
            insert(at, cpuNs, wallNs, minor, major);
        }
    }

    Histogram histogram(final int kind) {
        return histograms[kind];
    }

    long overBound(final int kind) {
        return overBound[kind];
    }

    long minorFaults() {
        return minorFaults;
    }

    long majorFaults() {
        return majorFaults;
    }

    List<Slow> slowest() {
        final List<Slow> list = new ArrayList<>();
        for (final long[] each : slowest) {
            if (each[0] > 0) {
                list.add(new Slow(name, each[2], each[0], each[1], each[3], each[4]));
            }
        }
        return list;
    }

    private void insert(final long at, final long cpuNs, final long wallNs, final long minor, final long major) {
        final long[] entry = slowest[SLOWEST - 1];
        int place = SLOWEST - 1;
        while (place > 0 && slowest[place - 1][0] < cpuNs) {
            slowest[place] = slowest[place - 1];
            place--;
        }
        slowest[place] = entry;
        entry[0] = cpuNs;
        entry[1] = wallNs;
        entry[2] = at;
        entry[3] = minor;
        entry[4] = major;
    }
}
