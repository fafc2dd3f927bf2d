// SPDX-License-Identifier: Apache-2.0
package io.partita.benchmarks.micro;

import java.lang.management.ManagementFactory;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * What a benchmark reports beside its time: the floor of the same iteration; and the processor time that all live threads took
 * and the bytes they allocated between its first and its last command. JMH's own profiler counts the whole iteration, its
 * set-up included. Processor time and not time of day, so that a shared machine does not spoil the comparison.
 */
@State(Scope.Thread)
@AuxCounters(AuxCounters.Type.EVENTS)
public class Beside {
    private static final com.sun.management.ThreadMXBean THREADS =
            (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();

    private double floorPerCommand;
    private long allocatedAtStart;
    private long allocated;
    private long cpuAtStart;
    private long cpu;

    /**
     * The floor.
     *
     * @return nanoseconds of processor time per command.
     */
    public double floorNs() {
        return floorPerCommand;
    }

    /**
     * Processor time.
     *
     * @return nanoseconds, of all live threads, over all commands of the iteration.
     */
    public double cpuNs() {
        return cpu;
    }

    /**
     * Garbage made.
     *
     * @return bytes, by all live threads, over all commands of the iteration.
     */
    public double allocatedBytes() {
        return allocated;
    }

    /**
     * Processor time of the calling thread.
     *
     * @return nanoseconds since it started.
     */
    static long ownCpuNs() {
        return THREADS.getCurrentThreadCpuTime();
    }

    void floor(final double nsPerCommand) {
        floorPerCommand = nsPerCommand;
    }

    void start() {
        cpuAtStart = sum(THREADS.getThreadCpuTime(THREADS.getAllThreadIds()));
        allocatedAtStart = sum(THREADS.getThreadAllocatedBytes(THREADS.getAllThreadIds()));
    }

    void end() {
        // Looking costs some small arrays itself, some hundred bytes an iteration.
        allocated = sum(THREADS.getThreadAllocatedBytes(THREADS.getAllThreadIds())) - allocatedAtStart;
        cpu = sum(THREADS.getThreadCpuTime(THREADS.getAllThreadIds())) - cpuAtStart;
    }

    private static long sum(final long[] perThread) {
        long sum = 0;
        for (final long value : perThread) {
            sum += Math.max(0, value); // -1: the thread is gone
        }
        return sum;
    }
}
