// SPDX-License-Identifier: Apache-2.0
package io.partita.benchmarks;

import io.partita.benchmarks.load.Figures;
import io.partita.benchmarks.load.GarbageRun;
import io.partita.benchmarks.load.GarbageRun.Case;
import io.partita.benchmarks.load.GarbageRun.Collector;
import io.partita.benchmarks.load.LoadRun;
import io.partita.benchmarks.load.Mode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** {@code garbage}: what garbage collectors have to do with the slowest answers, beside an application that makes garbage. */
final class GarbageCommand {
    private int rounds = 5;
    private int perSecond = 200_000;
    private int megabytes = 200;
    private long warmUpMs = 2_000;
    private long measuredMs = 10_000;
    private Path folder = Path.of(System.getProperty("java.io.tmpdir"));
    private @Nullable Path json;

    private GarbageCommand() {}

    static int run(final String[] args) throws Exception {
        final GarbageCommand command = new GarbageCommand();
        try {
            command.parse(args);
        } catch (final IllegalArgumentException e) {
            return Main.wrongUsage(String.valueOf(e.getMessage()));
        }
        final Environment environment = Environment.now();
        final LoadRun.Plan plan = new LoadRun.Plan(command.folder, command.warmUpMs, command.measuredMs, 0);
        final Map<Case, Figures> figures = Figures.inTurns(
                command.cases(), command.rounds, each -> GarbageRun.measure(each, plan, command.perSecond), System.err);
        System.out.print(environment.text()
                + String.format(
                        Locale.ROOT,
                        ". Medians of %d rounds of %.0f s, and the longest of all; %,d transfers/s in batches of 64, link TCP.%n%n",
                        command.rounds,
                        command.measuredMs / 1e3,
                        command.perSecond)
                + table(figures));
        environment.save(command.json, json(figures));
        return 0;
    }

    private void parse(final String... args) {
        for (int i = 0; i < args.length; i++) {
            if ("--quick".equals(args[i])) {
                rounds = 1;
                warmUpMs = 500;
                measuredMs = 1_000;
                continue;
            }
            if (i + 1 == args.length) {
                throw new IllegalArgumentException("unknown option, or its value is missing: " + args[i]);
            }
            final String value = args[i + 1];
            switch (args[i++]) {
                case "--rounds" -> rounds = Integer.parseInt(value);
                case "--rate" -> perSecond = Integer.parseInt(value);
                case "--megabytes" -> megabytes = Integer.parseInt(value);
                case "--seconds" -> measuredMs = (long) (Double.parseDouble(value) * 1_000);
                case "--dir" -> folder = Path.of(value);
                case "--json" -> json = Path.of(value);
                default -> throw new IllegalArgumentException("unknown option: " + args[i - 1]);
            }
        }
        if (rounds < 1 || perSecond < 1 || megabytes < 1 || measuredMs < 1) {
            throw new IllegalArgumentException("--rounds, --rate, --megabytes and --seconds must be more than 0");
        }
    }

    private List<Case> cases() {
        final List<Case> cases = new ArrayList<>();
        for (final Mode mode : List.of(Mode.PAIR_MEMORY, Mode.ONE_MEMORY)) {
            for (final Collector collector : Collector.values()) {
                cases.add(new Case(mode, collector, 0));
                cases.add(new Case(mode, collector, megabytes));
            }
        }
        return cases;
    }

    private static String table(final Map<Case, Figures> figures) {
        final StringBuilder out = new StringBuilder(
                "| nodes | collector | garbage, MB/s | p50 us | p99 us | p99.9 us | max us | pauses | together, ms | longest, us |"
                        + " of all answers met one | of the slowest 0.1 % |\n|---|---|---|---|---|---|---|---|---|---|---|---|\n");
        figures.forEach((what, each) -> out.append(String.format(
                Locale.ROOT,
                "| %s | %s | %,.0f | %,.0f | %,.0f | %,.0f | %,.0f | %,.0f | %,.1f | %,.0f | %.2f %% | %.0f %% |%n",
                what.mode().topology(),
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
                        "{\"topology\":\"%s\",\"collector\":\"%s\",\"megabytesPerSecond\":%d,\"figures\":%s}",
                        each.getKey().mode().topology(),
                        each.getKey().collector(),
                        each.getKey().megabytesPerSecond(),
                        each.getValue().json()))
                .collect(Collectors.joining(",\n", "\"garbage\":[\n", "\n]"));
    }
}
