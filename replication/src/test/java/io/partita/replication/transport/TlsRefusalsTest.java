// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.Id128;
import io.partita.ledger.model.PartitaException;
import io.partita.replication.testing.Await;
import io.partita.replication.testing.TestAuthority;
import io.partita.replication.transport.netty.TcpConfig;
import io.partita.replication.transport.netty.TcpPeerTransport;
import io.partita.replication.transport.netty.TlsCredentials;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who must not get in does not, is counted and logged once, and disturbs nobody. Node a listens, node b is connected to it. */
class TlsRefusalsTest {
    private static final Id128 CLUSTER = new Id128(5, 6);
    private static final int TIMEOUT_MS = 1_500;

    @TempDir
    Path folder;

    private final List<AutoCloseable> toClose = new ArrayList<>();
    private final ConcurrentLinkedQueue<String> log = new ConcurrentLinkedQueue<>();
    private final UnsafeBuffer frame = new UnsafeBuffer(new byte[64]);
    private final Recorder heardByA = new Recorder();
    private final Recorder heardByB = new Recorder();
    private final Logger logger = Logger.getLogger(Intruders.class.getName());
    private final Handler handler = new Handler() {
        @Override
        public void publish(final LogRecord entry) {
            log.add(java.text.MessageFormat.format(entry.getMessage(), entry.getParameters()));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };
    private TestAuthority authority;
    private TcpPeerTransport a;
    private TcpPeerTransport b;
    private int framesSent;

    @BeforeEach
    void connectTwoNodes() {
        logger.addHandler(handler);
        authority = new TestAuthority(folder.resolve("tls"));
        heardByA.checksSession = false;
        a = peer("a", authority.node("a"), 0);
        b = peer("b", authority.node("b"), -1);
        b.peer("a", a.address());
        b.connect("a");
        await("a link", () -> heardByA.session != 0 && heardByB.session != 0);
    }

    @AfterEach
    void closeAll() throws Exception {
        logger.removeHandler(handler);
        for (int i = toClose.size() - 1; i >= 0; i--) {
            toClose.get(i).close();
        }
    }

    @Test
    void shouldRefuseWhoDoesNotSpeakTls() throws IOException {
        try (Socket socket = dial()) {
            socket.getOutputStream().write("GET / HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            assertRefused(socket, 1, "it does not speak TLS");
        }
        try (Socket socket = dial()) {
            socket.getOutputStream().write(preface("b"));
            assertRefused(socket, 2, null);
        }
    }

    @Test
    void shouldRefuseGarbageThatLooksLikeTls() throws IOException {
        final byte[] garbage = new byte[200];
        garbage[0] = 0x16;
        garbage[1] = 3;
        garbage[2] = 3;
        garbage[4] = (byte) 190;
        try (Socket socket = dial()) {
            socket.getOutputStream().write(garbage);
            assertRefused(socket, 1, "TLS failed");
        }
        garbage[3] = (byte) 0xFF; // a record longer than there may be
        try (Socket socket = dial()) {
            socket.getOutputStream().write(garbage);
            assertRefused(socket, 2, null);
        }
    }

    @Test
    void shouldRefuseWhoHasNoCertificate() throws IOException {
        refuse(authority.context(null), "b", "TLS failed");
    }

    @Test
    void shouldRefuseTheCertificateOfAnotherAuthority() throws IOException {
        final SSLContext context =
                new TestAuthority(folder.resolve("other")).mixedContext(authority, "CN=b", "partita:node=b");
        refuse(context, "b", "TLS failed");
    }

    @Test
    void shouldRefuseAnExpiredCertificate() throws IOException {
        final SSLContext context = authority.context(
                "CN=b", builder -> builder.notAfter(Instant.now().minus(Duration.ofMinutes(1))), "partita:node=b");
        refuse(context, "b", "TLS failed");
    }

    @Test
    void shouldRefuseAClientAsANode() throws IOException {
        refuse(authority.context("CN=b"), "b", "its certificate is of no node");
    }

    @Test
    void shouldRefuseANodeAsAnother() throws IOException {
        refuse(
                authority.context("CN=node-c", "partita:node=c"),
                "b",
                "its certificate is of another node: node=b names=[c]");
    }

    @Test
    void shouldRefuseTheNodeOfAnotherCluster() throws IOException {
        refuse(
                authority.context("CN=b", "partita:node=b", "partita:cluster=" + new Id128(5, 7)),
                "b",
                "its certificate is of another cluster");
        final SSLContext right = authority.context("CN=b", "partita:node=b", "partita:cluster=" + CLUSTER);
        try (Socket socket = dial(right)) {
            socket.getOutputStream().write(preface("b"));
            final byte[] answer = socket.getInputStream().readNBytes(64);
            assertEquals(1, answer[7], "accepted");
        }
    }

    @Test
    void shouldRefuseOlderVersionsOfTls() throws IOException {
        try (SSLSocket socket = (SSLSocket) dial(authority.context("CN=b", "partita:node=b"))) {
            socket.setEnabledProtocols(new String[] {"TLSv1.2"});
            try {
                socket.startHandshake();
            } catch (final IOException e) {
                assertTrue(e.getMessage().contains("protocol_version"), e.getMessage());
            }
            assertRefused(socket, 1, "TLS failed");
        }
    }

    @Test
    void shouldCutOffAFrameThatIsTooLong() throws IOException {
        try (Socket socket = dial(authority.context("CN=b", "partita:node=b"))) {
            socket.getOutputStream().write(preface("b"));
            assertEquals(64, socket.getInputStream().readNBytes(64).length);
            socket.getOutputStream()
                    .write(ByteBuffer.allocate(8)
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .putInt(Integer.MAX_VALUE)
                            .put((byte) 2)
                            .array());
            assertRefused(socket, 1, "a frame is out of bounds");
        }
    }

    @Test
    void shouldCutOffWhoStopsInTheMiddleOfAHandshake() throws IOException {
        try (Socket silent = dial();
                Socket half = dial();
                Socket slow = dial(authority.context("CN=b", "partita:node=b"))) {
            half.getOutputStream().write(new byte[] {0x16, 3, 1, 1, 0});
            ((SSLSocket) slow).startHandshake(); // and then no preface
            awaitEnd(silent);
            awaitEnd(half);
            assertRefused(slow, 3, "it does not say who it is");
        }
    }

    /** A hundred who never say a word cannot keep out one who means well. */
    @Test
    void shouldLetInWhoMeansWellWhileManyAreSilent() throws IOException {
        final List<Socket> silent = new ArrayList<>();
        try {
            for (int i = 0; i < 100; i++) {
                silent.add(dial());
            }
            heardByA.session = 0;
            heardByB.session = 0;
            b.connect("a");
            await("a second link", () -> heardByA.session != 0 && heardByB.session != 0);
            awaitEnd(silent.get(0));
            assertStillFine();
            assertTrue(a.intrusions() > 0);
        } finally {
            for (final Socket socket : silent) {
                socket.close();
            }
        }
    }

    @Test
    void shouldLogASourceOnce() throws IOException {
        for (int i = 0; i < 20; i++) {
            try (Socket socket = dial()) {
                socket.getOutputStream().write(new byte[] {1, 2, 3, 4, 5, 6});
                awaitEnd(socket);
            }
        }
        await("all counted", () -> a.intrusions() == 20);
        assertEquals(1, log.size(), log::toString);
        assertStillFine();
    }

    @Test
    void shouldNotTakeAnotherServerForTheNode() {
        final TcpPeerTransport c = peer("c", authority.node("c"), 0);
        b.peer("d", c.address());
        b.connect("d");
        await("a failure", () -> heardByB.failure != null);
        assertEquals(DisconnectReason.REJECTED, heardByB.failure);
        assertLogged("its certificate is not of the node that should be there: node=d names=[c]");
    }

    @Test
    void shouldSayThatOnlyOneSideHasTls() throws IOException {
        final TcpPeerTransport plain = close(new TcpPeerTransport(
                new TcpConfig(CLUSTER, "d").bindAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))));
        plain.peer("a", a.address());
        b.peer("d", plain.address());
        b.connect("d");
        await("a failure", () -> heardByB.failure != null);
        assertLogged("it speaks TLS, which is not configured here");
        assertLogged("it hung up instead of shaking hands");

        final Recorder heardByPlain = new Recorder();
        plain.connect("a");
        Await.until("a failure", () -> {
            plain.poll(heardByPlain, 10);
            return heardByPlain.failure != null;
        });
        assertTrue(heardByPlain.failure != DisconnectReason.REFUSED, "alive: " + heardByPlain.failure);
        assertLogged("it does not speak TLS, which is configured here");
        assertStillFine();
    }

