// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.protocol;

/** How much is on disk before it is acknowledged (PROTOCOL 3). */
public enum Durability {
    /** Stored in the journal of every in-sync node; forced only while alone. */
    MEMORY(0),
    /** Forced by the active, stored by the others. */
    ACTIVE_FSYNC(1),
    /** Forced by every in-sync node. */
    ALL_FSYNC(2);

    private static final Durability[] VALUES = values();

    private final int code;

    Durability(final int code) {
        if (code != ordinal()) {
            throw new IllegalArgumentException(name() + " must have code=" + ordinal() + ", has code=" + code);
        }
        this.code = code;
    }

    /**
     * The number in frames, files and counters.
     *
     * @return from 0.
     */
    public int code() {
        return code;
    }

    /**
     * The constant with the given number.
     *
     * @param code from a frame or file.
     * @return the constant.
     * @throws IllegalArgumentException if there is none.
     */
    public static Durability of(final int code) {
        if (code < 0 || code >= VALUES.length) {
            throw new IllegalArgumentException("unknown Durability: code=" + code);
        }
        return VALUES[code];
    }
}
