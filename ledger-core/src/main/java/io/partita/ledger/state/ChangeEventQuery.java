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
    private final ExpiryEvents expiries;
    private final MutableDirectBuffer out;
    private final ChangeEventRowEncoder event = new ChangeEventRowEncoder();
    private final long transfersTo;
    private final long expiriesTo;
    private final long limit;
    private long transfer;
    private long expiry;
    private long rows;

    ChangeEventQuery(final LedgerTables tables, final QueryFilter filter, final MutableDirectBuffer out) {
        transfers = tables.transfers;
        accounts = tables.accounts;
        expiries = tables.expiries;
        this.out = out;
        limit = filter.limit();
        final long min = filter.timestampMin();
        final long max = filter.timestampMax();
        final boolean isOpen = max == 0 || max == Long.MAX_VALUE;
        transfer = transfers.rowAtOrAfter(min);
        transfersTo = isOpen ? transfers.count() : transfers.rowAtOrAfter(max + 1);
        expiry = expiries.rowAtOrAfter(min);
        expiriesTo = isOpen ? expiries.count() : expiries.rowAtOrAfter(max + 1);
    }

    @Override
    public int step(final int visitsMax) {
        int visits = 1;
        while (visits <= visitsMax) {
            if (rows == limit || (transfer >= transfersTo && expiry >= expiriesTo)) {
                done((int) rows * ChangeEventView.LENGTH);
                break;
            }
            event.wrap(out, (int) rows * ChangeEventView.LENGTH);
            if (isTransferNext()) {
                encodeTransfer(transfer++);
            } else {
                encodeExpiry(expiry++);
            }
            rows++;
            visits += ROW_COST;
        }
        return visits;
    }

    /** An imported transfer may have the timestamp of an expiry; it comes first. */
    private boolean isTransferNext() {
        return expiry >= expiriesTo
                || (transfer < transfersTo && transfers.timestamp(transfer) <= expiries.timestamp(expiry));
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
        encodeBalances(transfers, row);
    }

    private void encodeExpiry(final long row) {
        final long pendingRow = expiries.transferRow(row);
        event.timestamp(expiries.timestamp(row))
                .type(ChangeEventType.EXPIRED.number())
                .transferId(transfers.idHi(pendingRow), transfers.idLo(pendingRow))
                .amount(transfers.amountHi(pendingRow), transfers.amountLo(pendingRow));
        encodeBook(pendingRow, expiries.debitClosedAfter(row), expiries.creditClosedAfter(row));
        encodeBalances(expiries, row);
    }

    private void encodeBalances(final BalancesAfter from, final long row) {
        BalancesAfter.encode(from, row, BalancesAfter.DEBIT_BALANCES, event.debitBalances());
        BalancesAfter.encode(from, row, BalancesAfter.CREDIT_BALANCES, event.creditBalances());
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
