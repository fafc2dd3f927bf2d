// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.state;

import static org.agrona.UnsafeApi.getInt;
import static org.agrona.UnsafeApi.getLong;
import static org.agrona.UnsafeApi.putInt;
import static org.agrona.UnsafeApi.putLong;
import static org.agrona.UnsafeApi.setMemory;

import io.partita.ledger.wire.CreditLimitCommandDecoder;
import io.partita.ledger.wire.InstructionRowEncoder;
import java.util.List;

/**
 * The applied setCreditLimit commands, off heap, in order: so that a late retry is recognised and never overwrites a newer limit.
 *
 * <pre>
 *   0                8                16               24
 *  +----------------+----------------+----------------+----------------+
 *  | id low         | id high        | limit low      | limit high     |
 *  +----------------+----------------+----------------+--------+-------+
 *  | limit before low, high          | timestamp      | account| 0     |
 *  +---------------------------------+----------------+--------+-------+ 64
 * </pre>
 */
final class InstructionTable implements AutoCloseable {
    private static final int ID_LO = 0;
    private static final int ID_HI = 8;
    private static final int LIMIT_LO = 16;
    private static final int LIMIT_HI = 24;
    private static final int BEFORE_LO = 32;
    private static final int BEFORE_HI = 40;
    private static final int TIMESTAMP = 48;
    private static final int ACCOUNT_ROW = 56;
    private static final int ROW_LENGTH = 64;

    private final Chunks rows = new Chunks(ROW_LENGTH);
    private long count;

    long count() {
        return count;
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

    long limitHi(final long row) {
        return getLong(rows.address(row) + LIMIT_HI);
    }

    long limitLo(final long row) {
        return getLong(rows.address(row) + LIMIT_LO);
    }

    /** High half of the limit that this one replaced. */
    long limitBeforeHi(final long row) {
        return getLong(rows.address(row) + BEFORE_HI);
    }

    /** Low half of the limit that this one replaced. */
    long limitBeforeLo(final long row) {
        return getLong(rows.address(row) + BEFORE_LO);
    }

    long timestamp(final long row) {
        return getLong(rows.address(row) + TIMESTAMP);
    }

    int accountRow(final long row) {
        return getInt(rows.address(row) + ACCOUNT_ROW);
    }

    /** Makes sure that the next row can be added; what can fail of it fails here. */
    void reserve() {
        rows.reserve(count);
    }

    /** Adds a command that was validated; {@link #reserve} came before. */
    void add(
            final CreditLimitCommandDecoder command,
            final long timestamp,
            final int accountRow,
            final long limitBeforeHi,
            final long limitBeforeLo) {
        final long at = rows.address(count);
        putLong(at + ID_LO, command.idLo());
        putLong(at + ID_HI, command.idHi());
        putLong(at + LIMIT_LO, command.creditLimitLo());
        putLong(at + LIMIT_HI, command.creditLimitHi());
        putLong(at + BEFORE_LO, limitBeforeLo);
        putLong(at + BEFORE_HI, limitBeforeHi);
        putLong(at + TIMESTAMP, timestamp);
        putInt(at + ACCOUNT_ROW, accountRow);
        count++;
    }

    /** Takes the last row back. */
    void removeLast() {
        count--;
        setMemory(rows.address(count), ROW_LENGTH, (byte) 0);
    }

    /** Writes a row as the world outside sees it. */
    void encode(final long row, final AccountTable accounts, final InstructionRowEncoder out) {
        final int accountRow = accountRow(row);
        out.id(idHi(row), idLo(row))
                .accountId(accounts.idHi(accountRow), accounts.idLo(accountRow))
                .creditLimit(limitHi(row), limitLo(row))
                .timestamp(timestamp(row));
    }

    /** Adds the table to those of a snapshot. */
    void addTo(final List<StateTable> tables) {
        tables.add(new StateTable(11, "setCreditLimits", true, rows, count, value -> count = value));
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
