// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger;

import io.partita.ledger.client.AsyncLedger;
import io.partita.ledger.client.LedgerClient;
import io.partita.ledger.client.ResultListener;
import io.partita.ledger.engine.Durability;
import io.partita.ledger.engine.EngineAgent;
import io.partita.ledger.engine.EngineContext;
import io.partita.ledger.engine.MappedHistory;
import io.partita.ledger.engine.Restart;
import io.partita.ledger.engine.SnapshotMaker;
import io.partita.ledger.engine.SnapshotWorker;
import io.partita.ledger.engine.SoloCare;
import io.partita.ledger.engine.SoloGate;
import io.partita.ledger.engine.WakeableIdle;
import io.partita.ledger.journal.ChronicleJournal;
import io.partita.ledger.journal.DataFolder;
import io.partita.ledger.journal.Journal;
import io.partita.ledger.journal.JournalConfig;
import io.partita.ledger.journal.MemoryJournal;
import io.partita.ledger.journal.RecoveryReport;
import io.partita.ledger.journal.SyncPolicy;
import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.Id128;
import io.partita.ledger.model.PartitaException;
import io.partita.ledger.model.RecordType;
import io.partita.ledger.observe.CounterType;
import io.partita.ledger.observe.IncidentLog;
import io.partita.ledger.observe.LedgerCounters;
import io.partita.ledger.snapshot.SnapshotInfo;
import io.partita.ledger.snapshot.SnapshotStore;
import io.partita.ledger.state.LedgerStateMachine;
import io.partita.ledger.state.StateConfig;
import io.partita.ledger.state.StateMemory;
import io.partita.ledger.wire.ControlBodies;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.agrona.CloseHelper;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.AgentTerminationException;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/** Wires a single node and owns all its parts; they are closed, last first, by whichever thread ends the engine. */
final class SoloNode {
    private static final int LOGIC_VERSION = 1;
    private static final int BACKGROUND_FORCE_MS = 100;
    private static final long NS_PER_MS = 1_000_000;

    private final LedgerContext context;
    private final Deque<AutoCloseable> parts;
    private final EngineAgent engine;
    private final ErrorHandler errorHandler;
    private final Journal journal;
    private final @Nullable SnapshotWorker snapshots;
    private final AtomicBoolean isClosing = new AtomicBoolean();
    private final CountDownLatch closed = new CountDownLatch(1);
    private @Nullable AgentRunner runner;
    private long discardedSeq;

    private SoloNode(
            final LedgerContext context,
            final Deque<AutoCloseable> parts,
            final EngineAgent engine,
            final ErrorHandler errorHandler,
            final Journal journal,
            final @Nullable SnapshotWorker snapshots) {
        this.journal = journal;
        this.snapshots = snapshots;
        this.context = context;
        this.parts = parts;
        this.engine = engine;
        this.errorHandler = errorHandler;
    }

    static SoloNode launch(final LedgerContext context) {
        final Deque<AutoCloseable> parts = new ArrayDeque<>();
        try {
            final SoloNode node = build(context, parts);
            node.start();
            return node;
        } catch (final Throwable error) {
            closeParts(parts, ignored -> {});
            throw error;
        }
    }

