// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.state;

import io.partita.ledger.model.AccountFlags;
import io.partita.ledger.model.ChangeEventType;
import io.partita.ledger.model.QueryFlags;
import io.partita.ledger.model.QueryKind;
import io.partita.ledger.model.TransferFlags;
import io.partita.ledger.wire.AccountBalancesView;
import io.partita.ledger.wire.AccountView;
import io.partita.ledger.wire.BalancesView;
import io.partita.ledger.wire.ChangeEventView;
import io.partita.ledger.wire.InstructionView;
import io.partita.ledger.wire.QueryFilter;
import io.partita.ledger.wire.TransferView;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.agrona.DirectBuffer;

/**
 * All rows of a ledger at one position as lists, and queries as scans of them: what the answers are compared with. Balances are
 * added up anew from the transfers.
 */
final class QueryModel {
    /** What predicates look at, and how the row is shown. */
    private record Row(
            String id,
            String debit,
            String credit,
            String userData128,
            long userData64,
            int userData32,
            int ledger,
            int code,
            int flags,
            long timestamp,
            String text) {}

    private final List<Row> accounts = new ArrayList<>();
    private final List<Row> transfers = new ArrayList<>();
    private final List<String> debitBalances = new ArrayList<>();
    private final List<String> creditBalances = new ArrayList<>();
    private final List<String> events = new ArrayList<>();
    private final Map<String, BigInteger[]> balances = new TreeMap<>();
    private final Map<String, Row> accountsById = new TreeMap<>();
    private final Map<String, BigInteger> amounts = new TreeMap<>();

    private QueryModel() {}

    static QueryModel of(LedgerStateMachine ledger) {
        QueryModel model = new QueryModel();
        ledger.visit(new StateVisitor() {
            @Override
            public void onAccount(AccountView account) {
                model.add(account);
            }

            @Override
            public void onTransfer(TransferView transfer) {
                model.add(transfer);
            }

            @Override
            public void onBurntId(long idHi, long idLo) {}

            @Override
            public void onPending(long idHi, long idLo, int status, long resolvedAt) {}

            @Override
            public void onInstruction(InstructionView instruction) {}
        });
        return model;
    }

    int transfers() {
        return transfers.size();
    }

    /** Timestamp of some transfer, for filters. */
    long timestamp(int index) {
        return transfers.get(index).timestamp;
    }

    private void add(AccountView view) {
        Row row = new Row(
                number(view.idHi(), view.idLo()),
                "",
                "",
                number(view.userData128Hi(), view.userData128Lo()),
                view.userData64(),
                view.userData32(),
                view.ledger(),
                view.code(),
                view.flags(),
                view.timestamp(),
                text(view));
        accounts.add(row);
        accountsById.put(row.id, row);
        balances.put(row.id, new BigInteger[] {BigInteger.ZERO, BigInteger.ZERO, BigInteger.ZERO, BigInteger.ZERO});
    }

    private void add(TransferView view) {
        Row row = new Row(
                number(view.idHi(), view.idLo()),
                number(view.debitAccountIdHi(), view.debitAccountIdLo()),
                number(view.creditAccountIdHi(), view.creditAccountIdLo()),
                number(view.userData128Hi(), view.userData128Lo()),
                view.userData64(),
                view.userData32(),
                view.ledger(),
                view.code(),
                view.flags(),
                view.timestamp(),
                text(view));
        transfers.add(row);
        BigInteger amount = new BigInteger(number(view.amountHi(), view.amountLo()));
        String pending = number(view.pendingIdHi(), view.pendingIdLo());
        amounts.put(row.id, amount);
        post(balances.get(row.debit), 0, row.flags, amount, amounts.get(pending));
        post(balances.get(row.credit), 2, row.flags, amount, amounts.get(pending));
        debitBalances.add(text(balances.get(row.debit)));
        creditBalances.add(text(balances.get(row.credit)));
        events.add(
                type(row.flags) + " " + row.timestamp + " " + row.id + " " + pending + " " + amount + " " + row.ledger
                        + " " + row.code + " " + row.debit + " " + text(balances.get(row.debit)) + " "
                        + publicFlags(row.debit) + " " + row.credit + " " + text(balances.get(row.credit)) + " "
                        + publicFlags(row.credit));
    }

