// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.backup;

/**
 * Up to where to restore.
 *
 * @param seqMax the last record that may be restored, 1 or more; {@code Long.MAX_VALUE} for no bound.
 * @param timeMax the last timestamp that may be restored, nanoseconds since 1970; {@code Long.MAX_VALUE} for no bound.
 */
public record RestorePoint(long seqMax, long timeMax) {
    /** Checks the ranges. */
    public RestorePoint {
        if (seqMax < 1) {
            throw new IllegalArgumentException("seqs start at 1: seqMax=" + seqMax);
        }
    }

    /**
     * All that the newest backup has.
     *
     * @return the point.
     */
    public static RestorePoint end() {
        return new RestorePoint(Long.MAX_VALUE, Long.MAX_VALUE);
    }

    /**
     * Exactly up to a record, which must be there.
     *
     * @param seq of the last record, 1 or more.
     * @return the point.
     */
    public static RestorePoint seq(final long seq) {
        return new RestorePoint(seq, Long.MAX_VALUE);
    }

    /**
     * Everything before the first record that is stamped later.
     *
     * @param timestamp nanoseconds since 1970.
     * @return the point.
     */
    public static RestorePoint time(final long timestamp) {
        return new RestorePoint(Long.MAX_VALUE, timestamp);
    }
}
