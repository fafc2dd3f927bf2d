// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.testing;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.Id128;
import io.partita.replication.transport.TlsConfig;
import io.partita.replication.transport.TlsEvents;
import io.partita.replication.transport.netty.TlsCredentials;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.UnaryOperator;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** A CA that makes certificates for tests and puts them into files. Nothing of it outlives the test's folder. */
public final class TestAuthority {
    private static final char[] NO_PASSWORD = new char[0];

    private final X509Bundle authority;
    private final Path folder;

    /**
     * A new CA.
     *
     * @param folder for files; made if absent.
     */
    public TestAuthority(final Path folder) {
        this.folder = folder;
        try {
            Files.createDirectories(folder);
            authority = new CertificateBuilder()
                    .subject("CN=test authority")
                    .setIsCertificateAuthority(true)
                    .notAfter(Instant.now().plus(Duration.ofDays(3_650)))
                    .buildSelfSigned();
            write("ca.pem", authority.getCertificatePEM());
        } catch (final Exception e) {
            throw new AssertionError("no authority", e);
        }
    }

    /**
     * The certificate of a node.
     *
     * @param node its id.
     * @return its files.
     */
    public TlsConfig node(final String node) {
        return issue(node, builder -> builder.subject("CN=node-" + node + ",O=test"), "partita:node=" + node);
    }

    /**
     * The certificate of a client.
     *
     * @param name its common name.
     * @return its files.
     */
    public TlsConfig client(final String name) {
        return issue(name, builder -> builder.subject("CN=" + name + ",O=test"));
    }

    /**
     * A certificate, in place of the one of the same name if there is one.
     *
     * @param name of its files.
     * @param change what is special about it.
     * @param uris subject alternative names.
     * @return its files.
     */
    public TlsConfig issue(final String name, final UnaryOperator<CertificateBuilder> change, final String... uris) {
        try {
            final X509Bundle bundle = bundle(change, uris);
            write(name + ".key", bundle.getPrivateKeyPEM());
            write(name + ".pem", bundle.getCertificatePEM());
            return files(folder, name);
        } catch (final Exception e) {
            throw new AssertionError("no certificate: name=" + name, e);
        }
    }

    private X509Bundle bundle(final UnaryOperator<CertificateBuilder> change, final String... uris) throws Exception {
        CertificateBuilder builder = new CertificateBuilder()
                .notBefore(Instant.now().minus(Duration.ofDays(1)))
                .notAfter(Instant.now().plus(Duration.ofDays(365)));
        for (final String uri : uris) {
            builder = builder.addSanUriName(uri);
        }
        return change.apply(builder).ecp256().buildIssuedBy(authority);
    }

    /**
     * Files that are there already.
     *
     * @param folder of an authority.
     * @param name of the files.
     * @return the files.
     */
    public static TlsConfig files(final Path folder, final String name) {
        return new TlsConfig(folder.resolve(name + ".pem"), folder.resolve(name + ".key"), folder.resolve("ca.pem"));
    }

    /**
     * For sockets of the JDK that speak as somebody.
     *
     * @param subject of their certificate; null for sockets without one.
     * @param uris subject alternative names.
     * @return trusts this authority.
     */
    public SSLContext context(final String subject, final String... uris) {
        return context(subject, UnaryOperator.identity(), uris);
    }

    /**
     * For sockets of the JDK that speak as somebody.
     *
     * @param subject of their certificate; null for sockets without one.
     * @param change what is special about it.
     * @param uris subject alternative names.
     * @return trusts this authority.
     */
    public SSLContext context(
            final String subject, final UnaryOperator<CertificateBuilder> change, final String... uris) {
        return context(this, subject, change, uris);
    }

    /**
     * For sockets of the JDK that speak as somebody of this authority and trust another.
     *
     * @param trusted the other.
     * @param subject of their certificate.
     * @param uris subject alternative names.
     * @return trusts the other.
     */
    public SSLContext mixedContext(final TestAuthority trusted, final String subject, final String... uris) {
        return context(trusted, subject, UnaryOperator.identity(), uris);
    }

    private SSLContext context(
            final TestAuthority trusted,
            final String subject,
            final UnaryOperator<CertificateBuilder> change,
            final String... uris) {
        try {
            final SSLContext context = SSLContext.getInstance("TLS");
            KeyManagerFactory keys = null;
            if (subject != null) {
                keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
                final X509Bundle bundle = bundle(builder -> change.apply(builder.subject(subject)), uris);
                keys.init(bundle.toKeyStore(NO_PASSWORD), NO_PASSWORD);
            }
            final TrustManagerFactory trust =
                    TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            final KeyStore anchors = KeyStore.getInstance(KeyStore.getDefaultType());
            anchors.load(null, null);
            anchors.setCertificateEntry("ca", trusted.authority.getCertificate());
            trust.init(anchors);
            context.init(keys == null ? null : keys.getKeyManagers(), trust.getTrustManagers(), null);
            return context;
        } catch (final Exception e) {
            throw new AssertionError("no context", e);
        }
    }

    /**
     * Credentials for a transport.
     *
     * @param config files.
     * @param cluster id.
     * @param node the node; null for a client.
     * @param events who is told.
     * @return to be closed by the caller.
     */
    public static TlsCredentials open(
            final TlsConfig config, final Id128 cluster, final String node, final TlsEvents events) {
        return TlsCredentials.open(config, cluster, node, events, task -> {
            final Thread thread = new Thread(task, "test-tls");
            thread.setDaemon(true);
            return thread;
        });
    }

    private void write(final String name, final String text) throws java.io.IOException {
        final Path next = folder.resolve(name + ".next");
        Files.writeString(next, text, StandardCharsets.US_ASCII);
        Files.setPosixFilePermissions(next, PosixFilePermissions.fromString("rw-------"));
        Files.move(next, folder.resolve(name), StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Remembers what it is told. */
    public static final class Events implements TlsEvents {
        /** Codes and causes of alarms. */
        public final ConcurrentLinkedQueue<String> alarms = new ConcurrentLinkedQueue<>();

        private final List<String> reloads = new ArrayList<>();
        private volatile long daysLeft = Long.MIN_VALUE;

        @Override
        public void onAlarm(final ErrorCode code, final String cause, final String nextStep) {
            alarms.add(code + ": " + cause + "; " + nextStep);
        }

        @Override
        public void onReloaded(final String subject) {
            synchronized (reloads) {
                reloads.add(subject);
            }
        }

        @Override
        public void onChecked(final long days) {
            daysLeft = days;
        }

        /**
         * New certificates taken.
         *
         * @return their subjects.
         */
        public List<String> reloads() {
            synchronized (reloads) {
                return List.copyOf(reloads);
            }
        }

        /**
         * What was said last.
         *
         * @return days.
         */
        public long daysLeft() {
            return daysLeft;
        }
    }
}
