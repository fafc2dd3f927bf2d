// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.testing;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for a condition, but not for ever. */
public final class Await {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private Await() {}

    /**
     * Waits until a condition holds; fails after 30 seconds.
     *
     * @param what is waited for.
     * @param condition asked again and again by the calling thread, which may do the work it waits for.
     */
    public static void until(final String what, final BooleanSupplier condition) {
        until(() -> what, condition);
    }

    /**
     * Waits until a condition holds; fails after 30 seconds.
     *
     * @param what is waited for, asked when it was in vain.
     * @param condition asked again and again by the calling thread, which may do the work it waits for.
     */
    public static void until(final Supplier<String> what, final BooleanSupplier condition) {
        until(TIMEOUT, what, condition);
    }

    /**
     * Waits until a condition holds, for what takes longer than most on a busy machine, such as the start of a process.
     *
     * @param timeout after which it fails.
     * @param what is waited for, asked when it was in vain.
     * @param condition asked again and again by the calling thread, which may do the work it waits for.
     */
    public static void until(final Duration timeout, final Supplier<String> what, final BooleanSupplier condition) {
        final long deadlineNs = System.nanoTime() + timeout.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadlineNs > 0) {
                throw new AssertionError("waited in vain for: " + what.get());
            }
            LockSupport.parkNanos(100_000);
        }
    }
}
