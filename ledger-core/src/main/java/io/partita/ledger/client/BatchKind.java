// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.client;

/** What a {@link Batch} asks for. */
public enum BatchKind {
    /** Commands: sequenced, journaled, replicated, applied; one result each. */
    COMMANDS,
    /** The accounts of the given ids, at one position. */
    LOOKUP_ACCOUNTS,
    /** The transfers of the given ids, at one position. */
    LOOKUP_TRANSFERS,
    /** Running digest, state digest and counts at one position. The state digest visits all state: not for a busy node. */
    DIGEST,
    /** Checks the ledger's invariants at one position; visits all state. */
    INVARIANTS;

    /**
     * Whether this only reads: not journaled, executed at an applied position.
     *
     * @return true for all but {@link #COMMANDS}.
     */
    public boolean isRead() {
        return this != COMMANDS;
    }
}
