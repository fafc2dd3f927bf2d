// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.engine;

import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.PartitaException;
import io.partita.ledger.snapshot.SnapshotInfo;
import io.partita.ledger.snapshot.SnapshotStore;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import java.util.function.LongSupplier;
import org.agrona.ErrorHandler;

/**
 * Takes a node's snapshots on a thread of its own, by policy and when asked, and says up to where the journal is not needed any more.
 * What fails is told and tried again when the next one is due: the node itself goes on.
 */
public final class SnapshotWorker implements AutoCloseable {
    private static final long LOOK_INTERVAL_MS = 50;

    private final SnapshotMaker maker;
    private final SnapshotStore store;
    private final SnapshotPolicy policy;
    private final LongSupplier lastSeq;
    private final LongSupplier durableSeq;
    private final Executor executor;
    private final ErrorHandler errorHandler;
    private final Thread thread;
    private final Pace pace;
    private final List<CompletableFuture<SnapshotInfo>> asked = new ArrayList<>();
    private long takenSeq;
    private volatile long discardSeq;
    private volatile boolean isStopped;

    /** Ends a taking when the worker is closed. */
    private static final class StoppedException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        StoppedException() {
            super("the ledger was closed", null, false, false);
        }
    }

    /**
     * A worker; {@link #start} starts its thread.
     *
     * @param maker that takes them.
     * @param store where they are.
     * @param policy when, and what is kept.
     * @param lastSeq the last record that is in the journal and will be committed in any case; any thread.
     * @param durableSeq the last record that is on the disk itself; any thread.
     * @param threadFactory makes the thread.
     * @param executor completes what was asked for: what a caller does then may take its time, or close the ledger.
     * @param errorHandler told of what fails.
     */
    public SnapshotWorker(
            final SnapshotMaker maker,
            final SnapshotStore store,
            final SnapshotPolicy policy,
            final LongSupplier lastSeq,
            final LongSupplier durableSeq,
            final ThreadFactory threadFactory,
            final Executor executor,
            final ErrorHandler errorHandler) {
        this.maker = maker;
        this.store = store;
        this.policy = policy;
        this.lastSeq = lastSeq;
        this.durableSeq = durableSeq;
        this.executor = executor;
        this.errorHandler = errorHandler;
        pace = new Pace(policy.everyRecords(), lastSeq);
        thread = threadFactory.newThread(this::run);
        thread.setName("partita-snapshot");
    }

    /** Starts the thread. */
    public void start() {
        final List<Long> seqs = store.seqs();
        takenSeq = seqs.isEmpty() ? 0 : seqs.get(0);
        thread.start();
    }

    /**
     * Asks for a snapshot of what is applied now or later. Any thread.
     *
     * @return completed when it is durable, or with what went wrong.
     */
    public CompletableFuture<SnapshotInfo> request() {
        final CompletableFuture<SnapshotInfo> future = new CompletableFuture<>();
        synchronized (asked) {
            if (isStopped) {
                future.completeExceptionally(closed());
            } else {
                asked.add(future);
                asked.notifyAll();
            }
        }
        return future;
    }

    /**
     * Up to where the journal may be given up. Any thread.
     *
     * @return a seq that never decreases; 0 for none.
     */
    public long discardSeq() {
        return discardSeq;
    }

    /** Ends what is under way, without a snapshot, and the thread. A second call does nothing. */
    @Override
    public void close() {
        synchronized (asked) {
            isStopped = true;
            asked.notifyAll();
        }
        boolean isInterrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (final InterruptedException e) {
                isInterrupted = true; // what it reads must stay open until it has ended
            }
        }
        if (isInterrupted) {
            Thread.currentThread().interrupt();
        }
        takeAsked().forEach(future -> future.completeExceptionally(closed()));
    }

    private static PartitaException closed() {
        return new PartitaException(ErrorCode.SNAPSHOT_REFUSED, "the ledger was closed", "launch it and ask again");
    }

    private void run() {
        while (!isStopped) {
            final List<CompletableFuture<SnapshotInfo>> waiting = takeAsked();
            final long seq = lastSeq.getAsLong();
            final boolean isDue = policy.everyRecords() > 0 && seq - takenSeq >= policy.everyRecords();
            if (waiting.isEmpty() && !isDue) {
                await();
            } else {
                take(seq, waiting);
            }
        }
    }

    private List<CompletableFuture<SnapshotInfo>> takeAsked() {
        synchronized (asked) {
            final List<CompletableFuture<SnapshotInfo>> taken = List.copyOf(asked);
            asked.clear();
            return taken;
        }
    }

    private void await() {
        synchronized (asked) {
            if (asked.isEmpty() && !isStopped) {
                waitFor(policy.everyRecords() > 0 ? LOOK_INTERVAL_MS : 0);
            }
        }
    }

    private void take(final long seq, final List<CompletableFuture<SnapshotInfo>> waiting) {
        takenSeq = seq; // failed or not, the next one is due when so many more are applied
        try {
            // What a power cut could still take must not be in a snapshot.
            while (durableSeq.getAsLong() < seq) {
                checkStopped();
                synchronized (asked) {
                    waitFor(1);
                }
            }
            pace.begin(seq);
            final SnapshotInfo taken = maker.take(seq, policy.keepSnapshots(), at -> pause());
            discard(taken.seq());
            waiting.forEach(future -> executor.execute(() -> future.complete(taken)));
        } catch (final StoppedException e) {
            waiting.forEach(future -> executor.execute(() -> future.completeExceptionally(closed())));
        } catch (final Throwable error) { // whatever it is: the node goes on without this snapshot
            waiting.forEach(future -> executor.execute(() -> future.completeExceptionally(error)));
            tell(error);
        }
    }

    private void tell(final Throwable error) {
        try {
            errorHandler.onError(error);
        } catch (final RuntimeException handlerError) {
            handlerError.addSuppressed(error); // a handler that fails ends nothing: there is nobody else to tell
        }
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

    /** R33: two snapshots back, and the history that is wanted. */
    private void discard(final long seq) {
        if (policy.keepRecords() == SnapshotPolicy.WHOLE_JOURNAL) {
            return;
        }
        if (maker.fromSeq() > 0 && maker.fromSeq() < seq) {
            store.pausing(this::pause).verify(seq); // the one before was verified by taking this one from it
            discardSeq = Math.max(discardSeq, Math.min(maker.fromSeq(), seq - policy.keepRecords()));
        }
    }

    private void waitFor(final long timeoutMs) {
        try {
            asked.wait(timeoutMs);
        } catch (final InterruptedException e) {
            tell(new PartitaException(
                    ErrorCode.INTERNAL,
                    "the snapshot thread was interrupted, and goes on",
                    "leave the ledger's threads alone; close() ends them",
                    e));
        }
    }
}
