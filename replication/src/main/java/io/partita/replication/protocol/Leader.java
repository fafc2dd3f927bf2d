// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.protocol;

import io.partita.ledger.model.EpochRuns;
import io.partita.ledger.model.Id128;
import io.partita.ledger.model.Invariant;
import io.partita.replication.protocol.codec.AckDecoder;
import io.partita.replication.protocol.codec.FetchDecoder;
import io.partita.replication.protocol.codec.HelloDecoder;
import io.partita.replication.protocol.codec.LeaveDecoder;
import io.partita.replication.protocol.codec.NackDecoder;
import io.partita.replication.protocol.codec.SnapAckDecoder;
import org.jspecify.annotations.Nullable;

/** The active's side: opens its epoch, welcomes standbys, streams to them, counts their acknowledgements (R17 to R20, R26). */
final class Leader {
    /** A commit position is passed on at least this often while nothing else is sent. */
    private static final long COMMIT_NOTICE_NS = 1_000_000L;

    private final CoreContext context;
    private final PeerState[] peers;
    private final CommitTracker tracker;
    private final ReadProbes probes;
    private final Membership membership;
    private final Handover handover;
    private final DigestComparison comparison;
    private final OperatorRecords operators;
    private final AppendHeader header = new AppendHeader();
    private final SnapshotSender snapshots;
    private final RecordServer records;
    private long epochStart;
    private long lastSessionId;

    Leader(
            final CoreContext context,
            final PeerState[] peers,
            final CommitTracker tracker,
            final ReadProbes probes,
            final OperatorRecords operators,
            final Repair repair) {
        this.context = context;
        this.peers = peers;
        this.tracker = tracker;
        this.probes = probes;
        this.operators = operators;
        membership = new Membership(context, peers, tracker, probes, repair);
        handover = new Handover(context, peers, tracker, membership);
        comparison = new DigestComparison(context, peers);
        FrameEncoder.identify(header.origin, context.config, context.lid());
        snapshots = new SnapshotSender(context);
        records = new RecordServer(context);
    }

    // ---------------------------------------------------------------------------------------------- epoch

    /** R17: the epoch is claimed durably; opens it. */
    void open(final RegisterConfig cfg) {
        Invariant.check(context.meta().promisedEpoch() == cfg.epoch(), "only a claimed epoch is led (I18)");
        Invariant.check(
                context.rules != Rules.ALL || context.journal.lastEpoch() < cfg.epoch(),
                "epochs never decrease along a journal (I6)");
        FrameEncoder.identify(header.origin, context.config, context.lid());
        context.role = Role.ACTIVE;
        context.subRole = SubRole.OPENING;
        context.epoch = cfg.epoch();
        epochStart = context.journal.lastSeq() + 1;
        for (final PeerState peer : peers) {
            peer.reset(context.nowNs);
        }
        membership.open();
        probes.open();
        context.effects.appendEpochStart(cfg.epoch(), epochStart, context.journal.lastChain(), context.logic.inForce());
        Invariant.check(context.journal.lastSeq() == epochStart, "EPOCH_START is the epoch's first record");
        Invariant.check(context.journal.lastEpoch() == cfg.epoch(), "EPOCH_START has the epoch's number");
        operators.onOpened(cfg);
        rebuild();
    }

    /** The register has a new value of this epoch. */
    void onConfig(final RegisterConfig cfg, final RegisterConfig before) {
        if (cfg.inSync().size() != before.inSync().size()) {
            context.effects.alarm(
                    cfg.inSync().size() < before.inSync().size() ? AlarmKind.DEGRADED : AlarmKind.RESTORED,
                    "inSync=" + cfg.inSync());
        }
        membership.onResolved();
        handover.onStillActive();
        rebuild();
    }

    Handover handover() {
        return handover;
    }

    void rebuild() {
        membership.rebuild();
    }

    /** R26. The journal is untouched. */
    void stepDown() {
        final long epoch = context.epoch;
        handover.onDeposed();
        context.role = Role.PASSIVE;
        context.subRole = SubRole.NONE;
        for (final PeerState peer : peers) {
            if (peer.session != PeerState.NO_SESSION) {
                context.effects.close(peer.session);
            }
            peer.unlink(context.nowNs);
        }
        context.effects.roleChanged(Role.PASSIVE, epoch, context.commit());
    }

