// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.protocol;

/**
 * R38: whether the storage has room. Below the low water the core refuses by itself, before the disk does: an active takes no
 * batches, a standby no records; what is left is for control records and for the way back. Above it by half, work goes on.
 */
final class SpaceGuard {
    private final CoreContext context;
    private boolean low;
    private long handedOverNs;

    SpaceGuard(final CoreContext context) {
        this.context = context;
    }

    boolean isLow() {
        return low;
    }

    private static boolean isRoomy(final long freeBytes, final CoreConfig config) {
        return freeBytes >= config.spaceLowBytes() + config.spaceLowBytes() / 2;
    }

    /** An active without room hands over to a member that has some, if there is one; now and then, until it works. */
    void handOver(final Handover handover, final PeerState[] peers) {
        final RegisterConfig cfg = context.register.current();
        if (!low || cfg == null || context.nowNs - handedOverNs < context.config.suspectNs()) {
            return;
        }
        for (final PeerState peer : peers) {
            if (cfg.lists(peer.node, peer.lid) && peer.isStreaming() && isRoomy(peer.freeBytes, context.config)) {
                handedOverNs = context.nowNs;
                if (handover.begin(peer.node) == null) {
                    return;
                }
            }
        }
    }

    void tick() {
        final long freeBytes = context.journal.freeBytes();
        if (!low && freeBytes < context.config.spaceLowBytes()) {
            low = true;
            handedOverNs = context.nowNs - context.config.suspectNs();
            context.effects.alarm(
                    AlarmKind.STORAGE_LOW,
                    "freeBytes=" + freeBytes + " spaceLowBytes=" + context.config.spaceLowBytes());
        } else if (low && isRoomy(freeBytes, context.config)) {
            low = false;
            context.effects.alarm(AlarmKind.STORAGE_ROOMY, "freeBytes=" + freeBytes);
        }
    }
}
