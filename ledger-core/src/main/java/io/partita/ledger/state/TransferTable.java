// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.state;

import static org.agrona.UnsafeApi.getInt;
import static org.agrona.UnsafeApi.getLong;
import static org.agrona.UnsafeApi.getShort;
import static org.agrona.UnsafeApi.putInt;
import static org.agrona.UnsafeApi.putLong;
import static org.agrona.UnsafeApi.putShort;
import static org.agrona.UnsafeApi.setMemory;

import io.partita.ledger.model.AccountFlags;
import io.partita.ledger.model.Invariant;
import io.partita.ledger.model.TransferFlags;
import io.partita.ledger.wire.QueryFilter;
import io.partita.ledger.wire.TransferCommandDecoder;
import io.partita.ledger.wire.TransferRowEncoder;
import java.util.List;

/**
 * The history of transfers off heap: one self-contained row of 128 bytes each, appended and never changed, but for the number of
 * a pending transfer, which is filled in right after. Row numbers stand for accounts and transfers; they are unsigned 32 bits.
 * Each row links to the transfer before it of both its accounts, and to the one before with the same ledger, code and user data
 * (see {@link Chain}), so that none of these is found by scanning others.
 *
 * <pre>
 *   0                8                16               24
 *  +----------------+----------------+----------------+----------------+
 *  | id low         | id high        | amount low     | amount high    |
 *  +----------------+--------+-------+--------+-------+--------+-------+
 *  | timestamp      | debit r|cred. r| before+1: d,c  | pending| wide+1|
 *  +----------------+--------+-------+--------+-------+--------+-------+ 64
 *  | user data 128 low, high         | user data 64   | ud 32  |timeout|
 *  +--------+---+---+----------------+----------------+--------+-------+
 *  | ledger |cod|flg| before+1 with the same ledger, code, ud 128, 64, 32 |
 *  +--------+---+---+--------------------------------------------------+ 128   (the last 4 bytes are 0)
 * </pre>
 *
 * <p>"Pending" is, of a pending transfer, its number among the pending transfers + 1; of one that posts or voids, the row + 1 of
 * the pending transfer. Two flag bits beside the public ones say which account was closed right after the transfer.
 *
 * <p>Beside it is a stream of the balances right after each transfer, 64 bytes under the same row number: the low halves of the
 * debit account's {debits pending, debits posted, credits pending, credits posted}, then the credit account's. Where a high half
 * is not 0 the row's "wide" names 64 more bytes of the same shape with the high halves.
 */
final class TransferTable implements AutoCloseable, Chain.Links, BalancesAfter, QueryTable {
    static final int ID_LO = 0;
    static final int ID_HI = 8;
    static final int AMOUNT_LO = 16;
    static final int AMOUNT_HI = 24;
    static final int TIMESTAMP = 32;
    static final int DEBIT_ROW = 40;
    static final int CREDIT_ROW = 44;
    static final int BEFORE_DEBIT = 48;
    static final int BEFORE_CREDIT = 52;
    static final int PENDING = 56;
    static final int WIDE = 60;
    static final int USER_DATA_128_LO = 64;
    static final int USER_DATA_128_HI = 72;
    static final int USER_DATA_64 = 80;
    static final int USER_DATA_32 = 88;
    static final int TIMEOUT = 92;
    static final int LEDGER = 96;
    static final int CODE = 100;
    static final int FLAGS = 102;
    static final int BEFORE_VALUE = 104;
    static final int ROW_LENGTH = 128;

    /** Where a row has the values that link it. */
    static final ValueFields VALUES = new ValueFields(LEDGER, CODE, USER_DATA_128_LO, USER_DATA_64, USER_DATA_32);

    /** Internal flag: the debit account was closed right after. */
    static final int DEBIT_CLOSED = 1 << 14;
    /** Internal flag: the credit account was closed right after. */
    static final int CREDIT_CLOSED = 1 << 15;

    private static final long UNSIGNED = 0xFFFF_FFFFL;

