// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.node;

import io.partita.ledger.engine.MappedHistory;
import io.partita.ledger.engine.Restart;
import io.partita.ledger.engine.SnapshotMaker;
import io.partita.ledger.engine.SnapshotPolicy;
import io.partita.ledger.journal.DataFolder;
import io.partita.ledger.journal.Journal;
import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.Id128;
import io.partita.ledger.model.PartitaException;
import io.partita.ledger.snapshot.SnapshotContents;
import io.partita.ledger.snapshot.SnapshotInfo;
import io.partita.ledger.snapshot.SnapshotStore;
import io.partita.ledger.state.LedgerStateMachine;
import io.partita.ledger.state.StateConfig;
import io.partita.ledger.state.UserLogic;
import io.partita.replication.protocol.Snapshot;
import io.partita.replication.protocol.Storage;
import java.security.SecureRandom;
import java.util.OptionalLong;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.agrona.DirectBuffer;
import org.agrona.ErrorHandler;
import org.agrona.MutableDirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A node's snapshots on disk. They are taken beside it, by a second replay on a thread of its own ({@link SnapshotMaker}), so the
 * engine neither pauses nor knows. Which there are is known in memory: only those that were verified in this process count.
 *
 * <p>Engine's thread, but for what the worker does.
 */
final class NodeStorage implements Storage, AutoCloseable {
    private static final long DURABLE_PARK_NS = 1_000_000;

    /**
     * What it works with.
     *
     * @param journal of the node, recovered.
     * @param logics gives the user's own logic, a new one at each call, or null.
     * @param logicVersionMax the newest rules that this release knows.
     * @param wakeup called when an outcome waits for {@link #poll}.
     * @param errors told of a snapshot that is passed over or cannot be taken: the node goes on.
     */
    record Parts(
            Id128 clusterId,
            DataFolder folder,
            Journal journal,
            SnapshotPolicy policy,
            Supplier<? extends @Nullable UserLogic> logics,
            int logicVersionMax,
            ThreadFactory threadFactory,
            Runnable wakeup,
            ErrorHandler errors) {}

    /** A snapshot, and the one that it was taken from, which was verified by that. */
    private record Taken(Snapshot newest, @Nullable Snapshot previous) {}

