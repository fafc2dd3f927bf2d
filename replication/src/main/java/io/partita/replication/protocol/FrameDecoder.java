// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.protocol;

import io.partita.ledger.model.EpochRuns;
import io.partita.replication.protocol.codec.AckDecoder;
import io.partita.replication.protocol.codec.FetchDecoder;
import io.partita.replication.protocol.codec.HandoverGoDecoder;
import io.partita.replication.protocol.codec.HandoverPrepDecoder;
import io.partita.replication.protocol.codec.HandoverReadyDecoder;
import io.partita.replication.protocol.codec.HelloDecoder;
import io.partita.replication.protocol.codec.LeaveDecoder;
import io.partita.replication.protocol.codec.LeaveOkDecoder;
import io.partita.replication.protocol.codec.MessageHeaderDecoder;
import io.partita.replication.protocol.codec.NackDecoder;
import io.partita.replication.protocol.codec.OriginDecoder;
import io.partita.replication.protocol.codec.RejectDecoder;
import io.partita.replication.protocol.codec.SnapAckDecoder;
import io.partita.replication.protocol.codec.SnapChunkDecoder;
import io.partita.replication.protocol.codec.SnapOfferDecoder;
import io.partita.replication.protocol.codec.WelcomeDecoder;
import java.util.ArrayList;
import java.util.List;
import org.agrona.DirectBuffer;

/**
 * Reads the control frames of B5. Mirror image of {@link FrameEncoder}. Lengths are checked before anything behind them is
 * read; what a frame means is its handler's business. Frames laid out for later are passed over.
 */
final class FrameDecoder {
    /** Takes decoded frames; decoders are valid during the call only. */
    interface Handler {
        void onHello(long session, Origin origin, HelloDecoder hello, EpochRuns runs);

        void onWelcome(long session, Origin origin, WelcomeDecoder welcome);

        void onReject(long session, Origin origin, RejectDecoder reject);

        void onAck(long session, Origin origin, AckDecoder ack);

        void onNack(long session, Origin origin, NackDecoder nack);

        void onLeave(long session, Origin origin, LeaveDecoder leave);

        void onLeaveOk(long session, Origin origin, LeaveOkDecoder leaveOk);

        void onHandoverPrep(long session, Origin origin, HandoverPrepDecoder prep);

        void onHandoverReady(long session, Origin origin, HandoverReadyDecoder ready);

        void onHandoverGo(long session, Origin origin, HandoverGoDecoder go);

        void onSnapOffer(long session, Origin origin, SnapOfferDecoder offer);

        void onSnapChunk(long session, Origin origin, SnapChunkDecoder chunk);

        void onSnapAck(long session, Origin origin, SnapAckDecoder ack);

        void onFetch(long session, Origin origin, FetchDecoder fetch);
    }

    private final MessageHeaderDecoder header = new MessageHeaderDecoder();
    private final HelloDecoder hello = new HelloDecoder();
    private final WelcomeDecoder welcome = new WelcomeDecoder();
    private final RejectDecoder reject = new RejectDecoder();
    private final AckDecoder ack = new AckDecoder();
    private final NackDecoder nack = new NackDecoder();
    private final LeaveDecoder leave = new LeaveDecoder();
    private final LeaveOkDecoder leaveOk = new LeaveOkDecoder();
    private final HandoverPrepDecoder handoverPrep = new HandoverPrepDecoder();
    private final HandoverReadyDecoder handoverReady = new HandoverReadyDecoder();
    private final HandoverGoDecoder handoverGo = new HandoverGoDecoder();
    private final SnapOfferDecoder snapOffer = new SnapOfferDecoder();
    private final SnapChunkDecoder snapChunk = new SnapChunkDecoder();
    private final SnapAckDecoder snapAck = new SnapAckDecoder();
    private final FetchDecoder fetch = new FetchDecoder();
    private final Origin origin = new Origin();

