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

/** An account with its open pendings, oldest first. They come and go, so all is read in one step, as of then. */
final class PendingsQuery extends LedgerQuery {
    private static final int ACCOUNT = Long.BYTES;
    private static final int OPEN = ACCOUNT + AccountView.LENGTH;
    private static final int HEAD_LENGTH = OPEN + Long.BYTES;

    private final LedgerStateMachine ledger;
    private final LedgerTables tables;
    private final QueryFilter filter;
    private final MutableDirectBuffer out;

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
        position(ledger.appliedSeq(), ledger.lastTimestamp());
        final int accountRow = Queries.accountRow(tables, filter);
        out.setMemory(0, HEAD_LENGTH, (byte) 0);
        int rows = 0;
        if (accountRow != AccountIndex.NOT_FOUND) {
            final long open = tables.pendings.openCount(accountRow);
            final long limit = filter.limit() == 0 ? Limits.QUERY_LIMIT_MAX : filter.limit();
            out.putLong(0, 1, ByteOrder.LITTLE_ENDIAN);
            tables.accounts.encode(accountRow, new AccountRowEncoder().wrap(out, ACCOUNT));
            out.putLong(OPEN, open, ByteOrder.LITTLE_ENDIAN);
            rows = (int) Math.min(open, limit);
            encode(accountRow, rows);
        }
        done(HEAD_LENGTH + rows * TransferView.LENGTH);
        return (rows + 1) * ROW_COST;
    }

    private void encode(final int accountRow, final int rows) {
        final TransferRowEncoder row = new TransferRowEncoder();
        long number = tables.pendings.firstOpen(accountRow);
        for (int i = 0; i < rows; i++) {
            row.wrap(out, HEAD_LENGTH + i * TransferView.LENGTH);
            tables.transfers.encode(tables.pendings.transferRow(number), row);
            number = tables.pendings.nextOpen(number, accountRow);
        }
    }
}
