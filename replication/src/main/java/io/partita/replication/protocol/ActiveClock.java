// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.protocol;

/**
 * R41, for a node that leads alone: the clock of the active that it followed, from the stamps of the records that it received while
 * it was in sync, for those come as soon as they are made. Its own wall clock may never have been compared with any other.
 */
final class ActiveClock {
    private boolean isKnown;
    /** The clock less the monotonic time. Records are stamped before they arrive, so the largest difference is the best one. */
    private long offsetNs;

    void onStamp(final long stampNs, final long nowNs) {
        offsetNs = isKnown ? Math.max(offsetNs, stampNs - nowNs) : stampNs - nowNs;
        isKnown = true;
    }

    /** By now; {@link Long#MAX_VALUE} if no active was followed in sync since the start. */
    long nowNs(final long nowNs) {
        return isKnown ? nowNs + offsetNs : Long.MAX_VALUE;
    }
}
