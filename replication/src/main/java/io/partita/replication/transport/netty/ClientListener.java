// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.transport.netty;

import io.netty.channel.ChannelHandlerContext;
import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.PartitaException;
import io.partita.replication.transport.ClientRequestHandler;
import io.partita.replication.transport.DisconnectReason;
import io.partita.replication.transport.Intruders;
import io.partita.replication.transport.NodeStatus;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The server side of client sessions: listens, hands requests to a {@link ClientRequestHandler} on its event loop thread, and
 * takes replies from there or from one more thread, the replier (a node's engine thread), which flushes once per duty cycle.
 */
public final class ClientListener implements AutoCloseable {
    private final TcpConfig config;
    private final ClientRequestHandler handler;
    private final Intruders intruders = new Intruders("client");
    private final TcpLoop loop;
    private final InetSocketAddress listening;
    private final ConcurrentHashMap<Long, TcpClientSession> sessions = new ConcurrentHashMap<>();
    private final AtomicLong lastSession = new AtomicLong();
    private volatile NodeStatus status;

    // Replier only.
    private final List<TcpClientSession> unflushed = new ArrayList<>();

    /**
     * Starts to listen.
     *
     * @param config the settings, with an address to listen on.
     * @param handler takes the requests.
     * @param status what to tell clients about this node until {@link #status(NodeStatus)} says otherwise.
     * @throws PartitaException ADDRESS_IN_USE if the address cannot be listened on, INVALID_CONFIGURATION if it is not loopback
     *     and nobody accepted the risk, or is missing.
     */
    public ClientListener(final TcpConfig config, final ClientRequestHandler handler, final NodeStatus status) {
        final InetSocketAddress address = config.bindAddress();
        if (address == null) {
            throw new PartitaException(
                    ErrorCode.INVALID_CONFIGURATION,
                    "no address to listen for clients on",
                    "set one, such as 127.0.0.1:0");
        }
        this.config = config;
        this.handler = handler;
        this.status = status;
        this.loop = new TcpLoop(config);
        try {
            this.listening = loop.listen(address, Acceptor::new);
        } catch (final RuntimeException e) {
            loop.close();
            throw e;
        }
    }

    /**
     * Where it listens, with the real port if 0 was asked for.
     *
     * @return the address.
     */
    public InetSocketAddress address() {
        return listening;
    }

    /**
     * Tells all clients, and those to come, about this node. Any thread.
     *
     * @param now what to tell.
     */
    public void status(final NodeStatus now) {
        status = now;
        for (final TcpClientSession session : sessions.values()) {
            session.tellStatus();
        }
    }

    /**
     * Clients that are connected. Any thread.
     *
     * @return how many.
     */
    public int sessions() {
        return sessions.size();
    }

    /**
     * Connections that were cut off because they were not of this cluster, sent what is no message, or did not read their
     * replies. Any thread.
     *
     * @return how many.
     */
    public long intrusions() {
        return intruders.count();
    }

    /**
     * Lets the replier's replies leave. Replier thread, once per duty cycle.
     *
     * @return sessions that had something to flush.
     */
    public int flush() {
        final int flushed = unflushed.size();
        for (int i = 0; i < flushed; i++) {
            unflushed.get(i).flush();
        }
        unflushed.clear();
        return flushed;
    }

    /** Ends all sessions and stops listening. A second call does nothing. */
    @Override
    public void close() {
        loop.close();
    }

    TcpConfig config() {
        return config;
    }

    ClientRequestHandler handler() {
        return handler;
    }

    NodeStatus status() {
        return status;
    }

    Intruders intruders() {
        return intruders;
    }

    /** Replier: a session has replies to flush. */
    void onUnflushed(final TcpClientSession session) {
        unflushed.add(session);
    }

    /** Event loop: a session has ended. */
    void onEnded(final TcpClientSession session) {
        sessions.remove(session.id());
    }

    /** The accepting side of a fresh connection. */
    private final class Acceptor extends PrefaceHandler {
        Acceptor() {
            super(config, Preface.ROLE_CLIENT);
        }

        @Override
        boolean isConnecting() {
            return false;
        }

        @Override
        @Nullable
        String objection(final CertificateNames names) {
            return names.principal() == null
                    ? "the common name of its certificate is missing or none of [A-Za-z0-9._@-]{1,64}"
                    : null;
        }

        @Override
        void onPreface(final ChannelHandlerContext ctx, final ByteBuffer received) {
            final int verdict = judge(received);
            final String client = Preface.node(received);
            if (verdict != Preface.STATUS_ACCEPTED || client == null) {
                refuse(
                        ctx,
                        verdict,
                        "its preface is refused: status=" + Preface.statusName(verdict) + " name=" + client);
                return;
            }
            if (sessions.size() >= config.sessionsMax()) {
                refuse(
                        ctx,
                        Preface.STATUS_FULL,
                        "there are as many clients as there may be: max=" + config.sessionsMax());
                return;
            }
            final CertificateNames names = certificate();
            final TcpClientSession session = new TcpClientSession(
                    lastSession.incrementAndGet(),
                    names == null ? null : names.principal(),
                    ctx.channel(),
                    ClientListener.this);
            sessions.put(session.id(), session);
            ctx.writeAndFlush(answer(Preface.STATUS_ACCEPTED));
            succeed(ctx, session.frames());
        }

        @Override
        void onFailed(final ChannelHandlerContext ctx, final DisconnectReason reason, final String what) {
            if (reason != DisconnectReason.EOF && reason != DisconnectReason.RESET) {
                intruders.note(BrokenLink.hostOf(ctx.channel().remoteAddress()), what);
            }
        }
    }
}
