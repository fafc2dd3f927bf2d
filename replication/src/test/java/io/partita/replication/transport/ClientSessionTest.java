// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.Id128;
import io.partita.ledger.model.Limits;
import io.partita.ledger.model.Outcome;
import io.partita.ledger.model.PartitaException;
import io.partita.replication.testing.Await;
import io.partita.replication.transport.netty.ClientConnection;
import io.partita.replication.transport.netty.ClientConnector;
import io.partita.replication.transport.netty.ClientListener;
import io.partita.replication.transport.netty.TcpConfig;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Clients and the listener of a node, end to end. The test's thread is the replier and the client. */
class ClientSessionTest {
    static final Id128 CLUSTER = new Id128(5, 6);
    private static final NodeStatus PASSIVE = new NodeStatus("a", false, 3, "b");
    private static final NodeStatus ACTIVE = new NodeStatus("a", true, 4, "a");

    private final List<AutoCloseable> toClose = new ArrayList<>();
    private final UnsafeBuffer body = new UnsafeBuffer(ByteBuffer.allocateDirect(Limits.BATCH_BODY_LENGTH_MAX));
    private final Server server = new Server();
    private final Client client = new Client();
    private ClientListener listener;
    private ClientConnector connector;

    @AfterEach
    void closeAll() throws Exception {
        for (final AutoCloseable closeable : toClose) {
            closeable.close();
        }
    }

    @Test
    void shouldWelcomeWithStatusAndWindow() {
        final ClientConnection connection = connect(config("a").windowRequests(7));
        assertEquals(PASSIVE, client.status);
        assertEquals(7, client.window);
        assertTrue(connection.isOpen());
        assertEquals(1, server.opened.get());
        assertEquals(1, listener.sessions());
    }

    @Test
    void shouldTellChangesOfStatus() {
        final ClientConnection connection = connect(config("a"));
        listener.status(ACTIVE);
        poll(connection, "the news", () -> ACTIVE.equals(client.status));
        final Client late = new Client();
        final ClientConnection second = connector.connect(listener.address(), () -> {});
        Await.until("a welcome", () -> {
            second.poll(late, 10);
            return late.status != null;
        });
        assertEquals(ACTIVE, late.status);
    }

    @Test
    void shouldAnswerEachRequestWithItsResult() {
        final ClientConnection connection = connect(config("a"));
        server.replier = new Echo();
        int sent = 0;
        final int requests = 5_000;
        while (client.results < requests) {
            if (sent < requests && sent - client.results < 200) {
                final int length = sent % 100 == 0 ? Limits.BATCH_BODY_LENGTH_MAX : sent % 700;
                body.setMemory(0, length, (byte) sent);
                if (connection.submit(sent, 3, 0xBEEF, sent, -5L, body, 0, length) == ClientConnection.SENT) {
                    sent++;
                }
            }
            connection.flush();
            server.serve();
            listener.flush();
            connection.poll(client, 64);
            assertNull(client.disconnected);
        }
        assertEquals(requests, client.results);
        assertEquals(0, client.refusals);
    }

    @Test
    void shouldCarryTheFieldsOfARequestAndAResult() {
        final ClientConnection connection = connect(config("a"));
        body.putLong(0, 77);
        connection.submit(Long.MIN_VALUE, 255, 0xFFFF, 12, Long.MAX_VALUE, body, 0, 8);
        connection.flush();
        Await.until("the request", () -> !server.requests.isEmpty());
        final Request request = server.requests.poll();
        assertEquals(Long.MIN_VALUE, request.correlationId);
        assertEquals(255, request.kind);
        assertEquals(0xFFFF, request.options);
        assertEquals(12, request.count);
        assertEquals(Long.MAX_VALUE, request.deadlineNs);
        assertEquals(8, request.body.length);
        final UnsafeBuffer results = new UnsafeBuffer(new byte[] {1, 2, 3});
        assertTrue(request.session.sendResult(Long.MIN_VALUE, 42, -1, 3, results, 1, 2));
        listener.flush();
        poll(connection, "the result", () -> client.results == 1);
        assertEquals(Long.MIN_VALUE, client.correlationId);
        assertEquals(42, client.seq);
        assertEquals(-1, client.timestamp);
        assertEquals(3, client.count);
        assertEquals(2, client.length);
        assertEquals(2, client.firstByte);
    }

