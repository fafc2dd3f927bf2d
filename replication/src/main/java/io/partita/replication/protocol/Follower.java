// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.protocol;

import io.partita.replication.protocol.codec.HandoverPrepDecoder;
import io.partita.replication.protocol.codec.LeaveOkDecoder;
import io.partita.replication.protocol.codec.RejectDecoder;
import io.partita.replication.protocol.codec.SnapChunkDecoder;
import io.partita.replication.protocol.codec.SnapOfferDecoder;
import io.partita.replication.protocol.codec.WelcomeDecoder;
import org.agrona.DirectBuffer;
import org.jspecify.annotations.Nullable;

/** The standby's side of a session: connects to the active, reconciles, appends, acknowledges (R5 to R11). */
final class Follower {
    private enum State {
        IDLE,
        CONNECTING,
        HELLO,
        PROMISING,
        /** A snapshot comes (R32). */
        INSTALLING,
        /** Records come that replace damaged ones (R39). */
        REPAIRING,
        FOLLOWING
    }

    private static final long NO_SESSION = Long.MIN_VALUE;
    private static final long LEAVE_REPEAT_NS = 20_000_000L;
    private static final int LEAVE_PLANNED = 0;
    private static final int LEAVE_DAMAGED = 1;

    /** One that is just making its claim durable leads in a moment. */
    private static final long CLAIMING_RETRY_NS = 2_000_000L;

    private final CoreContext context;
    private final Suspicion suspicion;
    private final RecordIntake intake;
    private final @Nullable Storage storage;
    private final @Nullable SnapshotInstaller installer;
    private final Renewal renewal;
    private final Repair repair;
    private State state = State.IDLE;
    private @Nullable String target;
    private long targetHi;
    private long targetLo;
    private long session = NO_SESSION;
    private long sessionId;
    private long sessionEpoch;
    private long promiseToken;
    private long toldOldestSeq;
    private long commonSeq;
    private long commonChain;
    private long planSnapshotSeq;
    private long stateSinceNs;
    private long nextConnectNs;

    private long probeSeen;
    private boolean ackDue;
    private long ackedMatched;
    private boolean refusing;
    private boolean refusalDue;

    private LeaveState leave = LeaveState.NONE;
    private long leaveAskedNs;

    Follower(final CoreContext context, final @Nullable Storage storage, final Renewal renewal, final Repair repair) {
        this.context = context;
        this.storage = storage;
        this.renewal = renewal;
        this.repair = repair;
        installer = storage == null ? null : new SnapshotInstaller(context, storage);
        suspicion = new Suspicion(context);
        intake = new RecordIntake(context);
    }

    void start() {
        suspicion.start();
        nextConnectNs = context.nowNs;
    }

    /** Follows another node, or nobody. */
    void target(final @Nullable String node) {
        if (node == null ? target == null : node.equals(target)) {
            return;
        }
        stop();
        target = node;
        targetHi = node == null ? 0 : NodeIds.hi(node);
        targetLo = node == null ? 0 : NodeIds.lo(node);
        suspicion.begin();
        nextConnectNs = context.nowNs;
    }

    /** A new epoch of the same active: what it said as a restarted node is history. */
    void epochMoved() {
        suspicion.begin();
        nextConnectNs = context.nowNs;
    }

    /** Ends the session: nothing is appended or acknowledged any more (I14). */
    void stop() {
        if (session != NO_SESSION) {
            context.effects.close(session);
        }
        forget();
    }

    private void forget() {
        session = NO_SESSION;
        state = State.IDLE;
        stateSinceNs = context.nowNs;
        intake.forget();
        ackDue = false;
        ackedMatched = -1;
        probeSeen = 0;
        refusing = false;
        context.frames.speak(context.config.protoMin());
        if (installer != null) {
            installer.forget();
        }
    }

    /** R39: what this node holds must not be counted on any more. */
    void abandon() {
        if (state == State.FOLLOWING) {
            context.frames.leave(session, sessionId, sessionEpoch, LEAVE_DAMAGED);
        }
        stop();
    }

    private void retryLater() {
        stop();
        nextConnectNs = context.nowNs + context.config.connectRetryNs();
    }

