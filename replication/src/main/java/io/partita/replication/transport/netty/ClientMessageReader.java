// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.transport.netty;

import io.partita.replication.transport.ClientReplyHandler;
import io.partita.replication.transport.NodeStatus;
import io.partita.replication.transport.codec.ClientHelloDecoder;
import io.partita.replication.transport.codec.ClientPingDecoder;
import io.partita.replication.transport.codec.ClientPongDecoder;
import io.partita.replication.transport.codec.ClientRefusalDecoder;
import io.partita.replication.transport.codec.ClientResultDecoder;
import io.partita.replication.transport.codec.ClientStatusDecoder;
import io.partita.replication.transport.codec.ClientSubmitDecoder;
import io.partita.replication.transport.codec.ClientWelcomeDecoder;
import io.partita.replication.transport.codec.MessageHeaderDecoder;
import java.nio.ByteOrder;
import org.agrona.DirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Decodes the messages between clients and nodes; every length is checked against the frame before anything is read. One
 * thread. Mirror image: {@link ClientMessages}.
 */
final class ClientMessageReader {
    private final MessageHeaderDecoder header = new MessageHeaderDecoder();
    private final ClientHelloDecoder hello = new ClientHelloDecoder();
    private final ClientWelcomeDecoder welcome = new ClientWelcomeDecoder();
    private final ClientStatusDecoder status = new ClientStatusDecoder();
    private final ClientSubmitDecoder submit = new ClientSubmitDecoder();
    private final ClientResultDecoder result = new ClientResultDecoder();
    private final ClientRefusalDecoder refusal = new ClientRefusalDecoder();
    private final ClientPingDecoder ping = new ClientPingDecoder();
    private final ClientPongDecoder pong = new ClientPongDecoder();

    /** What a node takes from a client. */
    interface FromClient {
        void onHello(int protoMin, int protoMax);

        void onSubmit(ClientSubmitDecoder request, DirectBuffer buffer, int bodyOffset, int bodyLength);

        void onPing(long token);
    }

    /** Decodes a client's message; returns why it is none, null if it is. */
    @Nullable
    String read(final DirectBuffer buffer, final int offset, final int length, final FromClient to) {
        final String objection = wrapHeader(buffer, offset, length);
        if (objection != null) {
            return objection;
        }
        final int at = offset + MessageHeaderDecoder.ENCODED_LENGTH;
        final int blockLength = header.blockLength();
        final int version = header.version();
        switch (header.templateId()) {
            case ClientHelloDecoder.TEMPLATE_ID -> {
                if (blockLength < ClientHelloDecoder.BLOCK_LENGTH) {
                    return "hello is too short";
                }
                hello.wrap(buffer, at, blockLength, version);
                to.onHello(hello.protoMin(), hello.protoMax());
            }
            case ClientSubmitDecoder.TEMPLATE_ID -> {
                final int bodyLength =
                        bodyLength(buffer, offset, length, blockLength, ClientSubmitDecoder.BLOCK_LENGTH);
                if (bodyLength < 0) {
                    return "request's lengths do not add up";
                }
                submit.wrap(buffer, at, blockLength, version);
                to.onSubmit(submit, buffer, at + blockLength + Integer.BYTES, bodyLength);
            }
            case ClientPingDecoder.TEMPLATE_ID -> {
                if (blockLength < ClientPingDecoder.BLOCK_LENGTH) {
                    return "ping is too short";
                }
                to.onPing(ping.wrap(buffer, at, blockLength, version).token());
            }
            default -> {
                return "message is none of a client's: template=" + header.templateId();
            }
        }
        return null;
    }

    /** Decodes a node's message; returns why it is none, null if it is. */
    @Nullable
    String read(final DirectBuffer buffer, final int offset, final int length, final ClientReplyHandler to) {
        final String objection = wrapHeader(buffer, offset, length);
        if (objection != null) {
            return objection;
        }
        final int at = offset + MessageHeaderDecoder.ENCODED_LENGTH;
        final int blockLength = header.blockLength();
        final int version = header.version();
        switch (header.templateId()) {
            case ClientResultDecoder.TEMPLATE_ID -> {
                final int bodyLength =
                        bodyLength(buffer, offset, length, blockLength, ClientResultDecoder.BLOCK_LENGTH);
                if (bodyLength < 0) {
                    return "result's lengths do not add up";
                }
                result.wrap(buffer, at, blockLength, version);
                final int body = at + blockLength + Integer.BYTES;
                to.onResult(
                        result.correlationId(),
                        result.seq(),
                        result.timestamp(),
                        (int) result.count(),
                        buffer,
                        body,
                        bodyLength);
            }
            case ClientRefusalDecoder.TEMPLATE_ID -> {
                if (blockLength < ClientRefusalDecoder.BLOCK_LENGTH) {
                    return "refusal is too short";
                }
                refusal.wrap(buffer, at, blockLength, version);
                to.onRefusal(refusal.correlationId(), refusal.outcome());
            }
            case ClientPongDecoder.TEMPLATE_ID -> {
                if (blockLength < ClientPongDecoder.BLOCK_LENGTH) {
                    return "pong is too short";
                }
                to.onPong(pong.wrap(buffer, at, blockLength, version).token());
            }
            default -> {
                return readStatus(buffer, at, blockLength, version, to);
            }
        }
        return null;
    }

    private @Nullable String readStatus(
            final DirectBuffer buffer,
            final int at,
            final int blockLength,
            final int version,
            final ClientReplyHandler to) {
        if (header.templateId() == ClientWelcomeDecoder.TEMPLATE_ID
                && blockLength >= ClientWelcomeDecoder.BLOCK_LENGTH) {
            welcome.wrap(buffer, at, blockLength, version);
            to.onWelcome(
                    new NodeStatus(welcome.node(), welcome.active() != 0, welcome.epoch(), welcome.activeHint()),
                    (int) welcome.windowRequests());
            return null;
        }
        if (header.templateId() == ClientStatusDecoder.TEMPLATE_ID && blockLength >= ClientStatusDecoder.BLOCK_LENGTH) {
            status.wrap(buffer, at, blockLength, version);
            to.onStatus(new NodeStatus(status.node(), status.active() != 0, status.epoch(), status.activeHint()));
            return null;
        }
        return "message is none of a node's: template=" + header.templateId();
    }

    private @Nullable String wrapHeader(final DirectBuffer buffer, final int offset, final int length) {
        if (length < MessageHeaderDecoder.ENCODED_LENGTH) {
            return "message is shorter than its header: length=" + length;
        }
        header.wrap(buffer, offset);
        if (header.schemaId() != ClientSubmitDecoder.SCHEMA_ID) {
            return "message is of another schema: schema=" + header.schemaId();
        }
        return MessageHeaderDecoder.ENCODED_LENGTH + header.blockLength() > length ? "message is cut short" : null;
    }

    /** Length of a message's body, or -1 if it does not fit the frame. */
    private static int bodyLength(
            final DirectBuffer buffer,
            final int offset,
            final int length,
            final int blockLength,
            final int blockLengthMin) {
        final int at = MessageHeaderDecoder.ENCODED_LENGTH + blockLength;
        if (blockLength < blockLengthMin || at + Integer.BYTES > length) {
            return -1;
        }
        final int bodyLength = buffer.getInt(offset + at, ByteOrder.LITTLE_ENDIAN);
        return bodyLength >= 0 && bodyLength <= length - at - Integer.BYTES ? bodyLength : -1;
    }
}
