// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.state;

import static org.agrona.UnsafeApi.getInt;
import static org.agrona.UnsafeApi.getLong;
import static org.agrona.UnsafeApi.getShort;
import static org.agrona.UnsafeApi.putInt;
import static org.agrona.UnsafeApi.putLong;
import static org.agrona.UnsafeApi.putShort;

import io.partita.ledger.model.AccountFlags;
import io.partita.ledger.model.Invariant;
import io.partita.ledger.wire.AccountCommandDecoder;
import io.partita.ledger.wire.AccountRowEncoder;

/**
 * Accounts off heap: one row of 128 bytes each, never moved or deleted. The first cache line has what a transfer needs, the
 * second what it seldom needs.
 *
 * <pre>
 *   0                8                16               24
 *  +----------------+----------------+----------------+----------------+
 *  | id low         | id high        | debits pending | debits posted  |
 *  +----------------+----------------+--------+---+---+----------------+
 *  | credits pending| credits posted | ledger |cod|flg| last transfer+1|   hot line; balances: low halves
 *  +----------------+----------------+--------+---+---+----------------+ 64
 *  | credit limit low, high          | user data 128 low, high         |
 *  +----------------+----------------+--------+--------+---+-----------+
 *  | user data 64   | timestamp      | ud 32  | wide+1 |flc|           |   cold line
 *  +----------------+----------------+--------+--------+---+-----------+ 128
 * </pre>
 *
 * <p>Two bits beside the public flags steer the rare cases to methods of their own: {@link #WIDE}, a balance has a high half,
 * which is in a side row; and {@link #LIMITED}, there is a credit limit.
 */
final class AccountTable implements AutoCloseable, AccountIndex.Rows {
    static final int ID_LO = 0;
    static final int ID_HI = 8;
    static final int DEBITS_PENDING = 16;
    static final int DEBITS_POSTED = 24;
    static final int CREDITS_PENDING = 32;
    static final int CREDITS_POSTED = 40;
    static final int LEDGER = 48;
    static final int CODE = 52;
    static final int FLAGS = 54;
    static final int LAST_TRANSFER = 56;
    static final int CREDIT_LIMIT_LO = 64;
    static final int CREDIT_LIMIT_HI = 72;
    static final int USER_DATA_128_LO = 80;
    static final int USER_DATA_128_HI = 88;
    static final int USER_DATA_64 = 96;
    static final int TIMESTAMP = 104;
    static final int USER_DATA_32 = 112;
    static final int WIDE_ROW = 116;
    static final int FLAGS_CREATED = 120;
    static final int ROW_LENGTH = 128;

    /** Internal flag: a balance of the account has a high half that is not 0, or had. */
    static final int WIDE = 1 << 15;
    /** Internal flag: the account's credit limit is not 0. */
    static final int LIMITED = 1 << 14;

    /** Rows at most: a row number and its successor fit 31 bits. */
    private static final int ROWS_MAX = Integer.MAX_VALUE - 1;

    /** A side row has the high half of each balance, in the order of the low halves in the row. */
    private static final int WIDE_ROW_LENGTH = 32;

    private final Chunks rows = new Chunks(ROW_LENGTH);
    private final Chunks wideRows = new Chunks(WIDE_ROW_LENGTH);
    private final AccountIndex index;
    private int count;
    private int wideCount;

    AccountTable() {
        this(AccountIndex.SEGMENT_SLOTS);
    }

    AccountTable(final int indexSegmentSlots) {
        index = new AccountIndex(this, indexSegmentSlots);
    }

    int count() {
        return count;
    }

    AccountIndex index() {
        return index;
    }

    /** Where a row is; it never moves. */
    long address(final int row) {
        return rows.address(row);
    }

    @Override
    public boolean hasId(final int row, final long idHi, final long idLo) {
        final long at = rows.address(row);
        return getLong(at + ID_LO) == idLo && getLong(at + ID_HI) == idHi;
    }

    long idLo(final int row) {
        return getLong(rows.address(row) + ID_LO);
    }

    long idHi(final int row) {
        return getLong(rows.address(row) + ID_HI);
    }

    /** Public and internal flag bits of a row. */
    int flags(final int row) {
        return getShort(rows.address(row) + FLAGS) & 0xFFFF;
    }

    int ledger(final int row) {
        return getInt(rows.address(row) + LEDGER);
    }

    long timestamp(final int row) {
        return getLong(rows.address(row) + TIMESTAMP);
    }

    long creditLimitHi(final int row) {
        return getLong(rows.address(row) + CREDIT_LIMIT_HI);
    }

    long creditLimitLo(final int row) {
        return getLong(rows.address(row) + CREDIT_LIMIT_LO);
    }