    /** This node stood still for a while: the active was not silent for that long. */
    void forgive(final long stallNs) {
        suspicion.forgive(stallNs);
        stateSinceNs += stallNs;
    }

    boolean isFollowing() {
        return state == State.FOLLOWING;
    }

    long matched() {
        return intake.matched();
    }

    /** When the active was lost, or last heard of if no link was lost. */
    long lostSinceNs() {
        return suspicion.lostSinceNs();
    }

    /** R12: whether the active is to be suspected. Liveness only. */
    boolean isSuspecting() {
        return target != null && suspicion.isSuspecting();
    }

    /** Whether the active has said that it does not lead: it is alive as a standby. */
    boolean isTargetPassive() {
        return suspicion.isPassive();
    }

    /** R30: asks the active to take this node out of the set. From now on it never takes over. */
    void leave() {
        if (leave == LeaveState.NONE) {
            leave = LeaveState.ASKED;
            leaveAskedNs = context.nowNs - LEAVE_REPEAT_NS;
        }
    }

    LeaveState leaveState() {
        return leave;
    }

    /** Whether this node is about to stop. */
    boolean isLeaving() {
        return leave == LeaveState.ASKED || leave == LeaveState.LEFT;
    }

    void tick() {
        if (context.role != Role.PASSIVE || target == null || leave == LeaveState.LEFT) {
            return;
        }
        final long nowNs = context.nowNs;
        switch (state) {
            case IDLE -> {
                if (nowNs - nextConnectNs >= 0 && !isRestoring()) {
                    state = State.CONNECTING;
                    stateSinceNs = nowNs;
                    session = context.effects.connect(target);
                }
            }
            case CONNECTING, HELLO -> {
                if (nowNs - stateSinceNs >= context.config.welcomeTimeoutNs()) {
                    retryLater();
                }
            }
            case PROMISING -> {}
            case INSTALLING, REPAIRING, FOLLOWING -> {
                if (suspicion.isSilent() || (refusing && !context.space.isLow())) {
                    retryLater();
                } else if (state == State.FOLLOWING
                        && leave == LeaveState.ASKED
                        && nowNs - leaveAskedNs >= LEAVE_REPEAT_NS) {
                    leaveAskedNs = nowNs;
                    context.frames.leave(session, sessionId, sessionEpoch, LEAVE_PLANNED);
                }
            }
        }
    }

    /** Whether lineage or journal are being replaced: no session meanwhile. */
    private boolean isRestoring() {
        return renewal.isUnderWay() || (installer != null && installer.isSwitching());
    }

    // ---------------------------------------------------------------------------------------------- links

    boolean owns(final long otherSession) {
        return session == otherSession && session != NO_SESSION;
    }

    void onConnected() {
        if (state != State.CONNECTING) {
            return;
        }
        suspicion.onPort(false);
        state = State.HELLO;
        stateSinceNs = context.nowNs;
        final RegisterConfig cfg = context.register.current();
        final NodeClass own = cfg == null ? null : cfg.classOf(context.self);
        toldOldestSeq = context.journal.oldestSeq();
        context.frames.hello(
                session, context.role, own == null ? NodeClass.VOTER : own, context.meta(), context.journal);
    }

    void onConnectFailed(final LinkLoss reason) {
        suspicion.onPort(reason == LinkLoss.REFUSED);
        forget();
        nextConnectNs = context.nowNs + context.config.connectRetryNs();
    }

    void onDisconnected() {
        suspicion.onLinkLost();
        forget();
        nextConnectNs = context.nowNs;
        context.register.requestRead(context.nowNs);
    }

    // ---------------------------------------------------------------------------------------------- frames

    private boolean isFromTarget(final Origin origin) {
        return origin.nodeHi == targetHi && origin.nodeLo == targetLo;
    }

