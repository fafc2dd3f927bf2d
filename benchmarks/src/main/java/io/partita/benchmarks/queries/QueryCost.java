// SPDX-License-Identifier: Apache-2.0
package io.partita.benchmarks.queries;

import io.partita.ledger.client.Batch;
import io.partita.ledger.model.Limits;
import io.partita.ledger.model.QueryKind;
import io.partita.ledger.state.LedgerQuery;
import io.partita.ledger.wire.AccountBalancesView;
import io.partita.ledger.wire.AccountView;
import io.partita.ledger.wire.ChangeEventView;
import io.partita.ledger.wire.TransferView;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Measures every query among different numbers of unrelated transfers: how many rows it visits, and how long it takes, with what
 * it needs in the processor's caches and after something else filled them.
 */
public final class QueryCost {
    private static final int SWEEP_LENGTH = 64 << 20;
    private static final int CACHE_LINE = 64;
    private static final long WARM_UP_TRANSFERS = 10_000;
    private static final int WARM_UP_RUNS = 2_000;

    private final PrintStream progress;
    private final int warmRuns;
    private final int coldRuns;
    private final UnsafeBuffer out =
            new UnsafeBuffer(ByteBuffer.allocateDirect(Limits.QUERY_LIMIT_MAX * ChangeEventView.LENGTH));
    private final UnsafeBuffer sweep = new UnsafeBuffer(ByteBuffer.allocateDirect(SWEEP_LENGTH));

    /**
     * What one query cost.
     *
     * @param name of the query.
     * @param unrelated transfers that it did not look for.
     * @param rows found.
     * @param visits what it visited, as the engine counts.
     * @param warmNs median with warm caches.
     * @param coldNs median with cold caches.
     */
    public record Row(String name, long unrelated, int rows, int visits, long warmNs, long coldNs) {}

    /**
     * Not begun yet.
     *
     * @param isQuick fewer runs.
     * @param progress where a line goes for each ledger.
     */
    public QueryCost(final boolean isQuick, final PrintStream progress) {
        this.progress = progress;
        warmRuns = isQuick ? 200 : 1_000;
        coldRuns = isQuick ? 15 : 60;
    }

    /**
     * Measures.
     *
     * @param unrelated how many transfers that no query looks for, in each ledger.
     * @return rows by ledger and query.
     */
    public List<Row> run(final List<Long> unrelated) {
        progress.println("queries: warm-up ...");
        try (QueryLedger ledger = new QueryLedger(WARM_UP_TRANSFERS)) {
            for (final QueryCase each : QueryCase.of(ledger)) {
                for (int i = 0; i < WARM_UP_RUNS; i++) {
                    run(ledger, each);
                }
            }
        }
        final List<Row> rows = new ArrayList<>();
        for (final long count : unrelated) {
            progress.printf(Locale.ROOT, "queries: among %,d others ...%n", count);
            try (QueryLedger ledger = new QueryLedger(count)) {
                for (final QueryCase each : QueryCase.of(ledger)) {
                    rows.add(measure(ledger, each, count));
                }
            }
        }
        return rows;
    }

    private Row measure(final QueryLedger ledger, final QueryCase query, final long unrelated) {
        final int visits = run(ledger, query);
        final long warmNs = median(ledger, query, warmRuns, false);
        final long coldNs = median(ledger, query, coldRuns, true);
        return new Row(query.name(), unrelated, query.rows(), visits, warmNs, coldNs);
    }

    private long median(final QueryLedger ledger, final QueryCase query, final int runs, final boolean isCold) {
        final long[] times = new long[runs];
        for (int i = 0; i < runs; i++) {
            if (isCold) {
                fillCaches(i);
            }
            final long startNs = System.nanoTime();
            run(ledger, query);
            times[i] = System.nanoTime() - startNs;
        }
        Arrays.sort(times);
        return times[runs / 2];
    }

    private int run(final QueryLedger ledger, final QueryCase query) {
        final LedgerQuery running = ledger.machine().query(query.kind(), query.filter(), out);
        int visits = 0;
        while (!running.isDone()) {
            visits += running.step(Integer.MAX_VALUE - visits);
        }
        final int head = query.kind() == QueryKind.ACCOUNT_WITH_PENDINGS ? Batch.PENDINGS_OFFSET : 0;
        final int rows = (running.length() - head) / rowLength(query.kind());
        if (rows != query.rows()) {
            throw new IllegalStateException(query.name() + " found another number of rows: rows=" + rows);
        }
        return visits;
    }

    private static int rowLength(final QueryKind kind) {
        return switch (kind) {
            case ACCOUNT_TRANSFERS, QUERY_TRANSFERS, ACCOUNT_WITH_PENDINGS -> TransferView.LENGTH;
            case ACCOUNT_BALANCES -> AccountBalancesView.LENGTH;
            case QUERY_ACCOUNTS -> AccountView.LENGTH;
            case CHANGE_EVENTS -> ChangeEventView.LENGTH;
        };
    }

    private void fillCaches(final int value) {
        for (int at = 0; at < SWEEP_LENGTH; at += CACHE_LINE) {
            sweep.putInt(at, value);
        }
    }

    /**
     * For people.
     *
     * @param rows from {@link #run}.
     * @return a Markdown table: a line for each query.
     */
    public static String table(final List<Row> rows) {
        final List<String> names = rows.stream().map(Row::name).distinct().toList();
        final List<Long> counts = rows.stream().map(Row::unrelated).distinct().toList();
        final StringBuilder out =
                new StringBuilder("\nMicroseconds with warm / cold caches, and rows visited, among\n\n");
        out.append("| query | rows |");
        counts.forEach(count -> out.append(String.format(Locale.ROOT, " %,d others |", count)));
        out.append("\n|---|---|").append("---|".repeat(counts.size())).append('\n');
        for (final String name : names) {
            final List<Row> line =
                    rows.stream().filter(row -> row.name().equals(name)).toList();
            out.append("| ")
                    .append(name)
                    .append(" | ")
                    .append(line.get(0).rows())
                    .append(" |");
            for (final Row row : line) {
                out.append(String.format(
                        Locale.ROOT, " %.1f / %.1f, %d |", row.warmNs() / 1e3, row.coldNs() / 1e3, row.visits()));
            }
            out.append('\n');
        }
        return out.toString();
    }

    /**
     * For programs.
     *
     * @param rows from {@link #run}.
     * @return the inside of a JSON object.
     */
    public static String json(final List<Row> rows) {
        final StringBuilder out = new StringBuilder("\"queries\":[");
        String separator = "\n";
        for (final Row row : rows) {
            out.append(String.format(
                    Locale.ROOT,
                    "%s{\"query\":\"%s\",\"unrelated\":%d,\"rows\":%d,\"visits\":%d,\"warmNs\":%d,\"coldNs\":%d}",
                    separator,
                    row.name(),
                    row.unrelated(),
                    row.rows(),
                    row.visits(),
                    row.warmNs(),
                    row.coldNs()));
            separator = ",\n";
        }
        return out.append("\n]").toString();
    }
}
