// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.protocol;

import io.partita.ledger.model.Invariant;
import java.util.ArrayList;
import java.util.List;

/** Taking over: suspicion, freeze, promotion by CAS, and the claim of what the register says (R12 to R16, R37). */
final class Candidate {
    private final CoreContext context;
    private final Follower follower;
    private final PeerState[] peers;
    private boolean suspecting;
    private long suspectSinceNs;
    private boolean alarmed;
    private long claimingEpoch;
    private long claimToken;
    private boolean reclaimAtOnce;

    Candidate(final CoreContext context, final Follower follower, final PeerState[] peers) {
        this.context = context;
        this.follower = follower;
        this.peers = peers;
    }

    /** R16, the claim rule: whether the register says that this very lineage and journal lead a new epoch. */
    boolean isClaimable(final RegisterConfig cfg) {
        final long promised = context.meta().promisedEpoch();
        final boolean resumes = !context.rules.epochIsClaimedOnce() && cfg.epoch() == promised;
        if (!cfg.active().equals(context.self)
                || (cfg.epoch() <= promised && !resumes)
                || !context.logic.isSupported()) {
            return false;
        }
        return !context.rules.claimNeedsLineage()
                || resumes
                || (context.isListed(cfg)
                        && cfg.startSeq() == context.journal.lastSeq() + 1
                        && cfg.startChain() == context.journal.lastChain());
    }

    /**
     * R16: reads may be stale. Other members would refuse whoever claims an epoch that is over; who is alone must know from the
     * register itself, for an operator may have let another node lead since (R36).
     */
    boolean mustConfirm(final RegisterConfig cfg) {
        return cfg.listsOnly(context.self, context.lid()) && !context.register.isOwn(cfg);
    }

    /** Writes a value again that makes this node the only member: only if nothing newer is there does that succeed. */
    void confirm(final RegisterConfig cfg) {
        follower.stop();
        context.role = Role.FROZEN;
        context.register.send(
                RegisterTracker.Kind.CONFIRM, cfg.again(context.register.nextOpId(), cfg.ver() + 1), context.nowNs);
    }

    boolean isClaiming(final RegisterConfig cfg) {
        return claimingEpoch != 0
                && cfg.epoch() == claimingEpoch
                && cfg.active().equals(context.self);
    }

    /** R16: an epoch is claimed at most once per node, for the promise is durable before anything is done in it. */
    void claim(final RegisterConfig cfg) {
        Invariant.check(cfg.epoch() > context.meta().promisedEpoch(), "an epoch is claimed at most once (I4)");
        follower.target(null);
        context.role = Role.FROZEN;
        claimingEpoch = cfg.epoch();
        claimToken = context.promise(cfg.epoch());
    }

    boolean isClaimDurable() {
        return claimingEpoch != 0 && context.metaKeeper.isDurable(claimToken);
    }

    /** The claim is over: the epoch is led, or somebody else's. */
    void settle() {
        claimingEpoch = 0;
        suspecting = false;
    }

    /** The register names this node, but the epoch cannot be claimed by this life of it. */
    void onNamedInVain(final boolean atBoot) {
        reclaimAtOnce = !atBoot;
    }

    /** Whether the epoch that is asked for, or claimed, has this node as its only member. */
    boolean isToLeadAlone() {
        final RegisterConfig cfg =
                context.register.isPending() ? context.register.proposed() : context.register.current();
        return cfg != null && cfg.active().equals(context.self) && cfg.listsOnly(context.self, context.lid());
    }

    void tick() {
        if (context.role != Role.PASSIVE || !context.register.isFree() || follower.isLeaving()) {
            return;
        }
        final RegisterConfig cfg = context.register.current();
        if (cfg == null) {
            return;
        }
        final boolean due = cfg.active().equals(context.self) ? isReclaimDue(cfg) : follower.isSuspecting();
        if (!due) {
            suspecting = false;
            alarmed = false;
            return;
        }
        if (!suspecting) {
            suspecting = true;
            suspectSinceNs = context.nowNs;
            context.register.requestReadUnlessSince(follower.lostSinceNs(), context.nowNs);
        }
        if (!context.isEligible(cfg)) {
            if (!alarmed && context.nowNs - suspectSinceNs >= context.config.suspectNs()) {
                alarmed = true;
                context.effects.alarm(
                        AlarmKind.NO_CANDIDATE,
                        "lid=" + context.lid() + " may not lead: inSync=" + cfg.inSync() + " logicVersion="
                                + context.logic.inForce());
            }
            return;
        }
        // R13: the register must still list this node, as read after the active was lost.
        if (!context.register.isReadSince(follower.lostSinceNs())) {
            context.register.poll(context.nowNs, true);
            return;
        }
        if (context.nowNs - suspectSinceNs >= rank(cfg) * context.config.staggerNs()) {
            promote(cfg);
        }
    }