    void onReject(final Origin origin, final RejectDecoder reject) {
        if (!isFromTarget(origin)) {
            return;
        }
        final int code = reject.code();
        boolean isAboutToLead = false;
        if (code == RejectCode.NOT_ACTIVE.code()) {
            isAboutToLead = reject.role() == Role.FROZEN.code() || reject.ver() < context.register.ver();
            suspicion.onNotActive(isAboutToLead);
        } else if (code == RejectCode.LINEAGE_REGRESSION.code()) {
            context.halt(HaltReason.LINEAGE_REGRESSION, "the active says that lid=" + context.lid() + " held more");
            return;
        } else if (code == RejectCode.CLONE.code()) {
            context.halt(HaltReason.CLONE, "the active hears two processes with lid=" + context.lid());
            return;
        } else if (code == RejectCode.DIGEST_MISMATCH.code()) {
            context.halt(HaltReason.DIGEST_MISMATCH, "the active has another state at seq <= " + context.applied);
            return;
        } else if (code != RejectCode.REGISTER_AHEAD.code() && code != RejectCode.STALE_EPOCH.code()) {
            context.effects.alarm(AlarmKind.PEER_REFUSED, "peer=" + target + " code=" + code);
        }
        context.register.requestRead(context.nowNs);
        retryLater();
        if (isAboutToLead) {
            nextConnectNs = context.nowNs + Math.min(CLAIMING_RETRY_NS, context.config.connectRetryNs());
        }
    }

    void onWelcome(final Origin origin, final WelcomeDecoder welcome) {
        final boolean awaited =
                state == State.HELLO || (state == State.FOLLOWING && !context.rules.lengthProvesNothing());
        if (!awaited || context.role != Role.PASSIVE || !isFromTarget(origin)) {
            return;
        }
        suspicion.onLeads();
        final long epoch = origin.epoch;
        final long promised = context.meta().promisedEpoch();
        final boolean older =
                epoch < promised || (context.rules.promiseIsDurable() && epoch < context.journal.lastEpoch());
        if (older && context.rules.olderEpochIsRefused()) {
            // R5: a deposed active; it learns by this and by the register.
            context.frames.reject(session, RejectCode.STALE_EPOCH, context.role, promised, context.register.ver(), "");
            context.register.requestRead(context.nowNs);
            retryLater();
            return;
        }
        if (!speaks(welcome)) {
            return;
        }
        sessionId = origin.sessionId;
        sessionEpoch = epoch;
        commonSeq = welcome.commonSeq();
        commonChain = welcome.commonChain();
        intake.begin(target, epoch, intake.matched());
        planSnapshotSeq = welcome.plan() == FrameEncoder.PLAN_SNAPSHOT ? welcome.snapshotSeq() : 0;
        if (welcome.ver() > context.register.ver()) {
            context.register.requestRead(context.nowNs);
        }
        if (epoch > promised) {
            context.promise(epoch);
        }
        promiseToken = context.metaKeeper.token();
        state = State.PROMISING;
        stateSinceNs = context.nowNs;
        onMetaDurable();
    }

    /** R35: what the active chose must be known here; an active keeps to what the HELLO said. */
    private boolean speaks(final WelcomeDecoder welcome) {
        final int proto = welcome.proto();
        if (proto < context.config.protoMin()
                || proto > context.config.protoMax()
                || !context.logic.isKnown((int) welcome.logicVersion())) {
            context.effects.alarm(
                    AlarmKind.PEER_REFUSED,
                    "peer=" + target + " chose proto=" + proto + " logicVersion=" + welcome.logicVersion());
            retryLater();
            return false;
        }
        context.frames.speak(proto);
        return true;
    }

    /** R5: the promise is durable before the first ACK. */
    void onMetaDurable() {
        if (state == State.PROMISING
                && (context.metaKeeper.isDurable(promiseToken) || !context.rules.promiseIsDurable())) {
            reconcile();
        }
    }

