// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.protocol;

/** Why a session is refused or ended (B5). */
public enum RejectCode {
    /** The sender promised a higher epoch (R5). */
    STALE_EPOCH(0),
    /** The sender does not lead; the hint says who does, as far as it knows. */
    NOT_ACTIVE(1),
    /** The frame is of another cluster. */
    WRONG_CLUSTER(2),
    /** No common protocol version. */
    PROTO(3),
    /** No common logic version. */
    LOGIC(4),
    /** The receiver's lineage acknowledged more than it says it holds. */
    LINEAGE_REGRESSION(5),
    /** The receiver knows a newer register version than the sender, who reads it now; try again. */
    REGISTER_AHEAD(6),
    /** The receiver is not among the configured nodes. */
    UNKNOWN_NODE(7),
    /** Another process speaks for the receiver's lineage. */
    CLONE(8),
    /** The receiver's state differs at an equal seq (R40). */
    DIGEST_MISMATCH(9);

    private static final RejectCode[] VALUES = values();

    private final int code;

    RejectCode(final int code) {
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
    public static RejectCode of(final int code) {
        if (code < 0 || code >= VALUES.length) {
            throw new IllegalArgumentException("unknown RejectCode: code=" + code);
        }
        return VALUES[code];
    }
}
