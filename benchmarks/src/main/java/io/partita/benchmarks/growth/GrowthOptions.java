// SPDX-License-Identifier: Apache-2.0
package io.partita.benchmarks.growth;

/**
 * What is grown, and how far.
 *
 * @param accounts how many.
 * @param transfers how many.
 * @param pendingPercent of the transfers that are pending at first, 0 to 50; half of them are posted.
 * @param isMapped whether the history is in mapped files, under {@code -Dpartita.bench.dir} or the temporary folder; else it is in
 *     anonymous memory.
 * @param isQuick whether the machine is looked at only briefly beforehand.
 */
public record GrowthOptions(int accounts, long transfers, int pendingPercent, boolean isMapped, boolean isQuick) {
    /** Checks them. */
    public GrowthOptions {
        if (accounts < 2 || transfers < 1 || pendingPercent < 0 || pendingPercent > 50) {
            throw new IllegalArgumentException("accounts=" + accounts + " (2 or more), transfers=" + transfers
                    + " (1 or more), pendingPercent=" + pendingPercent + " (0..50)");
        }
    }
}