    /** Ends a taking when the node ends. */
    private static final class StoppedException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        StoppedException() {
            super("the node ends", null, false, false);
        }
    }

    private final Parts parts;
    private final SnapshotStore store;
    private final SnapshotMaker maker;
    private final BlockingWorker worker;
    private final NodeState state;
    private @Nullable Snapshot newest;
    private @Nullable Snapshot previous;
    private boolean isTaking;
    private volatile boolean isStopped;

    private NodeStorage(final Parts parts, final SnapshotStore store, final NodeState state) {
        this.parts = parts;
        this.store = store;
        this.state = state;
        final long seq = state.machine().appliedSeq();
        newest = seq == 0 ? null : name(store.info(seq));
        maker = new SnapshotMaker(
                parts.folder().journal(), store, parts.logics(), parts.threadFactory(), parts.errors()::onError);
        worker = new BlockingWorker(parts.threadFactory(), parts.wakeup(), parts.errors());
    }

    /**
     * Loads the newest snapshot that is whole and of this journal, or the one before, and so on; starts at the beginning if there
     * is none.
     *
     * @throws PartitaException DAMAGED if the journal does not begin at the beginning, and no snapshot can be used.
     */
    static NodeStorage open(final Parts parts) {
        final SnapshotStore store = new SnapshotStore(parts.folder().snapshots(), parts.clusterId());
        final MappedHistory history = history(parts);
        NodeState state = null;
        try {
            final LedgerStateMachine machine =
                    restart(parts, store).load(parts.journal().lastSeq(), stateConfig(parts, history), parts.logics());
            state = new NodeState(machine, history);
            return new NodeStorage(parts, store, state);
        } catch (final RuntimeException e) {
            if (state == null) {
                history.close();
            } else {
                state.close();
            }
            throw e;
        }
    }

    private static MappedHistory history(final Parts parts) {
        return MappedHistory.open(parts.folder().state(), parts.threadFactory(), parts.errors());
    }

    private static StateConfig stateConfig(final Parts parts, final MappedHistory history) {
        return new StateConfig(new SecureRandom().nextLong(), history).withLogicVersionMax(parts.logicVersionMax());
    }

    private static Restart restart(final Parts parts, final SnapshotStore store) {
        final Journal journal = parts.journal();
        return new Restart(
                store,
                journal.firstSeq(),
                seq -> seq >= journal.firstSeq() - 1 && seq <= journal.lastSeq()
                        ? OptionalLong.of(journal.chainAt(seq))
                        : OptionalLong.empty(),
                parts.errors()::onError);
    }

    /** What the engine begins with. */
    LedgerStateMachine stateMachine() {
        return state.machine();
    }

    /** Takes in what the worker has done. */
    int poll() {
        return worker.drain();
    }

    @Override
    public @Nullable Snapshot newest() {
        return newest;
    }

    /** Of this process: one that was only found may be damaged, and nothing is given up for it before another one is taken. */
    @Override
    public @Nullable Snapshot previous() {
        return previous;
    }

    private Snapshot name(final SnapshotInfo info) {
        final SnapshotContents contents = store.contents(info);
        return new Snapshot(
                info.seq(),
                info.epoch(),
                info.chain(),
                info.facts().runningDigest(),
                info.facts().logicVersion(),
                contents.length(),
                contents.crc());
    }

    @Override
    public void take(final Snapshot name) {
        if (isTaking) {
            return; // The core asks again when the next one is due.
        }
        isTaking = true;
        worker.submit(() -> {
            final Taken taken = tryTake(name);
            return () -> onTaken(taken);
        });
    }

    private void onTaken(final @Nullable Taken taken) {
        isTaking = false;
        if (taken != null) {
            newest = taken.newest();
            previous = taken.previous();
        }
    }

    /** The worker's thread. What fails is told, and tried again when the next one is due: the node itself goes on. */
    private @Nullable Taken tryTake(final Snapshot name) {
        try {
            // What a power cut could still take must not be in a snapshot.
            while (parts.journal().durableSeq() < name.seq()) {
                checkStopped();
                LockSupport.parkNanos(DURABLE_PARK_NS);
            }
            return taken(name, maker.take(name.seq(), parts.policy().keepSnapshots(), seq -> checkStopped()));
        } catch (final StoppedException e) {
            return null;
        } catch (final Throwable error) {
            parts.errors().onError(error);
            return null;
        }
    }

    private Taken taken(final Snapshot name, final SnapshotInfo info) {
        if (info.facts().runningDigest() != name.digest()
                || info.chain() != name.chain()
                || info.facts().logicVersion() != name.logicVersion()) {
            store.remove(info.seq());
            throw new PartitaException(
                    ErrorCode.DIGEST_MISMATCH,
                    "a replay of the journal gives another state than this node has: seq=" + name.seq() + ", digest="
                            + Long.toHexString(info.facts().runningDigest()) + ", expected="
                            + Long.toHexString(name.digest()),
                    "compare with the other node's digest (partita status); restart the one that differs, and check the memory of"
                            + " its machine");
        }
        store.verify(info.seq()); // Records may be given up for it.
        final long fromSeq = maker.fromSeq();
        return new Taken(name(info), fromSeq == 0 || fromSeq == info.seq() ? null : name(store.info(fromSeq)));
    }

    private void checkStopped() {
        if (isStopped) {
            throw new StoppedException();
        }
    }

    @Override
    public int read(
            final Snapshot snapshot,
            final long position,
            final MutableDirectBuffer target,
            final int offset,
            final int lengthMax) {
        return -1; // Nobody lacks what this journal, which is whole, does not have.
    }

    @Override
    public long begin(final Snapshot snapshot) {
        throw notYet("a snapshot is offered");
    }

    @Override
    public void write(final DirectBuffer piece, final int offset, final int length) {
        throw notYet("a snapshot is sent");
    }

    @Override
    public void install(final Snapshot snapshot) {
        throw notYet("a snapshot is sent");
    }

    /** The journal is kept whole. */
    @Override
    public void discardTo(final long seq) {}

    @Override
    public void repair(final DirectBuffer records, final int offset, final int length) {
        throw notYet("records are sent that replace damaged ones");
    }

    private static PartitaException notYet(final String what) {
        return new PartitaException(
                ErrorCode.INTERNAL, what + ", which this release cannot take", "use the release of the other node");
    }

    /** Ends what is under way, without a snapshot; before the journal is closed. */
    @Override
    public void close() {
        isStopped = true;
        worker.close();
    }

    /** After the engine has ended. */
    void closeState() {
        state.close();
    }
}
