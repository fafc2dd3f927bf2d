// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.state;

import io.partita.ledger.wire.BalancesRowEncoder;

/** Has, for each of its rows, the balances of a debit and a credit account right after what the row tells. */
interface BalancesAfter {
    /** Where the debit account's balances are. */
    int DEBIT_BALANCES = 0;
    /** Where the credit account's balances are. */
    int CREDIT_BALANCES = 32;

    /**
     * Low half of a balance right after.
     *
     * @param side {@link #DEBIT_BALANCES} or {@link #CREDIT_BALANCES}.
     * @param balance the offset of the balance in an account's row.
     */
    long balanceAfterLo(long row, int side, int balance);

    /**
     * High half of a balance right after.
     *
     * @param side {@link #DEBIT_BALANCES} or {@link #CREDIT_BALANCES}.
     * @param balance the offset of the balance in an account's row.
     */
    long balanceAfterHi(long row, int side, int balance);

    /** Writes the balances of one side. */
    static void encode(final BalancesAfter from, final long row, final int side, final BalancesRowEncoder to) {
        to.debitsPending(
                        from.balanceAfterHi(row, side, AccountTable.DEBITS_PENDING),
                        from.balanceAfterLo(row, side, AccountTable.DEBITS_PENDING))
                .debitsPosted(
                        from.balanceAfterHi(row, side, AccountTable.DEBITS_POSTED),
                        from.balanceAfterLo(row, side, AccountTable.DEBITS_POSTED))
                .creditsPending(
                        from.balanceAfterHi(row, side, AccountTable.CREDITS_PENDING),
                        from.balanceAfterLo(row, side, AccountTable.CREDITS_PENDING))
                .creditsPosted(
                        from.balanceAfterHi(row, side, AccountTable.CREDITS_POSTED),
                        from.balanceAfterLo(row, side, AccountTable.CREDITS_POSTED));
    }
}
