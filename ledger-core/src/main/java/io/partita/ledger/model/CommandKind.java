// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.model;

/** Kinds of commands, as the kinds section of a batch body numbers them. */
public final class CommandKind {
    /** Creates an account. */
    public static final byte CREATE_ACCOUNT = 1;
    /** Creates a transfer. */
    public static final byte CREATE_TRANSFER = 2;
    /** Sets an account's credit limit. */
    public static final byte SET_CREDIT_LIMIT = 3;
    /** Returns the recorded outcome of a transfer id, or burns it. */
    public static final byte RESOLVE = 4;
    /** Bits of the kind byte that hold the kind. */
    public static final int KIND_MASK = 0x0F;
    /** Bit of the kind byte: the command's extension block follows its base block. */
    public static final int EXTENDED = 0x80;

    private CommandKind() {}
}
