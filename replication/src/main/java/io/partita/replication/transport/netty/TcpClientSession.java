// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.transport.netty;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.partita.ledger.model.Limits;
import io.partita.ledger.model.Outcome;
import io.partita.replication.transport.ClientRequest;
import io.partita.replication.transport.ClientSession;
import io.partita.replication.transport.DisconnectReason;
import io.partita.replication.transport.codec.ClientSubmitDecoder;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One client's session. Requests come in on the event loop. Replies of the replier go through a ring; those of the event loop
 * itself, and those too large for the ring right now, are copied, which is bounded by what a client may leave unread.
 */
final class TcpClientSession implements ClientSession, FrameReader.FrameSink, ClientMessageReader.FromClient {
    /** A request's frame, at most: a batch body or a list of ids, behind its message header and block. */
    static final int REQUEST_LENGTH_MAX = 256 + Limits.BATCH_BODY_LENGTH_MAX;

    private static final int REPLY_RING_CAPACITY = 256 * 1024;
    private static final int BODY_CAPACITY_MIN = 16 * 1024;

    private final long id;
    private final @Nullable String principal;
    private final Channel channel;
    private final ClientListener listener;
    private final FrameReader frames = new FrameReader(this);
    private final OutboundRing ring = new OutboundRing(REPLY_RING_CAPACITY);
    private final OutboundPump pump;
    private final AtomicInteger unanswered = new AtomicInteger();
    private final AtomicLong copiedBytes = new AtomicLong();
    private volatile boolean open = true;

    // Event loop only.
    private final ClientMessages ownMessages = new ClientMessages();
    private final ClientMessageReader messageReader = new ClientMessageReader();
    private final ClientRequest request = new ClientRequest();
    private ByteBuffer body = ByteBuffer.allocateDirect(BODY_CAPACITY_MIN).order(ByteOrder.LITTLE_ENDIAN);
    private final UnsafeBuffer bodyView = new UnsafeBuffer(body);
    private int bodyLength;
    private boolean greeted;

    // Replier only.
    private final ClientMessages replierMessages = new ClientMessages();
    private final UnsafeBuffer frameHeader = new UnsafeBuffer(new byte[FrameDescriptor.HEADER_LENGTH]);
    private boolean unflushed;

    TcpClientSession(
            final long id, final @Nullable String principal, final Channel channel, final ClientListener listener) {
        this.id = id;
        this.principal = principal;
        this.channel = channel;
        this.listener = listener;
        this.pump = new OutboundPump(channel, ring, () -> frames.broken(DisconnectReason.RESET));
    }

    FrameReader frames() {
        return frames;
    }

    @Override
    public long id() {
        return id;
    }

