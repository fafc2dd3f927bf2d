// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.state;

import io.partita.ledger.model.AccountFlags;
import io.partita.ledger.model.ChangeEventType;
import io.partita.ledger.wire.ChangeEventRowEncoder;
import io.partita.ledger.wire.ChangeEventView;
import io.partita.ledger.wire.QueryFilter;
import org.agrona.MutableDirectBuffer;

/**
 * The feed of all that happened, in the order of the timestamps: transfers and expiries, each of which has a table in that order.
 * Nothing of it ever changes, so the answer is of the position at which the query began.
 */
final class ChangeEventQuery extends LedgerQuery {
    private final TransferTable transfers;
    private final AccountTable accounts;
    private final MutableDirectBuffer out;
    private final ChangeEventRowEncoder event = new ChangeEventRowEncoder();
    private final long transfersTo;
    private final long limit;
    private long transfer;
    private long rows;

    ChangeEventQuery(
            final TransferTable transfers,
            final AccountTable accounts,
            final QueryFilter filter,
            final MutableDirectBuffer out) {
        this.transfers = transfers;
        this.accounts = accounts;
        this.out = out;
        limit = filter.limit();
        final long max = filter.timestampMax();
        transfer = filter.timestampMin() == 0 ? 0 : transfers.rowAtOrAfter(filter.timestampMin());
        transfersTo = max == 0 || max == Long.MAX_VALUE ? transfers.count() : transfers.rowAtOrAfter(max + 1);
    }

    @Override
    public int step(final int visitsMax) {
        int visits = 1;
        while (visits <= visitsMax) {
            if (rows == limit || transfer >= transfersTo) {
                done((int) rows * ChangeEventView.LENGTH);
                break;
            }
            event.wrap(out, (int) rows * ChangeEventView.LENGTH);
            encodeTransfer(transfer++);
            rows++;
            visits += ROW_COST;
        }
        return visits;
    }

    private void encodeTransfer(final long row) {
        final long pendingRow = transfers.pendingRow(row);
        event.timestamp(transfers.timestamp(row))
                .type(ChangeEventType.numberOf(transfers.flags(row)))
                .transferId(transfers.idHi(row), transfers.idLo(row))
                .amount(transfers.amountHi(row), transfers.amountLo(row));
        if (pendingRow >= 0) {
            event.pendingId(transfers.idHi(pendingRow), transfers.idLo(pendingRow));
        }
        encodeBook(row, transfers.debitClosedAfter(row), transfers.creditClosedAfter(row));
        TransferQuery.putBalances(transfers, row, TransferTable.DEBIT_BALANCES, event.debitBalances());
        TransferQuery.putBalances(transfers, row, TransferTable.CREDIT_BALANCES, event.creditBalances());
    }

    private void encodeBook(final long row, final boolean isDebitClosed, final boolean isCreditClosed) {
        final int debitRow = transfers.debitRow(row);
        final int creditRow = transfers.creditRow(row);
        event.ledger(transfers.ledger(row))
                .code(transfers.code(row))
                .debitAccountId(accounts.idHi(debitRow), accounts.idLo(debitRow))
                .creditAccountId(accounts.idHi(creditRow), accounts.idLo(creditRow))
                .debitFlags(flags(debitRow, isDebitClosed))
                .creditFlags(flags(creditRow, isCreditClosed));
    }

    /** All flags of an account but this one never change. */
    private int flags(final int accountRow, final boolean isClosed) {
        final int others = accounts.flags(accountRow) & AccountFlags.ALL & ~AccountFlags.CLOSED;
        return others | (isClosed ? AccountFlags.CLOSED : 0);
    }
}