    /**
     * Decodes one frame and hands it over.
     *
     * @return false if it is no frame of this protocol.
     */
    boolean decode(
            final long session, final DirectBuffer buffer, final int offset, final int length, final Handler handler) {
        final int body = offset + MessageHeaderDecoder.ENCODED_LENGTH;
        final int bodyLength = length - MessageHeaderDecoder.ENCODED_LENGTH;
        if (bodyLength < OriginDecoder.ENCODED_LENGTH) {
            return false;
        }
        header.wrap(buffer, offset);
        final int blockLength = header.blockLength();
        return header.schemaId() == AckDecoder.SCHEMA_ID
                && blockLength <= bodyLength
                && blockLength >= blockLengthMin(header.templateId())
                && dispatch(session, buffer, body, bodyLength, handler);
    }

    private boolean dispatch(
            final long session,
            final DirectBuffer buffer,
            final int body,
            final int bodyLength,
            final Handler handler) {
        final int blockLength = header.blockLength();
        final int version = header.version();
        switch (header.templateId()) {
            case AckDecoder.TEMPLATE_ID -> {
                ack.wrap(buffer, body, blockLength, version);
                origin.decode(ack.origin());
                handler.onAck(session, origin, ack);
            }
            case HelloDecoder.TEMPLATE_ID -> {
                return decodeHello(session, buffer, body, bodyLength, handler);
            }
            case WelcomeDecoder.TEMPLATE_ID -> {
                welcome.wrap(buffer, body, blockLength, version);
                origin.decode(welcome.origin());
                handler.onWelcome(session, origin, welcome);
            }
            case RejectDecoder.TEMPLATE_ID -> {
                reject.wrap(buffer, body, blockLength, version);
                origin.decode(reject.origin());
                handler.onReject(session, origin, reject);
            }
            case NackDecoder.TEMPLATE_ID -> {
                nack.wrap(buffer, body, blockLength, version);
                origin.decode(nack.origin());
                handler.onNack(session, origin, nack);
            }
            case LeaveDecoder.TEMPLATE_ID -> {
                leave.wrap(buffer, body, blockLength, version);
                origin.decode(leave.origin());
                handler.onLeave(session, origin, leave);
            }
            case LeaveOkDecoder.TEMPLATE_ID -> {
                leaveOk.wrap(buffer, body, blockLength, version);
                origin.decode(leaveOk.origin());
                handler.onLeaveOk(session, origin, leaveOk);
            }
            case HandoverPrepDecoder.TEMPLATE_ID -> {
                handoverPrep.wrap(buffer, body, blockLength, version);
                origin.decode(handoverPrep.origin());
                handler.onHandoverPrep(session, origin, handoverPrep);
            }
            case HandoverReadyDecoder.TEMPLATE_ID -> {
                handoverReady.wrap(buffer, body, blockLength, version);
                origin.decode(handoverReady.origin());
                handler.onHandoverReady(session, origin, handoverReady);
            }
            case HandoverGoDecoder.TEMPLATE_ID -> {
                handoverGo.wrap(buffer, body, blockLength, version);
                origin.decode(handoverGo.origin());
                handler.onHandoverGo(session, origin, handoverGo);
            }
            case SnapOfferDecoder.TEMPLATE_ID -> {
                snapOffer.wrap(buffer, body, blockLength, version);
                origin.decode(snapOffer.origin());
                handler.onSnapOffer(session, origin, snapOffer);
            }
            case SnapChunkDecoder.TEMPLATE_ID -> {
                return decodeSnapChunk(session, buffer, body, bodyLength, handler);
            }
            case SnapAckDecoder.TEMPLATE_ID -> {
                snapAck.wrap(buffer, body, blockLength, version);
                origin.decode(snapAck.origin());
                handler.onSnapAck(session, origin, snapAck);
            }
            case FetchDecoder.TEMPLATE_ID -> {
                fetch.wrap(buffer, body, blockLength, version);
                origin.decode(fetch.origin());
                handler.onFetch(session, origin, fetch);
            }
            default -> {
                // R35: frames of newer releases, and those laid out for later, are no error.
            }
        }
        return true;
    }

