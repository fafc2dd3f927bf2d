// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.engine;

import org.agrona.concurrent.EpochNanoClock;

/**
 * The system's wall clock in nanoseconds without allocation: its milliseconds, refined by monotonic time within each. It follows
 * every step of the system's clock at once, as R41 needs to see it. Any thread.
 */
public final class SystemWallClock implements EpochNanoClock {
    private static final long NS_PER_MS = 1_000_000;

    /** Wall time less monotonic time. A race between threads costs at most a correction. */
    private volatile long offsetNs;

    @Override
    public long nanoTime() {
        final long fromNs = System.currentTimeMillis() * NS_PER_MS;
        final long monotonicNs = System.nanoTime();
        final long refinedNs = monotonicNs + offsetNs;
        if (refinedNs < fromNs) {
            offsetNs = fromNs - monotonicNs;
            return fromNs;
        }
        final long untilNs = fromNs + NS_PER_MS - 1;
        if (refinedNs > untilNs) {
            offsetNs = untilNs - monotonicNs;
            return untilNs;
        }
        return refinedNs;
    }
}
