// SPDX-License-Identifier: Apache-2.0
package io.partita.benchmarks.load;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The figures of the load commands, for people and for programs. */
public final class LoadReport {
    /** How the pair runs, which every table of it says. */
    public static final String PROCESSES =
            "The two nodes of a pair are two processes on this machine and this disk; the client is a thread of the active's.";

    private LoadReport() {}

    /**
     * How much, beside the disk.
     *
     * @param figures of each case, the base case first.
     * @return Markdown.
     */
    public static String throughput(final Map<LoadCase, Figures> figures) {
        final StringBuilder out = new StringBuilder(
                "| nodes | durability | link | batch | accounts | spread | batches in flight | transfers/s (spread)"
                        + " | of the first row | a batch, p50 us | p99 us | the disk's force() of the bytes in flight, p50 us |"
                        + " p99 us |\n|---|---|---|---|---|---|---|---|---|---|---|---|---|\n");
        final Figures base = figures.values().iterator().next();
        figures.forEach((load, each) -> out.append(String.format(
                Locale.ROOT,
                "%s %,.0f (%,.0f-%,.0f) | %.2f | %,.0f | %,.0f | %,.0f | %,.0f |%n",
                load.cells(),
                each.median("perSecond"),
                each.min("perSecond"),
                each.max("perSecond"),
                each.ratio("perSecond", base),
                each.median("batch.p50"),
                each.median("batch.p99"),
                each.median("force.p50"),
                each.median("force.p99"))));
        return out.toString();
    }

    /**
     * How soon, beside the disk.
     *
     * @param figures of each case.
     * @param rates fixed ones.
     * @return Markdown.
     */
    public static String latency(final Map<LoadCase, Figures> figures, final List<Integer> rates) {
        final StringBuilder out = new StringBuilder(
                "| nodes | durability | link | load | batch | transfers/s | p50 us | p99 us | p99.9 us | max us |\n"
                        + "|---|---|---|---|---|---|---|---|---|---|\n");
        figures.forEach((load, each) -> {
            final LoadCase alone = load.alone();
            final List<String> points = new ArrayList<>(List.of(LoadRun.HALF));
            rates.forEach(rate -> points.add(rate.toString()));
            for (final String point : points) {
                final String label = LoadRun.HALF.equals(point) ? "half of its most" : "fixed rate";
                row(out, load, label, load.batch(), each.median(point + ".perSecond"), each, point);
            }
            row(out, load, "one in flight", alone.batch(), each.median("alone.perSecond"), each, LoadRun.ALONE);
            row(out, load, "the disk's force() of that one", alone.batch(), Double.NaN, each, "forceAlone");
        });
        return out.toString();
    }

    private static void row(
            final StringBuilder out,
            final LoadCase load,
            final String label,
            final int batch,
            final double perSecond,
            final Figures figures,
            final String point) {
        final String[] cells = load.cells().split("\\|");
        out.append(String.format(
                Locale.ROOT,
                "|%s|%s|%s| %s | %d | %s | %,.0f | %,.0f | %,.0f | %,.0f |%n",
                cells[1],
                cells[2],
                cells[3],
                label,
                batch,
                Double.isNaN(perSecond) ? "" : String.format(Locale.ROOT, "%,.0f", perSecond),
                figures.median(point + ".p50"),
                figures.median(point + ".p99"),
                figures.median(point + ".p999"),
                figures.max(point + ".max")));
    }

    /**
     * For programs.
     *
     * @param name of the list.
     * @param figures of each case.
     * @return members of a JSON object.
     */
    public static String json(final String name, final Map<LoadCase, Figures> figures) {
        final StringBuilder out = new StringBuilder("\"" + name + "\":[");
        figures.forEach((load, each) -> out.append(out.charAt(out.length() - 1) == '[' ? "\n" : ",\n")
                .append("{")
                .append(load.json())
                .append(",\"figures\":")
                .append(each.json())
                .append("}"));
        return out.append("\n]").toString();
    }
}
