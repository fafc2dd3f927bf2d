// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.protocol;

import io.partita.ledger.model.Invariant;
import io.partita.ledger.model.OperatorCommand;
import io.partita.ledger.model.Outcome;
import java.util.ArrayList;
import java.util.List;
import org.agrona.DirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The replication protocol of one node (PROTOCOL R1 to R41) without I/O: events come in as method calls, effects go out through
 * {@link Effects}, time is an argument. One thread, the engine's or the simulator's, calls everything. Deterministic: the same
 * calls give the same effects.
 *
 * <p>One duty cycle of the driver:
 *
 * <pre>{@code
 * core.onTick(monotonicNs, wallNs);            // first: timers, and the time for all that follows
 * ... onConnected, onFrame, onAppend, onCasOk, onMetaDurable, ... in the order they happened
 * ... sequence batches if sequencingEpoch() > 0, append them to the journal
 * core.onLocalAppend(journal.lastSeq());
 * core.flush();                                // sends APPENDs, ACKs, heartbeats; moves the commit position
 * ... apply up to commitSeq(), onApplied(seq, digest) for each record
 * }</pre>
 *
 * <p>Start: {@link Lineage#atBoot}, persist its answer, construct, {@link #start}. Clean stop: force and close the journal,
 * then persist {@link #metaForCleanStop()}.
 */
public final class ReplicaCore {
    /** Bytes of a control frame, at most. */
    public static final int FRAME_LENGTH_MAX = 4096;

    /** Timers are looked at this often; a duty cycle may be much shorter. */
    private static final long TIMER_NS = 500_000L;

    /** A duty cycle that took longer was a stall of this node. */
    private static final long STALL_NS = 50_000_000L;

    private final CoreContext context;
    private final PeerState[] peers;
    private final CommitTracker tracker;
    private final ReadProbes probes;
    private final @Nullable Snapshots snapshots;
    private final Renewal renewal;
    private final Repair repair;
    private final Follower follower;
    private final Candidate candidate;
    private final OperatorRecords operators;
    private final Leader leader;
    private final Succession succession;
    private final Inbound inbound;
    private final FrameDecoder decoder = new FrameDecoder();
    private long backgroundForcedNs;
    private long timersNs;

    /**
     * A node that has not started.
     *
     * @param config settings; concluded here.
     * @param meta from {@link Lineage#atBoot}, already durable.
     * @param journal the own journal, recovered.
     * @param effects what to do.
     */
    public ReplicaCore(
            final CoreConfig config, final NodeMeta meta, final LocalJournal journal, final Effects effects) {
        this(config, meta, journal, null, effects);
    }

    /**
     * A node that has not started, with snapshots.
     *
     * @param config settings; concluded here.
     * @param meta from {@link Lineage#atBoot}, already durable.
     * @param journal the own journal, recovered; it goes on from the newest snapshot.
     * @param storage snapshots and repair; null if the journal is kept whole.
     * @param effects what to do.
     */
    public ReplicaCore(
            final CoreConfig config,
            final NodeMeta meta,
            final LocalJournal journal,
            final @Nullable Storage storage,
            final Effects effects) {
        this(config, meta, journal, storage, effects, Rules.ALL);
    }

    ReplicaCore(
            final CoreConfig config,
            final NodeMeta meta,
            final LocalJournal journal,
            final @Nullable Storage storage,
            final Effects effects,
            final Rules rules) {
        config.conclude();
        context = new CoreContext(config, meta, journal, storage, effects, rules);
        peers = config.nodes().stream()
                .filter(node -> !node.node().equals(config.nodeId()))
                .map(node -> new PeerState(node.node()))
                .toArray(PeerState[]::new);
        tracker = new CommitTracker(peers, config.nodeId(), rules);
        probes = new ReadProbes(context, tracker);
        snapshots = storage == null ? null : new Snapshots(context, peers, storage);
        renewal = new Renewal(context);
        repair = new Repair(context, snapshots, renewal);
        follower = new Follower(context, storage, renewal, repair);
        candidate = new Candidate(context, follower, peers);
        operators = new OperatorRecords(context, peers);
        leader = new Leader(context, peers, tracker, probes, operators, repair);
        succession = new Succession(context, follower, candidate, leader, repair);
        inbound = new Inbound(context, peers, follower, leader);
    }

    /**
     * Starts: PASSIVE, whatever the register says (R4), and reads it.
     *
     * @param nowNs monotonic clock.
     * @param wallNs wall clock, nanoseconds since 1970.
     */
    public void start(final long nowNs, final long wallNs) {
        context.nowNs = nowNs;
        context.wallNs = wallNs;
        context.startedNs = nowNs;
        timersNs = nowNs - TIMER_NS;
        backgroundForcedNs = nowNs;
        context.role = Role.PASSIVE;
        follower.start();
        context.register.started(nowNs);
        context.register.requestRead(nowNs);
    }

    /**
     * Time has passed. First call of every duty cycle, at least every few milliseconds.
     *
     * @param nowNs monotonic clock, not before the last call's.
     * @param wallNs wall clock, nanoseconds since 1970.
     */
    public void onTick(final long nowNs, final long wallNs) {
        final long gapNs = nowNs - context.nowNs;
        Invariant.check(gapNs >= 0, "the monotonic clock does not go back");
        context.nowNs = nowNs;
        context.wallNs = wallNs;
        if (isIdle()) {
            return;
        }
        if (gapNs > STALL_NS) {
            // What the others said meanwhile still waits to be read: silence of that time is this node's own.
            follower.forgive(gapNs - STALL_NS);
            for (final PeerState peer : peers) {
                peer.forgive(gapNs - STALL_NS);
            }
        }
        if (nowNs - timersNs < TIMER_NS) {
            return;
        }
        timersNs = nowNs;
        context.register.poll(nowNs, context.role != Role.ACTIVE && !follower.isFollowing());
        context.register.tick(nowNs);
        context.space.tick();
        repair.tick(follower, leader);
        if (isIdle()) {
            return; // Damage, and nobody else holds what is damaged.
        }
        follower.tick();
        candidate.tick();
        if (context.role == Role.ACTIVE) {
            leader.tick();
            context.space.handOver(leader.handover(), peers);
        }
        if (snapshots != null && !repair.isPending()) {
            snapshots.tick();
        }
    }

    /**
     * Sends what is due and moves the commit position. Last call of every duty cycle.
     *
     * @return work done, 0 if none.
     */
    public int flush() {
        if (isIdle()) {
            return 0;
        }
        context.gate.update(wantsGate(), context.commit());
        if (context.nowNs - backgroundForcedNs >= context.config.backgroundForceNs()) {
            backgroundForcedNs = context.nowNs;
            context.gate.forceTail();
        }
        return context.role == Role.ACTIVE ? leader.flush() : follower.flush();
    }

    /**
     * A link is up.
     *
     * @param session its id, never reused.
     * @param peer node id the other side gave.
     * @param initiatedByUs true if {@link Effects#connect} asked for it.
     */
    public void onConnected(final long session, final String peer, final boolean initiatedByUs) {
        if (isIdle() || !initiatedByUs) {
            return;
        }
        if (follower.owns(session)) {
            follower.onConnected();
        } else {
            context.effects.close(session); // Given up meanwhile.
        }
    }

    /**
     * A link that was up is gone.
     *
     * @param session its id.
     * @param reason why.
     */
    public void onDisconnected(final long session, final LinkLoss reason) {
        if (isIdle()) {
            return;
        }
        if (follower.owns(session)) {
            follower.onDisconnected();
            makeTimersDue();
        } else if (context.role == Role.ACTIVE) {
            leader.onDisconnected(session);
        }
    }

    /**
     * A link that {@link Effects#connect} asked for did not come up.
     *
     * @param session id that {@code connect} returned.
     * @param peer node id.
     * @param reason why.
     */
    public void onConnectFailed(final long session, final String peer, final LinkLoss reason) {
        if (!isIdle() && follower.owns(session)) {
            follower.onConnectFailed(reason);
            makeTimersDue();
        }
    }

    /** An outage counts from here (R12, R13): what comes next does not wait for the timers' turn. */
    private void makeTimersDue() {
        timersNs = context.nowNs - TIMER_NS;
    }

    /**
     * A control frame came in. Frames that make no sense end their session.
     *
     * @param session where.
     * @param buffer with the frame.
     * @param offset of the frame.
     * @param length of the frame.
     */
    public void onFrame(final long session, final DirectBuffer buffer, final int offset, final int length) {
        if (!isIdle() && !decoder.decode(session, buffer, offset, length, inbound)) {
            context.effects.close(session);
            onDisconnected(session, LinkLoss.PROTOCOL_VIOLATION);
        }
    }

    /**
     * A run of records came in behind its header, or a heartbeat. The driver may split one run over several calls with the same
     * header (as the reader of the active's journal gives them), whole records in order. The core verifies every record, then
     * hands them to {@link Effects#append}.
     *
     * @param session where.
     * @param header decoded from the frame.
     * @param records with the records; an array or a byte buffer wrapped.
     * @param offset of the first record.
     * @param length of all; 0 in a heartbeat.
     */
    public void onAppend(
            final long session,
            final AppendHeader header,
            final DirectBuffer records,
            final int offset,
            final int length) {
        if (!isIdle() && follower.owns(session) && inbound.isKnown(session, header.origin)) {
            follower.onAppend(header, records, offset, length);
        }
    }

    /**
     * The register was read, or its watch fired. May be stale. Also welcome unasked.
     *
     * @param config what it holds; null if it is absent.
     */
    public void onRegisterRead(final @Nullable RegisterConfig config) {
        if (isIdle()) {
            return;
        }
        succession.learn(config);
        context.register.onReadDone(context.nowNs, true);
        makeTimersDue();
    }

    /** The read that {@link Effects#readRegister} asked for failed. */
    public void onRegisterReadFailed() {
        if (!isIdle()) {
            context.register.onReadDone(context.nowNs, false);
        }
    }

    /**
     * The CAS under way was applied.
     *
     * @param ver the version written.
     */
    public void onCasOk(final long ver) {
        final RegisterConfig written = context.register.onAnswered();
        if (isIdle()) {
            return;
        }
        Invariant.check(written.ver() == ver, "the version written is the one after the expected");
        succession.learnFromCas(written, ver - 1);
    }

    /**
     * The CAS under way found another version. Linearizable, not stale.
     *
     * @param current what the register holds; null if it is absent.
     */
    public void onCasConflict(final @Nullable RegisterConfig current) {
        final RegisterConfig refused = context.register.onAnswered();
        if (!isIdle()) {
            succession.learnFromCas(current, refused.ver() - 1);
        }
    }

    /** The CAS under way may have been applied, or may yet be. */
    public void onCasUnknown() {
        context.register.onAnswered();
        if (!isIdle()) {
            context.register.onUnknown(context.nowNs);
        }
    }

    /**
     * Metas up to a token are durable.
     *
     * @param token of the newest one.
     */
    public void onMetaDurable(final long token) {
        context.metaKeeper.onDurable(token);
        if (isIdle()) {
            return;
        }
        renewal.onMetaDurable();
        repair.onMetaDurable();
        follower.onMetaDurable();
        final RegisterConfig cfg = context.register.current();
        if (context.role == Role.FROZEN && cfg != null && candidate.isClaiming(cfg) && candidate.isClaimDurable()) {
            candidate.settle();
            leader.open(cfg);
        }
    }

    /**
     * Records up to a seq are applied. Called for every record, or at least once per run of applied records; digests are
     * compared where both nodes call it with the same seq (R40), so every record is best.
     *
     * @param seq last applied, at most {@link #commitSeq()}.
     * @param digest the state machine's running digest after it.
     */
    public void onApplied(final long seq, final long digest) {
        Invariant.check(seq >= context.applied, "apply goes forward");
        Invariant.check(seq <= context.commit(), "only what is committed is applied (I8)");
        context.applied = seq;
        context.appliedDigest = digest;
        context.digests.put(seq, digest);
        if (context.logic.isAhead()) {
            context.logic.onApplied(seq);
            context.rememberLogic();
        }
        if (context.role == Role.ACTIVE) {
            leader.onApplied();
        }
    }

    /**
     * Which version of its rules the state machine follows (R35): to be told before the start, and before {@link #onApplied} of a
     * record that has changed it.
     *
     * @param version from 1.
     */
    public void onLogicVersion(final int version) {
        context.logic.onFollowed(version);
    }

    /**
     * Records what an operator had this node do. A member whose release does not know such records would halt on it: then there
     * is none.
     *
     * @param command what, who and when.
     * @return seq of the record; 0 if a member does not know such records; NOT_ACTIVE if this node does not serve.
     */
    public long recordOperator(final OperatorCommand command) {
        if (context.subRole != SubRole.SERVING) {
            return Outcome.NOT_ACTIVE;
        }
        return operators.record(command);
    }

    /**
     * Lets the state machine of every node follow a later version of its rules from the next record on (R35), for good: releases
     * that lack it cannot follow or lead any more.
     *
     * @param version later than {@link #logicVersion()} and known to this release.
     * @param who the operator.
     * @return seq of the LOGIC_VERSION record; NOT_ACTIVE if this node does not serve.
     * @throws io.partita.ledger.model.PartitaException LOGIC_VERSION_REFUSED if it is no such version, or a member of the in-sync set lacks it or is not
     *     there to say.
     */
    public long raiseLogicVersion(final int version, final String who) {
        if (context.subRole != SubRole.SERVING) {
            return Outcome.NOT_ACTIVE;
        }
        final long seq = operators.raiseLogicVersion(version, who);
        leader.letGoWithout(version);
        return seq;
    }

    /**
     * The version of the state machine's rules for records after the journal's last (R35).
     *
     * @return from 1.
     */
    public int logicVersion() {
        return context.logic.inForce();
    }

    /**
     * The sequencer appended to the own journal, in epoch {@link #sequencingEpoch()}.
     *
     * @param lastSeq the journal's last seq.
     */
    public void onLocalAppend(final long lastSeq) {
        Invariant.check(lastSeq == context.journal.lastSeq(), "the driver says what the journal says");
        Invariant.check(
                context.role != Role.ACTIVE || context.journal.lastEpoch() == context.epoch,
                "what an active appends is of its epoch");
    }

    /**
     * Damage was met in the own journal that is no torn tail: by scrub, replay or send (R39). With a {@link Storage} the records
     * are replaced while the node runs; they must not be applied or sent before. Without one, or alone, the node halts.
     *
     * @param firstSeq the first damaged record.
     * @param lastSeq the last one.
     */
    public void onDamage(final long firstSeq, final long lastSeq) {
        Invariant.check(firstSeq >= 1 && firstSeq <= lastSeq, "a range of records");
        if (!isIdle()) {
            repair.onDamage(firstSeq, lastSeq);
        }
    }

    /**
     * {@link Storage#repair} is done: the records are there again.
     *
     * @param firstSeq as passed to it.
     * @param lastSeq as passed to it.
     */
    public void onRepaired(final long firstSeq, final long lastSeq) {
        if (!isIdle()) {
            follower.onRepaired(firstSeq, lastSeq);
        }
    }

    /**
     * Whether damaged records wait to be cut away or replaced.
     *
     * @return true from {@link #onDamage} on.
     */
    public boolean isRepairing() {
        return repair.isPending();
    }

    /**
     * Whether a record is damaged, as far as is known: it must not be applied or sent.
     *
     * @param seq of the record.
     * @return true until it was replaced, or given up.
     */
    public boolean isDamaged(final long seq) {
        return repair.isDamaged(seq);
    }

    /**
     * {@link Storage#install} is done: the driver's state is the snapshot's, its journal goes on from there, and records are
     * applied from {@code snapshot.seq() + 1} on.
     *
     * @param snapshot as passed to it.
     */
    public void onSnapshotInstalled(final Snapshot snapshot) {
        if (!isIdle()) {
            follower.onSnapshotInstalled(snapshot);
        }
    }

    /**
     * {@link Storage#install} found that what was received is not what its name says.
     *
     * @param text details, {@code name=value}.
     */
    public void onSnapshotRefused(final String text) {
        if (!isIdle()) {
            follower.onSnapshotRefused(text);
        }
    }

    /**
     * Storage failed, or a damaged record was met: the node stops acknowledging first and reports second (R38, R39).
     *
     * @param reason STORAGE_FAULT or DAMAGED.
     * @param text details.
     */
    public void onStorageFault(final HaltReason reason, final String text) {
        context.halt(reason, text);
    }

    /**
     * Hands over to a standby (R29). Its end shows in {@link #handoverState()}.
     *
     * @param to node id; null for the fittest standby.
     * @return null if it has begun; else why it cannot, and nothing has changed.
     */
    public @Nullable String requestHandover(final @Nullable String to) {
        return leader.handover().begin(to);
    }

    /**
     * How far the last handover has come.
     *
     * @return NONE before the first one.
     */
    public HandoverState handoverState() {
        final HandoverState state = leader.handover().state();
        return state.isRunning() && context.isHalted() ? HandoverState.ABORTED : state;
    }

    /**
     * What there is to say about the last handover: to whom, or why it was aborted.
     *
     * @return {@code name=value}; empty before the first one.
     */
    public String handoverText() {
        return context.isHalted()
                ? "halted=" + context.haltReason
                : leader.handover().text();
    }

    /**
     * Asks the active, whoever it is, to take this standby out of the in-sync set, because it is about to stop (R30). It never
     * takes over from now on. Does nothing on an active. To be called again after a role has ended.
     */
    public void requestLeave() {
        if (!isIdle() && context.role != Role.ACTIVE) {
            follower.leave();
        }
    }

    /**
     * How far {@link #requestLeave} has come.
     *
     * @return NONE if it was not asked for.
     */
    public LeaveState leaveState() {
        return follower.leaveState();
    }

    /**
     * Whether the active is lost, as far as a standby can tell: nobody is there to leave.
     *
     * @return true on a standby that suspects the active (R12).
     */
    public boolean suspectsActive() {
        return context.role == Role.PASSIVE && follower.isSuspecting();
    }

    /**
     * What the node is.
     *
     * @return its role.
     */
    public Role role() {
        return context.role;
    }

    /**
     * What an active is doing.
     *
     * @return NONE if not active.
     */
    public SubRole subRole() {
        return context.subRole;
    }

    /**
     * The epoch this node leads, or has promised to follow.
     *
     * @return the epoch.
     */
    public long epoch() {
        return context.role == Role.ACTIVE ? context.epoch : context.meta().promisedEpoch();
    }

    /**
     * How far records are committed as far as this node knows. Apply up to here, never beyond. It may grow within any in-method.
     *
     * @return a seq, at most the journal's last; never decreases.
     */
    public long commitSeq() {
        return context.commit();
    }

    /**
     * Whether batches may be sequenced now.
     *
     * @return the epoch to stamp them with; 0 to hold them back for now; or a negative {@code Outcome} to refuse them with.
     */
    public long sequencingEpoch() {
        if (context.role == Role.HALTED) {
            return Outcome.CLOSED;
        }
        if (context.role != Role.ACTIVE) {
            return Outcome.NOT_ACTIVE;
        }
        if (leader.isDegraded()) {
            return Outcome.DEGRADED;
        }
        if (context.subRole == SubRole.HANDING_OVER) {
            return 0; // R29: queued, not refused
        }
        if (context.space.isLow()) {
            return Outcome.STORAGE_FULL; // R38
        }
        final long uncommitted = context.journal.lastSeq() - context.commit();
        return uncommitted < context.config.uncommittedRecordsMax() ? context.epoch : 0;
    }

    /**
     * Whether results of committed and applied batches may be told to clients. When it turns false, batches in flight end
     * UNKNOWN (R26).
     *
     * @return true on an active.
     */
    public boolean mayAnswer() {
        return context.role == Role.ACTIVE;
    }

    /**
     * Registers a linearizable read (R28): the token stands for this moment.
     *
     * @return a token from 0, or a negative {@code Outcome}.
     */
    public long readToken() {
        return probes.token();
    }

    /**
     * Whether the read that took a token may be served now, from the state as applied so far.
     *
     * @param token from {@link #readToken()}.
     * @return 1 if so, 0 if not yet, or a negative {@code Outcome}.
     */
    public long readAllowed(final long token) {
        return probes.allowed(token);
    }

    /**
     * The latest stamp the sequencer may give now, from the standbys' clocks, or from that of the active that this node followed
     * before it led alone (R41).
     *
     * @return nanoseconds since 1970; {@code Long.MAX_VALUE} while no clock but its own is known.
     */
    public long timestampCeilingNs() {
        if (context.role != Role.ACTIVE) {
            return Long.MAX_VALUE;
        }
        final long standbys = tracker.clockNs(context.nowNs);
        final long clock = standbys == Long.MAX_VALUE ? context.activeClock.nowNs(context.nowNs) : standbys;
        return clock == Long.MAX_VALUE ? clock : clock + context.config.skewMaxNs();
    }

    /**
     * Who is active as far as this node knows: the hint for clients.
     *
     * @return a node id; null if unknown.
     */
    public @Nullable String activeHint() {
        final RegisterConfig cfg = context.register.current();
        return cfg == null ? null : cfg.active();
    }

    /**
     * The newest register value known.
     *
     * @return null before the first read.
     */
    public @Nullable RegisterConfig registerConfig() {
        return context.register.current();
    }

    /**
     * The durable state as it should be now; the newest passed to {@link Effects#persistMeta}.
     *
     * @return the meta.
     */
    public NodeMeta meta() {
        return context.meta();
    }

    /**
     * What to persist as the very last thing of an orderly stop, after the journal is forced and closed.
     *
     * @return the meta with its clean mark set.
     */
    public NodeMeta metaForCleanStop() {
        return context.meta().withClean(true);
    }

    /**
     * Whether only durable records count (R27).
     *
     * @return true while the gate is on or moving.
     */
    public boolean gated() {
        return context.gate.isLimiting();
    }

    /**
     * Whether this node's lineage is in the in-sync set, as far as it knows.
     *
     * @return true if so.
     */
    public boolean inSync() {
        return context.isInSync();
    }

    /**
     * On a standby: contiguous with the active, verified and stored up to here. On an active: its journal's last seq.
     *
     * @return a seq.
     */
    public long matchedSeq() {
        return context.role == Role.ACTIVE ? context.journal.lastSeq() : follower.matched();
    }

    /**
     * Records the slowest required standby has yet to acknowledge.
     *
     * @return 0 if there is none.
     */
    public long replicationLag() {
        return context.role == Role.ACTIVE ? tracker.lag(context.journal.lastSeq()) : 0;
    }

    /**
     * Whether a standby is streamed to.
     *
     * @return true on a standby in a session of its promised epoch.
     */
    public boolean isFollowing() {
        return context.role == Role.PASSIVE && follower.isFollowing();
    }

    /**
     * What an active knows of the other nodes; what any other node knows of them is old or nothing.
     *
     * @return in the order of the configuration.
     */
    public List<PeerView> peers() {
        final List<PeerView> views = new ArrayList<>(peers.length);
        for (final PeerState peer : peers) {
            views.add(new PeerView(peer.node, peer.link.name(), peer.matched, peer.applied));
        }
        return views;
    }

    /**
     * Why the node halted.
     *
     * @return NONE if it did not.
     */
    public HaltReason haltReason() {
        return context.haltReason;
    }

    private boolean isIdle() {
        return context.role == Role.BOOT || context.role == Role.HALTED;
    }

    private boolean wantsGate() {
        final RegisterConfig cfg = context.register.current();
        final Durability durability = cfg == null ? context.config.durability() : cfg.durability();
        if (durability == Durability.ALL_FSYNC) {
            return true;
        }
        if (context.role == Role.ACTIVE) {
            return durability == Durability.ACTIVE_FSYNC || (context.rules.soloNeedsGate() && leader.wantsGate());
        }
        if (context.role == Role.FROZEN && context.rules.soloNeedsGate() && candidate.isToLeadAlone()) {
            return true; // It acknowledges nothing anyway, and the epoch opens sooner.
        }
        // A sole member that waits to lead again must not lose its mark before it does.
        return context.gate.isLimiting() && !(context.role == Role.PASSIVE && follower.isFollowing());
    }
}
