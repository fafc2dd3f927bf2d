// SPDX-License-Identifier: Apache-2.0
package io.partita.benchmarks.load;

import io.partita.ledger.Ledger;
import io.partita.ledger.LedgerContext;
import io.partita.ledger.client.BatchClient;
import io.partita.ledger.client.ResultListener;
import io.partita.ledger.engine.Durability;
import java.nio.file.Path;

/** One node in this process. */
final class OneNode implements PaidNode {
    private final Ledger ledger;

    OneNode(final Path folder, final Mode mode) {
        ledger = Ledger.launch(new LedgerContext()
                .directory(folder)
                .durability(Durability.valueOf(mode.durability()))
                .snapshots(LoadRun.snapshots()));
    }

    @Override
    public BatchClient client(final ResultListener listener) {
        return ledger.client(listener);
    }

    @Override
    public void check() {
        if (ledger.closedReason() != null) {
            throw new IllegalStateException("the ledger was closed: " + ledger.closedReason());
        }
    }

    @Override
    public void close() {
        ledger.close();
    }
}