    private static SoloNode build(final LedgerContext context, final Deque<AutoCloseable> parts) {
        final Id128 clusterId = context.clusterId();
        final Path directory = context.directory();
        final DataFolder folder = directory == null ? null : DataFolder.open(directory, clusterId);
        if (folder != null) {
            parts.push(folder);
        }
        final Path path = folder == null ? null : folder.path();
        final long nowMs = context.epochNanoClock().nanoTime() / NS_PER_MS;
        final LedgerCounters counters = LedgerCounters.create(path, clusterId, nowMs);
        final IncidentLog incidents = IncidentLog.create(
                path,
                clusterId,
                () -> context.epochNanoClock().nanoTime() / NS_PER_MS,
                counters.get(CounterType.INCIDENTS));
        final ErrorHandler errorHandler = error -> {
            counters.get(CounterType.ERRORS).increment();
            incidents.record(error);
            context.errorHandler().onError(error);
        };
        final WakeableIdle idle = context.idleStrategy() instanceof WakeableIdle wakeable ? wakeable : null;
        final Runnable wake = idle == null ? () -> {} : idle::wake;
        final AtomicReference<@Nullable SoloGate> gateReference = new AtomicReference<>();
        final ErrorHandler storageErrors = error -> {
            errorHandler.onError(error);
            final SoloGate gate = gateReference.get();
            if (gate != null) {
                gate.onStorageError(error);
            }
        };
        final Journal journal =
                folder == null ? new MemoryJournal(clusterId) : openJournal(context, folder, wake, storageErrors);
        parts.push(journal);
        if (journal instanceof ChronicleJournal chronicle) {
            reportRestart(chronicle.recovery(), errorHandler);
        }
        journal.force(); // what is there was or will be answered: on a single node all of it is committed
        final StateMemory memory = folder == null || !context.mappedHistory()
                ? StateMemory.ANONYMOUS
                : openHistory(context, folder, errorHandler, parts);
        final SnapshotStore store = folder == null ? null : new SnapshotStore(folder.snapshots(), clusterId);
        final StateConfig stateConfig = new StateConfig(new SecureRandom().nextLong(), memory);
        final LedgerStateMachine stateMachine = store == null
                ? new LedgerStateMachine(stateConfig, context.userLogics().get())
                : restart(store, journal, errorHandler)
                        .helpedBy(context.threadFactory())
                        .load(journal.lastSeq(), stateConfig, context.userLogics());
        parts.push(stateMachine);
        final long epoch = journal.lastEpoch() + 1;
        final SoloCare care = folder == null
                ? null
                : new SoloCare(
                        journal,
                        folder.path(),
                        context.spaceLowBytes(),
                        context.scrubBytesPerSecond(),
                        counters.get(CounterType.FREE_BYTES),
                        errorHandler);
        if (care != null) {
            parts.push(care);
        }
        final SoloGate gate = new SoloGate(journal, context.durability(), epoch, care);
        gateReference.set(gate);
        final EngineAgent engine = new EngineAgent(new EngineContext(
                context.engineConfig(),
                journal,
                stateMachine,
                gate,
                counters,
                incidents,
                context.nanoClock(),
                context.epochNanoClock(),
                wake,
                (code, reason) -> context.errorHandler()
                        .onError(new PartitaException(code, reason, "close this ledger; see its incident log"))));
        parts.push(engine::onClose);
        recover(engine, journal, gate);
        startEpoch(context, engine, journal, gate, epoch);
        counters.get(CounterType.ROLE).setRelease(1);
        if (idle != null) {
            idle.workCheck(engine::hasWork);
        }
        final SnapshotWorker snapshots = folder == null || store == null || care == null
                ? null
                : openSnapshots(context, folder, store, journal, care, wake, errorHandler);
        if (snapshots != null) {
            parts.push(snapshots);
        }
        return new SoloNode(context, parts, engine, errorHandler, journal, snapshots);
    }

    /** What the newest snapshot has is not replayed. */
    private static Restart restart(final SnapshotStore store, final Journal journal, final ErrorHandler errors) {
        return new Restart(
                store,
                journal::firstSeq,
                seq -> seq >= journal.firstSeq() - 1 && seq <= journal.lastSeq()
                        ? OptionalLong.of(journal.chainAt(seq))
                        : OptionalLong.empty(),
                errors::onError);
    }

    /** On a single node all that is journaled is committed once it is durable, which the worker waits for (R31). */
    private static SnapshotWorker openSnapshots(
            final LedgerContext context,
            final DataFolder folder,
            final SnapshotStore store,
            final Journal journal,
            final SoloCare care,
            final Runnable wake,
            final ErrorHandler errors) {
        return new SnapshotWorker(
                new SnapshotMaker(
                        folder.journal(),
                        store,
                        context.userLogics(),
                        context.threadFactory(),
                        errors::onError,
                        (seq, cause) -> {
                            care.suspect(seq);
                            wake.run();
                        }),
                store,
                context.snapshotPolicy(),
                journal::lastSeq,
                journal::durableSeq,
                context.threadFactory(),
                context.asyncExecutor(),
                errors);
    }

    private static MappedHistory openHistory(
            final LedgerContext context,
            final DataFolder folder,
            final ErrorHandler errors,
            final Deque<AutoCloseable> parts) {
        final MappedHistory history = MappedHistory.open(folder.state(), context.threadFactory(), errors);
        parts.push(history);
        return history;
    }

    private static Journal openJournal(
            final LedgerContext context, final DataFolder folder, final Runnable wake, final ErrorHandler errors) {
        final boolean isMemory = context.durability() == Durability.MEMORY;
        return ChronicleJournal.open(JournalConfig.of(folder.journal(), context.clusterId())
                .withSegmentLength(context.segmentLength())
                .withSyncPolicy(isMemory ? SyncPolicy.periodic(BACKGROUND_FORCE_MS) : SyncPolicy.ON_REQUEST)
                .withThreadFactory(context.threadFactory())
                .withErrorHandler(errors)
                .withDurableListener(wake));
    }

    /** What durability MEMORY may lose is never lost silently. */
    private static void reportRestart(final RecoveryReport report, final ErrorHandler errors) {
        if (report.bootChanged()) {
            errors.onError(
                    new PartitaException(
                            ErrorCode.STORAGE_FAILED,
                            "the machine restarted while this ledger was open: lastSeq=" + report.lastSeq()
                                    + " tornTail=" + report.tornTail(),
                            "if it ran with durability MEMORY, answers of about the last " + BACKGROUND_FORCE_MS
                                    + " ms may be gone: send what was answered then again, with the same ids; with FSYNC nothing is"));
        }
    }

