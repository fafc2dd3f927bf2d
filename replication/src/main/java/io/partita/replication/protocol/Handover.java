// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.protocol;

import io.partita.ledger.model.Id128;
import org.jspecify.annotations.Nullable;

/**
 * A planned handover from the active's side (R29). It is aborted by not sending the CAS; once that is sent only the register
 * decides (R25), and until then this node stays as it is: nothing new is sequenced.
 *
 * <pre>
 *  PREPARING -- READY, small lag, no other CAS --> DRAINING -- all committed, applied, held by the target --> DECIDING
 *      |  serves on                                   |  intake is held back                                    |
 *      +------------ target unfit, too late ----------+------> ABORTED <------- the register stays ours --------+
 *                                                                               the register names it --> HANDED_OVER
 * </pre>
 */
final class Handover {
    private final CoreContext context;
    private final PeerState[] peers;
    private final CommitTracker tracker;
    private final Membership membership;
    private HandoverState state = HandoverState.NONE;
    private String text = "";
    private @Nullable PeerState target;
    private Id128 targetLid = new Id128(0, 0);
    private boolean isReady;
    private long sinceNs;
    private long askedNs;

    Handover(
            final CoreContext context,
            final PeerState[] peers,
            final CommitTracker tracker,
            final Membership membership) {
        this.context = context;
        this.peers = peers;
        this.tracker = tracker;
        this.membership = membership;
    }

    HandoverState state() {
        return state;
    }

    /** To whom, or why not. */
    String text() {
        return text;
    }

    /**
     * Begins.
     *
     * @param to node id; null for the fittest.
     * @return null if it has begun; else why it cannot, and nothing has changed.
     */
    @Nullable
    String begin(final @Nullable String to) {
        final RegisterConfig cfg = context.register.current();
        if (cfg == null || context.role != Role.ACTIVE || context.subRole == SubRole.OPENING) {
            return "role=" + context.role + " state=" + context.subRole + ": only an active that serves hands over";
        }
        if (state.isRunning()) {
            return "a handover is under way: " + text;
        }
        if (tracker.isBlocked() || membership.isStalled()) {
            return "inSync=" + cfg.inSync().size() + " minInSync=" + cfg.minInSync()
                    + ": too few members answer for the new active to serve";
        }
        final PeerState chosen = to == null ? fittest(cfg) : peer(to);
        if (chosen == null) {
            return to == null
                    ? "no standby is in sync, connected and caught up"
                    : to.equals(context.self) ? "node=" + to + " is the active" : "node=" + to + " is not a member";
        }
        final String problem = problem(cfg, chosen);
        if (problem != null) {
            return problem;
        }
        target = chosen;
        targetLid = chosen.lid;
        isReady = false;
        state = HandoverState.PREPARING;
        text = "to=" + chosen.node;
        sinceNs = context.nowNs;
        prepare(chosen, 0, 0);
        return null;
    }

    private @Nullable PeerState peer(final String node) {
        for (final PeerState peer : peers) {
            if (peer.node.equals(node)) {
                return peer;
            }
        }
        return null;
    }

    /** The one with the least to apply; of equals the one that would go first in a take-over. */
    private @Nullable PeerState fittest(final RegisterConfig cfg) {
        PeerState best = null;
        for (final PeerState peer : peers) {
            if (problem(cfg, peer) == null
                    && isClose(peer)
                    && (best == null || peer.matched - best.matched > context.config.admitLagRecords())) {
                best = peer;
            }
        }
        return best;
    }

    /** Why a node cannot be handed over to; null if it can. */
    private @Nullable String problem(final RegisterConfig cfg, final PeerState peer) {
        if (cfg.classOf(peer.node) != NodeClass.VOTER) {
            return "node=" + peer.node + " never leads: class=" + cfg.classOf(peer.node);
        }
        if (!peer.isStreaming()) {
            return "node=" + peer.node + " is not connected";
        }
        if (!cfg.lists(peer.node, peer.lid)) {
            return "node=" + peer.node + " is not in sync: lid=" + peer.lid + " inSync=" + cfg.inSync();
        }
        if (peer.diskFull || peer.leaving || peer.digestMismatch) {
            return "node=" + peer.node + " is unfit: diskFull=" + peer.diskFull + " leaving=" + peer.leaving
                    + " digestMismatch=" + peer.digestMismatch;
        }
        return null;
    }

