// SPDX-License-Identifier: Apache-2.0
package io.partita.examples.exec;

import org.agrona.concurrent.EpochNanoClock;
import org.agrona.concurrent.NanoClock;

/** Wall and monotonic time that only move when told to. */
final class ManualClock implements EpochNanoClock {
    private long now;
    private long start;

    /** Where wall time stands. */
    @Override
    public long nanoTime() {
        return now;
    }

    /** Monotonic time: moves as the wall does, from 0. */
    NanoClock monotonic() {
        return () -> now - start;
    }

    /** Takes up the time where a journal ends. */
    void startAt(final long timestamp) {
        now = timestamp;
        start = timestamp;
    }

    /** Goes on from a timestamp, if that is later. */
    void follow(final long timestamp) {
        now = Math.max(now, timestamp);
    }

    boolean canMove(final long nanos) {
        return nanos >= 0 && nanos <= Long.MAX_VALUE - now;
    }

    void move(final long nanos) {
        now += nanos;
    }
}
