// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.protocol;

import io.partita.ledger.model.Id128;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The active's care for the in-sync set: lazy shrink, expand, replacement of dead lineages (R18, R22 to R24, B6). */
final class Membership {
    private final CoreContext context;
    private final PeerState[] peers;
    private final CommitTracker tracker;
    private final ReadProbes probes;
    private final Repair repair;
    /** A standby that is required already and will be added once it holds the commit position. */
    private @Nullable PeerState joining;

    /** A member that does not answer and that CONSISTENCY keeps for want of another; null without. */
    private @Nullable PeerState lost;

    Membership(
            final CoreContext context,
            final PeerState[] peers,
            final CommitTracker tracker,
            final ReadProbes probes,
            final Repair repair) {
        this.context = context;
        this.peers = peers;
        this.tracker = tracker;
        this.probes = probes;
        this.repair = repair;
    }

    void open() {
        joining = null;
        lost = null;
    }

    void onResolved() {
        joining = null;
    }

    void onUnlinked(final PeerState peer) {
        if (joining == peer && !context.register.isPending()) {
            joining = null;
            rebuild();
        }
    }

    /** Whether no standby is on its way into the set. */
    boolean isSettled() {
        return joining == null;
    }

    /** Whether CONSISTENCY keeps a member that does not answer: writes wait. */
    boolean isStalled() {
        return lost != null;
    }

    void rebuild() {
        final RegisterConfig cfg = context.register.current();
        if (cfg != null) {
            tracker.rebuild(
                    cfg,
                    context.register.proposed(),
                    context.register.pendingKind() == RegisterTracker.Kind.SHRINK,
                    joining);
            checkCovers(cfg);
        }
    }

    /** I3, where all rules are followed. */
    private void checkCovers(final RegisterConfig cfg) {
        if (context.rules == Rules.ALL) {
            tracker.checkCovers(cfg);
            final RegisterConfig proposed = context.register.proposed();
            if (proposed != null) {
                tracker.checkCovers(proposed);
            }
        }
    }

    /**
     * R27 in MEMORY mode: alone, or about to be. A standby that is required but not added yet does not end it: while the
     * register lists nobody else, what this node answers must survive its host.
     */
    boolean wantsGate() {
        final RegisterConfig proposed = context.register.proposed();
        if (proposed != null) {
            return context.gate.isLimiting() || proposed.listsOnly(context.self, context.lid());
        }
        final RegisterConfig cfg = context.register.current();
        return tracker.isSolo() || (cfg != null && cfg.listsOnly(context.self, context.lid()));
    }

    void tick(final long epochStart) {
        lost = null;
        final RegisterConfig cfg = context.register.current();
        if (cfg == null) {
            return;
        }
        for (final PeerState peer : peers) {
            watchCatchUp(peer);
        }
        if (joining != null && !context.register.isPending() && (joining.leaving || isUnresponsive(joining))) {
            joining.slow |= !joining.leaving;
            joining = null;
            rebuild();
        }
        letGo(cfg);
        shrink(cfg);
        if (context.register.isFree() && context.subRole != SubRole.HANDING_OVER) {
            expand(cfg, epochStart);
        }
    }

    // ---------------------------------------------------------------------------------------------- leave

    /** R30: who asked to leave is taken out at once, and told when no value that the register may hold lists it. */
    private void letGo(final RegisterConfig cfg) {
        for (final PeerState peer : peers) {
            if (!peer.leaving) {
                continue;
            }
            final RegisterConfig proposed = context.register.proposed();
            if (isListed(cfg, peer)) {
                takeOut(cfg, peer);
            } else if (peer.leaveDue && (proposed == null || !isListed(proposed, peer))) {
                peer.leaveDue = false;
                context.frames.leaveOk(peer, context.epoch, cfg.ver());
            }
        }
    }

    private void takeOut(final RegisterConfig cfg, final PeerState peer) {
        if (cfg.policy() == Policy.CONSISTENCY && cfg.inSync().size() - 1 < cfg.minInSync()) {
            peer.leaving = false;
            context.frames.leaveOk(peer, context.epoch, 0);
        } else if (context.register.isFree() && context.subRole != SubRole.HANDING_OVER) {
            joining = null;
            send(RegisterTracker.Kind.SHRINK, cfg, without(cfg.inSync(), peer.node));
        }
    }

    // ---------------------------------------------------------------------------------------------- shrink

    /** R22: somebody waits for what a suspected member does not acknowledge. */
    private void shrink(final RegisterConfig cfg) {
        if (context.journal.lastSeq() == context.commit() && !probes.isWaiting()) {
            return;
        }
        List<RegisterConfig.Member> rest = null;
        PeerState suspect = null;
        for (final PeerState peer : peers) {
            final Id128 lid = cfg.lidOf(peer.node);
            if (lid != null && isSuspected(peer, lid)) {
                suspect = peer;
                rest = without(rest == null ? cfg.inSync() : rest, peer.node);
            }
        }
        if (rest == null) {
            return;
        }
        if (cfg.policy() == Policy.CONSISTENCY && rest.size() < cfg.minInSync()) {
            lost = suspect;
            return;
        }
        if (repair.isPending() && rest.size() == 1) {
            return; // R39: alone it would halt with what it answered till then; who is listed now has all of that
        }
        if (!context.register.isFree()) {
            return;
        }
        for (final PeerState peer : peers) {
            noteSlowness(cfg, peer);
        }
        joining = null;
        if (context.rules.shrinkNeedsCas()) {
            send(RegisterTracker.Kind.SHRINK, cfg, rest);
        } else {
            tracker.rebuild(floorRaised(cfg, rest), null, false, null);
        }
    }

