// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.oracle;

import java.math.BigInteger;
import java.util.List;
import java.util.Random;

/** Seeded choices. {@code java.util.Random} is specified to the bit, so a seed means the same on every JDK. */
final class Chance {
    private static final BigInteger[] BORDERS = {
        BigInteger.ONE.shiftLeft(31),
        BigInteger.ONE.shiftLeft(32),
        BigInteger.ONE.shiftLeft(63),
        BigInteger.ONE.shiftLeft(64),
        BigInteger.ONE.shiftLeft(65),
    };

    private final Random random;

    Chance(final long seed) {
        random = new Random(seed);
    }

    boolean oneIn(final int n) {
        return random.nextInt(n) == 0;
    }

    boolean percent(final int p) {
        return random.nextInt(100) < p;
    }

    /** 0 to {@code bound - 1}. */
    int below(final int bound) {
        return random.nextInt(bound);
    }

    /** Both ends included. */
    int between(final int from, final int to) {
        return from + random.nextInt(to - from + 1);
    }

    long anyLong() {
        return random.nextLong();
    }

    <T> T of(final List<T> list) {
        return list.get(random.nextInt(list.size()));
    }

    BigInteger number(final int bound) {
        return BigInteger.valueOf(random.nextInt(bound));
    }

    BigInteger wide() {
        return new BigInteger(128, random);
    }

    /** Up to two off, or the nearest that 128 bits can hold. */
    BigInteger near(final BigInteger value) {
        return value.add(BigInteger.valueOf(random.nextInt(5) - 2))
                .max(BigInteger.ZERO)
                .min(Event.MAX);
    }

    /** Next to where a machine word ends. */
    BigInteger nearWord() {
        return near(BORDERS[random.nextInt(BORDERS.length)]);
    }

    /** An index, chosen by weight. */
    int weighted(final int... weights) {
        int sum = 0;
        for (final int weight : weights) {
            sum += weight;
        }
        int at = random.nextInt(sum);
        for (int i = 0; i < weights.length; i++) {
            at -= weights[i];
            if (at < 0) {
                return i;
            }
        }
        throw new IllegalStateException("unreachable");
    }
}
