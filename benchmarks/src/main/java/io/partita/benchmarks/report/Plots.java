// SPDX-License-Identifier: Apache-2.0
package io.partita.benchmarks.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;

/** What is drawn of a section's figures; of some sections nothing, their tables say it. */
final class Plots {
    private static final double GIB = 1 << 30;
    private static final List<String> PERCENTILES = List.of("p50", "p99", "p999", "max");

    private Plots() {}

    static List<Plot> of(final String section, final Map<String, Object> figures) {
        return switch (section) {
            case "growth", "growth-small", "within" -> growth(figures);
            case "throughput" -> List.of(throughput(figures));
            case "latency" -> List.of(latency(figures));
            case "failover" -> failover(figures);
            case "start" -> List.of(start(figures));
            default -> List.of();
        };
    }

    private static List<Plot> growth(final Map<String, Object> figures) {
        final Plot speed = new Plot("transfers in the ledger", "transfers/s", List.of(), false);
        final Plot memory = new Plot("transfers in the ledger", "resident, GiB", List.of(), false);
        for (final Map<String, Object> each : Json.objects(figures, "intervals")) {
            final double transfers = Json.number(each, "transfers");
            speed.add("time of day", transfers, 1e9 / Json.number(each, "nsPerTransfer"));
            speed.add("processor time", transfers, 1e9 / Json.number(each, "cpuNsPerTransfer"));
            memory.add("anonymous", transfers, Json.number(each, "anonymousBytes") / GIB);
            memory.add("mapped", transfers, Json.number(each, "mappedBytes") / GIB);
        }
        return List.of(speed, memory);
    }

    /** By batch size; the other cases are in the table. */
    private static Plot throughput(final Map<String, Object> figures) {
        final List<Map<String, Object>> cases = Json.objects(figures, "throughput");
        final TreeSet<Double> batches = new TreeSet<>();
        cases.forEach(each -> batches.add(Json.number(each, "batch")));
        final List<Double> sizes = List.copyOf(batches);
        final Plot plot = new Plot(
                "transfers of a batch",
                "transfers/s",
                sizes.stream()
                        .map(size -> String.format(Locale.ROOT, "%,.0f", size))
                        .toList(),
                true);
        for (final double size : sizes) {
            for (final Map<String, Object> each : cases) {
                if (Json.number(each, "batch") == size && !Boolean.TRUE.equals(each.get("hotAccount"))) {
                    final String line = String.format(
                            Locale.ROOT,
                            "%s, %,.0f accounts, %.0f in flight",
                            name(each),
                            Json.number(each, "accounts"),
                            Json.number(each, "batchesInFlight"));
                    plot.add(line, sizes.indexOf(size), median(each, "perSecond"));
                }
            }
        }
        return plot;
    }

    private static Plot latency(final Map<String, Object> figures) {
        final Plot plot = new Plot("of a batch's time", "us", List.of("50 %", "99 %", "99.9 %", "max"), true);
        for (final Map<String, Object> each : Json.objects(figures, "latency")) {
            for (final String load : List.of("half", "alone")) {
                for (int i = 0; i < PERCENTILES.size(); i++) {
                    final String line = name(each) + ("half".equals(load) ? ", half of its most" : ", one in flight");
                    plot.add(line, i, median(each, load + "." + PERCENTILES.get(i)));
                }
            }
        }
        return plot;
    }

    private static String name(final Map<String, Object> load) {
        final String link = Json.string(load, "link");
        return Json.string(load, "topology") + " " + Json.string(load, "durability")
                + (link.isEmpty() ? "" : " " + link);
    }

    private static double median(final Map<String, Object> load, final String figure) {
        return Json.number(Json.object(Json.object(load, "figures"), figure), "median");
    }

    /** How long payments waited, and how long it took to the first answer. */
    private static List<Plot> failover(final Map<String, Object> figures) {
        final List<Plot> plots = new ArrayList<>();
        for (final String step : List.of("stallMs", "firstAnswerMs")) {
            final Plot plot =
                    new Plot("of the rounds", step.replace("Ms", ", ms"), List.of("50 %", "90 %", "99 %", "max"), true);
            final Map<String, Object> cases = Json.object(figures, "cases");
            for (final String name : cases.keySet()) {
                final Map<String, Object> times = Json.object(Json.object(cases, name), "times");
                for (final String kind : times.keySet()) {
                    final Map<String, Object> took = Json.object(Json.object(times, kind), step);
                    final List<String> percentiles = List.of("p50", "p90", "p99", "max");
                    for (int i = 0; i < percentiles.size(); i++) {
                        plot.add(name, i, Json.number(took, percentiles.get(i)));
                    }
                }
            }
            plots.add(plot);
        }
        return plots;
    }

    private static Plot start(final Map<String, Object> figures) {
        final Plot plot = new Plot("second after the first answer", "transfers/s", List.of(), false);
        for (final Map<String, Object> each : Json.objects(figures, "start")) {
            if (each.get("perSecond") instanceof List<?> seconds) {
                for (int i = 0; i < seconds.size(); i++) {
                    plot.add(Json.string(each, "case"), i + 1.0, seconds.get(i) instanceof Double value ? value : 0);
                }
            }
        }
        return plot;
    }
}
