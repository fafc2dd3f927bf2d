// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.protocol;

import io.partita.ledger.model.EpochRuns;
import io.partita.ledger.model.Id128;
import io.partita.ledger.model.OperatorCommand;
import io.partita.ledger.model.RecordType;
import io.partita.replication.protocol.codec.AckDecoder;
import io.partita.replication.protocol.codec.FetchDecoder;
import io.partita.replication.protocol.codec.HandoverGoDecoder;
import io.partita.replication.protocol.codec.HandoverPrepDecoder;
import io.partita.replication.protocol.codec.HandoverReadyDecoder;
import io.partita.replication.protocol.codec.HelloDecoder;
import io.partita.replication.protocol.codec.LeaveDecoder;
import io.partita.replication.protocol.codec.LeaveOkDecoder;
import io.partita.replication.protocol.codec.NackDecoder;
import io.partita.replication.protocol.codec.RejectDecoder;
import io.partita.replication.protocol.codec.SnapAckDecoder;
import io.partita.replication.protocol.codec.SnapChunkDecoder;
import io.partita.replication.protocol.codec.SnapOfferDecoder;
import io.partita.replication.protocol.codec.WelcomeDecoder;
import java.util.ArrayList;
import java.util.List;
import org.agrona.DirectBuffer;

/** Writes down what a core wants done, as short texts, and does to the journal what it wants. */
final class RecordingEffects implements Effects, FrameDecoder.Handler {
    private final TestJournal journal;
    private final FrameDecoder decoder = new FrameDecoder();
    final List<String> log = new ArrayList<>();
    RegisterConfig cas;
    NodeMeta persisted;
    long metaToken;
    int reads;
    long lastSession = 100;
    long welcomeSessionId;
    int welcomeProto;
    long lastProbe;
    long freeBytesSeen;
    Id128 lidSeen;

    RecordingEffects(final TestJournal journal) {
        this.journal = journal;
    }

    List<String> take() {
        final List<String> taken = List.copyOf(log);
        log.clear();
        return taken;
    }

    @Override
    public boolean send(final long session, final DirectBuffer frame, final int offset, final int length) {
        if (!decoder.decode(session, frame, offset, length, this)) {
            throw new AssertionError("a frame does not decode");
        }
        return true;
    }

    @Override
    public void onHello(final long session, final Origin origin, final HelloDecoder hello, final EpochRuns runs) {
        lidSeen = new Id128(origin.lidHi, origin.lidLo);
        log.add("HELLO lastSeq=" + hello.lastSeq() + " promised=" + hello.promisedEpoch());
    }

    @Override
    public void onWelcome(final long session, final Origin origin, final WelcomeDecoder welcome) {
        welcomeSessionId = origin.sessionId;
        welcomeProto = welcome.proto();
        log.add("WELCOME epoch=" + origin.epoch
                + (welcome.plan() == FrameEncoder.PLAN_STREAM
                        ? " common=" + welcome.commonSeq()
                        : " snapshot=" + welcome.snapshotSeq()));
    }

    @Override
    public void onReject(final long session, final Origin origin, final RejectDecoder reject) {
        log.add("REJECT " + RejectCode.of(reject.code()));
    }

    @Override
    public void onAck(final long session, final Origin origin, final AckDecoder ack) {
        freeBytesSeen = ack.freeBytes();
        log.add("ACK matched=" + ack.matched() + " probe=" + ack.probeId());
    }

    @Override
    public void onNack(final long session, final Origin origin, final NackDecoder nack) {
        log.add("NACK " + NackCode.of(nack.code()) + " seq=" + nack.seq());
    }

    @Override
    public void onLeave(final long session, final Origin origin, final LeaveDecoder leave) {
        log.add("LEAVE reason=" + leave.reason());
    }

    @Override
    public void onLeaveOk(final long session, final Origin origin, final LeaveOkDecoder leaveOk) {
        log.add("LEAVE_OK ver=" + leaveOk.ver());
    }

