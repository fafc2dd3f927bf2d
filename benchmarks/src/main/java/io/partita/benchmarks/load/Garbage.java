// SPDX-License-Identifier: Apache-2.0
package io.partita.benchmarks.load;

import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;

/**
 * What an application does that shares the JVM with the ledger, to a garbage collector: a thread that allocates so many megabytes a
 * second and keeps the newest in mind, so that a collection has something to trace and to move.
 */
final class Garbage implements AutoCloseable {
    private static final long MEGABYTE = 1_000_000;
    private static final int OBJECT_MIN = 64;
    private static final int OBJECT_MAX = 4 * 1024;
    private static final int KEPT = 64 * 1024;
    private static final long STEP_NS = 1_000_000;
    private static final double SECOND_NS = 1e9;

    private final byte[][] kept = new byte[KEPT][];
    private final double bytesPerNs;
    private final Thread thread = new Thread(this::allocate, "garbage");
    private volatile boolean isClosed;
    private volatile long allocated;

    /** Begins at once; 0 megabytes a second: it does nothing. */
    Garbage(final int megabytesPerSecond) {
        bytesPerNs = megabytesPerSecond * MEGABYTE / SECOND_NS;
        thread.setDaemon(true);
        thread.start();
    }

    private void allocate() {
        final SplittableRandom random = new SplittableRandom(1);
        final long startNs = System.nanoTime();
        long sum = 0;
        while (!isClosed) {
            final double due = (System.nanoTime() - startNs) * bytesPerNs;
            while (sum < due) {
                final byte[] object = new byte[random.nextInt(OBJECT_MIN, OBJECT_MAX)];
                kept[random.nextInt(KEPT)] = object;
                sum += object.length;
            }
            allocated = sum;
            LockSupport.parkNanos(STEP_NS);
        }
    }

    /** Bytes so far. */
    long allocated() {
        return allocated;
    }

    @Override
    public void close() {
        isClosed = true; // it ends within a step, and the JVM does not wait for it
    }
}
