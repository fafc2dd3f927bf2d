// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.transport.netty;

import io.netty.channel.ChannelHandlerContext;
import io.partita.replication.transport.DisconnectReason;
import io.partita.replication.transport.Intruders;
import io.partita.replication.transport.PeerHandler;
import io.partita.replication.transport.PeerTransport;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.agrona.DirectBuffer;
import org.agrona.collections.Long2ObjectHashMap;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Links between hosts over TCP. One event loop moves bytes between sockets and the rings of each link, on a thread of its own or on
 * the owner's ({@link TcpConfig#shareLoop}); the owner only ever touches the rings. Who connects and is not of this cluster, or sends what is no frame, is cut off, counted, and logged
 * the first time.
 */
public final class TcpPeerTransport implements PeerTransport {
    private static final int RUN_LENGTH_MAX = io.partita.ledger.model.Limits.FRAME_LENGTH_MAX;

    private final TcpConfig config;
    private final Intruders intruders;
    private final LinkBuffers.Pool pool;
    private final TcpLoop loop;
    private final @Nullable InetSocketAddress listening;
    private final ConcurrentLinkedQueue<TcpLink> arrivals = new ConcurrentLinkedQueue<>();
    /** The newest link to each peer whose name is being looked up. */
    private final ConcurrentHashMap<String, TcpLink> lookups = new ConcurrentHashMap<>();

    private final AtomicLong lastSession = new AtomicLong();
    private final LinkHost host = new LinkHost();

    // Owner only.
    private final Map<String, InetSocketAddress> peers = new HashMap<>();
    private final Long2ObjectHashMap<TcpLink> sessions = new Long2ObjectHashMap<>();
    private final List<TcpLink> links = new ArrayList<>();
    private final Set<Long> connecting = new HashSet<>();
    private final Delivery delivery = new Delivery();
    private volatile boolean closed; // others ask whom to wake

    /**
     * Starts to listen if the settings say where.
     *
     * @param config the settings.
     * @throws io.partita.ledger.model.PartitaException ADDRESS_IN_USE if the address cannot be listened on,
     *     INVALID_CONFIGURATION if it is not loopback and nobody accepted the risk.
     */
    public TcpPeerTransport(final TcpConfig config) {
        this.config = config;
        this.intruders = new Intruders("peer");
        this.pool = new LinkBuffers.Pool(config);
        if (config.isLoopShared()) {
            pool.prepare(); // some milliseconds, which are not the owner's then
        }
        this.loop = new TcpLoop(config);
        final InetSocketAddress address = config.bindAddress();
        try {
            this.listening = address == null ? null : loop.listen(address, Acceptor::new);
        } catch (final RuntimeException e) {
            loop.close();
            throw e;
        }
    }

    /**
     * Where it listens, with the real port if 0 was asked for.
     *
     * @return the address; null if it does not listen.
     */
    public @Nullable InetSocketAddress address() {
        return listening;
    }

    /**
     * Says where a peer listens. Owner thread, or before the owner starts.
     *
     * @param peer its node id.
     * @param address of its listener; may be unresolved.
     * @return this.
     */
    public TcpPeerTransport peer(final String peer, final InetSocketAddress address) {
        peers.put(peer, address);
        return this;
    }

    /**
     * Connections that were cut off because they were not of this cluster or sent what is no frame. Any thread.
     *
     * @return how many.
     */
    public long intrusions() {
        return intruders.count();
    }

    @Override
    public long connect(final String peer) {
        final InetSocketAddress address = peers.get(peer);
        if (address == null) {
            throw new IllegalArgumentException("the peer's address is not known: peer=" + peer);
        }
        final TcpLink link = new TcpLink(lastSession.incrementAndGet(), peer, true, host);
        connecting.add(link.session);
        if (address.isUnresolved()) {
            // Not on the event loop: a name server may take seconds, and links would stand still. Who asks again
            // meanwhile waits for
            // the same answer, and only the last one gets it.
            if (lookups.put(peer, link) == null) {
                config.threadFactory().newThread(() -> resolve(peer, address)).start();
            }
        } else {
            connect(link, address);
        }
        return link.session;
    }

    @Override
    public void disconnect(final long session) {
        final TcpLink link = sessions.remove(session);
        if (link != null) {
            links.remove(link);
            link.disconnect();
        } else {
            connecting.remove(session);
        }
    }

