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
import io.partita.ledger.wire.AccountCommandDecoder;
import io.partita.ledger.wire.AccountRowEncoder;
import io.partita.ledger.wire.QueryFilter;
import java.util.List;

/**
 * Accounts off heap: one row of 128 bytes each, never moved or deleted. The first cache line has what a transfer needs, the
 * second what it seldom needs.
 *
 * <pre>
 *   0                8                16               24
 *  +----------------+----------------+----------------+----------------+
 *  | id low         | id high        | debits pending | debits posted  |
 *  +----------------+----------------+--------+---+---+--------+-------+
 *  | credits pending| credits posted | ledger |cod|flg| last+1 | count |   hot line; balances: low halves; its transfers in one word
 *  +----------------+----------------+--------+---+---+--------+-------+ 64
 *  | credit limit low, high          | user data 128 low, high         |
 *  +----------------+----------------+--------+--------+---+-----------+
 *  | user data 64   | timestamp      | ud 32  | side+1 |flc|           |   cold line
 *  +----------------+----------------+--------+--------+---+-----------+ 128
 * </pre>
 *
 * <p>Bits beside the public flags steer the rare cases to methods of their own: {@link #WIDE}, a balance has a high half;
 * {@link #LIMITED}, there is a credit limit; {@link #LIMIT_CHANGED}, it is not the one of the account's creation. The high
 * halves and that first limit are in a side row of 64 bytes, which few accounts have:
 *
 * <pre>
 *  | debits pending | debits posted  | credits pending| credits posted |   high halves
 *  | credit limit as created low, high                                 |   the rest is 0
 * </pre>
 *
 * <p>What a single-phase transfer does not need is in a parallel row of links, 32 bytes per account:
 *
 * <pre>
 *   0        4        8        12       16       20       24       28      32
 *  +--------+--------+--------+--------+--------+--------+--------+--------+
 *  | account before+1 of the same ledger, code, | last   | first  | open   |
 *  | user data 128, 64, 32                      | checkp.| pending| pend.  |
 *  +--------+--------+--------+--------+--------+--------+--------+--------+
 * </pre>
 */
final class AccountTable implements AutoCloseable, AccountIndex.Rows, Chain.Links, QueryTable {
    static final int ID_LO = 0;
    static final int ID_HI = 8;
    static final int DEBITS_PENDING = 16;
    static final int DEBITS_POSTED = 24;
    static final int CREDITS_PENDING = 32;
    static final int CREDITS_POSTED = 40;
    static final int LEDGER = 48;
    static final int CODE = 52;
    static final int FLAGS = 54;
    static final int TRANSFERS = 56;
    static final int CREDIT_LIMIT_LO = 64;
    static final int CREDIT_LIMIT_HI = 72;
    static final int USER_DATA_128_LO = 80;
    static final int USER_DATA_128_HI = 88;
    static final int USER_DATA_64 = 96;
    static final int TIMESTAMP = 104;
    static final int USER_DATA_32 = 112;
    static final int SIDE_ROW = 116;
    static final int FLAGS_CREATED = 120;
    static final int ROW_LENGTH = 128;

    private static final ValueFields VALUES =
            new ValueFields(LEDGER, CODE, USER_DATA_128_LO, USER_DATA_64, USER_DATA_32);

    /** Internal flag: a balance of the account has a high half that is not 0, or had. */
    static final int WIDE = 1 << 15;
    /** Internal flag: the account's credit limit is not 0. */
    static final int LIMITED = 1 << 14;
    /** Internal flag: the account's credit limit as created is in its side row. */
    static final int LIMIT_CHANGED = 1 << 13;

    /** Rows at most: a row number and its successor fit 31 bits. */
    private static final int ROWS_MAX = Integer.MAX_VALUE - 1;

    /** A side row begins with the high half of each balance, in the order of the low halves in the row. */
    private static final int SIDE_ROW_LENGTH = 64;

    private static final int SIDE_LIMIT_LO = 32;
    private static final int SIDE_LIMIT_HI = 40;
    /** Where a side row that was given back names the one given back before it, + 1. */
    private static final int SIDE_NEXT_FREE = 48;

