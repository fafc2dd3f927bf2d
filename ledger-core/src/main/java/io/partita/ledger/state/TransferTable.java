// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.state;

import static org.agrona.UnsafeApi.getInt;
import static org.agrona.UnsafeApi.getLong;
import static org.agrona.UnsafeApi.getShort;
import static org.agrona.UnsafeApi.putInt;
import static org.agrona.UnsafeApi.putLong;
import static org.agrona.UnsafeApi.putShort;

import io.partita.ledger.wire.TransferCommandDecoder;
import io.partita.ledger.wire.TransferRowEncoder;

/**
 * The history of transfers off heap: one self-contained row of 128 bytes each, appended and never changed. Row numbers stand
 * for accounts and transfers. Each row links to the transfer before it of both its accounts, so that an account's transfers are
 * reached without scanning others'.
 *
 * <pre>
 *   0                8                16               24
 *  +----------------+----------------+----------------+----------------+
 *  | id low         | id high        | amount low     | amount high    |
 *  +----------------+--------+-------+----------------+----------------+
 *  | timestamp      | debit r|cred. r| before, debit+1| before,credit+1|
 *  +----------------+--------+-------+----------------+----------------+ 64
 *  | pending row+1  | user data 128 low, high         | user data 64   |
 *  +--------+-------+--------+---+---+----------------+----------------+
 *  | ud 32  |timeout| ledger |cod|flg|                                 |
 *  +--------+-------+--------+---+---+---------------------------------+ 128
 * </pre>
 */
final class TransferTable implements AutoCloseable {
    static final int ID_LO = 0;
    static final int ID_HI = 8;
    static final int AMOUNT_LO = 16;
    static final int AMOUNT_HI = 24;
    static final int TIMESTAMP = 32;
    static final int DEBIT_ROW = 40;
    static final int CREDIT_ROW = 44;
    static final int BEFORE_DEBIT = 48;
    static final int BEFORE_CREDIT = 56;
    static final int PENDING_ROW = 64;
    static final int USER_DATA_128_LO = 72;
    static final int USER_DATA_128_HI = 80;
    static final int USER_DATA_64 = 88;
    static final int USER_DATA_32 = 96;
    static final int TIMEOUT = 100;
    static final int LEDGER = 104;
    static final int CODE = 108;
    static final int FLAGS = 110;
    static final int ROW_LENGTH = 128;

    private final Chunks rows = new Chunks(ROW_LENGTH);
    private long count;

    long count() {
        return count;
    }

    /** Where a row is; it never moves. */
    long address(final long row) {
        return rows.address(row);
    }

    boolean hasId(final long row, final long idHi, final long idLo) {
        final long at = rows.address(row);
        return getLong(at + ID_LO) == idLo && getLong(at + ID_HI) == idHi;
    }

    long timestamp(final long row) {
        return getLong(rows.address(row) + TIMESTAMP);
    }

    int debitRow(final long row) {
        return getInt(rows.address(row) + DEBIT_ROW);
    }

    int creditRow(final long row) {
        return getInt(rows.address(row) + CREDIT_ROW);
    }

    long amountHi(final long row) {
        return getLong(rows.address(row) + AMOUNT_HI);
    }

    long amountLo(final long row) {
        return getLong(rows.address(row) + AMOUNT_LO);
    }

    /** The transfer of an account before this one, -1 if this is its first. */
    long before(final long row, final int accountRow) {
        final long at = rows.address(row);
        final int link = getInt(at + DEBIT_ROW) == accountRow ? BEFORE_DEBIT : BEFORE_CREDIT;
        return getLong(at + link) - 1;
    }

    /** Makes sure that the next row can be added; what can fail of it fails here. */
    void reserve() {
        rows.reserve(count);
    }

    /**
     * Adds a transfer that was validated; {@link #reserve} came before. A row is zero until it is written, so what is 0 need not
     * be.
     *
     * @return its row.
     */
    long add(
            final TransferCommandDecoder transfer,
            final long timestamp,
            final int debitRow,
            final int creditRow,
            final long beforeDebit,
            final long beforeCredit) {
        final long row = count;
        final long at = rows.address(row);
        putLong(at + ID_LO, transfer.idLo());
        putLong(at + ID_HI, transfer.idHi());
        putLong(at + AMOUNT_LO, transfer.amountLo());
        putLong(at + TIMESTAMP, timestamp);
        putInt(at + DEBIT_ROW, debitRow);
        putInt(at + CREDIT_ROW, creditRow);
        putLong(at + BEFORE_DEBIT, beforeDebit + 1);
        putLong(at + BEFORE_CREDIT, beforeCredit + 1);
        putInt(at + LEDGER, transfer.ledger());
        putShort(at + CODE, (short) transfer.code());
        putShort(at + FLAGS, (short) transfer.flags());
        if (transfer.extended()) {
            putLong(at + AMOUNT_HI, transfer.amountHi());
            putLong(at + USER_DATA_128_LO, transfer.userData128Lo());
            putLong(at + USER_DATA_128_HI, transfer.userData128Hi());
            putLong(at + USER_DATA_64, transfer.userData64());
            putInt(at + USER_DATA_32, transfer.userData32());
            putInt(at + TIMEOUT, transfer.timeout());
        }
        count = row + 1;
        return row;
    }

    /** Writes a row as the world outside sees it. */
    void encode(final long row, final AccountTable accounts, final TransferRowEncoder out) {
        final long at = rows.address(row);
        final int debitRow = getInt(at + DEBIT_ROW);
        final int creditRow = getInt(at + CREDIT_ROW);
        final long pendingRow = getLong(at + PENDING_ROW) - 1;
        out.id(getLong(at + ID_HI), getLong(at + ID_LO))
                .debitAccountId(accounts.idHi(debitRow), accounts.idLo(debitRow))
                .creditAccountId(accounts.idHi(creditRow), accounts.idLo(creditRow))
                .amount(getLong(at + AMOUNT_HI), getLong(at + AMOUNT_LO))
                .userData128(getLong(at + USER_DATA_128_HI), getLong(at + USER_DATA_128_LO))
                .userData64(getLong(at + USER_DATA_64))
                .userData32(getInt(at + USER_DATA_32))
                .timeout(getInt(at + TIMEOUT))
                .ledger(getInt(at + LEDGER))
                .code(getShort(at + CODE))
                .flags(getShort(at + FLAGS))
                .timestamp(getLong(at + TIMESTAMP));
        if (pendingRow >= 0) {
            out.pendingId(id(pendingRow, ID_HI), id(pendingRow, ID_LO));
        }
    }

    /** Bytes of memory taken. */
    long memoryLength() {
        return rows.memoryLength();
    }

    @Override
    public void close() {
        rows.close();
    }

    private long id(final long row, final int half) {
        return getLong(rows.address(row) + half);
    }
}
