// SPDX-License-Identifier: Apache-2.0
package io.partita.benchmarks.peers;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Set;

/** Posts batches on a connection of its own, each in a transaction. */
final class PostgresPosting implements AutoCloseable {
    /** That some transfer is not new, or may be refused. */
    private static final Set<String> LOOK_AT_EACH = Set.of("PT001", "23505", "23514");

    /** That others were in the way: a duplicate of the very moment, or a deadlock. */
    private static final Set<String> TRY_AGAIN = Set.of("23505", "40P01");

    private static final int TRIES_MAX = 100;
    private static final int[] ALL_CREATED = new int[0];

    private final Connection connection;
    private final PreparedStatement whole;
    private final PreparedStatement each;
    private final boolean isOne;

    PostgresPosting(final PostgresServer server, final String synchronousCommit, final int batch, final boolean isByRow)
            throws SQLException {
        isOne = batch == 1;
        // A plan for the arrays at hand costs less than it saves, unless they are tiny.
        final String plans = batch < 64 ? "force_generic_plan" : "auto";
        connection = server.connect("-c synchronous_commit=" + synchronousCommit + " -c plan_cache_mode=" + plans);
        whole = connection.prepareStatement(
                isOne ? "SELECT post_one(?, ?, ?, ?, ?, ?)" : "SELECT post(?, ?, ?, ?, ?, ?, " + isByRow + ")");
        each = connection.prepareStatement("SELECT post_each(?, ?, ?, ?, ?, ?)");
    }

    /**
     * Posts a batch.
     *
     * @return nothing if all were created; else the result codes of all.
     */
    int[] post(
            final long[] ids,
            final long[] debits,
            final long[] credits,
            final long[] amounts,
            final int book,
            final int reason)
            throws SQLException {
        try {
            if (isOne) {
                whole.setLong(1, ids[0]);
                whole.setLong(2, debits[0]);
                whole.setLong(3, credits[0]);
                whole.setLong(4, amounts[0]);
            } else {
                setArrays(whole, ids, debits, credits, amounts);
            }
            whole.setInt(5, book);
            whole.setInt(6, reason);
            try (ResultSet row = whole.executeQuery()) {
                if (!row.next() || row.getInt(1) != ids.length) {
                    throw new IllegalStateException("the posting says something else than it should");
                }
                return ALL_CREATED;
            }
        } catch (final SQLException e) {
            if (!LOOK_AT_EACH.contains(e.getSQLState())) {
                throw e;
            }
        }
        setArrays(each, ids, debits, credits, amounts);
        each.setInt(5, book);
        each.setInt(6, reason);
        return postEach();
    }

    private int[] postEach() throws SQLException {
        for (int tries = 1; ; tries++) {
            try (ResultSet row = each.executeQuery()) {
                row.next();
                final Array results = row.getArray(1);
                return Arrays.stream((Integer[]) results.getArray())
                        .mapToInt(Integer::intValue)
                        .toArray();
            } catch (final SQLException e) {
                if (tries == TRIES_MAX || !TRY_AGAIN.contains(e.getSQLState())) {
                    throw e;
                }
            }
        }
    }

    private static void setArrays(
            final PreparedStatement statement,
            final long[] ids,
            final long[] debits,
            final long[] credits,
            final long[] amounts)
            throws SQLException {
        statement.setObject(1, ids);
        statement.setObject(2, debits);
        statement.setObject(3, credits);
        statement.setObject(4, amounts);
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
