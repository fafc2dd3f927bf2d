// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.tables;

import java.math.BigInteger;
import java.util.HashMap;
import java.util.Map;

/**
 * Numbers as tables write them: terms such as {@code 12}, {@code 2^64}, {@code 5s} (seconds in nanoseconds), {@code MAX} (2^128-1)
 * and names, added and subtracted from left to right. {@code T} is the stamp of the line's batch, {@code account:7} and
 * {@code transfer:7} are timestamps of what a line before created.
 */
final class TableNumbers {
    static final BigInteger MAX = BigInteger.ONE.shiftLeft(128).subtract(BigInteger.ONE);

    private static final BigInteger SECOND = BigInteger.valueOf(1_000_000_000L);

    private final Map<String, Long> names = new HashMap<>();

    void name(final String name, final long value) {
        names.put(name, value);
    }

    /** The id of the transfer that has a timestamp. */
    String transferAt(final long timestamp) {
        for (final Map.Entry<String, Long> each : names.entrySet()) {
            if (each.getValue() == timestamp && each.getKey().startsWith("transfer:")) {
                return each.getKey().substring("transfer:".length());
            }
        }
        return "@" + timestamp;
    }

    BigInteger number(final String text) {
        final int sign = Math.max(text.lastIndexOf('-'), text.lastIndexOf('+'));
        if (sign > 0) {
            final BigInteger right = number(text.substring(sign + 1));
            final BigInteger left = number(text.substring(0, sign));
            return text.charAt(sign) == '+' ? left.add(right) : left.subtract(right);
        }
        if (text.equals("MAX")) {
            return MAX;
        }
        if (Character.isLetter(text.charAt(0))) {
            final Long value = names.get(text);
            if (value == null) {
                throw new IllegalArgumentException("nothing has the name " + text);
            }
            return BigInteger.valueOf(value);
        }
        if (text.endsWith("s")) {
            return new BigInteger(text.substring(0, text.length() - 1)).multiply(SECOND);
        }
        final int power = text.indexOf('^');
        return power > 0
                ? new BigInteger(text.substring(0, power)).pow(Integer.parseInt(text.substring(power + 1)))
                : new BigInteger(text);
    }
}