    boolean wantsGate() {
        return membership.wantsGate();
    }

    /** Whether a member that is connected holds all that is committed: it could take over at once. */
    boolean isBackedUp() {
        final RegisterConfig cfg = context.register.current();
        for (final PeerState peer : peers) {
            if (cfg != null
                    && peer.isStreaming()
                    && peer.matched >= context.commit()
                    && cfg.lists(peer.node, peer.lid)) {
                return true;
            }
        }
        return false;
    }

    boolean isDegraded() {
        return tracker.isBlocked() || membership.isStalled();
    }

    // ---------------------------------------------------------------------------------------------- sessions

    private @Nullable PeerState bySession(final long session) {
        for (final PeerState peer : peers) {
            if (peer.session == session) {
                return peer;
            }
        }
        return null;
    }

    private @Nullable PeerState byNode(final Origin origin) {
        for (final PeerState peer : peers) {
            if (peer.nodeHi == origin.nodeHi && peer.nodeLo == origin.nodeLo) {
                return peer;
            }
        }
        return null;
    }

    void onHello(final long session, final Origin origin, final HelloDecoder hello, final EpochRuns runs) {
        final RegisterConfig cfg = context.register.current();
        final PeerState peer = byNode(origin);
        if (peer == null || cfg == null) {
            reject(session, RejectCode.UNKNOWN_NODE);
            return;
        }
        final RejectCode unfit = unfit(hello);
        if (unfit != null) {
            context.effects.alarm(
                    AlarmKind.PEER_REFUSED,
                    "peer=" + peer.node + " code=" + unfit + " proto=" + hello.protoMin() + ".." + hello.protoMax()
                            + " logicVersions=" + hello.logicMin() + ".." + hello.logicMax() + " inForce="
                            + context.logic.inForce());
            reject(session, unfit);
            return;
        }
        if ((hello.seenVer() > cfg.ver() || hello.promisedEpoch() > context.epoch)
                && context.rules.olderEpochIsRefused()) {
            // Perhaps deposed: the register will tell (B5: a frame alone demotes nobody).
            context.register.requestRead(context.nowNs);
            reject(session, RejectCode.REGISTER_AHEAD);
            return;
        }
        if (peer.incarnation == origin.incarnation && origin.frameNo <= peer.helloFrameNo) {
            context.effects.close(session); // An older HELLO that was overtaken.
            return;
        }
        if (isClone(peer, origin)) {
            reject(session, RejectCode.CLONE);
            return;
        }
        final Id128 lid = new Id128(origin.lidHi, origin.lidLo);
        if (peer.lid.equals(lid) && hello.lastSeq() < peer.ackedMax) {
            context.effects.alarm(
                    AlarmKind.PEER_REFUSED,
                    "peer=" + peer.node + " lid=" + lid + " has lastSeq=" + hello.lastSeq() + " but acknowledged "
                            + peer.ackedMax);
            reject(session, RejectCode.LINEAGE_REGRESSION);
            return;
        }
        if (peer.digestMismatch && peer.lid.equals(lid)) {
            reject(session, RejectCode.DIGEST_MISMATCH);
            return;
        }
        welcome(session, origin, hello, runs, peer, lid, cfg);
    }

    /** R35: the highest version that both sides know, or none; null if the sender can follow. */
    private @Nullable RejectCode unfit(final HelloDecoder hello) {
        if (hello.protoMin() > context.config.protoMax() || hello.protoMax() < context.config.protoMin()) {
            return RejectCode.PROTO;
        }
        final int logic = context.logic.inForce();
        return hello.logicMin() > logic || hello.logicMax() < logic ? RejectCode.LOGIC : null;
    }

