// SPDX-License-Identifier: Apache-2.0
package io.partita.benchmarks.peers;

/** Who is paid. */
public enum Peer {
    /** One node or a pair over TCP. */
    PARTITA("Partita"),
    /** A pair over TCP whose client comes over TCP as well. */
    PARTITA_REMOTE("Partita, client over TCP"),
    /** A pair over mapped memory. */
    PARTITA_IPC("Partita, IPC"),
    /** Servers of the machine's own package. */
    POSTGRESQL("PostgreSQL"),
    /** Around Partita's own state machine, as it comes. */
    AERON_CLUSTER("Aeron Cluster, as it comes"),
    /** Around Partita's own state machine, tuned for few processors. */
    AERON_CLUSTER_TUNED("Aeron Cluster, tuned"),
    /** By its own benchmark. */
    TIGERBEETLE("TigerBeetle");

    private final String text;

    Peer(final String text) {
        this.text = text;
    }

    String text() {
        return text;
    }

    /** Whether it is the one that the others stand beside. */
    boolean isPartita() {
        return this == PARTITA || this == PARTITA_REMOTE || this == PARTITA_IPC;
    }
}