    @Override
    public void onHandoverPrep(final long session, final Origin origin, final HandoverPrepDecoder prep) {
        log.add("PREP epoch=" + prep.targetEpoch() + " final=" + prep.finalSeq());
    }

    @Override
    public void onHandoverReady(final long session, final Origin origin, final HandoverReadyDecoder ready) {
        log.add("READY matched=" + ready.matched() + " applied=" + ready.applied());
    }

    @Override
    public void onHandoverGo(final long session, final Origin origin, final HandoverGoDecoder go) {
        log.add("GO ver=" + go.ver());
    }

    @Override
    public void onSnapOffer(final long session, final Origin origin, final SnapOfferDecoder offer) {
        log.add("SNAP_OFFER seq=" + offer.seq() + " size=" + offer.size());
    }

    @Override
    public void onSnapChunk(final long session, final Origin origin, final SnapChunkDecoder chunk) {
        log.add("SNAP_CHUNK position=" + chunk.position() + " length=" + chunk.pieceLength());
    }

    @Override
    public void onSnapAck(final long session, final Origin origin, final SnapAckDecoder ack) {
        log.add("SNAP_ACK id=" + ack.snapId() + " position=" + ack.position());
    }

    @Override
    public void onFetch(final long session, final Origin origin, final FetchDecoder fetch) {
        log.add("FETCH " + fetch.firstSeq() + ".." + fetch.lastSeq());
    }

    @Override
    public long sendAppend(final long session, final AppendHeader header, final long lastSeq, final int lengthMax) {
        header.lastSeq(lastSeq);
        lastProbe = header.probeId();
        log.add("APPEND " + header.firstSeq() + ".." + lastSeq + " commit=" + header.commit());
        return lastSeq;
    }

    @Override
    public void append(final DirectBuffer records, final int offset, final int length) {
        journal.appendAll(records, offset, length);
        log.add("append to " + journal.lastSeq());
    }

    @Override
    public void cutTo(final long seq) {
        journal.cutTo(seq);
        log.add("cut to " + seq);
    }

    @Override
    public void appendEpochStart(
            final long epoch, final long startSeq, final long previousChain, final int logicVersion) {
        journal.append(epoch, 1, -epoch);
        log.add("EPOCH_START epoch=" + epoch + " seq=" + startSeq);
    }

    @Override
    public void appendLogicVersion(final long epoch, final int logicVersion) {
        journal.append(epoch, RecordType.LOGIC_VERSION, logicVersion);
        log.add("LOGIC_VERSION " + logicVersion);
    }

    @Override
    public void appendOperator(final long epoch, final OperatorCommand command) {
        journal.append(epoch, RecordType.OPERATOR, command.kindCode());
        log.add("OPERATOR " + command.kindName() + " who=" + command.who() + " " + command.details());
    }

    @Override
    public void persistMeta(final NodeMeta meta, final long token) {
        persisted = meta;
        metaToken = token;
    }

    @Override
    public void requestForce() {
        log.add("force");
    }

    @Override
    public void readRegister() {
        reads++;
    }

    @Override
    public void cas(final RegisterConfig config) {
        cas = config;
        log.add("CAS ver=" + config.ver() + " epoch=" + config.epoch() + " active=" + config.active() + " members="
                + config.inSync().size());
    }

    @Override
    public long connect(final String peer) {
        log.add("connect " + peer);
        return ++lastSession;
    }

    @Override
    public void close(final long session) {
        log.add("close");
    }

    @Override
    public void roleChanged(final Role role, final long epoch, final long fromSeq) {
        log.add(role + " epoch=" + epoch);
    }

    @Override
    public void halt(final HaltReason reason, final String text) {
        log.add("halt " + reason);
    }

    @Override
    public void alarm(final AlarmKind kind, final String text) {
        log.add("alarm " + kind);
    }
}