    @Override
    public int sendFrame(final long session, final DirectBuffer frame, final int offset, final int length) {
        checkControlLength(length);
        final TcpLink link = sessions.get(session);
        if (link == null || link.ended() != null) {
            return NOT_CONNECTED;
        }
        return link.send(FrameDescriptor.CONTROL, frame, offset, length, frame, 0, 0) ? SENT : WOULD_BLOCK;
    }

    @Override
    public boolean shipsRecords() {
        return true;
    }

    @Override
    public int sendAppend(
            final long session,
            final DirectBuffer header,
            final int headerOffset,
            final int headerLength,
            final long fromSeq,
            final long lastSeq,
            final DirectBuffer records,
            final int offset,
            final int length) {
        checkControlLength(headerLength);
        if (length < 0 || length > RUN_LENGTH_MAX) {
            throw new IllegalArgumentException("run is too long: length=" + length + " max=" + RUN_LENGTH_MAX);
        }
        final TcpLink link = sessions.get(session);
        if (link == null || link.ended() != null) {
            return NOT_CONNECTED;
        }
        return link.sendAppend(header, headerOffset, headerLength, records, offset, length) ? SENT : WOULD_BLOCK;
    }

    @Override
    public int runLengthMax() {
        return RUN_LENGTH_MAX;
    }

    @Override
    public int poll(final PeerHandler handler, final int limit) {
        int work = closed ? 0 : loop.run();
        work += arrivals.isEmpty() ? 0 : pollArrivals(handler);
        for (int i = links.size() - 1; i >= 0 && i < links.size(); i--) {
            final TcpLink link = links.get(i);
            final DisconnectReason ended = link.ended();
            delivery.begin(handler, link);
            work += link.poll(delivery, limit);
            // The handler may have disconnected it meanwhile.
            if (ended != null && sessions.get(link.session) == link && link.isDrained()) {
                sessions.remove(link.session);
                links.remove(link);
                link.letGo();
                work++;
                handler.onDisconnected(link.session, ended);
            }
        }
        return work;
    }

