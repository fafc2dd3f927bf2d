// SPDX-License-Identifier: Apache-2.0
package io.partita.examples.tool;

import io.partita.examples.drill.Drill;
import io.partita.examples.drill.DrillSettings;
import io.partita.examples.terminal.Output;
import io.partita.examples.terminal.OutputOptions;
import io.partita.examples.terminal.Reporting;
import io.partita.examples.terminal.ToolException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code partita drill failover}. */
@Command(
        name = "failover",
        description = {
            "Starts a real pair as separate processes, pays a payment file into it through a client with retries, kills the"
                    + " active while it runs, lets every victim rejoin, and audits the final ledger.",
            "Without --payments it pays a sample of some 50,000 real payments that ships with the project (contains public"
                    + " sector information licensed under the Open Government Licence v3.0)."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {"", "Example: partita drill failover --kills 4 --transport ipc --report drill.json"})
final class FailoverCommand implements Callable<Integer>, Reporting {
    private static final List<String> PHASES = List.of("serving", "start-up", "rejoin");
    private static final int KILLS_FOR_ALL_PHASES = 8;

    @Option(
            names = "--payments",
            paramLabel = "FILE",
            description = "CSV, plain or gzipped, with the columns date, payer, payee, amount_pence")
    private @Nullable Path payments;

    @Option(
            names = "--kills",
            paramLabel = "N",
            defaultValue = "2",
            description = "faults that must count (default: 2)")
    private int kills;

    @Option(
            names = "--fault",
            paramLabel = "KIND",
            defaultValue = "kill",
            description = "kill (pause, switchover and partition do not exist yet)")
    @SuppressWarnings("NullAway.Init")
    private String fault;

    @Option(
            names = "--phases",
            paramLabel = "LIST",
            split = ",",
            description = "serving, start-up, rejoin (default: serving; all with 8 kills or more)")
    private @Nullable List<String> phases;

    @Option(
            names = "--durability",
            paramLabel = "MODE",
            defaultValue = "memory",
            description = "memory, active-fsync or all-fsync (default: memory)")
    @SuppressWarnings("NullAway.Init")
    private String durability;

    @Option(names = "--transport", paramLabel = "KIND", defaultValue = "tcp", description = "tcp or ipc (default: tcp)")
    @SuppressWarnings("NullAway.Init")
    private String transport;

    @Option(
            names = "--register",
            paramLabel = "KIND",
            defaultValue = "file",
            description = "file (zookeeper does not exist yet)")
    @SuppressWarnings("NullAway.Init")
    private String register;

    @Option(
            names = "--rate",
            paramLabel = "N",
            defaultValue = "0",
            description = "payments a second at most (default: no limit but the pacing)")
    private long rate;

    @Option(names = "--seed", paramLabel = "S", description = "repeats a plan of faults (default: drawn, and reported)")
    private @Nullable Long seed;

    @Option(
            names = "--keep",
            paramLabel = "DIR",
            description = "leaves the nodes' data folders a and b in this new folder")
    private @Nullable Path keep;

    @Mixin
    private final OutputOptions options = new OutputOptions();

    @Override
    public Output output() {
        return options.open();
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        final Output output = options.open();
        checkKnown("--fault", fault, List.of("kill"), List.of("pause", "switchover", "partition"));
        checkKnown("--register", register, List.of("file"), List.of("zookeeper"));
        checkKnown("--transport", transport, List.of("tcp", "ipc"), List.of());
        checkKnown("--durability", durability, List.of("memory", "active-fsync", "all-fsync"), List.of());
        if (kills < 1 || rate < 0) {
            throw ToolException.usage(
                    "WRONG_USAGE",
                    "--kills must be 1 or more, --rate 0 or more: --kills=" + kills + ", --rate=" + rate,
                    "see --help");
        }
        final Drill drill = new Drill(
                new DrillSettings(
                        payments,
                        kills,
                        seed == null ? System.nanoTime() & 0xFFFF_FFFFL : seed,
                        transport,
                        durability,
                        register,
                        rate,
                        phaseSet(),
                        keep),
                output);
        final Map<String, @Nullable Object> report = drill.run();
        for (final String line : drill.summary()) {
            output.line(line);
        }
        output.result(report);

        return Boolean.TRUE.equals(report.get("ok")) ? 0 : ToolException.FAILED;
    }

    private Set<String> phaseSet() {
        if (phases == null) {
            return new LinkedHashSet<>(kills >= KILLS_FOR_ALL_PHASES ? PHASES : List.of(PHASES.get(0)));
        }
        for (final String phase : phases) {
            checkKnown("--phases", phase, PHASES, List.of());
        }
        return new LinkedHashSet<>(phases);
    }

    private static void checkKnown(
            final String option, final String value, final List<String> known, final List<String> later) {
        if (later.contains(value)) {
            throw ToolException.usage(
                    "NOT_AVAILABLE",
                    "this release does not have it yet: " + option + "=" + value,
                    "use one of " + known);
        }
        if (!known.contains(value)) {
            throw ToolException.usage("WRONG_USAGE", "unknown: " + option + "=" + value, "use one of " + known);
        }
    }
}
