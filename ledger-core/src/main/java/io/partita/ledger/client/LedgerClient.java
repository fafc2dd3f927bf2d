// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.client;

import io.partita.ledger.model.Outcome;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.OneToOneConcurrentArrayQueue;
import org.jspecify.annotations.Nullable;

/**
 * One application thread's handle on the ledger. Not thread-safe: each thread takes its own. Allocates nothing in steady state.
 *
 * <pre>{@code
 * Batch batch = client.acquire();
 * if (batch == null) {
 *     client.poll(16); // all batches are in flight
 * } else {
 *     batch.commands().addTransfer(...);
 *     long ticket = client.submit(batch);
 *     if (ticket < 0) {
 *         // Outcome.name(ticket) says why; nothing was sequenced; the batch is still ours: submit again, or release it
 *     }
 * }
 * client.poll(16);
 * }</pre>
 *
 * <p>Every submitted batch comes back through {@link #poll}, also after the ledger or this client was closed.
 */
public final class LedgerClient implements BatchClient {
    private final Intake intake;
    private final ResultListener listener;
    private final Batch[] free;
    private final OneToOneConcurrentArrayQueue<Batch> completed;
    private final Batch[] all;
    private int freeCount;
    private int inFlight;
    private long nextTicket = 1;
    private boolean isClosed;
    private volatile @Nullable Thread parked;

    /**
     * A client.
     *
     * @param intake of the ledger.
     * @param listener receives completed batches in {@link #poll}.
     * @param batches how many batches may be in flight.
     * @param commandsMax capacity of each batch.
     */
    public LedgerClient(final Intake intake, final ResultListener listener, final int batches, final int commandsMax) {
        if (batches < 1) {
            throw new IllegalArgumentException("a client needs at least one batch: batches=" + batches);
        }
        this.intake = intake;
        this.listener = listener;
        free = new Batch[batches];
        completed = new OneToOneConcurrentArrayQueue<>(batches);
        for (int i = 0; i < batches; i++) {
            free[i] = new Batch(this::onComplete, commandsMax);
        }
        all = free.clone();
        freeCount = batches;
    }

    @Override
    public @Nullable Batch acquire(final BatchKind kind) {
        if (freeCount == 0) {
            return null;
        }
        return free[--freeCount].reset(kind);
    }

    @Override
    public void release(final Batch batch) {
        free[freeCount++] = batch;
    }

    @Override
    public long submit(final Batch batch) {
        if (isClosed) {
            return Outcome.CLOSED;
        }
        final long ticket = nextTicket;
        batch.prepare(ticket);
        final long refusal = intake.submit(batch);
        if (refusal < 0) {
            return refusal;
        }
        nextTicket = ticket + 1;
        inFlight++;
        return ticket;
    }

    @Override
    public int poll(final int limit) {
        int delivered = 0;
        while (delivered < limit) {
            final Batch batch = completed.poll();
            if (batch == null) {
                break;
            }
            delivered++;
            inFlight--;
            try {
                listener.onBatch(batch);
            } catch (final Throwable error) { // a listener stops nobody, whatever it throws
                intake.onListenerError(error);
            } finally {
                free[freeCount++] = batch;
            }
        }
        return delivered;
    }

    /** {@inheritDoc} Not for a ledger whose {@code doWork()} the same thread calls. */
    @Override
    public int pollAwait(final int limit, final long timeoutNs) {
        final long startNs = System.nanoTime();
        int delivered = poll(limit);
        while (delivered == 0) {
            final long leftNs = timeoutNs - (System.nanoTime() - startNs);
            if (leftNs <= 0 || Thread.currentThread().isInterrupted()) {
                break;
            }
            parked = Thread.currentThread();
            if (completed.isEmpty()) {
                LockSupport.parkNanos(this, leftNs);
            }
            parked = null;
            delivered = poll(limit);
        }
        return delivered;
    }

    @Override
    public int inFlight() {
        return inFlight;
    }

    @Override
    public int batches() {
        return all.length;
    }

    @Override
    public @Nullable String closedReason() {
        return isClosed ? "the client was closed" : intake.closedReason();
    }

    @Override
    public void close() {
        isClosed = true;
    }

    /** On the engine's thread. */
    private void onComplete(final Batch batch) {
        completed.add(batch); // never full: it has room for every batch of this client
        VarHandle.fullFence(); // the queue's store is ordered only; the consumer sets its flag before it looks at the
        // queue
        final Thread waiting = parked;
        if (waiting != null) {
            LockSupport.unpark(waiting);
        }
    }
}
