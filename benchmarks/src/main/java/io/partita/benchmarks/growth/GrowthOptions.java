// SPDX-License-Identifier: Apache-2.0
package io.partita.benchmarks.growth;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What is grown, and how far.
 *
 * @param accounts how many.
 * @param transfers how many.
 * @param pendingPercent of the transfers that are pending at first, 0 to 50; half of them are posted.
 * @param folder for the history, which is mapped; null: the history is in anonymous memory.
 * @param isQuick whether the machine is looked at only briefly beforehand.
 */
public record GrowthOptions(
        int accounts,
        long transfers,
        int pendingPercent,
        @Nullable Path folder,
        boolean isQuick) {
    /** Checks them. */
    public GrowthOptions {
        if (accounts < 2 || transfers < 1 || pendingPercent < 0 || pendingPercent > 50) {
            throw new IllegalArgumentException("accounts=" + accounts + " (2 or more), transfers=" + transfers
                    + " (1 or more), pendingPercent=" + pendingPercent + " (0..50)");
        }
    }
}
