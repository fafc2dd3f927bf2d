// SPDX-License-Identifier: Apache-2.0
package io.partita.examples.drill;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * How long it took, over all counted faults of a kind: the steps of the take-over up to the first answer of the new epoch, as
 * times from the fault, and the longest that a payment had to wait.
 */
final class FaultTimes {
    private static final double US_PER_MS = 1e3;
    private static final String STALL = "stallMs";
    private static final List<String> ORDER = List.of(
            "linkLostMs", "refusedMs", "frozenMs", "wonMs", "openedMs", "servingMs", FaultRecord.FIRST_ANSWER, STALL);

    private FaultTimes() {}

    /** By kind, by step: count, median, 90, 99 %, most, in milliseconds. */
    static Map<String, @Nullable Object> report(final List<FaultRecord> records) {
        final Map<String, @Nullable Object> report = new LinkedHashMap<>();
        gather(records).forEach((kind, steps) -> {
            final Map<String, @Nullable Object> fields = new LinkedHashMap<>();
            steps.forEach((step, us) -> fields.put(step, distribution(us)));
            report.put(kind, fields);
        });
        return report;
    }

    /** The same as rows of a Markdown table. */
    static List<String> table(final String name, final List<FaultRecord> records) {
        final List<String> rows = new ArrayList<>();
        gather(records).forEach((kind, steps) -> {
            for (final String step : ORDER) {
                final Histogram us = steps.get(step);
                if (us != null) {
                    rows.add(String.format(
                            Locale.ROOT,
                            "| %s | %s | %d | %.1f | %.1f | %.1f | %.1f |",
                            name,
                            step.replace("Ms", ""),
                            us.getTotalCount(),
                            us.getValueAtPercentile(50) / US_PER_MS,
                            us.getValueAtPercentile(90) / US_PER_MS,
                            us.getValueAtPercentile(99) / US_PER_MS,
                            us.getMaxValue() / US_PER_MS));
                }
            }
        });
        return rows;
    }

    private static Map<String, Map<String, Histogram>> gather(final List<FaultRecord> records) {
        final Map<String, Map<String, Histogram>> kinds = new LinkedHashMap<>();
        for (final FaultRecord record : records) {
            if (record.isCounted) {
                final Map<String, Histogram> steps =
                        kinds.computeIfAbsent(label(record), kind -> new LinkedHashMap<>());
                record.stepsNs().forEach((step, ns) -> histogram(steps, step).recordValue(ns / 1000));
                histogram(steps, STALL).recordValue(record.stallNs() / 1000);
            }
        }
        return kinds;
    }

    private static String label(final FaultRecord record) {
        final String kind = record.plan.kind() == FaultKind.PARTITION
                ? "partition " + record.plan.cut().label()
                : record.plan.kind().label();

        return record.wasActive ? kind : kind + " standby";
    }

    private static Histogram histogram(final Map<String, Histogram> steps, final String step) {
        return steps.computeIfAbsent(step, name -> new Histogram(3));
    }

    private static Map<String, @Nullable Object> distribution(final Histogram us) {
        final Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("n", us.getTotalCount());
        fields.put("p50", us.getValueAtPercentile(50) / US_PER_MS);
        fields.put("p90", us.getValueAtPercentile(90) / US_PER_MS);
        fields.put("p99", us.getValueAtPercentile(99) / US_PER_MS);
        fields.put("max", us.getMaxValue() / US_PER_MS);

        return fields;
    }
}
