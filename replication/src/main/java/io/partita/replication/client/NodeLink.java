// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.client;

import io.partita.ledger.client.Batch;
import io.partita.ledger.model.Outcome;
import io.partita.replication.transport.ClientReplyHandler;
import io.partita.replication.transport.DisconnectReason;
import io.partita.replication.transport.NodeStatus;
import io.partita.replication.transport.netty.ClientConnection;
import io.partita.replication.transport.netty.ClientConnector;
import java.net.InetSocketAddress;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/** The client's end of its connection to one node: kept up, watched for silence. The client's thread. */
final class NodeLink implements ClientReplyHandler, AutoCloseable {
    /** What came in. */
    interface Owner {
        void onResult(
                NodeLink link,
                long correlationId,
                long seq,
                long timestamp,
                DirectBuffer results,
                int offset,
                int length);

        void onRefusal(NodeLink link, long correlationId, long outcome);

        /** The connection has ended: what it has not answered is unknown. */
        void onDown(NodeLink link);
    }

    private static final int MESSAGES_PER_POLL = 256;
    private static final long RECONNECT_NS = 20_000_000L;
    /** A node that will not have us has a reason that does not pass by itself; a TLS handshake costs both sides. */
    private static final long REJECTED_RECONNECT_NS = 200_000_000L;

    private static final long REFUSAL_MEMORY_NS = 50_000_000L;
    private static final UnsafeBuffer NOTHING = new UnsafeBuffer(new byte[0]);

    final int index;
    final String node;
    private final InetSocketAddress address;
    private final ClientConnector connector;
    private final Runnable wakeup;
    private final Owner owner;
    private final long silenceNs;
    private @Nullable ClientConnection connection;
    private @Nullable NodeStatus status;
    private boolean isWelcome;
    private int window;
    private int unanswered;
    private long nowNs;
    private long lastHeardNs;
    private long lastPingNs;
    private long connectAtNs;
    private long refusedUntilNs;

    NodeLink(
            final int index,
            final String node,
            final InetSocketAddress address,
            final ClientConnector connector,
            final Runnable wakeup,
            final Owner owner,
            final long silenceNs,
            final long nowNs) {
        this.index = index;
        this.node = node;
        this.address = address;
        this.connector = connector;
        this.wakeup = wakeup;
        this.owner = owner;
        this.silenceNs = silenceNs;
        this.nowNs = nowNs;
        this.connectAtNs = nowNs;
        this.refusedUntilNs = nowNs;
    }

    /** Takes in replies, connects anew, gives up on silence. */
    int poll(final long now) {
        nowNs = now;
        final ClientConnection current = connection;
        if (current == null) {
            if (now - connectAtNs < 0) {
                return 0;
            }
            connection = connector.connect(node, address, wakeup);
            return 1;
        }
        final int work = current.poll(this, MESSAGES_PER_POLL);
        if (work > 0) {
            lastHeardNs = now;
        } else if (isWelcome) {
            watchSilence(current, now);
        }

        return work;
    }

    /** A node that is stopped or cut off closes no connection: only its silence tells. */
    private void watchSilence(final ClientConnection current, final long now) {
        if (now - lastHeardNs > silenceNs) {
            current.close();
            onDisconnected(DisconnectReason.TIMEOUT);
        } else if (now - lastHeardNs > silenceNs / 4 && now - lastPingNs > silenceNs / 4) {
            lastPingNs = now;
            current.ping(now);
        }
    }

    void flush() {
        final ClientConnection current = connection;
        if (current != null) {
            current.flush();
        }
    }

    /** Whether a request may be sent now. */
    boolean hasRoom() {
        return isWelcome && unanswered < window;
    }

    /** Whether the node says that it takes commands, and did not refuse one since. */
    boolean isActive() {
        final NodeStatus current = status;
        return isWelcome && current != null && current.active() && nowNs - refusedUntilNs >= 0;
    }

    /** The newest epoch that the node told. */
    long epoch() {
        final NodeStatus current = status;
        return current == null ? -1 : current.epoch();
    }

    @Nullable
    NodeStatus status() {
        return isWelcome ? status : null;
    }

    /** The node does not keep to the protocol: its connection ends. */
    void giveUp() {
        final ClientConnection current = connection;
        if (current != null) {
            current.close();
            onDisconnected(DisconnectReason.PROTOCOL_VIOLATION);
        }
    }

    /** A node that says it is active and refuses with NOT_ACTIVE is believed the refusal, for a while. */
    void onNotActive() {
        refusedUntilNs = nowNs + REFUSAL_MEMORY_NS;
    }

    /** Sends a batch. */
    boolean send(final long correlationId, final Batch batch) {
        final int kind = RequestKinds.code(batch.kind()) | (batch.isStaleAllowed() ? RequestKinds.STALE : 0);
        return send(
                correlationId,
                kind,
                batch.options(),
                batch.count(),
                batch.kind().isRead() ? batch.minSeq() : batch.deadline(),
                batch.body(),
                batch.bodyOffset(),
                batch.bodyLength());
    }

    /** Asks for a report. */
    boolean sendReport(final long correlationId) {
        return send(correlationId, RequestKinds.REPORT, 0, 0, 0, NOTHING, 0, 0);
    }

    private boolean send(
            final long correlationId,
            final int kind,
            final int options,
            final int count,
            final long deadlineNs,
            final DirectBuffer body,
            final int offset,
            final int length) {
        final ClientConnection current = connection;
        if (current == null || !hasRoom()) {
            return false;
        }
        if (current.submit(correlationId, kind, options, count, deadlineNs, body, offset, length)
                != ClientConnection.SENT) {
            return false;
        }
        unanswered++;
        return true;
    }

    @Override
    public void onWelcome(final NodeStatus newStatus, final int windowRequests) {
        status = newStatus;
        window = windowRequests;
        unanswered = 0;
        isWelcome = true;
        lastPingNs = nowNs;
        refusedUntilNs = nowNs;
    }

    @Override
    public void onStatus(final NodeStatus newStatus) {
        status = newStatus;
        refusedUntilNs = nowNs;
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
        unanswered--;
        owner.onResult(this, correlationId, seq, timestamp, results, offset, length);
    }

    @Override
    public void onRefusal(final long correlationId, final long outcome) {
        unanswered--;
        if (outcome == Outcome.NOT_ACTIVE) {
            onNotActive();
        }
        owner.onRefusal(this, correlationId, outcome);
    }

    @Override
    public void onPong(final long token) {
        // Any message is a sign of life.
    }

    @Override
    public void onDisconnected(final DisconnectReason reason) {
        connection = null;
        status = null;
        isWelcome = false;
        unanswered = 0;
        final boolean isRejected = reason == DisconnectReason.REJECTED || reason == DisconnectReason.PROTOCOL_VIOLATION;
        connectAtNs = nowNs + (isRejected ? REJECTED_RECONNECT_NS : RECONNECT_NS);
        owner.onDown(this);
    }

    @Override
    public void close() {
        final ClientConnection current = connection;
        if (current != null) {
            connection = null;
            current.close();
        }
        isWelcome = false;
        status = null;
    }
}
