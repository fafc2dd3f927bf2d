// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.client;

import io.partita.ledger.model.Outcome;
import org.jspecify.annotations.Nullable;

/**
 * What a client knows of the way of a batch: for logs, and for whoever has to decide what to do about UNKNOWN.
 *
 * @param sent how often the batch was sent to a node.
 * @param mayBeSequenced whether some attempt was neither answered nor refused: it may have taken effect, or still may.
 * @param lastRefusal the last refusal, a negative {@code Outcome}; NOT_ACTIVE also if nobody was there to refuse.
 * @param lastNode the node that it was sent to last; null if it was never sent.
 */
public record Attempts(
        int sent,
        boolean mayBeSequenced,
        long lastRefusal,
        @Nullable String lastNode) {
    @Override
    public String toString() {
        return "sent=" + sent + " mayBeSequenced=" + mayBeSequenced + " lastRefusal=" + Outcome.name(lastRefusal)
                + " lastNode=" + lastNode;
    }
}
