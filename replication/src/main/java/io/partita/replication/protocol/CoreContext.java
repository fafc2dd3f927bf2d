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
    final LogicVersions logic;
    final SpaceGuard space;
    final DigestRing digests = new DigestRing();
    final ActiveClock activeClock = new ActiveClock();

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

    private final @Nullable Storage storage;
    private long commit;
    private long lineages;

    CoreContext(
            final CoreConfig config,
            final NodeMeta meta,
            final LocalJournal journal,
            final @Nullable Storage storage,
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
        logic = new LogicVersions(config, meta, journal);
        space = new SpaceGuard(this);
        this.storage = storage;
        final Snapshot newest = storage == null ? null : storage.newest();
        if (newest != null) {
            begin(newest); // R31: what a snapshot holds is committed and applied.
        }
    }

    /** Only where there is one. */
    Storage storage() {
        final Storage present = storage;
        if (present == null) {
            throw new IllegalStateException("there is no storage for snapshots");
        }
        return present;
    }

    private void begin(final Snapshot snapshot) {
        Invariant.check(snapshot.seq() <= journal.lastSeq(), "the journal goes on from its newest snapshot");
        commitTo(snapshot.seq());
        applied = snapshot.seq();
        appliedDigest = snapshot.digest();
        digests.put(applied, appliedDigest);
        logic.onSnapshot(snapshot.seq(), snapshot.logicVersion());
    }

    /** R32: a snapshot has taken the place of state and journal. */
    void restart(final Snapshot snapshot) {
        Invariant.check(snapshot.seq() > applied, "a snapshot leads forward (I7)");
        Invariant.check(
                journal.lastSeq() == snapshot.seq() && journal.lastChain() == snapshot.chain(),
                "the journal goes on from the snapshot");
        begin(snapshot);
        gate.renewed();
        rememberLogic();
    }

    /** Cuts the own journal: never what is committed or applied (I7). */
    void cutTo(final long seq) {
        Invariant.check(seq >= commit && seq >= applied, "a cut never goes below commit or applied (I7)");
        gate.onCut(seq);
        logic.onCut(seq);
        effects.cutTo(seq);
    }

    /**
     * Gives the own journal another lineage (R2): hi is of this process's draw, lo of the draw that the lineage before came
     * from. Nothing is sent before it is durable (I17).
     */
    long renewLineage() {
        lineages++;
        final Id128 next = new Id128(config.incarnation(), lid().lo() + lineages * 0x9E3779B97F4A7C15L);
        final long token = metaKeeper.update(meta().withLineage(next), commit);
        gate.renewed();
        return token;
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

    /** Whether the register, as far as it is known, lists this node. */
    boolean isInSync() {
        final RegisterConfig cfg = register.current();
        return cfg != null && isListed(cfg);
    }

    /** R3: whether this node may lead after the given configuration. */
    boolean isEligible(final @Nullable RegisterConfig cfg) {
        return cfg != null
                && isListed(cfg)
                && holdsFloor(cfg)
                && cfg.classOf(self) == NodeClass.VOTER
                && logic.isSupported()
                && haltReason == HaltReason.NONE;
    }

    boolean holdsFloor(final RegisterConfig cfg) {
        if (cfg.floorSeq() < journal.oldestSeq() - 1) {
            return true; // A snapshot holds it: of one history, as everything committed (I1).
        }
        return journal.lastSeq() >= cfg.floorSeq()
                && journal.isReadable(cfg.floorSeq())
                && journal.chainAt(cfg.floorSeq()) == cfg.floorChain();
    }

    /** Whether it can be told if the floor is held: a damaged record does not tell (R39). */
    boolean knowsFloor(final RegisterConfig cfg) {
        return cfg.floorSeq() < journal.oldestSeq() - 1
                || cfg.floorSeq() > journal.lastSeq()
                || journal.isReadable(cfg.floorSeq());
    }

    /** Promises to follow, or claims, an epoch. */
    long promise(final long newEpoch) {
        metaKeeper.forgetPromises = !rules.promiseIsDurable();
        return metaKeeper.update(meta().withPromisedEpoch(newEpoch), commit);
    }

    /** R35: the newest version that the journal asks for is remembered: an older release that is started on it must not lead. */
    void rememberLogic() {
        if (meta().logicVersion() != logic.inForce()) {
            metaKeeper.update(meta().withLogicVersion(logic.inForce()), commit);
        }
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
