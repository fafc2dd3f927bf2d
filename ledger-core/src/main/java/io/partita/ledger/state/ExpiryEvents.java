// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.state;

import static org.agrona.UnsafeApi.getInt;
import static org.agrona.UnsafeApi.getLong;
import static org.agrona.UnsafeApi.putInt;
import static org.agrona.UnsafeApi.putLong;

import io.partita.ledger.model.AccountFlags;
import java.util.List;

/**
 * The releases of pending transfers by TICK records, off heap, in order: an expiry writes no transfer, but the change feed shows
 * it with both accounts' balances right after it.
 *
 * <pre>
 *   0                8        12       16                32
 *  +----------------+--------+--------+----------------+----------------+
 *  | timestamp      |transfer| wide+1 | closed marks   | 0              |
 *  +----------------+--------+--------+----------------+----------------+
 *  | debit account: debits pending, debits posted, credits pending, credits posted: low halves
 *  +---------------------------------------------------------------------+ 64
 *  | credit account: the same                                            |
 *  +---------------------------------------------------------------------+ 96; 0 to 128
 * </pre>
 *
 * <p>Where a high half is not 0, "wide" names 64 more bytes of the same shape with the high halves.
 */
final class ExpiryEvents implements AutoCloseable, BalancesAfter, TimeOrdered {
    private static final int TIMESTAMP = 0;
    private static final int TRANSFER_ROW = 8;
    private static final int WIDE = 12;
    private static final int CLOSED = 16;
    private static final int BALANCES = 32;
    private static final int ROW_LENGTH = 128;
    private static final int DEBIT_CLOSED = 1;
    private static final int CREDIT_CLOSED = 2;
    private static final long UNSIGNED = 0xFFFF_FFFFL;

    private final AccountTable accounts;
    private final Chunks rows = new Chunks(ROW_LENGTH);
    private final WideBalances wideBalances;
    private long count;

    ExpiryEvents(final AccountTable accounts) {
        this.accounts = accounts;
        wideBalances = new WideBalances(accounts);
    }

    @Override
    public long count() {
        return count;
    }

    @Override
    public long timestamp(final long event) {
        return getLong(rows.address(event) + TIMESTAMP);
    }

    /** Row of the pending transfer that expired. */
    long transferRow(final long event) {
        return getInt(rows.address(event) + TRANSFER_ROW) & UNSIGNED;
    }

    /** Whether the debit account was closed right after. */
    boolean debitClosedAfter(final long event) {
        return (getInt(rows.address(event) + CLOSED) & DEBIT_CLOSED) != 0;
    }

    /** Whether the credit account was closed right after. */
    boolean creditClosedAfter(final long event) {
        return (getInt(rows.address(event) + CLOSED) & CREDIT_CLOSED) != 0;
    }

    @Override
    public long balanceAfterLo(final long event, final int side, final int balance) {
        return getLong(rows.address(event) + BALANCES + side + balance - AccountTable.DEBITS_PENDING);
    }

    @Override
    public long balanceAfterHi(final long event, final int side, final int balance) {
        return wideBalances.high(getInt(rows.address(event) + WIDE), side, balance);
    }

    /** Makes sure that the next event can be added; what can fail of it fails here. */
    void reserve() {
        rows.reserve(count);
        wideBalances.reserve(1);
    }

    /** Adds an event, with the accounts as they are now; {@link #reserve} came before. */
    void add(final long timestamp, final long transferRow, final int debitRow, final int creditRow) {
        final long at = rows.address(count);
        putLong(at + TIMESTAMP, timestamp);
        putInt(at + TRANSFER_ROW, (int) transferRow);
        final int debitFlags = WideBalances.copyLow(accounts, debitRow, at + BALANCES + DEBIT_BALANCES);
        final int creditFlags = WideBalances.copyLow(accounts, creditRow, at + BALANCES + CREDIT_BALANCES);
        putInt(
                at + CLOSED,
                ((debitFlags & AccountFlags.CLOSED) != 0 ? DEBIT_CLOSED : 0)
                        | ((creditFlags & AccountFlags.CLOSED) != 0 ? CREDIT_CLOSED : 0));
        if (((debitFlags | creditFlags) & AccountTable.WIDE) != 0) {
            putInt(at + WIDE, wideBalances.add(debitRow, creditRow));
        }
        count++;
    }

    /** Adds the tables to those of a snapshot. */
    void addTo(final List<StateTable> tables) {
        tables.add(new StateTable(15, "releases of expired transfers", true, rows, count, value -> count = value));
        tables.add(wideBalances.table(16, "high halves of balances after releases"));
    }

    /** Bytes of memory taken. */
    long memoryLength() {
        return rows.memoryLength() + wideBalances.memoryLength();
    }

    @Override
    public void close() {
        rows.close();
        wideBalances.close();
    }
}
