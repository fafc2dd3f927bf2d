// SPDX-License-Identifier: Apache-2.0
package io.partita.examples.drill;

import io.partita.ledger.engine.EngineConfig;
import org.agrona.concurrent.SystemEpochNanoClock;

/**
 * Compares the stamps of answers with this process's clock, which stays right while the drill makes the nodes' wrong. Stamps are never
 * taken back, and whatever is due falls due by them: as long as none is ahead of the true time, no timeout is early. The payer's
 * thread, and whoever reads after it.
 */
final class StampWatch {
    /** R41: a jump of the clock up to this is believed. */
    static final long AHEAD_NS_MAX = EngineConfig.defaults().clockJumpMaxNs();

    private long aheadNsMax = Long.MIN_VALUE;
    private long behindNsMax = Long.MIN_VALUE;

    /**
     * A payment was answered just now.
     *
     * @param stamp it was given.
     * @param waitedNs since it was sent.
     */
    void onAnswer(final long stamp, final long waitedNs) {
        final long nowNs = SystemEpochNanoClock.INSTANCE.nanoTime();
        aheadNsMax = Math.max(aheadNsMax, stamp - nowNs);
        behindNsMax = Math.max(behindNsMax, nowNs - waitedNs - stamp);
    }

    /** The most that a stamp was ahead of when its answer came; negative: none was. */
    long aheadNsMax() {
        return aheadNsMax;
    }

    /** The most that a stamp was behind when its payment was sent. */
    long behindNsMax() {
        return behindNsMax;
    }
}