    @Override
    public @Nullable String principal() {
        return principal;
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public long waitingBytes() {
        return copiedBytes.get();
    }

    @Override
    public boolean sendResult(
            final long correlationId,
            final long seq,
            final long timestamp,
            final int count,
            final DirectBuffer results,
            final int offset,
            final int length) {
        final ClientMessages messages = messages();
        final int headerLength = messages.result(correlationId, seq, timestamp, count, length);
        return reply(messages, headerLength, results, offset, length);
    }

    @Override
    public boolean sendRefusal(final long correlationId, final long outcome) {
        final ClientMessages messages = messages();
        return reply(messages, messages.refusal(correlationId, outcome), messages.buffer(), 0, 0);
    }

    @Override
    public void close() {
        onEventLoop(() -> channel.close());
    }

    /** Any thread. */
    void tellStatus() {
        onEventLoop(() -> {
            if (greeted) {
                write(copy(ownMessages.buffer(), ownMessages.status(listener.status()), ownMessages.buffer(), 0, 0));
            }
        });
    }

    /** Replier. */
    void flush() {
        unflushed = false;
        pump.flush();
    }

    @Override
    public @Nullable String objection(final int kind, final int flags, final int length) {
        return kind == FrameDescriptor.MESSAGE && flags == 0 && length > 0 && length <= REQUEST_LENGTH_MAX
                ? null
                : "a frame is out of bounds: kind=" + kind + " flags=" + flags + " length="
                        + Integer.toUnsignedString(length) + " max=" + REQUEST_LENGTH_MAX;
    }

    @Override
    public ByteBuffer claim(final int kind, final int flags, final int length) {
        if (body.capacity() < length) {
            body = ByteBuffer.allocateDirect(Integer.highestOneBit(length - 1) << 1)
                    .order(ByteOrder.LITTLE_ENDIAN);
            bodyView.wrap(body);
        }
        bodyLength = length;
        return body.clear();
    }

    @Override
    public @Nullable String onFrame() {
        return messageReader.read(bodyView, 0, bodyLength, this);
    }

    @Override
    public void onBatch() {
        channel.flush();
    }

    @Override
    public void onViolation(final String what) {
        listener.intruders().note(principal == null ? BrokenLink.hostOf(channel.remoteAddress()) : principal, what);
    }

    @Override
    public void onEnd(final DisconnectReason why) {
        open = false;
        listener.onEnded(this);
        if (greeted) {
            listener.handler().onSessionClosed(this);
        }
    }

    @Override
    public void onHello(final int protoMin, final int protoMax) {
        if (greeted || protoMin > ClientMessages.PROTO || protoMax < ClientMessages.PROTO) {
            onViolation("its hello is refused: protoMin=" + protoMin + " protoMax=" + protoMax + " ours="
                    + ClientMessages.PROTO + " again=" + greeted);
            channel.close();
            return;
        }
        greeted = true;
        listener.handler().onSessionOpened(this);
        final int length =
                ownMessages.welcome(listener.status(), listener.config().windowRequests());
        write(copy(ownMessages.buffer(), length, ownMessages.buffer(), 0, 0));
    }

    @Override
    public void onSubmit(
            final ClientSubmitDecoder submit, final DirectBuffer buffer, final int bodyOffset, final int length) {
        if (!greeted) {
            onViolation("it does not say hello first");
            channel.close();
            return;
        }
        if (unanswered.incrementAndGet() > listener.config().windowRequests()) {
            sendRefusal(submit.correlationId(), Outcome.BACK_PRESSURED);
            return;
        }
        request.set(
                submit.correlationId(),
                submit.kind(),
                submit.options(),
                (int) Math.min(submit.count(), Integer.MAX_VALUE),
                submit.deadline());
        listener.handler().onRequest(this, request, buffer, bodyOffset, length);
    }

    @Override
    public void onPing(final long token) {
        write(copy(ownMessages.buffer(), ownMessages.pong(token), ownMessages.buffer(), 0, 0));
    }

    private ClientMessages messages() {
        return channel.eventLoop().inEventLoop() ? ownMessages : replierMessages;
    }

    private boolean reply(
            final ClientMessages messages,
            final int headerLength,
            final DirectBuffer results,
            final int offset,
            final int length) {
        if (!open) {
            return false;
        }
        unanswered.decrementAndGet();
        if (channel.eventLoop().inEventLoop()) {
            write(copy(messages.buffer(), headerLength, results, offset, length));
            return true;
        }
        if (!ring.hasRoom(FrameDescriptor.HEADER_LENGTH + headerLength + length)) {
            final ByteBuf copy = copy(messages.buffer(), headerLength, results, offset, length);
            onEventLoop(() -> write(copy));
            return open;
        }
        frameHeader.putInt(FrameDescriptor.LENGTH_OFFSET, headerLength + length, ByteOrder.LITTLE_ENDIAN);
        frameHeader.putInt(FrameDescriptor.KIND_OFFSET, FrameDescriptor.MESSAGE, ByteOrder.LITTLE_ENDIAN);
        ring.put(frameHeader, 0, FrameDescriptor.HEADER_LENGTH);
        ring.put(messages.buffer(), 0, headerLength);
        if (length > 0) {
            ring.put(results, offset, length);
        }
        if (!unflushed) {
            unflushed = true;
            listener.onUnflushed(this);
        }
        return true;
    }

    /** A frame of its own, counted until it is with the socket. */
    private ByteBuf copy(
            final UnsafeBuffer message,
            final int messageLength,
            final DirectBuffer results,
            final int offset,
            final int length) {
        final int frameLength = FrameDescriptor.HEADER_LENGTH + messageLength + length;
        final byte[] frame = new byte[frameLength];
        final UnsafeBuffer view = new UnsafeBuffer(frame);
        view.putInt(FrameDescriptor.LENGTH_OFFSET, messageLength + length, ByteOrder.LITTLE_ENDIAN);
        view.putInt(FrameDescriptor.KIND_OFFSET, FrameDescriptor.MESSAGE, ByteOrder.LITTLE_ENDIAN);
        view.putBytes(FrameDescriptor.HEADER_LENGTH, message, 0, messageLength);
        view.putBytes(FrameDescriptor.HEADER_LENGTH + messageLength, results, offset, length);
        if (copiedBytes.addAndGet(frameLength) > listener.config().unreadReplyBytesMax() && open) {
            open = false;
            onViolation("it does not read its replies: bytes=" + copiedBytes.get());
            close();
        }
        return Unpooled.wrappedBuffer(frame);
    }

    /** Event loop. */
    private void write(final ByteBuf frame) {
        final int length = frame.readableBytes();
        channel.write(frame).addListener(written -> copiedBytes.addAndGet(-length));
        if (!frames.isDelivering()) {
            channel.flush();
        }
    }

    private void onEventLoop(final Runnable task) {
        try {
            channel.eventLoop().execute(task);
        } catch (final RejectedExecutionException e) {
            open = false;
        }
    }
}
