// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.protocol;

/** What an active is doing; NONE for all others. */
public enum SubRole {
    /** Not active. */
    NONE(0),
    /** EPOCH_START is appended, not yet committed and applied. Sequences, answers nothing yet (R17). */
    OPENING(1),
    /** Sequences, answers, reads. */
    SERVING(2),
    /** Holds new batches back and drains, to hand over to a standby (R29). */
    HANDING_OVER(3);

    private static final SubRole[] VALUES = values();

    private final int code;

    SubRole(final int code) {
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
    public static SubRole of(final int code) {
        if (code < 0 || code >= VALUES.length) {
            throw new IllegalArgumentException("unknown SubRole: code=" + code);
        }
        return VALUES[code];
    }
}
