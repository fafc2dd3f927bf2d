// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.transport.netty;

import io.partita.replication.transport.NodeStatus;
import io.partita.replication.transport.codec.ClientHelloEncoder;
import io.partita.replication.transport.codec.ClientPingEncoder;
import io.partita.replication.transport.codec.ClientPongEncoder;
import io.partita.replication.transport.codec.ClientRefusalEncoder;
import io.partita.replication.transport.codec.ClientResultEncoder;
import io.partita.replication.transport.codec.ClientStatusEncoder;
import io.partita.replication.transport.codec.ClientSubmitEncoder;
import io.partita.replication.transport.codec.ClientWelcomeEncoder;
import io.partita.replication.transport.codec.MessageHeaderEncoder;
import java.nio.ByteOrder;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Encodes the messages between clients and nodes into a scratch of its own, each with its message header; a body is sent
 * behind it as it is. One thread. Mirror image: {@link ClientMessageReader}.
 */
final class ClientMessages {
    static final int PROTO = 1;

    /** Bytes of a message before its body: message header, block, length of the body. */
    static final int BODY_OFFSET =
            MessageHeaderEncoder.ENCODED_LENGTH + ClientSubmitEncoder.BLOCK_LENGTH + Integer.BYTES;

    private final UnsafeBuffer scratch = new UnsafeBuffer(new byte[128]);
    private final MessageHeaderEncoder header = new MessageHeaderEncoder();
    private final ClientHelloEncoder hello = new ClientHelloEncoder();
    private final ClientWelcomeEncoder welcome = new ClientWelcomeEncoder();
    private final ClientStatusEncoder status = new ClientStatusEncoder();
    private final ClientSubmitEncoder submit = new ClientSubmitEncoder();
    private final ClientResultEncoder result = new ClientResultEncoder();
    private final ClientRefusalEncoder refusal = new ClientRefusalEncoder();
    private final ClientPingEncoder ping = new ClientPingEncoder();
    private final ClientPongEncoder pong = new ClientPongEncoder();

    UnsafeBuffer buffer() {
        return scratch;
    }

    int hello() {
        hello.wrapAndApplyHeader(scratch, 0, header)
                .protoMin(PROTO)
                .protoMax(PROTO)
                .reserved(0);
        return MessageHeaderEncoder.ENCODED_LENGTH + hello.encodedLength();
    }

    int welcome(final NodeStatus now, final int windowRequests) {
        welcome.wrapAndApplyHeader(scratch, 0, header)
                .epoch(now.epoch())
                .windowRequests(windowRequests)
                .proto(PROTO)
                .active((short) (now.active() ? 1 : 0))
                .reserved((short) 0)
                .node(now.node())
                .activeHint(now.activeHint());
        return MessageHeaderEncoder.ENCODED_LENGTH + welcome.encodedLength();
    }

    int status(final NodeStatus now) {
        status.wrapAndApplyHeader(scratch, 0, header)
                .epoch(now.epoch())
                .active((short) (now.active() ? 1 : 0))
                .reserved((short) 0)
                .reserved2(0)
                .reserved3(0)
                .node(now.node())
                .activeHint(now.activeHint());
        return MessageHeaderEncoder.ENCODED_LENGTH + status.encodedLength();
    }

    int submit(
            final long correlationId,
            final int kind,
            final int options,
            final int count,
            final long deadlineNs,
            final int bodyLength) {
        submit.wrapAndApplyHeader(scratch, 0, header)
                .correlationId(correlationId)
                .deadline(deadlineNs)
                .count(count)
                .options(options)
                .kind((short) kind);
        return bodyLength(bodyLength);
    }

    int result(final long correlationId, final long seq, final long timestamp, final int count, final int bodyLength) {
        result.wrapAndApplyHeader(scratch, 0, header)
                .correlationId(correlationId)
                .seq(seq)
                .timestamp(timestamp)
                .count(count);
        return bodyLength(bodyLength);
    }

    int refusal(final long correlationId, final long outcome) {
        refusal.wrapAndApplyHeader(scratch, 0, header)
                .correlationId(correlationId)
                .outcome(outcome);
        return MessageHeaderEncoder.ENCODED_LENGTH + refusal.encodedLength();
    }

    int ping(final long token) {
        ping.wrapAndApplyHeader(scratch, 0, header).token(token);
        return MessageHeaderEncoder.ENCODED_LENGTH + ping.encodedLength();
    }

    int pong(final long token) {
        pong.wrapAndApplyHeader(scratch, 0, header).token(token);
        return MessageHeaderEncoder.ENCODED_LENGTH + pong.encodedLength();
    }

    private int bodyLength(final int length) {
        scratch.putInt(BODY_OFFSET - Integer.BYTES, length, ByteOrder.LITTLE_ENDIAN);
        return BODY_OFFSET;
    }
}
