// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.transport.netty;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.partita.replication.transport.DisconnectReason;
import io.partita.replication.transport.PeerTransport;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.RejectedExecutionException;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One connection with a ring in each direction between the event loop and the owner, the thread that polls and sends. It comes
 * into being on the event loop and is handed to the owner through {@code arrivals} of whoever made it.
 */
final class TcpLink implements FrameReader.FrameSink {
    private static final UnsafeBuffer ZEROES = new UnsafeBuffer(new byte[8]);

    final long session;
    final String peer;
    final boolean initiatedByUs;
    private final Host host;

    // Set on the event loop before the link is handed over.
    private @Nullable Channel channel;
    private @Nullable LinkBuffers buffers;
    private @Nullable OutboundPump pump;
    private @Nullable FrameReader reader;
    private @Nullable DisconnectReason failed;

    private volatile @Nullable DisconnectReason ended;

    // Owner only.
    private final UnsafeBuffer prefix = new UnsafeBuffer(
            ByteBuffer.allocateDirect(FrameDescriptor.HEADER_LENGTH + FrameDescriptor.APPEND_PREFIX_LENGTH));
    private boolean unflushed;
    private boolean polling;
    private boolean gone;

    // Event loop only.
    private int claimedKind;
    private int claimedLength;
    private @Nullable ByteBuffer claimed;
    private int claimedPosition;

    /** Who made the link. */
    interface Host {
        /** Why a frame must not be; null if it may. Event loop. */
        @Nullable
        String objection(int kind, int flags, int length);

        /** There is something to poll. Event loop. */
        void wakeup();

        /** A stranger, or a peer gone mad, was cut off. Event loop. */
        void onViolation(String peer, String what);
    }

    TcpLink(final long session, final String peer, final boolean initiatedByUs, final Host host) {
        this.session = session;
        this.peer = peer;
        this.initiatedByUs = initiatedByUs;
        this.host = host;
    }

    /** Event loop: the preface was fine; returns the handler of the connection's frames. */
    FrameReader establish(final ChannelHandlerContext ctx, final LinkBuffers granted) {
        final FrameReader frames = new FrameReader(this);
        channel = ctx.channel();
        buffers = granted;
        reader = frames;
        pump = new OutboundPump(ctx.channel(), granted.outbound, () -> frames.broken(DisconnectReason.RESET));
        return frames;
    }

    /** Event loop: it never came up. */
    void fail(final DisconnectReason reason) {
        failed = reason;
    }

    /** Owner, at hand-over: why it never came up; null if it did. */
    @Nullable
    DisconnectReason failed() {
        return failed;
    }

    /** Owner: why it ended; null while it is up. Read before the last poll. */
    @Nullable
    DisconnectReason ended() {
        return ended;
    }

    /** Owner: a frame of one or two parts; false if there is no room. */
    boolean send(
            final int kind,
            final DirectBuffer first,
            final int firstOffset,
            final int firstLength,
            final DirectBuffer second,
            final int secondOffset,
            final int secondLength) {
        final OutboundRing ring = granted().outbound;
        final int payloadLength = firstLength + secondLength;
        if (!ring.hasRoom(FrameDescriptor.HEADER_LENGTH + payloadLength)) {
            return false;
        }
        putHeader(ring, kind, payloadLength, 0, FrameDescriptor.HEADER_LENGTH);
        ring.put(first, firstOffset, firstLength);
        if (secondLength > 0) {
            ring.put(second, secondOffset, secondLength);
        }
        unflushed = true;
        return true;
    }

    /** Owner: an append; false if there is no room. */
    boolean sendAppend(
            final DirectBuffer header,
            final int headerOffset,
            final int headerLength,
            final DirectBuffer records,
            final int offset,
            final int length) {
        final OutboundRing ring = granted().outbound;
        final int padded = FrameDescriptor.paddedLength(headerLength);
        final int payloadLength = FrameDescriptor.APPEND_PREFIX_LENGTH + padded + length;
        if (!ring.hasRoom(FrameDescriptor.HEADER_LENGTH + payloadLength)) {
            return false;
        }
        putHeader(
                ring,
                FrameDescriptor.APPEND,
                payloadLength,
                headerLength,
                FrameDescriptor.HEADER_LENGTH + FrameDescriptor.APPEND_PREFIX_LENGTH);
        ring.put(header, headerOffset, headerLength);
        ring.put(ZEROES, 0, padded - headerLength);
        if (length > 0) {
            ring.put(records, offset, length);
        }
        unflushed = true;
        return true;
    }

