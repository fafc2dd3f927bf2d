// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.oracle;

import java.util.List;
import org.agrona.DirectBuffer;

/** A ledger that another one takes the place of now and then, but never while a query is on its way. */
public abstract class SwitchingSubject<T extends Subject> implements Subject {
    private T current;
    private int openQueries;

    /**
     * Begins.
     *
     * @param first ledger, closed by whoever switches.
     */
    protected SwitchingSubject(final T first) {
        current = first;
    }

    /**
     * The ledger at the moment.
     *
     * @return it.
     */
    protected final T current() {
        return current;
    }

    /**
     * Goes on with another one.
     *
     * @param next that is in the same state.
     */
    protected final void switchTo(final T next) {
        current = next;
    }

    /**
     * Whether a query is on its way, which belongs to the ledger at the moment.
     *
     * @return true if no other ledger may take its place.
     */
    protected final boolean isQueried() {
        return openQueries > 0;
    }

    @Override
    public Query query(final int kind, final DirectBuffer filter) {
        final Query query = current.query(kind, filter);
        if (query == null) {
            return null;
        }
        openQueries++;
        return new Query() {
            private boolean isDone;

            @Override
            public byte[] step(final int visitsMax) {
                final byte[] answer = query.step(visitsMax);
                if (answer != null && !isDone) {
                    isDone = true;
                    openQueries--;
                }
                return answer;
            }

            @Override
            public long seq() {
                return query.seq();
            }
        };
    }

    @Override
    public byte[] account(final long idHi, final long idLo) {
        return current.account(idHi, idLo);
    }

    @Override
    public byte[] transfer(final long idHi, final long idLo) {
        return current.transfer(idHi, idLo);
    }

    @Override
    public List<byte[]> rows() {
        return current.rows();
    }

    @Override
    public long runningDigest() {
        return current.runningDigest();
    }

    @Override
    public String stateDigest() {
        return current.stateDigest();
    }

    @Override
    public List<String> violations() {
        return current.violations();
    }

    @Override
    public long nextExpiry() {
        return current.nextExpiry();
    }

    @Override
    public int dueCount(final long base) {
        return current.dueCount(base);
    }

    @Override
    public long lastTimestamp() {
        return current.lastTimestamp();
    }

    @Override
    public long[] counts() {
        return current.counts();
    }
}
