// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.backup;

import java.math.BigInteger;

/**
 * The sums of the balances of all accounts of one ledger.
 *
 * @param ledger the book, 1 to 2^32-1.
 * @param debitsPosted the sum.
 * @param creditsPosted the sum.
 * @param debitsPending the sum.
 * @param creditsPending the sum.
 */
public record LedgerTotals(
        long ledger,
        BigInteger debitsPosted,
        BigInteger creditsPosted,
        BigInteger debitsPending,
        BigInteger creditsPending) {}
