// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.tables;

import io.partita.ledger.model.QueryKind;
import io.partita.ledger.model.ResultCode;
import io.partita.ledger.wire.QueryFilter;
import java.math.BigInteger;
import java.util.List;

/** What a table is about: a ledger, be it the state machine or another implementation of the same contract. */
public interface TableLedger extends AutoCloseable {
    /**
     * Applies a batch.
     *
     * @param stamp of it.
     * @param deadline of it, 0 for none.
     * @param withBalances whether it has the option RETURN_BALANCES.
     * @param commands of it.
     * @return one result each.
     */
    List<Result> apply(long stamp, long deadline, boolean withBalances, List<TableCommand> commands);

    /**
     * Applies a TICK.
     *
     * @param stamp of it.
     * @param count of timestamps that it owns.
     */
    void tick(long stamp, int count);

    /**
     * How many pendings are due.
     *
     * @param base the moment.
     * @return the count.
     */
    int dueCount(long base);

    /**
     * An account's row.
     *
     * @param id of it.
     * @return 160 bytes, or null.
     */
    byte[] account(BigInteger id);

    /**
     * A transfer's row.
     *
     * @param id of it.
     * @return 128 bytes, or null.
     */
    byte[] transfer(BigInteger id);

    /**
     * What became of a pending transfer.
     *
     * @param id of it.
     * @return 1 open, 2 posted, 3 voided, 4 expired and released; 0 if there is none.
     */
    int status(BigInteger id);

    /**
     * The pending transfers that expired and were released.
     *
     * @return their ids, in order of release.
     */
    List<BigInteger> expired();

    /**
     * The answer of a query.
     *
     * @param kind of query.
     * @param filter of it.
     * @return rows one after the other; null if the filter is invalid.
     */
    byte[] query(QueryKind kind, QueryFilter filter);

    /**
     * Which invariants do not hold.
     *
     * @return a sentence each.
     */
    List<String> violations();

    /**
     * Both digests.
     *
     * @return as text.
     */
    String digests();

    @Override
    void close();

    /**
     * The result of a command.
     *
     * @param code of it.
     * @param timestamp of it.
     * @param touched the balances beside it, as a table writes them; empty if there are none.
     */
    record Result(ResultCode code, long timestamp, String touched) {}
}
