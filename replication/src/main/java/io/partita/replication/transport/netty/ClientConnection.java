// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.transport.netty;

import io.partita.replication.transport.ClientReplyHandler;
import io.partita.replication.transport.DisconnectReason;
import io.partita.replication.transport.NodeStatus;
import java.net.InetSocketAddress;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A client's connection to one node. It comes up, is used, and ends, once. One thread, its owner, calls all methods; in steady
 * state they allocate nothing and do not block. What is sent leaves with the next {@link #flush()}.
 */
public final class ClientConnection implements AutoCloseable {
    /** The request was taken. */
    public static final int SENT = 0;
    /** The connection's buffer is full; nothing was taken; try again later. */
    public static final int WOULD_BLOCK = -1;
    /** Not welcomed yet, or ended; nothing was taken. */
    public static final int NOT_CONNECTED = -2;

    private static final int PAYLOAD_LENGTH_MAX = TcpConfig.payloadLengthMax();

    private enum State {
        CONNECTING,
        GREETING,
        OPEN,
        ENDED
    }

    private final TcpLink link;
    private final Runnable wakeup;
    private volatile boolean arrived;
    private boolean cancelled; // guarded by this

    // Owner only.
    private final ClientMessages messages = new ClientMessages();
    private final Delivery delivery = new Delivery();
    private State state = State.CONNECTING;

    ClientConnection(final long session, final InetSocketAddress address, final Runnable wakeup) {
        this.wakeup = wakeup;
        this.link = new TcpLink(session, address.getHostString() + ":" + address.getPort(), true, new ClientLinkHost());
    }

    TcpLink link() {
        return link;
    }

    /** Event loop: it came up or failed to. */
    void onArrived(final TcpLink made) {
        synchronized (this) {
            arrived = true;
            if (cancelled && made.failed() == null) {
                made.disconnect();
            }
        }
        wakeup.run();
    }

    /**
     * Whether requests may be sent.
     *
     * @return true from the welcome to the end.
     */
    public boolean isOpen() {
        return state == State.OPEN && link.ended() == null;
    }

    /**
     * Sends a request.
     *
     * @param correlationId comes back with the answer.
     * @param kind what kind of batch, 0 to 255.
     * @param options option bits, 0 to 65535.
     * @param count commands or ids in the body.
     * @param deadlineNs nanoseconds since 1970 after which it shall have no effect, or 0.
     * @param body with the body.
     * @param offset of the body.
     * @param length of the body.
     * @return {@link #SENT}, {@link #WOULD_BLOCK} or {@link #NOT_CONNECTED}.
     */
    public int submit(
            final long correlationId,
            final int kind,
            final int options,
            final int count,
            final long deadlineNs,
            final DirectBuffer body,
            final int offset,
            final int length) {
        if (length < 0 || length > PAYLOAD_LENGTH_MAX - ClientMessages.BODY_OFFSET) {
            throw new IllegalArgumentException("request is too long: length=" + length);
        }
        if (!isOpen()) {
            return NOT_CONNECTED;
        }
        final int headerLength = messages.submit(correlationId, kind, options, count, deadlineNs, length);
        return link.send(FrameDescriptor.MESSAGE, messages.buffer(), 0, headerLength, body, offset, length)
                ? SENT
                : WOULD_BLOCK;
    }

    /**
     * Asks for a sign of life of the node's transport.
     *
     * @param token comes back with the answer.
     * @return {@link #SENT}, {@link #WOULD_BLOCK} or {@link #NOT_CONNECTED}.
     */
    public int ping(final long token) {
        if (!isOpen()) {
            return NOT_CONNECTED;
        }
        return sendMessage(messages.ping(token)) ? SENT : WOULD_BLOCK;
    }

    /**
     * Delivers what came in.
     *
     * @param handler to deliver to.
     * @param limit messages at most.
     * @return messages and events delivered.
     */
    public int poll(final ClientReplyHandler handler, final int limit) {
        if (state == State.ENDED || !arrived) {
            return 0;
        }
        if (state == State.CONNECTING) {
            final DisconnectReason failed = link.failed();
            if (failed != null) {
                state = State.ENDED;
                handler.onDisconnected(failed);
                return 1;
            }
            state = State.GREETING;
            sendMessage(messages.hello());
            link.flush();
        }
        final DisconnectReason ended = link.ended();
        delivery.handler = handler;
        int work = link.poll(delivery, limit);
        final String objection = delivery.objection;
        if (objection != null && state != State.ENDED) {
            close();
            work++;
            handler.onDisconnected(DisconnectReason.PROTOCOL_VIOLATION);
        } else if (ended != null && state != State.ENDED && link.isDrained()) {
            state = State.ENDED;
            link.letGo();
            work++;
            handler.onDisconnected(ended);
        }
        return work;
    }

    /**
     * Lets what was sent leave.
     *
     * @return true if there was something.
     */
    public boolean flush() {
        return state == State.OPEN && link.flush();
    }

    /** Ends the connection; nothing more is delivered. A second call does nothing. */
    @Override
    public void close() {
        if (state == State.CONNECTING) {
            synchronized (this) {
                cancelled = true;
                if (arrived && link.failed() == null) {
                    link.disconnect();
                }
            }
        } else if (state != State.ENDED) {
            link.disconnect();
        }
        state = State.ENDED;
    }

    private boolean sendMessage(final int length) {
        final UnsafeBuffer message = messages.buffer();
        return link.send(FrameDescriptor.MESSAGE, message, 0, length, message, 0, 0);
    }

    /** Decodes what comes in. Owner only. */
    private final class Delivery implements InboundRing.FrameConsumer {
        private final ClientMessageReader reader = new ClientMessageReader();
        private final Welcome welcome = new Welcome();
        private @Nullable ClientReplyHandler handler;
        private @Nullable String objection;

        @Override
        public void onFrame(
                final int kind, final int flags, final UnsafeBuffer buffer, final int offset, final int length) {
            final ClientReplyHandler to = handler;
            if (to != null && state != State.ENDED && objection == null) {
                welcome.to = to;
                final String found = reader.read(buffer, offset, length, state == State.GREETING ? welcome : to);
                objection = found != null ? found : objection;
            }
        }
    }

    /** What the node may say before it welcomed us: its welcome. */
    private final class Welcome implements ClientReplyHandler {
        private @Nullable ClientReplyHandler to;

        @Override
        public void onWelcome(final NodeStatus status, final int windowRequests) {
            state = State.OPEN;
            final ClientReplyHandler handler = to;
            if (handler != null) {
                handler.onWelcome(status, windowRequests);
            }
        }

        @Override
        public void onStatus(final NodeStatus status) {
            // The welcome that follows is newer.
        }

        @Override
        public void onResult(
                final long correlationId,
                final long seq,
                final long timestamp,
                final int count,
                final DirectBuffer results,
                final int offset,
                final int length) {
            unasked();
        }

        @Override
        public void onRefusal(final long correlationId, final long outcome) {
            unasked();
        }

        @Override
        public void onPong(final long token) {
            unasked();
        }

        @Override
        public void onDisconnected(final DisconnectReason reason) {
            unasked();
        }

        private void unasked() {
            delivery.objection = "the node answers what was not asked";
        }
    }

    /** What the link asks of this connection, on the event loop. */
    private final class ClientLinkHost implements TcpLink.Host {
        @Override
        public @Nullable String objection(final int kind, final int flags, final int length) {
            return kind == FrameDescriptor.MESSAGE && flags == 0 && length > 0 && length <= PAYLOAD_LENGTH_MAX
                    ? null
                    : "a frame is out of bounds: kind=" + kind + " flags=" + flags + " length="
                            + Integer.toUnsignedString(length);
        }

        @Override
        public void wakeup() {
            wakeup.run();
        }

        @Override
        public void onViolation(final String peer, final String what) {
            System.getLogger(ClientConnection.class.getName())
                    .log(System.Logger.Level.WARNING, "a server sent what is no frame: peer={0} what={1}", peer, what);
        }
    }
}
