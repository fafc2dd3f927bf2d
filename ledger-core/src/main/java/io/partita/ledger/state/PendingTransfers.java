// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.state;

import static org.agrona.UnsafeApi.getInt;
import static org.agrona.UnsafeApi.getLong;
import static org.agrona.UnsafeApi.putInt;
import static org.agrona.UnsafeApi.putLong;
import static org.agrona.UnsafeApi.setMemory;

import io.partita.ledger.model.Invariant;
import java.util.List;

/**
 * What became of each pending transfer, off heap, numbered in order of creation; the open ones of an account as a list, and those
 * with a timeout in an {@link ExpiryQueue}.
 *
 * <pre>
 *   0                8                16       20       24       28       32
 *  +----------------+----------------+--------+--------+--------+--------+
 *  | expires at     | resolved at    |transfer| status | place  | 0      |
 *  +--------+-------+--------+-------+--------+--------+--------+--------+
 *  | next, before   | next, before   | debit  | credit | 0               |
 *  | of the debit a.| of the credit a| account| account|                 |
 *  +----------------+----------------+--------+--------+-----------------+ 64
 * </pre>
 *
 * <p>An account's list is a ring in ascending order, linked by number + 1; the account knows the first. One that leaves the ring
 * keeps its own links, so that it finds its place again when a failed chain is undone, the last change first (Knuth's dancing
 * links).
 */
final class PendingTransfers implements AutoCloseable, ExpiryQueue.Places {
    /** Neither posted, voided nor released. */
    static final int OPEN = 1;
    /** Posted. */
    static final int POSTED = 2;
    /** Voided. */
    static final int VOIDED = 3;
    /** Released by a TICK after its time. */
    static final int EXPIRED = 4;
    /** No number. */
    static final long NONE = -1;

    private static final int EXPIRES_AT = 0;
    private static final int RESOLVED_AT = 8;
    private static final int TRANSFER_ROW = 16;
    private static final int STATUS = 20;
    private static final int PLACE = 24;
    private static final int DEBIT_LINKS = 32;
    private static final int CREDIT_LINKS = 40;
    private static final int DEBIT_ROW = 48;
    private static final int CREDIT_ROW = 52;
    private static final int ROW_LENGTH = 64;
    /** From the link to the next to the link to the one before. */
    private static final int BEFORE = 4;

    private static final long UNSIGNED = 0xFFFF_FFFFL;
    /** At most, so that a number and its successor fit 32 bits. */
    private static final long COUNT_MAX = UNSIGNED - 1;

    private final AccountTable accounts;
    private final Chunks rows = new Chunks(ROW_LENGTH);
    private final ExpiryQueue queue = new ExpiryQueue(this);
    private long count;
    private long openCount;

    PendingTransfers(final AccountTable accounts) {
        this.accounts = accounts;
    }

    /** How many there ever were. */
    long count() {
        return count;
    }

    /** How many are open. */
    long openCount() {
        return openCount;
    }

    /** When it expires, 0 for never. */
    long expiresAt(final long number) {
        return getLong(rows.address(number) + EXPIRES_AT);
    }

    /** When it was posted, voided or released, 0 while it is open. */
    long resolvedAt(final long number) {
        return getLong(rows.address(number) + RESOLVED_AT);
    }

    long transferRow(final long number) {
        return getInt(rows.address(number) + TRANSFER_ROW) & UNSIGNED;
    }

    int status(final long number) {
        return getInt(rows.address(number) + STATUS);
    }

    int debitRow(final long number) {
        return getInt(rows.address(number) + DEBIT_ROW);
    }

    int creditRow(final long number) {
        return getInt(rows.address(number) + CREDIT_ROW);
    }

    @Override
    public int place(final long number) {
        return getInt(rows.address(number) + PLACE);
    }

    @Override
    public void place(final long number, final int place) {
        putInt(rows.address(number) + PLACE, place);
    }

    /** When the next one is due, {@link Long#MAX_VALUE} if none will be. */
    long nextExpiry() {
        return queue.firstExpiresAt();
    }

    /** The next one that is due, in order of (expiresAt, timestamp), {@link #NONE} if none is. */
    long firstDue(final long base) {
        return queue.firstDue(base);
    }

    /** How many are due, counted up to a maximum. */
    int dueCount(final long base, final int max) {
        return queue.dueCount(base, max);
    }

    /** The oldest open one of an account, {@link #NONE} if there is none. */
    long firstOpen(final int accountRow) {
        return (accounts.firstPending(accountRow) & UNSIGNED) - 1;
    }

    /** The open one of an account after another; after the last comes the first. */
    long nextOpen(final long number, final int accountRow) {
        return (getInt(links(number, accountRow)) & UNSIGNED) - 1;
    }

    /** How many open ones an account has. */
    long openCount(final int accountRow) {
        return accounts.openPendings(accountRow) & UNSIGNED;
    }

    /** Makes sure that the next one can be added; what can fail of it fails here. */
    void reserve() {
        Invariant.check(count < COUNT_MAX, "the number of a pending transfer fits 32 bits");
        rows.reserve(count);
        queue.reserve();
    }

