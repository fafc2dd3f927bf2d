// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.protocol;

/** Why a node stopped itself. The name is stable: runbooks are keyed to it. */
public enum HaltReason {
    /** It did not. */
    NONE(0),
    /** A read, write or force of storage failed (R38). The next start draws a new lineage. */
    STORAGE_FAULT(1),
    /** A stored record is damaged and was not an unacknowledged torn tail (R39). The next start draws a new lineage. */
    DAMAGED(2),
    /** The active of the promised epoch contradicts what this node committed or applied (R8). An operator must look. */
    COMMITTED_CONFLICT(3),
    /** Equal journals, different state (R40). An operator must look. */
    DIGEST_MISMATCH(4),
    /** The register went back behind what this node has seen (R3). An operator must look. */
    REGISTER_REGRESSION(5),
    /** The register belongs to another cluster. Configuration is wrong. */
    WRONG_CLUSTER(6),
    /** This lineage held more once: the folder was restored from a backup (R2). Start with a new lineage. */
    LINEAGE_REGRESSION(7),
    /** Two processes run one lineage. Stop one and give it a new lineage. */
    CLONE(8),
    /** The journal has a logic version this release cannot replay (R35). */
    LOGIC(9),
    /** Something that must hold does not. */
    INVARIANT(10);

    private static final HaltReason[] VALUES = values();

    private final int code;

    HaltReason(final int code) {
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
    public static HaltReason of(final int code) {
        if (code < 0 || code >= VALUES.length) {
            throw new IllegalArgumentException("unknown HaltReason: code=" + code);
        }
        return VALUES[code];
    }
}
