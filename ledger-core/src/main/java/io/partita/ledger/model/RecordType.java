// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.model;

/** What a journal record is. The number is part of the journal format. */
public enum RecordType {
    /** A client's batch of commands. */
    COMMANDS(1),
    /** The first record of an epoch: who leads, from which seq and chain, with which logic version. */
    EPOCH_START(2),
    /** Releases due pending transfers; {@code count} is how many. */
    TICK(3),
    /** From this record on the state machine follows another logic version. */
    LOGIC_VERSION(4),
    /** Marks a position at which a snapshot was taken. */
    SNAPSHOT(5),
    /** A command of the user's own logic: an opaque body; {@code count} is how many timestamps it owns. */
    USER(6),
    /** What an operator had the node do: for an audit, without effect on the ledger. */
    OPERATOR(7);

    private static final RecordType[] BY_CODE = {
        null, COMMANDS, EPOCH_START, TICK, LOGIC_VERSION, SNAPSHOT, USER, OPERATOR
    };

    private final short code;

    RecordType(final int code) {
        this.code = (short) code;
    }

    /**
     * The number in the record header.
     *
     * @return 1 to 7.
     */
    public short code() {
        return code;
    }

    /**
     * The type with the given number.
     *
     * @param code from a record header.
     * @return the type.
     * @throws IllegalArgumentException if there is none.
     */
    public static RecordType of(final int code) {
        if (code < 1 || code >= BY_CODE.length) {
            throw new IllegalArgumentException("unknown record type: code=" + code);
        }
        return BY_CODE[code];
    }
}
