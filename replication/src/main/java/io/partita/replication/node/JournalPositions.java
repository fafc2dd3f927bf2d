// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.node;

import io.partita.ledger.journal.Journal;
import io.partita.ledger.model.EpochRuns;
import io.partita.replication.protocol.LocalJournal;

/** What the protocol asks the node's journal. Engine's thread. */
final class JournalPositions implements LocalJournal {
    private final Journal journal;

    JournalPositions(final Journal journal) {
        this.journal = journal;
    }

    @Override
    public long lastSeq() {
        return journal.lastSeq();
    }

    @Override
    public long lastEpoch() {
        return journal.lastEpoch();
    }

    @Override
    public long lastChain() {
        return journal.lastChain();
    }

    @Override
    public long durableSeq() {
        return journal.durableSeq();
    }

    @Override
    public long oldestSeq() {
        return 1;
    }

    @Override
    public long freeBytes() {
        return Long.MAX_VALUE;
    }

    @Override
    public long chainAt(final long seq) {
        return journal.chainAt(seq);
    }

    @Override
    public EpochRuns epochRuns() {
        return journal.epochRuns();
    }
}
