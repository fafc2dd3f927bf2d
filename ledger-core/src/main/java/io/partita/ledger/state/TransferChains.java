// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.state;

import static io.partita.ledger.state.TransferTable.BEFORE_CREDIT;
import static io.partita.ledger.state.TransferTable.BEFORE_DEBIT;
import static io.partita.ledger.state.TransferTable.BEFORE_VALUE;
import static io.partita.ledger.state.TransferTable.CREDIT_ROW;
import static io.partita.ledger.state.TransferTable.DEBIT_ROW;
import static io.partita.ledger.state.TransferTable.VALUES;
import static org.agrona.UnsafeApi.getInt;
import static org.agrona.UnsafeApi.putInt;

import java.util.List;

/**
 * The chains through the rows of the {@link TransferTable}: those of its two accounts, whose heads are in the accounts' rows, and
 * those of its values, whose heads are here. A row is linked when its fields are written and taken out only while it is the last.
 */
final class TransferChains implements AutoCloseable {
    /** Chains that a row is an element of. */
    private static final int PER_ROW = 2 + ChainHeads.FIELDS;

    private final AccountTable accounts;
    private final Checkpoints checkpoints = new Checkpoints();
    private final ChainHeads heads;

    TransferChains(final AccountTable accounts, final IdHash idHash, final int indexSegmentSlots) {
        this.accounts = accounts;
        heads = new ChainHeads(idHash, checkpoints, indexSegmentSlots);
    }

    /** Makes sure that some rows can be linked; what can fail of it fails here, but for the index of values. */
    void reserve(final int rows) {
        checkpoints.reserve(rows * PER_ROW);
        heads.reserve(rows);
    }

    /** Links a row, whose accounts are written, to the ones before it of both. */
    void linkAccounts(final long at, final long row) {
        putInt(at + BEFORE_DEBIT, linkAccount(getInt(at + DEBIT_ROW), row));
        putInt(at + BEFORE_CREDIT, linkAccount(getInt(at + CREDIT_ROW), row));
    }

    /** Links a row, whose ledger and code are written, to the ones before it of both. */
    void linkBook(final long at, final long row) {
        final int ledger = heads.append(ChainHeads.LEDGER, 0, VALUES.lo(at, ChainHeads.LEDGER), row);
        final int code = heads.append(ChainHeads.CODE, 0, VALUES.lo(at, ChainHeads.CODE), row);
        putInt(at + BEFORE_VALUE, ledger);
        putInt(at + BEFORE_VALUE + Integer.BYTES, code);
    }

    /** Links a row, whose user data is written, to the ones before it of each. */
    void linkUserData(final long at, final long row) {
        for (int field = ChainHeads.USER_DATA_128; field < ChainHeads.FIELDS; field++) {
            final int link = heads.append(field, VALUES.hi(at, field), VALUES.lo(at, field), row);
            putInt(at + BEFORE_VALUE + field * Integer.BYTES, link);
        }
    }

    /** Takes the last row out of all its chains, in reverse order. */
    void unlink(final long at) {
        for (int field = ChainHeads.FIELDS - 1; field >= 0; field--) {
            final int link = getInt(at + BEFORE_VALUE + field * Integer.BYTES);
            heads.removeLast(field, VALUES.hi(at, field), VALUES.lo(at, field), link);
        }
        unlinkAccount(getInt(at + CREDIT_ROW), getInt(at + BEFORE_CREDIT));
        unlinkAccount(getInt(at + DEBIT_ROW), getInt(at + BEFORE_DEBIT));
    }

    Chain account(final int accountRow, final Chain.Links links) {
        return new Chain(
                links,
                accountRow,
                checkpoints,
                accounts.lastTransfer(accountRow),
                accounts.transferCount(accountRow),
                accounts.lastCheckpoint(accountRow));
    }

    Chain value(final int field, final long valueHi, final long valueLo, final Chain.Links links) {
        return heads.chain(field, valueHi, valueLo, links);
    }

    /** Adds the tables to those of a snapshot. */
    void addTo(final List<StateTable> tables) {
        tables.add(checkpoints.table(9, "checkpoints of transfers"));
        tables.add(heads.table(10, "heads of transfers"));
    }

    /** After the tables were filled: makes the index over them. */
    void resume(final Runnable pause) {
        heads.resume(pause);
    }

    /** Bytes of memory taken. */
    long memoryLength() {
        return checkpoints.memoryLength() + heads.memoryLength();
    }

    @Override
    public void close() {
        checkpoints.close();
        heads.close();
    }

    private int linkAccount(final int accountRow, final long row) {
        final long lastAndCount = accounts.appendTransfer(accountRow, row);
        if (Checkpoints.isDue((lastAndCount >>> 32) + 1)) {
            accounts.lastCheckpoint(accountRow, checkpoints.append(accounts.lastCheckpoint(accountRow), row));
        }
        return (int) lastAndCount;
    }

    private void unlinkAccount(final int accountRow, final int link) {
        if (Checkpoints.isDue(accounts.transferCount(accountRow))) {
            accounts.lastCheckpoint(accountRow, checkpoints.removeLast(accounts.lastCheckpoint(accountRow)));
        }
        accounts.removeTransfer(accountRow, link);
    }
}