    /** Of a member that is taken out, if that is the reason: another lineage is no slowness, it came back and catches up. */
    private void noteSlowness(final RegisterConfig cfg, final PeerState peer) {
        final Id128 lid = cfg.lidOf(peer.node);
        if (lid != null && peer.lid.equals(lid) && peer.isStreaming() && isSuspected(peer, lid)) {
            peer.slow = true;
            peer.slowEjections++;
            peer.caughtUp = false;
        }
    }

    private static List<RegisterConfig.Member> without(final List<RegisterConfig.Member> members, final String node) {
        final List<RegisterConfig.Member> rest = new ArrayList<>(members.size());
        for (final RegisterConfig.Member member : members) {
            if (!member.node().equals(node)) {
                rest.add(member);
            }
        }
        return rest;
    }

    private boolean isSuspected(final PeerState peer, final Id128 lid) {
        final long sinceNs = context.nowNs - peer.sinceNs;
        return switch (peer.link) {
            case NONE -> sinceNs >= (peer.everLinked ? context.config.reconnectGraceNs() : context.config.shrinkNs());
            case WELCOMED -> sinceNs >= context.config.shrinkNs() || isAnother(peer, lid);
            case STREAMING -> peer.diskFull || isUnresponsive(peer) || isAnother(peer, lid);
        };
    }

    /** Whether the node has come back with another lineage: the listed one is gone for good (R2, R39). */
    private boolean isAnother(final PeerState peer, final Id128 lid) {
        return context.rules.memberIsLineage() && !peer.lid.equals(lid);
    }

    private boolean isUnresponsive(final PeerState peer) {
        return !peer.isStreaming()
                || (peer.isOutstanding() && context.nowNs - peer.progressNs >= context.config.shrinkNs());
    }

    // ---------------------------------------------------------------------------------------------- expand

    private void watchCatchUp(final PeerState peer) {
        final long lastSeq = context.journal.lastSeq();
        final boolean now = peer.isStreaming()
                && !peer.digestMismatch
                && !peer.diskFull
                && lastSeq - peer.matched <= context.config.admitLagRecords()
                && context.commit() - peer.applied <= context.config.admitApplyLagRecords();
        if (now && !peer.caughtUp) {
            peer.caughtUpSinceNs = context.nowNs;
        }
        peer.caughtUp = now;
    }

    /** R23, R24. Required first, then added: so the commit position cannot run away from it meanwhile. */
    private void expand(final RegisterConfig cfg, final long epochStart) {
        if (joining == null) {
            for (final PeerState peer : peers) {
                if (isAdmissible(cfg, peer)) {
                    joining = peer;
                    peer.progressNs = context.nowNs;
                    rebuild();
                    break;
                }
            }
        }
        final PeerState peer = joining;
        if (peer == null) {
            return;
        }
        final long needed =
                context.rules.expandNeedsEpochStart() ? Math.max(context.commit(), epochStart - 1) : context.commit();
        if (peer.matched < needed) {
            return;
        }
        final PeerState replaced = cfg.lidOf(peer.node) != null ? peer : lost;
        if (replaced != null) {
            noteSlowness(cfg, replaced);
        }
        final List<RegisterConfig.Member> grown = without(cfg.inSync(), replaced == null ? peer.node : replaced.node);
        grown.add(new RegisterConfig.Member(peer.node, peer.lid));
        send(replaced != null ? RegisterTracker.Kind.REPLACE : RegisterTracker.Kind.EXPAND, cfg, grown);
    }

    private boolean isAdmissible(final RegisterConfig cfg, final PeerState peer) {
        if (!peer.caughtUp || peer.leaving || isListed(cfg, peer) || cfg.classOf(peer.node) != NodeClass.VOTER) {
            return false;
        }
        return context.nowNs - peer.caughtUpSinceNs >= admissionNs(peer);
    }

    private boolean isListed(final RegisterConfig cfg, final PeerState peer) {
        return context.rules.memberIsLineage() ? cfg.lists(peer.node, peer.lid) : cfg.lidOf(peer.node) != null;
    }

    /** B6: the back-off is for standbys ejected for slowness, not for those that crashed and caught up. */
    private long admissionNs(final PeerState peer) {
        if (!peer.slow) {
            return context.config.admitNs();
        }
        final int doublings = Math.max(0, Math.min(peer.slowEjections - 1, 20));
        return Math.min(context.config.stableMaxNs(), context.config.stableNs() << doublings);
    }

    // ---------------------------------------------------------------------------------------------- CAS

    /** Every member of the set before and of the set after holds the commit position: it is the new floor. */
    private void send(
            final RegisterTracker.Kind kind, final RegisterConfig cfg, final List<RegisterConfig.Member> inSync) {
        context.register.send(kind, floorRaised(cfg, inSync), context.nowNs);
        rebuild();
    }

    private RegisterConfig floorRaised(final RegisterConfig cfg, final List<RegisterConfig.Member> inSync) {
        final long floor = Math.max(cfg.floorSeq(), context.commit());
        return cfg.withInSync(
                context.register.nextOpId(),
                context.self,
                context.wallNs,
                inSync,
                floor,
                context.journal.chainAt(floor));
    }
}
