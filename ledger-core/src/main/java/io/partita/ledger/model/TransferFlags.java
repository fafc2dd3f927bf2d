// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.model;

/** Flag bits of a transfer. */
public final class TransferFlags {
    /** Ties the command to the next one: all or nothing. */
    public static final int LINKED = 1;
    /** Reserves the amount until it is posted, voided or expires. */
    public static final int PENDING = 1 << 1;
    /** Posts a pending transfer. */
    public static final int POST_PENDING = 1 << 2;
    /** Voids a pending transfer. */
    public static final int VOID_PENDING = 1 << 3;
    /** Clamps the amount to what the debit account can give. */
    public static final int BALANCING_DEBIT = 1 << 4;
    /** Clamps the amount to what the credit account can take. */
    public static final int BALANCING_CREDIT = 1 << 5;
    /** Closes the debit account. */
    public static final int CLOSING_DEBIT = 1 << 6;
    /** Closes the credit account. */
    public static final int CLOSING_CREDIT = 1 << 7;
    /** Carries its own timestamp from the past. */
    public static final int IMPORTED = 1 << 8;
    /** All bits that have a meaning. */
    public static final int ALL = (1 << 9) - 1;

    private TransferFlags() {}
}