    /** The account's last transfer, -1 if it has none. */
    long lastTransfer(final int row) {
        return getLong(rows.address(row) + LAST_TRANSFER) - 1;
    }

    void lastTransfer(final int row, final long transferRow) {
        putLong(rows.address(row) + LAST_TRANSFER, transferRow + 1);
    }

    /** The high half of a balance, 0 for nearly every account. */
    long balanceHi(final int row, final int balance) {
        final long at = rows.address(row);
        final int wideRow = getInt(at + WIDE_ROW) - 1;
        return wideRow < 0 ? 0 : getLong(wideRows.address(wideRow) + (balance - DEBITS_PENDING));
    }

    long balanceLo(final int row, final int balance) {
        return getLong(rows.address(row) + balance);
    }

    /** Makes sure that {@link #balance} can write a high half to the row; what can fail of it fails here. */
    void reserveWide(final int row) {
        final long at = rows.address(row);
        if (getInt(at + WIDE_ROW) == 0) {
            wideRows.reserve(wideCount);
            putInt(at + WIDE_ROW, ++wideCount);
            putShort(at + FLAGS, (short) (getShort(at + FLAGS) | WIDE));
        }
    }

    /** Sets a balance; {@link #reserveWide} comes first if the high half is not 0. */
    void balance(final int row, final int balance, final long hi, final long lo) {
        final long at = rows.address(row);
        putLong(at + balance, lo);
        final int wideRow = getInt(at + WIDE_ROW) - 1;
        if (wideRow >= 0) {
            putLong(wideRows.address(wideRow) + (balance - DEBITS_PENDING), hi);
        } else {
            Invariant.check(hi == 0, "a high half has a side row");
        }
    }

    /** Adds an account that was validated. */
    void add(final long hash, final AccountCommandDecoder account, final long timestamp) {
        Invariant.check(count < ROWS_MAX, "an account's row number fits 31 bits");
        final int row = count;
        rows.reserve(row);
        index.insert(hash, row);
        final long at = rows.address(row);
        final long limitHi = account.creditLimitHi();
        final long limitLo = account.creditLimitLo();
        putLong(at + ID_LO, account.idLo());
        putLong(at + ID_HI, account.idHi());
        putInt(at + LEDGER, account.ledger());
        putShort(at + CODE, (short) account.code());
        putShort(at + FLAGS, (short) (account.flags() | ((limitHi | limitLo) != 0 ? LIMITED : 0)));
        putLong(at + CREDIT_LIMIT_LO, limitLo);
        putLong(at + CREDIT_LIMIT_HI, limitHi);
        putLong(at + USER_DATA_128_LO, account.userData128Lo());
        putLong(at + USER_DATA_128_HI, account.userData128Hi());
        putLong(at + USER_DATA_64, account.userData64());
        putLong(at + TIMESTAMP, timestamp);
        putInt(at + USER_DATA_32, account.userData32());
        putShort(at + FLAGS_CREATED, (short) account.flags());
        count++;
    }

    /** Writes a row as the world outside sees it. */
    void encode(final int row, final AccountRowEncoder out) {
        final long at = rows.address(row);
        final long limitHi = getLong(at + CREDIT_LIMIT_HI);
        final long limitLo = getLong(at + CREDIT_LIMIT_LO);
        out.id(getLong(at + ID_HI), getLong(at + ID_LO))
                .debitsPending(balanceHi(row, DEBITS_PENDING), getLong(at + DEBITS_PENDING))
                .debitsPosted(balanceHi(row, DEBITS_POSTED), getLong(at + DEBITS_POSTED))
                .creditsPending(balanceHi(row, CREDITS_PENDING), getLong(at + CREDITS_PENDING))
                .creditsPosted(balanceHi(row, CREDITS_POSTED), getLong(at + CREDITS_POSTED))
                .creditLimit(limitHi, limitLo)
                .creditLimitCreated(limitHi, limitLo)
                .userData128(getLong(at + USER_DATA_128_HI), getLong(at + USER_DATA_128_LO))
                .userData64(getLong(at + USER_DATA_64))
                .userData32(getInt(at + USER_DATA_32))
                .ledger(getInt(at + LEDGER))
                .code(getShort(at + CODE))
                .flags(getShort(at + FLAGS) & AccountFlags.ALL)
                .flagsCreated(getShort(at + FLAGS_CREATED))
                .timestamp(getLong(at + TIMESTAMP));
    }

    /** Bytes of memory taken. */
    long memoryLength() {
        return rows.memoryLength() + wideRows.memoryLength() + index.memoryLength();
    }

    @Override
    public void close() {
        rows.close();
        wideRows.close();
        index.close();
    }
}
