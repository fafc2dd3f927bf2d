// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.journal;

import java.nio.file.Path;
import java.util.List;

/**
 * What {@link JournalMender} did.
 *
 * @param damages what was wrong before; empty if there was nothing to do.
 * @param segments what was written anew, in the order of the journal.
 * @param after what the verifier says now: no damage.
 */
public record MendReport(List<Damage> damages, List<Mended> segments, VerifyReport after) {
    /** Copies the lists. */
    public MendReport {
        damages = List.copyOf(damages);
        segments = List.copyOf(segments);
    }

    /**
     * One segment that was written anew.
     *
     * @param segment id.
     * @param firstSeq its first record.
     * @param lastSeq its last record that counts; {@code firstSeq - 1} if it has none.
     * @param replaced records that came from elsewhere or had a flipped bit, in order; empty if all were still there.
     * @param evidence where its damaged files are kept; empty if there were none.
     */
    public record Mended(long segment, long firstSeq, long lastSeq, List<Replaced> replaced, String evidence) {
        /** Copies the list. */
        public Mended {
            replaced = List.copyOf(replaced);
        }
    }

    /**
     * Records that are not those of the segment's own file as it was.
     *
     * @param firstSeq the first one.
     * @param lastSeq the last one.
     * @param from the file that they were found in.
     * @param isBitFlip whether that is the segment's own, with a flipped bit put back.
     */
    public record Replaced(long firstSeq, long lastSeq, Path from, boolean isBitFlip) {}

    /**
     * How many records came from elsewhere or had a flipped bit.
     *
     * @return 0 if all were still there.
     */
    public long replacedRecords() {
        return segments.stream()
                .flatMap(segment -> segment.replaced().stream())
                .mapToLong(range -> range.lastSeq() - range.firstSeq() + 1)
                .sum();
    }
}
