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
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import org.agrona.DirectBuffer;

/**
 * All rows of a ledger at one position as lists, and queries as scans of them: what the answers are compared with. Balances and
 * closed marks are worked out anew from the transfers and expiries.
 */
final class QueryModel {
    /** What predicates look at, and how the row is shown. */
    private record Row(
            String id,
            String debit,
            String credit,
            BigInteger amount,
            String pendingId,
            String userData128,
            long userData64,
            int userData32,
            int ledger,
            int code,
            int flags,
            int flagsCreated,
            long timestamp,
            String text) {}

    /** A transfer, or the expiry of one, with what it left behind. */
    private record Event(ChangeEventType type, long timestamp, Row transfer) {}

    private final List<Row> accounts = new ArrayList<>();
    private final List<Row> transfers = new ArrayList<>();
    private final Map<String, Row> accountsById = new TreeMap<>();
    private final Map<String, Row> transfersById = new TreeMap<>();
    private final Map<String, Long> expiredAt = new TreeMap<>();
    private final List<String> open = new ArrayList<>();
    private final List<Row> events = new ArrayList<>();
    private final Map<Row, String> debitBalances = new HashMap<>();
    private final Map<Row, String> creditBalances = new HashMap<>();
    private final Map<String, BigInteger[]> balances = new TreeMap<>();
    private final Map<String, Boolean> closed = new TreeMap<>();

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
            public void onPending(long idHi, long idLo, int status, long resolvedAt) {
                if (status == PendingTransfers.OPEN) {
                    model.open.add(number(idHi, idLo));
                } else if (status == PendingTransfers.EXPIRED) {
                    model.expiredAt.put(number(idHi, idLo), resolvedAt);
                }
            }

