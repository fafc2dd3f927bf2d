// SPDX-License-Identifier: Apache-2.0
package io.partita.benchmarks.micro;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;

/** Processor time, which a shared machine spoils less than time of day. */
public final class CpuClock {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private CpuClock() {}

    /**
     * Processor time of the calling thread.
     *
     * @return nanoseconds since it started.
     */
    public static long threadNs() {
        return THREADS.getCurrentThreadCpuTime();
    }
}
