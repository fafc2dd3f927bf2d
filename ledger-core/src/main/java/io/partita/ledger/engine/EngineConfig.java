// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.engine;

import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.Limits;
import io.partita.ledger.model.PartitaException;

/**
 * Bounds of an engine (R20, R21, R41).
 *
 * @param windowBatches batches in flight, at most.
 * @param windowBytes bytes of bodies in flight, at most; a single larger batch passes when nothing else is in flight.
 * @param frameLengthMax bytes of a frame's records; a single larger record passes alone.
 * @param closeTimeoutNs how long a close waits for what is in flight to commit.
 * @param clockJumpMaxNs how far the wall clock may run ahead of monotonic time between two stamps.
 */
public record EngineConfig(
        int windowBatches, long windowBytes, int frameLengthMax, long closeTimeoutNs, long clockJumpMaxNs) {
    /** Batches in flight, at most, that a configuration may allow. */
    public static final int WINDOW_BATCHES_MAX = 1 << 20;
    /** Bytes in flight, at most, that a configuration may allow. */
    public static final long WINDOW_BYTES_MAX = 1L << 38;

    /** Checks the ranges. */
    public EngineConfig {
        check(windowBatches, 1, WINDOW_BATCHES_MAX, "windowBatches");
        check(windowBytes, 1024, WINDOW_BYTES_MAX, "windowBytes");
        check(frameLengthMax, 1024, Limits.FRAME_LENGTH_MAX, "frameLengthMax");
        check(closeTimeoutNs, 0, 3_600_000_000_000L, "closeTimeoutNs");
        check(clockJumpMaxNs, 1_000_000, 3_600_000_000_000L, "clockJumpMaxNs");
    }

    /**
     * The defaults: 1,024 batches, 64 MiB, whole frames, 5 s to close, clock jumps of up to 1 s.
     *
     * @return the configuration.
     */
    public static EngineConfig defaults() {
        return new EngineConfig(1024, 64L * 1024 * 1024, Limits.FRAME_LENGTH_MAX, 5_000_000_000L, 1_000_000_000L);
    }

    private static void check(final long value, final long min, final long max, final String name) {
        if (value < min || value > max) {
            throw new PartitaException(
                    ErrorCode.INVALID_CONFIGURATION,
                    name + "=" + value + " is out of range",
                    "set " + name + " to " + min + ".." + max);
        }
    }
}
