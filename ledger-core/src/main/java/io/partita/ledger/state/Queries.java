// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.state;

import io.partita.ledger.model.AccountFlags;
import io.partita.ledger.model.QueryKind;
import io.partita.ledger.wire.QueryFilter;
import org.agrona.MutableDirectBuffer;

/** Starts queries: each gets what it needs of the state. */
final class Queries {
    private final LedgerStateMachine ledger;
    private final LedgerTables tables;
    private final AccountTable accounts;
    private final TransferTable transfers;

    Queries(final LedgerStateMachine ledger, final LedgerTables tables) {
        this.ledger = ledger;
        this.tables = tables;
        accounts = tables.accounts;
        transfers = tables.transfers;
    }

    /** A query at the present position. The filter is valid, and stays as it is while the query is on its way. */
    LedgerQuery start(final QueryKind kind, final QueryFilter filter, final MutableDirectBuffer out) {
        final LedgerQuery query = of(kind, filter, out);
        query.position(ledger.appliedSeq(), ledger.lastTimestamp());
        return query;
    }

    private LedgerQuery of(final QueryKind kind, final QueryFilter filter, final MutableDirectBuffer out) {
        switch (kind) {
            case QUERY_TRANSFERS:
                return new TransferQuery(transfers, filter, TransferQuery.ANY, false, out);
            case QUERY_ACCOUNTS:
                return new AccountQuery(ledger, accounts, filter, out);
            case CHANGE_EVENTS:
                return new ChangeEventQuery(tables, filter, out);
            case ACCOUNT_WITH_PENDINGS:
                return new PendingsQuery(ledger, tables, filter, out);
            case ACCOUNT_TRANSFERS:
            case ACCOUNT_BALANCES:
            default:
                return ofAccount(kind == QueryKind.ACCOUNT_BALANCES, filter, out);
        }
    }

    private LedgerQuery ofAccount(final boolean isOfBalances, final QueryFilter filter, final MutableDirectBuffer out) {
        final int row = accountRow(tables, filter);
        final boolean isEmpty =
                row == AccountIndex.NOT_FOUND || (isOfBalances && (accounts.flags(row) & AccountFlags.HISTORY) == 0);
        return isEmpty ? new Nothing() : new TransferQuery(transfers, filter, row, isOfBalances, out);
    }

    /** The account that a filter names, or {@link AccountIndex#NOT_FOUND}. */
    static int accountRow(final LedgerTables tables, final QueryFilter filter) {
        final long hi = filter.accountIdHi();
        final long lo = filter.accountIdLo();
        return tables.accounts.index().find(tables.idHash.hash(hi, lo), hi, lo);
    }

    /** No rows. */
    private static final class Nothing extends LedgerQuery {
        @Override
        public int step(final int visitsMax) {
            done(0);
            return 1;
        }
    }
}