    /** Owner: lets what was sent leave. */
    boolean flush() {
        if (!unflushed) {
            return false;
        }
        unflushed = false;
        final OutboundPump writer = pump;
        return writer != null && writer.flush();
    }

    /** Owner: takes frames. */
    int poll(final InboundRing.FrameConsumer consumer, final int limit) {
        final int frames;
        polling = true;
        try {
            frames = granted().inbound.poll(consumer, limit);
        } finally {
            polling = false;
            if (gone) {
                letGo();
            }
        }
        if (gone) {
            return frames;
        }
        if (frames > 0) {
            // The room just made, then the question whether the reader waits for some: it asks the other way round.
            VarHandle.fullFence();
        }
        final FrameReader frameReader = reader;
        if (frameReader != null && frameReader.isStalled()) {
            onEventLoop(frameReader::resume);
        }
        return frames;
    }

    /** Owner: whether every whole frame that came in was taken. */
    boolean isDrained() {
        return granted().inbound.isEmpty();
    }

    /** Owner: gives up the link, after what was sent has left. */
    void disconnect() {
        final OutboundPump writer = pump;
        final FrameReader frameReader = reader;
        if (writer != null && frameReader != null) {
            writer.closeWhenDrained();
            onEventLoop(frameReader::abandon);
        }
        gone = true;
        // Its rings may serve another link at once, so not while a frame of this one is being looked at.
        if (!polling) {
            letGo();
        }
    }

    /** Owner: whether it was given up. */
    boolean isGone() {
        return gone;
    }

    /** Owner: has no more use for the rings. */
    void letGo() {
        final LinkBuffers held = buffers;
        if (held != null) {
            held.letGo();
        }
    }

    @Override
    public @Nullable String objection(final int kind, final int flags, final int length) {
        return host.objection(kind, flags, length);
    }

    @Override
    public @Nullable ByteBuffer claim(final int kind, final int flags, final int length) {
        final InboundRing ring = granted().inbound;
        if (!ring.claim(length)) {
            return null;
        }
        final ByteBuffer view = ring.claimedView(kind, flags);
        claimed = view;
        claimedKind = kind;
        claimedLength = length;
        claimedPosition = view.position();
        return view;
    }

    @Override
    public @Nullable String onFrame() {
        final ByteBuffer view = claimed;
        if (claimedKind == FrameDescriptor.APPEND && view != null) {
            final int headerLength =
                    claimedLength < FrameDescriptor.APPEND_PREFIX_LENGTH ? 0 : view.getInt(claimedPosition);
            if (headerLength <= 0
                    || headerLength > PeerTransport.CONTROL_LENGTH_MAX
                    || FrameDescriptor.APPEND_PREFIX_LENGTH + FrameDescriptor.paddedLength(headerLength)
                            > claimedLength) {
                return "an append's header is out of bounds: headerLength=" + headerLength + " length=" + claimedLength;
            }
        }
        granted().inbound.commit();
        return null;
    }

    @Override
    public void onBatch() {
        host.wakeup();
    }

    @Override
    public void onViolation(final String what) {
        host.onViolation(peer, what);
    }

    @Override
    public void onEnd(final DisconnectReason why) {
        ended = why;
        letGo();
        host.wakeup();
    }

    private void putHeader(
            final OutboundRing ring,
            final int kind,
            final int payloadLength,
            final int appendHeaderLength,
            final int prefixLength) {
        prefix.putInt(FrameDescriptor.LENGTH_OFFSET, payloadLength, ByteOrder.LITTLE_ENDIAN);
        prefix.putInt(FrameDescriptor.KIND_OFFSET, kind, ByteOrder.LITTLE_ENDIAN);
        prefix.putLong(FrameDescriptor.HEADER_LENGTH, appendHeaderLength, ByteOrder.LITTLE_ENDIAN);
        ring.put(prefix, 0, prefixLength);
    }

    private void onEventLoop(final Runnable task) {
        final Channel connection = channel;
        if (connection != null) {
            try {
                connection.eventLoop().execute(task);
            } catch (final RejectedExecutionException e) {
                // The transport is closed; nothing comes in any more.
                ended = DisconnectReason.EOF;
            }
        }
    }

    private LinkBuffers granted() {
        final LinkBuffers held = buffers;
        if (held == null) {
            throw new IllegalStateException("the link is not up");
        }
        return held;
    }
}
