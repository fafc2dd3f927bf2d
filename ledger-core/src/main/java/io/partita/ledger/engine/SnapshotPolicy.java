// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.engine;

import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.PartitaException;
import io.partita.ledger.snapshot.SnapshotStore;

/**
 * When snapshots are taken by themselves, and what is kept (R31, R33).
 *
 * @param everyRecords a snapshot is taken when so many records were applied since the last one; 0 for only when asked.
 * @param keepSnapshots the newest ones that are kept, 2 or more, so that a damaged one has another before it.
 * @param keepRecords the journal keeps at least so many of the newest records, and always those since the oldest of the two newest
 *     snapshots; {@link #WHOLE_JOURNAL} to keep all. Whole segments are given up only.
 */
public record SnapshotPolicy(long everyRecords, int keepSnapshots, long keepRecords) {
    /** Gives up no record. */
    public static final long WHOLE_JOURNAL = Long.MAX_VALUE;

    private static final int KEEP_MAX = 1000;

    /** Checks the ranges. */
    public SnapshotPolicy {
        check(everyRecords >= 0, "everyRecords=" + everyRecords, "0 for none by themselves, or how many records");
        check(
                keepSnapshots >= SnapshotStore.KEEP_MIN && keepSnapshots <= KEEP_MAX,
                "keepSnapshots=" + keepSnapshots,
                SnapshotStore.KEEP_MIN + ".." + KEEP_MAX);
        check(keepRecords >= 0, "keepRecords=" + keepRecords, "0 or more, or WHOLE_JOURNAL");
    }

    /**
     * Only when asked; the two newest are kept; the journal is kept whole.
     *
     * @return the policy if nothing is said.
     */
    public static SnapshotPolicy onRequest() {
        return new SnapshotPolicy(0, SnapshotStore.KEEP_MIN, WHOLE_JOURNAL);
    }

    private static void check(final boolean isInRange, final String value, final String range) {
        if (!isInRange) {
            throw new PartitaException(
                    ErrorCode.INVALID_CONFIGURATION, value + " is out of range", "set it to " + range);
        }
    }
}
