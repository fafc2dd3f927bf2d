// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.backup;

import io.partita.ledger.model.Digest128;
import java.util.List;

/**
 * What a replay of a backup gives: two summaries are equal if the ledgers are.
 *
 * @param runningDigest over all results and touched balances, in order.
 * @param stateDigest over the whole state.
 * @param accounts how many.
 * @param transfers how many.
 * @param burntIds how many.
 * @param logicVersion of the rules in force.
 * @param totals balances summed up, in the order of the ledgers' numbers.
 */
public record LedgerSummary(
        long runningDigest,
        Digest128 stateDigest,
        long accounts,
        long transfers,
        long burntIds,
        int logicVersion,
        List<LedgerTotals> totals) {
    /** Copies the list. */
    public LedgerSummary {
        totals = List.copyOf(totals);
    }
}
