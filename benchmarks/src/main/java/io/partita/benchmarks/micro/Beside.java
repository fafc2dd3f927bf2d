// SPDX-License-Identifier: Apache-2.0
package io.partita.benchmarks.micro;

import java.lang.management.ManagementFactory;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * What a benchmark reports beside its time: the floor of the same iteration; and, between its first and its last command, the
 * processor time of the measured thread and of all live threads, and the bytes they allocated. JMH's own profiler counts the
 * whole iteration, its set-up included. Processor time and not time of day, so that a shared machine does not spoil the
 * comparison.
 */
@State(Scope.Thread)
@AuxCounters(AuxCounters.Type.EVENTS)
public class Beside {
    private static final com.sun.management.ThreadMXBean THREADS =
            (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();

    private double floorPerCommand;
    private long allocatedAtStart;
    private long allocated;
    private long ownCpuAtStart;
    private long ownCpu;
    private long allCpuAtStart;
    private long allCpu;

    /**
     * The floor.
     *
     * @return nanoseconds of processor time per command.
     */
    public double floorNs() {
        return floorPerCommand;
    }

    /**
     * Processor time of the measured thread.
     *
     * @return nanoseconds over all commands of the iteration.
     */
    public double cpuNs() {
        return ownCpu;
    }

    /**
     * Processor time of all threads, helpers included.
     *
     * @return nanoseconds over all commands of the iteration.
     */
    public double allCpuNs() {
        return allCpu;
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
        allCpuAtStart = allCpuNow();
        allocatedAtStart = allocatedNow();
        ownCpuAtStart = ownCpuNs();
    }

    /** The measured thread is the caller's. */
    void end() {
        ownCpu = ownCpuNs() - ownCpuAtStart;
        allocated = allocatedNow() - allocatedAtStart;
        allCpu = allCpuNow() - allCpuAtStart;
    }

    /** What is measured is the work of several threads. */
    void endOfAllThreads() {
        end();
        ownCpu = allCpu;
    }

    private static long allCpuNow() {
        return sum(THREADS.getThreadCpuTime(THREADS.getAllThreadIds()));
    }

    /** Looking costs some small arrays itself, some hundred bytes an iteration. */
    private static long allocatedNow() {
        return sum(THREADS.getThreadAllocatedBytes(THREADS.getAllThreadIds()));
    }

    private static long sum(final long[] perThread) {
        long sum = 0;
        for (final long value : perThread) {
            sum += Math.max(0, value); // -1: the thread is gone
        }
        return sum;
    }
}
