// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.model;

/** Flag bits of a query's filter. */
public final class QueryFlags {
    /** Transfers that debit the account. */
    public static final int DEBITS = 1;
    /** Transfers that credit the account. */
    public static final int CREDITS = 1 << 1;
    /** Newest first. */
    public static final int REVERSED = 1 << 2;
    /** All bits that have a meaning. */
    public static final int ALL = (1 << 3) - 1;

    private QueryFlags() {}
}
