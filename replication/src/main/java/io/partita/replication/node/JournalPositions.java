// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.node;

import io.partita.ledger.journal.Journal;
import io.partita.ledger.model.EpochRuns;
import io.partita.replication.protocol.LocalJournal;
import java.util.function.IntPredicate;
import java.util.function.LongSupplier;

/** What the protocol asks the node's journal. Engine's thread. */
final class JournalPositions implements LocalJournal {
    private final Journal journal;
    private final LongSupplier freeBytes;
    private final IntPredicate makeRoom;

    JournalPositions(final Journal journal, final LongSupplier freeBytes) {
        this(journal, freeBytes, journal::makeRoom);
    }

    JournalPositions(final Journal journal, final LongSupplier freeBytes, final IntPredicate makeRoom) {
        this.journal = journal;
        this.freeBytes = freeBytes;
        this.makeRoom = makeRoom;
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
        return journal.firstSeq();
    }

    @Override
    public long freeBytes() {
        return freeBytes.getAsLong();
    }

    @Override
    public boolean makeRoom(final int length) {
        return makeRoom.test(length);
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
