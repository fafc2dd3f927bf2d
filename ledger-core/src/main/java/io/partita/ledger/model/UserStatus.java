// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.model;

/** How a command of the user's own logic ended. The number is part of the result's format. */
public enum UserStatus {
    /** The logic said yes: what it posted is posted. */
    DONE(1),
    /** The logic said no: everything that it posted was undone. */
    REFUSED(2),
    /** It was stamped later than its deadline: the logic was not asked. */
    EXPIRED(3),
    /** The logic posted more events than the command owns timestamps: everything that it posted was undone. */
    TIMESTAMPS_USED_UP(4),
    /** The node has no such logic: refused, not journaled. */
    NOT_CONFIGURED(5);

    private static final UserStatus[] BY_CODE = {null, DONE, REFUSED, EXPIRED, TIMESTAMPS_USED_UP, NOT_CONFIGURED};

    private final int code;

    UserStatus(final int code) {
        this.code = code;
    }

    /**
     * The number in a result.
     *
     * @return 1 or more.
     */
    public int code() {
        return code;
    }

    /**
     * The status with the given number.
     *
     * @param code from a result.
     * @return the status.
     * @throws IllegalArgumentException if there is none.
     */
    public static UserStatus of(final int code) {
        if (code < 1 || code >= BY_CODE.length) {
            throw new IllegalArgumentException("unknown status: code=" + code);
        }
        return BY_CODE[code];
    }
}
