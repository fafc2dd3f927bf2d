// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.protocol;

import io.partita.ledger.model.Invariant;

/**
 * A new lineage in a running process: before a snapshot replaces the journal (R32), and after damage was found in it (R39). The
 * node is nobody's member from then on. Nothing is sent with the new lineage before it is durable (I17).
 */
final class Renewal {
    private final CoreContext context;
    private boolean underWay;
    private boolean unused;
    private long token;

    Renewal(final CoreContext context) {
        this.context = context;
    }

    /** Draws the lineage, unless this process drew one that has acknowledged nothing yet. Sessions are over. */
    void start() {
        if (!underWay && !unused) {
            underWay = true;
            token = context.renewLineage();
        }
    }

    boolean isUnderWay() {
        return underWay;
    }

    /** Whether this process drew the lineage and has acknowledged nothing with it: nobody counts on it. */
    boolean isUnused() {
        return unused;
    }

    /** Records are acknowledged with the present lineage from now on. */
    void used() {
        unused = false;
    }

    void onMetaDurable() {
        if (underWay && context.metaKeeper.isDurable(token)) {
            underWay = false;
            unused = true;
            Invariant.check(context.role != Role.ACTIVE, "an active keeps its lineage (I17)");
            context.frames.identify(context.config, context.lid());
        }
    }
}
