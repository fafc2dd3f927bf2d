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
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code partita drill all}. */
@Command(
        name = "all",
        description = "One drill after the other: every kind of fault there is, each on a pair of its own.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {"", "Example: partita drill all --kills 3 --report drills.json"})
final class AllDrillsCommand extends Reporting {
    @Option(
            names = "--kills",
            paramLabel = "N",
            defaultValue = "2",
            description = "faults of each kind that must count (default: 2; partitions: one of each cut at least)")
    private int kills;

    @Mixin
    private final DrillOptions drill = new DrillOptions();

    @Override
    public Integer call() throws IOException, InterruptedException {
        final Output output = output();
        drill.check();
        if (kills < 1) {
            throw ToolException.usage("WRONG_USAGE", "--kills must be 1 or more: --kills=" + kills, "see --help");
        }
        final List<Object> reports = new ArrayList<>();
        boolean isOk = true;
        for (final FaultKind kind : FaultKind.values()) {
            if (drill.isIpc() && kind.needsTcp()) {
                output.warn("left out, what is cut or cloned are TCP connections: fault=" + kind.label());
                continue;
            }
            output.line("fault " + kind.label() + ":");
            final Drill run = new Drill(
                    drill.settings(
                            kind == FaultKind.PARTITION ? Math.max(kills, FaultKind.CUTS) : kills,
                            List.of(kind),
                            kind == FaultKind.KILL ? List.of(Victim.values()) : List.of(Victim.ACTIVE, Victim.STANDBY),
                            new long[] {DrillSettings.OUTAGE_MS_MIN_DEFAULT, DrillSettings.OUTAGE_MS_MAX_DEFAULT},
                            Set.of(),
                            null),
                    output);
            final Map<String, @Nullable Object> report = run.run();
            run.summary().forEach(output::line);
            reports.add(report);
            isOk &= Boolean.TRUE.equals(report.get("ok"));
        }
        final Map<String, @Nullable Object> all = new LinkedHashMap<>();
        all.put("ok", isOk);
        all.put("drills", reports);
        output.result(all);

        return isOk ? 0 : ToolException.FAILED;
    }
}