    /** Rows that are reserved at a time, so that there is one thing to check for most of them. */
    private static final int HEADROOM = 64;
    /** Rows that the stream is reserved further ahead, lest both take a chunk in one step. */
    private static final int BALANCES_AHEAD = 4096;
    /** Rows at most: a row number and its successor fit 32 bits. */
    private static final long ROWS_MAX = UNSIGNED - HEADROOM;

    private final AccountTable accounts;
    private final Chunks rows;
    private final Chunks balances;
    private final WideBalances wideBalances;
    private final TransferChains chains;
    private final Chain.Links valueLinks = this::beforeWithValue;
    private long count;
    private long reservedCount;

    /** An empty table in anonymous memory. */
    TransferTable(final AccountTable accounts) {
        this(accounts, StateConfig.defaults(), Id128Index.SEGMENT_SLOTS);
    }

    /**
     * An empty table.
     *
     * @param accounts whose transfers these are; their chains are kept here.
     * @param config with the seed and the memory.
     * @param indexSegmentSlots slots of a segment of the index of values.
     */
    TransferTable(final AccountTable accounts, final StateConfig config, final int indexSegmentSlots) {
        this.accounts = accounts;
        rows = new Chunks(ROW_LENGTH, config.memory().history("transfers"));
        balances = new Chunks(WideBalances.LENGTH, config.memory().history("balances"));
        wideBalances = new WideBalances(accounts);
        chains = new TransferChains(accounts, new IdHash(config.hashSeed()), indexSegmentSlots);
    }

