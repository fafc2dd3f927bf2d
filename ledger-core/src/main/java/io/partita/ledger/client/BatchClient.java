// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.client;

import org.jspecify.annotations.Nullable;

/**
 * What clients have in common, whether the ledger is in this process ({@link LedgerClient}) or elsewhere: acquire, fill, submit, poll.
 * Code that is written for it serves with either. For one thread; every submitted batch comes back through {@link #poll}, also after
 * the client was closed.
 */
public interface BatchClient extends AutoCloseable {
    /**
     * Takes an empty batch of commands from the pool.
     *
     * @return the batch; null if all of this client's batches are taken: {@link #poll} first.
     */
    default @Nullable Batch acquire() {
        return acquire(BatchKind.COMMANDS);
    }

    /**
     * Takes an empty batch from the pool.
     *
     * @param kind what it shall ask for.
     * @return the batch; null if all of this client's batches are taken: {@link #poll} first.
     */
    @Nullable
    Batch acquire(BatchKind kind);

    /**
     * Gives back a batch that was not submitted.
     *
     * @param batch from {@link #acquire}.
     */
    void release(Batch batch);

    /**
     * Submits a batch.
     *
     * @param batch from {@link #acquire}; if this returns a ticket, it comes back through {@link #poll}.
     * @return a ticket greater than 0, also in {@link Batch#ticket()}; or a negative {@code Outcome}: nothing was sequenced, and
     *     the batch is still the caller's.
     */
    long submit(Batch batch);

    /**
     * Delivers completed batches to the listener.
     *
     * @param limit how many at most.
     * @return how many were delivered.
     */
    int poll(int limit);

    /**
     * Like {@link #poll}, but parks until something is there.
     *
     * @param limit how many to deliver at most.
     * @param timeoutNs how long to wait.
     * @return how many were delivered; 0 after the time-out, or if the thread was interrupted (the flag stays set).
     */
    int pollAwait(int limit, long timeoutNs);

    /**
     * Batches that were submitted and not yet delivered.
     *
     * @return how many.
     */
    int inFlight();

    /**
     * How many batches this client has.
     *
     * @return the size of its pool, its window.
     */
    int batches();

    /**
     * Why {@link #submit} answers {@code Outcome.CLOSED}.
     *
     * @return the reason; null while it does not.
     */
    @Nullable
    String closedReason();

    /** No batch is taken any more; those in flight come back by {@link #poll}. A second call does nothing. */
    @Override
    void close();
}
