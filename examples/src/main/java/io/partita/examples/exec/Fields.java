// SPDX-License-Identifier: Apache-2.0
package io.partita.examples.exec;

import io.partita.examples.json.FlagNames;
import io.partita.ledger.model.Id128;
import java.math.BigInteger;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Typed access to the fields of one input object. What was not asked for by name is an unknown field. */
final class Fields {
    static final BigInteger U128_MAX = BigInteger.ONE.shiftLeft(128).subtract(BigInteger.ONE);

    private static final BigInteger U64_MAX = BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE);
    private static final BigInteger NUMBER_MAX = BigInteger.ONE.shiftLeft(53);
    private static final BigInteger LONG_MAX = BigInteger.valueOf(Long.MAX_VALUE);
    private static final long U32_MAX = 0xFFFF_FFFFL;
    private static final long U16_MAX = 0xFFFF;
    private static final Pattern DECIMAL = Pattern.compile("[0-9]{1,60}");

    private final Map<String, @Nullable Object> values;
    private final String where;
    private final Set<String> asked = new HashSet<>();

    Fields(final Map<String, @Nullable Object> values, final String where) {
        this.values = values;
        this.where = where;
    }

    /** The fields of an object inside a list or another object. */
    @SuppressWarnings("unchecked")
    static Fields of(final @Nullable Object value, final String name, final String where) throws ExecException {
        if (value instanceof Map) {
            return new Fields((Map<String, @Nullable Object>) value, where);
        }
        throw ExecException.invalidValue(name, where, "an object");
    }

    String where() {
        return where;
    }

    boolean has(final String name) {
        asked.add(name);
        return values.containsKey(name);
    }

    @Nullable
    Object value(final String name) {
        asked.add(name);
        return values.get(name);
    }

    /** The only field's name, for objects that carry their kind as the name. */
    String onlyName() throws ExecException {
        if (values.size() != 1) {
            throw ExecException.invalidValue("events", where, "an object with exactly one command");
        }
        return values.keySet().iterator().next();
    }

    String text(final String name) throws ExecException {
        final Object value = value(name);
        if (value == null) {
            throw ExecException.missingField(name, where);
        }
        if (value instanceof String text) {
            return text;
        }
        throw ExecException.invalidValue(name, where, "a string");
    }

    List<?> list(final String name) throws ExecException {
        final Object value = value(name);
        if (value == null) {
            throw ExecException.missingField(name, where);
        }
        if (value instanceof List<?> list) {
            return list;
        }
        throw ExecException.invalidValue(name, where, "a list");
    }

    Fields object(final String name) throws ExecException {
        final Object value = value(name);
        if (value == null) {
            throw ExecException.missingField(name, where);
        }
        of(value, name, where);

        return of(value, name, name);
    }

    Id128 u128(final String name) throws ExecException {
        return Id128.of(number(name, U128_MAX, "0..2^128-1"));
    }

    long u64(final String name) throws ExecException {
        return number(name, U64_MAX, "0..2^64-1").longValue();
    }

    /** Up to 2^63-1. */
    long nanos(final String name) throws ExecException {
        return number(name, LONG_MAX, "0..2^63-1").longValue();
    }

    int u32(final String name) throws ExecException {
        return number(name, BigInteger.valueOf(U32_MAX), "0..2^32-1").intValue();
    }

    int u16(final String name) throws ExecException {
        return number(name, BigInteger.valueOf(U16_MAX), "0..65535").intValue();
    }

    /** The bits of {@code flags} and {@code flagsPadding}. */
    int flags(final FlagNames names) throws ExecException {
        final int padding = number("flagsPadding", BigInteger.valueOf(names.paddingMax()), "0.." + names.paddingMax())
                .intValue();

        return padding << names.count() | bits("flags", names);
    }

    /** The bits of a list of names; 0 if the field is not there. */
    int bits(final String name, final FlagNames names) throws ExecException {
        int bits = 0;
        if (has(name)) {
            for (final Object item : list(name)) {
                if (!(item instanceof String flag)) {
                    throw ExecException.invalidValue(name, where, "a list of names");
                }
                final Integer bit = names.bit(flag);
                if (bit == null) {
                    throw ExecException.unknownFlag(flag, where);
                }
                bits |= bit;
            }
        }
        return bits;
    }

    /** Any whole number, for a field whose range is the ledger's to judge; 0 if the field is not there. */
    BigInteger whole(final String name) throws ExecException {
        return has(name) ? whole(values.get(name), name, where) : BigInteger.ZERO;
    }

    /** Refuses fields that nobody asked for. */
    void end() throws ExecException {
        for (final String name : values.keySet()) {
            if (!asked.contains(name)) {
                throw ExecException.unknownField(name, where);
            }
        }
    }

    /** Whether it is one of the two values that no object has as its id. */
    static boolean isNoId(final Id128 id) {
        return (id.hi() | id.lo()) == 0 || (id.hi() & id.lo()) == -1L;
    }

    /** An id in a list. */
    static Id128 id(final @Nullable Object value, final String name, final String where) throws ExecException {
        return Id128.of(number(value, U128_MAX, name, where, "0..2^128-1"));
    }

    private BigInteger number(final String name, final BigInteger max, final String range) throws ExecException {
        return has(name) ? number(values.get(name), max, name, where, range) : BigInteger.ZERO;
    }

    private static BigInteger number(
            final @Nullable Object value,
            final BigInteger max,
            final String name,
            final String where,
            final String range)
            throws ExecException {
        final BigInteger number = whole(value, name, where);
        if (number.signum() < 0 || number.compareTo(max) > 0) {
            throw ExecException.outOfRange(name, where, range);
        }
        return number;
    }

    private static BigInteger whole(final @Nullable Object value, final String name, final String where)
            throws ExecException {
        if (value instanceof BigInteger exact) {
            // A larger one may have lost digits on its way here, in whatever wrote it: hence strings.
            if (exact.compareTo(NUMBER_MAX) > 0) {
                throw ExecException.outOfRange(name, where, "a decimal string above 2^53");
            }
            return exact;
        }
        if ("MAX".equals(value)) {
            return U128_MAX;
        }
        if (value instanceof String text && DECIMAL.matcher(text).matches()) {
            return new BigInteger(text);
        }
        throw ExecException.invalidValue(name, where, "a whole number or a decimal string");
    }
}
