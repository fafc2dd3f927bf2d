// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.model;

/** What a change event tells of. */
public enum ChangeEventType {
    /** A transfer moved its amount at once. */
    SINGLE_PHASE(1),
    /** A transfer reserved its amount. */
    PENDING(2),
    /** A pending transfer was posted, all of it or less. */
    POSTED(3),
    /** A pending transfer was voided. */
    VOIDED(4),
    /** A pending transfer was not resolved in time: its amount is free again. */
    EXPIRED(5);

    private static final ChangeEventType[] BY_NUMBER = values();

    private final int number;

    ChangeEventType(final int number) {
        this.number = number;
    }

    /**
     * Its number in rows.
     *
     * @return 1 to 5.
     */
    public int number() {
        return number;
    }

    /**
     * The type of a number.
     *
     * @param number from a row.
     * @return the constant.
     * @throws IllegalArgumentException if there is none.
     */
    public static ChangeEventType of(final int number) {
        if (number < 1 || number > BY_NUMBER.length) {
            throw new IllegalArgumentException("no type of change event: number=" + number);
        }
        return BY_NUMBER[number - 1];
    }

    /**
     * The number of what a stored transfer's flags say it was.
     *
     * @param transferFlags bits of {@link TransferFlags}.
     * @return number of any type but {@link #EXPIRED}.
     */
    public static int numberOf(final int transferFlags) {
        if ((transferFlags & TransferFlags.PENDING) != 0) {
            return PENDING.number;
        }
        if ((transferFlags & TransferFlags.POST_PENDING) != 0) {
            return POSTED.number;
        }
        return (transferFlags & TransferFlags.VOID_PENDING) != 0 ? VOIDED.number : SINGLE_PHASE.number;
    }
}
