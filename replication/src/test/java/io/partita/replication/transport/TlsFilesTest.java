// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
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
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import javax.net.ssl.SSLSocket;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The certificate files: what is wrong with them, when they expire, and that new ones are taken without a restart. */
class TlsFilesTest {
    private static final Id128 CLUSTER = new Id128(5, 6);

    @TempDir
    Path folder;

    @Test
    void shouldSayWhatIsWrongWithTheFiles() throws IOException {
        final TestAuthority authority = new TestAuthority(folder);
        final TlsConfig good = authority.node("a");
        final TlsConfig other = authority.node("b");
        final Path text = Files.writeString(folder.resolve("text"), "no certificate");
        final Path none = folder.resolve("none");

        assertRefused(new TlsConfig(none, good.key(), good.trusted()), "a", "the file cannot be read: file=" + none);
        assertRefused(new TlsConfig(text, good.key(), good.trusted()), "a", "file=" + text);
        assertRefused(new TlsConfig(good.certificate(), none, good.trusted()), "a", "file=" + none);
        Files.setPosixFilePermissions(text, PosixFilePermissions.fromString("rw-r--r--"));
        assertRefused(
                new TlsConfig(good.certificate(), text, good.trusted()),
                "a",
                ErrorCode.INSECURE_PERMISSIONS,
                "too many may read or change it");
        Files.setPosixFilePermissions(text, PosixFilePermissions.fromString("rw-------"));
        assertRefused(
                new TlsConfig(good.certificate(), text, good.trusted()), "a", "there is no unencrypted PKCS#8 key");
        assertRefused(
                new TlsConfig(good.certificate(), other.key(), good.trusted()),
                "a",
                "the key is not the certificate's");
        assertRefused(
                new TlsConfig(good.certificate(), good.key(), other.certificate()),
                "a",
                "a trusted certificate is none of a CA");
        assertRefused(good, "b", "the certificate does not name this node: node=b names=[a]");
        assertRefused(
                authority.issue("nameless", builder -> builder.subject("O=test")),
                null,
                "the certificate's common name is missing");
        assertRefused(
                authority.issue("alien", builder -> builder.subject("CN=x"), "partita:cluster=" + new Id128(9, 9)),
                null,
                "the certificate is of another cluster");
        Files.setPosixFilePermissions(good.trusted(), PosixFilePermissions.fromString("rw-rw-rw-"));
        assertRefused(
                good, "a", ErrorCode.INSECURE_PERMISSIONS, "too many may read or change it: path=" + good.trusted());
    }

    @Test
    void shouldNotStartWithACertificateThatIsNotValidNow() {
        final TestAuthority authority = new TestAuthority(folder);
        final Instant now = Instant.now();
        assertRefused(
                authority.issue(
                        "old", builder -> builder.subject("CN=a").notAfter(now.minusSeconds(60)), "partita:node=a"),
                "a",
                ErrorCode.CERTIFICATE_EXPIRED,
                "is not valid now: subject=CN=a");
        assertRefused(
                authority.issue(
                        "young",
                        builder -> builder.subject("CN=a").notBefore(now.plusSeconds(3_600)),
                        "partita:node=a"),
                "a",
                ErrorCode.CERTIFICATE_EXPIRED,
                "notBefore=");
    }

    @Test
    void shouldWarnBeforeACertificateExpires() {
        final TestAuthority authority = new TestAuthority(folder);
        assertWarned(authority, Duration.ofDays(31), 30, null);
        assertWarned(authority, Duration.ofDays(29), 28, "expires in less than 30 days");
        assertWarned(authority, Duration.ofDays(6), 5, "expires in less than 7 days");
        assertWarned(authority, Duration.ofHours(20), 0, "expires in less than 1 days");
    }

    @Test
    void shouldTellWhenACertificateExpiresWhileItIsUsed() {
        final TestAuthority authority = new TestAuthority(folder);
        final TestAuthority.Events events = new TestAuthority.Events();
        final TlsConfig files = authority.issue(
                "a", builder -> builder.subject("CN=a").notAfter(Instant.now().plusSeconds(3)), "partita:node=a");
        final TlsCredentials credentials = TestAuthority.open(files, CLUSTER, "a", events);
        Await.until("the alarm", () -> events.alarms.size() == 2);
        assertTrue(events.alarms.poll().startsWith("CERTIFICATE_EXPIRES: "));
        assertTrue(events.alarms.poll().startsWith("CERTIFICATE_EXPIRED: "));
        Await.until("days", () -> events.daysLeft() == -1);
        credentials.close();
        credentials.close();
    }

