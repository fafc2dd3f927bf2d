// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.protocol;

/** What to do when the in-sync set would become smaller than wanted (B9). */
public enum Policy {
    /** Shrink by CAS and go on, alone if need be, gated (R27). */
    AVAILABILITY(0),
    /** Never fewer than minInSync members: writes wait (DEGRADED). */
    CONSISTENCY(1);

    private static final Policy[] VALUES = values();

    private final int code;

    Policy(final int code) {
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
    public static Policy of(final int code) {
        if (code < 0 || code >= VALUES.length) {
            throw new IllegalArgumentException("unknown Policy: code=" + code);
        }
        return VALUES[code];
    }
}
