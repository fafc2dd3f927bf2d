// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.protocol;

import io.partita.ledger.model.Outcome;

/**
 * R28: a linearizable read waits until every required peer has echoed a probe that was sent after the read arrived: then this
 * node was still active at a moment after the arrival. All reads between two sends share a probe.
 */
final class ReadProbes {
    private static final int SIZE = 1024;

    private final CoreContext context;
    private final CommitTracker tracker;
    /** Commit position when a probe was issued; a slot that was overwritten holds a later, thus stricter, one. */
    private final long[] commitAt = new long[SIZE];

    private long issued;
    private long carried;
    /** Newest probe whose reads were let through: they wait no more, whatever becomes of the standby. */
    private long settled;

    ReadProbes(final CoreContext context, final CommitTracker tracker) {
        this.context = context;
        this.tracker = tracker;
    }

    /** Newest probe; goes out with every APPEND. */
    long issued() {
        return issued;
    }

    void onCarried() {
        carried = issued;
    }

    /** A new epoch: the reads of an earlier one were refused when it ended. */
    void open() {
        settled = issued;
    }

    boolean isWaiting() {
        return issued > settled && !tracker.probed(issued);
    }

    /** While it hands over an active still answers reads: each is proved by the members' echoes of its epoch. */
    private boolean isServing() {
        return context.role == Role.ACTIVE && context.subRole != SubRole.OPENING;
    }

    long token() {
        if (!isServing()) {
            return Outcome.NOT_ACTIVE;
        }
        if (isAlone() || !context.rules.readNeedsProbe()) {
            return 0;
        }
        if (issued == carried || issued == settled) {
            issued++;
        }
        commitAt[(int) issued & (SIZE - 1)] = context.commit();
        return issued;
    }

    private boolean isAlone() {
        final RegisterConfig cfg = context.register.current();
        return tracker.isSolo()
                || (!context.rules.readCountsPending() && cfg != null && cfg.listsOnly(context.self, context.lid()));
    }

    long allowed(final long token) {
        if (!isServing()) {
            return Outcome.NOT_ACTIVE;
        }
        if (token == 0) {
            return 1; // Solo when it arrived: nobody else can have answered before; what this node answered is applied.
        }
        if (!tracker.probed(token) || context.applied < commitAt[(int) token & (SIZE - 1)]) {
            return 0;
        }
        settled = Math.max(settled, token);
        return 1;
    }
}
