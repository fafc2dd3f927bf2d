// SPDX-License-Identifier: Apache-2.0
package io.partita.examples.exec;

import io.partita.examples.json.RowWriter;
import io.partita.ledger.client.Batch;
import io.partita.ledger.client.BatchKind;
import io.partita.ledger.wire.AccountView;
import io.partita.ledger.wire.TransferView;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The rows of an answered look-up as JSON, null for an id that there is not. */
final class LookupRows {
    private LookupRows() {}

    static List<@Nullable Object> of(final Batch batch) {
        final AccountView account = new AccountView();
        final TransferView transfer = new TransferView();
        final List<@Nullable Object> rows = new ArrayList<>(batch.count());
        for (int i = 0; i < batch.count(); i++) {
            if (!batch.isFound(i)) {
                rows.add(null);
            } else if (batch.kind() == BatchKind.LOOKUP_ACCOUNTS) {
                rows.add(RowWriter.account(account.wrap(batch.results(), batch.rowOffset(i))));
            } else {
                rows.add(RowWriter.transfer(transfer.wrap(batch.results(), batch.rowOffset(i))));
            }
        }
        return rows;
    }
}
