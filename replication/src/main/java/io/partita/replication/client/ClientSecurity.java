// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.client;

import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.Id128;
import io.partita.replication.transport.TlsConfig;
import io.partita.replication.transport.TlsEvents;
import io.partita.replication.transport.netty.TlsCredentials;

/** A client has no incident log: it tells its application's log how its certificate is. */
final class ClientSecurity implements TlsEvents {
    private static final System.Logger LOGGER = System.getLogger(ClientSecurity.class.getName());

    private ClientSecurity() {}

    static TlsCredentials open(final TlsConfig config, final Id128 clusterId) {
        return TlsCredentials.open(config, clusterId, null, new ClientSecurity(), task -> {
            final Thread thread = new Thread(task, "partita-client-tls");
            thread.setDaemon(true);
            return thread;
        });
    }

    @Override
    public void onAlarm(final ErrorCode code, final String cause, final String nextStep) {
        LOGGER.log(System.Logger.Level.WARNING, code + ": " + cause + "; next: " + nextStep);
    }

    @Override
    public void onReloaded(final String subject) {
        LOGGER.log(System.Logger.Level.INFO, "new certificate in use: subject=" + subject);
    }

    @Override
    public void onChecked(final long daysLeft) {
        // The alarms say what matters.
    }
}
