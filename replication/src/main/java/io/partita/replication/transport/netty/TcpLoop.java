// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.transport.netty;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.ManualIoEventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.Future;
import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.PartitaException;
import io.partita.replication.transport.BindRisk;
import io.partita.replication.transport.DisconnectReason;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What peers and clients have in common: one event loop, listening and connecting. The loop has a thread of its own, and then all
 * methods are for any other thread; or it is shared with its owner, who runs it by {@link #run} and {@link #await}, and then
 * all but {@link #wake} are the owner's, or of whoever closes what was never run.
 */
final class TcpLoop implements AutoCloseable {
    private static final long SHUTDOWN_TIMEOUT_MS = 5_000;
    private static final long CLOSE_WAIT_NS = 1_000_000;
    private static final int BACKLOG = 64;
    private static final Runnable NOTHING = () -> {};

    private final TcpConfig config;
    private final IoEventLoopGroup group;
    private final @Nullable ManualIoEventLoop shared;
    private final ChannelGroup channels;
    private final Map<Channel, PrefaceHandler> halfOpen = new LinkedHashMap<>(); // event loop only, oldest first
    private volatile @Nullable Throwable failure;
    private boolean isOwned;

    TcpLoop(final TcpConfig config) {
        this.config = config;
        shared = config.isLoopShared() ? new ManualIoEventLoop(null, null, NioIoHandler.newFactory()) : null;
        group = shared != null
                ? shared
                : new MultiThreadIoEventLoopGroup(1, config.threadFactory(), NioIoHandler.newFactory());
        channels = new DefaultChannelGroup(group.next(), true);
    }

    /** Whether its owner runs it. */
    boolean isShared() {
        return shared != null;
    }

    /** Whether the loop is shared, and this is the thread that runs it. */
    boolean isOwner() {
        return shared != null && shared.inEventLoop();
    }

    /** Owner: does what there is to do, without waiting. */
    int run() {
        final ManualIoEventLoop loop = owned();
        if (loop == null) {
            return 0;
        }
        throwFailure();
        return loop.runNow();
    }

    private void throwFailure() {
        if (failure != null) {
            throw new PartitaException(
                    ErrorCode.ADDRESS_IN_USE,
                    "listens, but cannot accept anybody: " + failure,
                    "see whether the process has file handles left (ulimit -n), then start the node again",
                    failure);
        }
    }

    /** Owner: waits for something to do for so long, or until {@link #wake}, and does it. */
    void await(final long timeoutNs) {
        final ManualIoEventLoop loop = owned();
        if (loop != null) {
            loop.run(timeoutNs);
        }
    }

    /** Ends the owner's {@link #await}, or its next one. Any thread. */
    void wake() {
        execute(NOTHING); // a task, not wakeup(): a wake-up that the loop consumed hides the next one
    }

    /** Has something done on the loop; nothing if it has ended. Any thread. */
    void execute(final Runnable task) {
        try {
            group.next().execute(task);
        } catch (final RejectedExecutionException e) {
            // Closed meanwhile, and all connections with it.
            return;
        }
    }

    private @Nullable ManualIoEventLoop owned() {
        if (shared != null && !isOwned) {
            isOwned = true;
            shared.setOwningThread(Thread.currentThread());
        }
        return shared;
    }

    /** Listens, or says what stands in the way. What comes in before the loop runs waits. */
    InetSocketAddress listen(final InetSocketAddress address, final Supplier<PrefaceHandler> handler) {
        (config.tls() == null ? config.bindRisk() : BindRisk.NONE).check(address);
        final ServerSocketChannel socket;
        final InetSocketAddress bound;
        try {
            socket = bind(address);
            bound = (InetSocketAddress) socket.getLocalAddress();
        } catch (final IOException e) {
            throw new PartitaException(
                    ErrorCode.ADDRESS_IN_USE,
                    "cannot listen: address=" + address.getAddress().getHostAddress() + ":" + address.getPort()
                            + " cause=" + e.getMessage(),
                    "stop the process that listens there, which may be this node started twice, or choose another port",
                    e);
        }
        final ChannelFuture registered = new ServerBootstrap()
                .group(group)
                .channelFactory(() -> new NioServerSocketChannel(socket))
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.SO_KEEPALIVE, true)
                .childOption(ChannelOption.AUTO_CLOSE, false)
                .childHandler(new Accepting(handler))
                .register();
        channels.add(registered.channel());
        registered.addListener(future -> {
            if (!future.isSuccess()) {
                failure = future.cause();
            }
        });
        if (shared == null) {
            registered.awaitUninterruptibly();
            throwFailure();
        }
        return bound;
    }

    private static ServerSocketChannel bind(final InetSocketAddress address) throws IOException {
        final ServerSocketChannel socket = ServerSocketChannel.open();
        try {
            return socket.bind(address, BACKLOG);
        } catch (final IOException e) {
            socket.close();
            throw e;
        }
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
        final ManualIoEventLoop loop = owned();
        if (loop != null && !loop.inEventLoop()) {
            throw new IllegalStateException("a transport that its owner runs is closed by its owner");
        }
        if (loop != null) {
            // A socket that is closed with unread bytes is reset, which may take the last frames sent with it.
            loop.runNow();
        }
        awaitDone(channels.close());
        awaitDone(group.shutdownGracefully(0, SHUTDOWN_TIMEOUT_MS, TimeUnit.MILLISECONDS));
    }

    private void awaitDone(final Future<?> future) {
        final ManualIoEventLoop loop = shared;
        if (loop == null) {
            future.awaitUninterruptibly(SHUTDOWN_TIMEOUT_MS, TimeUnit.MILLISECONDS);
            return;
        }
        final long startNs = System.nanoTime();
        while (!future.isDone() && System.nanoTime() - startNs < SHUTDOWN_TIMEOUT_MS * 1_000_000) {
            loop.run(CLOSE_WAIT_NS);
        }
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