    @Override
    public long count() {
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

    long idHi(final long row) {
        return getLong(rows.address(row) + ID_HI);
    }

    long idLo(final long row) {
        return getLong(rows.address(row) + ID_LO);
    }

    @Override
    public long timestamp(final long row) {
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

    int ledger(final long row) {
        return getInt(rows.address(row) + LEDGER);
    }

    int code(final long row) {
        return getShort(rows.address(row) + CODE) & 0xFFFF;
    }

    int timeout(final long row) {
        return getInt(rows.address(row) + TIMEOUT);
    }

    /** Public flag bits of a row. */
    int flags(final long row) {
        return getShort(rows.address(row) + FLAGS) & TransferFlags.ALL;
    }

    /** Whether the debit account was closed right after the transfer. */
    boolean debitClosedAfter(final long row) {
        return (getShort(rows.address(row) + FLAGS) & DEBIT_CLOSED) != 0;
    }

    /** Whether the credit account was closed right after the transfer. */
    boolean creditClosedAfter(final long row) {
        return (getShort(rows.address(row) + FLAGS) & CREDIT_CLOSED) != 0;
    }

    /** Number of a pending transfer among the pending transfers, -1 if it was not set. */
    long pendingNumber(final long row) {
        return (getInt(rows.address(row) + PENDING) & UNSIGNED) - 1;
    }

    /** Sets the number of a pending transfer among the pending transfers. */
    void pendingNumber(final long row, final long number) {
        putInt(rows.address(row) + PENDING, (int) (number + 1));
    }

    /** Row of the pending transfer that one posts or voids, -1 if it does neither. */
    long pendingRow(final long row) {
        final long at = rows.address(row);
        return isResolution(getShort(at + FLAGS)) ? (getInt(at + PENDING) & UNSIGNED) - 1 : -1;
    }

    /** The transfer of an account before this one, -1 if this is its first. */
    @Override
    public long before(final long row, final int accountRow) {
        final long at = rows.address(row);
        final int link = getInt(at + DEBIT_ROW) == accountRow ? BEFORE_DEBIT : BEFORE_CREDIT;
        return (getInt(at + link) & UNSIGNED) - 1;
    }

    /** The transfer with the same value in a field before this one, -1 if this is its first. */
    long beforeWithValue(final long row, final int field) {
        return (getInt(rows.address(row) + BEFORE_VALUE + field * Integer.BYTES) & UNSIGNED) - 1;
    }

    /** An account's transfers. */
    Chain accountChain(final int accountRow) {
        return chains.account(accountRow, this);
    }

    @Override
    public Chain valueChain(final int field, final long valueHi, final long valueLo) {
        return chains.value(field, valueHi, valueLo, valueLinks);
    }

    @Override
    public boolean hasValues(final long row, final QueryFilter filter) {
        return VALUES.match(rows.address(row), filter);
    }

    /** Makes sure that the next row can be added; what can fail of it fails here, but for the index of values. */
    void reserve() {
        if (count >= reservedCount) {
            reserveMore();
        }
    }

    private void reserveMore() {
        Invariant.check(count < ROWS_MAX, "a ledger has less than 2^32 transfers");
        rows.reserve(count + HEADROOM);
        balances.reserve(count + HEADROOM + BALANCES_AHEAD);
        wideBalances.reserve(HEADROOM);
        chains.reserve(HEADROOM);
        reservedCount = count + HEADROOM;
    }

    /**
     * Adds a single-phase or pending transfer that was validated; {@link #reserve} came before. A row is zero until it is
     * written, so what is 0 need not be.
     *
     * @return its row.
     */
    long add(
            final TransferCommandDecoder transfer,
            final long timestamp,
            final int debitRow,
            final int creditRow,
            final long amountHi,
            final long amountLo) {
        final long row = count;
        final long at = rows.address(row);
        start(at, transfer, timestamp, amountLo);
        putInt(at + DEBIT_ROW, debitRow);
        putInt(at + CREDIT_ROW, creditRow);
        putInt(at + LEDGER, transfer.ledger());
        putShort(at + CODE, (short) transfer.code());
        chains.linkAccounts(at, row);
        chains.linkBook(at, row);
        if (amountHi != 0) {
            putLong(at + AMOUNT_HI, amountHi);
        }
        if (transfer.extended()) {
            putInt(at + TIMEOUT, transfer.timeout());
            userData128(at, transfer.userData128Hi(), transfer.userData128Lo());
            putLong(at + USER_DATA_64, transfer.userData64());
            putInt(at + USER_DATA_32, transfer.userData32());
            chains.linkUserData(at, row);
        }
        count = row + 1;
        return row;
    }

    /**
     * Adds a transfer that posts or voids a pending one and was validated; {@link #reserve} came before. It has the pending
     * transfer's accounts, ledger and code, and its user data where it has none of its own.
     *
     * @return its row.
     */
    long addResolution(
            final TransferCommandDecoder transfer,
            final long timestamp,
            final long pendingRow,
            final long amountHi,
            final long amountLo) {
        final long row = count;
        final long at = rows.address(row);
        final long pending = rows.address(pendingRow);
        start(at, transfer, timestamp, amountLo);
        putInt(at + PENDING, (int) (pendingRow + 1));
        putLong(at + AMOUNT_HI, amountHi);
        putInt(at + DEBIT_ROW, getInt(pending + DEBIT_ROW));
        putInt(at + CREDIT_ROW, getInt(pending + CREDIT_ROW));
        putInt(at + LEDGER, getInt(pending + LEDGER));
        putShort(at + CODE, getShort(pending + CODE));
        if ((transfer.userData128Hi() | transfer.userData128Lo()) == 0) {
            userData128(at, getLong(pending + USER_DATA_128_HI), getLong(pending + USER_DATA_128_LO));
        } else {
            userData128(at, transfer.userData128Hi(), transfer.userData128Lo());
        }
        final long own64 = transfer.userData64();
        final int own32 = transfer.userData32();
        putLong(at + USER_DATA_64, own64 == 0 ? getLong(pending + USER_DATA_64) : own64);
        putInt(at + USER_DATA_32, own32 == 0 ? getInt(pending + USER_DATA_32) : own32);
        chains.linkAccounts(at, row);
        chains.linkBook(at, row);
        chains.linkUserData(at, row);
        count = row + 1;
        return row;
    }

    /** Records the balances, and whether they are closed, of the accounts of the transfer that was added last and is posted. */
    void recordBalances(final long row) {
        final long at = rows.address(row);
        final int debitRow = getInt(at + DEBIT_ROW);
        final int creditRow = getInt(at + CREDIT_ROW);
        final long to = balances.address(row);
        final int flags = WideBalances.copyLow(accounts, debitRow, to + DEBIT_BALANCES)
                | WideBalances.copyLow(accounts, creditRow, to + CREDIT_BALANCES);
        if ((flags & (AccountTable.WIDE | AccountFlags.CLOSED)) != 0) {
            recordRare(at, debitRow, creditRow);
        }
    }

    @Override
    public long balanceAfterLo(final long row, final int side, final int balance) {
        return getLong(balances.address(row) + side + balance - AccountTable.DEBITS_PENDING);
    }

    @Override
    public long balanceAfterHi(final long row, final int side, final int balance) {
        return wideBalances.high(getInt(rows.address(row) + WIDE), side, balance);
    }

    /** Takes the last row back, out of all its chains; what it changed elsewhere is taken back by who changed it. */
    void removeLast() {
        final long row = count - 1;
        final long at = rows.address(row);
        chains.unlink(at);
        wideBalances.removeLast(getInt(at + WIDE));
        setMemory(at, ROW_LENGTH, (byte) 0);
        setMemory(balances.address(row), WideBalances.LENGTH, (byte) 0);
        count = row;
        // The next row may need what this one did not: heads of values, wide balances, checkpoints.
        reservedCount = 0;
    }

    /**
     * Loads what {@link #encode} needs of a row's accounts, so that it is in the cache then.
     *
     * @return a value to be used somehow, so that the loads are not optimised away.
     */
    long touchAccounts(final long row) {
        final long at = rows.address(row);
        return accounts.idLo(getInt(at + DEBIT_ROW)) + accounts.idLo(getInt(at + CREDIT_ROW));
    }

    /** Writes a row as the world outside sees it. */
    void encode(final long row, final TransferRowEncoder out) {
        final long at = rows.address(row);
        final int debitRow = getInt(at + DEBIT_ROW);
        final int creditRow = getInt(at + CREDIT_ROW);
        final int flags = getShort(at + FLAGS) & TransferFlags.ALL;
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
                .flags(flags)
                .timestamp(getLong(at + TIMESTAMP));
        if (isResolution(flags)) {
            final long pendingRow = (getInt(at + PENDING) & UNSIGNED) - 1;
            out.pendingId(idHi(pendingRow), idLo(pendingRow));
        }
    }

    /** Adds the tables to those of a snapshot. A row never changes once its record is applied. */
    void addTo(final List<StateTable> tables) {
        tables.add(new StateTable(6, "transfers", true, rows, count, value -> count = value));
        tables.add(new StateTable(7, "balances after transfers", true, balances, count, value -> {}));
        tables.add(wideBalances.table(8, "high halves of balances after transfers"));
        chains.addTo(tables);
    }

    /** After the tables were filled: makes the index over them. */
    void resume(final Runnable pause) {
        rows.settle();
        balances.settle();
        chains.resume(pause);
    }

    /** Bytes of memory taken. */
    long memoryLength() {
        return rows.memoryLength() + balances.memoryLength() + wideBalances.memoryLength() + chains.memoryLength();
    }

    @Override
    public void close() {
        rows.close();
        balances.close();
        wideBalances.close();
        chains.close();
    }

    private static boolean isResolution(final int flags) {
        return (flags & (TransferFlags.POST_PENDING | TransferFlags.VOID_PENDING)) != 0;
    }

    private static void start(
            final long at, final TransferCommandDecoder transfer, final long timestamp, final long amountLo) {
        putLong(at + ID_LO, transfer.idLo());
        putLong(at + ID_HI, transfer.idHi());
        putLong(at + AMOUNT_LO, amountLo);
        putLong(at + TIMESTAMP, timestamp);
        putShort(at + FLAGS, (short) transfer.flags());
    }

    private static void userData128(final long at, final long hi, final long lo) {
        putLong(at + USER_DATA_128_HI, hi);
        putLong(at + USER_DATA_128_LO, lo);
    }

    private void recordRare(final long at, final int debitRow, final int creditRow) {
        int flags = getShort(at + FLAGS);
        flags |= (accounts.flags(debitRow) & AccountFlags.CLOSED) != 0 ? DEBIT_CLOSED : 0;
        flags |= (accounts.flags(creditRow) & AccountFlags.CLOSED) != 0 ? CREDIT_CLOSED : 0;
        putShort(at + FLAGS, (short) flags);
        putInt(at + WIDE, wideBalances.add(debitRow, creditRow));
    }
}
