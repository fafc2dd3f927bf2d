// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.transport.netty;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.Future;
import io.partita.ledger.model.Id128;
import io.partita.replication.transport.DisconnectReason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Exchanges {@link Preface}s on a fresh connection, then makes way for the handler of its frames. Until then 64 bytes are all
 * that the other side can make us hold. Event loop only.
 */
abstract class PrefaceHandler extends ChannelInboundHandlerAdapter {
    private final int role;
    private final Id128 clusterId;
    private final String node;
    private final int timeoutMs;
    private final ByteBuffer preface = ByteBuffer.allocate(Preface.LENGTH).order(ByteOrder.LITTLE_ENDIAN);
    private @Nullable Future<?> timeout;
    private boolean over;

    PrefaceHandler(final TcpConfig config, final int role) {
        this.role = role;
        this.clusterId = config.clusterId();
        this.node = config.node();
        this.timeoutMs = config.prefaceTimeoutMs();
    }

    /** The other side's preface is whole and has the right magic. */
    abstract void onPreface(ChannelHandlerContext ctx, ByteBuffer received);

    /** The connection ends here. */
    abstract void onFailed(ChannelHandlerContext ctx, DisconnectReason reason, String what);

    /** Whether this side starts. */
    abstract boolean isConnecting();

    @Override
    public void channelActive(final ChannelHandlerContext ctx) {
        timeout = ctx.executor()
                .schedule(
                        () -> fail(ctx, DisconnectReason.TIMEOUT, "it does not say who it is"),
                        timeoutMs,
                        TimeUnit.MILLISECONDS);
        if (isConnecting()) {
            ctx.writeAndFlush(answer(Preface.STATUS_REQUEST));
        }
    }

    @Override
    public void channelRead(final ChannelHandlerContext ctx, final Object message) {
        final ByteBuf in = (ByteBuf) message;
        if (over) {
            in.release();
            return;
        }
        final int length = Math.min(preface.remaining(), in.readableBytes());
        preface.limit(preface.position() + length);
        in.readBytes(preface);
        preface.limit(Preface.LENGTH);
        // A stranger's first four bytes give it away; there is no need to wait for more.
        if (preface.position() >= Integer.BYTES && !Preface.hasMagic(preface)) {
            in.release();
            fail(ctx, DisconnectReason.PROTOCOL_VIOLATION, "it does not speak this protocol");
            return;
        }
        if (preface.hasRemaining()) {
            in.release();
            return;
        }
        onPreface(ctx, preface);
        if (over && ctx.channel().isOpen() && in.isReadable()) {
            ctx.pipeline().fireChannelRead(in);
        } else {
            in.release();
        }
    }

    @Override
    public void channelInactive(final ChannelHandlerContext ctx) {
        fail(ctx, DisconnectReason.EOF, "it hung up");
    }

    @Override
    public void exceptionCaught(final ChannelHandlerContext ctx, final Throwable cause) {
        fail(
                ctx,
                cause instanceof IOException ? DisconnectReason.RESET : DisconnectReason.PROTOCOL_VIOLATION,
                "cause=" + cause);
    }

    /** Makes way for the connection's frames. */
    final void succeed(final ChannelHandlerContext ctx, final ChannelHandler successor) {
        end();
        ctx.pipeline().replace(this, null, successor);
    }

    final void fail(final ChannelHandlerContext ctx, final DisconnectReason reason, final String what) {
        if (!over) {
            end();
            onFailed(ctx, reason, what);
            ctx.close();
        }
    }

    /** Tells the other side why, then ends. */
    final void refuse(final ChannelHandlerContext ctx, final int status, final String what) {
        if (!over) {
            end();
            onFailed(ctx, DisconnectReason.REJECTED, what);
            ctx.writeAndFlush(answer(status)).addListener(ChannelFutureListener.CLOSE);
        }
    }

    final ByteBuf answer(final int status) {
        return Unpooled.wrappedBuffer(Preface.encode(role, status, clusterId, node));
    }

    /** What is wrong with a preface, as a status; {@code STATUS_ACCEPTED} if nothing. */
    final int judge(final ByteBuffer received) {
        if (Preface.version(received) != Preface.VERSION) {
            return Preface.STATUS_UNKNOWN_VERSION;
        }
        if (!Preface.clusterId(received).equals(clusterId)) {
            return Preface.STATUS_WRONG_CLUSTER;
        }
        return Preface.role(received) == role ? Preface.STATUS_ACCEPTED : Preface.STATUS_WRONG_ROLE;
    }

    private void end() {
        over = true;
        final Future<?> pending = timeout;
        if (pending != null) {
            pending.cancel(false);
        }
    }
}
