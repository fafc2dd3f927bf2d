// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.model;

import java.nio.charset.StandardCharsets;

/**
 * What an operator had a node do, as an OPERATOR record keeps it: for an audit, without effect on the ledger.
 *
 * @param kindCode code of an {@link OperatorKind}, or of a later release's.
 * @param who the operator, as the one who let them in knows them: 1 to {@value #WHO_LENGTH_MAX} bytes of UTF-8 without control
 *     characters.
 * @param wallNs when, as told by the clock of the node that took the command: nanoseconds since 1970.
 * @param details {@code name=value} words: at most {@value #DETAILS_LENGTH_MAX} bytes of UTF-8 without control characters.
 */
public record OperatorCommand(int kindCode, String who, long wallNs, String details) {
    /** Bytes of {@code who} in UTF-8, at most. */
    public static final int WHO_LENGTH_MAX = 192;
    /** Bytes of {@code details} in UTF-8, at most. */
    public static final int DETAILS_LENGTH_MAX = 304;

    private static final int CODE_MAX = 0xFFFF;

    /** Checks the texts. */
    public OperatorCommand {
        if (kindCode < 1 || kindCode > CODE_MAX) {
            throw new IllegalArgumentException("kindCode must be 1..65535: kindCode=" + kindCode);
        }
        if (who.isEmpty()) {
            throw new IllegalArgumentException("an operator has a name");
        }
        checkText("who", who, WHO_LENGTH_MAX);
        checkText("details", details, DETAILS_LENGTH_MAX);
    }

    /**
     * A command of this release.
     *
     * @param kind what was done.
     * @param who by whom.
     * @param wallNs when.
     * @param details with what.
     */
    public OperatorCommand(final OperatorKind kind, final String who, final long wallNs, final String details) {
        this(kind.code(), who, wallNs, details);
    }

    /**
     * The kind for people.
     *
     * @return its name; {@code KIND_} and the number if a later release wrote it.
     */
    public String kindName() {
        final OperatorKind kind = OperatorKind.of(kindCode);
        return kind == null ? "KIND_" + kindCode : kind.name();
    }

    private static void checkText(final String name, final String text, final int lengthMax) {
        final int length = text.getBytes(StandardCharsets.UTF_8).length;
        if (length > lengthMax) {
            throw new IllegalArgumentException(name + " is too long: bytes=" + length + " max=" + lengthMax);
        }
        for (int i = 0; i < text.length(); i++) {
            if (Character.isISOControl(text.charAt(i))) {
                throw new IllegalArgumentException(name + " has a control character: index=" + i);
            }
        }
    }
}
