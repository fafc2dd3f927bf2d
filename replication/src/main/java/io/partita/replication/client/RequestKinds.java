// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.client;

import io.partita.ledger.client.BatchKind;
import org.jspecify.annotations.Nullable;

/**
 * What the {@code kind} byte of a client's request says. Part of the wire format between clients and nodes: both ends use this
 * class.
 */
public final class RequestKinds {
    /** Bit: a read that may be answered by any node from what it has applied. */
    public static final int STALE = 0x80;
    /** What the node says about itself: {@link NodeReport}. Any node answers. */
    public static final int REPORT = 16;
    /** An operator asks: {@link OperatorRequest}, answered by an {@link OperatorReply}. */
    public static final int OPERATOR = 17;

    private static final int KIND_MASK = 0x7F;

    private RequestKinds() {}

    /**
     * The code of a kind of batch.
     *
     * @param kind of batch.
     * @return its code.
     */
    public static int code(final BatchKind kind) {
        return switch (kind) {
            case COMMANDS -> 1;
            case LOOKUP_ACCOUNTS -> 2;
            case LOOKUP_TRANSFERS -> 3;
            case DIGEST -> 4;
            case INVARIANTS -> 5;
            case ACCOUNT_TRANSFERS -> 6;
            case ACCOUNT_BALANCES -> 7;
            case QUERY_ACCOUNTS -> 8;
            case QUERY_TRANSFERS -> 9;
            case CHANGE_EVENTS -> 10;
            case ACCOUNT_WITH_PENDINGS -> 11;
            case USER_COMMAND -> 12;
        };
    }

    /**
     * The kind of batch of a request.
     *
     * @param code the byte, with or without {@link #STALE}.
     * @return the kind; null if there is none.
     */
    public static @Nullable BatchKind kind(final int code) {
        return switch (code & KIND_MASK) {
            case 1 -> BatchKind.COMMANDS;
            case 2 -> BatchKind.LOOKUP_ACCOUNTS;
            case 3 -> BatchKind.LOOKUP_TRANSFERS;
            case 4 -> BatchKind.DIGEST;
            case 5 -> BatchKind.INVARIANTS;
            case 6 -> BatchKind.ACCOUNT_TRANSFERS;
            case 7 -> BatchKind.ACCOUNT_BALANCES;
            case 8 -> BatchKind.QUERY_ACCOUNTS;
            case 9 -> BatchKind.QUERY_TRANSFERS;
            case 10 -> BatchKind.CHANGE_EVENTS;
            case 11 -> BatchKind.ACCOUNT_WITH_PENDINGS;
            case 12 -> BatchKind.USER_COMMAND;
            default -> null;
        };
    }
}
