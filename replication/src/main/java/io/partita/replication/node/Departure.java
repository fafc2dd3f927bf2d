// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.node;

import io.partita.replication.protocol.HandoverState;
import io.partita.replication.protocol.LeaveState;
import io.partita.replication.protocol.RegisterConfig;
import io.partita.replication.protocol.ReplicaCore;

/**
 * How a node ends so that nobody has to find out that it is gone: an active hands over first if somebody can take over (R29),
 * then, like any standby, it leaves the in-sync set (R30). Bounded: who does not answer is not waited for long.
 */
final class Departure {
    private static final long ALL_NS = 2_000_000_000L;
    private static final long READY_NS = 250_000_000L;
    private static final long LEAVE_NS = 500_000_000L;

    private final ReplicaCore core;
    private final long startNs;
    private long leaveAskedNs;
    private boolean hasTriedHandover;

    Departure(final ReplicaCore core, final long nowNs) {
        this.core = core;
        startNs = nowNs;
        leaveAskedNs = nowNs;
    }

    /** Asks for what comes next; true if there is nothing more to wait for. Once per duty cycle. */
    boolean isOver(final long nowNs) {
        if (nowNs - startNs > ALL_NS) {
            return true;
        }
        return switch (core.role()) {
            case BOOT, HALTED -> true;
            case FROZEN -> false;
            case ACTIVE -> !mayHandOver(nowNs);
            case PASSIVE -> hasLeft(nowNs);
        };
    }

    private boolean mayHandOver(final long nowNs) {
        if (!hasTriedHandover) {
            hasTriedHandover = true;
            return core.handoverState().isRunning() || core.requestHandover(null) == null;
        }
        final HandoverState state = core.handoverState();
        return state.isRunning() && (state != HandoverState.PREPARING || nowNs - startNs <= READY_NS);
    }

    private boolean hasLeft(final long nowNs) {
        final RegisterConfig config = core.registerConfig();
        // What this node read of the register may be old: one that follows asks in any case.
        if (config == null || core.suspectsActive() || (!core.inSync() && !core.isFollowing())) {
            return true; // nobody counts on it, or nobody is there to be told
        }
        final LeaveState state = core.leaveState();
        if (state == LeaveState.NONE) {
            core.requestLeave();
            leaveAskedNs = nowNs;
            return false;
        }
        return state != LeaveState.ASKED || nowNs - leaveAskedNs > LEAVE_NS;
    }
}