    private static final int LINKS_LENGTH = 32;
    private static final int LINK_CHECKPOINT = 20;
    private static final int LINK_FIRST_PENDING = 24;
    private static final int LINK_OPEN_PENDINGS = 28;

    private static final long UNSIGNED = 0xFFFF_FFFFL;

    private final IdHash idHash;
    private final Chunks rows = new Chunks(ROW_LENGTH);
    private final Chunks sideRows = new Chunks(SIDE_ROW_LENGTH);
    private final Chunks links = new Chunks(LINKS_LENGTH);
    private final Checkpoints checkpoints = new Checkpoints();
    private final ChainHeads heads;
    private final AccountIndex index;
    private int count;
    private int sideCount;
    private int sideFree;

    /** An empty table with the default settings. */
    AccountTable() {
        this(new IdHash(StateConfig.defaults().hashSeed()), AccountIndex.SEGMENT_SLOTS, Id128Index.SEGMENT_SLOTS);
    }

    /**
     * An empty table.
     *
     * @param idHash spreads ids and values.
     * @param indexSegmentSlots slots of a segment of the index of ids.
     * @param valueSegmentSlots slots of a segment of the index of values.
     */
    AccountTable(final IdHash idHash, final int indexSegmentSlots, final int valueSegmentSlots) {
        this.idHash = idHash;
        index = new AccountIndex(this, indexSegmentSlots);
        heads = new ChainHeads(idHash, checkpoints, valueSegmentSlots);
    }

