// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.state;

import static io.partita.ledger.state.AccountTable.CREDITS_PENDING;
import static io.partita.ledger.state.AccountTable.CREDITS_POSTED;
import static io.partita.ledger.state.AccountTable.DEBITS_PENDING;
import static io.partita.ledger.state.AccountTable.DEBITS_POSTED;
import static org.agrona.UnsafeApi.getLong;
import static org.agrona.UnsafeApi.getShort;
import static org.agrona.UnsafeApi.putLong;

import io.partita.ledger.model.Amounts;
import io.partita.ledger.model.TransferFlags;

/**
 * The posting primitive: moves an amount that {@link BalanceRules} allowed from a debit to a credit account, or reserves it, or
 * frees what was reserved. The {@code reserve} methods do what may fail; the others cannot fail, and each has its opposite.
 */
final class Posting {
    private final AccountTable accounts;

    Posting(final AccountTable accounts) {
        this.accounts = accounts;
    }

    /** Makes room for high halves where posting the amount needs them. */
    void reservePost(final int debitRow, final int creditRow, final long amountHi, final long amountLo) {
        reserve(debitRow, DEBITS_POSTED, amountHi, amountLo);
        reserve(creditRow, CREDITS_POSTED, amountHi, amountLo);
    }

    /** Makes room for high halves where holding the amount needs them. */
    void reserveHold(final int debitRow, final int creditRow, final long amountHi, final long amountLo) {
        reserve(debitRow, DEBITS_PENDING, amountHi, amountLo);
        reserve(creditRow, CREDITS_PENDING, amountHi, amountLo);
    }

    /** Posts an amount. */
    void post(final int debitRow, final int creditRow, final long amountHi, final long amountLo) {
        add(debitRow, DEBITS_POSTED, amountHi, amountLo);
        add(creditRow, CREDITS_POSTED, amountHi, amountLo);
    }

    /** Takes back what {@link #post} did. */
    void unpost(final int debitRow, final int creditRow, final long amountHi, final long amountLo) {
        subtract(debitRow, DEBITS_POSTED, amountHi, amountLo);
        subtract(creditRow, CREDITS_POSTED, amountHi, amountLo);
    }

    /** Reserves an amount. */
    void hold(final int debitRow, final int creditRow, final long amountHi, final long amountLo) {
        add(debitRow, DEBITS_PENDING, amountHi, amountLo);
        add(creditRow, CREDITS_PENDING, amountHi, amountLo);
    }

    /** Frees an amount that was reserved. */
    void release(final int debitRow, final int creditRow, final long amountHi, final long amountLo) {
        subtract(debitRow, DEBITS_PENDING, amountHi, amountLo);
        subtract(creditRow, CREDITS_PENDING, amountHi, amountLo);
    }

    /** Closes, or opens again, the accounts that a transfer with these flags closes. */
    void close(final int transferFlags, final int debitRow, final int creditRow, final boolean closed) {
        if ((transferFlags & TransferFlags.CLOSING_DEBIT) != 0) {
            accounts.closed(debitRow, closed);
        }
        if ((transferFlags & TransferFlags.CLOSING_CREDIT) != 0) {
            accounts.closed(creditRow, closed);
        }
    }

    private void reserve(final int row, final int balance, final long amountHi, final long amountLo) {
        if ((amountHi | Amounts.carry(accounts.balanceLo(row, balance), amountLo)) != 0) {
            accounts.reserveWide(row);
        }
    }

    private void add(final int row, final int balance, final long amountHi, final long amountLo) {
        final long at = accounts.address(row);
        final long lo = getLong(at + balance);
        if ((getShort(at + AccountTable.FLAGS) & AccountTable.WIDE) == 0) {
            putLong(at + balance, lo + amountLo);
        } else {
            final long hi = Amounts.addHi(accounts.balanceHi(row, balance), lo, amountHi, amountLo);
            accounts.balance(row, balance, hi, lo + amountLo);
        }
    }

    private void subtract(final int row, final int balance, final long amountHi, final long amountLo) {
        final long at = accounts.address(row);
        final long lo = getLong(at + balance);
        if ((getShort(at + AccountTable.FLAGS) & AccountTable.WIDE) == 0) {
            assert amountHi == 0 && Long.compareUnsigned(lo, amountLo) >= 0;
            putLong(at + balance, lo - amountLo);
        } else {
            final long borrow = Long.compareUnsigned(lo, amountLo) < 0 ? 1 : 0;
            accounts.balance(row, balance, accounts.balanceHi(row, balance) - amountHi - borrow, lo - amountLo);
        }
    }
}
