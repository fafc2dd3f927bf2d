// SPDX-License-Identifier: Apache-2.0
package io.partita.examples.quickstart;

import io.partita.ledger.Ledger;
import io.partita.ledger.LedgerContext;
import io.partita.ledger.client.Batch;
import io.partita.ledger.client.LedgerClient;
import io.partita.ledger.model.Outcome;
import io.partita.ledger.wire.ResultDecoder;
import java.nio.file.Path;

/** Two accounts, one payment, every answer on the disk. Run it twice: the same ids change nothing. */
public final class Quickstart {
    private Quickstart() {}

    /**
     * Runs the example.
     *
     * @param args the data folder; {@code quickstart-data} if none is given.
     */
    public static void main(final String[] args) {
        final Path folder = Path.of(args.length > 0 ? args[0] : "quickstart-data");
        try (Ledger ledger = Ledger.launch(new LedgerContext().directory(folder));
                LedgerClient client = ledger.client(Quickstart::print)) {
            final Batch batch = client.acquire();
            if (batch == null) {
                throw new IllegalStateException("all of this client's batches are in flight: poll first");
            }
            batch.commands().addAccount(0, 1, 826, 1, 0); // id 1 in the book of pounds (ISO 4217: 826)
            batch.commands().addAccount(0, 2, 826, 1, 0);
            batch.commands().addTransfer(0, 7, 0, 1, 0, 2, 12_50, 826, 1, 0); // 12.50 from account 1 to 2
            final long ticket = client.submit(batch);
            if (ticket < 0) { // nothing was sequenced: try again, with the same ids
                throw new IllegalStateException("refused: " + Outcome.name(ticket));
            }
            client.pollAwait(1, 1_000_000_000L);
        }
    }

    private static void print(final Batch batch) {
        System.out.println("seq " + batch.outcome());
        final ResultDecoder results = batch.commandResults();
        while (results.next()) {
            System.out.println(
                    "  command " + results.index() + ": " + results.resultCode() + " at " + results.timestamp());
        }
    }
}
