// SPDX-License-Identifier: Apache-2.0
package io.partita.examples.exec;

/** An error that is answered in band, as one line; state and clock stay as they are. */
final class ExecException extends Exception {
    private static final long serialVersionUID = 1L;

    private final String code;

    private ExecException(final String code, final String message) {
        super(message, null, false, false);
        this.code = code;
    }

    String code() {
        return code;
    }

    static ExecException invalidJson(final String message) {
        return new ExecException("INVALID_JSON", message);
    }

    static ExecException unknownOp(final String op) {
        return new ExecException("UNKNOWN_OP", "unknown op: op=" + op);
    }

    static ExecException unknownField(final String name, final String where) {
        return new ExecException("UNKNOWN_FIELD", "unknown field: field=" + name + ", in=" + where);
    }

    static ExecException missingField(final String name, final String where) {
        return new ExecException("MISSING_FIELD", "a field is missing: field=" + name + ", in=" + where);
    }

    static ExecException unknownFlag(final String name, final String where) {
        return new ExecException("UNKNOWN_FLAG", "unknown flag: flag=" + name + ", in=" + where);
    }

    static ExecException invalidValue(final String name, final String where, final String expected) {
        return new ExecException("INVALID_VALUE", "expected " + expected + ": field=" + name + ", in=" + where);
    }

    static ExecException outOfRange(final String name, final String where, final String range) {
        return new ExecException("OUT_OF_RANGE", "must be " + range + ": field=" + name + ", in=" + where);
    }

    static ExecException tooMany(final String name, final int count, final int countMax) {
        return new ExecException("TOO_MANY", "at most " + countMax + ": field=" + name + ", count=" + count);
    }

    /** A filter that cannot be meant; the message names the field and the reason. */
    static ExecException invalidFilter(final String message) {
        return new ExecException("INVALID_FILTER", message);
    }

    static ExecException refused(final String code, final String message) {
        return new ExecException(code, message);
    }
}
