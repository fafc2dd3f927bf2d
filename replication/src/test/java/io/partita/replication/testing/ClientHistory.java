// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What clients did and were told, for {@link HistoryChecker}: transfers between numbered accounts that begin at 0, and reads of
 * all accounts at once. Each thread takes a {@link Client} of its own. Moments are ticks of one counter, taken right before an
 * operation is invoked and right after it returned, so of two operations one of which returned before the other was invoked the
 * ticks say so.
 */
public final class ClientHistory {
    /** {@code returned} of what has not returned: all that an application may still be waiting for. */
    public static final long NEVER = Long.MAX_VALUE;

    /** What a client knows of its transfer. */
    public enum Known {
        /** It took effect, at the timestamp. */
        APPLIED,
        /** A definite no: refused before it was sequenced, or by a result code. */
        REFUSED,
        /** It may have taken effect, or still may. */
        UNKNOWN
    }

    /**
     * A transfer and its answer.
     *
     * @param client who.
     * @param id unique in the history.
     * @param debit account, from 1.
     * @param credit account, from 1.
     * @param amount more than 0.
     * @param invoked tick before the first attempt.
     * @param returned tick after the answer; {@link #NEVER} if it is UNKNOWN.
     * @param known how it ended.
     * @param timestamp of the effect, if APPLIED.
     * @param seq that the answer gave, 0 if none.
     */
    public record Transfer(
            int client,
            long id,
            int debit,
            int credit,
            long amount,
            long invoked,
            long returned,
            Known known,
            long timestamp,
            long seq) {}

    /**
     * An answered read.
     *
     * @param client who.
     * @param isLinearizable false if it was allowed to be stale.
     * @param minSeq the token that a stale one carried.
     * @param invoked tick before.
     * @param returned tick after.
     * @param seq position of the answer.
     * @param timestamp journal time of that position.
     * @param debits posted debits, by account from 1.
     * @param credits posted credits, by account from 1.
     */
    @SuppressWarnings("ArrayRecordComponent") // a plain carrier
    public record Read(
            int client,
            boolean isLinearizable,
            long minSeq,
            long invoked,
            long returned,
            long seq,
            long timestamp,
            long[] debits,
            long[] credits) {}

    private final AtomicLong ticks = new AtomicLong();
    private final List<Client> clients = new ArrayList<>();

    /**
     * Another client.
     *
     * @return its recorder, for one thread.
     */
    public synchronized Client client() {
        final Client client = new Client(clients.size());
        clients.add(client);
        return client;
    }

    /**
     * The present moment.
     *
     * @return a tick that no other call gets.
     */
    public long tick() {
        return ticks.incrementAndGet();
    }

    /**
     * All transfers, once the threads have ended.
     *
     * @return in no order.
     */
    public synchronized List<Transfer> transfers() {
        final List<Transfer> all = new ArrayList<>();
        clients.forEach(client -> all.addAll(client.transfers));
        return all;
    }

    /**
     * All reads, once the threads have ended.
     *
     * @return in no order, but each client's in its own.
     */
    public synchronized List<Read> reads() {
        final List<Read> all = new ArrayList<>();
        clients.forEach(client -> all.addAll(client.reads));
        return all;
    }

    /** What one client did; it has one operation at a time. */
    public static final class Client {
        private final int index;
        private final List<Transfer> transfers = new ArrayList<>();
        private final List<Read> reads = new ArrayList<>();

        Client(final int index) {
            this.index = index;
        }

        /**
         * Its number.
         *
         * @return from 0.
         */
        public int index() {
            return index;
        }

        /**
         * Notes a transfer.
         *
         * @param transfer with its answer.
         */
        public void add(final Transfer transfer) {
            transfers.add(transfer);
        }

        /**
         * Notes an answered read.
         *
         * @param read with its answer.
         */
        public void add(final Read read) {
            reads.add(read);
        }
    }
}