    private static void recover(final EngineAgent engine, final Journal journal, final SoloGate gate) {
        while (engine.appliedSeq() < journal.lastSeq()) {
            if (engine.applyCommitted() == 0) {
                throw new PartitaException(
                        ErrorCode.INTERNAL,
                        "the journal ends before its last record: appliedSeq=" + engine.appliedSeq() + " commitSeq="
                                + gate.commitSeq() + " lastSeq=" + journal.lastSeq(),
                        "verify the data folder");
            }
        }
    }

    private static void startEpoch(
            final LedgerContext context,
            final EngineAgent engine,
            final Journal journal,
            final SoloGate gate,
            final long epoch) {
        final UnsafeBuffer body = new UnsafeBuffer(new byte[ControlBodies.EPOCH_START_LENGTH]);
        final int length = ControlBodies.encodeEpochStart(
                body,
                0,
                new ControlBodies.EpochStart(
                        context.nodeId(), journal.lastSeq() + 1, journal.lastChain(), LOGIC_VERSION));
        final long seq = engine.appendControl(RecordType.EPOCH_START, epoch, body, 0, length);
        gate.onAppended(seq);
    }

    private void start() {
        if (snapshots != null) {
            snapshots.start();
        }
        if (context.threadingMode() == ThreadingMode.SHARED) {
            final ErrorHandler unexpected = error -> {
                if (!(error instanceof AgentTerminationException)) { // which is how a close from that thread ends it
                    errorHandler.onError(error);
                }
            };
            final AgentRunner newRunner =
                    new AgentRunner(context.idleStrategy(), unexpected, null, new EngineAndParts());
            runner = newRunner;
            AgentRunner.startOnThread(newRunner, context.threadFactory());
        }
    }

    LedgerClient client(final ResultListener listener) {
        return new LedgerClient(engine.intake(), listener, context.clientBatches(), context.batchCommandsMax());
    }

    AsyncLedger async() {
        return new AsyncLedger(
                engine.intake(), context.asyncExecutor(), context.clientBatches(), context.batchCommandsMax());
    }

    int doWork() {
        if (runner != null) {
            throw new IllegalStateException("doWork() is for ThreadingMode.INVOKER; this ledger has its own thread");
        }
        return isClosing.get() ? 0 : cycle();
    }

    /** One duty cycle, and what snapshots have made superfluous of the journal, which is the engine's thread's to give up. */
    private int cycle() {
        final int work = engine.doWork();
        if (snapshots != null && snapshots.discardSeq() > discardedSeq && engine.haltReason() == null) {
            discardedSeq = snapshots.discardSeq();
            journal.discardTo(discardedSeq);
        }
        return work;
    }

    CompletableFuture<SnapshotInfo> snapshot() {
        if (snapshots == null) {
            return CompletableFuture.failedFuture(new PartitaException(
                    ErrorCode.SNAPSHOT_REFUSED,
                    "an ephemeral ledger has nothing to start from again",
                    "give the ledger a directory"));
        }
        return snapshots.request();
    }

    EngineAgent engine() {
        return engine;
    }

    @Nullable
    Path directory() {
        return context.directory();
    }

    void close() {
        final boolean isFirst = isClosing.compareAndSet(false, true);
        final AgentRunner ownThread = runner;
        if (ownThread == null) {
            if (isFirst) {
                closeAll();
            }
            return; // in INVOKER mode there is one thread: a second call comes from within the first, or after it
        }
        if (Thread.currentThread() == ownThread.thread()) {
            engine.terminate(); // joining ourselves would wait for ever
            return;
        }
        if (isFirst) {
            ownThread.close(0, null);
        }
        awaitClosed();
    }

    private void awaitClosed() {
        boolean isInterrupted = false;
        while (true) {
            try {
                closed.await();
                break;
            } catch (final InterruptedException interrupt) {
                isInterrupted = true; // a half-closed journal helps nobody: the engine's own wait is bounded
            }
        }
        if (isInterrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void closeAll() {
        try {
            closeParts(parts, errorHandler);
        } finally {
            closed.countDown();
        }
    }

    private static void closeParts(final Deque<AutoCloseable> parts, final ErrorHandler errors) {
        while (!parts.isEmpty()) {
            CloseHelper.close(errors, parts.pop());
        }
    }

    /** The engine's agent, which takes all other parts with it when it ends. */
    private final class EngineAndParts implements Agent {
        @Override
        public String roleName() {
            return engine.roleName();
        }

        @Override
        public int doWork() {
            return cycle();
        }

        @Override
        public void onClose() {
            closeAll();
        }
    }
}
