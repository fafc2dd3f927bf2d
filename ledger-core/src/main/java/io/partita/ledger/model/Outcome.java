// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.model;

/**
 * Outcomes of a submission that are not result codes. They are negative, so that a method can return a position or one of
 * these. The names are used everywhere: API, protocol, tool and documentation.
 */
public final class Outcome {
    /** The window is full; not journaled; try again. */
    public static final long BACK_PRESSURED = -1;
    /** This node is not the active; not journaled; go to the active with the same ids. */
    public static final long NOT_ACTIVE = -2;
    /** The policy wants more in-sync members than there are; not journaled; wait. */
    public static final long DEGRADED = -3;
    /** The reserved journal space is used up; not journaled; try again when told. */
    public static final long STORAGE_FULL = -4;
    /** The deadline had passed at submission; not journaled: a definite no. */
    public static final long DEADLINE_PASSED = -5;
    /** The ledger is closed or halted; not journaled: a definite no. */
    public static final long CLOSED = -6;
    /** Connection lost, deposed or closed with the batch in flight; perhaps journaled: the same ids again until definite. */
    public static final long UNKNOWN = -7;
    /** A stale read that must not be older than some seq: this node has not applied that far; ask again, or another node. */
    public static final long BEHIND = -8;
    /** The roles of the client's certificate do not allow it; not journaled: a definite no. */
    public static final long DENIED = -9;

    private static final String[] NAMES = {
        "BACK_PRESSURED",
        "NOT_ACTIVE",
        "DEGRADED",
        "STORAGE_FULL",
        "DEADLINE_PASSED",
        "CLOSED",
        "UNKNOWN",
        "BEHIND",
        "DENIED"
    };

    private Outcome() {}

    /**
     * The name of an outcome.
     *
     * @param outcome one of the constants, or a position.
     * @return its name; {@code "OK"} for a position.
     */
    public static String name(final long outcome) {
        if (outcome >= 0) {
            return "OK";
        }
        return -outcome <= NAMES.length ? NAMES[(int) (-outcome - 1)] : "OUTCOME_" + outcome;
    }
}
