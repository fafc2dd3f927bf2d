// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.node;

import io.partita.ledger.engine.Pace;
import io.partita.ledger.engine.SnapshotMaker;
import io.partita.ledger.engine.SnapshotPolicy;
import io.partita.ledger.journal.ChronicleJournal;
import io.partita.ledger.journal.DataFolder;
import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.Id128;
import io.partita.ledger.model.PartitaException;
import io.partita.ledger.snapshot.SnapshotInbox;
import io.partita.ledger.snapshot.SnapshotInfo;
import io.partita.ledger.snapshot.SnapshotStore;
import io.partita.ledger.state.LedgerStateMachine;
import io.partita.ledger.state.UserLogic;
import io.partita.replication.protocol.Snapshot;
import io.partita.replication.protocol.Storage;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.function.Supplier;
import org.agrona.DirectBuffer;
import org.agrona.ErrorHandler;
import org.agrona.MutableDirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A node's snapshots on disk. They are taken beside it, by a second replay on a thread of its own ({@link SnapshotMaker}), so the
 * engine neither pauses nor knows. Which there are is known in memory: only those that were verified in this process count.
 *
 * <p>One that another node sends is received beside them and loaded by the same thread, while the node still has its old state. The
 * switch is the journal's, whose manifest is replaced; what is still to do then is done by the next start, too:
 *
 * <pre>
 *   received, forced, loaded | manifest replaced | old snapshots deleted, the received one moved to their place
 *   the old node             | the new one       | the new one
 * </pre>
 *
 * <p>Engine's thread, but for what the worker does.
 */
final class NodeStorage implements Storage, AutoCloseable {
    private static final long DURABLE_PARK_NS = 1_000_000;
    private static final long HOLD_PARK_NS = 100_000_000;

    /**
     * What it works with.
     *
     * @param journal of the node, recovered.
     * @param logics gives the user's own logic, a new one at each call, or null.
     * @param logicVersionMax the newest rules that this release knows.
     * @param threads gives what makes threads of a role.
     * @param wakeup called when an outcome waits for {@link #poll}.
     * @param errors told of a snapshot that is passed over or cannot be taken: the node goes on.
     */
    record Parts(
            Id128 clusterId,
            DataFolder folder,
            ChronicleJournal journal,
            SnapshotPolicy policy,
            Supplier<? extends @Nullable UserLogic> logics,
            int logicVersionMax,
            Function<String, ThreadFactory> threads,
            Runnable wakeup,
            ErrorHandler errors) {}

    /** A snapshot, and the one that it was taken from, which was verified by that. */
    private record Taken(Snapshot newest, @Nullable Snapshot previous) {}

    /** Who is to know what has become of a snapshot that was sent. */
    interface Owner {
        /**
         * The journal goes on from a snapshot, and this is the state there; the one before is closed after this returns.
         *
         * @param snapshot as passed to {@link #install}.
         * @param machine of its state.
         */
        void onSwitched(Snapshot snapshot, LedgerStateMachine machine);

        /**
         * What was received is not what its name says, or cannot be loaded.
         *
         * @param text why.
         */
        void onRefused(String text);
    }

    /** A snapshot that was loaded, and is not this node's yet. */
    private record Loaded(SnapshotInfo info, NodeState state, SnapshotStore.Hold hold) {}

    /** A record that could not be read. */
    private record Met(long seq, PartitaException cause) {}

