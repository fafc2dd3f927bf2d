// SPDX-License-Identifier: Apache-2.0
package io.partita.examples.audit;

import io.partita.examples.csv.Payments;
import java.math.BigInteger;
import java.util.Arrays;

/**
 * An independent sum over payments: what every account's posted debits and credits must be. Plain {@link BigInteger} addition,
 * sharing nothing with the ledger's arithmetic.
 */
public final class ExpectedBalances {
    private final BigInteger[] debits;
    private final BigInteger[] credits;

    /**
     * All zero.
     *
     * @param accounts how many.
     */
    public ExpectedBalances(final int accounts) {
        debits = new BigInteger[accounts];
        credits = new BigInteger[accounts];
        Arrays.fill(debits, BigInteger.ZERO);
        Arrays.fill(credits, BigInteger.ZERO);
    }

    /**
     * The sum over a whole file.
     *
     * @param payments of the file.
     * @return the balances.
     */
    public static ExpectedBalances of(final Payments payments) {
        final ExpectedBalances balances = new ExpectedBalances(payments.accountCount());
        for (int i = 0; i < payments.size(); i++) {
            balances.add(payments.debit(i), payments.credit(i), payments.amount(i));
        }

        return balances;
    }

    /**
     * One payment.
     *
     * @param debit account index.
     * @param credit account index.
     * @param amount more than 0.
     */
    public void add(final int debit, final int credit, final long amount) {
        final BigInteger exact = BigInteger.valueOf(amount);
        debits[debit] = debits[debit].add(exact);
        credits[credit] = credits[credit].add(exact);
    }

    /**
     * What must have been debited.
     *
     * @param account index.
     * @return the sum.
     */
    public BigInteger debitsPosted(final int account) {
        return debits[account];
    }

    /**
     * What must have been credited.
     *
     * @param account index.
     * @return the sum.
     */
    public BigInteger creditsPosted(final int account) {
        return credits[account];
    }
}
