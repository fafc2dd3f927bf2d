// SPDX-License-Identifier: Apache-2.0
package io.partita.examples.exec;

import io.partita.examples.json.RowWriter;
import io.partita.ledger.client.Batch;
import io.partita.ledger.client.BatchKind;
import io.partita.ledger.wire.AccountBalancesView;
import io.partita.ledger.wire.AccountView;
import io.partita.ledger.wire.ChangeEventView;
import io.partita.ledger.wire.TransferView;
import java.util.ArrayList;
import java.util.List;
import org.agrona.DirectBuffer;
import org.jspecify.annotations.Nullable;

/** The rows of an answered look-up or query as JSON, in the order of the answer. */
final class QueryRows {
    private final AccountView account = new AccountView();
    private final TransferView transfer = new TransferView();
    private final AccountBalancesView balances = new AccountBalancesView();
    private final ChangeEventView event = new ChangeEventView();

    /** One row for each id of a look-up, null for an id that there is not. */
    List<@Nullable Object> ofLookup(final Batch batch) {
        final List<@Nullable Object> rows = new ArrayList<>(batch.count());
        for (int i = 0; i < batch.count(); i++) {
            rows.add(batch.isFound(i) ? row(batch.kind(), batch.results(), batch.rowOffset(i)) : null);
        }

        return rows;
    }

    /** The rows that a query found. */
    List<@Nullable Object> of(final Batch batch) {
        final int count = batch.rows();
        final List<@Nullable Object> rows = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            rows.add(row(batch.kind(), batch.results(), batch.rowOffset(i)));
        }

        return rows;
    }

    /** The account of an ACCOUNT_WITH_PENDINGS, null if there is none. */
    @Nullable
    Object accountOf(final Batch batch) {
        return batch.isFound(0) ? RowWriter.account(account.wrap(batch.results(), Batch.ACCOUNT_OFFSET)) : null;
    }

    private Object row(final BatchKind kind, final DirectBuffer from, final int offset) {
        return switch (kind) {
            case LOOKUP_ACCOUNTS, QUERY_ACCOUNTS -> RowWriter.account(account.wrap(from, offset));
            case LOOKUP_TRANSFERS, ACCOUNT_TRANSFERS, QUERY_TRANSFERS, ACCOUNT_WITH_PENDINGS ->
                RowWriter.transfer(transfer.wrap(from, offset));
            case ACCOUNT_BALANCES -> RowWriter.accountBalances(balances.wrap(from, offset));
            case CHANGE_EVENTS -> RowWriter.changeEvent(event.wrap(from, offset));
            default -> throw new IllegalStateException("no rows: kind=" + kind);
        };
    }
}
