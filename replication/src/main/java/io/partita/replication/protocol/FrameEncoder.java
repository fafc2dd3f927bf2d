// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.protocol;

import io.partita.ledger.model.EpochRuns;
import io.partita.ledger.model.Id128;
import io.partita.replication.protocol.codec.AckEncoder;
import io.partita.replication.protocol.codec.FetchEncoder;
import io.partita.replication.protocol.codec.HandoverGoEncoder;
import io.partita.replication.protocol.codec.HandoverPrepEncoder;
import io.partita.replication.protocol.codec.HandoverReadyEncoder;
import io.partita.replication.protocol.codec.HelloEncoder;
import io.partita.replication.protocol.codec.LeaveEncoder;
import io.partita.replication.protocol.codec.LeaveOkEncoder;
import io.partita.replication.protocol.codec.MessageHeaderEncoder;
import io.partita.replication.protocol.codec.NackEncoder;
import io.partita.replication.protocol.codec.RejectEncoder;
import io.partita.replication.protocol.codec.SnapAckEncoder;
import io.partita.replication.protocol.codec.SnapChunkEncoder;
import io.partita.replication.protocol.codec.SnapOfferEncoder;
import io.partita.replication.protocol.codec.WelcomeEncoder;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** Writes the control frames of B5, one at a time, into its own buffer. Mirror image of {@link FrameDecoder}. */
final class FrameEncoder {
    /** Runs in a HELLO at most. */
    static final int RUNS_MAX = 64;

    /** WELCOME: records follow from the common seq on. */
    static final int PLAN_STREAM = 0;

    /** WELCOME: a snapshot comes first (R33). */
    static final int PLAN_SNAPSHOT = 1;

    /** FETCH: records (R39). */
    static final int FETCH_RECORDS = 1;

