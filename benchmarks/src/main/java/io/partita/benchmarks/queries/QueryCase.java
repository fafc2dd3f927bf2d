// SPDX-License-Identifier: Apache-2.0
package io.partita.benchmarks.queries;

import io.partita.ledger.model.Limits;
import io.partita.ledger.model.QueryKind;
import io.partita.ledger.wire.QueryFilter;
import java.util.ArrayList;
import java.util.List;

/**
 * A query that is measured.
 *
 * @param name for the report.
 * @param kind of query.
 * @param filter what it asks for.
 * @param rows how many rows it must find.
 */
record QueryCase(String name, QueryKind kind, QueryFilter filter, int rows) {
    private static final int ALL = Limits.QUERY_LIMIT_MAX;
    private static final int MATCHING = QueryLedger.MATCHING;
    private static final int FEW = 10;
    private static final int MIDDLE_FROM = 40;
    private static final int MIDDLE_TO = 59;

    /** All of a ledger. */
    static List<QueryCase> of(final QueryLedger ledger) {
        final List<QueryCase> cases = new ArrayList<>();
        ofAccount(cases, ledger, QueryKind.ACCOUNT_TRANSFERS);
        ofAccount(cases, ledger, QueryKind.ACCOUNT_BALANCES);
        ofValues(cases, ledger);
        cases.add(new QueryCase("accounts: code, newest", QueryKind.QUERY_ACCOUNTS, code().reversed(), MATCHING));
        cases.add(new QueryCase(
                "accounts: ledger, userData32",
                QueryKind.QUERY_ACCOUNTS,
                all().ledger(QueryLedger.LEDGER).userData32((int) QueryLedger.USER_DATA),
                MATCHING));
        cases.add(new QueryCase(
                "events: from the middle",
                QueryKind.CHANGE_EVENTS,
                all().limit(MATCHING).timestampMin(ledger.timestamp(MIDDLE_FROM)),
                MATCHING));
        cases.add(new QueryCase(
                "account with pendings",
                QueryKind.ACCOUNT_WITH_PENDINGS,
                new QueryFilter().accountId(QueryLedger.PENDING_ACCOUNT),
                MATCHING));
        return cases;
    }

    private static void ofAccount(final List<QueryCase> cases, final QueryLedger ledger, final QueryKind kind) {
        final String name = kind == QueryKind.ACCOUNT_TRANSFERS ? "account: " : "balances: ";
        cases.add(new QueryCase(name + "oldest", kind, account(), MATCHING));
        cases.add(new QueryCase(name + "newest", kind, account().reversed(), MATCHING));
        cases.add(new QueryCase(name + "10 newest", kind, account().reversed().limit(FEW), FEW));
        cases.add(new QueryCase(name + "debits only", kind, account().flags(1), MATCHING / 2));
        cases.add(new QueryCase(name + "time range, oldest", kind, middle(account(), ledger), MATCHING / 5));
        cases.add(new QueryCase(
                name + "time range, newest", kind, middle(account().reversed(), ledger), MATCHING / 5));
        cases.add(new QueryCase(name + "all predicates", kind, middle(values(account()), ledger), MATCHING / 5));
    }

    private static void ofValues(final List<QueryCase> cases, final QueryLedger ledger) {
        final QueryKind kind = QueryKind.QUERY_TRANSFERS;
        cases.add(new QueryCase("transfers: code, oldest", kind, code(), MATCHING));
        cases.add(new QueryCase("transfers: code, newest", kind, code().reversed(), MATCHING));
        cases.add(new QueryCase(
                "transfers: ledger, userData128",
                kind,
                all().ledger(QueryLedger.LEDGER).userData128(1, QueryLedger.USER_DATA),
                MATCHING));
        cases.add(new QueryCase(
                "transfers: userData64, time range",
                kind,
                middle(all().userData64(QueryLedger.USER_DATA), ledger),
                MATCHING / 5));
        cases.add(new QueryCase(
                "transfers: all predicates, newest",
                kind,
                middle(values(code()), ledger).ledger(QueryLedger.LEDGER).reversed(),
                MATCHING / 5));
        cases.add(new QueryCase(
                "transfers: ledger, 10 newest",
                kind,
                all().ledger(QueryLedger.LEDGER).reversed().limit(FEW),
                FEW));
        cases.add(new QueryCase(
                "transfers: ledger, 10 from the middle",
                kind,
                all().ledger(QueryLedger.LEDGER)
                        .timestampMin(ledger.timestamp(MIDDLE_FROM))
                        .limit(FEW),
                FEW));
    }

    private static QueryFilter all() {
        return new QueryFilter().limit(ALL);
    }

    private static QueryFilter code() {
        return all().code(QueryLedger.CODE);
    }

    private static QueryFilter account() {
        return all().accountId(QueryLedger.ACCOUNT).debits().credits();
    }

    private static QueryFilter values(final QueryFilter filter) {
        return filter.code(QueryLedger.CODE)
                .userData128(1, QueryLedger.USER_DATA)
                .userData64(QueryLedger.USER_DATA)
                .userData32((int) QueryLedger.USER_DATA);
    }

    private static QueryFilter middle(final QueryFilter filter, final QueryLedger ledger) {
        return filter.timestampMin(ledger.timestamp(MIDDLE_FROM)).timestampMax(ledger.timestamp(MIDDLE_TO));
    }
}
