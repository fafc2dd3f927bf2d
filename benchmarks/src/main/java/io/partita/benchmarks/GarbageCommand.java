// SPDX-License-Identifier: Apache-2.0
package io.partita.benchmarks;

import io.partita.benchmarks.load.Figures;
import io.partita.benchmarks.load.GarbageRun;
import io.partita.benchmarks.load.GarbageRun.Case;
import io.partita.benchmarks.load.GarbageRun.Collector;
import io.partita.benchmarks.load.LoadCase;
import io.partita.benchmarks.load.LoadOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** {@code garbage}: what garbage collectors have to do with the slowest answers, beside an application that makes garbage. */
final class GarbageCommand {
    private GarbageCommand() {}

    static int run(final String[] args) throws Exception {
        final LoadOptions options;
        try {
            options = LoadOptions.garbage(args);
        } catch (final IllegalArgumentException e) {
            return Main.wrongUsage(String.valueOf(e.getMessage()));
        }
        final Environment environment = Environment.now();
        final int perSecond = options.rates().get(0);
        final Map<Case, Figures> figures = Figures.inTurns(
                cases(options),
                options.rounds(),
                each -> GarbageRun.measure(each, options.plan(), perSecond),
                System.err);
        System.out.print(environment.text()
                + String.format(
                        Locale.ROOT,
                        ". Medians of %d rounds of %.0f s, and the longest of all; %,d transfers/s.%n%n",
                        options.rounds(),
                        options.plan().measuredMs() / 1e3,
                        perSecond)
                + table(figures));
        environment.save(options.json(), json(figures));
        return 0;
    }

    private static List<Case> cases(final LoadOptions options) {
        final List<Case> cases = new ArrayList<>();
        for (final LoadCase load : options.cases()) {
            for (final Collector collector : Collector.values()) {
                cases.add(new Case(load, collector, 0));
                cases.add(new Case(load, collector, options.megabytes()));
            }
        }
        return cases;
    }

    private static String table(final Map<Case, Figures> figures) {
        final StringBuilder out = new StringBuilder(
                "| nodes | batch | collector | garbage, MB/s | p50 us | p99 us | p99.9 us | max us | pauses | together, ms | longest, us |"
                        + " of all answers met one | of the slowest 0.1 % |\n|---|---|---|---|---|---|---|---|---|---|---|---|---|\n");
        figures.forEach((what, each) -> out.append(String.format(
                Locale.ROOT,
                "| %s | %,d | %s | %,.0f | %,.0f | %,.0f | %,.0f | %,.0f | %,.0f | %,.1f | %,.0f | %.2f %% | %.0f %% |%n",
                what.load().mode().topology(),
                what.load().batch(),
                what.collector(),
                each.median("garbageMBPerSecond"),
                each.median("answer.p50"),
                each.median("answer.p99"),
                each.median("answer.p999"),
                each.max("answer.max"),
                each.median("pauses"),
                each.median("pausedMs"),
                each.max("longestPauseUs"),
                100 * each.median("allPaused") / each.median("answers"),
                100 * each.median("tailPaused") / each.median("tail"))));
        return out.toString();
    }

    private static String json(final Map<Case, Figures> figures) {
        return figures.entrySet().stream()
                .map(each -> String.format(
                        Locale.ROOT,
                        "{%s,\"collector\":\"%s\",\"megabytesPerSecond\":%d,\"figures\":%s}",
                        each.getKey().load().json(),
                        each.getKey().collector(),
                        each.getKey().megabytesPerSecond(),
                        each.getValue().json()))
                .collect(Collectors.joining(",\n", "\"garbage\":[\n", "\n]"));
    }
}