    @Test
    void shouldUseNewFilesForNewHandshakesAndKeepSessions() throws IOException {
        final TestAuthority authority = new TestAuthority(folder);
        final TestAuthority.Events events = new TestAuthority.Events();
        final TlsConfig files = authority.node("a");
        final Recorder heardByA = new Recorder();
        final Recorder heardByB = new Recorder();
        try (TlsCredentials own = TestAuthority.open(files, CLUSTER, "a", events);
                TlsCredentials others =
                        TestAuthority.open(authority.node("b"), CLUSTER, "b", new TestAuthority.Events());
                TcpPeerTransport a = new TcpPeerTransport(new TcpConfig(CLUSTER, "a")
                        .tls(own)
                        .bindAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)));
                TcpPeerTransport b = new TcpPeerTransport(new TcpConfig(CLUSTER, "b").tls(others))) {
            b.peer("a", a.address());
            b.connect("a");
            Await.until("a link", () -> {
                a.poll(heardByA, 10);
                b.poll(heardByB, 10);
                return heardByA.session != 0 && heardByB.session != 0;
            });
            assertEquals("CN=node-a,O=test", shownBy(a, authority));

            authority.issue("a", builder -> builder.subject("CN=renewed"), "partita:node=a");
            Await.until("the new one in use", () -> !events.reloads().isEmpty());
            assertEquals("CN=renewed", shownBy(a, authority));

            // Broken ones are not used: half written, of another node, with another's key.
            Files.writeString(files.certificate(), "-----BEGIN CERTIFICATE-----\nMIIB");
            Await.until("an alarm", () -> events.alarms.size() == 1);
            assertEquals("CN=renewed", shownBy(a, authority));
            authority.issue("a", builder -> builder.subject("CN=wrong"), "partita:node=z");
            Await.until("another alarm", () -> events.alarms.size() == 2);
            assertEquals("CN=renewed", shownBy(a, authority));
            assertTrue(
                    events.alarms.stream()
                            .allMatch(each -> each.startsWith("CERTIFICATE_INVALID: new certificate files")),
                    events.alarms::toString);

            final UnsafeBuffer frame = new UnsafeBuffer(new byte[64]);
            assertEquals(PeerTransport.SENT, b.sendFrame(heardByB.session, frame, 0, 40));
            b.flush();
            Await.until("a frame on the old link", () -> {
                a.poll(heardByA, 10);
                return heardByA.frames == 1;
            });
        }
    }

    /** Whose certificate a listener shows to a new connection. */
    private static String shownBy(final TcpPeerTransport listener, final TestAuthority authority) throws IOException {
        try (SSLSocket socket = (SSLSocket) authority
                .context("CN=c", "partita:node=c")
                .getSocketFactory()
                .createSocket(
                        InetAddress.getLoopbackAddress(), listener.address().getPort())) {
            socket.startHandshake();
            final X509Certificate shown = (X509Certificate) socket.getSession().getPeerCertificates()[0];
            return shown.getSubjectX500Principal().getName();
        }
    }

    private static void assertWarned(
            final TestAuthority authority, final Duration left, final long days, final String warning) {
        final TestAuthority.Events events = new TestAuthority.Events();
        final TlsConfig files = authority.issue(
                "payer",
                builder -> builder.subject("CN=payer").notAfter(Instant.now().plus(left)));
        final TlsCredentials credentials = TestAuthority.open(files, CLUSTER, null, events);
        Await.until("a look", () -> events.daysLeft() == days);
        credentials.close();
        assertEquals(warning == null ? 0 : 1, events.alarms.size(), events.alarms::toString);
        if (warning != null) {
            assertTrue(events.alarms.peek().startsWith("CERTIFICATE_EXPIRES: "), events.alarms::toString);
            assertTrue(events.alarms.peek().contains(warning), events.alarms::toString);
        }
    }

    private static void assertRefused(final TlsConfig files, final String node, final String why) {
        assertRefused(files, node, ErrorCode.CERTIFICATE_INVALID, why);
    }

    private static void assertRefused(
            final TlsConfig files, final String node, final ErrorCode code, final String why) {
        final PartitaException error = assertThrows(
                PartitaException.class, () -> TestAuthority.open(files, CLUSTER, node, new TestAuthority.Events()));
        assertEquals(code, error.code(), error.getMessage());
        assertTrue(error.getMessage().contains(why), error.getMessage());
        assertTrue(error.nextStep().length() > 5, error.getMessage());
    }
}
