// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.state;

import io.partita.ledger.model.CommandKind;
import io.partita.ledger.model.Limits;
import io.partita.ledger.model.TransferFlags;

/**
 * What an open chain created so far, to be taken back, the last first, if the chain fails. The kinds suffice: what each created is
 * the last row of its table, and the row knows what it changed.
 */
final class UndoLog {
    private final LedgerTables tables;
    private final Posting posting;
    private final byte[] kinds = new byte[Limits.BATCH_COMMANDS_MAX];
    private boolean isKept;
    private int mark;
    private int count;

    UndoLog(final LedgerTables tables, final Posting posting) {
        this.tables = tables;
        this.posting = posting;
    }

    /** A command of the user's own logic starts: everything is kept until it ends, across chains. */
    void start() {
        isKept = true;
        mark = 0;
        count = 0;
    }

    /** A chain begins; what was before it is forgotten, unless it is kept. */
    void begin() {
        if (!isKept) {
            count = 0;
        }
        mark = count;
    }

    /** Whether also what is in no chain is to be remembered. */
    boolean isKept() {
        return isKept;
    }

    /**
     * Remembers that a command took effect.
     *
     * @param kind a constant of {@link CommandKind}.
     */
    void created(final int kind) {
        kinds[count++] = (byte) kind;
    }

    /** Takes back everything since {@link #start}. */
    void rollBackAll() {
        mark = 0;
        rollBack();
    }

    /** Takes back everything since {@link #begin}. */
    void rollBack() {
        while (count > mark) {
            switch (kinds[--count]) {
                case CommandKind.CREATE_ACCOUNT:
                    tables.accounts.removeLast();
                    break;
                case CommandKind.CREATE_TRANSFER:
                    takeBackTransfer();
                    break;
                default:
                    takeBackCreditLimit();
            }
        }
    }

    private void takeBackTransfer() {
        final TransferTable transfers = tables.transfers;
        final long row = transfers.count() - 1;
        final int flags = transfers.flags(row);
        final int debitRow = transfers.debitRow(row);
        final int creditRow = transfers.creditRow(row);
        final long amountHi = transfers.amountHi(row);
        final long amountLo = transfers.amountLo(row);
        if ((flags & ResolutionRules.RESOLUTION) != 0) {
            takeBackResolution(row, flags);
        } else if ((flags & TransferFlags.PENDING) != 0) {
            posting.close(flags, debitRow, creditRow, false);
            posting.release(debitRow, creditRow, amountHi, amountLo);
            tables.pendings.removeLast();
        } else {
            posting.unpost(debitRow, creditRow, amountHi, amountLo);
        }
        tables.ids.removeLastTransfer(tables.idHash.hash(transfers.idHi(row), transfers.idLo(row)));
        transfers.removeLast();
    }

    private void takeBackResolution(final long row, final int flags) {
        final TransferTable transfers = tables.transfers;
        final long pendingRow = transfers.pendingRow(row);
        final int debitRow = transfers.debitRow(row);
        final int creditRow = transfers.creditRow(row);
        if ((flags & TransferFlags.POST_PENDING) != 0) {
            posting.unpost(debitRow, creditRow, transfers.amountHi(row), transfers.amountLo(row));
        } else {
            posting.close(transfers.flags(pendingRow), debitRow, creditRow, true);
        }
        posting.hold(debitRow, creditRow, transfers.amountHi(pendingRow), transfers.amountLo(pendingRow));
        tables.pendings.reopen(transfers.pendingNumber(pendingRow));
    }

    private void takeBackCreditLimit() {
        final InstructionTable instructions = tables.instructions;
        final long row = instructions.count() - 1;
        tables.accounts.creditLimit(
                instructions.accountRow(row), instructions.limitBeforeHi(row), instructions.limitBeforeLo(row));
        tables.ids.removeLastInstruction(tables.idHash.hash(instructions.idHi(row), instructions.idLo(row)));
        instructions.removeLast();
    }
}
