// SPDX-License-Identifier: Apache-2.0
package io.partita.benchmarks.load;

import io.partita.ledger.client.Batch;
import io.partita.ledger.client.BatchKind;
import io.partita.ledger.client.LedgerClient;
import io.partita.replication.client.RemoteLedgerClient;
import org.jspecify.annotations.Nullable;

/** What a client of a node in this process and one over TCP have in common. */
public interface PaidClient {
    /**
     * See {@link LedgerClient#acquire(BatchKind)}.
     *
     * @param kind of batch.
     * @return an empty one; null if all are in flight.
     */
    @Nullable
    Batch acquire(BatchKind kind);

    /**
     * See {@link LedgerClient#submit}.
     *
     * @param batch to submit.
     * @return a ticket, or a negative outcome.
     */
    long submit(Batch batch);

    /**
     * See {@link LedgerClient#poll}.
     *
     * @param limit how many at most.
     * @return how many were delivered.
     */
    int poll(int limit);

    /**
     * See {@link LedgerClient#pollAwait}.
     *
     * @param limit how many at most.
     * @param timeoutNs how long to wait.
     * @return how many were delivered.
     */
    int pollAwait(int limit, long timeoutNs);

    /**
     * See {@link LedgerClient#inFlight}.
     *
     * @return how many.
     */
    int inFlight();

    /**
     * See {@link LedgerClient#batches}.
     *
     * @return how many.
     */
    int batches();

    /**
     * Why it is of no use any more.
     *
     * @return null if it is, or if it does not know.
     */
    @Nullable
    String closedReason();

    /**
     * A thread of the node's own process.
     *
     * @param client of the node.
     */
    record Local(LedgerClient client) implements PaidClient {
        @Override
        public @Nullable Batch acquire(final BatchKind kind) {
            return client.acquire(kind);
        }

        @Override
        public long submit(final Batch batch) {
            return client.submit(batch);
        }

        @Override
        public int poll(final int limit) {
            return client.poll(limit);
        }

        @Override
        public int pollAwait(final int limit, final long timeoutNs) {
            return client.pollAwait(limit, timeoutNs);
        }

        @Override
        public int inFlight() {
            return client.inFlight();
        }

        @Override
        public int batches() {
            return client.batches();
        }

        @Override
        public @Nullable String closedReason() {
            return client.closedReason();
        }
    }

    /**
     * Over a connection.
     *
     * @param client of the pair.
     */
    record Remote(RemoteLedgerClient client) implements PaidClient {
        @Override
        public @Nullable Batch acquire(final BatchKind kind) {
            return client.acquire(kind);
        }

        @Override
        public long submit(final Batch batch) {
            return client.submit(batch);
        }

        @Override
        public int poll(final int limit) {
            return client.poll(limit);
        }

        @Override
        public int pollAwait(final int limit, final long timeoutNs) {
            return client.pollAwait(limit, timeoutNs);
        }

        @Override
        public int inFlight() {
            return client.inFlight();
        }

        @Override
        public int batches() {
            return client.batches();
        }

        @Override
        public @Nullable String closedReason() {
            return null;
        }
    }
}
