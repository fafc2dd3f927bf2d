// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.protocol;

/** What a follower makes of the silence, and of the refusals, of the node that it follows (R12, R13). Liveness only. */
final class Suspicion {
    private final CoreContext context;
    private long heardNs;
    private long lostNs;
    private boolean refused;
    private boolean notActive;
    private long notActiveSinceNs;
    private long notActiveHeardNs;

    Suspicion(final CoreContext context) {
        this.context = context;
    }

    void start() {
        lostNs = context.nowNs;
        heardNs = context.nowNs;
    }

    /** Another node, or another epoch of the same: what was known of it is history. */
    void begin() {
        notActive = false;
        refused = false;
        heardNs = context.nowNs;
    }

    void onHeard() {
        heardNs = context.nowNs;
    }

    /** It says that it leads. */
    void onLeads() {
        heardNs = context.nowNs;
        notActive = false;
    }

    void onLinkLost() {
        lostNs = context.nowNs;
    }

    /** Whether its port refuses: then its process is dead. */
    void onPort(final boolean isRefusing) {
        refused = isRefusing;
    }

    /**
     * The node that the register names says that it does not lead. A restarted active does so; but so does one that has not
     * heard yet that it was chosen, or is just making its claim durable: that one is no reason to take over.
     */
    void onNotActive(final boolean isAboutToLead) {
        if (isAboutToLead) {
            notActive = false;
            return;
        }
        notActiveHeardNs = context.nowNs;
        if (!notActive) {
            notActive = true;
            notActiveSinceNs = context.nowNs;
        }
    }

    /** This node stood still for a while: the other one was not silent for that long. */
    void forgive(final long stallNs) {
        heardNs += stallNs;
        notActiveSinceNs += stallNs;
    }

    /** When it was lost, or last heard of if no link was lost. */
    long lostSinceNs() {
        return lostNs - heardNs >= 0 ? lostNs : heardNs;
    }

    boolean isSilent() {
        return context.nowNs - heardNs >= context.config.suspectNs();
    }

    /** R12: whether it is to be suspected. */
    boolean isSuspecting() {
        return refused
                || (notActive && context.nowNs - notActiveSinceNs >= context.config.reconnectGraceNs())
                || isSilent();
    }

    /** Whether it has said that it does not lead: it is alive as a standby. */
    boolean isPassive() {
        return notActive && context.nowNs - notActiveHeardNs < context.config.reconnectGraceNs() * 2;
    }
}
