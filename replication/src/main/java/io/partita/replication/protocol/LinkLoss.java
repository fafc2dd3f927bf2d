// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.protocol;

/** Why a link ended or did not come up. Mirrors what transports report. */
public enum LinkLoss {
    /** The other side closed it, or the kernel for a process that ended. */
    EOF(0),
    /** It broke. */
    RESET(1),
    /** Nobody listens: no such process is alive there (R12, tRefused). */
    REFUSED(2),
    /** No answer in time; says nothing about the other process. */
    TIMEOUT(3),
    /** The other side is alive but will not have us. */
    REJECTED(4),
    /** The other side sent what is no frame of ours. */
    PROTOCOL_VIOLATION(5);

    private static final LinkLoss[] VALUES = values();

    private final int code;

    LinkLoss(final int code) {
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
    public static LinkLoss of(final int code) {
        if (code < 0 || code >= VALUES.length) {
            throw new IllegalArgumentException("unknown LinkLoss: code=" + code);
        }
        return VALUES[code];
    }
}
