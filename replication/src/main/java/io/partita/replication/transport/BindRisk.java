// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.transport;

import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.PartitaException;
import java.net.InetSocketAddress;

/**
 * Whether somebody took the risk of listening beyond the loopback interface without TLS in words: links are then neither encrypted
 * nor authenticated, so whoever reaches the port can read and send payments. With TLS there is no such risk to take.
 */
public enum BindRisk {
    /** There is none, since links have TLS: any address. */
    NONE,
    /** Nobody did: loopback only. */
    LOOPBACK_ONLY,
    /** Somebody did. */
    UNENCRYPTED_AND_UNAUTHENTICATED_ACCEPTED;

    /** The words. */
    public static final String WORDS = "anyone-who-reaches-this-port-can-read-and-send-payments";

    /**
     * From a setting.
     *
     * @param words empty, or {@link #WORDS}.
     * @return what was accepted.
     * @throws PartitaException if the words are others.
     */
    public static BindRisk of(final String words) {
        if (words.isEmpty()) {
            return LOOPBACK_ONLY;
        }
        if (words.equals(WORDS)) {
            return UNENCRYPTED_AND_UNAUTHENTICATED_ACCEPTED;
        }
        throw new PartitaException(
                ErrorCode.INVALID_CONFIGURATION,
                "the words that accept the risk of listening beyond loopback are wrong: words=" + words,
                "leave them out and use a loopback address, or say exactly: " + WORDS);
    }

    /**
     * Refuses to listen where nobody took the risk.
     *
     * @param address to listen on.
     * @throws PartitaException if the address is not loopback and the risk was not accepted, or is not resolved.
     */
    public void check(final InetSocketAddress address) {
        if (address.isUnresolved()) {
            throw new PartitaException(
                    ErrorCode.INVALID_CONFIGURATION,
                    "the host to listen on is not known: address=" + address,
                    "use an address of this machine, such as 127.0.0.1");
        }
        if (this == LOOPBACK_ONLY && !address.getAddress().isLoopbackAddress()) {
            throw new PartitaException(
                    ErrorCode.INVALID_CONFIGURATION,
                    "without TLS only loopback addresses may be listened on: address=" + address,
                    "configure TLS, use 127.0.0.1, or accept the risk in these words: " + WORDS);
        }
    }
}
