// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.engine;

import io.partita.ledger.journal.Journal;
import io.partita.ledger.journal.MemoryJournal;
import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.Outcome;
import io.partita.ledger.model.PartitaException;
import org.jspecify.annotations.Nullable;

/** The gate of a node without a standby: commits what the disk, or by choice the page cache, holds. */
public final class SoloGate implements ReplicationGate {
    private static final int RELEASE_SEQS = 4096;

    private final Journal journal;
    private final Durability durability;
    private final long epoch;
    private final @Nullable SoloCare care;
    private boolean hasAppended;
    private long releasedSeq;
    private volatile @Nullable Throwable storageError;

    /**
     * A gate.
     *
     * @param journal of the node.
     * @param durability what is promised.
     * @param epoch to sequence with.
     * @param care of the storage; null for a journal in memory.
     */
    public SoloGate(
            final Journal journal, final Durability durability, final long epoch, final @Nullable SoloCare care) {
        this.journal = journal;
        this.durability = durability;
        this.epoch = epoch;
        this.care = care;
    }

    /**
     * Storage failed off the engine's thread: the next {@link #poll} halts the engine, before anything more is answered.
     *
     * @param error what happened.
     */
    public void onStorageError(final Throwable error) {
        storageError = error;
    }

    @Override
    public int poll(final long nowNs) {
        final Throwable error = storageError;
        if (error != null) {
            throw new PartitaException(
                    ErrorCode.STORAGE_FAILED,
                    "the journal failed: " + error.getMessage(),
                    "check the disk, then verify the data folder",
                    error);
        }
        if (care != null) {
            care.poll(nowNs, commitSeq());
        }
        return 0;
    }

    @Override
    public boolean hasInput() {
        return storageError != null;
    }

    @Override
    public long sequencingEpoch() {
        return care != null && care.isLow() ? Outcome.STORAGE_FULL : epoch;
    }

    @Override
    public void onStorageFull() {
        if (care != null) {
            care.onStorageFull();
        }
    }

    @Override
    public long epoch() {
        return epoch;
    }

    @Override
    public void onAppended(final long lastSeq) {
        hasAppended = true;
    }

    @Override
    public int flush(final long nowNs) {
        if (hasAppended && durability == Durability.FSYNC) {
            journal.requestForce();
        }
        hasAppended = false;
        return 0;
    }

    @Override
    public long commitSeq() {
        return durability == Durability.FSYNC ? journal.durableSeq() : journal.lastSeq();
    }

    @Override
    public boolean mayAnswer() {
        return true;
    }

    @Override
    public long readAllowed(final long token) {
        return 1;
    }

    @Override
    public long readToken() {
        return 0;
    }

    @Override
    public long timestampCeiling() {
        return Long.MAX_VALUE;
    }

    @Override
    public void onApplied(final long seq, final long runningDigest) {
        if (journal instanceof MemoryJournal memory && seq - releasedSeq >= RELEASE_SEQS) {
            releasedSeq = seq;
            memory.releaseUpTo(seq); // nobody reads an ephemeral journal again
        }
    }
}
