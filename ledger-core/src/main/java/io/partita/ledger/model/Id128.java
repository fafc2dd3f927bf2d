// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.model;

import java.math.BigInteger;

/**
 * A 128-bit unsigned id off the hot path. On the hot path an id is two {@code long}s, high and low half.
 *
 * @param hi the high 64 bits.
 * @param lo the low 64 bits.
 */
public record Id128(long hi, long lo) implements Comparable<Id128> {
    private static final BigInteger TWO_64 = BigInteger.ONE.shiftLeft(64);

    /**
     * Whether an id is 0.
     *
     * @param hi high half.
     * @param lo low half.
     * @return true if so.
     */
    public static boolean isZero(final long hi, final long lo) {
        return (hi | lo) == 0;
    }

    /**
     * Whether an id is 2^128-1.
     *
     * @param hi high half.
     * @param lo low half.
     * @return true if so.
     */
    public static boolean isMax(final long hi, final long lo) {
        return (hi & lo) == -1L;
    }

    /**
     * An id from an unsigned number.
     *
     * @param value 0 to 2^128-1.
     * @return the id.
     * @throws IllegalArgumentException if the value is out of range.
     */
    public static Id128 of(final BigInteger value) {
        if (value.signum() < 0 || value.bitLength() > 128) {
            throw new IllegalArgumentException("id must be 0..2^128-1: id=" + value);
        }
        return new Id128(value.shiftRight(64).longValue(), value.longValue());
    }

    /**
     * This id as an unsigned number.
     *
     * @return 0 to 2^128-1.
     */
    public BigInteger toBigInteger() {
        return toBigInteger(hi, lo);
    }

    /**
     * Two halves as an unsigned number.
     *
     * @param hi high half.
     * @param lo low half.
     * @return 0 to 2^128-1.
     */
    public static BigInteger toBigInteger(final long hi, final long lo) {
        return unsigned(hi).shiftLeft(64).add(unsigned(lo));
    }

    @Override
    public int compareTo(final Id128 other) {
        final int byHi = Long.compareUnsigned(hi, other.hi);
        return byHi != 0 ? byHi : Long.compareUnsigned(lo, other.lo);
    }

    /**
     * 32 hexadecimal digits.
     *
     * @return the digits, high half first.
     */
    @Override
    public String toString() {
        return String.format("%016x%016x", hi, lo);
    }

    private static BigInteger unsigned(final long value) {
        final BigInteger signed = BigInteger.valueOf(value);
        return value >= 0 ? signed : signed.add(TWO_64);
    }
}
