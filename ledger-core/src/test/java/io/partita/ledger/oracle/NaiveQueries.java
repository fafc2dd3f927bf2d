// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.oracle;

import io.partita.ledger.oracle.Entries.Account;
import io.partita.ledger.oracle.Entries.Change;
import io.partita.ledger.oracle.Entries.Status;
import io.partita.ledger.oracle.Entries.Transfer;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/** Every query by a scan of everything. Methods are open to mutants that override them. */
class NaiveQueries {
    static final int LIMIT_MAX = 8189;
    private static final int ACCOUNT_LENGTH = 160;
    private static final int BALANCES_LENGTH = 72;
    private static final int CHANGE_LENGTH = 232;
    private static final int FLAGS_ALL = 7;

    /** The rows one after the other, as an answer on the wire has them; null if the filter is invalid. */
    byte[] answer(final NaiveLedger ledger, final Filter filter) {
        if (!isValid(filter)) {
            return null;
        }
        return switch (filter.kind) {
            case QUERY_ACCOUNTS -> accounts(ledger, filter);
            case CHANGE_EVENTS -> changes(ledger, filter);
            case ACCOUNT_WITH_PENDINGS -> accountWithPendings(ledger, filter);
            default -> transfers(ledger, filter);
        };
    }

    boolean isValid(final Filter filter) {
        final boolean hasAccount = filter.accountId.signum() != 0;
        final boolean hasValues = filter.userData128.signum() != 0
                || filter.userData64 != 0
                || filter.userData32 != 0
                || filter.code != 0;
        final boolean hasTime = filter.timestampMin != 0 || filter.timestampMax != 0;
        if (filter.isOfAccount() ? !hasAccount || filter.accountId.equals(Event.MAX) : hasAccount) {
            return false;
        }
        if (filter.timestampMin < 0 || filter.timestampMax < 0) {
            return false;
        }
        if (filter.timestampMax != 0 && filter.timestampMin > filter.timestampMax) {
            return false;
        }
        final boolean isWithPendings = filter.kind == Filter.Kind.ACCOUNT_WITH_PENDINGS;
        if (filter.limit > LIMIT_MAX || filter.limit < (isWithPendings ? 0 : 1)) {
            return false;
        }
        return switch (filter.kind) {
            case ACCOUNT_TRANSFERS, ACCOUNT_BALANCES ->
                filter.ledger == 0 && filter.has(Filter.DEBITS | Filter.CREDITS) && (filter.flags & ~FLAGS_ALL) == 0;
            case QUERY_ACCOUNTS, QUERY_TRANSFERS -> (filter.flags & ~Filter.REVERSED) == 0;
            case CHANGE_EVENTS -> filter.ledger == 0 && filter.flags == 0 && !hasValues;
            case ACCOUNT_WITH_PENDINGS -> filter.ledger == 0 && filter.flags == 0 && !hasValues && !hasTime;
        };
    }

    private byte[] transfers(final NaiveLedger ledger, final Filter filter) {
        final ByteArrayOutputStream rows = new ByteArrayOutputStream();
        final Account account = filter.isOfAccount() ? ledger.accounts.get(filter.accountId) : null;
        final boolean balances = filter.kind == Filter.Kind.ACCOUNT_BALANCES;
        if (filter.isOfAccount() && account == null || balances && !account.created.has(Event.HISTORY)) {
            return rows.toByteArray();
        }
        // The feed has the balances after each transfer, and what else happened.
        final List<Change> feed = ledger.changes;
        final boolean reversed = filter.has(Filter.REVERSED);
        long left = filter.limit;
        for (int i = 0; i < feed.size() && left > 0; i++) {
            final Change change = feed.get(reversed ? feed.size() - 1 - i : i);
            if (change.kind() != Change.EXPIRED && isWanted(filter, account, change.transfer())) {
                rows.writeBytes(balances ? balances(account, change) : NaiveDigests.row(change.transfer()));
                left--;
            }
        }
        return rows.toByteArray();
    }

    boolean isWanted(final Filter filter, final Account account, final Transfer transfer) {
        if (account != null
                && !(filter.has(Filter.DEBITS) && transfer.debit == account)
                && !(filter.has(Filter.CREDITS) && transfer.credit == account)) {
            return false;
        }
        return filter.matches(transfer.stored, transfer.timestamp);
    }

