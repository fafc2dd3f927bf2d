// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.transport.netty;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.PartitaException;
import io.partita.replication.transport.DisconnectReason;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What peers and clients have in common: one event loop, listening and connecting. */
final class TcpSupport {
    private static final long SHUTDOWN_TIMEOUT_MS = 5_000;

    private TcpSupport() {}

    static EventLoopGroup eventLoop(final TcpConfig config) {
        return new MultiThreadIoEventLoopGroup(1, config.threadFactory(), NioIoHandler.newFactory());
    }

    /** Listens, or says what stands in the way. */
    static Channel listen(
            final TcpConfig config,
            final InetSocketAddress address,
            final EventLoopGroup group,
            final Supplier<ChannelHandler> handler) {
        config.bindRisk().check(address);
        final ChannelFuture bound = new ServerBootstrap()
                .group(group)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, 64)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.SO_KEEPALIVE, true)
                .childOption(ChannelOption.AUTO_CLOSE, false)
                .childHandler(initializer(handler))
                .bind(address)
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new PartitaException(
                    ErrorCode.ADDRESS_IN_USE,
                    "cannot listen: address=" + address.getAddress().getHostAddress() + ":" + address.getPort()
                            + " cause=" + bound.cause().getMessage(),
                    "stop the process that listens there, which may be this node started twice, or choose another port",
                    bound.cause());
        }
        return bound.channel();
    }

    static ChannelFuture connect(
            final TcpConfig config,
            final InetSocketAddress address,
            final EventLoopGroup group,
            final Supplier<ChannelHandler> handler) {
        return new Bootstrap()
                .group(group)
                .channel(NioSocketChannel.class)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.SO_KEEPALIVE, true)
                .option(ChannelOption.AUTO_CLOSE, false)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, config.connectTimeoutMs())
                .handler(initializer(handler))
                .connect(address);
    }

    /** What a failed connect says about the other side. Only a refusal says that nobody is there (R12). */
    static DisconnectReason reasonOf(final Throwable cause) {
        if (cause instanceof ConnectTimeoutException) {
            return DisconnectReason.TIMEOUT;
        }
        if (cause instanceof ConnectException
                && String.valueOf(cause.getMessage()).contains("refused")) {
            return DisconnectReason.REFUSED;
        }
        return DisconnectReason.TIMEOUT;
    }

    /**
     * Ends a loop and what it serves. The listener is closed first and by itself: a loop that is shut down right after it began
     * to listen can end without letting go of the port.
     */
    static void shutDown(final @Nullable Channel listener, final EventLoopGroup group) {
        if (listener != null) {
            listener.close().awaitUninterruptibly(SHUTDOWN_TIMEOUT_MS, TimeUnit.MILLISECONDS);
        }
        shutDown(group);
    }

    static void shutDown(final EventLoopGroup group) {
        group.shutdownGracefully(0, SHUTDOWN_TIMEOUT_MS, TimeUnit.MILLISECONDS)
                .awaitUninterruptibly(SHUTDOWN_TIMEOUT_MS, TimeUnit.MILLISECONDS);
    }

    private static ChannelInitializer<Channel> initializer(final Supplier<ChannelHandler> handler) {
        return new ChannelInitializer<>() {
            @Override
            protected void initChannel(final Channel channel) {
                channel.pipeline().addLast(handler.get());
            }
        };
    }
}
