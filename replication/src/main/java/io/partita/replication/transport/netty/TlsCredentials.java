// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.transport.netty;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.Id128;
import io.partita.ledger.model.PartitaException;
import io.partita.replication.transport.TlsConfig;
import io.partita.replication.transport.TlsEvents;
import io.partita.replication.transport.WatchedFiles;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Who this process is to others, and whom it trusts: TLS 1.3 only, with a certificate from each side. One thread watches the
 * files, and does the costly part of handshakes, so that neither a session that is up nor the engine waits for a stranger's
 * signature.
 *
 * <p>Any thread, but that {@link #close} comes after all that use it are closed.
 */
public final class TlsCredentials implements AutoCloseable {
    /** How often the files are looked at; new ones are in use after two looks that find them the same. */
    static final long CHECK_INTERVAL_MS = 1_000;

    private static final System.Logger LOGGER = System.getLogger(TlsCredentials.class.getName());
    private static final String PROTOCOL = "TLSv1.3";
    /** The other side does not read: it is not waited for. */
    private static final long CLOSE_NOTIFY_TIMEOUT_MS = 500;

    private final TlsConfig config;
    private final Id128 clusterId;
    private final @Nullable String node;
    private final TlsEvents events;
    private final WatchedFiles files;
    private final ScheduledThreadPoolExecutor thread;
    private final ExpiryAlarm expiry = new ExpiryAlarm();
    private volatile Current current;

    /** What new handshakes use. */
    private record Current(SslContext server, SslContext client, String subject, long notAfterMs) {}

    private TlsCredentials(
            final TlsConfig config,
            final Id128 clusterId,
            final @Nullable String node,
            final TlsEvents events,
            final ThreadFactory threadFactory) {
        this.config = config;
        this.clusterId = clusterId;
        this.node = node;
        this.events = events;
        files = new WatchedFiles(config.certificate(), config.key(), config.trusted());
        current = load();
        thread = new ScheduledThreadPoolExecutor(1, threadFactory);
        thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        thread.scheduleWithFixedDelay(this::check, 0, CHECK_INTERVAL_MS, TimeUnit.MILLISECONDS);
    }

    /**
     * Reads the files and starts to watch them.
     *
     * @param config where they are.
     * @param clusterId certificates that are bound to other clusters are refused, the own one too.
     * @param node which the own certificate must name; null for a client.
     * @param events who is told of alarms.
     * @param threadFactory of the one thread.
     * @return the credentials.
     * @throws PartitaException CERTIFICATE_INVALID or INSECURE_PERMISSIONS if the files cannot be used, CERTIFICATE_EXPIRED if the
     *     own certificate is not valid now.
     */
    public static TlsCredentials open(
            final TlsConfig config,
            final Id128 clusterId,
            final @Nullable String node,
            final TlsEvents events,
            final ThreadFactory threadFactory) {
        return new TlsCredentials(config, clusterId, node, events, threadFactory);
    }

    /** Stops the thread. A second call does nothing. */
    @Override
    public void close() {
        thread.shutdownNow();
    }

    SslHandler serverHandler(final ByteBufAllocator allocator) {
        return configured(current.server.newHandler(allocator, thread));
    }

    SslHandler clientHandler(final ByteBufAllocator allocator) {
        return configured(current.client.newHandler(allocator, thread));
    }

    /** The preface's timer covers the handshake: one limit for both. */
    private static SslHandler configured(final SslHandler handler) {
        handler.setHandshakeTimeoutMillis(0);
        handler.setCloseNotifyFlushTimeoutMillis(CLOSE_NOTIFY_TIMEOUT_MS);
        return handler;
    }

    private void check() {
        try {
            look();
        } catch (final RuntimeException e) { // the next look may do better
            LOGGER.log(System.Logger.Level.ERROR, "the certificate files were not looked at", e);
        }
    }

    private void look() {
        if (files.haveChanged()) {
            try {
                final Current fresh = load();
                current = fresh;
                expiry.reset();
                events.onReloaded(fresh.subject);
            } catch (final PartitaException e) {
                events.onAlarm(
                        e.code(), "new certificate files are not used, the old ones are: " + e.problem(), e.nextStep());
            }
        }
        final Current now = current;
        final long leftMs = now.notAfterMs - System.currentTimeMillis();
        expiry.check(leftMs, now.subject, Instant.ofEpochMilli(now.notAfterMs), events);
        events.onChecked(Math.floorDiv(leftMs, TimeUnit.DAYS.toMillis(1)));
    }

    private Current load() {
        final TlsMaterial material = TlsMaterial.read(config);
        final CertificateNames names = CertificateNames.of(material.certificate());
        checkNames(names);
        checkValidity(material, names);
        final X509Certificate[] trusted = material.trusted().toArray(new X509Certificate[0]);
        try {
            // A ticket is of no use after a second: each connection shows its certificate anew.
            final SslContext server = SslContextBuilder.forServer(material.key(), material.chain())
                    .sslProvider(SslProvider.JDK)
                    .protocols(PROTOCOL)
                    .clientAuth(ClientAuth.REQUIRE)
                    .trustManager(trusted)
                    .sessionTimeout(1)
                    .build();
            // The other side is known by the node id in its certificate, not by a host name.
            final SslContext client = SslContextBuilder.forClient()
                    .sslProvider(SslProvider.JDK)
                    .protocols(PROTOCOL)
                    .keyManager(material.key(), material.chain())
                    .trustManager(trusted)
                    .endpointIdentificationAlgorithm(null)
                    .build();
            return new Current(server, client, names.subject(), material.notAfterMs());
        } catch (final SSLException | IllegalArgumentException e) {
            throw new PartitaException(
                    ErrorCode.CERTIFICATE_INVALID,
                    "certificate and key cannot be used: certificate=" + config.certificate() + " (" + e + ")",
                    "use an RSA key of 2048 bits or more, or an EC key on P-256 or P-384",
                    e);
        }
    }

    private void checkNames(final CertificateNames names) {
        if (node != null && !names.isNode(node)) {
            throw new PartitaException(
                    ErrorCode.CERTIFICATE_INVALID,
                    "the certificate does not name this node: node=" + node + " names=" + names.nodes()
                            + " certificate=" + config.certificate(),
                    "issue one with the subject alternative name URI:partita:node=" + node);
        }
        if (node == null && names.principal() == null) {
            throw new PartitaException(
                    ErrorCode.CERTIFICATE_INVALID,
                    "the certificate's common name is missing, or none of 1..64 characters of A-Z, a-z, 0-9 and ._@-:"
                            + " subject=" + names.subject() + " certificate=" + config.certificate(),
                    "issue one whose subject has the client's name as common name");
        }
        if (!names.isOfCluster(clusterId)) {
            throw new PartitaException(
                    ErrorCode.CERTIFICATE_INVALID,
                    "the certificate is of another cluster: clusterId=" + clusterId + " clusters=" + names.clusters()
                            + " certificate=" + config.certificate(),
                    "issue one with the subject alternative name URI:partita:cluster=" + clusterId);
        }
    }

    private void checkValidity(final TlsMaterial material, final CertificateNames names) {
        final long nowMs = System.currentTimeMillis();
        if (nowMs >= material.notAfterMs() || nowMs < material.notBeforeMs()) {
            throw new PartitaException(
                    ErrorCode.CERTIFICATE_EXPIRED,
                    "the certificate, or a CA above it, is not valid now: subject=" + names.subject() + " notBefore="
                            + Instant.ofEpochMilli(material.notBeforeMs()) + " notAfter="
                            + Instant.ofEpochMilli(material.notAfterMs()) + " certificate=" + config.certificate(),
                    "issue a new one and put it there, or set the clock right");
        }
    }
}