    @Override
    public boolean hasInput() {
        if (!arrivals.isEmpty()) {
            return true;
        }
        for (int i = 0, size = links.size(); i < size; i++) {
            final TcpLink link = links.get(i);
            if (link.ended() != null || !link.isDrained()) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void await(final long timeoutNs) {
        if (loop.isShared() && !closed) {
            loop.await(timeoutNs);
        } else {
            LockSupport.parkNanos(this, timeoutNs);
        }
    }

    @Override
    public void wake(final Thread owner) {
        if (loop.isShared() && !closed) {
            loop.wake();
        } else {
            LockSupport.unpark(owner);
        }
    }

    @Override
    public int flush() {
        int flushed = 0;
        for (int i = 0, size = links.size(); i < size; i++) {
            if (links.get(i).flush()) {
                flushed++;
            }
        }
        return flushed;
    }

    @Override
    public void close() {
        if (!closed) {
            loop.close();
            closed = true;
            arrivals.clear();
            sessions.clear();
            links.clear();
        }
    }

    private int pollArrivals(final PeerHandler handler) {
        int work = 0;
        for (TcpLink link = arrivals.poll(); link != null; link = arrivals.poll()) {
            work++;
            final DisconnectReason failed = link.failed();
            if (link.initiatedByUs && !connecting.remove(link.session)) {
                // Given up while it was coming.
                if (failed == null) {
                    link.disconnect();
                }
            } else if (failed != null) {
                handler.onConnectFailed(link.session, link.peer, failed);
            } else {
                sessions.put(link.session, link);
                links.add(link);
                handler.onConnected(link.session, link.peer, link.initiatedByUs);
            }
        }
        return work;
    }

    private void resolve(final String peer, final InetSocketAddress address) {
        final InetSocketAddress resolved = new InetSocketAddress(address.getHostString(), address.getPort());
        final TcpLink link = Objects.requireNonNull(lookups.remove(peer), "only who looks it up removes it");
        if (resolved.isUnresolved()) {
            link.fail(DisconnectReason.TIMEOUT); // nobody said that nobody is there (R12)
            arrive(link);
        } else {
            loop.execute(() -> connect(link, resolved));
        }
    }

    private void connect(final TcpLink link, final InetSocketAddress address) {
        loop.connect(
                        address,
                        () -> new Connector(config, Preface.ROLE_PEER, link, link.peer, pool, intruders, this::arrive))
                .addListener(connected -> {
                    if (!connected.isSuccess()) {
                        link.fail(TcpLoop.reasonOf(connected.cause()));
                        arrive(link);
                    }
                });
    }

    private void arrive(final TcpLink link) {
        arrivals.add(link);
        tellOwner();
    }

    /** There is something to poll. An owner that runs the loop polls right after what it does there. */
    private void tellOwner() {
        if (!loop.isShared()) {
            config.wakeup().run();
        } else if (!loop.isOwner()) {
            loop.wake();
        }
    }

    private static void checkControlLength(final int length) {
        if (length <= 0 || length > CONTROL_LENGTH_MAX) {
            throw new IllegalArgumentException(
                    "control frame must have 1 to " + CONTROL_LENGTH_MAX + " bytes: length=" + length);
        }
    }

    /** What links ask of this transport, on the event loop. */
    private final class LinkHost implements TcpLink.Host {
        @Override
        public @Nullable String objection(final int kind, final int flags, final int length) {
            final int max;
            if (kind == FrameDescriptor.CONTROL) {
                max = CONTROL_LENGTH_MAX;
            } else if (kind == FrameDescriptor.APPEND) {
                max = TcpConfig.payloadLengthMax();
            } else {
                return "kind=" + kind + " is none of a peer's";
            }
            if (length > 0 && length <= max && flags == 0) {
                return null;
            }
            return "a frame is out of bounds: kind=" + kind + " flags=" + flags + " length="
                    + Integer.toUnsignedString(length) + " max=" + max;
        }

        @Override
        public void wakeup() {
            tellOwner();
        }

        @Override
        public void onViolation(final String peer, final String what) {
            intruders.note(peer, what);
        }
    }

    /** Turns frames of one link into calls of the handler. Owner only; reused. */
    private static final class Delivery implements InboundRing.FrameConsumer {
        private @Nullable PeerHandler handler;
        private @Nullable TcpLink link;

        void begin(final PeerHandler newHandler, final TcpLink newLink) {
            handler = newHandler;
            link = newLink;
        }

        @Override
        public void onFrame(
                final int kind, final int flags, final UnsafeBuffer buffer, final int offset, final int length) {
            final PeerHandler to = handler;
            final TcpLink from = link;
            if (to == null || from == null || from.isGone()) {
                return;
            }
            if (kind == FrameDescriptor.CONTROL) {
                to.onFrame(from.session, buffer, offset, length);
                return;
            }
            // Checked by the link before it was committed.
            final int headerLength = buffer.getInt(offset, ByteOrder.LITTLE_ENDIAN);
            final int headerOffset = offset + FrameDescriptor.APPEND_PREFIX_LENGTH;
            final int records = headerOffset + FrameDescriptor.paddedLength(headerLength);
            to.onAppend(from.session, buffer, headerOffset, headerLength, buffer, records, offset + length - records);
        }
    }

    /** The side that waits for a peer's connection. */
    private final class Acceptor extends PrefaceHandler {
        Acceptor() {
            super(config, Preface.ROLE_PEER);
        }

        @Override
        boolean isConnecting() {
            return false;
        }

        @Override
        @Nullable
        String objection(final CertificateNames names) {
            return names.nodes().isEmpty() ? "its certificate is of no node" : null;
        }

        @Override
        void onPreface(final ChannelHandlerContext ctx, final ByteBuffer received) {
            final int verdict = judge(received);
            final String peer = Preface.node(received);
            final CertificateNames names = certificate();
            if (names != null && peer != null && !names.isNode(peer)) {
                refuse(
                        ctx,
                        Preface.STATUS_NOT_CERTIFIED,
                        "its certificate is of another node: node=" + peer + " names=" + names.nodes());
                return;
            }
            if (verdict != Preface.STATUS_ACCEPTED || peer == null) {
                refuse(ctx, verdict, "its preface is refused: status=" + Preface.statusName(verdict) + " node=" + peer);
                return;
            }
            final LinkBuffers buffers = pool.take();
            if (buffers == null) {
                refuse(ctx, Preface.STATUS_FULL, "there are as many links as there may be: max=" + config.linksMax());
                return;
            }
            final TcpLink link = new TcpLink(lastSession.incrementAndGet(), peer, false, host);
            final FrameReader frames = link.establish(ctx, buffers);
            ctx.writeAndFlush(answer(Preface.STATUS_ACCEPTED));
            succeed(ctx, frames);
            arrive(link);
        }

        @Override
        void onFailed(final ChannelHandlerContext ctx, final DisconnectReason reason, final String what) {
            if (reason != DisconnectReason.EOF && reason != DisconnectReason.RESET) {
                intruders.note(BrokenLink.hostOf(ctx.channel().remoteAddress()), what);
            }
        }
    }
}
