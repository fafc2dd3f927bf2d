// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.journal;

import io.partita.ledger.model.Id128;
import io.partita.ledger.model.RecordDescriptor;

/**
 * What a journal goes on from: the last record that it does not have, since retention gave it up.
 *
 * @param segment the highest id of a segment that was given up, 0 if none was.
 * @param seq of that record; 0 if the journal begins at the beginning.
 * @param chain value at that record; that of an empty journal if {@code seq} is 0.
 * @param epoch of that record, 0 if {@code seq} is.
 * @param timestamp of that record, 0 if {@code seq} is.
 */
record JournalBase(long segment, long seq, long chain, long epoch, long timestamp) {
    /** The beginning of a cluster's journal. */
    static JournalBase beginning(final Id128 clusterId) {
        return new JournalBase(0, 0, RecordDescriptor.genesisChain(clusterId.hi(), clusterId.lo()), 0, 0);
    }

    /** Behind the last record of an ended segment. */
    static JournalBase after(final SegmentEntry entry) {
        return new JournalBase(entry.id(), entry.endSeq(), entry.endChain(), entry.endEpoch(), entry.endTimestamp());
    }
}