            @Override
            public void onInstruction(InstructionView instruction) {}
        });
        model.happen();
        return model;
    }

    int transfers() {
        return transfers.size();
    }

    /** Timestamp of some transfer, for filters. */
    long timestamp(int index) {
        return transfers.get(index).timestamp;
    }

    /** How many of the events are of a type. */
    long events(ChangeEventType type) {
        return events.stream()
                .filter(event -> event.text.startsWith(type.name()))
                .count();
    }

    private void add(AccountView view) {
        Row row = new Row(
                number(view.idHi(), view.idLo()),
                "",
                "",
                BigInteger.ZERO,
                "",
                number(view.userData128Hi(), view.userData128Lo()),
                view.userData64(),
                view.userData32(),
                view.ledger(),
                view.code(),
                view.flags(),
                view.flagsCreated(),
                view.timestamp(),
                text(view));
        accounts.add(row);
        accountsById.put(row.id, row);
        closed.put(row.id, (row.flagsCreated & AccountFlags.CLOSED) != 0);
        balances.put(row.id, new BigInteger[] {BigInteger.ZERO, BigInteger.ZERO, BigInteger.ZERO, BigInteger.ZERO});
    }

    private void add(TransferView view) {
        Row row = new Row(
                number(view.idHi(), view.idLo()),
                number(view.debitAccountIdHi(), view.debitAccountIdLo()),
                number(view.creditAccountIdHi(), view.creditAccountIdLo()),
                new BigInteger(number(view.amountHi(), view.amountLo())),
                number(view.pendingIdHi(), view.pendingIdLo()),
                number(view.userData128Hi(), view.userData128Lo()),
                view.userData64(),
                view.userData32(),
                view.ledger(),
                view.code(),
                view.flags(),
                view.flags(),
                view.timestamp(),
                text(view));
        transfers.add(row);
        transfersById.put(row.id, row);
    }

    /** All events in their order; none of the tests imports, so that is the order in which they happened. */
    private void happen() {
        List<Event> all = new ArrayList<>();
        transfers.forEach(row -> all.add(new Event(type(row.flags), row.timestamp, row)));
        expiredAt.forEach((id, at) -> all.add(new Event(ChangeEventType.EXPIRED, at, transfersById.get(id))));
        all.sort(Comparator.comparingLong(Event::timestamp));
        all.forEach(this::happen);
    }

    private void happen(Event event) {
        Row row = event.transfer;
        Row pending = transfersById.getOrDefault(event.type == ChangeEventType.EXPIRED ? row.id : row.pendingId, row);
        post(balances.get(row.debit), 0, event.type, row.amount, pending.amount);
        post(balances.get(row.credit), 2, event.type, row.amount, pending.amount);
        switch (event.type) {
            case PENDING -> close(row, true);
            case VOIDED, EXPIRED -> close(pending, false);
            default -> {}
        }
        String debit = text(balances.get(row.debit));
        String credit = text(balances.get(row.credit));
        if (event.type != ChangeEventType.EXPIRED) {
            debitBalances.put(row, debit);
            creditBalances.put(row, credit);
        }
        String text = event.type + " " + event.timestamp + " " + row.id + " "
                + (event.type == ChangeEventType.EXPIRED ? "0" : row.pendingId) + " " + row.amount + " " + row.ledger
                + " " + row.code + " " + row.debit + " " + debit + " " + flags(row.debit) + " " + row.credit + " "
                + credit + " " + flags(row.credit);
        events.add(new Row("", "", "", BigInteger.ZERO, "", "", 0, 0, 0, 0, 0, 0, event.timestamp, text));
    }

    private void close(Row pending, boolean isClosed) {
        if ((pending.flags & TransferFlags.CLOSING_DEBIT) != 0) {
            closed.put(pending.debit, isClosed);
        }
        if ((pending.flags & TransferFlags.CLOSING_CREDIT) != 0) {
            closed.put(pending.credit, isClosed);
        }
    }

    private int flags(String account) {
        int others = accountsById.get(account).flagsCreated & ~AccountFlags.CLOSED;
        return others | (closed.get(account) ? AccountFlags.CLOSED : 0);
    }

    private static void post(
            BigInteger[] of, int side, ChangeEventType type, BigInteger amount, BigInteger pendingAmount) {
        switch (type) {
            case PENDING -> of[side] = of[side].add(amount);
            case POSTED, VOIDED, EXPIRED -> of[side] = of[side].subtract(pendingAmount);
            default -> {}
        }
        if (type == ChangeEventType.SINGLE_PHASE || type == ChangeEventType.POSTED) {
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
            case CHANGE_EVENTS -> rows(events, filter, row -> true, Row::text);
            case ACCOUNT_WITH_PENDINGS -> withPendings(filter);
        };
    }

    private List<String> withPendings(QueryFilter filter) {
        String id = number(filter.accountIdHi(), filter.accountIdLo());
        Row account = accountsById.get(id);
        List<Row> ofAccount = transfers.stream()
                .filter(row -> open.contains(row.id))
                .filter(row -> row.debit.equals(id) || row.credit.equals(id))
                .toList();
        List<String> answer = new ArrayList<>();
        answer.add(account == null ? "0" : "1 " + account.text);
        answer.add("open " + ofAccount.size());
        ofAccount.stream()
                .limit(filter.limit() == 0 ? Long.MAX_VALUE : filter.limit())
                .forEach(row -> answer.add(row.text));
        return answer;
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
        String account = number(filter.accountIdHi(), filter.accountIdLo());
        return row.timestamp + " " + (row.debit.equals(account) ? debitBalances : creditBalances).get(row);
    }

    private static List<String> rows(
            List<Row> all, QueryFilter filter, Predicate<Row> other, Function<Row, String> show) {
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
            case ACCOUNT_TRANSFERS, QUERY_TRANSFERS, ACCOUNT_WITH_PENDINGS -> TransferView.LENGTH;
            case ACCOUNT_BALANCES -> AccountBalancesView.LENGTH;
            case QUERY_ACCOUNTS -> AccountView.LENGTH;
            case CHANGE_EVENTS -> ChangeEventView.LENGTH;
        };
        int from = 0;
        if (kind == QueryKind.ACCOUNT_WITH_PENDINGS) {
            boolean isFound = answer.getLong(0, ByteOrder.LITTLE_ENDIAN) == 1;
            rows.add(isFound ? "1 " + text(new AccountView().wrap(answer, Long.BYTES)) : "0");
            rows.add("open " + answer.getLong(Long.BYTES + AccountView.LENGTH, ByteOrder.LITTLE_ENDIAN));
            from = AccountView.LENGTH + 2 * Long.BYTES;
        }
        for (int at = from; at < length; at += rowLength) {
            rows.add(
                    switch (kind) {
                        case ACCOUNT_TRANSFERS, QUERY_TRANSFERS, ACCOUNT_WITH_PENDINGS ->
                            text(new TransferView().wrap(answer, at));
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
