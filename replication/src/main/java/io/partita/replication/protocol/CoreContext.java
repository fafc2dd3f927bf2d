// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.protocol;

import io.partita.ledger.model.Id128;
import io.partita.ledger.model.Invariant;
import org.jspecify.annotations.Nullable;

/** What the core's collaborators share: who this node is, what it is at the moment, time, and positions (B4). */
final class CoreContext {
    final CoreConfig config;
    final String self;
    final LocalJournal journal;
    final Effects effects;
    final Rules rules;
    final MetaKeeper metaKeeper;
    final RegisterTracker register;
    final DurabilityGate gate;
    final FrameEncoder frames;
    final DigestRing digests = new DigestRing();

    Role role = Role.BOOT;
    SubRole subRole = SubRole.NONE;
    /** The epoch led; meaningful while ACTIVE. */
    long epoch;

    long applied;
    long appliedDigest;
    long nowNs;
    long wallNs;
    long startedNs;
    HaltReason haltReason = HaltReason.NONE;
    private long commit;

    CoreContext(
            final CoreConfig config,
            final NodeMeta meta,
            final LocalJournal journal,
            final Effects effects,
            final Rules rules) {
        this.config = config;
        self = config.nodeId();
        this.journal = journal;
        this.effects = effects;
        this.rules = rules;
        metaKeeper = new MetaKeeper(meta, journal, effects);
        register = new RegisterTracker(config, metaKeeper, effects, rules);
        gate = new DurabilityGate(metaKeeper, journal, effects);
        frames = new FrameEncoder(config, meta.lid(), effects);
    }

    NodeMeta meta() {
        return metaKeeper.meta();
    }

    Id128 lid() {
        return metaKeeper.meta().lid();
    }

    long commit() {
        return commit;
    }

    void commitTo(final long seq) {
        Invariant.check(seq >= commit, "the commit position never decreases");
        Invariant.check(seq <= journal.lastSeq(), "only what is in the journal is committed");
        commit = seq;
    }

    boolean isListed(final RegisterConfig cfg) {
        return rules.memberIsLineage() ? cfg.lists(self, lid()) : cfg.lidOf(self) != null;
    }

    /** R3: whether this node may lead after the given configuration. */
    boolean isEligible(final @Nullable RegisterConfig cfg) {
        return cfg != null
                && isListed(cfg)
                && holdsFloor(cfg)
                && cfg.classOf(self) == NodeClass.VOTER
                && haltReason == HaltReason.NONE;
    }

    boolean holdsFloor(final RegisterConfig cfg) {
        return journal.lastSeq() >= cfg.floorSeq() && journal.chainAt(cfg.floorSeq()) == cfg.floorChain();
    }

    /** Promises to follow, or claims, an epoch. */
    long promise(final long newEpoch) {
        metaKeeper.forgetPromises = !rules.promiseIsDurable();
        return metaKeeper.update(meta().withPromisedEpoch(newEpoch), commit);
    }

    void halt(final HaltReason reason, final String text) {
        if (role == Role.HALTED) {
            return;
        }
        role = Role.HALTED;
        subRole = SubRole.NONE;
        haltReason = reason;
        metaKeeper.halted(reason);
        effects.halt(reason, text);
    }

    boolean isHalted() {
        return role == Role.HALTED;
    }
}
