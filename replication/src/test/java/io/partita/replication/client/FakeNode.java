// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.client;

import io.partita.ledger.client.Batch;
import io.partita.ledger.model.Id128;
import io.partita.ledger.model.Limits;
import io.partita.replication.transport.ClientRequest;
import io.partita.replication.transport.ClientRequestHandler;
import io.partita.replication.transport.ClientSession;
import io.partita.replication.transport.NodeStatus;
import io.partita.replication.transport.netty.ClientListener;
import io.partita.replication.transport.netty.TcpConfig;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicInteger;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** A node that speaks to clients and has nothing behind it: each request is answered as the test says. */
final class FakeNode implements AutoCloseable, ClientRequestHandler {
    static final Id128 CLUSTER = new Id128(1, 2);

    /** What the node does with a request. */
    interface Behaviour {
        void on(ClientSession session, ClientRequest request);

        /** The same, for those who want to see the body. */
        default void on(
                final ClientSession session,
                final ClientRequest request,
                final DirectBuffer body,
                final int offset,
                final int length) {
            on(session, request);
        }
    }

    static final Behaviour SILENT = (session, request) -> {};
    static final Behaviour ACCEPT = FakeNode::accept;

    private static final UnsafeBuffer RESULTS = new UnsafeBuffer(new byte[16 * Limits.RESULT_LENGTH]);

    final AtomicInteger requests = new AtomicInteger();
    private final String node;
    private final ClientListener listener;
    private volatile Behaviour behaviour;

    FakeNode(final String node, final int window, final Behaviour behaviour) {
        this.node = node;
        this.behaviour = behaviour;
        listener = new ClientListener(
                new TcpConfig(CLUSTER, node)
                        .bindAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                        .windowRequests(window),
                this,
                new NodeStatus(node, false, 0, ""));
    }

    private static void accept(final ClientSession session, final ClientRequest request) {
        session.sendResult(
                request.correlationId(), 7, 9, request.count(), RESULTS, 0, request.count() * Limits.RESULT_LENGTH);
    }

    static Behaviour refuse(final long outcome) {
        return (session, request) -> session.sendRefusal(request.correlationId(), outcome);
    }

    /** Answers a look-up of accounts as of a position; nothing is found. */
    static Behaviour lookUp(final long seq) {
        return (session, request) -> {
            final int length = request.count() * Batch.ACCOUNT_SLOT_LENGTH;
            final UnsafeBuffer rows = new UnsafeBuffer(new byte[length]);
            session.sendResult(request.correlationId(), seq, 9, request.count(), rows, 0, length);
        };
    }

    InetSocketAddress address() {
        return listener.address();
    }

    FakeNode status(final boolean isActive, final long epoch) {
        listener.status(new NodeStatus(node, isActive, epoch, ""));
        return this;
    }

    void behave(final Behaviour newBehaviour) {
        behaviour = newBehaviour;
    }

    @Override
    public void onSessionOpened(final ClientSession session) {
        // Nothing to keep.
    }

    @Override
    public void onRequest(
            final ClientSession session,
            final ClientRequest request,
            final DirectBuffer body,
            final int offset,
            final int length) {
        requests.incrementAndGet();
        behaviour.on(session, request, body, offset, length);
    }

    @Override
    public void onSessionClosed(final ClientSession session) {
        // Nothing was kept.
    }

    @Override
    public void close() {
        listener.close();
    }
}
