// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.transport.netty;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.partita.replication.transport.DisconnectReason;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a connection's bytes into frames, event loop only. A length is checked before anything is claimed for it. When the sink has
 * no room it stops reading, so that the sender feels it, until {@link #resume()}.
 */
final class FrameReader extends ChannelInboundHandlerAdapter {
    private final FrameSink sink;
    private final ByteBuffer header =
            ByteBuffer.allocate(FrameDescriptor.HEADER_LENGTH).order(ByteOrder.LITTLE_ENDIAN);
    private final ArrayDeque<ByteBuf> held = new ArrayDeque<>();
    private @Nullable ChannelHandlerContext context;
    private @Nullable ByteBuffer target;
    private int remaining;
    private boolean delivered;
    private boolean inactive;
    private boolean ended;
    private boolean abandoned;
    private DisconnectReason reason = DisconnectReason.EOF;
    private volatile boolean stalled;

    /** Where frames go. Event loop only. */
    interface FrameSink {
        /** Why a frame of this kind and length must not be; null if it may. */
        @Nullable
        String objection(int kind, int flags, int length);

        /** Where the payload goes, at the buffer's position; null if there is no room now. */
        @Nullable
        ByteBuffer claim(int kind, int flags, int length);

        /** The claimed frame is whole; returns why it must not be, null if it may. */
        @Nullable
        String onFrame();

        /** Several frames may have come in. */
        void onBatch();

        /** The connection sends what is no frame; it is closed. */
        void onViolation(String what);

        /** The connection has ended and no whole frame is left. Last call. */
        void onEnd(DisconnectReason why);
    }

    FrameReader(final FrameSink sink) {
        this.sink = sink;
    }

    /** Any thread: whether {@link #resume()} on the event loop may help. */
    boolean isStalled() {
        return stalled;
    }

    /** Event loop: whether {@code onBatch} is still to come for what is being delivered. */
    boolean isDelivering() {
        return delivered;
    }

    @Override
    public void handlerAdded(final ChannelHandlerContext ctx) {
        context = ctx;
    }

    @Override
    public void channelRead(final ChannelHandlerContext ctx, final Object message) {
        final ByteBuf in = (ByteBuf) message;
        if (abandoned || reason == DisconnectReason.PROTOCOL_VIOLATION) {
            in.release();
            return;
        }
        held.add(in);
        if (!stalled) {
            process(ctx);
        }
    }

    @Override
    public void channelReadComplete(final ChannelHandlerContext ctx) {
        tellBatch();
    }

    @Override
    public void channelInactive(final ChannelHandlerContext ctx) {
        inactive = true;
        if (!stalled || abandoned) {
            end();
        }
    }

    @Override
    public void exceptionCaught(final ChannelHandlerContext ctx, final Throwable cause) {
        final boolean isReset = BrokenLink.reasonOf(cause) == DisconnectReason.RESET;
        broken(isReset ? DisconnectReason.RESET : DisconnectReason.PROTOCOL_VIOLATION);
        if (!isReset) {
            sink.onViolation("a frame that cannot be handled: " + BrokenLink.textOf(cause));
        }
        ctx.close();
    }

    /** The other direction of the connection is broken. */
    void broken(final DisconnectReason why) {
        if (reason == DisconnectReason.EOF) {
            reason = why;
        }
    }

    /** Goes on after a stall. */
    void resume() {
        final ChannelHandlerContext ctx = context;
        if (!stalled || abandoned || ctx == null) {
            return;
        }
        stalled = false;
        process(ctx);
        tellBatch();
        if (stalled) {
            return;
        }
        if (inactive) {
            end();
        } else {
            ctx.channel().config().setAutoRead(true);
        }
    }

    /** Drops what is held back; nobody will poll for it. */
    void abandon() {
        abandoned = true;
        releaseHeld();
        if (inactive) {
            end();
        }
    }

    private void process(final ChannelHandlerContext ctx) {
        for (ByteBuf in = held.peek(); in != null && !stalled; in = held.peek()) {
            if (!consume(ctx, in)) {
                return;
            }
            if (!in.isReadable()) {
                held.remove().release();
            }
        }
    }

    /** Takes what it can of a buffer; false if that is not all of it. */
    private boolean consume(final ChannelHandlerContext ctx, final ByteBuf in) {
        while (in.isReadable()) {
            if (header.hasRemaining() && !readHeader(ctx, in)) {
                // The buffer is at its end, or what it holds is no frame and it is gone.
                return !held.isEmpty();
            }
            if (target == null && !claim()) {
                stalled = true;
                // Room that was made between the claim and the flag would never be announced: once more.
                java.lang.invoke.VarHandle.fullFence();
                if (!claim()) {
                    ctx.channel().config().setAutoRead(false);
                    return false;
                }
                stalled = false;
            }
            if (!readPayload(ctx, in)) {
                return false;
            }
        }
        return true;
    }

    /** Reads on with a frame's header; false if it is not whole yet or is none. */
    private boolean readHeader(final ChannelHandlerContext ctx, final ByteBuf in) {
        final int length = Math.min(header.remaining(), in.readableBytes());
        header.limit(header.position() + length);
        in.readBytes(header);
        header.limit(FrameDescriptor.HEADER_LENGTH);
        if (header.hasRemaining()) {
            return false;
        }
        remaining = header.getInt(FrameDescriptor.LENGTH_OFFSET);
        return isFine(ctx, sink.objection(kind(), flags(), remaining));
    }

    private boolean isFine(final ChannelHandlerContext ctx, final @Nullable String objection) {
        if (objection == null) {
            return true;
        }
        broken(DisconnectReason.PROTOCOL_VIOLATION);
        sink.onViolation(objection);
        releaseHeld();
        ctx.close();
        return false;
    }

    private boolean claim() {
        target = sink.claim(kind(), flags(), remaining);
        return target != null;
    }

    private boolean readPayload(final ChannelHandlerContext ctx, final ByteBuf in) {
        final ByteBuffer into = target;
        if (into == null) {
            throw new IllegalStateException("no room was claimed");
        }
        final int length = Math.min(remaining, in.readableBytes());
        if (length > 0) {
            into.limit(into.position() + length);
            in.readBytes(into);
            remaining -= length;
        }
        if (remaining == 0) {
            target = null;
            header.clear();
            delivered = true;
            return isFine(ctx, sink.onFrame());
        }
        return true;
    }

    private void tellBatch() {
        if (delivered) {
            delivered = false;
            sink.onBatch();
        }
    }

    private void end() {
        if (!ended) {
            ended = true;
            releaseHeld();
            sink.onEnd(reason);
        }
    }

    private void releaseHeld() {
        for (ByteBuf in = held.poll(); in != null; in = held.poll()) {
            in.release();
        }
    }

    private int kind() {
        return header.get(FrameDescriptor.KIND_OFFSET) & 0xFF;
    }

    private int flags() {
        return header.get(FrameDescriptor.FLAGS_OFFSET) & 0xFF;
    }
}
