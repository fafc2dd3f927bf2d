// SPDX-License-Identifier: Apache-2.0
package io.partita.examples.tool;

import io.partita.examples.drill.DrillSettings;
import io.partita.examples.drill.FaultKind;
import io.partita.examples.drill.Victim;
import io.partita.examples.terminal.ToolException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What every drill has to be told. */
final class DrillOptions {
    @Option(
            names = "--payments",
            paramLabel = "FILE",
            description = "CSV, plain or gzipped, with the columns date, payer, payee, amount_pence")
    private @Nullable Path payments;

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

    @Option(names = "--tls", description = "links with TLS, and certificates that are made for the drill")
    private boolean tls;

    @Option(
            names = "--register",
            paramLabel = "KIND",
            defaultValue = "file",
            description = "file, or zookeeper with an ensemble of three servers of the drill's own (default: file)")
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
            names = "--node",
            paramLabel = "KEY=VALUE",
            description = "a key of the nodes' configuration, such as suspect.ms=250; may be repeated")
    private Map<String, String> nodeKeys = new LinkedHashMap<>();

    /** Complains about what is not there. */
    void check() {
        known("--register", register, List.of("file", "zookeeper"));
        known("--transport", transport, List.of("tcp", "ipc"));
        known("--durability", durability, List.of("memory", "active-fsync", "all-fsync"));
        if (rate < 0) {
            throw ToolException.usage("WRONG_USAGE", "--rate must be 0 or more: --rate=" + rate, "see --help");
        }
    }

    String register() {
        return register;
    }

    boolean isIpc() {
        return "ipc".equals(transport);
    }

    DrillSettings settings(
            final int kills,
            final List<FaultKind> faults,
            final List<Victim> victims,
            final long[] outageMs,
            final Set<String> phases,
            final @Nullable Path keep) {
        return new DrillSettings(
                payments,
                kills,
                seed == null ? System.nanoTime() & 0xFFFF_FFFFL : seed,
                transport,
                tls,
                durability,
                register,
                rate,
                phases,
                keep,
                faults,
                victims,
                outageMs[0],
                outageMs[1],
                nodeKeys);
    }

    static void known(final String option, final String value, final List<String> known) {
        if (!known.contains(value)) {
            throw ToolException.usage("WRONG_USAGE", "unknown: " + option + "=" + value, "use one of " + known);
        }
    }
}
