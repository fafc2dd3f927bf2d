// SPDX-License-Identifier: Apache-2.0
package io.partita.benchmarks;

import io.partita.benchmarks.load.Figures;
import io.partita.benchmarks.load.StartRun;
import io.partita.benchmarks.micro.BenchFolder;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** {@code start}: how long it takes from the start of a process to its first answer, and until it is as fast as it gets. */
final class StartCommand {
    private static final List<Integer> SHOWN = List.of(1, 2, 3, 5, 10);

    private StartCommand() {}

    static int run(final String[] args) throws Exception {
        int rounds = 5;
        @Nullable Path json = null;
        for (int i = 0; i < args.length; i++) {
            if ("--quick".equals(args[i])) {
                rounds = 1;
            } else if (i + 1 < args.length && "--rounds".equals(args[i])) {
                rounds = Integer.parseInt(args[++i]);
            } else if (i + 1 < args.length && "--json".equals(args[i])) {
                json = Path.of(args[++i]);
            } else if (i + 1 < args.length && "--dir".equals(args[i])) {
                System.setProperty("partita.bench.dir", args[++i]);
            } else {
                return Main.wrongUsage("unknown option, or its value is missing: " + args[i]);
            }
        }
        final Environment environment = Environment.now();
        final Map<StartRun.Case, Figures> figures;
        try (BenchFolder folder = new BenchFolder()) {
            figures = Figures.inTurns(
                    List.of(StartRun.Case.values()), rounds, new StartRun(folder.path())::measure, System.err);
        }
        System.out.print(environment.text() + ". Medians of " + rounds + " rounds.\n\n" + table(figures));
        environment.save(json, json(figures));
        return 0;
    }

    private static String table(final Map<StartRun.Case, Figures> figures) {
        final StringBuilder out = new StringBuilder("| what starts | first answer after, ms (spread) |");
        SHOWN.forEach(
                second -> out.append(" transfers/s, second ").append(second).append(" |"));
        out.append("\n|---|---|").append("---|".repeat(SHOWN.size())).append('\n');
        figures.forEach((how, each) -> {
            out.append(String.format(
                    Locale.ROOT,
                    "| %s | %,.0f (%,.0f-%,.0f) |",
                    how,
                    each.median("firstAnswerMs"),
                    each.min("firstAnswerMs"),
                    each.max("firstAnswerMs")));
            SHOWN.forEach(second -> out.append(String.format(Locale.ROOT, " %,.0f |", each.median("second" + second))));
            out.append('\n');
        });
        return out.toString();
    }

    private static String json(final Map<StartRun.Case, Figures> figures) {
        return figures.entrySet().stream()
                .map(each -> String.format(
                        Locale.ROOT,
                        "{\"case\":\"%s\",\"firstAnswerMs\":%.0f,\"firstAnswerMsMin\":%.0f,\"firstAnswerMsMax\":%.0f,"
                                + "\"perSecond\":[%s]}",
                        each.getKey(),
                        each.getValue().median("firstAnswerMs"),
                        each.getValue().min("firstAnswerMs"),
                        each.getValue().max("firstAnswerMs"),
                        IntStream.rangeClosed(1, StartRun.SECONDS)
                                .mapToObj(second -> String.format(
                                        Locale.ROOT, "%.0f", each.getValue().median("second" + second)))
                                .collect(Collectors.joining(","))))
                .collect(Collectors.joining(",\n", "\"start\":[\n", "\n]"));
    }
}
