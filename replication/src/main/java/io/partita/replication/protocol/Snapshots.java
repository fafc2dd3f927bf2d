// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.protocol;

import io.partita.ledger.model.EpochRuns;
import io.partita.ledger.model.Invariant;

/** When to take a snapshot (R31), and what of the journal has to stay (R33). */
final class Snapshots {
    /** An active with a standby leaves snapshots to it, and takes one this much more rarely, to bound its journal. */
    private static final int RARER_ON_ACTIVE = 4;

    private final CoreContext context;
    private final PeerState[] peers;
    private final Storage storage;
    private long askedSeq;

    Snapshots(final CoreContext context, final PeerState[] peers, final Storage storage) {
        this.context = context;
        this.peers = peers;
        this.storage = storage;
    }

    void tick() {
        final Snapshot newest = storage.newest();
        context.frames.snapshotSeq(newest == null ? 0 : newest.seq());
        if (isDue(newest == null ? 0 : newest.seq())) {
            take();
        }
        final Snapshot previous = storage.previous();
        if (previous != null) {
            final long keepable = keepable(previous.seq());
            if (keepable >= context.journal.oldestSeq()) {
                storage.discardTo(keepable);
            }
        }
    }

    private boolean isDue(final long newestSeq) {
        final long every = context.config.snapshotRecords();
        if (every == 0) {
            return false;
        }
        final boolean rarer = context.role == Role.ACTIVE && isAnyoneStreaming();
        return context.applied - Math.max(newestSeq, askedSeq) >= (rarer ? every * RARER_ON_ACTIVE : every);
    }

    private boolean isAnyoneStreaming() {
        for (final PeerState peer : peers) {
            if (peer.isStreaming()) {
                return true;
            }
        }
        return false;
    }

    /** Takes one of the state as it is. */
    void take() {
        final long seq = context.applied;
        if (seq == 0 || seq == askedSeq) {
            return;
        }
        Invariant.check(seq <= context.commit(), "a snapshot holds only what is committed (I9)");
        askedSeq = seq;
        storage.take(new Snapshot(
                seq, epochAt(seq), context.journal.chainAt(seq), context.appliedDigest, context.logic.applied(), 0, 0));
    }

    private long epochAt(final long seq) {
        for (final EpochRuns.Run run : context.journal.epochRuns().runs()) {
            if (seq >= run.firstSeq() && seq <= run.lastSeq()) {
                return run.epoch();
            }
        }
        return context.journal.lastEpoch();
    }

    /** Whether a peer was sent a snapshot, and has not come back with it yet. */
    private boolean isInstalling(final PeerState peer) {
        return peer.filledSeq != 0 && context.nowNs - peer.filledNs < context.config.stableMaxNs();
    }

    /** R33: two snapshots back, what the slowest member still needs, and the history that is wanted. */
    private long keepable(final long previousSeq) {
        long keepable = Math.min(previousSeq, context.applied - context.config.historyRecords());
        final RegisterConfig cfg = context.register.current();
        if (context.role != Role.ACTIVE || cfg == null) {
            return keepable;
        }
        for (final PeerState peer : peers) {
            final boolean listed = cfg.lidOf(peer.node) != null;
            if (listed && cfg.lists(peer.node, peer.lid) && peer.isStreaming()) {
                keepable = Math.min(keepable, peer.matched);
            } else if (listed) {
                keepable = Math.min(keepable, cfg.floorSeq()); // It held that much when the register was last written.
            }
            if (peer.link != PeerState.Link.NONE && !context.space.isLow()) {
                keepable = Math.min(keepable, peer.neededSeq()); // What is being filled is not made to start over.
            } else if (isInstalling(peer) && !context.space.isLow()) {
                keepable = Math.min(keepable, peer.filledSeq);
            }
        }
        return keepable;
    }
}