    /** A block may be longer, of a newer release, but not shorter than what is read of it. */
    private static int blockLengthMin(final int templateId) {
        return switch (templateId) {
            case HelloDecoder.TEMPLATE_ID -> HelloDecoder.BLOCK_LENGTH;
            case WelcomeDecoder.TEMPLATE_ID -> WelcomeDecoder.BLOCK_LENGTH;
            case RejectDecoder.TEMPLATE_ID -> RejectDecoder.BLOCK_LENGTH;
            case AckDecoder.TEMPLATE_ID -> AckDecoder.BLOCK_LENGTH;
            case NackDecoder.TEMPLATE_ID -> NackDecoder.BLOCK_LENGTH;
            case LeaveDecoder.TEMPLATE_ID -> LeaveDecoder.BLOCK_LENGTH;
            case LeaveOkDecoder.TEMPLATE_ID -> LeaveOkDecoder.BLOCK_LENGTH;
            case HandoverPrepDecoder.TEMPLATE_ID -> HandoverPrepDecoder.BLOCK_LENGTH;
            case HandoverReadyDecoder.TEMPLATE_ID -> HandoverReadyDecoder.BLOCK_LENGTH;
            case HandoverGoDecoder.TEMPLATE_ID -> HandoverGoDecoder.BLOCK_LENGTH;
            case SnapOfferDecoder.TEMPLATE_ID -> SnapOfferDecoder.BLOCK_LENGTH;
            case SnapChunkDecoder.TEMPLATE_ID -> SnapChunkDecoder.BLOCK_LENGTH;
            case SnapAckDecoder.TEMPLATE_ID -> SnapAckDecoder.BLOCK_LENGTH;
            case FetchDecoder.TEMPLATE_ID -> FetchDecoder.BLOCK_LENGTH;
            default -> 0;
        };
    }

    private boolean decodeSnapChunk(
            final long session,
            final DirectBuffer buffer,
            final int body,
            final int bodyLength,
            final Handler handler) {
        final int blockLength = header.blockLength();
        final int pieceAt = blockLength + SnapChunkDecoder.pieceHeaderLength();
        if (pieceAt > bodyLength) {
            return false;
        }
        final long length = buffer.getInt(body + blockLength, SnapChunkDecoder.BYTE_ORDER) & 0xFFFF_FFFFL;
        if (length > bodyLength - pieceAt) {
            return false;
        }
        snapChunk.wrap(buffer, body, blockLength, header.version());
        origin.decode(snapChunk.origin());
        handler.onSnapChunk(session, origin, snapChunk);
        return true;
    }

    private boolean decodeHello(
            final long session,
            final DirectBuffer buffer,
            final int body,
            final int bodyLength,
            final Handler handler) {
        final int blockLength = header.blockLength();
        final int groupAt = blockLength + HelloDecoder.EpochRunsDecoder.sbeHeaderSize();
        if (groupAt > bodyLength) {
            return false;
        }
        final int runLength = buffer.getShort(body + blockLength, HelloDecoder.BYTE_ORDER) & 0xFFFF;
        final int runCount = buffer.getShort(body + blockLength + 2, HelloDecoder.BYTE_ORDER) & 0xFFFF;
        if (runCount > FrameEncoder.RUNS_MAX
                || runLength < HelloDecoder.EpochRunsDecoder.sbeBlockLength()
                || groupAt + (long) runLength * runCount > bodyLength) {
            return false;
        }
        hello.wrap(buffer, body, blockLength, header.version());
        origin.decode(hello.origin());
        final List<EpochRuns.Run> runs = new ArrayList<>(runCount);
        for (final HelloDecoder.EpochRunsDecoder run : hello.epochRuns()) {
            runs.add(new EpochRuns.Run(run.epoch(), run.firstSeq(), run.lastSeq(), run.chainAtLast()));
        }
        handler.onHello(session, origin, hello, new EpochRuns(runs));
        return true;
    }
}
