// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.math.BigInteger;
import org.junit.jupiter.api.Test;

class AmountsTest {
    private static final long[] EDGES = {
        0, 1, 2, Long.MAX_VALUE - 1, Long.MAX_VALUE, Long.MIN_VALUE, Long.MIN_VALUE + 1, -2, -1
    };

    @Test
    void shouldAddAndCompareAsBigIntegersDo() {
        for (long aHi : EDGES) {
            for (long aLo : EDGES) {
                for (long bHi : EDGES) {
                    for (long bLo : EDGES) {
                        check(aHi, aLo, bHi, bLo);
                    }
                }
            }
        }
    }

    private static void check(long aHi, long aLo, long bHi, long bLo) {
        BigInteger a = Id128.toBigInteger(aHi, aLo);
        BigInteger b = Id128.toBigInteger(bHi, bLo);
        BigInteger sum = a.add(b);
        String what = a + " and " + b;
        assertEquals(sum.bitLength() > 128, Amounts.addOverflows(aHi, aLo, bHi, bLo), what);
        assertEquals(sum.shiftRight(64).longValue(), Amounts.addHi(aHi, aLo, bHi, bLo), what);
        assertEquals(Integer.signum(a.compareTo(b)), Integer.signum(Amounts.compare(aHi, aLo, bHi, bLo)), what);
    }
}
