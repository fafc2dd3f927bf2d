// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.engine;

/** What a single node promises of an answered batch. */
public enum Durability {
    /** It is on the disk: it survives power loss. One force per frame, shared by all batches that wait (group commit). */
    FSYNC,
    /**
     * It is in the page cache: it survives {@code kill -9} of the process, not power loss; what was answered in about the last
     * 100 ms may then be gone. A background force keeps that short.
     */
    MEMORY
}