    private void welcome(
            final long session,
            final Origin origin,
            final HelloDecoder hello,
            final EpochRuns runs,
            final PeerState peer,
            final Id128 lid,
            final RegisterConfig cfg) {
        if (peer.session != PeerState.NO_SESSION) {
            context.effects.close(peer.session); // Only the newest session of a node counts.
        }
        if (!peer.lid.equals(lid)) {
            peer.ackedMax = 0;
            peer.agreedSeq = 0;
            peer.digestMismatch = false;
            peer.fromStart = false;
            peer.needsSnapshot = false;
        }
        peer.unlink(context.nowNs);
        peer.session = session;
        peer.sessionId = ++lastSessionId;
        peer.link = PeerState.Link.WELCOMED;
        peer.lid = lid;
        peer.slow &= peer.incarnation == origin.incarnation; // B6: one that crashed is not slow.
        peer.incarnation = origin.incarnation;
        peer.helloFrameNo = origin.frameNo;
        peer.clockKnown = false;
        peer.proto = Math.min(hello.protoMax(), context.config.protoMax());
        peer.logicMin = (int) hello.logicMin();
        peer.logicMax = (int) Math.min(Integer.MAX_VALUE, hello.logicMax());
        final Snapshot snapshot = snapshots.wanted(peer, hello.lastSeq());
        final long commonSeq = snapshot == null ? commonSeq(peer, hello, runs) : snapshot.seq();
        if (snapshot == null && !context.journal.isReadable(commonSeq)) {
            context.effects.close(session);
            onDisconnected(session);
            return;
        }
        if (snapshot != null) {
            peer.fromStart = false;
            peer.needsSnapshot = false; // What comes back after it has another journal.
        }
        peer.transfer = snapshot == null ? null : new SnapshotSender.Transfer(snapshot, context.nowNs);
        peer.sentSeq = commonSeq;
        peer.sentCommit = 0;
        peer.probeSent = 0;
        peer.progressNs = context.nowNs;
        peer.lastSentNs = context.nowNs;
        membership.rebuild();
        context.frames.welcome(
                peer,
                context.epoch,
                cfg,
                context.logic.inForce(),
                context.commit(),
                commonSeq,
                snapshot == null ? context.journal.chainAt(commonSeq) : snapshot.chain(),
                snapshot == null ? 0 : snapshot.seq());
    }

    private long commonSeq(final PeerState peer, final HelloDecoder hello, final EpochRuns runs) {
        return Reconcile.commonSeq(
                context.journal, peer.fromStart, hello.oldestSeq(), hello.lastSeq(), hello.lastChain(), runs);
    }

    /**
     * Two processes that take turns: an incarnation that comes back after a newer one was heard may be a delayed frame once, or
     * many at once if this node was paused, but not again and again.
     */
    private boolean isClone(final PeerState peer, final Origin origin) {
        if (peer.incarnation == 0 || peer.incarnation == origin.incarnation) {
            return false;
        }
        if (peer.previousIncarnation == origin.incarnation) {
            if (context.nowNs - peer.returnedNs >= context.config.connectRetryNs()) {
                peer.returnedNs = context.nowNs;
                peer.returnsOfPrevious++;
            }
            if (peer.returnsOfPrevious > 3) {
                context.effects.alarm(AlarmKind.CLONE, "peer=" + peer.node);
                return true;
            }
        } else {
            peer.returnsOfPrevious = 0;
            peer.returnedNs = context.nowNs;
        }
        peer.previousIncarnation = peer.incarnation;
        return false;
    }

    private void reject(final long session, final RejectCode code) {
        context.frames.reject(
                session, code, context.role, context.meta().promisedEpoch(), context.register.ver(), context.self);
    }

    void onDisconnected(final long session) {
        final PeerState peer = bySession(session);
        if (peer != null) {
            peer.unlink(context.nowNs);
            membership.onUnlinked(peer);
            context.register.requestRead(context.nowNs);
        }
    }

    private void end(final PeerState peer) {
        context.effects.close(peer.session);
        peer.unlink(context.nowNs);
        membership.onUnlinked(peer);
    }

    // ---------------------------------------------------------------------------------------------- ACK, NACK

    /** Who says something in its session of this epoch; null if it is not its session, or an old one. */
    private @Nullable PeerState speaker(final long session, final Origin origin) {
        final PeerState peer = bySession(session);
        return peer == null
                        || origin.sessionId != peer.sessionId
                        || origin.epoch != context.epoch
                        || origin.incarnation != peer.incarnation
                        || origin.lidHi != peer.lid.hi()
                        || origin.lidLo != peer.lid.lo()
                ? null
                : peer;
    }