    private int publicFlags(String account) {
        return accountsById.get(account).flags & ~AccountFlags.CLOSED;
    }

    private static void post(BigInteger[] of, int side, int flags, BigInteger amount, BigInteger pendingAmount) {
        if ((flags & TransferFlags.PENDING) != 0) {
            of[side] = of[side].add(amount);
            return;
        }
        if (pendingAmount != null) {
            of[side] = of[side].subtract(pendingAmount);
        }
        if ((flags & TransferFlags.VOID_PENDING) == 0) {
            of[side + 1] = of[side + 1].add(amount);
        }
    }

    private static ChangeEventType type(int flags) {
        return (flags & TransferFlags.PENDING) != 0
                ? ChangeEventType.PENDING
                : (flags & TransferFlags.POST_PENDING) != 0
                        ? ChangeEventType.POSTED
                        : (flags & TransferFlags.VOID_PENDING) != 0
                                ? ChangeEventType.VOIDED
                                : ChangeEventType.SINGLE_PHASE;
    }

    /** The rows that a query shall answer with. */
    List<String> answer(QueryKind kind, QueryFilter filter) {
        return switch (kind) {
            case ACCOUNT_TRANSFERS -> rows(transfers, filter, row -> isOfAccount(row, filter), Row::text);
            case ACCOUNT_BALANCES ->
                hasHistory(filter)
                        ? rows(transfers, filter, row -> isOfAccount(row, filter), row -> balancesOf(row, filter))
                        : List.of();
            case QUERY_ACCOUNTS -> rows(accounts, filter, row -> true, Row::text);
            case QUERY_TRANSFERS -> rows(transfers, filter, row -> true, Row::text);
            case CHANGE_EVENTS -> rows(transfers, filter, row -> true, row -> events.get(transfers.indexOf(row)));
            case ACCOUNT_WITH_PENDINGS -> throw new IllegalArgumentException("not a scan");
        };
    }

    private boolean hasHistory(QueryFilter filter) {
        Row account = accountsById.get(number(filter.accountIdHi(), filter.accountIdLo()));
        return account != null && (account.flags & AccountFlags.HISTORY) != 0;
    }

    private static boolean isOfAccount(Row row, QueryFilter filter) {
        String account = number(filter.accountIdHi(), filter.accountIdLo());
        return ((filter.flags() & QueryFlags.DEBITS) != 0 && row.debit.equals(account))
                || ((filter.flags() & QueryFlags.CREDITS) != 0 && row.credit.equals(account));
    }

    private String balancesOf(Row row, QueryFilter filter) {
        int index = transfers.indexOf(row);
        String account = number(filter.accountIdHi(), filter.accountIdLo());
        return row.timestamp + " " + (row.debit.equals(account) ? debitBalances : creditBalances).get(index);
    }

    private static List<String> rows(
            List<Row> all, QueryFilter filter, Predicate<Row> other, java.util.function.Function<Row, String> show) {
        List<Row> ordered = new ArrayList<>(all);
        if ((filter.flags() & QueryFlags.REVERSED) != 0) {
            Collections.reverse(ordered);
        }
        String userData128 = number(filter.userData128Hi(), filter.userData128Lo());
        return ordered.stream()
                .filter(other)
                .filter(row -> userData128.equals("0") || userData128.equals(row.userData128))
                .filter(row -> filter.userData64() == 0 || filter.userData64() == row.userData64)
                .filter(row -> filter.userData32() == 0 || filter.userData32() == row.userData32)
                .filter(row -> filter.ledger() == 0 || filter.ledger() == row.ledger)
                .filter(row -> filter.code() == 0 || filter.code() == row.code)
                .filter(row -> row.timestamp >= filter.timestampMin())
                .filter(row -> filter.timestampMax() == 0 || row.timestamp <= filter.timestampMax())
                .limit(filter.limit())
                .map(show)
                .toList();
    }

