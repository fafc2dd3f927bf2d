// SPDX-License-Identifier: Apache-2.0
package io.partita.examples.tool;

import io.partita.examples.drill.Drill;
import io.partita.examples.drill.DrillSettings;
import io.partita.examples.drill.FaultKind;
import io.partita.examples.drill.Victim;
import io.partita.examples.terminal.Output;
import io.partita.examples.terminal.Reporting;
import io.partita.examples.terminal.ToolException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code partita drill times}: how long each kind of fault takes, over many rounds. */
@Command(
        name = "times",
        description = {
            "How long it takes from a fault to the first new answer, and to each step in between, as a Markdown table: one drill per"
                    + " case, with answers outstanding at each fault, and audited like any other.",
            "Cases: kill (restarted at once), crash (after a second), pause (default timers), pause-fast (heartbeat 10 ms, suspicion 250 ms), switchover, standby-kill, standby-pause."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {"", "Example: partita drill times --rounds 100 --cases kill,pause --report times.json"})
final class TimesCommand extends Reporting {
    /** What is measured: a kind of fault, who is hit, how long, and with which timers. */
    private record Case(
            String name, FaultKind kind, Victim victim, long outageMsMin, long outageMsMax, Map<String, String> keys) {}

    private static final List<Case> CASES = List.of(
            new Case("kill", FaultKind.KILL, Victim.ACTIVE, 1, 1, Map.of()),
            new Case("crash", FaultKind.CRASH, Victim.ACTIVE, 1_000, 1_000, Map.of()),
            new Case("pause", FaultKind.PAUSE, Victim.ACTIVE, 1_300, 2_000, Map.of()),
            new Case(
                    "pause-fast",
                    FaultKind.PAUSE,
                    Victim.ACTIVE,
                    700,
                    1_500,
                    Map.of("heartbeat.ms", "10", "suspect.ms", "250", "shrink.ms", "100", "reconnect.grace.ms", "50")),
            new Case("switchover", FaultKind.SWITCHOVER, Victim.ACTIVE, 1, 1, Map.of()),
            new Case("standby-kill", FaultKind.KILL, Victim.STANDBY, 1, 1, Map.of()),
            new Case("standby-pause", FaultKind.PAUSE, Victim.STANDBY, 600, 1_000, Map.of()));

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "100",
            description = "counted faults of each case (default: 100)")
    private int rounds;

    @Option(names = "--cases", paramLabel = "LIST", split = ",", description = "which ones (default: all)")
    private @Nullable List<String> cases;

    @Mixin
    private final DrillOptions drill = new DrillOptions();

    @Override
    public Integer call() throws IOException, InterruptedException {
        final Output output = output();
        drill.check();
        if (rounds < 1) {
            throw ToolException.usage("WRONG_USAGE", "--rounds must be 1 or more: --rounds=" + rounds, "see --help");
        }
        final List<String> names = CASES.stream().map(Case::name).toList();
        final List<String> wanted = cases == null ? names : cases;
        wanted.forEach(name -> DrillOptions.known("--cases", name, names));
        final Map<String, @Nullable Object> reports = new LinkedHashMap<>();
        final List<String> table = new ArrayList<>();
        boolean isOk = true;
        final double loadBefore = load();
        for (final Case each : CASES) {
            if (wanted.contains(each.name())) {
                final Drill run = new Drill(settings(each), output);
                final Map<String, @Nullable Object> report = run.run();
                reports.put(each.name(), report);
                table.addAll(run.timesTable(each.name()));
                if (!Boolean.TRUE.equals(report.get("ok"))) {
                    isOk = false;
                    run.summary().forEach(output::warn);
                }
            }
        }
        final String machine = String.format(
                Locale.ROOT,
                "%d processors, JDK %s, register %s, transport %s, load average %.1f at the start and %.1f at the end. Milliseconds"
                        + " from the fault.",
                Runtime.getRuntime().availableProcessors(),
                System.getProperty("java.version"),
                drill.register(),
                drill.isIpc() ? "ipc" : "tcp",
                loadBefore,
                load());
        output.line(machine);
        output.line("");
        output.line("| case | step | n | p50 | p90 | p99 | max |");
        output.line("|---|---|---|---|---|---|---|");
        table.forEach(output::line);
        final Map<String, @Nullable Object> all = new LinkedHashMap<>();
        all.put("ok", isOk);
        all.put("machine", machine);
        all.put("cases", reports);
        output.result(all);

        return isOk ? 0 : ToolException.FAILED;
    }

    private DrillSettings settings(final Case each) {
        return drill.settings(
                        rounds,
                        List.of(each.kind()),
                        List.of(each.victim()),
                        new long[] {each.outageMsMin(), each.outageMsMax()},
                        Set.of(),
                        null)
                .withNodeKeys(each.keys());
    }

    private static double load() {
        return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    }
}
