// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.client;

/** Where a {@link RemoteLedgerClient} sends reads that are allowed to be stale. */
public enum StaleReads {
    /** To the active: as fresh as can be, without the round to the standbys that a linearizable read costs. */
    ACTIVE,
    /** To a standby, to relieve the active; to the active while there is none, or if it refuses, as one that is too far behind. */
    STANDBY
}
