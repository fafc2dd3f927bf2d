// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.engine;

import io.partita.ledger.journal.FolderReader;
import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.PartitaException;
import io.partita.ledger.model.RecordDescriptor;
import io.partita.ledger.snapshot.SnapshotInfo;
import io.partita.ledger.snapshot.SnapshotStore;
import io.partita.ledger.state.LedgerStateMachine;
import io.partita.ledger.state.StateConfig;
import io.partita.ledger.state.UserLogic;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.agrona.DirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Takes snapshots beside a node, or of a folder that nobody runs: by a replay of its own, from the newest snapshot on, into a state
 * machine of its own. Since the state is a function of the journal, that is the node's state at that record; and the node's thread
 * neither pauses nor knows. What is paid is the memory of a second state while one is taken, its history in scratch files; what is
 * won besides is that the snapshot before and the records since are verified each time.
 *
 * <p>One thread.
 */
public final class SnapshotMaker {
    private static final int RUN_LENGTH_MAX = 1024 * 1024;
    private static final long FOLLOW_TIMEOUT_NS = TimeUnit.MINUTES.toNanos(1);
    private static final long FOLLOW_PARK_NS = TimeUnit.MILLISECONDS.toNanos(1);

    /** Told of records of the journal that cannot be read, by the thread that takes the snapshot. */
    public interface DamageHandler {
        /**
         * Damage was met at a record or, if one frame holds several, at one of those that follow it. Taking the snapshot fails with it.
         *
         * @param seq of the record.
         * @param cause what was met.
         */
        void onDamage(long seq, PartitaException cause);
    }

    private final Path journalFolder;
    private final SnapshotStore store;
    private final Supplier<? extends @Nullable UserLogic> logics;
    private final ThreadFactory threadFactory;
    private final Consumer<Throwable> errors;
    private final DamageHandler damage;
    private long fromSeq;
    private long atSeq;
    private long lastEpoch;
    private long lastChain;

    /**
     * For one data folder.
     *
     * @param journalFolder {@code <data>/journal}.
     * @param store of the same data folder.
     * @param logics gives the user's own logic, a new one at each call, or null.
     * @param threadFactory makes the helper of the scratch files.
     * @param errors told of what is passed over: a snapshot that is damaged, scratch files that can take no more.
     * @param damage told of damaged records, which whoever owns the journal must know of (R39).
     */
    public SnapshotMaker(
            final Path journalFolder,
            final SnapshotStore store,
            final Supplier<? extends @Nullable UserLogic> logics,
            final ThreadFactory threadFactory,
            final Consumer<Throwable> errors,
            final DamageHandler damage) {
        this.journalFolder = journalFolder;
        this.store = store;
        this.logics = logics;
        this.threadFactory = threadFactory;
        this.errors = errors;
        this.damage = damage;
    }

    /**
     * Takes a snapshot.
     *
     * @param uptoSeq the record to take it after, which is committed (R31); {@link Long#MAX_VALUE} for the last one that is there.
     * @param keep how many of the newest snapshots are kept.
     * @param progress told the seq every some hundred microseconds, that it may pause; what it throws ends the taking.
     * @return the snapshot, which is durable; the one of that very record if there is one already.
     * @throws PartitaException SNAPSHOT_REFUSED if there is no record yet, one is being taken already, or the user's own logic takes
     *     no part; DAMAGED if the journal is; STORAGE_FAILED if it cannot be written.
     */
    public SnapshotInfo take(final long uptoSeq, final int keep, final LongConsumer progress) {
        final SnapshotStore.Hold hold = store.hold();
        try {
            store.prune(Integer.MAX_VALUE); // what a crash left
            final SnapshotInfo taken = takeHeld(uptoSeq, progress);
            store.prune(keep);
            return taken;
        } finally {
            hold.close();
        }
    }

