// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.engine;

import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.PartitaException;
import io.partita.ledger.snapshot.SnapshotInfo;
import io.partita.ledger.snapshot.SnapshotStore;
import io.partita.ledger.state.LedgerStateMachine;
import io.partita.ledger.state.StateConfig;
import io.partita.ledger.state.UserLogic;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.ThreadFactory;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Where a replay begins: at the newest snapshot that is whole and of this very journal, at the one before if that one is not, and so
 * on; at the beginning if none is and the journal reaches that far.
 */
public final class Restart {
    private final SnapshotStore store;
    private final LongSupplier oldestSeq;
    private final long journalFirstSeq;
    private final LongFunction<OptionalLong> chainAt;
    private final Consumer<PartitaException> unusable;
    private @Nullable ThreadFactory helpers;

    /**
     * For one journal.
     *
     * @param store its snapshots.
     * @param oldestSeq the oldest record that it has, or would have. Asked again when a snapshot's record is missing: if the journal's
     *     owner has given it up meanwhile, the snapshot is passed over in silence.
     * @param chainAt chain value after a record, or before the oldest one; empty if the journal does not tell.
     * @param unusable told of each snapshot that is passed over, and why.
     */
    public Restart(
            final SnapshotStore store,
            final LongSupplier oldestSeq,
            final LongFunction<OptionalLong> chainAt,
            final Consumer<PartitaException> unusable) {
        this.store = store;
        this.oldestSeq = oldestSeq;
        journalFirstSeq = oldestSeq.getAsLong();
        this.chainAt = chainAt;
        this.unusable = unusable;
    }

    /**
     * Loads by two threads, where nobody else needs the processors.
     *
     * @param factory makes the second one, which ends with the loading.
     * @return this.
     */
    public Restart helpedBy(final ThreadFactory factory) {
        helpers = factory;
        return this;
    }

    /**
     * The snapshots that fit the journal.
     *
     * @param uptoSeq none after this record.
     * @return what they say they are of, the newest first; whether they are whole is found on loading.
     */
    public List<SnapshotInfo> fitting(final long uptoSeq) {
        final List<SnapshotInfo> fitting = new ArrayList<>();
        for (final long seq : store.seqs()) {
            // An older one may be kept that the journal does not go on from any more.
            if (seq > uptoSeq || seq < journalFirstSeq - 1) {
                continue;
            }
            try {
                final SnapshotInfo info = store.info(seq);
                if (isFitting(info)) {
                    fitting.add(info);
                }
            } catch (final PartitaException e) {
                pass(e);
            }
        }
        return fitting;
    }

    /**
     * Makes the state machine that a replay goes on with.
     *
     * @param uptoSeq no snapshot after this record.
     * @param config its settings.
     * @param logics gives the user's own logic, a new one at each call, or null.
     * @return a state machine; {@code appliedSeq() + 1} is in the journal, or comes next. The caller closes it.
     * @throws PartitaException DAMAGED if the journal has lost its beginning to retention and no snapshot can be used.
     */
    public LedgerStateMachine load(
            final long uptoSeq, final StateConfig config, final Supplier<? extends @Nullable UserLogic> logics) {
        PartitaException first = null;
        UserLogic logic = logics.get();
        for (final SnapshotInfo info : fitting(uptoSeq)) {
            try {
                return store.load(info.seq(), config, logic, helpers);
            } catch (final PartitaException e) {
                pass(e);
                first = first == null ? e : first;
                // Damage is found before the logic takes anything up; a wrong digest is found only after.
                logic = e.code() == ErrorCode.DIGEST_MISMATCH ? logics.get() : logic;
            }
        }
        if (journalFirstSeq > 1) {
            throw new PartitaException(
                    ErrorCode.DAMAGED,
                    "the journal begins at seq=" + journalFirstSeq + ", and no snapshot up to seq=" + uptoSeq
                            + " can be used for what was before: folder=" + store.folder()
                            + (first == null ? "" : ", newest: " + first.problem()),
                    "restore the data folder from the other node or a backup; nothing was changed",
                    first);
        }
        return new LedgerStateMachine(config, logic);
    }

    /** A snapshot that is of another history, or from which the journal does not go on, is of no use, however whole. */
    private boolean isFitting(final SnapshotInfo info) {
        final OptionalLong chain = chainAt.apply(info.seq());
        if (chain.isEmpty()) {
            if (info.seq() < oldestSeq.getAsLong() - 1) {
                return false;
            }
            throw new PartitaException(
                    ErrorCode.DAMAGED,
                    "the journal does not go on from a snapshot: seq=" + info.seq() + ", journal from seq="
                            + journalFirstSeq + ", folder=" + store.folder(),
                    "see whether the journal or the snapshots were restored from elsewhere");
        }
        if (chain.getAsLong() != info.chain()) {
            throw new PartitaException(
                    ErrorCode.DAMAGED,
                    "a snapshot is of another history than the journal: seq=" + info.seq() + ", folder="
                            + store.folder(),
                    "see whether the journal or the snapshots were restored from elsewhere");
        }
        return true;
    }

    /** Goes on without it, if it is the snapshot that is at fault. */
    private void pass(final PartitaException e) {
        switch (e.code()) {
            case DAMAGED, UNKNOWN_FORMAT, STORAGE_FAILED, DIGEST_MISMATCH -> unusable.accept(e);
            default -> throw e;
        }
    }
}
