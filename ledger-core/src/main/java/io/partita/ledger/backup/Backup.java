// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.backup;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One backup of a repository: the whole history of a ledger up to a position, or all of it after a snapshot that the repository
 * begins with. What the backups before it hold is not held twice.
 *
 * @param number 1 for the first one of a repository, and so on without gaps.
 * @param createdNs when it was made, nanoseconds since 1970.
 * @param source the data folder that it was made of.
 * @param software release that made it; "unknown" outside of a release.
 * @param base the snapshot that all records go on from; null if they begin with the ledger, and of all backups but the first.
 * @param end the last record.
 * @param live what the node said of its state; null if it said nothing of records that the backup has.
 * @param files that it added; none if the backup before has all records.
 * @param state what a replay up to {@code end} gave; null until there was one.
 */
public record Backup(
        long number,
        long createdNs,
        String source,
        String software,
        @Nullable BaseSnapshot base,
        Position end,
        @Nullable LiveDigest live,
        List<RecordsFile> files,
        @Nullable LedgerSummary state) {
    /** Copies the list. */
    public Backup {
        files = List.copyOf(files);
    }

    Backup withState(final LedgerSummary replayed) {
        return new Backup(number, createdNs, source, software, base, end, live, files, replayed);
    }
}