    private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[ReplicaCore.FRAME_LENGTH_MAX]);
    private final MessageHeaderEncoder header = new MessageHeaderEncoder();
    private final HelloEncoder hello = new HelloEncoder();
    private final WelcomeEncoder welcome = new WelcomeEncoder();
    private final RejectEncoder reject = new RejectEncoder();
    private final AckEncoder ack = new AckEncoder();
    private final NackEncoder nack = new NackEncoder();
    private final LeaveEncoder leave = new LeaveEncoder();
    private final LeaveOkEncoder leaveOk = new LeaveOkEncoder();
    private final HandoverPrepEncoder handoverPrep = new HandoverPrepEncoder();
    private final HandoverReadyEncoder handoverReady = new HandoverReadyEncoder();
    private final HandoverGoEncoder handoverGo = new HandoverGoEncoder();
    private final Origin origin = new Origin();
    private final SnapOfferEncoder snapOffer = new SnapOfferEncoder();
    private final SnapChunkEncoder snapChunk = new SnapChunkEncoder();
    private final SnapAckEncoder snapAck = new SnapAckEncoder();
    private final FetchEncoder fetch = new FetchEncoder();
    private final CoreConfig config;
    private final Effects effects;
    private int sessionProto;
    private long snapshotSeq;

    FrameEncoder(final CoreConfig config, final Id128 lid, final Effects effects) {
        this.config = config;
        this.effects = effects;
        sessionProto = config.protoMin();
        identify(origin, config, lid);
    }

    static void identify(final Origin origin, final CoreConfig config, final Id128 lid) {
        origin.clusterIdHi = config.clusterId().hi();
        origin.clusterIdLo = config.clusterId().lo();
        origin.nodeHi = NodeIds.hi(config.nodeId());
        origin.nodeLo = NodeIds.lo(config.nodeId());
        origin.lidHi = lid.hi();
        origin.lidLo = lid.lo();
        origin.incarnation = config.incarnation();
        origin.proto = config.protoMin();
    }

    /** Speaks for another lineage from now on, which is durable (I17). */
    void identify(final CoreConfig config, final Id128 lid) {
        identify(origin, config, lid);
    }

    /** Seq of the newest snapshot, for HELLO. */
    void snapshotSeq(final long seq) {
        snapshotSeq = seq;
    }

    long nextFrameNo() {
        return ++origin.frameNo;
    }

    /** R35: what the session with the active speaks, from its WELCOME on. */
    void speak(final int proto) {
        sessionProto = proto;
    }

    boolean hello(
            final long session,
            final Role role,
            final NodeClass nodeClass,
            final NodeMeta meta,
            final LocalJournal journal) {
        stamp(0, meta.promisedEpoch());
        origin.proto = config.protoMin();
        hello.wrapAndApplyHeader(buffer, 0, header);
        origin.encode(hello.origin());
        hello.role(role.code())
                .nodeClass(nodeClass.code())
                .protoMin(config.protoMin())
                .protoMax(config.protoMax())
                .logicMin(config.logicVersionMin())
                .logicMax(config.logicVersionMax())
                .promisedEpoch(meta.promisedEpoch())
                .lastSeq(journal.lastSeq())
                .lastEpoch(journal.lastEpoch())
                .lastChain(journal.lastChain())
                .oldestSeq(journal.oldestSeq())
                .snapshotSeq(snapshotSeq)
                .seenVer(meta.seenVer())
                .seenEpoch(meta.seenEpoch());
        final List<EpochRuns.Run> all = journal.epochRuns().runs();
        final List<EpochRuns.Run> newest = all.subList(Math.max(0, all.size() - RUNS_MAX), all.size());
        final HelloEncoder.EpochRunsEncoder runs = hello.epochRunsCount(newest.size());
        for (final EpochRuns.Run run : newest) {
            runs.next()
                    .epoch(run.epoch())
                    .firstSeq(run.firstSeq())
                    .lastSeq(run.lastSeq())
                    .chainAtLast(run.chainAtLast());
        }
        return send(session, hello.encodedLength());
    }

    boolean welcome(
            final PeerState peer,
            final long epoch,
            final RegisterConfig config,
            final int logicVersion,
            final long commit,
            final long commonSeq,
            final long commonChain,
            final long planSnapshotSeq) {
        stamp(peer.sessionId, epoch);
        origin.proto = peer.proto;
        welcome.wrapAndApplyHeader(buffer, 0, header);
        origin.encode(welcome.origin());
        welcome.ver(config.ver())
                .proto(peer.proto)
                .plan(planSnapshotSeq == 0 ? PLAN_STREAM : PLAN_SNAPSHOT)
                .logicVersion(logicVersion)
                .epochStart(config.startSeq())
                .startChain(config.startChain())
                .commit(commit)
                .commonSeq(commonSeq)
                .commonChain(commonChain)
                .snapshotSeq(planSnapshotSeq);
        return send(peer.session, welcome.encodedLength());
    }

    boolean reject(
            final long session,
            final RejectCode code,
            final Role role,
            final long promisedEpoch,
            final long ver,
            final String hint) {
        stamp(0, promisedEpoch);
        origin.proto = config.protoMin();
        reject.wrapAndApplyHeader(buffer, 0, header);
        origin.encode(reject.origin());
        reject.code(code.code())
                .role(role.code())
                .reserved2(0)
                .promisedEpoch(promisedEpoch)
                .ver(ver)
                .hintHi(NodeIds.hi(hint))
                .hintLo(NodeIds.lo(hint));
        return send(session, reject.encodedLength());
    }

    boolean ack(
            final long session,
            final long sessionId,
            final long epoch,
            final long matched,
            final long durable,
            final long applied,
            final long probeId,
            final long digestSeq,
            final long digest,
            final long freeBytes,
            final long clockNs,
            final boolean gated) {
        stamp(sessionId, epoch);
        ack.wrapAndApplyHeader(buffer, 0, header);
        origin.encode(ack.origin());
        ack.matched(matched)
                .durable(durable)
                .applied(applied)
                .probeId(probeId)
                .digestSeq(digestSeq)
                .digest(digest)
                .freeBytes(freeBytes)
                .clockNs(clockNs)
                .flags(gated ? 1 : 0)
                .reserved(0);
        return send(session, ack.encodedLength());
    }

    boolean nack(final long session, final long sessionId, final long epoch, final NackCode code, final long seq) {
        stamp(sessionId, epoch);
        nack.wrapAndApplyHeader(buffer, 0, header);
        origin.encode(nack.origin());
        nack.code(code.code()).reserved(0).reserved2(0).seq(seq).lastSeq(0);
        return send(session, nack.encodedLength());
    }

    boolean leave(final long session, final long sessionId, final long epoch, final int reason) {
        stamp(sessionId, epoch);
        leave.wrapAndApplyHeader(buffer, 0, header);
        origin.encode(leave.origin());
        leave.reason(reason);
        return send(session, leave.encodedLength());
    }

    boolean leaveOk(final PeerState peer, final long epoch, final long ver) {
        stamp(peer.sessionId, epoch);
        leaveOk.wrapAndApplyHeader(buffer, 0, header);
        origin.encode(leaveOk.origin());
        leaveOk.ver(ver);
        return send(peer.session, leaveOk.encodedLength());
    }

    boolean handoverPrep(
            final PeerState peer,
            final long epoch,
            final long targetEpoch,
            final long finalSeq,
            final long finalChain) {
        stamp(peer.sessionId, epoch);
        handoverPrep.wrapAndApplyHeader(buffer, 0, header);
        origin.encode(handoverPrep.origin());
        handoverPrep.targetEpoch(targetEpoch).finalSeq(finalSeq).finalChain(finalChain);
        return send(peer.session, handoverPrep.encodedLength());
    }

    boolean handoverReady(
            final long session, final long sessionId, final long epoch, final long matched, final long applied) {
        stamp(sessionId, epoch);
        handoverReady.wrapAndApplyHeader(buffer, 0, header);
        origin.encode(handoverReady.origin());
        handoverReady.matched(matched).applied(applied);
        return send(session, handoverReady.encodedLength());
    }

    boolean handoverGo(final PeerState peer, final long epoch, final long ver) {
        stamp(peer.sessionId, epoch);
        handoverGo.wrapAndApplyHeader(buffer, 0, header);
        origin.encode(handoverGo.origin());
        handoverGo.ver(ver);
        return send(peer.session, handoverGo.encodedLength());
    }

    boolean snapOffer(final PeerState peer, final long epoch, final Snapshot snapshot) {
        stamp(peer.sessionId, epoch);
        snapOffer.wrapAndApplyHeader(buffer, 0, header);
        origin.encode(snapOffer.origin());
        snapOffer
                .snapId(snapshot.seq())
                .seq(snapshot.seq())
                .snapEpoch(snapshot.epoch())
                .chain(snapshot.chain())
                .digest(snapshot.digest())
                .size(snapshot.size())
                .logicVersion(snapshot.logicVersion())
                .crc(snapshot.crc() & 0xFFFF_FFFFL);
        return send(peer.session, snapOffer.encodedLength());
    }

    boolean snapChunk(
            final PeerState peer,
            final long epoch,
            final long snapId,
            final long position,
            final int crc,
            final DirectBuffer piece,
            final int length) {
        stamp(peer.sessionId, epoch);
        snapChunk.wrapAndApplyHeader(buffer, 0, header);
        origin.encode(snapChunk.origin());
        snapChunk.snapId(snapId).position(position).crc(crc & 0xFFFF_FFFFL).putPiece(piece, 0, length);
        return send(peer.session, snapChunk.encodedLength());
    }

    boolean snapAck(
            final long session, final long sessionId, final long epoch, final long snapId, final long position) {
        stamp(sessionId, epoch);
        snapAck.wrapAndApplyHeader(buffer, 0, header);
        origin.encode(snapAck.origin());
        snapAck.snapId(snapId).position(position);
        return send(session, snapAck.encodedLength());
    }

    boolean fetch(final long session, final long sessionId, final long epoch, final long firstSeq, final long lastSeq) {
        stamp(sessionId, epoch);
        fetch.wrapAndApplyHeader(buffer, 0, header);
        origin.encode(fetch.origin());
        fetch.kind(FETCH_RECORDS).reserved(0).reserved2(0).firstSeq(firstSeq).lastSeq(lastSeq);
        return send(session, fetch.encodedLength());
    }

    private void stamp(final long sessionId, final long epoch) {
        origin.proto = sessionProto;
        origin.sessionId = sessionId;
        origin.epoch = epoch;
        origin.frameNo++;
    }

    private boolean send(final long session, final int encodedLength) {
        return effects.send(session, buffer, 0, MessageHeaderEncoder.ENCODED_LENGTH + encodedLength);
    }
}
