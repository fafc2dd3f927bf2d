// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.state;

import io.partita.ledger.model.Limits;
import io.partita.ledger.wire.AccountRowEncoder;
import io.partita.ledger.wire.AccountView;
import io.partita.ledger.wire.QueryFilter;
import io.partita.ledger.wire.TransferRowEncoder;
import io.partita.ledger.wire.TransferView;
import java.nio.ByteOrder;
import org.agrona.MutableDirectBuffer;

/**
 * An account with its open pendings, oldest first. They come and go, so which of them are open is read in the first step, and the
 * answer is of then; what they are is read step by step.
 */
final class PendingsQuery extends LedgerQuery {
    private static final int ACCOUNT = Long.BYTES;
    private static final int OPEN = ACCOUNT + AccountView.LENGTH;
    private static final int HEAD_LENGTH = OPEN + Long.BYTES;

    private final LedgerStateMachine ledger;
    private final LedgerTables tables;
    private final QueryFilter filter;
    private final MutableDirectBuffer out;
    private final TransferRowEncoder transferRow = new TransferRowEncoder();
    private long[] transferRows = {};
    private boolean isBegun;
    private int rows;
    private int row;

    PendingsQuery(
            final LedgerStateMachine ledger,
            final LedgerTables tables,
            final QueryFilter filter,
            final MutableDirectBuffer out) {
        this.ledger = ledger;
        this.tables = tables;
        this.filter = filter;
        this.out = out;
    }

    @Override
    public int step(final int visitsMax) {
        int visits = 1;
        if (!isBegun) {
            isBegun = true;
            visits += begin();
        }
        final int end = Math.min(rows, row + Math.max(1, visitsMax / ROW_COST));
        visits += (end - row) * ROW_COST;
        while (row < end) {
            transferRow.wrap(out, HEAD_LENGTH + row * TransferView.LENGTH);
            tables.transfers.encode(transferRows[row], transferRow);
            row++;
        }
        if (row == rows) {
            done(HEAD_LENGTH + rows * TransferView.LENGTH);
        }
        return visits;
    }

    /** The account, and which of its pendings are open now: the rest will not change. */
    private int begin() {
        position(ledger.appliedSeq(), ledger.lastTimestamp());
        out.setMemory(0, HEAD_LENGTH, (byte) 0);
        final int accountRow = Queries.accountRow(tables, filter);
        if (accountRow == AccountIndex.NOT_FOUND) {
            return 1;
        }
        final PendingTransfers pendings = tables.pendings;
        final long open = pendings.openCount(accountRow);
        final long limit = filter.limit() == 0 ? Limits.QUERY_LIMIT_MAX : filter.limit();
        out.putLong(0, 1, ByteOrder.LITTLE_ENDIAN);
        tables.accounts.encode(accountRow, new AccountRowEncoder().wrap(out, ACCOUNT));
        out.putLong(OPEN, open, ByteOrder.LITTLE_ENDIAN);
        rows = (int) Math.min(open, limit);
        transferRows = new long[rows];
        long number = pendings.firstOpen(accountRow);
        for (int i = 0; i < rows; i++) {
            transferRows[i] = pendings.transferRow(number);
            number = pendings.nextOpen(number, accountRow);
        }
        return ROW_COST + rows;
    }
}