    @Test
    void shouldRefuseFromEitherThread() {
        final ClientConnection connection = connect(config("a"));
        server.refuseAtOnce = true;
        connection.submit(1, 0, 0, 1, 0, body, 0, 10);
        connection.flush();
        poll(connection, "the refusal", () -> client.refusals == 1);
        assertEquals(Outcome.NOT_ACTIVE, client.outcome);
        server.refuseAtOnce = false;
        connection.submit(2, 0, 0, 1, 0, body, 0, 10);
        connection.flush();
        Await.until("the request", () -> !server.requests.isEmpty());
        server.requests.poll().session.sendRefusal(2, Outcome.UNKNOWN);
        listener.flush();
        poll(connection, "the refusal", () -> client.refusals == 2);
        assertEquals(Outcome.UNKNOWN, client.outcome);
        assertEquals(2, client.correlationId);
    }

    @Test
    void shouldRefuseRequestsBeyondTheWindow() {
        final ClientConnection connection = connect(config("a").windowRequests(3));
        for (int i = 0; i < 5; i++) {
            connection.submit(i, 0, 0, 1, 0, body, 0, 10);
        }
        connection.flush();
        poll(connection, "two refusals", () -> client.refusals == 2);
        assertEquals(Outcome.BACK_PRESSURED, client.outcome);
        assertEquals(3, server.requests.size());
        server.requests.poll().session.sendRefusal(0, Outcome.UNKNOWN);
        listener.flush();
        poll(connection, "another", () -> client.refusals == 3);
        connection.submit(9, 0, 0, 1, 0, body, 0, 10);
        connection.flush();
        Await.until("room for another", () -> server.requests.size() == 3);
    }

    @Test
    void shouldPong() {
        final ClientConnection connection = connect(config("a"));
        assertEquals(ClientConnection.SENT, connection.ping(99));
        connection.flush();
        poll(connection, "the pong", () -> client.pong == 99);
    }

    @Test
    void shouldTellBothSidesOfTheEnd() {
        final ClientConnection connection = connect(config("a"));
        connection.submit(1, 0, 0, 1, 0, body, 0, 10);
        connection.flush();
        Await.until("the request", () -> !server.requests.isEmpty());
        connection.close();
        connection.close();
        assertEquals(ClientConnection.NOT_CONNECTED, connection.submit(2, 0, 0, 1, 0, body, 0, 10));
        assertEquals(0, connection.poll(client, 10));
        Await.until("the end", () -> server.closed.get() == 1);
        final ClientSession session = server.requests.poll().session;
        assertFalse(session.isOpen());
        assertFalse(session.sendRefusal(1, Outcome.UNKNOWN));
        listener.flush();

        final ClientConnection second = connector.connect(listener.address(), () -> {});
        client.status = null;
        poll(second, "a welcome", () -> client.status != null);
        listener.close();
        listener.close();
        poll(second, "the end", () -> client.disconnected != null);
        assertFalse(second.isOpen());
        final ClientConnection third = connector.connect(listener.address(), () -> {});
        client.disconnected = null;
        poll(third, "a refusal", () -> client.disconnected != null);
        assertEquals(DisconnectReason.REFUSED, client.disconnected);
    }

