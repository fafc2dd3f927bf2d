// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.state;

import static io.partita.ledger.state.AccountTable.CREDITS_PENDING;
import static io.partita.ledger.state.AccountTable.CREDITS_POSTED;
import static io.partita.ledger.state.AccountTable.DEBITS_PENDING;
import static io.partita.ledger.state.AccountTable.DEBITS_POSTED;

import io.partita.ledger.model.AccountFlags;
import io.partita.ledger.model.Id128;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * Checks the invariants that hold of a ledger at any position: per ledger debits equal credits, limited accounts are within
 * their limits, every transfer is in exactly the histories of its two accounts, and the posted balances are the sums of them. It
 * reads as the rules are written and shares no arithmetic with the posting; it is not for the hot path.
 */
final class InvariantCheck {
    private static final int VIOLATIONS_MAX = 100;

    private final AccountTable accounts;
    private final TransferTable transfers;
    private final List<String> violations = new ArrayList<>();

    InvariantCheck(final AccountTable accounts, final TransferTable transfers) {
        this.accounts = accounts;
        this.transfers = transfers;
    }

    InvariantReport run() {
        checkLedgersBalance();
        long historyEntries = 0;
        for (int row = 0; row < accounts.count(); row++) {
            checkLimit(row);
            historyEntries += checkHistory(row);
        }
        if (historyEntries != 2 * transfers.count()) {
            violation("every transfer is in two histories: entries=" + historyEntries + ", transfers="
                    + transfers.count());
        }
        return new InvariantReport(accounts.count(), transfers.count(), violations);
    }

    private void checkLedgersBalance() {
        final TreeMap<Integer, BigInteger[]> sums = new TreeMap<>();
        for (int row = 0; row < accounts.count(); row++) {
            final BigInteger[] sum = sums.computeIfAbsent(
                    accounts.ledger(row), ledger -> new BigInteger[] {BigInteger.ZERO, BigInteger.ZERO});
            sum[0] = sum[0].add(balance(row, DEBITS_POSTED)).subtract(balance(row, CREDITS_POSTED));
            sum[1] = sum[1].add(balance(row, DEBITS_PENDING)).subtract(balance(row, CREDITS_PENDING));
        }
        sums.forEach((ledger, sum) -> {
            if (sum[0].signum() != 0 || sum[1].signum() != 0) {
                violation("debits equal credits: ledger=" + Integer.toUnsignedString(ledger) + ", postedDifference="
                        + sum[0] + ", pendingDifference=" + sum[1]);
            }
        });
    }

    private void checkLimit(final int row) {
        final int flags = accounts.flags(row);
        final BigInteger debits = balance(row, DEBITS_PENDING).add(balance(row, DEBITS_POSTED));
        final BigInteger credits = balance(row, CREDITS_PENDING).add(balance(row, CREDITS_POSTED));
        final BigInteger limit = Id128.toBigInteger(accounts.creditLimitHi(row), accounts.creditLimitLo(row));
        if ((flags & AccountFlags.DEBITS_MUST_NOT_EXCEED_CREDITS) != 0
                && debits.compareTo(balance(row, CREDITS_POSTED).add(limit)) > 0) {
            violation("debits do not exceed credits and limit: account=" + id(row));
        }
        if ((flags & AccountFlags.CREDITS_MUST_NOT_EXCEED_DEBITS) != 0
                && credits.compareTo(balance(row, DEBITS_POSTED)) > 0) {
            violation("credits do not exceed debits: account=" + id(row));
        }
    }

    /** Follows an account's transfers from the last to the first. Returns how many there are. */
    private long checkHistory(final int row) {
        BigInteger debits = BigInteger.ZERO;
        BigInteger credits = BigInteger.ZERO;
        long entries = 0;
        long transfer = accounts.lastTransfer(row);
        while (transfer >= 0) {
            final boolean debited = transfers.debitRow(transfer) == row;
            if (debited == (transfers.creditRow(transfer) == row)) {
                violation(
                        "a history has the account's own transfers: account=" + id(row) + ", transferRow=" + transfer);
                return entries;
            }
            final BigInteger amount = Id128.toBigInteger(transfers.amountHi(transfer), transfers.amountLo(transfer));
            debits = debited ? debits.add(amount) : debits;
            credits = debited ? credits : credits.add(amount);
            entries++;
            final long before = transfers.before(transfer, row);
            if (before >= transfer) {
                violation("a history goes back: account=" + id(row) + ", transferRow=" + transfer);
                return entries;
            }
            transfer = before;
        }
        if (!debits.equals(balance(row, DEBITS_POSTED)) || !credits.equals(balance(row, CREDITS_POSTED))) {
            violation("posted balances are the sums of the history: account=" + id(row) + ", debits=" + debits
                    + ", credits=" + credits);
        }
        return entries;
    }

    private BigInteger balance(final int row, final int balance) {
        return Id128.toBigInteger(accounts.balanceHi(row, balance), accounts.balanceLo(row, balance));
    }

    private Id128 id(final int row) {
        return new Id128(accounts.idHi(row), accounts.idLo(row));
    }

    private void violation(final String sentence) {
        if (violations.size() < VIOLATIONS_MAX) {
            violations.add(sentence);
        }
    }
}
