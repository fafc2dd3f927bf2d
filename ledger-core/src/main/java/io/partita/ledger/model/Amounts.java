// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.model;

/**
 * Checked arithmetic on 128-bit unsigned amounts that are two {@code long}s, high and low half. Nothing wraps unnoticed: a
 * caller asks whether an addition overflows before it adds.
 *
 * <p>All methods are static and stateless, safe from any thread.
 */
public final class Amounts {
    private Amounts() {}

    /**
     * The carry out of the addition of two low halves.
     *
     * @param aLo a low half.
     * @param bLo a low half.
     * @return 1 if the sum does not fit 64 bits, else 0.
     */
    public static long carry(final long aLo, final long bLo) {
        return ((aLo & bLo) | ((aLo | bLo) & ~(aLo + bLo))) >>> 63;
    }

    /**
     * The high half of a sum; its low half is {@code aLo + bLo}.
     *
     * @param aHi high half of the first.
     * @param aLo low half of the first.
     * @param bHi high half of the second.
     * @param bLo low half of the second.
     * @return the high half, wrapped if the sum overflows.
     */
    public static long addHi(final long aHi, final long aLo, final long bHi, final long bLo) {
        return aHi + bHi + carry(aLo, bLo);
    }

    /**
     * Whether a sum exceeds 2^128-1.
     *
     * @param aHi high half of the first.
     * @param aLo low half of the first.
     * @param bHi high half of the second.
     * @param bLo low half of the second.
     * @return true if it does.
     */
    public static boolean addOverflows(final long aHi, final long aLo, final long bHi, final long bLo) {
        final long hi = aHi + bHi;
        return carry(aHi, bHi) != 0 || carry(hi, carry(aLo, bLo)) != 0;
    }

    /**
     * Compares two amounts.
     *
     * @param aHi high half of the first.
     * @param aLo low half of the first.
     * @param bHi high half of the second.
     * @param bLo low half of the second.
     * @return negative, 0 or positive as the first is less, equal or more.
     */
    public static int compare(final long aHi, final long aLo, final long bHi, final long bLo) {
        final int byHi = Long.compareUnsigned(aHi, bHi);
        return byHi != 0 ? byHi : Long.compareUnsigned(aLo, bLo);
    }
}
