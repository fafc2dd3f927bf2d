// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.model;

import org.jspecify.annotations.Nullable;

/** What an operator did. The number is part of the journal format. */
public enum OperatorKind {
    /** Handed the active's role over to another node as planned (R29). */
    SWITCHOVER(1),
    /** Went on without what only a lost node may have had (R36). */
    ACCEPT_LOSS(2),
    /** Had the state machine follow a later version of its rules (R35). */
    RAISE_LOGIC_VERSION(3),
    /** Took a node out of service as planned (R30). */
    LEAVE(4);

    private static final @Nullable OperatorKind[] BY_CODE = {null, SWITCHOVER, ACCEPT_LOSS, RAISE_LOGIC_VERSION, LEAVE};

    private final short code;

    OperatorKind(final int code) {
        this.code = (short) code;
    }

    /**
     * The number in the record.
     *
     * @return from 1.
     */
    public short code() {
        return code;
    }

    /**
     * The kind with the given number.
     *
     * @param code from a record.
     * @return the kind; null if a later release wrote it.
     */
    public static @Nullable OperatorKind of(final int code) {
        return code >= 1 && code < BY_CODE.length ? BY_CODE[code] : null;
    }
}
