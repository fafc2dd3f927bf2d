// SPDX-License-Identifier: Apache-2.0
package io.partita.benchmarks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;

/** Medians over the iterations of each benchmark, as a table and as JSON. */
final class MicroReport {
    private static final String FLOOR = "floorNs";
    private static final String CPU = ":cpuNs";
    private static final String ALL_CPU = ":allCpuNs";
    private static final String ALLOCATED = "allocatedBytes";
    private static final String PROFILED = "gc.alloc.rate.norm";

    private static final String NOTE = """
            Medians over the iterations, per command. cpu: processor time of the measured thread (one node: of all its
            threads). all cpu: helper threads included. floor: processor time, in the same process and iteration, of what the
            benchmark's Javadoc says. ratio: cpu to floor. B: allocated by all threads between the first and the last
            command. B (JMH): gc.alloc.rate.norm, which counts the iteration's set-up too.
            """;

    /** One benchmark with one set of parameters; all figures per command. */
    private record Row(
            String benchmark,
            String params,
            String kind,
            String accounts,
            int iterations,
            double ns,
            double nsMin,
            double nsMax,
            double cpuNs,
            double allCpuNs,
            double floorNs,
            double ratio,
            double bytes,
            double bytesProfiled) {}

    private static final String KIND = "kind";
    private static final String ACCOUNTS = "accounts";

    private final List<Row> rows = new ArrayList<>();
    private final Environment environment;

    MicroReport(final Collection<RunResult> results, final Environment environment) {
        this.environment = environment;
        for (final RunResult result : results) {
            rows.add(row(result));
        }
    }

    String table() {
        final StringBuilder out = new StringBuilder();
        final String head = "%-26s %-40s %10s %18s %8s %8s %9s %7s %10s %9s%n";
        out.append(String.format(
                Locale.ROOT,
                head,
                "benchmark",
                "parameters",
                "ns/command",
                "min..max",
                "cpu ns",
                "all cpu",
                "floor ns",
                "ratio",
                "B",
                "B (JMH)"));
        for (final Row row : rows) {
            out.append(String.format(
                    Locale.ROOT,
                    "%-26s %-40s %10.1f %18s %8.1f %8.1f %9.1f %7.2f %10.3f %9.3f%n",
                    row.benchmark,
                    row.params,
                    row.ns,
                    String.format(Locale.ROOT, "%.1f..%.1f", row.nsMin, row.nsMax),
                    row.cpuNs,
                    row.allCpuNs,
                    row.floorNs,
                    row.ratio,
                    row.bytes,
                    row.bytesProfiled));
        }
        return out.append(NOTE).toString();
    }

    String json() {
        final StringBuilder out = new StringBuilder("{" + environment.json() + ",\"results\":[");
        String separator = "\n";
        for (final Row row : rows) {
            out.append(separator)
                    .append(String.format(
                            Locale.ROOT,
                            "{\"benchmark\":\"%s\",\"parameters\":\"%s\",\"iterations\":%d,\"nsPerCommand\":%.2f,"
                                    + "\"nsPerCommandMin\":%.2f,\"nsPerCommandMax\":%.2f,\"cpuNsPerCommand\":%.2f,"
                                    + "\"allCpuNsPerCommand\":%.2f,\"floorNs\":%.2f,"
                                    + "\"ratioToFloor\":%.3f,\"bytesPerCommand\":%.4f,\"gcAllocRateNorm\":%.4f}",
                            row.benchmark,
                            row.params,
                            row.iterations,
                            row.ns,
                            row.nsMin,
                            row.nsMax,
                            row.cpuNs,
                            row.allCpuNs,
                            row.floorNs,
                            row.ratio,
                            row.bytes,
                            row.bytesProfiled));
            separator = ",\n";
        }
        return out.append("\n]}\n").toString();
    }

    /** Tables for a document: one of all that has no kind of command, one of kinds of commands by number of accounts. */
    String markdown() {
        final StringBuilder out = new StringBuilder(environment.text() + ".\n\n");
        boolean isFirst = true;
        for (final Row row : rows) {
            if (row.kind.isEmpty()) {
                if (isFirst) {
                    out.append(
                                    "| benchmark | parameters | ns a command (spread) | processor ns | floor ns | ratio | bytes |\n")
                            .append("|---|---|---|---|---|---|---|\n");
                    isFirst = false;
                }
                out.append(String.format(
                        Locale.ROOT,
                        "| %s | %s | %.1f (%.1f-%.1f) | %.1f | %.1f | %.2f | %.2f |%n",
                        row.benchmark,
                        row.params.replace(",", ", "),
                        row.ns,
                        row.nsMin,
                        row.nsMax,
                        row.cpuNs,
                        row.floorNs,
                        row.ratio,
                        row.bytes));
            }
        }
        return out.append(kinds()).toString();
    }

