// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.transport.netty;

import io.partita.ledger.model.ErrorCode;
import io.partita.replication.transport.TlsEvents;
import java.time.Instant;
import java.util.concurrent.TimeUnit;

/** Raises one alarm when a certificate has less than 30, 7 and 1 days left, and one when it has expired. One thread. */
final class ExpiryAlarm {
    private static final long[] DAYS = {30, 7, 1, 0};

    private int raised;

    /** Another certificate is in use. */
    void reset() {
        raised = 0;
    }

    /**
     * Raises what is due and was not raised yet; of several only the most urgent.
     *
     * @param leftMs milliseconds until it expires.
     * @param subject of the certificate.
     * @param notAfter when it expires.
     * @param events who is told.
     */
    void check(final long leftMs, final String subject, final Instant notAfter, final TlsEvents events) {
        int due = 0;
        while (due < DAYS.length && leftMs < TimeUnit.DAYS.toMillis(DAYS[due])) {
            due++;
        }
        if (due <= raised) {
            return;
        }
        raised = due;
        if (due == DAYS.length) {
            events.onAlarm(
                    ErrorCode.CERTIFICATE_EXPIRED,
                    "the certificate, or a CA above it, has expired: sessions that are up go on, there will be no new ones:"
                            + " subject=" + subject + " notAfter=" + notAfter,
                    "issue a new one and put it in place of the old; no restart is needed");
        } else {
            events.onAlarm(
                    ErrorCode.CERTIFICATE_EXPIRES,
                    "the certificate, or a CA above it, expires in less than " + DAYS[due - 1] + " days: subject="
                            + subject + " notAfter=" + notAfter,
                    "issue a new one and put it in place of the old; no restart is needed");
        }
    }
}