    private static byte[] balances(final Account account, final Change change) {
        final ByteBuffer row = NaiveDigests.allocate(BALANCES_LENGTH);
        row.putLong(change.timestamp());
        NaiveDigests.put(row, change.transfer().debit == account ? change.debit() : change.credit());
        return row.array();
    }

    private byte[] accounts(final NaiveLedger ledger, final Filter filter) {
        final ByteArrayOutputStream rows = new ByteArrayOutputStream();
        final Collection<Account> all = filter.has(Filter.REVERSED)
                ? ledger.accountsByTime.descendingMap().values()
                : ledger.accountsByTime.values();
        long left = filter.limit;
        for (final Account account : all) {
            if (left > 0 && filter.matches(account.created, account.timestamp)) {
                rows.writeBytes(NaiveDigests.row(account));
                left--;
            }
        }
        return rows.toByteArray();
    }

    private byte[] changes(final NaiveLedger ledger, final Filter filter) {
        final ByteArrayOutputStream rows = new ByteArrayOutputStream();
        final List<Change> ordered = new ArrayList<>();
        for (final Change change : ledger.changes) {
            if (filter.matchesTime(change.timestamp())) {
                ordered.add(change);
            }
        }
        ordered.sort(feedOrder());
        for (int i = 0; i < Math.min(filter.limit, ordered.size()); i++) {
            rows.writeBytes(row(ordered.get(i)));
        }
        return rows.toByteArray();
    }

    /** By timestamp; what expired at the very time of an import comes after it. */
    Comparator<Change> feedOrder() {
        return Comparator.comparingLong(Change::timestamp).thenComparing(change -> change.kind() == Change.EXPIRED);
    }

    byte[] row(final Change change) {
        final ByteBuffer row = NaiveDigests.allocate(CHANGE_LENGTH);
        final Event stored = change.transfer().stored;
        row.putLong(change.timestamp()).putShort((short) change.kind()).putShort((short) stored.code);
        row.putInt(stored.ledger);
        Event.put(row, stored.id);
        Event.put(row, stored.debit);
        Event.put(row, stored.credit);
        Event.put(row, stored.amount);
        NaiveDigests.put(row, change.debit());
        NaiveDigests.put(row, change.credit());
        Event.put(row, stored.pendingId);
        row.putShort((short) change.debitFlags()).putShort((short) change.creditFlags());
        return row.array();
    }

    /** Whether it is found, the account, how many pendings are open, and those. */
    private byte[] accountWithPendings(final NaiveLedger ledger, final Filter filter) {
        final ByteArrayOutputStream answer = new ByteArrayOutputStream();
        final Account account = ledger.accounts.get(filter.accountId);
        final List<Transfer> open = new ArrayList<>();
        for (final Transfer transfer : ledger.transfersByTime.values()) {
            if (transfer.status == Status.OPEN && (transfer.debit == account || transfer.credit == account)) {
                open.add(transfer);
            }
        }
        answer.writeBytes(word(account == null ? 0 : 1));
        answer.writeBytes(account == null ? new byte[ACCOUNT_LENGTH] : NaiveDigests.row(account));
        answer.writeBytes(word(open.size()));
        final long limit = filter.limit == 0 ? LIMIT_MAX : filter.limit;
        for (int i = 0; i < Math.min(limit, open.size()); i++) {
            answer.writeBytes(NaiveDigests.row(open.get(i)));
        }
        return answer.toByteArray();
    }

    private static byte[] word(final long value) {
        return NaiveDigests.allocate(8).putLong(value).array();
    }

    /** The account's row, or null. */
    static byte[] lookupAccount(final NaiveLedger ledger, final BigInteger id) {
        final Account account = ledger.accounts.get(id);
        return account == null ? null : NaiveDigests.row(account);
    }

    /** The transfer's row, or null. */
    static byte[] lookupTransfer(final NaiveLedger ledger, final BigInteger id) {
        final Transfer transfer = ledger.transfers.get(id);
        return transfer == null ? null : NaiveDigests.row(transfer);
    }
}
