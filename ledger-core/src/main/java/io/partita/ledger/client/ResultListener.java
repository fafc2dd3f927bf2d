// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.client;

/** Receives completed batches on the thread that polls its {@link LedgerClient}. */
@FunctionalInterface
public interface ResultListener {
    /**
     * A batch has its outcome: {@link Batch#outcome()} is the journal position of its results, or a negative
     * {@code Outcome}. The batch goes back to the client's pool when this returns. What this throws is logged and counted; the
     * batch counts as delivered, and nobody else is stopped.
     *
     * @param batch the batch.
     */
    void onBatch(Batch batch);
}
