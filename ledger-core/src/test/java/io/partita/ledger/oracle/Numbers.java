// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.oracle;

import java.math.BigInteger;

/** Numbers of 128 bits from two longs and back, and as a reader likes them. */
final class Numbers {
    private Numbers() {}

    static long hi(final BigInteger value) {
        return value.shiftRight(64).longValue();
    }

    static long lo(final BigInteger value) {
        return value.longValue();
    }

    static BigInteger number(final long hi, final long lo) {
        if (hi == 0 && lo >= 0) {
            return BigInteger.valueOf(lo);
        }
        return unsigned(hi).shiftLeft(64).or(unsigned(lo));
    }

    static BigInteger unsigned(final long value) {
        return value >= 0
                ? BigInteger.valueOf(value)
                : BigInteger.valueOf(value & Long.MAX_VALUE).setBit(63);
    }

    /** Shows what lies near a border of 63, 64, 127 or 128 bits as a distance from it. */
    static String text(final BigInteger value) {
        for (final int bits : new int[] {128, 127, 64, 63}) {
            final BigInteger distance = value.subtract(BigInteger.ONE.shiftLeft(bits));
            if (distance.bitLength() < 20) {
                return "2^" + bits + (distance.signum() < 0 ? "" : "+") + distance;
            }
        }
        return value.toString();
    }
}
