// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.snapshot;

import io.partita.ledger.model.Digest128;
import io.partita.ledger.state.StateFacts;
import java.util.List;

/**
 * What a snapshot is of: the state after one committed record (R31).
 *
 * @param seq of that record, 1 or more.
 * @param epoch of that record.
 * @param chain value at that record.
 * @param facts of the state beside its tables.
 * @param stateDigest of the state.
 * @param counts units of each table, in the order of the tables.
 * @param parts the history files that belong to it, oldest first; they adjoin each other and reach from the beginning to {@code seq}.
 * @param length bytes of all its files.
 */
public record SnapshotInfo(
        long seq,
        long epoch,
        long chain,
        StateFacts facts,
        Digest128 stateDigest,
        List<Long> counts,
        List<Part> parts,
        long length) {
    /** Copies the lists. */
    public SnapshotInfo {
        counts = List.copyOf(counts);
        parts = List.copyOf(parts);
    }

    /**
     * A history file.
     *
     * @param seq up to which it reaches.
     * @param fromSeq behind which it begins: another part's seq, or 0.
     * @param length its bytes.
     * @param crc checksum of all its checksums.
     */
    public record Part(long seq, long fromSeq, long length, int crc) {}
}
