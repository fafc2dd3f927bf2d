// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.engine;

import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.agrona.concurrent.IdleStrategy;
import org.jspecify.annotations.Nullable;

/**
 * Yields for a while, then parks for a bounded time. Who has work for the thread calls {@link #wake()}, which costs a fence and
 * a read while the thread runs, and unparks it only if it is parked: a round trip through a park costs some 90 us.
 */
public final class WakeableIdle implements IdleStrategy {
    /** How long it yields before it parks, if nothing else is said. */
    public static final long YIELD_NS_DEFAULT = 200_000;
    /** How long it parks at most, if nothing else is said. */
    public static final long PARK_NS_DEFAULT = 1_000_000;

    private final long yieldNs;
    private final long parkNs;
    private BooleanSupplier hasWork = () -> false;
    private LongConsumer park = ns -> LockSupport.parkNanos(this, ns);
    private Consumer<Thread> unpark = LockSupport::unpark;
    private boolean isIdle;
    private long idleSinceNs;
    private volatile @Nullable Thread parked;

    /** With the default times. */
    public WakeableIdle() {
        this(YIELD_NS_DEFAULT, PARK_NS_DEFAULT);
    }

    /**
     * With times of one's own.
     *
     * @param yieldNs how long to yield before parking.
     * @param parkNs how long to park at most.
     */
    public WakeableIdle(final long yieldNs, final long parkNs) {
        this.yieldNs = yieldNs;
        this.parkNs = parkNs;
    }

    /**
     * Sets what is asked once more before parking. Before the thread starts.
     *
     * @param check whether work waits; called by the idle thread.
     */
    public void workCheck(final BooleanSupplier check) {
        hasWork = check;
    }

    /**
     * Sets how the thread parks, if it has something of its own to wait for. Before the thread starts.
     *
     * @param newPark parks for so many nanoseconds at most; called by the idle thread.
     * @param newUnpark ends that, also if it comes first; called by any thread with the idle one.
     */
    public void parking(final LongConsumer newPark, final Consumer<Thread> newUnpark) {
        park = newPark;
        unpark = newUnpark;
    }

    @Override
    public void idle(final int workCount) {
        if (workCount > 0) {
            isIdle = false;
        } else {
            idle();
        }
    }

    @Override
    public void idle() {
        final long nowNs = System.nanoTime();
        if (!isIdle) {
            isIdle = true;
            idleSinceNs = nowNs;
        }
        if (nowNs - idleSinceNs < yieldNs) {
            Thread.yield();
            return;
        }
        parked = Thread.currentThread(); // volatile: before the check, as a producer adds its work before it reads the
        // flag
        try {
            if (!hasWork.getAsBoolean()) {
                park.accept(parkNs);
            }
        } finally {
            parked = null;
        }
    }

    @Override
    public void reset() {
        isIdle = false;
    }

    /** There is work: call it after the work can be seen. Any thread. */
    public void wake() {
        VarHandle.fullFence();
        final Thread thread = parked;
        if (thread != null) {
            unpark.accept(thread);
        }
    }

    @Override
    public String alias() {
        return "wakeable";
    }
}