    /** The rows of an answer, in the same words. */
    static List<String> rows(QueryKind kind, DirectBuffer answer, int length) {
        List<String> rows = new ArrayList<>();
        int rowLength = switch (kind) {
            case ACCOUNT_TRANSFERS, QUERY_TRANSFERS -> TransferView.LENGTH;
            case ACCOUNT_BALANCES -> AccountBalancesView.LENGTH;
            case QUERY_ACCOUNTS -> AccountView.LENGTH;
            case CHANGE_EVENTS -> ChangeEventView.LENGTH;
            case ACCOUNT_WITH_PENDINGS -> throw new IllegalArgumentException("not rows only");
        };
        for (int at = 0; at < length; at += rowLength) {
            rows.add(
                    switch (kind) {
                        case ACCOUNT_TRANSFERS, QUERY_TRANSFERS -> text(new TransferView().wrap(answer, at));
                        case ACCOUNT_BALANCES -> text(new AccountBalancesView().wrap(answer, at));
                        case QUERY_ACCOUNTS -> text(new AccountView().wrap(answer, at));
                        default -> text(new ChangeEventView().wrap(answer, at));
                    });
        }
        return rows;
    }

    private static String text(TransferView view) {
        return number(view.idHi(), view.idLo()) + " " + number(view.debitAccountIdHi(), view.debitAccountIdLo()) + " "
                + number(view.creditAccountIdHi(), view.creditAccountIdLo()) + " "
                + number(view.amountHi(), view.amountLo())
                + " " + number(view.pendingIdHi(), view.pendingIdLo()) + " "
                + number(view.userData128Hi(), view.userData128Lo()) + " " + view.userData64() + " "
                + view.userData32() + " " + view.timeout() + " " + view.ledger() + " " + view.code() + " "
                + view.flags() + " " + view.timestamp();
    }

    private static String text(AccountView view) {
        return number(view.idHi(), view.idLo()) + " " + number(view.debitsPendingHi(), view.debitsPendingLo()) + " "
                + number(view.debitsPostedHi(), view.debitsPostedLo()) + " "
                + number(view.creditsPendingHi(), view.creditsPendingLo()) + " "
                + number(view.creditsPostedHi(), view.creditsPostedLo()) + " "
                + number(view.userData128Hi(), view.userData128Lo()) + " " + view.userData64() + " "
                + view.userData32() + " " + view.ledger() + " " + view.code() + " " + view.flags() + " "
                + view.timestamp();
    }

    private static String text(AccountBalancesView view) {
        return view.timestamp() + " " + text(view.balances());
    }

    private static String text(ChangeEventView view) {
        return view.type() + " " + view.timestamp() + " " + number(view.transferIdHi(), view.transferIdLo()) + " "
                + number(view.pendingIdHi(), view.pendingIdLo()) + " " + number(view.amountHi(), view.amountLo()) + " "
                + view.ledger() + " " + view.code() + " "
                + number(view.debitAccountIdHi(), view.debitAccountIdLo()) + " " + text(view.debitBalances()) + " "
                + view.debitFlags() + " " + number(view.creditAccountIdHi(), view.creditAccountIdLo()) + " "
                + text(view.creditBalances()) + " " + view.creditFlags();
    }

    private static String text(BalancesView view) {
        return number(view.debitsPendingHi(), view.debitsPendingLo()) + " "
                + number(view.debitsPostedHi(), view.debitsPostedLo()) + " "
                + number(view.creditsPendingHi(), view.creditsPendingLo()) + " "
                + number(view.creditsPostedHi(), view.creditsPostedLo());
    }

    private static String text(BigInteger[] balances) {
        return balances[0] + " " + balances[1] + " " + balances[2] + " " + balances[3];
    }

    private static String number(long hi, long lo) {
        return new BigInteger(Long.toUnsignedString(hi))
                .shiftLeft(64)
                .add(new BigInteger(Long.toUnsignedString(lo)))
                .toString();
    }
}
