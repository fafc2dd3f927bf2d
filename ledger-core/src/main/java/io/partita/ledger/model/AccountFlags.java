// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.model;

/** Flag bits of an account. */
public final class AccountFlags {
    /** Ties the command to the next one: all or nothing. */
    public static final int LINKED = 1;
    /** Refuses what would let debits exceed posted credits plus the credit limit. */
    public static final int DEBITS_MUST_NOT_EXCEED_CREDITS = 1 << 1;
    /** Refuses what would let credits exceed posted debits. */
    public static final int CREDITS_MUST_NOT_EXCEED_DEBITS = 1 << 2;
    /** Keeps the balances after each transfer. */
    public static final int HISTORY = 1 << 3;
    /** Carries its own timestamp from the past. */
    public static final int IMPORTED = 1 << 4;
    /** Refuses everything but voids and expiry. */
    public static final int CLOSED = 1 << 5;
    /** All bits that have a meaning. */
    public static final int ALL = (1 << 6) - 1;

    private AccountFlags() {}
}
