// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.transport;

import io.partita.ledger.model.ErrorCode;

/** Who is told how the own certificate is. Called on one thread of the transport. */
public interface TlsEvents {
    /**
     * Something is wrong, or will be: new files that cannot be used, a certificate that expires. Once for each cause.
     *
     * @param code stable code.
     * @param cause what is wrong.
     * @param nextStep what to do.
     */
    void onAlarm(ErrorCode code, String cause, String nextStep);

    /**
     * New files are in use: new handshakes show them, sessions that are up go on.
     *
     * @param subject of the new certificate.
     */
    void onReloaded(String subject);

    /**
     * The files were looked at; about once a second.
     *
     * @param daysLeft whole days until the own certificate, or a CA above it, expires; negative if it has.
     */
    void onChecked(long daysLeft);
}
