// SPDX-License-Identifier: Apache-2.0
package io.partita.benchmarks.load;

import io.partita.benchmarks.Median;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** The figures of one case in all rounds, each by its name. */
public final class Figures {
    private final List<Map<String, Double>> rounds = new ArrayList<>();

    /**
     * Measures one case once.
     *
     * @param <K> what a case is.
     */
    @FunctionalInterface
    public interface Measurement<K> {
        /**
         * Measures.
         *
         * @param one the case.
         * @return figures by name.
         * @throws Exception if it failed.
         */
        Map<String, Double> measure(K one) throws Exception;
    }

    /**
     * The cases take turns, so that what the machine does otherwise hits all alike.
     *
     * @param <K> what a case is.
     * @param cases in the order of the rows.
     * @param count of rounds.
     * @param measurement of one case.
     * @param progress where to say how far it is.
     * @return the figures of each case.
     * @throws Exception if a measurement failed.
     */
    public static <K> Map<K, Figures> inTurns(
            final List<K> cases, final int count, final Measurement<K> measurement, final PrintStream progress)
            throws Exception {
        final Map<K, Figures> figures = new LinkedHashMap<>();
        for (final K one : cases) {
            figures.put(one, new Figures());
        }
        for (int round = 1; round <= count; round++) {
            for (final Map.Entry<K, Figures> one : figures.entrySet()) {
                progress.printf("round %d of %d: %s ", round, count, one.getKey());
                one.getValue().add(measurement.measure(one.getKey()));
                progress.println(one.getValue().last());
            }
        }
        return figures;
    }

    /**
     * Adds a round.
     *
     * @param figures by name.
     */
    public void add(final Map<String, Double> figures) {
        rounds.add(figures);
    }

    private String last() {
        final Double perSecond = rounds.get(rounds.size() - 1).get("perSecond");
        return perSecond == null ? "" : String.format(Locale.ROOT, "%,.0f/s", perSecond);
    }

    /**
     * The middle of the rounds.
     *
     * @param name of a figure.
     * @return its median.
     */
    public double median(final String name) {
        return Median.of(values(round -> figure(round, name)));
    }

    /**
     * The least of the rounds.
     *
     * @param name of a figure.
     * @return its minimum.
     */
    public double min(final String name) {
        return Arrays.stream(values(round -> figure(round, name))).min().orElseThrow();
    }

    /**
     * The most of the rounds.
     *
     * @param name of a figure.
     * @return its maximum.
     */
    public double max(final String name) {
        return Arrays.stream(values(round -> figure(round, name))).max().orElseThrow();
    }

    /**
     * The middle of the ratios to another case's, each of the same round.
     *
     * @param name of a figure.
     * @param other case.
     * @return the median ratio.
     */
    public double ratio(final String name, final Figures other) {
        final double[] ratios = new double[rounds.size()];
        for (int i = 0; i < ratios.length; i++) {
            ratios[i] = figure(rounds.get(i), name) / figure(other.rounds.get(i), name);
        }
        return Median.of(ratios);
    }

    private double[] values(final ToDoubleFunction<Map<String, Double>> figure) {
        return rounds.stream().mapToDouble(figure).toArray();
    }

    private static double figure(final Map<String, Double> round, final String name) {
        final Double value = round.get(name);
        if (value == null) {
            throw new IllegalArgumentException("no such figure: " + name);
        }
        return value;
    }

    /**
     * For programs.
     *
     * @return a JSON object: of each figure its median, least and most.
     */
    public String json() {
        final StringBuilder out = new StringBuilder("{");
        for (final String name : rounds.get(0).keySet()) {
            out.append(out.length() == 1 ? "" : ",")
                    .append(String.format(
                            Locale.ROOT,
                            "\"%s\":{\"median\":%.2f,\"min\":%.2f,\"max\":%.2f}",
                            name,
                            median(name),
                            min(name),
                            max(name)));
        }
        return out.append("}").toString();
    }

    /**
     * What a child prints.
     *
     * @param figures by name.
     * @return a line each.
     */
    public static String print(final Map<String, Double> figures) {
        final StringBuilder out = new StringBuilder();
        figures.forEach(
                (name, value) -> out.append(name).append('=').append(value).append('\n'));
        return out.toString();
    }

    /**
     * What a child printed.
     *
     * @param text of {@link #print}.
     * @return figures by name.
     */
    public static Map<String, Double> parse(final String text) {
        final Map<String, Double> figures = new LinkedHashMap<>();
        text.lines().forEach(line -> {
            final int equals = line.indexOf('=');
            figures.put(line.substring(0, equals), Double.valueOf(line.substring(equals + 1)));
        });
        return figures;
    }
}