    @Test
    void shouldDisconnectAClientThatDoesNotReadItsReplies() {
        final ClientConnection connection =
                connect(config("a").windowRequests(1_000_000).unreadReplyBytesMax(1024 * 1024));
        server.replier = new Echo();
        Await.until("the cut", () -> {
            if (connection.isOpen()) {
                connection.submit(1, 0, 0, 1, 0, body, 0, 60_000);
                connection.flush();
            }
            server.serve();
            listener.flush();
            return server.closed.get() == 1;
        });
        assertEquals(1, listener.intrusions());
        // The client polls at last: what had been sent, then the end.
        poll(connection, "the end", () -> client.disconnected != null);
    }

    @Test
    void shouldRejectAnotherCluster() {
        listen(config("a"));
        connector = close(new ClientConnector(clientConfig(new Id128(5, 7))));
        final ClientConnection connection = connector.connect(listener.address(), () -> {});
        poll(connection, "a rejection", () -> client.disconnected != null);
        assertEquals(DisconnectReason.REJECTED, client.disconnected);
        assertEquals(0, server.opened.get());
    }

    @Test
    void shouldRejectMoreClientsThanThereMayBe() {
        connect(config("a").linksMax(1));
        final ClientConnection second = connector.connect(listener.address(), () -> {});
        poll(second, "a rejection", () -> client.disconnected != null);
        assertEquals(DisconnectReason.REJECTED, client.disconnected);
    }

    @Test
    void shouldCutOffStrangersAndMessagesThatAreNone() throws IOException {
        final ClientConnection connection = connect(config("a"));
        final byte[] hello = message(1, 8, 8);
        final byte[][] bad = {
            message(99, 0, 0), // no such template
            message(1, 100, 100), // a block longer than the frame
            message(1, 4, 4), // a hello too short
            message(4, 28, 28), // a request without a body length
            withBodyLength(message(4, 28, 32), 28, 1_000_000), // a body longer than the frame
            withBodyLength(message(4, 28, 32), 28, -1),
            new byte[] {1, 0, 0, 0, 3, 0, 0, 0, 0}, // shorter than a header
            frameHeader(Integer.MAX_VALUE),
            frameHeader(Limits.BATCH_BODY_LENGTH_MAX + 1_000),
            withBodyLength(message(4, 28, 32), 28, 0), // a request before the hello
        };
        for (int i = 0; i < bad.length; i++) {
            try (Socket socket = dial()) {
                socket.getOutputStream().write(preface());
                assertEquals(64, socket.getInputStream().readNBytes(64).length);
                if (i < bad.length - 1) {
                    socket.getOutputStream().write(hello);
                }
                socket.getOutputStream().write(bad[i]);
                final int cut = i + 1;
                Await.until("cut off " + i, () -> listener.intrusions() == cut);
                awaitEnd(socket);
            }
        }
        connection.ping(5);
        connection.flush();
        poll(connection, "the pong", () -> client.pong == 5);
        assertEquals(0, server.requests.size());
    }

    @Test
    void shouldSurviveAHandlerThatThrows() {
        final ClientConnection connection = connect(config("a"));
        server.failure = new IllegalStateException("as told");
        connection.submit(1, 0, 0, 1, 0, body, 0, 10);
        connection.flush();
        poll(connection, "the end", () -> client.disconnected != null);
        server.failure = null;
        final ClientConnection second = connector.connect(listener.address(), () -> {});
        client.status = null;
        poll(second, "a welcome", () -> client.status != null);
    }

    @Test
    void shouldSayWhatToDoWhenThePortIsInUse() {
        listen(config("a"));
        final PartitaException error = assertThrows(
                PartitaException.class,
                () -> new ClientListener(new TcpConfig(CLUSTER, "b").bindAddress(listener.address()), server, PASSIVE));
        assertEquals(ErrorCode.ADDRESS_IN_USE, error.code());
    }

