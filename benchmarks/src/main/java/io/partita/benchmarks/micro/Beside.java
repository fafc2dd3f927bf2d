// SPDX-License-Identifier: Apache-2.0
package io.partita.benchmarks.micro;

import java.lang.management.ManagementFactory;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * What a benchmark reports beside its time: the floor of the same iteration, and what all live threads allocated between its
 * first and its last command. JMH's own profiler counts the whole iteration, its set-up included.
 */
@State(Scope.Thread)
@AuxCounters(AuxCounters.Type.EVENTS)
public class Beside {
    private final com.sun.management.ThreadMXBean threads =
            (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    private double floorPerCommand;
    private double allocated;
    private long allocatedAtStart;

    /**
     * The floor.
     *
     * @return nanoseconds per command.
     */
    public double floorNs() {
        return floorPerCommand;
    }

    /**
     * Garbage made.
     *
     * @return bytes, by all live threads, over all commands of the iteration.
     */
    public double allocatedBytes() {
        return allocated;
    }

    void floor(final double nsPerCommand) {
        floorPerCommand = nsPerCommand;
    }

    void startAllocations() {
        allocatedAtStart = allocatedByLiveThreads();
    }

    void endAllocations() {
        allocated = allocatedByLiveThreads() - allocatedAtStart;
    }

    /** Costs two small arrays itself, some hundred bytes an iteration. */
    private long allocatedByLiveThreads() {
        long sum = 0;
        for (final long bytes : threads.getThreadAllocatedBytes(threads.getAllThreadIds())) {
            sum += Math.max(0, bytes);
        }
        return sum;
    }
}
