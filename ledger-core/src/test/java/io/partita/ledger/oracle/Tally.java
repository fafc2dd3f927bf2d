// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.oracle;

import io.partita.ledger.model.ResultCode;
import java.util.ArrayList;
import java.util.List;

/** What was compared, so that a run that proves little shows it. */
public final class Tally {
    final Situations situations = new Situations();
    long commands;
    long ticks;
    long queries;
    long rowsAnswered;
    long filtersRefused;
    long states;
    long ledgers;
    private final long[] codes = new long[256];
    private final long[] kinds = new long[8];
    private long resolved;
    private long reserved;
    private final long[] queryKinds = new long[Filter.Kind.values().length];
    /** Which of code, ledger and the user's values, and which bounds in time, were given together in a query with an answer. */
    private final boolean[][] combinations = new boolean[Filter.Kind.values().length][128];

    void count(final Event event, final ResultCode code) {
        commands++;
        codes[code.code()]++;
        kinds[event.kind]++;
        if (code == ResultCode.CREATED) {
            resolved += event.isPostOrVoid() ? 1 : 0;
            reserved += event.isPending() ? 1 : 0;
        }
    }

    void count(final Filter filter, final byte[] answer) {
        queries++;
        queryKinds[filter.kind.ordinal()]++;
        if (answer == null) {
            filtersRefused++;
            return;
        }
        rowsAnswered += answer.length / 64;
        if (answer.length > 0) {
            combinations[filter.kind.ordinal()][combination(filter)] = true;
        }
    }

    private static int combination(final Filter filter) {
        return (filter.userData128.signum() != 0 ? 1 : 0)
                | (filter.userData64 != 0 ? 2 : 0)
                | (filter.userData32 != 0 ? 4 : 0)
                | (filter.code != 0 ? 8 : 0)
                | (filter.ledger != 0 ? 16 : 0)
                | (filter.timestampMin != 0 ? 32 : 0)
                | (filter.timestampMax != 0 ? 64 : 0);
    }

    /** How many combinations of predicates a kind of query had an answer to. */
    int combinations(final Filter.Kind kind) {
        int count = 0;
        for (final boolean seen : combinations[kind.ordinal()]) {
            count += seen ? 1 : 0;
        }
        return count;
    }

    /** Whether every combination of predicates that a kind of query takes had an answer with rows at least once. */
    public boolean sawCombinations() {
        return combinations(Filter.Kind.ACCOUNT_TRANSFERS) == 64
                && combinations(Filter.Kind.ACCOUNT_BALANCES) == 64
                && combinations(Filter.Kind.QUERY_TRANSFERS) == 128
                && combinations(Filter.Kind.QUERY_ACCOUNTS) == 128
                && combinations(Filter.Kind.CHANGE_EVENTS) == 4;
    }

    /** Whether the ledger was brought where mistakes hide. */
    public boolean sawSituations() {
        return situations.sawAll();
    }

    long count(final ResultCode code) {
        return codes[code.code()];
    }

    /** Codes that never came. */
    public List<ResultCode> missing() {
        final List<ResultCode> missing = new ArrayList<>();
        for (final ResultCode code : ResultCode.values()) {
            if (count(code) == 0) {
                missing.add(code);
            }
        }
        return missing;
    }

    public String summary() {
        return String.format(
                "%,d commands in %,d ledgers (accounts %,d, transfers %,d, limits %,d, resolves %,d; %,d reserved, %,d posted or"
                        + " voided), %,d ticks, %,d queries (%,d filters refused), %,d states",
                commands,
                ledgers,
                kinds[Event.ACCOUNT],
                kinds[Event.TRANSFER],
                kinds[Event.CREDIT_LIMIT],
                kinds[Event.RESOLVE],
                reserved,
                resolved,
                ticks,
                queries,
                filtersRefused,
                states);
    }

    /** One line for each code, the most frequent first. */
    public String distribution() {
        final List<ResultCode> order = new ArrayList<>(List.of(ResultCode.values()));
        order.sort((a, b) -> Long.compare(count(b), count(a)));
        final StringBuilder text = new StringBuilder();
        for (final ResultCode code : order) {
            text.append(String.format("%,12d %8.4f%% %s%n", count(code), 100.0 * count(code) / commands, code));
        }
        return text + "situations:" + System.lineSeparator() + situations.text();
    }
}