    @Test
    void shouldAllocateNothingPerRequestOnClientAndReplier() {
        final ClientConnection connection = connect(config("a"));
        final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        final long self = Thread.currentThread().getId();
        server.discard = true;
        final int rounds = 20_000;
        long best = Long.MAX_VALUE;
        Await.until("a session", () -> server.session != null);
        final ClientSession session = server.session;
        for (int attempt = 0; attempt < 5; attempt++) {
            final long before = threads.getThreadAllocatedBytes(self);
            for (int i = 0; i < rounds; i++) {
                connection.submit(i, 0, 0, 1, 0, body, 0, 100);
                connection.flush();
                session.sendResult(i, i, i, 1, body, 0, 16);
                listener.flush();
                connection.poll(client, 64);
                if (i % 64 == 0) {
                    // The ring must not run over, or the replier copies.
                    final int expected = attempt * rounds + i;
                    Await.until("the results", () -> connection.poll(client, 64) >= 0 && client.results >= expected);
                }
            }
            best = Math.min(best, threads.getThreadAllocatedBytes(self) - before);
        }
        assertTrue(best < rounds * 8L, "bytes allocated for " + rounds + " round trips: " + best);
    }

    /** What a client connects with. */
    TcpConfig clientConfig(final Id128 cluster) {
        return new TcpConfig(cluster, "client");
    }

    /** What a node listens with. */
    TcpConfig config(final String node) {
        return new TcpConfig(CLUSTER, node)
                .bindAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .prefaceTimeoutMs(500);
    }

    private void listen(final TcpConfig config) {
        listener = close(new ClientListener(config, server, PASSIVE));
    }

    private ClientConnection connect(final TcpConfig config) {
        listen(config);
        connector = close(new ClientConnector(clientConfig(CLUSTER)));
        final ClientConnection connection = connector.connect(listener.address(), () -> {});
        poll(connection, "a welcome", () -> client.status != null);
        return connection;
    }

    final <T extends AutoCloseable> T close(final T closeable) {
        toClose.add(closeable);
        return closeable;
    }

    private void poll(
            final ClientConnection connection, final String what, final java.util.function.BooleanSupplier done) {
        Await.until(what, () -> {
            connection.poll(client, 64);
            return done.getAsBoolean();
        });
    }

    private Socket dial() throws IOException {
        final Socket socket = dial(listener.address());
        socket.setSoTimeout(20_000);
        return socket;
    }

    /** A connection of a stranger who knows how. */
    Socket dial(final InetSocketAddress address) throws IOException {
        return new Socket(address.getAddress(), address.getPort());
    }

    private static void awaitEnd(final Socket socket) throws IOException {
        try {
            while (socket.getInputStream().read() >= 0) {
                // What it says on parting does not matter.
            }
        } catch (final java.net.SocketException | javax.net.ssl.SSLException e) {
            // Reset: an end as well.
        }
    }

    private static byte[] preface() {
        return ByteBuffer.allocate(64)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(0, "PTLN".getBytes(StandardCharsets.US_ASCII))
                .putShort(4, (short) 1)
                .put(6, (byte) 2)
                .putLong(8, CLUSTER.lo())
                .putLong(16, CLUSTER.hi())
                .put(24, "x".getBytes(StandardCharsets.US_ASCII))
                .array();
    }

    private static byte[] frameHeader(final int length) {
        return ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(0, length)
                .put(4, (byte) 3)
                .array();
    }

    /** A frame with a message whose header says one block length and which has so many bytes after its header. */
    private static byte[] message(final int template, final int blockLength, final int bytes) {
        final int payload = 8 + Math.min(bytes, 64);
        final ByteBuffer frame = ByteBuffer.allocate(8 + payload)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(0, payload)
                .put(4, (byte) 3)
                .putShort(8, (short) blockLength)
                .putShort(10, (short) template)
                .putShort(12, (short) 3)
                .putShort(14, (short) 1);
        if (template == 1) {
            frame.putShort(16, (short) 1).putShort(18, (short) 1);
        }
        return frame.array();
    }

