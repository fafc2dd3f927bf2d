// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.oracle;

import io.partita.ledger.oracle.PatchedState.Mutant;
import java.util.List;

/** State machines with one mistake each, a few characters of their source changed: the duel must find every one. */
final class StateMutants {
    static final List<Mutant> ALL = List.of(
            new Mutant(
                    "a pending is still good at the very instant it expires",
                    "ResolutionRules",
                    "expiresAt <= now ?",
                    "expiresAt < now ?"),
            new Mutant("a post of 2^64-1 means all", "ResolutionRules", "(hi & lo) == -1", "lo == -1"),
            new Mutant(
                    "of what expires at one moment the youngest is released first",
                    "ExpiryQueue",
                    "expiresAt == other && number < number(place)",
                    "expiresAt == other && number > number(place)"),
            new Mutant(
                    "a borrow is lost when a wide amount is balanced",
                    "BalanceRules",
                    " - (Long.compareUnsigned(givenLo, takenLo) < 0 ? 1 : 0)",
                    ""),
            new Mutant(
                    "a limit is compared as if balances had a sign",
                    "BalanceRules",
                    "Long.compareUnsigned(debitsPending + debitsPostedAfter,",
                    "Long.compare(debitsPending + debitsPostedAfter,"),
            new Mutant(
                    "a void that is undone leaves the account open",
                    "UndoLog",
                    "posting.close(transfers.flags(pendingRow), debitRow, creditRow, true);",
                    ""),
            new Mutant(
                    "a pending whose void is undone is not the account's oldest again",
                    "PendingTransfers",
                    "first == 0 || Integer.compareUnsigned(link, first) < 0",
                    "first == 0"),
            new Mutant(
                    "a 32-bit value is forgotten when a rarer predicate is given too",
                    "ValueFields",
                    "isWanted(filter.userData32(), getInt(at + userData32))",
                    "true"),
            new Mutant(
                    "the digest keeps what a failed chain did",
                    "BatchExecution",
                    "digest.restore(digestBeforeChain);",
                    ""),
            new Mutant(
                    "a query from the oldest on has one row too many",
                    "RowScan",
                    "rows[index] >= to",
                    "rows[index] > to"));

    private StateMutants() {}
}
