// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.state;

/**
 * A query on its way: it reads a part of its rows whenever it is asked to, so that nothing else waits long for it. Between two
 * steps records may be applied; the answer is of one position all the same. Belongs to the thread that applies.
 */
public abstract class LedgerQuery {
    /** What encoding a row costs, in rows visited. */
    static final int ROW_COST = 4;

    private long seq;
    private long timestamp;
    private int length;
    private boolean isDone;

    LedgerQuery() {}

    /** The position that the answer is of. */
    final void position(final long appliedSeq, final long lastTimestamp) {
        seq = appliedSeq;
        timestamp = lastTimestamp;
    }

    final void done(final int answerLength) {
        length = answerLength;
        isDone = true;
    }

    /**
     * Reads on.
     *
     * @param visitsMax how many rows to visit before it returns, about.
     * @return about how many were visited, at least 1.
     */
    public abstract int step(int visitsMax);

    /**
     * Whether the answer is complete.
     *
     * @return true if no further step is needed.
     */
    public final boolean isDone() {
        return isDone;
    }

    /**
     * Bytes of the answer.
     *
     * @return 0 before it is complete.
     */
    public final int length() {
        return length;
    }

    /**
     * The position that the answer is of.
     *
     * @return the seq of the last record that it saw.
     */
    public final long seq() {
        return seq;
    }

    /**
     * The journal's time at that position.
     *
     * @return nanoseconds since 1970.
     */
    public final long timestamp() {
        return timestamp;
    }
}
