// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.protocol;

import io.partita.ledger.model.EpochRuns;
import io.partita.ledger.model.Id128;
import io.partita.replication.protocol.codec.AckEncoder;
import io.partita.replication.protocol.codec.HandoverGoEncoder;
import io.partita.replication.protocol.codec.HandoverPrepEncoder;
import io.partita.replication.protocol.codec.HandoverReadyEncoder;
import io.partita.replication.protocol.codec.HelloEncoder;
import io.partita.replication.protocol.codec.LeaveEncoder;
import io.partita.replication.protocol.codec.LeaveOkEncoder;
import io.partita.replication.protocol.codec.MessageHeaderEncoder;
import io.partita.replication.protocol.codec.NackEncoder;
import io.partita.replication.protocol.codec.RejectEncoder;
import io.partita.replication.protocol.codec.WelcomeEncoder;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;

/** Writes the control frames of B5, one at a time, into its own buffer. Mirror image of {@link FrameDecoder}. */
final class FrameEncoder {
    /** Runs in a HELLO at most. */
    static final int RUNS_MAX = 64;

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
    private final Effects effects;

    FrameEncoder(final CoreConfig config, final Id128 lid, final Effects effects) {
        this.effects = effects;
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
    }

    long nextFrameNo() {
        return ++origin.frameNo;
    }

    boolean hello(
            final long session,
            final Role role,
            final NodeClass nodeClass,
            final NodeMeta meta,
            final LocalJournal journal) {
        stamp(0, meta.promisedEpoch());
        hello.wrapAndApplyHeader(buffer, 0, header);
        origin.encode(hello.origin());
        hello.role(role.code())
                .nodeClass(nodeClass.code())
                .protoMin(Origin.PROTO)
                .protoMax(Origin.PROTO)
                .logicMin(1)
                .logicMax(meta.logicVersion())
                .promisedEpoch(meta.promisedEpoch())
                .lastSeq(journal.lastSeq())
                .lastEpoch(journal.lastEpoch())
                .lastChain(journal.lastChain())
                .oldestSeq(journal.oldestSeq())
                .snapshotSeq(0)
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
            final long commonChain) {
        stamp(peer.sessionId, epoch);
        welcome.wrapAndApplyHeader(buffer, 0, header);
        origin.encode(welcome.origin());
        welcome.ver(config.ver())
                .proto(Origin.PROTO)
                .plan(0)
                .logicVersion(logicVersion)
                .epochStart(config.startSeq())
                .startChain(config.startChain())
                .commit(commit)
                .commonSeq(commonSeq)
                .commonChain(commonChain)
                .snapshotSeq(0);
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
                .freeBytes(0)
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

    private void stamp(final long sessionId, final long epoch) {
        origin.sessionId = sessionId;
        origin.epoch = epoch;
        origin.frameNo++;
    }

    private boolean send(final long session, final int encodedLength) {
        return effects.send(session, buffer, 0, MessageHeaderEncoder.ENCODED_LENGTH + encodedLength);
    }
}
