// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.transport;

/** Why a link ended or never came to be. What a failure detector may conclude from each is PROTOCOL R12's business. */
public enum DisconnectReason {
    /** The other side closed the link, or the kernel did so for a process that ended. */
    EOF,
    /** The link broke: connection reset, broken pipe or another error of the carrier. */
    RESET,
    /** Nobody listens at the address: no such process is alive there. */
    REFUSED,
    /** No answer in time. It says nothing about the other process. */
    TIMEOUT,
    /**
     * The other side is alive, but one of the two will not have the other: another cluster, another protocol version, no free
     * link, a certificate that is not trusted.
     */
    REJECTED,
    /** The other side sent what is no frame of ours; the link was closed on this side. */
    PROTOCOL_VIOLATION
}
