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
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code partita drill failover}. */
@Command(
        name = "failover",
        description = {
            "Starts a real pair as separate processes, pays a payment file into it through a client with retries, breaks the"
                    + " active while it runs, lets every victim rejoin, and audits the final ledger.",
            "Without --payments it pays a sample of some 50,000 real payments that ships with the project (contains public"
                    + " sector information licensed under the Open Government Licence v3.0)."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {"", "Example: partita drill failover --kills 4 --transport ipc --report drill.json"})
final class FailoverCommand extends Reporting {
    private static final List<String> PHASES = List.of("serving", "start-up", "rejoin");
    private static final List<String> FAULTS =
            Arrays.stream(FaultKind.values()).map(FaultKind::label).toList();
    private static final List<String> VICTIMS =
            Arrays.stream(Victim.values()).map(Victim::label).toList();
    private static final int KILLS_FOR_ALL_PHASES = 8;

    @Option(
            names = "--kills",
            paramLabel = "N",
            defaultValue = "2",
            description = "faults that must count (default: 2)")
    private int kills;

    @Option(
            names = "--fault",
            paramLabel = "KIND",
            split = ",",
            defaultValue = "kill",
            description =
                    "kill, crash (restarted after a while), switchover, pause (SIGSTOP and SIGCONT), partition (through a proxy: one way, both ways, refused, the"
                            + " register, all of it, clients; in turn), clock (the wall clock jumps by 2 s to 12 h, ahead or back), wipe, restore (an older copy) or clone (of the data folder);"
                            + " several in turn (default: kill)")
    @SuppressWarnings("NullAway.Init")
    private List<String> faults;

    @Option(
            names = "--victim",
            paramLabel = "WHO",
            split = ",",
            defaultValue = "active",
            description = "active, standby or both (kills; else the active), several in turn (default: active)")
    @SuppressWarnings("NullAway.Init")
    private List<String> victims;

    @Option(
            names = "--outage-ms",
            paramLabel = "MIN..MAX",
            defaultValue = DrillSettings.OUTAGE_MS_MIN_DEFAULT + ".." + DrillSettings.OUTAGE_MS_MAX_DEFAULT,
            description =
                    "how long a crash, a pause, a partition or a wrong clock lasts (default: beyond suspicion, ${DEFAULT-VALUE})")
    @SuppressWarnings("NullAway.Init")
    private String outageMs;

    @Option(
            names = "--phases",
            paramLabel = "LIST",
            split = ",",
            description = "serving, start-up, rejoin (default: serving; all with 8 kills or more)")
    private @Nullable List<String> phases;

    @Option(
            names = "--keep",
            paramLabel = "DIR",
            description = "leaves the nodes' data folders a and b in this new folder")
    private @Nullable Path keep;

    @Mixin
    private final DrillOptions drill = new DrillOptions();

    @Override
    public Integer call() throws IOException, InterruptedException {
        final Output output = output();
        for (final String fault : faults) {
            DrillOptions.known("--fault", fault, FAULTS);
        }
        for (final String victim : victims) {
            DrillOptions.known("--victim", victim, VICTIMS);
        }
        drill.check();
        if (kills < 1) {
            throw ToolException.usage("WRONG_USAGE", "--kills must be 1 or more: --kills=" + kills, "see --help");
        }
        if (drill.isIpc() && faults.stream().map(FaultKind::of).anyMatch(FaultKind::needsTcp)) {
            throw ToolException.usage(
                    "WRONG_USAGE",
                    "what is cut or cloned are TCP connections: --fault=" + faults + ", --transport=ipc",
                    "use --transport tcp");
        }
        final Drill run = new Drill(
                drill.settings(
                        kills,
                        faults.stream().map(FaultKind::of).toList(),
                        victims.stream().map(Victim::of).toList(),
                        outage(),
                        phaseSet(),
                        keep),
                output);
        final Map<String, @Nullable Object> report = run.run();
        for (final String line : run.summary()) {
            output.line(line);
        }
        output.result(report);

        return Boolean.TRUE.equals(report.get("ok")) ? 0 : ToolException.FAILED;
    }

    private long[] outage() {
        final Matcher matcher = Pattern.compile("(\\d{1,7})\\.\\.(\\d{1,7})").matcher(outageMs);
        if (matcher.matches()) {
            final long min = Long.parseLong(matcher.group(1));
            final long max = Long.parseLong(matcher.group(2));
            if (min >= 1 && min <= max) {
                return new long[] {min, max};
            }
        }
        throw ToolException.usage(
                "WRONG_USAGE", "no range of milliseconds: --outage-ms=" + outageMs, "give two numbers: 100..30000");
    }

    private Set<String> phaseSet() {
        if (phases == null) {
            return new LinkedHashSet<>(kills >= KILLS_FOR_ALL_PHASES ? PHASES : List.of(PHASES.get(0)));
        }
        for (final String phase : phases) {
            DrillOptions.known("--phases", phase, PHASES);
        }
        return new LinkedHashSet<>(phases);
    }
}
