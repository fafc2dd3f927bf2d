// SPDX-License-Identifier: Apache-2.0
package io.partita.benchmarks.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Lines in a frame, as SVG. The page's style gives the colours. */
final class Plot {
    /** How many colours the page has. */
    static final int COLOURS = 8;

    private static final int WIDTH = 900;
    private static final int HEIGHT = 320;
    private static final int LEFT = 78;
    private static final int RIGHT = 290;
    private static final int TOP = 12;
    private static final int BOTTOM = 46;
    private static final int LINE = 18;

    private final String xLabel;
    private final String yLabel;
    private final List<String> categories;
    private final boolean isLog;
    private final Map<String, List<double[]>> lines = new LinkedHashMap<>();

    /** With a scale from 0, or a logarithmic one. With categories x is their index; without it is a number. */
    Plot(final String xLabel, final String yLabel, final List<String> categories, final boolean isLog) {
        this.xLabel = xLabel;
        this.yLabel = yLabel;
        this.categories = categories;
        this.isLog = isLog;
    }

    /** Adds a point to a line. What is no number, or cannot be on a logarithmic scale, is left out. */
    void add(final String line, final double x, final double y) {
        if (Double.isFinite(x) && Double.isFinite(y) && (!isLog || y > 0)) {
            lines.computeIfAbsent(line, name -> new ArrayList<>()).add(new double[] {x, y});
        }
    }

    String svg() {
        if (lines.isEmpty()) {
            return "";
        }
        final double xMin = categories.isEmpty() ? 0 : -0.2;
        final double xMax = categories.isEmpty() ? most(0) : categories.size() - 0.8;
        final double yMin = isLog ? Math.pow(10, Math.floor(Math.log10(least()))) : 0;
        final double yMax = isLog ? Math.pow(10, Math.ceil(Math.log10(most(1) * 1.001))) : most(1) * 1.05;
        final int height = Math.max(HEIGHT, TOP + BOTTOM + lines.size() * LINE);
        final double right = WIDTH - RIGHT;
        final double bottom = height - BOTTOM;
        final StringBuilder out = new StringBuilder(String.format(
                Locale.ROOT,
                "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s by %s\">%n",
                WIDTH,
                height,
                escape(yLabel),
                escape(xLabel)));
        for (final double tick : isLog ? powers(yMin, yMax) : steps(yMax)) {
            final double y = bottom - share(tick, yMin, yMax, isLog) * (bottom - TOP);
            out.append(String.format(Locale.ROOT, "<path class=\"grid\" d=\"M%d %.1fH%.1f\"/>%n", LEFT, y, right));
            text(out, LEFT - 8, y + 4, "end", number(tick));
        }
        if (categories.isEmpty()) {
            for (final double tick : steps(xMax)) {
                text(out, LEFT + tick / xMax * (right - LEFT), bottom + 18, "middle", number(tick));
            }
        }
        for (int i = 0; i < categories.size(); i++) {
            final double x = LEFT + share(i, xMin, xMax, false) * (right - LEFT);
            text(out, x, bottom + 18, "middle", categories.get(i));
        }
        text(out, (LEFT + right) / 2, height - 8.0, "middle", xLabel);
        out.append(String.format(
                Locale.ROOT,
                "<text text-anchor=\"middle\" transform=\"translate(14 %.1f) rotate(-90)\">%s</text>%n",
                (TOP + bottom) / 2,
                escape(yLabel)));
        int index = 0;
        for (final Map.Entry<String, List<double[]>> line : lines.entrySet()) {
            final String style = "c" + index % COLOURS + (index >= COLOURS ? " dashed" : "");
            final StringBuilder path = new StringBuilder();
            for (final double[] point : line.getValue()) {
                final double x = LEFT + share(point[0], xMin, xMax, false) * (right - LEFT);
                final double y = bottom - share(point[1], yMin, yMax, isLog) * (bottom - TOP);
                path.append(String.format(Locale.ROOT, "%s%.1f %.1f", path.isEmpty() ? "M" : "L", x, y));
                out.append(String.format(
                        Locale.ROOT,
                        "<circle class=\"%s\" cx=\"%.1f\" cy=\"%.1f\" r=\"2.5\"><title>%s: %s</title></circle>%n",
                        style,
                        x,
                        y,
                        escape(line.getKey()),
                        number(point[1])));
            }
            final double y = TOP + 6.0 + index * LINE;
            out.append(String.format(
                    Locale.ROOT,
                    "<path class=\"%s\" d=\"%s\"/><path class=\"%s\" d=\"M%.1f %.1fh20\"/>%n",
                    style,
                    path,
                    style,
                    right + 14,
                    y));
            text(out, right + 40, y + 4, "start", line.getKey());
            index++;
        }
        return out.append("</svg>\n").toString();
    }

    private static void text(
            final StringBuilder out, final double x, final double y, final String anchor, final String text) {
        out.append(String.format(
                Locale.ROOT, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>%n", x, y, anchor, escape(text)));
    }

    private double least() {
        return lines.values().stream()
                .flatMap(List::stream)
                .mapToDouble(point -> point[1])
                .min()
                .orElseThrow();
    }

    private double most(final int coordinate) {
        return Math.max(
                Double.MIN_NORMAL,
                lines.values().stream()
                        .flatMap(List::stream)
                        .mapToDouble(point -> point[coordinate])
                        .max()
                        .orElseThrow());
    }

    private static double share(final double value, final double min, final double max, final boolean isLog) {
        return isLog ? Math.log(value / min) / Math.log(max / min) : (value - min) / (max - min);
    }

    private static List<Double> powers(final double min, final double max) {
        final List<Double> ticks = new ArrayList<>();
        for (double tick = min; tick <= max * 1.001; tick *= 10) {
            ticks.add(tick);
        }
        return ticks;
    }

    /** Some five round numbers from 0 on. */
    private static List<Double> steps(final double max) {
        final double power = Math.pow(10, Math.floor(Math.log10(max / 5)));
        final double digit = max / 5 / power;
        final double step = power * (digit <= 1 ? 1 : digit <= 2 ? 2 : digit <= 5 ? 5 : 10);
        final List<Double> ticks = new ArrayList<>();
        for (int i = 0; i * step <= max; i++) {
            ticks.add(i * step);
        }
        return ticks;
    }

    private static String number(final double value) {
        final double size = Math.abs(value);
        if (size >= 1e6) {
            return trimmed(value / 1e6) + " M";
        }
        return size >= 1e3 ? String.format(Locale.ROOT, "%,.0f", value) : trimmed(value);
    }

    private static String trimmed(final double value) {
        return String.format(Locale.ROOT, "%.2f", value).replaceFirst("\\.?0+$", "");
    }

    static String escape(final String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