    /** Ends a taking when the node ends. */
    private static final class StoppedException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        StoppedException() {
            super("the node ends", null, false, false);
        }
    }

    private final Parts parts;
    private final SnapshotStore store;
    private final SnapshotInbox inbox;
    private final SnapshotMaker maker;
    private final BlockingWorker worker;
    private final Pace pace;
    private final OutgoingSnapshot outgoing;
    private final JournalRepair repair;
    private NodeState state;
    private @Nullable Owner owner;
    private @Nullable Snapshot newest;
    private @Nullable Snapshot previous;
    private @Nullable Snapshot toTake;
    private boolean isTaking;
    private boolean isInstalling;
    private String wrong = "";
    /** Damage that the snapshot's maker met. The worker's thread. */
    private @Nullable Met met;

    private volatile @Nullable Loaded unswitched;
    private volatile boolean isStopped;

    private NodeStorage(final Parts parts, final SnapshotStore store, final NodeState state) {
        this.parts = parts;
        this.store = store;
        inbox = new SnapshotInbox(store, parts.clusterId());
        outgoing = new OutgoingSnapshot(store, parts.errors());
        repair = new JournalRepair(parts.journal(), parts.folder().path(), parts.errors());
        this.state = state;
        final long seq = state.machine().appliedSeq();
        newest = seq == 0 ? null : name(store.info(seq));
        inbox.dropUpTo(seq);
        maker = new SnapshotMaker(
                parts.folder().journal(),
                store,
                parts.logics(),
                parts.threads().apply("snapshots"),
                parts.errors()::onError,
                (at, cause) -> met = new Met(at, cause));
        pace = new Pace(parts.policy().everyRecords(), parts.journal()::lastSeq);
        worker = new BlockingWorker(parts.threads().apply("snapshots"), parts.wakeup(), parts.errors());
    }

    /**
     * Loads the newest snapshot that is whole and of this journal, or the one before, and so on; starts at the beginning if there
     * is none.
     *
     * @throws PartitaException DAMAGED if the journal does not begin at the beginning, and no snapshot can be used.
     */
    static NodeStorage open(final Parts parts) {
        final SnapshotStore store = new SnapshotStore(parts.folder().snapshots(), parts.clusterId());
        finishSwitch(parts, store);
        final NodeState state = NodeState.start(parts, store);
        try {
            return new NodeStorage(parts, store, state);
        } catch (final RuntimeException e) {
            state.close();
            throw e;
        }
    }

    /** What a crash left of it. */
    private static void finishSwitch(final Parts parts, final SnapshotStore store) {
        final SnapshotInbox inbox = new SnapshotInbox(store, parts.clusterId());
        final long baseSeq = parts.journal().firstSeq() - 1;
        if (inbox.holds(baseSeq, parts.journal().chainAt(baseSeq))) {
            final SnapshotStore.Hold hold = store.hold();
            try {
                inbox.adopt();
            } finally {
                hold.close();
            }
        }
    }

    /** Before the engine's thread starts. */
    void owner(final Owner newOwner) {
        owner = newOwner;
    }

    /** What the engine begins with. */
    LedgerStateMachine stateMachine() {
        return state.machine();
    }

    /** Takes in what the worker has done, and gives it what was asked for. */
    int poll() {
        final int work = worker.drain() + repair.poll();
        final Snapshot name = toTake;
        if (name == null) {
            return work;
        }
        toTake = null;
        if (isInstalling) {
            return work; // The core asks again when the next one is due.
        }
        isTaking = true;
        store.used(outgoing.used());
        worker.submit(() -> {
            met = null;
            final Taken taken = tryTake(name);
            final Met damage = met;
            return () -> onTaken(taken, damage);
        });
        return work + 1;
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
        return OutgoingSnapshot.name(store, info);
    }

    /** Begins with the next {@link #poll}: what is asked for besides in this moment, {@link #discardTo}, comes before. */
    @Override
    public void take(final Snapshot name) {
        if (!isTaking) {
            toTake = name;
        }
    }

    private void onTaken(final @Nullable Taken taken, final @Nullable Met damage) {
        isTaking = false;
        if (damage != null && damage.seq() >= parts.journal().firstSeq()) {
            repair.suspect(damage.seq(), damage.cause());
        }
        if (taken != null) {
            newest = taken.newest();
            previous = taken.previous();
            if (!isInstalling) {
                inbox.dropUpTo(taken.newest().seq());
            }
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
            pace.begin(name.seq());
            return taken(name, maker.take(name.seq(), parts.policy().keepSnapshots(), seq -> pause()));
        } catch (final StoppedException e) {
            return null;
        } catch (final Throwable error) {
            final Met damage = met;
            if (damage == null || damage.cause() != error) { // else the one who repairs it tells
                parts.errors().onError(error);
            }
            return null;
        }
    }

    private Taken taken(final Snapshot name, final SnapshotInfo info) {
        if (!isStateOf(name, info)) {
            store.remove(info.seq());
            throw new PartitaException(
                    ErrorCode.DIGEST_MISMATCH,
                    "a replay of the journal gives another state than this node has: seq=" + name.seq() + ", digest="
                            + Long.toHexString(info.facts().runningDigest()) + ", expected="
                            + Long.toHexString(name.digest()),
                    "compare with the other node's digest (partita status); restart the one that differs, and check the memory of"
                            + " its machine");
        }
        store.pausing(this::pause).verify(info.seq()); // Records may be given up for it.
        final long fromSeq = maker.fromSeq();
        return new Taken(name(info), fromSeq == 0 || fromSeq == info.seq() ? null : name(store.info(fromSeq)));
    }

    /** Whether a snapshot on the disk is of the history and state that its name says. */
    private static boolean isStateOf(final Snapshot name, final SnapshotInfo info) {
        return info.chain() == name.chain()
                && info.facts().runningDigest() == name.digest()
                && info.facts().logicVersion() == name.logicVersion();
    }

    private void pause() {
        checkStopped();
        pace.rest();
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
        return outgoing.read(snapshot, position, target, offset, lengthMax);
    }

    @Override
    public long begin(final Snapshot snapshot) {
        wrong = "";
        return inbox.begin(snapshot.toString());
    }

    @Override
    public void write(final DirectBuffer piece, final int offset, final int length) {
        if (!wrong.isEmpty()) {
            return;
        }
        try {
            inbox.write(piece, offset, length);
        } catch (final PartitaException e) {
            if (e.code() == ErrorCode.STORAGE_FAILED) {
                throw e;
            }
            wrong = e.problem(); // Told when all is there: the protocol takes no answer before.
        }
    }

    @Override
    public void install(final Snapshot snapshot) {
        isInstalling = true;
        final String known = wrong;
        worker.submit(() -> {
            try {
                final Loaded loaded = load(snapshot, known);
                return () -> switchTo(snapshot, loaded);
            } catch (final StoppedException e) {
                return null;
            } catch (final PartitaException e) {
                return () -> refuse(e);
            } catch (final RuntimeException | Error e) { // whatever it is, the core waits for an answer
                return () -> refuse(new PartitaException(
                        ErrorCode.INTERNAL,
                        "a snapshot of another node cannot be loaded: " + snapshot + " (" + e + ")",
                        "see that there is memory for a second state, then start the node again",
                        e));
            }
        });
    }

    /** The worker's thread. */
    private Loaded load(final Snapshot snapshot, final String known) {
        if (!known.isEmpty()) {
            throw refused(known);
        }
        final SnapshotStore received = inbox.received(snapshot.size(), snapshot.crc());
        final SnapshotStore.Hold hold = hold();
        NodeState loaded = null;
        boolean isLoaded = false;
        try {
            final SnapshotInfo info = received.info(snapshot.seq());
            loaded = NodeState.load(parts, received.pausing(this::checkStopped), snapshot.seq());
            if (info.epoch() != snapshot.epoch() || !isStateOf(snapshot, info)) {
                throw refused("it is of another state than its name says: " + snapshot);
            }
            isLoaded = true;
            final Loaded result = new Loaded(info, loaded, hold);
            unswitched = result;
            return result;
        } finally {
            if (!isLoaded) {
                hold.close();
                if (loaded != null) {
                    loaded.close();
                }
            }
        }
    }

    /** Waits for whoever takes a snapshot of this folder from outside. */
    private SnapshotStore.Hold hold() {
        while (true) {
            checkStopped();
            try {
                return store.hold();
            } catch (final PartitaException e) {
                if (e.code() != ErrorCode.SNAPSHOT_REFUSED) {
                    throw e;
                }
                LockSupport.parkNanos(HOLD_PARK_NS);
            }
        }
    }

    private static PartitaException refused(final String what) {
        return new PartitaException(ErrorCode.DAMAGED, what, "have it sent once more");
    }

    private void refuse(final PartitaException cause) {
        switch (cause.code()) {
            case DAMAGED, UNKNOWN_FORMAT, DIGEST_MISMATCH -> {
                inbox.clear();
                isInstalling = false;
                owner().onRefused(cause.problem());
            }
            default -> throw cause; // It would come to the same again: the node halts with the cause and the next step.
        }
    }

    private void switchTo(final Snapshot snapshot, final Loaded loaded) {
        outgoing.close();
        parts.journal()
                .restart(
                        snapshot.seq(),
                        snapshot.epoch(),
                        snapshot.chain(),
                        loaded.info().facts().lastTimestamp());
        repair.forget();
        final NodeState before = state;
        unswitched = null;
        state = loaded.state();
        newest = snapshot;
        previous = null;
        owner().onSwitched(snapshot, state.machine());
        worker.submit(() -> {
            adopt(loaded.hold());
            before.close();
            return () -> isInstalling = false;
        });
    }

    /** The worker's thread. Should it fail, the next start does it; until then there is no snapshot to build on. */
    private void adopt(final SnapshotStore.Hold hold) {
        try {
            inbox.adopt();
        } catch (final PartitaException e) {
            parts.errors().onError(e);
        } finally {
            hold.close();
        }
    }

    private Owner owner() {
        final Owner known = owner;
        if (known == null) {
            throw new IllegalStateException("nobody owns this storage yet");
        }
        return known;
    }

    /** Not while one is being taken: it is read then. The core asks again. */
    @Override
    public void discardTo(final long seq) {
        if (!isTaking && !isInstalling) {
            parts.journal().discardTo(seq);
        }
    }

    @Override
    public void collect(final DirectBuffer records, final int offset, final int length) {
        repair.collect(records, offset, length);
    }

    @Override
    public void repair(final long firstSeq, final long lastSeq) {
        repair.repair(firstSeq, lastSeq);
    }

    /** What becomes of damage of the journal. */
    JournalRepair journalRepair() {
        return repair;
    }

    /** Ends what is under way, without a snapshot; before the journal is closed. */
    @Override
    public void close() {
        isStopped = true;
        worker.close();
        outgoing.close();
        inbox.close();
        repair.close();
        final Loaded loaded = unswitched;
        if (loaded != null) {
            loaded.hold().close();
            loaded.state().close();
        }
    }

    /** After the engine has ended. */
    void closeState() {
        state.close();
    }
}
