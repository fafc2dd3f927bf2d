// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.state;

import static io.partita.ledger.state.AccountTable.CREDITS_PENDING;
import static io.partita.ledger.state.AccountTable.CREDITS_POSTED;
import static io.partita.ledger.state.AccountTable.DEBITS_PENDING;
import static io.partita.ledger.state.AccountTable.DEBITS_POSTED;

import io.partita.ledger.model.AccountFlags;
import io.partita.ledger.model.Id128;
import io.partita.ledger.model.TransferFlags;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * Checks the invariants that hold of a ledger at any position: per ledger debits equal credits, limited accounts are within
 * their limits, every transfer is in exactly the histories of its two accounts, the posted balances are the sums of them, and the
 * pending balances the sums of the open pending transfers. It reads as the rules are written and shares no arithmetic with the posting; it is not for the hot path.
 */
final class InvariantCheck {
    private static final int VIOLATIONS_MAX = 100;

    private final AccountTable accounts;
    private final TransferTable transfers;
    private final PendingTransfers pendings;
    private final List<String> violations = new ArrayList<>();

    InvariantCheck(final LedgerTables tables) {
        accounts = tables.accounts;
        transfers = tables.transfers;
        pendings = tables.pendings;
    }

    InvariantReport run() {
        checkLedgersBalance();
        long historyEntries = 0;
        long openEntries = 0;
        for (int row = 0; row < accounts.count(); row++) {
            checkLimit(row);
            historyEntries += checkHistory(row);
            openEntries += checkOpenPendings(row);
        }
        if (historyEntries != 2 * transfers.count()) {
            violation("every transfer is in two histories: entries=" + historyEntries + ", transfers="
                    + transfers.count());
        }
        if (openEntries != 2 * pendings.openCount()) {
            violation("every open pending transfer is in two lists: entries=" + openEntries + ", open="
                    + pendings.openCount());
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
            final BigInteger amount = posted(transfer);
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

    /** Follows an account's open pending transfers from the oldest to the newest. Returns how many there are. */
    private long checkOpenPendings(final int row) {
        BigInteger debits = BigInteger.ZERO;
        BigInteger credits = BigInteger.ZERO;
        final long count = pendings.openCount(row);
        long number = pendings.firstOpen(row);
        long before = PendingTransfers.NONE;
        for (long i = 0; i < count; i++) {
            if (number <= before || pendings.status(number) != PendingTransfers.OPEN) {
                violation("open pending transfers are listed in order: account=" + id(row) + ", number=" + number);
                return i;
            }
            final long transfer = pendings.transferRow(number);
            final BigInteger amount = amount(transfer);
            final boolean debited = transfers.debitRow(transfer) == row;
            debits = debited ? debits.add(amount) : debits;
            credits = debited ? credits : credits.add(amount);
            before = number;
            number = pendings.nextOpen(number, row);
        }
        if (number != pendings.firstOpen(row)) {
            violation("an account knows how many pending transfers are open: account=" + id(row) + ", open=" + count);
        }
        if (!debits.equals(balance(row, DEBITS_PENDING)) || !credits.equals(balance(row, CREDITS_PENDING))) {
            violation("pending balances are the sums of the open pending transfers: account=" + id(row) + ", debits="
                    + debits + ", credits=" + credits);
        }
        return count;
    }

    private BigInteger amount(final long transfer) {
        return Id128.toBigInteger(transfers.amountHi(transfer), transfers.amountLo(transfer));
    }

    /** What a transfer added to posted balances. */
    private BigInteger posted(final long transfer) {
        final boolean moved = (transfers.flags(transfer) & (TransferFlags.PENDING | TransferFlags.VOID_PENDING)) == 0;
        return moved ? amount(transfer) : BigInteger.ZERO;
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
