// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.journal;

import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.PartitaException;

/**
 * When the syncer forces the journal to disk by itself. A request, {@link Journal#requestForce()}, is always served.
 *
 * @param periodMs milliseconds after which something appended is forced unasked; 0 for only when asked.
 */
public record SyncPolicy(int periodMs) {
    /** Forces only when asked; requests that wait at the same moment share one force. */
    public static final SyncPolicy ON_REQUEST = new SyncPolicy(0);

    private static final int PERIOD_MS_MAX = 60_000;

    /**
     * Checks the range.
     *
     * @param periodMs 0 to 60,000.
     */
    public SyncPolicy {
        if (periodMs < 0 || periodMs > PERIOD_MS_MAX) {
            throw new PartitaException(
                    ErrorCode.INVALID_CONFIGURATION,
                    "periodMs=" + periodMs + " is out of range",
                    "set it to 0 (only on request) or up to " + PERIOD_MS_MAX + " milliseconds");
        }
    }

    /**
     * Forces on request, and at the latest so long after an append (R27: keeps the dirty tail short).
     *
     * @param periodMs 1 to 60,000.
     * @return the policy.
     */
    public static SyncPolicy periodic(final int periodMs) {
        return new SyncPolicy(periodMs);
    }

    /** Whether forces are to be expected all the time: where nobody forces unasked, somebody asks. */
    boolean isForcedOften() {
        return periodMs == 0;
    }
}
