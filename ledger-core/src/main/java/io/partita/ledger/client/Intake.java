// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.client;

import org.jspecify.annotations.Nullable;

/** Where batches are handed in. All methods may be called from any thread. */
public interface Intake {
    /**
     * Hands in a batch. If it is accepted it belongs to the engine until {@link BatchOwner#onComplete}.
     *
     * @param batch a filled batch that is not in flight.
     * @return 0 if accepted; else a negative {@code Outcome}: nothing was or will be sequenced.
     * @throws io.partita.ledger.model.PartitaException INVALID_CONFIGURATION if it is a command of the user's own logic and
     *     there is none; nothing was or will be sequenced.
     */
    long submit(Batch batch);

    /**
     * Why {@code Outcome.CLOSED} is answered.
     *
     * @return the reason; null while open.
     */
    @Nullable
    String closedReason();

    /**
     * A user's listener threw: it is logged and counted.
     *
     * @param error what it threw.
     */
    void onListenerError(Throwable error);
}
