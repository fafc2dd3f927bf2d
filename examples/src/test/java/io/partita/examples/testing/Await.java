// SPDX-License-Identifier: Apache-2.0
package io.partita.examples.testing;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for what processes and nodes do by themselves, but not for ever. */
public final class Await {
    private static final long INTERVAL_NS = 5_000_000L;

    private Await() {}

    /**
     * Waits until a condition holds.
     *
     * @param timeout after which it fails.
     * @param what is waited for, asked when it was in vain.
     * @param condition asked again and again by the calling thread.
     */
    public static void until(final Duration timeout, final Supplier<String> what, final BooleanSupplier condition) {
        final long startNs = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - startNs > timeout.toNanos()) {
                throw new AssertionError("waited in vain for: " + what.get());
            }
            LockSupport.parkNanos(INTERVAL_NS);
        }
    }
}
