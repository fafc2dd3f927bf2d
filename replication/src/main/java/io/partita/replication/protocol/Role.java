// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.protocol;

/** What a node is at the moment (PROTOCOL B4). The code is exported as a counter. */
public enum Role {
    /** Constructed, not started. */
    BOOT(0),
    /** Follows the active, or looks for one. */
    PASSIVE(1),
    /** Tries to take over: acknowledges nothing, until the register has decided (R13). */
    FROZEN(2),
    /** Leads an epoch; see SubRole. */
    ACTIVE(3),
    /** Stopped for good by a HaltReason; takes no event any more. */
    HALTED(4);

    private static final Role[] VALUES = values();

    private final int code;

    Role(final int code) {
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
    public static Role of(final int code) {
        if (code < 0 || code >= VALUES.length) {
            throw new IllegalArgumentException("unknown Role: code=" + code);
        }
        return VALUES[code];
    }
}
