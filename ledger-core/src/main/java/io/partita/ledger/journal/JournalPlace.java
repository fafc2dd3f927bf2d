// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.journal;

import io.partita.ledger.model.RecordDescriptor;
import java.nio.file.Files;
import java.nio.file.Path;
import org.agrona.ExpandableDirectByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Where a journal stands after a record.
 *
 * @param chain value after the record.
 * @param epoch of the record.
 * @param timestamp of the record.
 */
record JournalPlace(long chain, long epoch, long timestamp) {
    /**
     * Finds it where no reader comes to, since the segment is damaged (R39): it is the record to which the chain leads from the segment's
     * beginning, or from which it leads to the end.
     *
     * @param file of the segment.
     * @param leg what counts of it.
     * @param seq of the record.
     * @param endSeq the last record of it that counts.
     * @param endChain chain value there.
     * @return null if it is damaged itself, or others are on both sides.
     */
    static @Nullable JournalPlace find(
            final Path file, final SegmentTrail.Leg leg, final long seq, final long endSeq, final long endChain) {
        if (!Files.isRegularFile(file)) {
            return null;
        }
        try (RecordIndex index = new RecordIndex()) {
            index.read(file, leg.firstSeq(), endSeq);
            int at = index.onwards(leg.firstSeq(), leg.previousChain(), seq);
            if (at < 0) {
                at = index.towards(seq, endSeq, endChain);
            }
            if (at < 0) {
                return null;
            }
            final ExpandableDirectByteBuffer record = new ExpandableDirectByteBuffer(index.length(at));
            return index.copy(at, record, 0)
                    ? new JournalPlace(
                            RecordDescriptor.chain(record, 0),
                            RecordDescriptor.epoch(record, 0),
                            RecordDescriptor.timestamp(record, 0))
                    : null;
        }
    }
}