    private static byte[] withBodyLength(final byte[] frame, final int blockLength, final int bodyLength) {
        ByteBuffer.wrap(frame).order(ByteOrder.LITTLE_ENDIAN).putInt(16 + blockLength, bodyLength);
        return frame;
    }

    private static final class Request {
        final ClientSession session;
        final long correlationId;
        final int kind;
        final int options;
        final int count;
        final long deadlineNs;
        final byte[] body;

        Request(final ClientSession session, final ClientRequest request, final byte[] body) {
            this.session = session;
            this.correlationId = request.correlationId();
            this.kind = request.kind();
            this.options = request.options();
            this.count = request.count();
            this.deadlineNs = request.deadlineNs();
            this.body = body;
        }
    }

    /** Answers a request with its own body. */
    private static final class Echo {
        void answer(final Request request) {
            final UnsafeBuffer results = new UnsafeBuffer(request.body);
            request.session.sendResult(
                    request.correlationId,
                    request.count,
                    request.deadlineNs,
                    request.count,
                    results,
                    0,
                    request.body.length);
        }
    }

    private static final class Server implements ClientRequestHandler {
        final AtomicInteger opened = new AtomicInteger();
        final AtomicInteger closed = new AtomicInteger();
        final ConcurrentLinkedQueue<Request> requests = new ConcurrentLinkedQueue<>();
        volatile ClientSession session;
        volatile RuntimeException failure;
        volatile boolean refuseAtOnce;
        volatile boolean discard;
        Echo replier;

        @Override
        public void onSessionOpened(final ClientSession opening) {
            session = opening;
            opened.incrementAndGet();
        }

        @Override
        public void onRequest(
                final ClientSession from,
                final ClientRequest request,
                final DirectBuffer buffer,
                final int offset,
                final int length) {
            if (failure != null) {
                throw failure;
            }
            if (refuseAtOnce) {
                from.sendRefusal(request.correlationId(), Outcome.NOT_ACTIVE);
            } else if (!discard) {
                final byte[] bytes = new byte[length];
                buffer.getBytes(offset, bytes);
                requests.add(new Request(from, request, bytes));
            }
        }

        @Override
        public void onSessionClosed(final ClientSession closing) {
            closed.incrementAndGet();
        }

        void serve() {
            for (Request request = requests.poll(); request != null; request = requests.poll()) {
                replier.answer(request);
            }
        }
    }

    private static final class Client implements ClientReplyHandler {
        NodeStatus status;
        int window;
        int results;
        int refusals;
        long correlationId;
        long outcome;
        long seq;
        long timestamp;
        int count;
        int length;
        int firstByte;
        long pong;
        DisconnectReason disconnected;

        @Override
        public void onWelcome(final NodeStatus now, final int windowRequests) {
            status = now;
            window = windowRequests;
        }

        @Override
        public void onStatus(final NodeStatus now) {
            status = now;
        }

        @Override
        public void onResult(
                final long correlation,
                final long newSeq,
                final long newTimestamp,
                final int newCount,
                final DirectBuffer buffer,
                final int offset,
                final int newLength) {
            results++;
            correlationId = correlation;
            seq = newSeq;
            timestamp = newTimestamp;
            count = newCount;
            length = newLength;
            firstByte = newLength == 0 ? -1 : buffer.getByte(offset);
            if (timestamp == -5) {
                // An echo: every byte is the request's number.
                assertEquals(correlation, newCount);
                for (int i = 0; i < newLength; i += 997) {
                    assertEquals((byte) correlation, buffer.getByte(offset + i));
                }
            }
        }

        @Override
        public void onRefusal(final long correlation, final long newOutcome) {
            refusals++;
            correlationId = correlation;
            outcome = newOutcome;
        }

        @Override
        public void onPong(final long token) {
            pong = token;
        }

        @Override
        public void onDisconnected(final DisconnectReason reason) {
            disconnected = reason;
        }
    }
}