    void onSnapAck(final long session, final Origin origin, final SnapAckDecoder ack) {
        final PeerState peer = speaker(session, origin);
        if (peer == null) {
            return;
        }
        final SnapshotSender.Transfer transfer = peer.transfer;
        if (transfer != null && !snapshots.onAck(transfer, ack.snapId(), ack.position())) {
            end(peer);
        }
    }

    void onFetch(final long session, final Origin origin, final FetchDecoder fetch) {
        final PeerState peer = speaker(session, origin);
        if (peer != null
                && peer.link == PeerState.Link.WELCOMED
                && fetch.kind() == FrameEncoder.FETCH_RECORDS
                && !records.onFetch(peer, fetch.firstSeq(), fetch.lastSeq())) {
            end(peer);
        }
    }

    void onAck(final long session, final Origin origin, final AckDecoder ack) {
        final PeerState peer = speaker(session, origin);
        if (peer == null || peer.transfer != null) {
            return;
        }
        final long matched = ack.matched();
        if (matched > context.journal.lastSeq() || ack.probeId() > probes.issued()) {
            end(peer); // It cannot hold what was never sent.
            return;
        }
        peer.link = PeerState.Link.STREAMING;
        peer.everLinked = true;
        peer.fromStart = false;
        peer.needsSnapshot = false;
        peer.filledSeq = 0;
        peer.freeBytes = ack.freeBytes();
        final boolean progress = matched > peer.matched || ack.probeId() > peer.probeAck;
        peer.matched = Math.max(peer.matched, matched);
        peer.ackedMax = Math.max(peer.ackedMax, matched);
        peer.durable = ack.durable();
        peer.applied = ack.applied();
        peer.probeAck = Math.max(peer.probeAck, ack.probeId());
        peer.clockNs = ack.clockNs();
        peer.clockAtNs = context.nowNs;
        peer.clockKnown = true;
        if (progress || !peer.isOutstanding()) {
            peer.progressNs = context.nowNs;
        }
        peer.digestSeq = ack.digestSeq();
        peer.digest = ack.digest();
        compareDigest(peer);
    }

    /** R40. */
    private void compareDigest(final PeerState peer) {
        if (context.rules.digestsAreCompared() && comparison.differs(peer)) {
            reject(peer.session, RejectCode.DIGEST_MISMATCH);
            end(peer);
        }
    }

    void onNack(final long session, final Origin origin, final NackDecoder nack) {
        final PeerState peer = speaker(session, origin);
        if (peer == null) {
            return;
        }
        if (nack.code() == NackCode.CHAIN_MISMATCH.code() && peer.link == PeerState.Link.WELCOMED) {
            // R6: what the tables said does not hold; R7 finds the conflict record by record, if it is among those
            // kept.
            peer.needsSnapshot = peer.fromStart || peer.sentSeq < context.journal.oldestSeq();
            peer.fromStart = true;
        }
        if (nack.code() == NackCode.DISK_FULL.code()) {
            peer.diskFull = true;
            return;
        }
        end(peer);
    }

    /** R30: until it is answered it is streamed to and counts as before. */
    void onLeave(final long session, final Origin origin, final LeaveDecoder leave) {
        final PeerState peer = speaker(session, origin);
        if (peer == null) {
            return;
        }
        if (leave.reason() != 0 && !peer.leaving) {
            context.effects.alarm(AlarmKind.PEER_REFUSED, "peer=" + peer.node + " leaves: reason=" + leave.reason());
        }
        peer.leaving = true;
        peer.leaveDue = true;
    }

    void onHandoverReady(final long session, final Origin origin) {
        final PeerState peer = speaker(session, origin);
        if (peer != null) {
            handover.onReady(peer);
        }
    }

    /** R35: the journal goes on with a version of the rules; who lacks it gets none of that. */
    void letGoWithout(final int version) {
        for (final PeerState peer : peers) {
            if (peer.link != PeerState.Link.NONE && !peer.knowsLogic(version)) {
                reject(peer.session, RejectCode.LOGIC);
                end(peer);
            }
        }
    }