    private void prepare(final PeerState to, final long finalSeq, final long finalChain) {
        askedNs = context.nowNs;
        context.frames.handoverPrep(to, context.epoch, context.epoch + 1, finalSeq, finalChain);
    }

    /** The standby follows this session and may lead. */
    void onReady(final PeerState peer) {
        if (peer == target) {
            isReady = true;
        }
    }

    /** Once per duty cycle, before records are applied: what was applied in an earlier one has been answered. */
    void step() {
        if (state == HandoverState.PREPARING || state == HandoverState.DRAINING) {
            advance();
        }
    }

    private void advance() {
        final RegisterConfig cfg = context.register.current();
        final PeerState to = target;
        if (cfg == null || to == null) {
            return;
        }
        final String problem = problem(cfg, to);
        if (problem != null || !to.lid.equals(targetLid)) {
            abort(problem == null ? "node=" + to.node + " has another lineage now: lid=" + to.lid : problem);
        } else if (state == HandoverState.PREPARING) {
            awaitReady(to);
        } else {
            drain(cfg, to);
        }
    }

    private void awaitReady(final PeerState to) {
        if (isReady && isClose(to) && membership.isSettled() && context.register.isFree()) {
            state = HandoverState.DRAINING;
            sinceNs = context.nowNs;
            context.subRole = SubRole.HANDING_OVER;
            prepare(to, context.journal.lastSeq(), context.journal.lastChain());
        } else if (context.nowNs - sinceNs >= context.config.handoverPrepareNs()) {
            abort("node=" + to.node + " did not get ready: ready=" + isReady + " lag="
                    + (context.journal.lastSeq() - to.matched) + " applyLag=" + (context.commit() - to.applied)
                    + " pending=" + context.register.pendingKind());
        } else if (context.nowNs - askedNs >= context.config.heartbeatNs()) {
            prepare(to, 0, 0);
        }
    }

    private boolean isClose(final PeerState to) {
        return context.journal.lastSeq() - to.matched <= context.config.admitLagRecords()
                && context.commit() - to.applied <= context.config.admitLagRecords();
    }

    private void drain(final RegisterConfig cfg, final PeerState to) {
        final long lastSeq = context.journal.lastSeq();
        final boolean isDrained = context.commit() == lastSeq && context.applied == lastSeq && to.matched == lastSeq;
        if (isDrained && context.register.isFree()) {
            state = HandoverState.DECIDING;
            context.register.send(
                    RegisterTracker.Kind.HANDOVER,
                    cfg.withHandover(
                            context.register.nextOpId(),
                            context.wallNs,
                            to.node,
                            lastSeq + 1,
                            context.journal.lastChain()),
                    context.nowNs);
            membership.rebuild();
        } else if (context.nowNs - sinceNs >= context.config.handoverDrainNs()) {
            abort("drained too slowly: lastSeq=" + lastSeq + " commit=" + context.commit() + " applied="
                    + context.applied + " matched=" + to.matched + " pending=" + context.register.pendingKind());
        }
    }

    /** The register moved and this node still leads: whatever was pending is decided (R25). */
    void onStillActive() {
        if (state == HandoverState.DECIDING && !context.register.isPending()) {
            abort("the register did not take it: ver=" + context.register.ver());
        }
    }

    /** The register names another epoch: the one handed over to, or not. Sessions are still there. */
    void onDeposed() {
        final RegisterConfig cfg = context.register.current();
        final PeerState to = target;
        if (!state.isRunning() || cfg == null || to == null) {
            return;
        }
        if (state == HandoverState.DECIDING && cfg.active().equals(to.node) && cfg.epoch() == context.epoch + 1) {
            context.frames.handoverGo(to, context.epoch, cfg.ver());
            state = HandoverState.HANDED_OVER;
            text = "to=" + to.node + " epoch=" + cfg.epoch();
        } else {
            state = HandoverState.ABORTED;
            text = "active=" + cfg.active() + " epoch=" + cfg.epoch() + " was faster";
        }
        target = null;
    }

    private void abort(final String why) {
        state = HandoverState.ABORTED;
        text = why;
        target = null;
        if (context.subRole == SubRole.HANDING_OVER) {
            context.subRole = SubRole.SERVING;
        }
    }
}