    private void reconcile() {
        if (planSnapshotSeq > 0) {
            awaitSnapshot();
            return;
        }
        if (!context.rules.cutNeedsConflict() && context.journal.lastSeq() > context.commit()) {
            intake.cut(context.commit());
            commonSeq = Math.min(commonSeq, context.journal.lastSeq());
            commonChain = context.journal.chainAt(commonSeq);
        }
        if (!context.rules.lengthProvesNothing() && commonSeq < context.journal.lastSeq()) {
            intake.cut(commonSeq);
        }
        final long base = context.journal.oldestSeq() - 1;
        if (commonSeq < toldOldestSeq - 1) {
            // What is before the oldest record was committed: an active that knows of it says so, if its journal goes
            // that far.
            context.halt(
                    HaltReason.COMMITTED_CONFLICT,
                    "the journal of active=" + target + " epoch=" + sessionEpoch + " ends at seq=" + commonSeq
                            + ", what was committed here goes beyond: oldestSeq=" + toldOldestSeq);
        } else if (commonSeq < base || commonSeq > context.journal.lastSeq()) {
            nackAndLeave(NackCode.CHAIN_MISMATCH, commonSeq);
        } else if (!context.journal.isReadable(commonSeq)) {
            retryLater();
        } else if (context.journal.chainAt(commonSeq) != commonChain) {
            if (base > 0 && commonSeq == base) {
                context.halt(HaltReason.COMMITTED_CONFLICT, "the active has another record at seq=" + base);
            } else {
                nackAndLeave(NackCode.CHAIN_MISMATCH, commonSeq);
            }
        } else if (repair.isPending()) {
            state = State.REPAIRING;
            repair.begin(commonSeq);
        } else {
            follow();
        }
    }

    private void follow() {
        state = State.FOLLOWING;
        intake.begin(target, sessionEpoch, commonSeq);
        ackDue = true;
        renewal.used();
    }

    /** R32: first a lineage that nobody counts on, in another session; then the snapshot. */
    private void awaitSnapshot() {
        if (installer == null) {
            context.effects.alarm(
                    AlarmKind.PEER_REFUSED, "peer=" + target + " would send a snapshot, which is not kept here");
            retryLater();
        } else if (repair.isPending() && planSnapshotSeq <= context.commit()) {
            context.halt(
                    HaltReason.DAMAGED,
                    "the damaged records are not kept by active=" + target + " any more: snapshot=" + planSnapshotSeq);
        } else if (renewal.isUnused()) {
            state = State.INSTALLING;
        } else {
            stop();
            renewal.start();
        }
    }

    void onSnapOffer(final Origin origin, final SnapOfferDecoder offer) {
        if (installer == null || state != State.INSTALLING || !isInSession(origin)) {
            return;
        }
        suspicion.onHeard();
        if (!context.logic.isKnown((int) offer.logicVersion())) {
            context.halt(HaltReason.LOGIC, "a snapshot of logicVersion=" + offer.logicVersion());
            return;
        }
        installer.onOffer(new Snapshot(
                offer.seq(),
                offer.snapEpoch(),
                offer.chain(),
                offer.digest(),
                (int) offer.logicVersion(),
                offer.size(),
                (int) offer.crc()));
        endIfWhole(installer);
    }

    void onSnapChunk(final Origin origin, final SnapChunkDecoder chunk) {
        if (installer == null || state != State.INSTALLING || !isInSession(origin)) {
            return;
        }
        suspicion.onHeard();
        if (installer.onChunk(chunk)) {
            endIfWhole(installer);
        } else {
            context.effects.alarm(AlarmKind.CORRUPT_RECORDS, "snapshot=" + chunk.snapId() + " peer=" + target);
            nackAndLeave(NackCode.CORRUPT, chunk.snapId());
        }
    }

    private void endIfWhole(final SnapshotInstaller receiver) {
        if (receiver.switchIfWhole()) {
            retryLater();
        }
    }

    void onSnapshotInstalled(final Snapshot snapshot) {
        receiver().onInstalled(snapshot);
        repair.forget();
    }

    void onSnapshotRefused(final String text) {
        receiver().onRefused(text);
    }

    private SnapshotInstaller receiver() {
        final SnapshotInstaller present = installer;
        if (present == null) {
            throw new IllegalStateException("nothing was received");
        }
        return present;
    }

    private boolean isInSession(final Origin origin) {
        return context.role == Role.PASSIVE
                && origin.sessionId == sessionId
                && origin.epoch == sessionEpoch
                && isFromTarget(origin);
    }

    private void nackAndLeave(final NackCode code, final long seq) {
        context.frames.nack(session, sessionId, sessionEpoch, code, seq);
        retryLater();
    }

