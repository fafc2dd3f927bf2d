// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.client;

import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.Id128;
import io.partita.ledger.model.Outcome;
import io.partita.ledger.model.PartitaException;
import io.partita.replication.transport.ClientReplyHandler;
import io.partita.replication.transport.DisconnectReason;
import io.partita.replication.transport.NodeStatus;
import io.partita.replication.transport.TlsConfig;
import io.partita.replication.transport.netty.ClientConnection;
import io.partita.replication.transport.netty.ClientConnector;
import io.partita.replication.transport.netty.TcpConfig;
import io.partita.replication.transport.netty.TlsCredentials;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * An operator's way into running nodes, over their client ports: each request is a connection of its own. One thread; every
 * method waits for the answer, for as long as the time-out allows.
 */
public final class OperatorClient implements AutoCloseable {
    private static final long PARK_NS = 200_000L;
    private static final long POLL_NS = 5_000_000L;

    private final @Nullable TlsCredentials credentials;
    private final ClientConnector connector;
    private final long timeoutNs;
    private long lastCorrelationId;

    /**
     * A client.
     *
     * @param clusterId of the cluster: a node of another one refuses the connection.
     * @param name of the client, for the nodes' logs: 1 to 16 of {@code [a-z0-9-]}.
     * @param timeout for each answer.
     * @param tls the operator's certificate, key and trusted CAs; null where the cluster has no TLS.
     * @throws PartitaException CERTIFICATE_INVALID or CERTIFICATE_EXPIRED if they cannot be used.
     */
    public OperatorClient(
            final Id128 clusterId, final String name, final Duration timeout, final @Nullable TlsConfig tls) {
        timeoutNs = timeout.toNanos();
        credentials = tls == null ? null : ClientSecurity.open(tls, clusterId);
        connector = new ClientConnector(new TcpConfig(clusterId, name)
                .connectTimeoutMs((int) Math.max(1, Math.min(timeout.toMillis(), Integer.MAX_VALUE)))
                .tls(credentials));
    }

    /**
     * Asks a node.
     *
     * @param node where it listens for clients.
     * @param request what.
     * @return its answer, which may be a refusal.
     * @throws PartitaException NODE_UNREACHABLE if there is none in time: whether it was done is not known; ACCESS_DENIED.
     */
    public OperatorReply ask(final InetSocketAddress node, final OperatorRequest request) {
        final Thread self = Thread.currentThread();
        final long deadlineNs = System.nanoTime() + timeoutNs;
        final Exchange exchange = new Exchange(++lastCorrelationId);
        final byte[] body = request.encode();
        try (ClientConnection connection = connector.connect(node, () -> LockSupport.unpark(self))) {
            while (exchange.reply == null) {
                connection.poll(exchange, 16);
                if (exchange.isWelcome && !exchange.isSent) {
                    exchange.isSent = connection.submit(
                                    exchange.correlationId,
                                    RequestKinds.OPERATOR,
                                    0,
                                    0,
                                    0,
                                    new UnsafeBuffer(body),
                                    0,
                                    body.length)
                            == ClientConnection.SENT;
                    connection.flush();
                }
                if (exchange.problem != null || System.nanoTime() - deadlineNs > 0 || self.isInterrupted()) {
                    throw unreachable(node, exchange);
                }
                if (exchange.reply == null) {
                    LockSupport.parkNanos(this, PARK_NS);
                }
            }
            return exchange.reply;
        }
    }

    private static PartitaException unreachable(final InetSocketAddress node, final Exchange exchange) {
        if (exchange.isDenied) {
            return new PartitaException(
                    ErrorCode.ACCESS_DENIED,
                    "node=" + node.getHostString() + ":" + node.getPort()
                            + ": the roles of this certificate do not allow it; nothing was done",
                    "give its common name a role in the node's roles file, or ask somebody who has one");
        }
        final String why = exchange.problem == null ? "no answer in time" : exchange.problem;
        return new PartitaException(
                ErrorCode.NODE_UNREACHABLE,
                "node=" + node.getHostString() + ":" + node.getPort() + ": " + why + (exchange.isSent ? " (sent)" : ""),
                exchange.isSent
                        ? "ask for its status: it may have been done"
                        : "check that the node runs, its client address and the cluster id");
    }

    /**
     * Asks a node for its status.
     *
     * @param node where it listens for clients.
     * @return what it says.
     * @throws PartitaException NODE_UNREACHABLE, or the code of a refusal.
     */
    public OperatorStatus status(final InetSocketAddress node) {
        final OperatorReply reply = ask(node, OperatorRequest.status());
        if (!reply.ok()) {
            throw new PartitaException(
                    ErrorCode.OPERATION_REFUSED, reply.code() + ": " + reply.cause(), reply.nextStep());
        }
        return OperatorStatus.of(reply.fields());
    }