    private SnapshotInfo takeHeld(final long uptoSeq, final LongConsumer progress) {
        atSeq = 0;
        final SnapshotStore pausing = store.pausing(() -> progress.accept(atSeq));
        final Restart restart =
                new Restart(pausing, () -> FolderReader.oldestSeq(journalFolder), this::chainAt, errors::accept);
        final List<SnapshotInfo> older = restart.fitting(uptoSeq);
        try (MappedHistory history = MappedHistory.open(scratch(), threadFactory, errors::accept);
                LedgerStateMachine machine =
                        restart.load(uptoSeq, new StateConfig(new SecureRandom().nextLong(), history), logics)) {
            fromSeq = machine.appliedSeq();
            atSeq = fromSeq;
            replay(machine, uptoSeq, progress);
            if (uptoSeq != Long.MAX_VALUE && machine.appliedSeq() < uptoSeq || machine.appliedSeq() == 0) {
                throw new PartitaException(
                        ErrorCode.SNAPSHOT_REFUSED,
                        "the journal has no such record yet: seq=" + uptoSeq + ", lastSeq=" + machine.appliedSeq(),
                        "take it when there is one");
            }
            older.removeIf(info -> info.seq() > fromSeq);
            final SnapshotInfo taken = machine.appliedSeq() == fromSeq
                    ? store.info(fromSeq)
                    : pausing.write(machine, lastEpoch, lastChain, pausing.base(older, errors::accept));
            removePassedOver(taken.seq());
            return taken;
        }
    }

    private OptionalLong chainAt(final long seq) {
        try {
            return FolderReader.chainAt(journalFolder, seq);
        } catch (final PartitaException e) {
            tellDamage(seq, e);
            throw e;
        }
    }

    private void tellDamage(final long seq, final PartitaException e) {
        if (e.code() == ErrorCode.DAMAGED) {
            damage.onDamage(seq, e);
        }
    }

    /** What was found to be damaged or of another history must not count as one of those that are kept. */
    private void removePassedOver(final long takenSeq) {
        for (final long seq : store.seqs()) {
            if (seq > fromSeq && seq != takenSeq) {
                store.remove(seq);
            }
        }
    }

    /**
     * The snapshot that the last one was taken from: loaded, and so verified, and kept beside it.
     *
     * @return its seq; 0 if that was the beginning of the journal.
     */
    public long fromSeq() {
        return fromSeq;
    }

    private Path scratch() {
        final Path scratch = store.folder().resolve("scratch");
        try {
            return Files.createDirectories(scratch);
        } catch (final IOException e) {
            throw new PartitaException(
                    ErrorCode.STORAGE_FAILED,
                    "the folder for scratch files cannot be made: folder=" + scratch + " (" + e + ")",
                    "check the permissions and the file system",
                    e);
        }
    }

    private void replay(final LedgerStateMachine machine, final long uptoSeq, final LongConsumer progress) {
        try (FolderReader reader = FolderReader.open(journalFolder, machine.appliedSeq() + 1)) {
            final long startNs = System.nanoTime();
            while (machine.appliedSeq() < uptoSeq) {
                progress.accept(atSeq);
                if (!next(reader, machine.appliedSeq(), uptoSeq)) {
                    if (uptoSeq == Long.MAX_VALUE || System.nanoTime() - startNs > FOLLOW_TIMEOUT_NS) {
                        break;
                    }
                    LockSupport.parkNanos(FOLLOW_PARK_NS); // the manifest does not list yet what was rolled to
                    continue;
                }
                final DirectBuffer buffer = reader.buffer();
                final int end = reader.offset() + reader.length();
                for (int at = reader.offset(); at < end; at += RecordDescriptor.length(buffer, at)) {
                    machine.apply(buffer, at);
                    atSeq = machine.appliedSeq();
                    progress.accept(atSeq);
                    lastEpoch = RecordDescriptor.epoch(buffer, at);
                    lastChain = RecordDescriptor.chain(buffer, at);
                }
            }
        }
    }

    private boolean next(final FolderReader reader, final long appliedSeq, final long uptoSeq) {
        try {
            return reader.next(uptoSeq, RUN_LENGTH_MAX);
        } catch (final PartitaException e) {
            tellDamage(appliedSeq + 1, e);
            throw e;
        }
    }
}
