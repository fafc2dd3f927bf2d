// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.state;

import io.partita.ledger.model.QueryFlags;
import io.partita.ledger.wire.AccountBalancesRowEncoder;
import io.partita.ledger.wire.AccountBalancesView;
import io.partita.ledger.wire.QueryFilter;
import io.partita.ledger.wire.TransferRowEncoder;
import io.partita.ledger.wire.TransferView;
import org.agrona.MutableDirectBuffer;

/**
 * Transfers, of one account or all, or the balances of an account after each of them. None of that ever changes, so the answer is
 * of the position at which the query began, whenever a row is read.
 */
final class TransferQuery extends LedgerQuery {
    /** No account. */
    static final int ANY = -1;

    private final TransferTable transfers;
    private final QueryFilter filter;
    private final RowScan scan;
    private final MutableDirectBuffer out;
    private final TransferRowEncoder transferRow = new TransferRowEncoder();
    private final AccountBalancesRowEncoder balancesRow = new AccountBalancesRowEncoder();
    private final int accountRow;
    private final boolean isOfBalances;
    private final boolean isDebitWanted;
    private final boolean isCreditWanted;
    private long rows;
    private int at;

    /**
     * A query that has read nothing yet.
     *
     * @param accountRow of the account that it asks about, or {@link #ANY}.
     * @param isOfBalances whether the account's balances are wanted instead of the transfers.
     */
    TransferQuery(
            final TransferTable transfers,
            final QueryFilter filter,
            final int accountRow,
            final boolean isOfBalances,
            final MutableDirectBuffer out) {
        this.transfers = transfers;
        this.filter = filter;
        this.accountRow = accountRow;
        this.isOfBalances = isOfBalances;
        this.out = out;
        isDebitWanted = (filter.flags() & QueryFlags.DEBITS) != 0;
        isCreditWanted = (filter.flags() & QueryFlags.CREDITS) != 0;
        scan = QueryPlan.choose(transfers, filter, accountRow == ANY ? null : transfers.accountChain(accountRow));
    }

    @Override
    public int step(final int visitsMax) {
        int visits = 1;
        while (visits <= visitsMax) {
            final long row = rows < filter.limit() ? scan.next() : RowScan.END;
            if (row == RowScan.END) {
                done(at);
                break;
            }
            visits++;
            if (isWantedSide(row) && transfers.hasValues(row, filter)) {
                encode(row);
                rows++;
                visits += ROW_COST;
            }
        }
        return visits;
    }

    private boolean isWantedSide(final long row) {
        return accountRow == ANY
                || (isDebitWanted && transfers.debitRow(row) == accountRow)
                || (isCreditWanted && transfers.creditRow(row) == accountRow);
    }

    private void encode(final long row) {
        if (isOfBalances) {
            balancesRow.wrap(out, at).timestamp(transfers.timestamp(row));
            final boolean isDebit = transfers.debitRow(row) == accountRow;
            final int side = isDebit ? BalancesAfter.DEBIT_BALANCES : BalancesAfter.CREDIT_BALANCES;
            BalancesAfter.encode(transfers, row, side, balancesRow.balances());
            at += AccountBalancesView.LENGTH;
        } else {
            transfers.encode(row, transferRow.wrap(out, at));
            at += TransferView.LENGTH;
        }
    }
}
