// SPDX-License-Identifier: Apache-2.0
package io.partita.benchmarks.micro;

import io.partita.ledger.model.ResultCode;

/** What the commands of a measured record are; all of a record are alike. */
public enum CommandKinds {
    /** A transfer with no flags. */
    SINGLE_PHASE(ResultCode.CREATED),
    /** A reservation that never expires. */
    PENDING(ResultCode.CREATED),
    /** A reservation with a timeout. */
    PENDING_TIMEOUT(ResultCode.CREATED),
    /** Posts a reservation that has a timeout, all of it. */
    POST(ResultCode.CREATED),
    /** Voids a reservation that has a timeout. */
    VOID(ResultCode.CREATED),
    /** The TICK releases a reservation; 64 a record. */
    EXPIRY(ResultCode.CREATED),
    /** Transfers in chains of four. */
    CHAIN_4(ResultCode.CREATED),
    /** Transfers in chains of four, of which the last breaks each: three are undone. */
    CHAIN_4_BROKEN(ResultCode.LINKED_EVENT_FAILED),
    /** A transfer of what the debit account has, at most. */
    BALANCING(ResultCode.CREATED),
    /** A transfer between accounts with a credit limit. */
    LIMITED(ResultCode.CREATED),
    /** A transfer between accounts that keep their balances. */
    HISTORY(ResultCode.CREATED),
    /** A transfer with a 64-bit value of the user's, a new one each. */
    USER_DATA(ResultCode.CREATED),
    /** A transfer that is there already, resubmitted. */
    EXISTS(ResultCode.EXISTS),
    /** A new account. */
    CREATE_ACCOUNT(ResultCode.CREATED),
    /** A new credit limit. */
    SET_CREDIT_LIMIT(ResultCode.CREATED),
    /** The question for a transfer that never came. */
    RESOLVE(ResultCode.RESOLVED_ABSENT);

    private final ResultCode expected;

    CommandKinds(final ResultCode expected) {
        this.expected = expected;
    }

    /** The code of the first command of each record. */
    ResultCode expected() {
        return expected;
    }

    /** What an iteration must apply before it, unmeasured; null: nothing. */
    @SuppressWarnings("NullAway") // null is a value here
    CommandKinds before() {
        return switch (this) {
            case POST, VOID, EXPIRY -> PENDING_TIMEOUT;
            case BALANCING, EXISTS -> SINGLE_PHASE;
            default -> null;
        };
    }

    boolean needsLimitedAccounts() {
        return this == LIMITED || this == SET_CREDIT_LIMIT;
    }
}