    @Test
    void shouldBindAnyAddressWithTls() {
        final TlsCredentials credentials =
                close(TestAuthority.open(authority.node("d"), CLUSTER, "d", new TestAuthority.Events()));
        final TcpPeerTransport everywhere = close(new TcpPeerTransport(new TcpConfig(CLUSTER, "d")
                .bindAddress(new InetSocketAddress("0.0.0.0", 0))
                .tls(credentials)));
        assertNotNull(everywhere.address());
        final PartitaException unknown = org.junit.jupiter.api.Assertions.assertThrows(
                PartitaException.class,
                () -> BindRisk.NONE.check(InetSocketAddress.createUnresolved("no-such-host.invalid", 1)));
        assertEquals(ErrorCode.INVALID_CONFIGURATION, unknown.code());
    }

    private void refuse(final SSLContext context, final String node, final String why) throws IOException {
        try (Socket socket = dial(context)) {
            try {
                socket.getOutputStream().write(preface(node));
            } catch (final IOException e) {
                // It has noticed already.
            }
            assertRefused(socket, 1, why);
        }
    }

    private void assertRefused(final Socket socket, final long intrusions, final String why) throws IOException {
        awaitEnd(socket);
        await("it was counted", () -> a.intrusions() == intrusions);
        if (why != null) {
            assertLogged(why);
        }
        assertStillFine();
    }

