// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.protocol;

import io.partita.ledger.model.Invariant;
import org.jspecify.annotations.Nullable;

/** What each new value of the register makes of this node: leading on, stepping down, claiming, following (R3, R16, R25, R26). */
final class Succession {
    private final CoreContext context;
    private final Follower follower;
    private final Candidate candidate;
    private final Leader leader;
    private final Repair repair;

    Succession(
            final CoreContext context,
            final Follower follower,
            final Candidate candidate,
            final Leader leader,
            final Repair repair) {
        this.context = context;
        this.follower = follower;
        this.candidate = candidate;
        this.leader = leader;
        this.repair = repair;
    }

    /** Takes in what the register holds, or held: reads may be stale. */
    void learn(final @Nullable RegisterConfig config) {
        final NodeMeta meta = context.meta();
        final boolean older = config != null && config.ver() < meta.seenVer();
        if (config == null || (older && (context.rules.olderEpochIsRefused() || context.register.ver() > 0))) {
            learnOlder(config);
            return;
        }
        context.register.caughtUp();
        if (!config.clusterId().equals(context.config.clusterId())) {
            context.halt(HaltReason.WRONG_CLUSTER, "the register is of cluster=" + config.clusterId());
            return;
        }
        final RegisterConfig before = context.register.current();
        if (before != null && isOfAnotherHistory(config, before)) {
            context.halt(
                    HaltReason.REGISTER_REGRESSION,
                    "the register lost a write and took another one: ver=" + config.ver() + " epoch=" + config.epoch()
                            + " active=" + config.active() + " startSeq=" + config.startSeq() + " opId=" + config.opId()
                            + ", seen ver=" + before.ver() + " epoch=" + before.epoch() + " active=" + before.active()
                            + " startSeq=" + before.startSeq() + " opId=" + before.opId());
            return;
        }
        if (before != null && config.ver() <= before.ver()) {
            if (context.register.isTakenAsFailed(config)) {
                onTakenAsFailed(before);
            }
            return;
        }
        if (config.epoch() < meta.seenEpoch() && context.rules.olderEpochIsRefused()) {
            context.halt(HaltReason.REGISTER_REGRESSION, "epoch=" + config.epoch() + " seenEpoch=" + meta.seenEpoch());
            return;
        }
        context.register.adopt(config);
        if (config.ver() > meta.seenVer()) {
            context.metaKeeper.update(meta.withSeen(config.ver(), config.epoch()), context.commit());
        }
        final boolean holdsFloor = context.holdsFloor(config);
        if (config.lists(context.self, context.lid()) && !holdsFloor && context.knowsFloor(config)) {
            context.halt(
                    HaltReason.LINEAGE_REGRESSION,
                    "in sync with lid=" + context.lid() + " but lastSeq=" + context.journal.lastSeq() + " floorSeq="
                            + config.floorSeq());
            return;
        }
        // R39: what is damaged may have to come as a snapshot, which must lead forward (I7).
        if (holdsFloor && !repair.isPending() && config.floorSeq() > context.commit()) {
            context.commitTo(config.floorSeq());
        }
        adopted(config, before);
    }

    /** A version is written once, and an epoch has one active, which starts it once. */
    private static boolean isOfAnotherHistory(final RegisterConfig config, final RegisterConfig before) {
        final boolean isVersionOfTwo =
                config.ver() == before.ver() && !config.opId().equals(before.opId());
        final boolean isEpochOfTwo = config.epoch() == before.epoch()
                && !(config.active().equals(before.active()) && config.startSeq() == before.startSeq());
        return isVersionOfTwo || isEpochOfTwo;
    }

    /**
     * Takes in what a CAS wrote or met. Not stale when it happened; but newer values may have been read before the answer came.
     */
    void learnFromCas(final @Nullable RegisterConfig config, final long expectedVer) {
        final long ver = config == null ? 0 : config.ver();
        if (ver < expectedVer) {
            context.halt(HaltReason.REGISTER_REGRESSION, "ver=" + ver + " expectedVer=" + expectedVer);
        } else if (config != null && ver >= context.meta().seenVer()) {
            learn(config);
        }
    }

    /** For the bug zoo only. */
    private void onTakenAsFailed(final RegisterConfig config) {
        if (context.role == Role.ACTIVE) {
            leader.onConfig(config, config);
        } else {
            settle(config, config);
        }
    }

    private void learnOlder(final @Nullable RegisterConfig config) {
        if (context.meta().seenVer() == 0) {
            if (config == null && context.config.bootstrap()) {
                candidate.bootstrap();
            }
            return;
        }
        if (context.register.isBehindTooLong(context.nowNs)) {
            context.halt(
                    HaltReason.REGISTER_REGRESSION,
                    "ver=" + (config == null ? 0 : config.ver()) + " seenVer="
                            + context.meta().seenVer());
        }
    }

    private void adopted(final RegisterConfig config, final @Nullable RegisterConfig before) {
        if (context.role == Role.ACTIVE) {
            final boolean mine =
                    config.epoch() == context.epoch && config.active().equals(context.self);
            if (mine && before != null) {
                Invariant.check(context.isListed(config), "an active is in its in-sync set");
                leader.onConfig(config, before);
                return;
            }
            leader.stepDown();
        }
        settle(config, before);
    }

    /** Not active: claims the epoch if it is this node's, else follows whoever leads. */
    private void settle(final RegisterConfig config, final @Nullable RegisterConfig before) {
        if (candidate.isClaiming(config)) {
            return;
        }
        candidate.settle();
        if (candidate.isClaimable(config)) {
            if (!candidate.mustConfirm(config)) {
                candidate.claim(config);
                return;
            }
            if (context.register.isFree()) {
                candidate.confirm(config);
                return;
            }
        }
        context.role = Role.PASSIVE;
        if (config.epoch() > context.meta().promisedEpoch()) {
            context.promise(config.epoch()); // No older epoch is followed any more, nor this one claimed later.
        }
        if (config.active().equals(context.self)) {
            follower.target(null);
            candidate.onNamedInVain(before == null);
        } else {
            follower.target(config.active());
            if (before != null && before.epoch() != config.epoch()) {
                follower.epochMoved(); // What was held against it as the active of another epoch is history.
            }
        }
    }
}
