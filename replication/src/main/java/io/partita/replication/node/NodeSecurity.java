// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.node;

import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.PartitaException;
import io.partita.ledger.observe.IncidentLog;
import io.partita.ledger.observe.LedgerCounters;
import io.partita.replication.transport.TlsConfig;
import io.partita.replication.transport.TlsEvents;
import io.partita.replication.transport.netty.TlsCredentials;
import java.nio.file.Path;
import java.util.concurrent.ThreadFactory;
import org.agrona.concurrent.status.AtomicCounter;
import org.jspecify.annotations.Nullable;

/** Who this node is to others and who may what on it; watches the files of both, on one thread of its own. */
final class NodeSecurity implements AutoCloseable {
    private static final System.Logger LOGGER = System.getLogger(NodeSecurity.class.getName());

    private final @Nullable TlsCredentials credentials;
    private final AccessTable access;

    private NodeSecurity(final @Nullable TlsCredentials credentials, final AccessTable access) {
        this.credentials = credentials;
        this.access = access;
    }

    /**
     * Reads what the settings name, before anybody is talked to.
     *
     * @throws PartitaException if something of it cannot be used: the node does not start.
     */
    static NodeSecurity open(
            final NodeContext.Settings settings,
            final LedgerCounters counters,
            final IncidentLog incidents,
            final ThreadFactory threadFactory) {
        final TlsConfig tls = settings.links().tls();
        final Path roles = settings.links().roles();
        if (tls == null || roles == null) {
            return new NodeSecurity(null, AccessTable.open());
        }
        final AccessTable access = AccessTable.of(roles);
        final String node = settings.self().id();
        final Events events = new Events(node, counters.add("tls certificate days left"), incidents, access);
        return new NodeSecurity(TlsCredentials.open(tls, settings.clusterId(), node, events, threadFactory), access);
    }

    /** What links use; null without TLS. */
    @Nullable
    TlsCredentials credentials() {
        return credentials;
    }

    AccessTable access() {
        return access;
    }

    @Override
    public void close() {
        if (credentials != null) {
            credentials.close();
        }
    }

    /** Tells the operator. */
    private static final class Events implements TlsEvents {
        private final String node;
        private final AtomicCounter daysLeftCounter;
        private final IncidentLog incidents;
        private final AccessTable access;

        Events(
                final String node,
                final AtomicCounter daysLeftCounter,
                final IncidentLog incidents,
                final AccessTable access) {
            this.node = node;
            this.daysLeftCounter = daysLeftCounter;
            this.incidents = incidents;
            this.access = access;
        }

        @Override
        public void onAlarm(final ErrorCode code, final String cause, final String nextStep) {
            LOGGER.log(System.Logger.Level.WARNING, "node=" + node + " " + code + ": " + cause + "; next: " + nextStep);
            incidents.record(code, cause, nextStep);
        }

        @Override
        public void onReloaded(final String subject) {
            LOGGER.log(System.Logger.Level.INFO, "node=" + node + " new certificate in use: subject=" + subject);
        }

        @Override
        public void onChecked(final long daysLeft) {
            daysLeftCounter.setRelease(daysLeft);
            try {
                if (access.refresh()) {
                    LOGGER.log(System.Logger.Level.INFO, "node=" + node + " new roles in use");
                }
            } catch (final PartitaException e) {
                onAlarm(e.code(), "the new roles file is not used, the old one is: " + e.problem(), e.nextStep());
            }
        }
    }
}
