// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.transport.netty;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.PartitaException;
import io.partita.replication.transport.BindRisk;
import io.partita.replication.transport.DisconnectReason;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** What peers and clients have in common: one event loop, listening and connecting. Any thread but the loop's own. */
final class TcpLoop implements AutoCloseable {
    private static final long SHUTDOWN_TIMEOUT_MS = 5_000;

    private final TcpConfig config;
    private final EventLoopGroup group;
    private final ChannelGroup channels;
    private final Map<Channel, PrefaceHandler> halfOpen = new LinkedHashMap<>(); // event loop only, oldest first

    TcpLoop(final TcpConfig config) {
        this.config = config;
        group = new MultiThreadIoEventLoopGroup(1, config.threadFactory(), NioIoHandler.newFactory());
        channels = new DefaultChannelGroup(group.next(), true);
    }

    /** Listens, or says what stands in the way. */
    Channel listen(final InetSocketAddress address, final Supplier<PrefaceHandler> handler) {
        (config.tls() == null ? config.bindRisk() : BindRisk.NONE).check(address);
        final ChannelFuture bound = new ServerBootstrap()
                .group(group)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, 64)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.SO_KEEPALIVE, true)
                .childOption(ChannelOption.AUTO_CLOSE, false)
                .childHandler(new Accepting(handler))
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
        channels.add(bound.channel());
        return bound.channel();
    }

    ChannelFuture connect(final InetSocketAddress address, final Supplier<PrefaceHandler> handler) {
        return new Bootstrap()
                .group(group)
                .channel(NioSocketChannel.class)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.SO_KEEPALIVE, true)
                .option(ChannelOption.AUTO_CLOSE, false)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, config.connectTimeoutMs())
                .handler(new Connecting(handler))
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
     * Ends the loop and all that it serves. The sockets are closed first: a loop that is shut down does not always let go of
     * them, and then the port stays taken and the other side hears nothing of the end.
     */
    @Override
    public void close() {
        channels.close().awaitUninterruptibly(SHUTDOWN_TIMEOUT_MS, TimeUnit.MILLISECONDS);
        group.shutdownGracefully(0, SHUTDOWN_TIMEOUT_MS, TimeUnit.MILLISECONDS)
                .awaitUninterruptibly(SHUTDOWN_TIMEOUT_MS, TimeUnit.MILLISECONDS);
    }

    /** Sets up connections of others. */
    private final class Accepting extends ChannelInitializer<Channel> {
        private final Supplier<PrefaceHandler> handlers;

        Accepting(final Supplier<PrefaceHandler> handlers) {
            this.handlers = handlers;
        }

        @Override
        protected void initChannel(final Channel channel) {
            channels.add(channel);
            final TlsCredentials tls = config.tls();
            if (tls != null) {
                channel.pipeline().addLast(tls.serverHandler(channel.alloc()));
            }
            final PrefaceHandler handler = handlers.get();
            channel.pipeline().addLast(handler);
            halfOpen.put(channel, handler);
            handler.onOver(() -> halfOpen.remove(channel));
            if (halfOpen.size() > config.halfOpenMax()) {
                // Who means well is done within milliseconds: the oldest is the one to lose.
                halfOpen.values().iterator().next().giveWay(config.halfOpenMax());
            }
        }
    }

    /** Sets up connections of our own. */
    private final class Connecting extends ChannelInitializer<Channel> {
        private final Supplier<PrefaceHandler> handlers;

        Connecting(final Supplier<PrefaceHandler> handlers) {
            this.handlers = handlers;
        }

        @Override
        protected void initChannel(final Channel channel) {
            channels.add(channel);
            final TlsCredentials tls = config.tls();
            if (tls != null) {
                channel.pipeline().addLast(tls.clientHandler(channel.alloc()));
            }
            channel.pipeline().addLast(handlers.get());
        }
    }
}
