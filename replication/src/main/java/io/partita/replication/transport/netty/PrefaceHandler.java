// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.transport.netty;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.concurrent.Future;
import io.partita.ledger.model.Id128;
import io.partita.replication.transport.DisconnectReason;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.cert.X509Certificate;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/**
 * Exchanges {@link Preface}s on a fresh connection, once its TLS handshake is done if there is one, then makes way for the
 * handler of its frames. Until then 64 bytes, or one TLS record, are all that the other side can make us hold. Event loop only.
 */
abstract class PrefaceHandler extends ChannelInboundHandlerAdapter {
    /** The first byte of a TLS handshake. */
    private static final byte TLS_HANDSHAKE = 0x16;

    private final int role;
    private final Id128 clusterId;
    private final String node;
    private final boolean isEncrypted;
    private final int timeoutMs;
    private final ByteBuffer preface = ByteBuffer.allocate(Preface.LENGTH).order(ByteOrder.LITTLE_ENDIAN);
    private Runnable onOver = () -> {};
    private @Nullable ChannelHandlerContext context;
    private @Nullable Future<?> timeout;
    private @Nullable CertificateNames certificate;
    private boolean over;

    PrefaceHandler(final TcpConfig config, final int role) {
        this.role = role;
        this.clusterId = config.clusterId();
        this.node = config.node();
        this.isEncrypted = config.tls() != null;
        this.timeoutMs = config.prefaceTimeoutMs();
    }

    /** The other side's preface is whole and has the right magic. */
    abstract void onPreface(ChannelHandlerContext ctx, ByteBuffer received);

    /** The connection ends here. */
    abstract void onFailed(ChannelHandlerContext ctx, DisconnectReason reason, String what);

    /** Whether this side starts. */
    abstract boolean isConnecting();

    /** Why the other side's certificate will not do; null if it will. Before any preface. */
    abstract @Nullable String objection(CertificateNames names);

    /** Called once, when this handler is done with its connection. Before it is active. */
    final void onOver(final Runnable callback) {
        onOver = callback;
    }

    /** Whom the other side's certificate names; null without TLS, or before its handshake is done. */
    final @Nullable CertificateNames certificate() {
        return certificate;
    }

    /** Whether the TLS handshake is still to be done. */
    final boolean isShakingHands() {
        return isEncrypted && certificate == null;
    }

    /** Too many others want to come in. */
    final void giveWay(final int max) {
        final ChannelHandlerContext ctx = context;
        if (ctx != null) {
            fail(ctx, DisconnectReason.REJECTED, "it does not say who it is, and too many do not: max=" + max);
        }
    }

    @Override
    public void handlerAdded(final ChannelHandlerContext ctx) {
        context = ctx;
    }

    @Override
    public void channelActive(final ChannelHandlerContext ctx) {
        if (ctx.channel().remoteAddress().equals(ctx.channel().localAddress())) {
            // TCP can connect a socket to itself where nobody listens on a local port.
            fail(ctx, DisconnectReason.REFUSED, "it is this socket itself");
            return;
        }
        timeout = ctx.executor()
                .schedule(
                        () -> fail(ctx, DisconnectReason.TIMEOUT, "it does not say who it is"),
                        timeoutMs,
                        TimeUnit.MILLISECONDS);
        if (isConnecting() && !isEncrypted) {
            ctx.writeAndFlush(answer(Preface.STATUS_REQUEST));
        }
    }

    @Override
    public void userEventTriggered(final ChannelHandlerContext ctx, final Object event) {
        if (!over && event instanceof SslHandshakeCompletionEvent handshake) {
            if (handshake.isSuccess()) {
                onHandshake(ctx);
            } else {
                onHandshakeFailed(ctx, handshake.cause());
            }
        }
    }

    private void onHandshakeFailed(final ChannelHandlerContext ctx, final Throwable cause) {
        end();
        onFailed(ctx, BrokenLink.reasonOf(cause), BrokenLink.textOf(cause));
        // Not at once: the alert that tells the other side why is about to be sent.
        ctx.executor().execute(() -> hangUp(ctx));
    }

    private void onHandshake(final ChannelHandlerContext ctx) {
        final CertificateNames names = certificateOf(ctx);
        certificate = names;
        final String objection;
        if (names == null) {
            objection = "it has no certificate";
        } else if (names.isOfCluster(clusterId)) {
            objection = objection(names);
        } else {
            objection = "its certificate is of another cluster: clusters=" + names.clusters();
        }
        if (objection != null) {
            final String what = objection + " subject=" + (names == null ? "" : names.subject());
            if (isConnecting()) {
                fail(ctx, DisconnectReason.REJECTED, what);
            } else {
                refuse(ctx, Preface.STATUS_NOT_CERTIFIED, what);
            }
        } else if (isConnecting()) {
            ctx.writeAndFlush(answer(Preface.STATUS_REQUEST));
        }
    }

    private static @Nullable CertificateNames certificateOf(final ChannelHandlerContext ctx) {
        final SslHandler handler = ctx.pipeline().get(SslHandler.class);
        try {
            return CertificateNames.of(
                    (X509Certificate) handler.engine().getSession().getPeerCertificates()[0]);
        } catch (final SSLPeerUnverifiedException e) {
            return null;
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
            fail(
                    ctx,
                    DisconnectReason.PROTOCOL_VIOLATION,
                    !isEncrypted && preface.get(0) == TLS_HANDSHAKE
                            ? "it speaks TLS, which is not configured here"
                            : "it does not speak this protocol");
            return;
        }
        if (preface.hasRemaining()) {
            in.release();
            return;
        }
        onPreface(ctx, preface);
        if (over && ctx.channel().isOpen() && in.isReadable()) {
            ctx.fireChannelRead(in); // to the successor, which took this handler's place
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
        fail(ctx, BrokenLink.reasonOf(cause), BrokenLink.textOf(cause));
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
            hangUp(ctx);
        }
    }

    /** In the middle of a handshake without a parting word, which would wait for the handshake's end. */
    private void hangUp(final ChannelHandlerContext ctx) {
        final ChannelHandlerContext tls = isShakingHands() ? ctx.pipeline().context(SslHandler.class) : null;
        if (tls != null) {
            tls.close();
        } else {
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
        onOver.run();
        final Future<?> pending = timeout;
        if (pending != null) {
            pending.cancel(false);
        }
    }
}