    void onStaleEpoch() {
        context.register.requestRead(context.nowNs);
    }

    void onApplied() {
        for (final PeerState peer : peers) {
            if (peer.isStreaming() && peer.digestSeq == context.applied) {
                compareDigest(peer);
            }
        }
    }

    // ---------------------------------------------------------------------------------------------- duty cycle

    void tick() {
        membership.tick(epochStart);
    }

    int flush() {
        advanceCommit();
        handover.step();
        int work = 0;
        for (final PeerState peer : peers) {
            if (peer.isStreaming()) {
                work += stream(peer);
            } else if (peer.link == PeerState.Link.WELCOMED) {
                work += fill(peer);
            }
        }
        probes.onCarried();
        return work;
    }

    /** What comes before the stream: a snapshot (R32), or records that repair a journal (R39). */
    private int fill(final PeerState peer) {
        final SnapshotSender.Transfer transfer = peer.transfer;
        if (transfer == null && peer.fetchSeq == 0) {
            return 0;
        }
        identify(peer);
        final int work = transfer == null ? records.flush(peer, header) : snapshots.flush(peer, transfer);
        if (work < 0) {
            end(peer);
            return 1;
        }
        return work;
    }

    private int stream(final PeerState peer) {
        if (peer.sentSeq < context.journal.oldestSeq() - 1) {
            end(peer); // R33: what it needs is not kept any more.
            return 1;
        }
        final long lastSeq = peer.diskFull ? peer.sentSeq : context.journal.lastSeq();
        int sent = 0;
        while (peer.sentSeq < lastSeq
                && peer.sentSeq - peer.matched < context.config.inFlightRecordsMax()
                && peer.isStreaming()) {
            final long before = peer.sentSeq;
            append(peer, lastSeq);
            if (peer.sentSeq == before) {
                return sent;
            }
            sent++;
        }
        if (sent == 0 && peer.isStreaming() && isNoticeDue(peer)) {
            append(peer, peer.sentSeq);
            sent++;
        }
        return sent;
    }

    private boolean isNoticeDue(final PeerState peer) {
        final long silentNs = context.nowNs - peer.lastSentNs;
        return silentNs >= context.config.heartbeatNs()
                || probes.issued() > peer.probeSent
                || (context.commit() > peer.sentCommit && silentNs >= COMMIT_NOTICE_NS);
    }

    private void identify(final PeerState peer) {
        header.origin.proto = peer.proto;
        header.origin.sessionId = peer.sessionId;
        header.origin.epoch = context.epoch;
        header.origin.frameNo = context.frames.nextFrameNo();
    }

    private void append(final PeerState peer, final long lastSeq) {
        identify(peer);
        header.set(peer.sentSeq + 1, context.commit(), probes.issued());
        final boolean idle = !peer.isOutstanding();
        final long reached =
                context.effects.sendAppend(peer.session, header, lastSeq, context.config.appendLengthMax());
        if (reached < 0) {
            return; // The link has ended; onDisconnected will follow.
        }
        final boolean heartbeat = lastSeq == peer.sentSeq;
        if (reached == peer.sentSeq && !heartbeat) {
            return; // The link is full.
        }
        Invariant.check(reached >= peer.sentSeq && reached <= lastSeq, "a run is within what was offered");
        peer.sentSeq = reached;
        peer.sentCommit = context.commit();
        peer.probeSent = probes.issued();
        peer.lastSentNs = context.nowNs;
        if (idle) {
            peer.progressNs = context.nowNs;
        }
    }

    /** R19, and R17: the epoch is open once its first record is committed and applied. */
    void advanceCommit() {
        final long position = tracker.committable(context.commit(), context.gate);
        if (position > context.commit()) {
            if (context.rules == Rules.ALL) {
                tracker.check(position, context.gate);
            }
            context.gate.expose(position);
            context.commitTo(position);
        }
        if (context.subRole == SubRole.OPENING && context.commit() >= epochStart && context.applied >= epochStart) {
            context.subRole = SubRole.SERVING;
            context.effects.roleChanged(Role.ACTIVE, context.epoch, epochStart);
        }
    }
}
