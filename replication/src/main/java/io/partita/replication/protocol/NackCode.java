// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.protocol;

/** Why a standby did not take a run of records or a WELCOME (B5). */
public enum NackCode {
    /** Records are missing before the run. */
    GAP(0),
    /** The chain values differ at the given seq. */
    CHAIN_MISMATCH(1),
    /** No reserved space is left (R38). */
    DISK_FULL(2),
    /** The records' checksums do not hold. 3 is not used: who tries to take over closes its session (R13). */
    CORRUPT(4);

    private static final NackCode[] VALUES = values();

    private final int code;

    NackCode(final int code) {
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
    public static NackCode of(final int code) {
        for (final NackCode value : VALUES) {
            if (value.code == code) {
                return value;
            }
        }
        throw new IllegalArgumentException("unknown NackCode: code=" + code);
    }
}
