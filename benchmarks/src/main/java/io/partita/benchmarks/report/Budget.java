// SPDX-License-Identifier: Apache-2.0
package io.partita.benchmarks.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;

/** What each step may cost, beside what it did cost: a table of figures that were taken already. */
public final class Budget {
    private static final String MISSING = "not measured";
    private static final double US = 1e3;

    private final Path folder;
    private final StringBuilder out = new StringBuilder("""
            | step | budget | figure | floor | figure to floor | met |
            |---|---|---|---|---|---|
            """);

    private Budget(final Path folder) {
        this.folder = folder;
    }

    /**
     * All lines, each with what is known.
     *
     * @param folder where {@code benchmarks/figures} left its JSON files.
     * @return Markdown.
     * @throws IOException if the folder cannot be read.
     */
    public static String of(final Path folder) throws IOException {
        final Budget budget = new Budget(folder);
        budget.apply();
        budget.journal();
        budget.nodes();
        budget.rest();
        return budget.out.toString();
    }

    private void apply() throws IOException {
        step("apply, 10 k accounts, no transfers before", "ApplyBenchmark", "accounts=10000,transfersBefore=0", 120, 0);
        step(
                "apply, 10 k accounts, 10 M transfers before",
                "ApplyBenchmark",
                "accounts=10000,transfersBefore=10000000",
                300,
                0);
        step(
                "apply, 10 M accounts, 10 M transfers before",
                "ApplyBenchmark",
                "accounts=10000000,transfersBefore=10000000",
                0,
                2);
    }

    private void journal() throws IOException {
        step(
                "journal a 128-byte transfer, checksum and chain included",
                "AppendBenchmark",
                "excerpts=stored,transferLength=128",
                0,
                1.7);
        step("journal a 64-byte transfer, mean", "AppendBenchmark", "excerpts=stored,transferLength=64", 60, 0);
    }

    /** Processor time; against nanoseconds, or against the floor of the same iterations. */
    private void step(
            final String name, final String benchmark, final String parameters, final double ns, final double ratio)
            throws IOException {
        final Map<String, Object> found = find(
                "steps",
                "results",
                each -> Json.string(each, "benchmark").startsWith(benchmark)
                        && Json.string(each, "parameters").equals(parameters));
        final double took = Json.number(found, "cpuNsPerCommand");
        final double toFloor = Json.number(found, "ratioToFloor");
        row(
                name,
                ns > 0 ? text("<= %.0f ns", ns) : text("<= %.1f x the floor", ratio),
                text("%.0f ns", took),
                text("%.1f ns", Json.number(found, "floorNs")),
                text("%.1f", toFloor),
                ns > 0 ? took - ns : toFloor - ratio);
    }

    private void nodes() throws IOException {
        perSecond("one node, MEMORY, batches of 64", "one-node", "one node", 2_000_000, 1_200_000);
        perSecond("pair on one host, MEMORY, batches of 64", "throughput", "pair", 1_000_000, 600_000);
        final double sustained = committed("sustained", "pair", 10_000);
        row(
                "the same for 60 s, 10,000 accounts",
                "is reported",
                text("%.2f M/s", sustained / 1e6),
                "",
                "",
                Math.min(0, sustained));
    }

    private void perSecond(
            final String what,
            final String section,
            final String topology,
            final double atLeast,
            final double atLeastOfTenMillion)
            throws IOException {
        for (final int accounts : new int[] {10_000, 1_000_000, 10_000_000}) {
            perSecond(
                    what,
                    accounts,
                    accounts > 1_000_000 ? atLeastOfTenMillion : atLeast,
                    committed(section, topology, accounts));
        }
    }

    /** Transfers per second in batches of 64 with a full window. */
    private double committed(final String section, final String topology, final int accounts) throws IOException {
        final Map<String, Object> found = find(
                section,
                "throughput",
                each -> Json.string(each, "topology").equals(topology)
                        && Json.string(each, "durability").equals("MEMORY")
                        && Json.number(each, "batch") == 64
                        && Json.number(each, "batchesInFlight") > 1
                        && Json.number(each, "accounts") == accounts);
        return Json.number(Json.object(Json.object(found, "figures"), "perSecond"), "median");
    }

    private void perSecond(final String what, final int accounts, final double atLeast, final double perSecond) {
        row(
                text("%s, %,.0f accounts", what, (double) accounts),
                text(">= %.1f M/s", atLeast / 1e6),
                text("%.2f M/s", perSecond / 1e6),
                "",
                "",
                atLeast - perSecond);
    }

    private void rest() throws IOException {
        for (final int accounts : new int[] {10_000, 10_000_000}) {
            final Map<String, Object> replay = find(
                    "replay-" + accounts,
                    "rows",
                    each -> Json.string(each, "step").startsWith("start from the journal"));
            final double perSecond = Json.number(replay, "transfers") / Json.number(replay, "seconds");
            perSecond("replay of the journal", accounts, accounts > 1_000_000 ? 1_500_000 : 3_000_000, perSecond);
        }
        double bytes = Double.NaN;
        for (final Map<String, Object> each : Json.objects(read("steps"), "results")) {
            bytes = Math.max(Double.isNaN(bytes) ? 0 : bytes, Json.number(each, "bytesPerCommand"));
        }
        row(
                "garbage on the hot path, at most",
                "0 bytes, but for growing tables",
                text("%.2f bytes", bytes),
                "",
                "",
                bytes - 0.25);
        final Map<String, Object> longest = find(
                "within",
                "steps",
                each -> Json.string(each, "step").equals("64 transfers")
                        && Json.string(each, "class").equals("no page fault"));
        final Map<String, Object> machine =
                find("within", "steps", each -> Json.string(each, "step").equals("no memory"));
        final double longestUs = Json.number(longest, "maxNs") / US;
        final double machineUs = Json.number(machine, "maxNs") / US;
        row(
                "longest single step, no page fault",
                "<= 1,000 us",
                text("%,.0f us", longestUs),
                text("%,.0f us, no memory", machineUs),
                text("%.1f", longestUs / machineUs),
                longestUs - 1000);
    }

    /** Met if the excess is not above 0. */
    private void row(
            final String step,
            final String budget,
            final String figure,
            final String floor,
            final String ratio,
            final double excess) {
        final boolean isMissing = Double.isNaN(excess);
        out.append(String.join(
                        " | ",
                        "| " + step,
                        budget,
                        isMissing ? MISSING : figure,
                        isMissing ? "" : floor,
                        isMissing ? "" : ratio,
                        isMissing ? "?" : excess <= 0 ? "yes" : "**no**"))
                .append(" |\n");
    }

    private static String text(final String format, final Object... values) {
        return String.format(Locale.ROOT, format, values);
    }

    private Map<String, Object> find(
            final String section, final String list, final Predicate<Map<String, Object>> wanted) throws IOException {
        return Json.objects(read(section), list).stream()
                .filter(wanted)
                .findFirst()
                .orElse(Map.of());
    }

    private Map<String, Object> read(final String section) throws IOException {
        final Path file = folder.resolve(section + ".json");
        return Files.exists(file) ? Json.object(Files.readString(file)) : Map.of();
    }
}
