// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.oracle;

import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/** The ledger under test, as bytes in and bytes out, so that a mutant of it can come from a class loader of its own. */
public interface Subject extends AutoCloseable {
    /**
     * Applies a sealed record.
     *
     * @param record with it at 0.
     * @param results takes the results from 0 on.
     * @return bytes of the results.
     */
    int apply(DirectBuffer record, MutableDirectBuffer results);

    /**
     * Starts a query.
     *
     * @param kind in the order of {@code QueryKind}.
     * @param filter 80 bytes at 0.
     * @return the query; null if the filter is invalid.
     */
    Query query(int kind, DirectBuffer filter);

    /**
     * Looks an account up.
     *
     * @return its row, or null.
     */
    byte[] account(long idHi, long idLo);

    /**
     * Looks a transfer up.
     *
     * @return its row, or null.
     */
    byte[] transfer(long idHi, long idLo);

    /**
     * All that the ledger's visitor shows, in its order: the row's tag in the state digest before its bytes.
     *
     * @return one array each.
     */
    List<byte[]> rows();

    /** The running digest. */
    long runningDigest();

    /** The state digest as hexadecimal digits. */
    String stateDigest();

    /** The violations of the invariants, one sentence each. */
    List<String> violations();

    /** When the next pending is due; {@code Long.MAX_VALUE} if none will be. */
    long nextExpiry();

    /** How many pendings are due at a moment. */
    int dueCount(long base);

    /** The stamp of the last record that owned timestamps. */
    long lastTimestamp();

    /** Number of accounts, of transfers and of burnt ids. */
    long[] counts();

    @Override
    void close();

    /** A query on its way; records may be applied between its steps. */
    interface Query {
        /**
         * Reads on.
         *
         * @param visitsMax about how many rows.
         * @return the answer; null if it is not complete.
         */
        byte[] step(int visitsMax);

        /** The seq of the position that the complete answer is of. */
        long seq();
    }
}