    @Override
    public long count() {
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

    @Override
    public long timestamp(final long row) {
        return getLong(rows.address(row) + TIMESTAMP);
    }

    long creditLimitHi(final int row) {
        return getLong(rows.address(row) + CREDIT_LIMIT_HI);
    }

    long creditLimitLo(final int row) {
        return getLong(rows.address(row) + CREDIT_LIMIT_LO);
    }

    /** High half of the credit limit that the account was created with. */
    long creditLimitCreatedHi(final int row) {
        return (flags(row) & LIMIT_CHANGED) == 0 ? creditLimitHi(row) : getLong(side(row) + SIDE_LIMIT_HI);
    }

    /** Low half of the credit limit that the account was created with. */
    long creditLimitCreatedLo(final int row) {
        return (flags(row) & LIMIT_CHANGED) == 0 ? creditLimitLo(row) : getLong(side(row) + SIDE_LIMIT_LO);
    }

    /** Makes sure that the credit limit can be changed; what can fail of it fails here. */
    void reserveCreditLimit(final int row) {
        reserveSide(rows.address(row));
    }

    /** Changes the credit limit; the one as created is kept. */
    void creditLimit(final int row, final long hi, final long lo) {
        final long at = rows.address(row);
        if ((getShort(at + FLAGS) & LIMIT_CHANGED) == 0) {
            reserveSide(at);
            putLong(side(row) + SIDE_LIMIT_LO, getLong(at + CREDIT_LIMIT_LO));
            putLong(side(row) + SIDE_LIMIT_HI, getLong(at + CREDIT_LIMIT_HI));
        }
        putLong(at + CREDIT_LIMIT_LO, lo);
        putLong(at + CREDIT_LIMIT_HI, hi);
        final int flags = getShort(at + FLAGS) & ~LIMITED | LIMIT_CHANGED;
        putShort(at + FLAGS, (short) (flags | ((hi | lo) != 0 ? LIMITED : 0)));
    }

    /** Closes or reopens an account. */
    void closed(final int row, final boolean value) {
        final long at = rows.address(row);
        final int flags = getShort(at + FLAGS) & ~AccountFlags.CLOSED;
        putShort(at + FLAGS, (short) (flags | (value ? AccountFlags.CLOSED : 0)));
    }

    /** The account's last transfer, -1 if it has none. */
    long lastTransfer(final int row) {
        return (getLong(rows.address(row) + TRANSFERS) & UNSIGNED) - 1;
    }

    /** How many transfers the account has. */
    long transferCount(final int row) {
        return getLong(rows.address(row) + TRANSFERS) >>> 32;
    }

    /**
     * Makes a transfer the account's last. Last and count share a word.
     *
     * @return the word as it was: low half the link to the transfer before it, its row + 1; high half the count before.
     */
    long appendTransfer(final int row, final long transferRow) {
        final long at = rows.address(row) + TRANSFERS;
        final long before = getLong(at);
        putLong(at, ((before >>> 32) + 1) << 32 | (transferRow + 1));
        return before;
    }

    /** Takes the account's last transfer back. */
    void removeTransfer(final int row, final int link) {
        final long at = rows.address(row) + TRANSFERS;
        putLong(at, ((getLong(at) >>> 32) - 1) << 32 | (link & UNSIGNED));
    }

    /** The last checkpoint of the account's transfers. */
    int lastCheckpoint(final int row) {
        return getInt(links.address(row) + LINK_CHECKPOINT);
    }

    void lastCheckpoint(final int row, final int checkpoint) {
        putInt(links.address(row) + LINK_CHECKPOINT, checkpoint);
    }

    /** Where the list of the account's open pending transfers begins; its owner decides what the value means, 0 is none. */
    int firstPending(final int row) {
        return getInt(links.address(row) + LINK_FIRST_PENDING);
    }

    void firstPending(final int row, final int value) {
        putInt(links.address(row) + LINK_FIRST_PENDING, value);
    }

    /** How many open pending transfers the account has, unsigned. */
    int openPendings(final int row) {
        return getInt(links.address(row) + LINK_OPEN_PENDINGS);
    }

    void openPendings(final int row, final int value) {
        putInt(links.address(row) + LINK_OPEN_PENDINGS, value);
    }

    /** The account with the same value in a field before this one, -1 if this is its first. */
    @Override
    public long before(final long row, final int field) {
        return getInt(links.address(row) + field * Integer.BYTES) - 1L;
    }

    @Override
    public Chain valueChain(final int field, final long valueHi, final long valueLo) {
        return heads.chain(field, valueHi, valueLo, this);
    }

    @Override
    public boolean hasValues(final long row, final QueryFilter filter) {
        return VALUES.match(rows.address(row), filter);
    }

    /** The high half of a balance, 0 for nearly every account. */
    long balanceHi(final int row, final int balance) {
        final int sideRow = getInt(rows.address(row) + SIDE_ROW) - 1;
        return sideRow < 0 ? 0 : getLong(sideRows.address(sideRow) + (balance - DEBITS_PENDING));
    }

    long balanceLo(final int row, final int balance) {
        return getLong(rows.address(row) + balance);
    }

    /** Makes sure that {@link #balance} can write a high half to the row; what can fail of it fails here. */
    void reserveWide(final int row) {
        final long at = rows.address(row);
        if ((getShort(at + FLAGS) & WIDE) == 0) {
            reserveSide(at);
            putShort(at + FLAGS, (short) (getShort(at + FLAGS) | WIDE));
        }
    }

    /** Sets a balance; {@link #reserveWide} comes first if the high half is not 0. */
    void balance(final int row, final int balance, final long hi, final long lo) {
        final long at = rows.address(row);
        putLong(at + balance, lo);
        if ((getShort(at + FLAGS) & WIDE) != 0) {
            putLong(side(row) + (balance - DEBITS_PENDING), hi);
        } else {
            Invariant.check(hi == 0, "a high half has a side row");
        }
    }

    /** Adds an account that was validated. */
    void add(final long hash, final AccountCommandDecoder account, final long timestamp) {
        Invariant.check(count < ROWS_MAX, "an account's row number fits 31 bits");
        final int row = count;
        rows.reserve(row);
        links.reserve(row);
        checkpoints.reserve(ChainHeads.FIELDS);
        heads.reserve(1);
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
        for (int field = 0; field < ChainHeads.FIELDS; field++) {
            final int link = heads.append(field, VALUES.hi(at, field), VALUES.lo(at, field), row);
            putInt(links.address(row) + field * Integer.BYTES, link);
        }
        count++;
    }

    /** Takes the last account back; it has no transfers, and balances of 0. */
    void removeLast() {
        final int row = count - 1;
        final long at = rows.address(row);
        Invariant.check(getLong(at + TRANSFERS) == 0, "an account that is taken back has no transfers");
        index.remove(idHash.hash(getLong(at + ID_HI), getLong(at + ID_LO)), row);
        for (int field = ChainHeads.FIELDS - 1; field >= 0; field--) {
            final int link = getInt(links.address(row) + field * Integer.BYTES);
            heads.removeLast(field, VALUES.hi(at, field), VALUES.lo(at, field), link);
        }
        freeSide(at);
        setMemory(at, ROW_LENGTH, (byte) 0);
        setMemory(links.address(row), LINKS_LENGTH, (byte) 0);
        count = row;
    }

    /** Writes a row as the world outside sees it. */
    void encode(final int row, final AccountRowEncoder out) {
        final long at = rows.address(row);
        out.id(getLong(at + ID_HI), getLong(at + ID_LO))
                .debitsPending(balanceHi(row, DEBITS_PENDING), getLong(at + DEBITS_PENDING))
                .debitsPosted(balanceHi(row, DEBITS_POSTED), getLong(at + DEBITS_POSTED))
                .creditsPending(balanceHi(row, CREDITS_PENDING), getLong(at + CREDITS_PENDING))
                .creditsPosted(balanceHi(row, CREDITS_POSTED), getLong(at + CREDITS_POSTED))
                .creditLimit(getLong(at + CREDIT_LIMIT_HI), getLong(at + CREDIT_LIMIT_LO))
                .creditLimitCreated(creditLimitCreatedHi(row), creditLimitCreatedLo(row))
                .userData128(getLong(at + USER_DATA_128_HI), getLong(at + USER_DATA_128_LO))
                .userData64(getLong(at + USER_DATA_64))
                .userData32(getInt(at + USER_DATA_32))
                .ledger(getInt(at + LEDGER))
                .code(getShort(at + CODE))
                .flags(getShort(at + FLAGS) & AccountFlags.ALL)
                .flagsCreated(getShort(at + FLAGS_CREATED))
                .timestamp(getLong(at + TIMESTAMP));
    }

    /** The side row that was given back last, + 1; 0 if none is free. */
    int freeSideRow() {
        return sideFree;
    }

    /** Adds the tables to those of a snapshot. */
    void addTo(final List<StateTable> tables) {
        tables.add(new StateTable(1, "accounts", false, rows, count, value -> count = Math.toIntExact(value)));
        tables.add(new StateTable(2, "links of accounts", false, links, count, value -> {}));
        tables.add(new StateTable(
                3, "side rows of accounts", false, sideRows, sideCount, value -> sideCount = Math.toIntExact(value)));
        tables.add(checkpoints.table(4, "checkpoints of accounts"));
        tables.add(heads.table(5, "heads of accounts"));
    }

    /** After the tables were filled: makes the indexes over them. */
    void resume(final int freeSideRow, final Runnable pause) {
        sideFree = freeSideRow;
        for (int row = 0; row < count; row++) {
            index.insert(idHash.hash(idHi(row), idLo(row)), row);
            StateWalk.pauseAfter(row, pause);
        }
        heads.resume(pause);
    }

    /** Bytes of memory taken. */
    long memoryLength() {
        return rows.memoryLength()
                + sideRows.memoryLength()
                + links.memoryLength()
                + checkpoints.memoryLength()
                + heads.memoryLength()
                + index.memoryLength();
    }

    @Override
    public void close() {
        rows.close();
        sideRows.close();
        links.close();
        checkpoints.close();
        heads.close();
        index.close();
    }

    private long side(final int row) {
        return sideRows.address(getInt(rows.address(row) + SIDE_ROW) - 1);
    }

    private void reserveSide(final long at) {
        if (getInt(at + SIDE_ROW) != 0) {
            return;
        }
        if (sideFree != 0) {
            final long free = sideRows.address(sideFree - 1);
            putInt(at + SIDE_ROW, sideFree);
            sideFree = getInt(free + SIDE_NEXT_FREE);
            putInt(free + SIDE_NEXT_FREE, 0);
        } else {
            sideRows.reserve(sideCount);
            putInt(at + SIDE_ROW, ++sideCount);
        }
    }

    private void freeSide(final long at) {
        final int sideRow = getInt(at + SIDE_ROW);
        if (sideRow != 0) {
            final long side = sideRows.address(sideRow - 1);
            setMemory(side, SIDE_ROW_LENGTH, (byte) 0);
            putInt(side + SIDE_NEXT_FREE, sideFree);
            sideFree = sideRow;
        }
    }
}
