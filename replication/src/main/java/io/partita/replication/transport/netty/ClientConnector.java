// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.transport.netty;

import io.partita.replication.transport.Intruders;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Makes {@link ClientConnection}s, which share one event loop thread. Any thread. */
public final class ClientConnector implements AutoCloseable {
    private final TcpConfig config;
    private final LinkBuffers.Pool pool;
    private final Intruders intruders = new Intruders("server");
    private final TcpLoop loop;
    private final AtomicLong lastSession = new AtomicLong();

    /**
     * Starts the thread.
     *
     * @param config the settings; {@code node} is the client's name.
     */
    public ClientConnector(final TcpConfig config) {
        this.config = config;
        this.pool = new LinkBuffers.Pool(config);
        this.loop = new TcpLoop(config);
    }

    /**
     * Starts to connect to whichever node of the cluster listens there.
     *
     * @param address where the node listens for clients; may be unresolved.
     * @param wakeup called, on the transport's thread, when there is something to poll; must not block.
     * @return the connection.
     */
    public ClientConnection connect(final InetSocketAddress address, final Runnable wakeup) {
        return connect(null, address, wakeup);
    }

    /**
     * Starts to connect to a node. Whether it worked comes by {@link ClientConnection#poll}.
     *
     * @param node which node it must be, with TLS: its certificate must say so; null if any will do.
     * @param address where the node listens for clients; may be unresolved.
     * @param wakeup called, on the transport's thread, when there is something to poll; must not block.
     * @return the connection.
     */
    public ClientConnection connect(
            final @Nullable String node, final InetSocketAddress address, final Runnable wakeup) {
        final ClientConnection connection = new ClientConnection(lastSession.incrementAndGet(), address, wakeup);
        final TcpLink link = connection.link();
        loop.connect(
                        address,
                        () -> new Connector(
                                config, Preface.ROLE_CLIENT, link, node, pool, intruders, connection::onArrived))
                .addListener(connected -> {
                    if (!connected.isSuccess()) {
                        link.fail(TcpLoop.reasonOf(connected.cause()));
                        connection.onArrived(link);
                    }
                });
        return connection;
    }

    /** Ends all connections and the thread. A second call does nothing. */
    @Override
    public void close() {
        loop.close();
    }
}