    /**
     * Has the active hand over, and waits until the new one serves.
     *
     * @param nodes where the cluster's nodes listen for clients, by id.
     * @param to node id; empty for the fittest standby.
     * @param by who asks, for the audit.
     * @return the answer of the node that was active; fields {@code active} and {@code epoch} are the new ones.
     * @throws PartitaException NODE_UNREACHABLE if no active answers, if the new one does not serve in time, or if another one took
     *     over from it before it did.
     */
    public OperatorReply switchover(final Map<String, InetSocketAddress> nodes, final String to, final String by) {
        final InetSocketAddress active = active(nodes);
        final OperatorReply reply = ask(active, OperatorRequest.switchover(to, by));
        final InetSocketAddress successor = nodes.get(reply.field(OperatorReply.ACTIVE));
        if (reply.ok() && successor != null) {
            awaitServing(successor, Long.parseLong(reply.field(OperatorReply.EPOCH)));
        }
        return reply;
    }

    /** The node that says it is active in the newest epoch. */
    private InetSocketAddress active(final Map<String, InetSocketAddress> nodes) {
        InetSocketAddress found = null;
        long epoch = -1;
        PartitaException silent = null;
        for (final InetSocketAddress node : nodes.values()) {
            try {
                final OperatorStatus status = status(node);
                if (status.role().equals("ACTIVE") && status.epoch() > epoch) {
                    found = node;
                    epoch = status.epoch();
                }
            } catch (final PartitaException e) {
                if (e.code() == ErrorCode.ACCESS_DENIED) {
                    throw e;
                }
                silent = e;
            }
        }
        if (found == null) {
            throw new PartitaException(
                    ErrorCode.NODE_UNREACHABLE,
                    "no node says that it is the active: asked=" + nodes.keySet()
                            + (silent == null ? "" : " last problem: " + silent.problem()),
                    "look at the status of each node: a take-over may be under way, or nobody may lead");
        }
        return found;
    }

    private void awaitServing(final InetSocketAddress node, final long epoch) {
        final long deadlineNs = System.nanoTime() + timeoutNs;
        for (OperatorStatus status = status(node); !status.isServing(); status = status(node)) {
            if (status.isDeposed(epoch)) {
                throw new PartitaException(
                        ErrorCode.NODE_UNREACHABLE,
                        "node=" + status.node() + " was handed over to in epoch=" + epoch
                                + ", and another one took over in epoch=" + status.epoch() + " before it served",
                        "ask for the status of all nodes; if both are well, hand over again");
            }
            if (System.nanoTime() - deadlineNs > 0 || Thread.currentThread().isInterrupted()) {
                throw new PartitaException(
                        ErrorCode.NODE_UNREACHABLE,
                        "node=" + node.getHostString() + ":" + node.getPort()
                                + " was handed over to and does not serve yet",
                        "ask for its status: it waits for the members of the in-sync set, or another one took over");
            }
            LockSupport.parkNanos(this, POLL_NS);
        }
    }

    /** Ends its thread. A second call does nothing. */
    @Override
    public void close() {
        connector.close();
        final TlsCredentials own = credentials;
        if (own != null) {
            own.close();
        }
    }

    /** One question and its answer. */
    private static final class Exchange implements ClientReplyHandler {
        private final long correlationId;
        private boolean isWelcome;
        private boolean isSent;
        private boolean isDenied;
        private @Nullable OperatorReply reply;
        private @Nullable String problem;

        Exchange(final long correlationId) {
            this.correlationId = correlationId;
        }

        @Override
        public void onWelcome(final NodeStatus status, final int windowRequests) {
            isWelcome = true;
        }

        @Override
        public void onStatus(final NodeStatus status) {
            // What is asked for comes in the reply.
        }

        @Override
        public void onResult(
                final long id,
                final long seq,
                final long timestamp,
                final int count,
                final DirectBuffer results,
                final int offset,
                final int length) {
            if (id == correlationId) {
                try {
                    reply = OperatorReply.decode(results, offset, length);
                } catch (final IllegalArgumentException e) {
                    problem = "it answers what this release does not understand: " + e.getMessage();
                }
            }
        }

        @Override
        public void onRefusal(final long id, final long outcome) {
            if (id == correlationId) {
                isDenied = outcome == Outcome.DENIED;
                problem = "it took no request: outcome=" + Outcome.name(outcome);
            }
        }

        @Override
        public void onPong(final long token) {
            // Not asked for.
        }

        @Override
        public void onDisconnected(final DisconnectReason reason) {
            if (reply == null) {
                problem = "the connection ended: reason=" + reason;
            }
        }
    }
}