    private void assertLogged(final String why) {
        Await.until(() -> "logged " + why + " in " + log, () -> log.stream().anyMatch(line -> line.contains(why)));
    }

    private void assertStillFine() {
        final int frames = heardByA.frames + 1;
        frame.putInt(0, framesSent++);
        assertEquals(PeerTransport.SENT, b.sendFrame(heardByB.session, frame, 0, 40));
        await("a frame", () -> heardByA.frames >= frames);
    }

    private void await(final String what, final java.util.function.BooleanSupplier done) {
        Await.until(what, () -> {
            b.flush();
            a.poll(heardByA, 64);
            b.poll(heardByB, 64);
            return done.getAsBoolean();
        });
    }

    private TcpPeerTransport peer(final String node, final TlsConfig files, final int port) {
        final TcpConfig config = new TcpConfig(CLUSTER, node)
                .tls(close(TestAuthority.open(files, CLUSTER, node, new TestAuthority.Events())))
                .prefaceTimeoutMs(TIMEOUT_MS);
        if (port >= 0) {
            config.bindAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        }
        return close(new TcpPeerTransport(config));
    }

    private <T extends AutoCloseable> T close(final T closeable) {
        toClose.add(closeable);
        return closeable;
    }

    private Socket dial() throws IOException {
        final Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), a.address().getPort());
        socket.setSoTimeout(20_000);
        return socket;
    }

    private Socket dial(final SSLContext context) throws IOException {
        final Socket socket = context.getSocketFactory()
                .createSocket(InetAddress.getLoopbackAddress(), a.address().getPort());
        socket.setSoTimeout(20_000);
        return socket;
    }

    private static void awaitEnd(final Socket socket) {
        try {
            while (socket.getInputStream().read() >= 0) {
                // What it says on parting does not matter.
            }
        } catch (final java.net.SocketTimeoutException e) {
            throw new AssertionError("not cut off", e);
        } catch (final IOException e) {
            // Reset, or an alert: an end as well.
        }
    }

    private static byte[] preface(final String node) {
        return ByteBuffer.allocate(64)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(0, "PTLN".getBytes(StandardCharsets.US_ASCII))
                .putShort(4, (short) 1)
                .put(6, (byte) 1)
                .putLong(8, CLUSTER.lo())
                .putLong(16, CLUSTER.hi())
                .put(24, node.getBytes(StandardCharsets.US_ASCII))
                .array();
    }
}
