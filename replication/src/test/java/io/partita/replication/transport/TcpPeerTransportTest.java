// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.Id128;
import io.partita.ledger.model.PartitaException;
import io.partita.replication.transport.netty.TcpConfig;
import io.partita.replication.transport.netty.TcpPeerTransport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class TcpPeerTransportTest extends PeerTransportContract {
    @Override
    TransportKind kind() {
        return TransportKind.TCP;
    }

    @Test
    void shouldCutOffStrangersAndDisturbNobody() throws IOException {
        final Endpoint a = endpoint("a");
        final Endpoint b = connected(a);
        final SplittableRandom random = new SplittableRandom(1);
        for (int i = 1; i <= 20; i++) {
            try (Socket stranger = dial(a)) {
                final byte[] garbage = new byte[200];
                random.nextBytes(garbage);
                stranger.getOutputStream()
                        .write(i == 1 ? "GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII) : garbage);
                awaitEnd(stranger);
            }
        }
        assertEquals(20, kind().intrusions(a.transport));
        assertStillFine(a, b);
    }

    @Test
    void shouldCutOffWhoSaysNothing() throws IOException {
        final Endpoint a = endpoint("a");
        final Endpoint b = connected(a);
        try (Socket silent = dial(a);
                Socket slow = dial(a)) {
            slow.getOutputStream().write(preface(1, 1, CLUSTER), 0, 40);
            awaitEnd(silent);
            awaitEnd(slow);
        }
        assertStillFine(a, b);
    }

    @Test
    void shouldCutOffFramesThatAreNone() throws IOException {
        final Endpoint a = endpoint("a");
        final Endpoint b = connected(a);
        a.heard.checksSession = false;
        assertCutOff(a, frame(Integer.MAX_VALUE, 2));
        assertCutOff(a, frame(-1, 2));
        assertCutOff(a, frame(0, 1));
        assertCutOff(a, frame(PeerTransport.CONTROL_LENGTH_MAX + 1, 1));
        assertCutOff(a, frame(100, 9));
        // An append whose header reaches beyond its end, one without room for a header, one with none.
        assertCutOff(a, frame(16, 2).putInt(8, 100));
        assertCutOff(a, frame(4, 2));
        assertCutOff(a, frame(16, 2).putInt(8, 0));
        assertEquals(8, kind().intrusions(a.transport));
        a.heard.session = 1;
        assertStillFine(a, b);
    }

    @Test
    void shouldTellPeersOfAnotherVersionOrRole() throws IOException {
        final Endpoint a = endpoint("a");
        for (final byte[] preface : new byte[][] {preface(2, 1, CLUSTER), preface(1, 2, CLUSTER)}) {
            try (Socket socket = dial(a)) {
                socket.getOutputStream().write(preface);
                final byte[] answer = socket.getInputStream().readNBytes(64);
                assertEquals(64, answer.length);
                assertTrue(answer[7] > 1, "a status that refuses: " + answer[7]);
                awaitEnd(socket);
            }
        }
    }

    @Test
    void shouldNotTakeAServerThatSpeaksAnotherProtocolForDead() throws IOException {
        final Endpoint b = endpoint("b");
        try (ServerSocket other = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            kind().introduce(b.transport, base, "a", other.getLocalPort());
            b.transport.connect("a");
            try (Socket accepted = other.accept()) {
                accepted.getOutputStream().write("220 smtp ready\r\n".getBytes(StandardCharsets.US_ASCII));
                io.partita.replication.testing.Await.until("a failure", () -> {
                    b.poll();
                    return b.heard.failure != null;
                });
            }
        }
        assertEquals(DisconnectReason.PROTOCOL_VIOLATION, b.heard.failure);
    }

    @Test
    void shouldSayWhatToDoWhenThePortIsInUse() {
        final Endpoint a = endpoint("a");
        final int port = kind().port(a.transport);
        final PartitaException error =
                assertThrows(PartitaException.class, () -> kind().open(base, CLUSTER, "b", port, () -> {}));
        assertEquals(ErrorCode.ADDRESS_IN_USE, error.code());
        assertTrue(error.getMessage().contains("127.0.0.1:" + port), error.getMessage());
        assertTrue(error.nextStep().contains("another port"), error.nextStep());
    }

    @Test
    void shouldBindBeyondLoopbackOnlyWhenTheRiskIsAcceptedInWords() {
        final InetSocketAddress anywhere = new InetSocketAddress("0.0.0.0", 0);
        final PartitaException error = assertThrows(
                PartitaException.class, () -> new TcpPeerTransport(new TcpConfig(CLUSTER, "a").bindAddress(anywhere)));
        assertEquals(ErrorCode.INVALID_CONFIGURATION, error.code());
        assertTrue(error.nextStep().contains(BindRisk.WORDS), error.nextStep());
        assertThrows(PartitaException.class, () -> BindRisk.of("yes"));
        new TcpPeerTransport(new TcpConfig(CLUSTER, "a").bindAddress(anywhere).bindRisk(BindRisk.of(BindRisk.WORDS)))
                .close();
        assertEquals(BindRisk.LOOPBACK_ONLY, BindRisk.of(""));
        final PartitaException unknown = assertThrows(
                PartitaException.class,
                () -> BindRisk.LOOPBACK_ONLY.check(InetSocketAddress.createUnresolved("no-such-host.invalid", 1)));
        assertEquals(ErrorCode.INVALID_CONFIGURATION, unknown.code());
    }

    private void assertCutOff(final Endpoint a, final ByteBuffer bytes) throws IOException {
        final long before = kind().intrusions(a.transport);
        try (Socket socket = dial(a)) {
            socket.getOutputStream().write(preface(1, 1, CLUSTER));
            assertEquals(64, socket.getInputStream().readNBytes(64).length);
            socket.getOutputStream().write(bytes.array());
            io.partita.replication.testing.Await.until("the end of it", () -> {
                a.poll();
                return kind().intrusions(a.transport) > before && a.heard.disconnected != null;
            });
            awaitEnd(socket);
        }
        assertEquals(DisconnectReason.PROTOCOL_VIOLATION, a.heard.disconnected);
        a.heard.disconnected = null;
    }

    private static void assertStillFine(final Endpoint a, final Endpoint b) {
        final int frames = b.heard.frames + 1;
        assertEquals(PeerTransport.SENT, a.send(100));
        exchange(a, b, "a frame", () -> b.heard.frames == frames);
    }

    private Socket dial(final Endpoint a) throws IOException {
        final Socket socket = new Socket(InetAddress.getLoopbackAddress(), kind().port(a.transport));
        socket.setSoTimeout(20_000);
        return socket;
    }

    private static void awaitEnd(final Socket socket) throws IOException {
        try {
            while (socket.getInputStream().read() >= 0) {
                // What it says on parting does not matter.
            }
        } catch (final java.net.SocketException e) {
            // Reset: an end as well.
        }
    }

    private static byte[] preface(final int version, final int role, final Id128 cluster) {
        return ByteBuffer.allocate(64)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(0, "PTLN".getBytes(StandardCharsets.US_ASCII))
                .putShort(4, (short) version)
                .put(6, (byte) role)
                .putLong(8, cluster.lo())
                .putLong(16, cluster.hi())
                .put(24, "x".getBytes(StandardCharsets.US_ASCII))
                .array();
    }

    private static ByteBuffer frame(final int length, final int kind) {
        return ByteBuffer.allocate(8 + 16)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(0, length)
                .put(4, (byte) kind);
    }
}