    /**
     * Adds an open one; {@link #reserve} came before.
     *
     * @param expiresAt 0 for never.
     * @return its number.
     */
    long add(final long transferRow, final int debitRow, final int creditRow, final long expiresAt) {
        final long number = count;
        final long at = rows.address(number);
        putLong(at + EXPIRES_AT, expiresAt);
        putInt(at + TRANSFER_ROW, (int) transferRow);
        putInt(at + STATUS, OPEN);
        putInt(at + DEBIT_ROW, debitRow);
        putInt(at + CREDIT_ROW, creditRow);
        append(number, debitRow);
        append(number, creditRow);
        if (expiresAt != 0) {
            queue.add(number, expiresAt);
        }
        count = number + 1;
        openCount++;
        return number;
    }

    /** Takes the last one back, which is open. */
    void removeLast() {
        final long number = count - 1;
        close(number);
        setMemory(rows.address(number), ROW_LENGTH, (byte) 0);
        count = number;
    }

    /** Posts, voids or releases an open one. */
    void resolve(final long number, final int status, final long timestamp) {
        final long at = rows.address(number);
        assert getInt(at + STATUS) == OPEN;
        close(number);
        putInt(at + STATUS, status);
        putLong(at + RESOLVED_AT, timestamp);
    }

    /** Takes back what {@link #resolve} did, as the last change of all. */
    void reopen(final long number) {
        final long at = rows.address(number);
        final long expiresAt = getLong(at + EXPIRES_AT);
        putInt(at + STATUS, OPEN);
        putLong(at + RESOLVED_AT, 0);
        if (expiresAt != 0) {
            queue.add(number, expiresAt);
        }
        putBack(number, getInt(at + CREDIT_ROW));
        putBack(number, getInt(at + DEBIT_ROW));
        openCount++;
    }

    /** Adds the tables to those of a snapshot. */
    void addTo(final List<StateTable> tables) {
        tables.add(new StateTable(13, "pending transfers", false, rows, count, value -> count = value));
        tables.add(queue.table(14, "queue of expiries"));
    }

    /** After the tables were filled. */
    void resume(final long openPendings) {
        openCount = openPendings;
    }

    /** Bytes of memory taken. */
    long memoryLength() {
        return rows.memoryLength() + queue.memoryLength();
    }

    @Override
    public void close() {
        rows.close();
        queue.close();
    }

    private void close(final long number) {
        final long at = rows.address(number);
        if (getLong(at + EXPIRES_AT) != 0) {
            queue.remove(number);
        }
        takeOut(number, getInt(at + DEBIT_ROW));
        takeOut(number, getInt(at + CREDIT_ROW));
        openCount--;
    }

    private void append(final long number, final int accountRow) {
        final int link = (int) (number + 1);
        final int first = accounts.firstPending(accountRow);
        final long own = links(number, accountRow);
        if (first == 0) {
            putInt(own, link);
            putInt(own + BEFORE, link);
            accounts.firstPending(accountRow, link);
        } else {
            final long ofFirst = linksOf(first, accountRow);
            final int last = getInt(ofFirst + BEFORE);
            putInt(linksOf(last, accountRow), link);
            putInt(own + BEFORE, last);
            putInt(own, first);
            putInt(ofFirst + BEFORE, link);
        }
        accounts.openPendings(accountRow, accounts.openPendings(accountRow) + 1);
    }

    private void takeOut(final long number, final int accountRow) {
        final int link = (int) (number + 1);
        final long own = links(number, accountRow);
        final int next = getInt(own);
        final int before = getInt(own + BEFORE);
        if (next == link) {
            accounts.firstPending(accountRow, 0);
        } else {
            putInt(linksOf(before, accountRow), next);
            putInt(linksOf(next, accountRow) + BEFORE, before);
            if (accounts.firstPending(accountRow) == link) {
                accounts.firstPending(accountRow, next);
            }
        }
        accounts.openPendings(accountRow, accounts.openPendings(accountRow) - 1);
    }

    private void putBack(final long number, final int accountRow) {
        final int link = (int) (number + 1);
        final int first = accounts.firstPending(accountRow);
        final long own = links(number, accountRow);
        if (first != 0) {
            putInt(linksOf(getInt(own + BEFORE), accountRow), link);
            putInt(linksOf(getInt(own), accountRow) + BEFORE, link);
        }
        if (first == 0 || Integer.compareUnsigned(link, first) < 0) {
            accounts.firstPending(accountRow, link);
        }
        accounts.openPendings(accountRow, accounts.openPendings(accountRow) + 1);
    }

    private long linksOf(final int link, final int accountRow) {
        return links((link & UNSIGNED) - 1, accountRow);
    }

    /** Where the links of one are that belong to an account's ring. */
    private long links(final long number, final int accountRow) {
        final long at = rows.address(number);
        return at + (getInt(at + DEBIT_ROW) == accountRow ? DEBIT_LINKS : CREDIT_LINKS);
    }
}
