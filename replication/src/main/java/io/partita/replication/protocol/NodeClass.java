// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.protocol;

/** What a node may become. */
public enum NodeClass {
    /** May be in the in-sync set and lead. */
    VOTER(0),
    /** Pulls committed records only; never in sync (R34). */
    DR(1);

    private static final NodeClass[] VALUES = values();

    private final int code;

    NodeClass(final int code) {
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
    public static NodeClass of(final int code) {
        if (code < 0 || code >= VALUES.length) {
            throw new IllegalArgumentException("unknown NodeClass: code=" + code);
        }
        return VALUES[code];
    }
}
