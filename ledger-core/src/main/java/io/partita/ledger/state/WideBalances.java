// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.state;

import static org.agrona.UnsafeApi.getLong;
import static org.agrona.UnsafeApi.getShort;
import static org.agrona.UnsafeApi.putLong;
import static org.agrona.UnsafeApi.setMemory;

/**
 * The balances of two accounts right after an event. Low halves stand in the event's own row or beside it, 64 bytes: the debit
 * account's {debits pending, debits posted, credits pending, credits posted}, then the credit account's. High halves, where one is
 * not 0, are here: 64 bytes of the same shape, which the event names by number.
 */
final class WideBalances implements AutoCloseable {
    /** Bytes of the balances of both accounts. */
    static final int LENGTH = 64;

    private static final int PER_ACCOUNT = 32;

    private final AccountTable accounts;
    private final Chunks rows = new Chunks(LENGTH);
    private long count;

    WideBalances(final AccountTable accounts) {
        this.accounts = accounts;
    }

    /**
     * Copies the low halves of an account's balances.
     *
     * @param accounts where it is.
     * @param accountRow its row.
     * @param to where they are put.
     * @return the account's flags.
     */
    static int copyLow(final AccountTable accounts, final int accountRow, final long to) {
        final long account = accounts.address(accountRow);
        putLong(to, getLong(account + AccountTable.DEBITS_PENDING));
        putLong(to + 8, getLong(account + AccountTable.DEBITS_POSTED));
        putLong(to + 16, getLong(account + AccountTable.CREDITS_PENDING));
        putLong(to + 24, getLong(account + AccountTable.CREDITS_POSTED));
        return getShort(account + AccountTable.FLAGS);
    }

    /** Makes sure that some more can be added; what can fail of it fails here. */
    void reserve(final int more) {
        rows.reserve(count + more - 1);
    }

    /**
     * Adds the high halves of two accounts' balances as they are now, unless all are 0; {@link #reserve} came before.
     *
     * @return their number + 1, unsigned; 0 if all are 0.
     */
    int add(final int debitRow, final int creditRow) {
        final long at = rows.address(count);
        long highHalves = 0;
        for (int i = 0; i < PER_ACCOUNT; i += Long.BYTES) {
            final long debitHi = accounts.balanceHi(debitRow, AccountTable.DEBITS_PENDING + i);
            final long creditHi = accounts.balanceHi(creditRow, AccountTable.DEBITS_PENDING + i);
            putLong(at + BalancesAfter.DEBIT_BALANCES + i, debitHi);
            putLong(at + BalancesAfter.CREDIT_BALANCES + i, creditHi);
            highHalves |= debitHi | creditHi;
        }
        return highHalves == 0 ? 0 : (int) ++count;
    }

    /**
     * High half of a balance.
     *
     * @param link what {@link #add} returned.
     * @param side {@link BalancesAfter#DEBIT_BALANCES} or {@link BalancesAfter#CREDIT_BALANCES}.
     * @param balance the offset of the balance in an account's row.
     */
    long high(final int link, final int side, final int balance) {
        return link == 0
                ? 0
                : getLong(rows.address((link & 0xFFFF_FFFFL) - 1) + side + balance - AccountTable.DEBITS_PENDING);
    }

    /** Takes the last ones back, if the event that is taken back had any. */
    void removeLast(final int link) {
        if (link != 0) {
            count--;
            setMemory(rows.address(count), LENGTH, (byte) 0);
        }
    }

    /** All of them as a table of a snapshot. */
    StateTable table(final int id, final String name) {
        return new StateTable(id, name, true, rows, count, value -> count = value);
    }

    /** Bytes of memory taken. */
    long memoryLength() {
        return rows.memoryLength();
    }

    @Override
    public void close() {
        rows.close();
    }
}