    void onAppend(final AppendHeader header, final DirectBuffer records, final int offset, final int length) {
        final Origin origin = header.origin;
        if (!isInSession(origin) || (state != State.FOLLOWING && state != State.REPAIRING)) {
            return;
        }
        suspicion.onHeard();
        if (state == State.REPAIRING) {
            mend(records, offset, length);
            return;
        }
        if (length > 0 && !refuses(length) && !takeRecords(header, records, offset, length)) {
            return;
        }
        probeSeen = Math.max(probeSeen, header.probeId());
        final long committed = Math.min(header.commit(), intake.matched());
        if (committed > context.commit()) {
            context.commitTo(committed); // R10
        }
        ackDue = true;
    }

    /** R38: nothing is taken without room, until a new session after there is room again. */
    private boolean refuses(final int length) {
        if (!refusing && (context.space.isLow() || !context.journal.makeRoom(length))) {
            refusing = true;
            refusalDue = true;
        }
        return refusing;
    }

    private void mend(final DirectBuffer records, final int offset, final int length) {
        if (storage == null || !repair.onRecords(storage, records, offset, length)) {
            nackAndLeave(NackCode.CORRUPT, commonSeq);
        }
    }

    void onRepaired(final long firstSeq, final long lastSeq) {
        if (repair.onRepaired(firstSeq, lastSeq) && state == State.REPAIRING) {
            follow();
        }
    }

    /** Returns false if the session was ended. */
    private boolean takeRecords(
            final AppendHeader header, final DirectBuffer records, final int offset, final int length) {
        if (intake.take(header.epoch(), records, offset, length)) {
            return true;
        }
        final NackCode objection = intake.objection();
        if (objection != null) {
            nackAndLeave(objection, intake.objectionSeq());
        }
        return false;
    }

    // ---------------------------------------------------------------------------------------------- planned changes

    private boolean isOfSession(final Origin origin) {
        return state == State.FOLLOWING && isInSession(origin);
    }

    /** R29: the active asks whether this node could lead. It can if it could take over (R3), and is not about to stop. */
    void onHandoverPrep(final Origin origin, final HandoverPrepDecoder prep) {
        if (!isOfSession(origin) || prep.targetEpoch() != sessionEpoch + 1 || isLeaving()) {
            return;
        }
        suspicion.onHeard();
        if (context.isEligible(context.register.current())) {
            context.frames.handoverReady(session, sessionId, sessionEpoch, acknowledgeable(), context.applied);
        } else {
            context.register.requestRead(context.nowNs); // It may be listed since; the active will ask again.
        }
    }

    void onLeaveOk(final Origin origin, final LeaveOkDecoder leaveOk) {
        if (isOfSession(origin) && leave == LeaveState.ASKED) {
            leave = leaveOk.ver() == 0 ? LeaveState.REFUSED : LeaveState.LEFT;
            if (leave == LeaveState.LEFT) {
                stop();
            }
        }
    }

    // ---------------------------------------------------------------------------------------------- ACK

    /** R9: how far this node may acknowledge. */
    private long acknowledgeable() {
        return Math.min(intake.matched(), context.gate.position());
    }

    int flush() {
        if (state == State.INSTALLING && installer != null) {
            return installer.flush(session, sessionId, sessionEpoch);
        }
        if (state == State.REPAIRING) {
            return repair.flush(session, sessionId, sessionEpoch);
        }
        if (refusing && refusalDue) {
            refusalDue =
                    !context.frames.nack(session, sessionId, sessionEpoch, NackCode.DISK_FULL, intake.matched() + 1);
        }
        if (state != State.FOLLOWING || (context.role != Role.PASSIVE && context.rules.frozenIsSilent())) {
            return 0;
        }
        final long position = acknowledgeable();
        if (!ackDue && position == ackedMatched) {
            return 0;
        }
        context.gate.expose(position);
        final boolean sent = context.frames.ack(
                session,
                sessionId,
                sessionEpoch,
                position,
                context.journal.durableSeq(),
                context.applied,
                probeSeen,
                context.applied,
                context.appliedDigest,
                context.journal.freeBytes(),
                context.wallNs,
                context.gate.isLimiting());
        if (sent) {
            ackDue = false;
            ackedMatched = position;
        }
        return 1;
    }
}
