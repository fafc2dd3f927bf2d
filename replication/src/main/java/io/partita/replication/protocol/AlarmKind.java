// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.protocol;

/** What an operator should hear about though the node goes on. */
public enum AlarmKind {
    /** The in-sync set has shrunk. */
    DEGRADED(0),
    /** The in-sync set has grown. */
    RESTORED(1),
    /** Reads or CASes of the register fail: a second fault would stall writes. */
    REGISTER_UNREACHABLE(2),
    /** The outcome of a CAS is unknown; it will be resolved by burning the version (R25). */
    CAS_UNKNOWN(3),
    /** The active is gone and this node's lineage is not in sync: it must not take over (R3). */
    NO_CANDIDATE(4),
    /** A standby has another state at an equal seq (R40). */
    DIGEST_MISMATCH(5),
    /** A peer refuses the session for a reason that needs an operator. */
    PEER_REFUSED(6),
    /** A run of records came with a wrong checksum; the session was ended. */
    CORRUPT_RECORDS(7),
    /** Two processes speak for one lineage. */
    CLONE(8),
    /** The register shows an older version than seen before; it is read again before the node gives up (R3). */
    REGISTER_BEHIND(9),
    /** The storage is below its low water: no batches, or no records, are taken (R38). */
    STORAGE_LOW(10),
    /** The storage has room again. */
    STORAGE_ROOMY(11),
    /** Damage was met in the own journal that is no torn tail (R39). */
    DAMAGED(12);

    private static final AlarmKind[] VALUES = values();

    private final int code;

    AlarmKind(final int code) {
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
    public static AlarmKind of(final int code) {
        if (code < 0 || code >= VALUES.length) {
            throw new IllegalArgumentException("unknown AlarmKind: code=" + code);
        }
        return VALUES[code];
    }
}