    private String kinds() {
        final Set<String> kinds = new LinkedHashSet<>();
        final Set<String> accounts = new LinkedHashSet<>();
        for (final Row row : rows) {
            if (!row.kind.isEmpty()) {
                kinds.add(row.kind);
                accounts.add(row.accounts);
            }
        }
        if (kinds.isEmpty()) {
            return "";
        }
        final StringBuilder out = new StringBuilder("| processor ns a command (x floor) |");
        for (final String each : accounts) {
            out.append(String.format(Locale.ROOT, " %,d accounts |", Long.parseLong(each)));
        }
        out.append(" bytes allocated, at most |\n|---|")
                .append("---|".repeat(accounts.size() + 1))
                .append('\n');
        for (final String kind : kinds) {
            out.append("| ")
                    .append(kind.toLowerCase(Locale.ROOT).replace('_', ' '))
                    .append(" |");
            double bytes = 0;
            for (final String each : accounts) {
                final Row row = find(kind, each);
                out.append(row == null ? " |" : String.format(Locale.ROOT, " %.0f (%.1f) |", row.cpuNs, row.ratio));
                bytes = row == null ? bytes : Math.max(bytes, row.bytes);
            }
            out.append(String.format(Locale.ROOT, " %.2f |%n", bytes));
        }
        out.append("| floor: a dependent random access |");
        for (final String each : accounts) {
            final double[] floors = rows.stream()
                    .filter(row -> !row.kind.isEmpty() && row.accounts.equals(each))
                    .mapToDouble(Row::floorNs)
                    .sorted()
                    .toArray();
            out.append(String.format(Locale.ROOT, " %.0f |", Median.of(floors)));
        }
        return out.append(" |\n").toString();
    }

    private @Nullable Row find(final String kind, final String accounts) {
        for (final Row row : rows) {
            if (row.kind.equals(kind) && row.accounts.equals(accounts)) {
                return row;
            }
        }
        return null;
    }

    private static Row row(final RunResult result) {
        final BenchmarkParams params = result.getParams();
        final List<IterationResult> iterations = new ArrayList<>();
        for (final BenchmarkResult fork : result.getBenchmarkResults()) {
            iterations.addAll(fork.getIterationResults());
        }
        final double[] ns = sorted(iterations, MicroReport::score);
        return new Row(
                simpleName(params.getBenchmark()),
                paramText(params),
                paramOf(params, KIND),
                paramOf(params, ACCOUNTS),
                iterations.size(),
                Median.of(ns),
                ns[0],
                ns[ns.length - 1],
                Median.of(sorted(iterations, each -> perCommand(each, CPU))),
                Median.of(sorted(iterations, each -> perCommand(each, ALL_CPU))),
                Median.of(sorted(iterations, each -> secondary(each, FLOOR))),
                Median.of(sorted(iterations, each -> perCommand(each, CPU) / secondary(each, FLOOR))),
                Median.of(sorted(iterations, each -> perCommand(each, ALLOCATED))),
                Median.of(sorted(iterations, each -> secondary(each, PROFILED))));
    }

    private static double score(final IterationResult iteration) {
        return iteration.getPrimaryResult().getScore();
    }

    private static double perCommand(final IterationResult iteration, final String name) {
        return secondary(iteration, name) / iteration.getMetadata().getMeasuredOps();
    }

    /** NaN if the benchmark has no such figure. */
    private static double secondary(final IterationResult iteration, final String name) {
        for (final Result<?> each : iteration.getSecondaryResults().values()) {
            if ((":" + each.getLabel()).endsWith(name)) {
                return each.getScore();
            }
        }
        return Double.NaN;
    }

    private static double[] sorted(
            final List<IterationResult> iterations, final ToDoubleFunction<IterationResult> figure) {
        final double[] values = iterations.stream().mapToDouble(figure).toArray();
        Arrays.sort(values);
        return values;
    }

    private static String simpleName(final String benchmark) {
        final String[] parts = benchmark.split("\\.");
        return parts[parts.length - 2] + "." + parts[parts.length - 1];
    }

    private static String paramOf(final BenchmarkParams params, final String name) {
        return params.getParamsKeys().contains(name) ? params.getParam(name) : "";
    }

    private static String paramText(final BenchmarkParams params) {
        final StringBuilder out = new StringBuilder();
        for (final String key : params.getParamsKeys()) {
            out.append(out.isEmpty() ? "" : ",").append(key).append('=').append(params.getParam(key));
        }
        return out.toString();
    }
}
