// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.node;

import io.partita.ledger.journal.Journal;
import io.partita.ledger.model.EpochRuns;
import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.PartitaException;
import io.partita.replication.protocol.LocalJournal;
import java.util.function.IntPredicate;
import java.util.function.LongSupplier;

/** What the protocol asks the node's journal. Engine's thread. */
final class JournalPositions implements LocalJournal {
    /** Who is to know of damage. */
    @FunctionalInterface
    interface DamageHandler {
        /**
         * A record cannot be read.
         *
         * @param seq of the record.
         * @param cause DAMAGED.
         */
        void onDamage(long seq, PartitaException cause);
    }

    private final Journal journal;
    private final LongSupplier freeBytes;
    private final IntPredicate makeRoom;
    private final DamageHandler damageHandler;

    /** Of a node that does not run: damage is an exception. */
    JournalPositions(final Journal journal, final LongSupplier freeBytes) {
        this(journal, freeBytes, journal::makeRoom, (seq, cause) -> {
            throw cause;
        });
    }

    JournalPositions(
            final Journal journal,
            final LongSupplier freeBytes,
            final IntPredicate makeRoom,
            final DamageHandler damageHandler) {
        this.journal = journal;
        this.freeBytes = freeBytes;
        this.makeRoom = makeRoom;
        this.damageHandler = damageHandler;
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
    public boolean isReadable(final long seq) {
        try {
            journal.chainAt(seq);
            return true;
        } catch (final PartitaException e) {
            if (e.code() != ErrorCode.DAMAGED) {
                throw e;
            }
            damageHandler.onDamage(seq, e);
            return false;
        }
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