    /** R4: a restarted ex-active leaves a hot standby the time to take over; alone it need not wait. */
    private boolean isReclaimDue(final RegisterConfig cfg) {
        return reclaimAtOnce
                || cfg.listsOnly(context.self, context.lid())
                || context.nowNs - context.startedNs >= context.config.reclaimNs();
    }

    /** R13: voters in sync that go first: by priority, then as listed. */
    private long rank(final RegisterConfig cfg) {
        int own = 0;
        for (final RegisterConfig.NodeEntry node : cfg.nodes()) {
            if (node.node().equals(context.self)) {
                own = node.priority();
            }
        }
        long rank = 0;
        boolean isBeforeSelf = true;
        for (final RegisterConfig.NodeEntry node : cfg.nodes()) {
            if (node.node().equals(context.self)) {
                isBeforeSelf = false;
            } else if ((node.priority() < own || (node.priority() == own && isBeforeSelf))
                    && node.nodeClass() == NodeClass.VOTER
                    && !node.node().equals(cfg.active())
                    && cfg.lidOf(node.node()) != null) {
                rank++;
            }
        }
        return rank;
    }

    /** R13, R14: freeze, then CAS. The journal does not change from here on until the outcome is known. */
    private void promote(final RegisterConfig cfg) {
        final List<RegisterConfig.Member> keep = new ArrayList<>();
        keep.add(new RegisterConfig.Member(context.self, context.lid()));
        for (final RegisterConfig.Member member : cfg.inSync()) {
            if (!member.node().equals(context.self) && isKept(cfg, member)) {
                keep.add(member);
            }
        }
        // R15: under CONSISTENCY the set never becomes smaller than wanted, with the old active in it if need be.
        final int wanted = cfg.policy() == Policy.CONSISTENCY
                ? Math.min(cfg.minInSync(), cfg.inSync().size())
                : 1;
        for (final RegisterConfig.Member member : cfg.inSync()) {
            if (keep.size() < wanted && !member.node().equals(context.self) && !keep.contains(member)) {
                keep.add(member);
            }
        }
        follower.stop();
        context.role = Role.FROZEN;
        Invariant.check(!follower.isFollowing(), "a node that is FROZEN acknowledges nothing (I14)");
        context.register.send(
                RegisterTracker.Kind.PROMOTE,
                cfg.withNextEpoch(
                        context.register.nextOpId(),
                        context.wallNs,
                        context.self,
                        keep,
                        context.journal.lastSeq() + 1,
                        context.journal.lastChain()),
                context.nowNs);
    }

    /**
     * R15: listed, and not the suspected active unless that says itself that it does not lead. Standbys of one active do not
     * talk to each other, so whether another one is alive shows only when it follows: it is kept, which is always safe, and
     * taken out by the new active if it does not come (R22). But whoever lives has knocked at the door of an active that came
     * back long ago.
     */
    private boolean isKept(final RegisterConfig cfg, final RegisterConfig.Member member) {
        final boolean isSuspected = member.node().equals(cfg.active());
        final boolean mustBeHeard = isSuspected || (cfg.active().equals(context.self) && !reclaimAtOnce);
        for (final PeerState peer : peers) {
            if (peer.node.equals(member.node())) {
                final boolean isHeard =
                        peer.heard && context.nowNs - peer.heardNs < context.config.reconnectGraceNs() * 2;
                return isHeard
                        ? peer.heardLid.equals(member.lid()) && (!isSuspected || follower.isTargetPassive())
                        : !mustBeHeard;
            }
        }
        return false;
    }

    /** R37: creates the register, which was never there, for an empty journal. */
    void bootstrap() {
        if (context.role != Role.PASSIVE || !context.register.isFree() || context.journal.lastSeq() != 0) {
            return;
        }
        Invariant.check(context.meta().seenVer() == 0, "a register that was seen is not created again");
        final RegisterConfig created = RegisterConfig.nothing(context.config)
                .withNextEpoch(
                        context.register.nextOpId(),
                        context.wallNs,
                        context.self,
                        List.of(new RegisterConfig.Member(context.self, context.lid())),
                        1,
                        context.journal.lastChain());
        context.role = Role.FROZEN;
        context.register.send(RegisterTracker.Kind.PROMOTE, created, context.nowNs);
    }
}
