// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.testing;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for a condition, but not for ever. */
public final class Await {
    private static final long TIMEOUT_SECONDS = 30;

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
        final long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(TIMEOUT_SECONDS);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadlineNs > 0) {
                throw new AssertionError("waited in vain for: " + what.get());
            }
            LockSupport.parkNanos(100_000);
        }
    }
}
