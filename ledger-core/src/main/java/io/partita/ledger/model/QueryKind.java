// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.model;

/** The queries there are, and which predicates each of them knows. */
public enum QueryKind {
    /** Transfers of one account; rows of {@code Transfer}. */
    ACCOUNT_TRANSFERS(true, true, false, QueryFlags.ALL),
    /** Balances of one account after each of its transfers; rows of {@code AccountBalances}, none without HISTORY. */
    ACCOUNT_BALANCES(true, true, false, QueryFlags.ALL),
    /** Accounts by what they were created with; rows of {@code Account}. */
    QUERY_ACCOUNTS(false, true, true, QueryFlags.REVERSED),
    /** Transfers by what they were created with; rows of {@code Transfer}. */
    QUERY_TRANSFERS(false, true, true, QueryFlags.REVERSED),
    /** All that happened, oldest first; rows of {@code ChangeEvent}. */
    CHANGE_EVENTS(false, false, false, 0),
    /** One account and its open pendings, oldest first. */
    ACCOUNT_WITH_PENDINGS(true, false, false, 0);

    private final boolean isOfAccount;
    private final boolean hasValues;
    private final boolean hasLedger;
    private final int flags;

    QueryKind(final boolean isOfAccount, final boolean hasValues, final boolean hasLedger, final int flags) {
        this.isOfAccount = isOfAccount;
        this.hasValues = hasValues;
        this.hasLedger = hasLedger;
        this.flags = flags;
    }

    /**
     * Whether it asks about one account.
     *
     * @return true if the filter must name one; false if it must not.
     */
    public boolean isOfAccount() {
        return isOfAccount;
    }

    /**
     * Whether code and user data are predicates.
     *
     * @return false if they must be 0.
     */
    public boolean hasValues() {
        return hasValues;
    }

    /**
     * Whether the ledger is a predicate.
     *
     * @return false if it must be 0: all transfers of an account are of its ledger.
     */
    public boolean hasLedger() {
        return hasLedger;
    }

    /**
     * Whether a time range is a predicate.
     *
     * @return false if it must not be given.
     */
    public boolean hasTimeRange() {
        return this != ACCOUNT_WITH_PENDINGS;
    }

    /**
     * Whether a filter must say which side of a transfer the account is on.
     *
     * @return true if at least one of DEBITS and CREDITS must be set.
     */
    public boolean needsSide() {
        return (flags & QueryFlags.DEBITS) != 0;
    }

    /**
     * The flags it knows.
     *
     * @return bits of {@link QueryFlags}; any other must be 0.
     */
    public int flags() {
        return flags;
    }
}
