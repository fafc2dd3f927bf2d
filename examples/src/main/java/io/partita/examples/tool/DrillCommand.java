// SPDX-License-Identifier: Apache-2.0
package io.partita.examples.tool;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code partita drill}: the drills there are. */
@Command(
        name = "drill",
        description = "Breaks a real pair on purpose and audits what is left.",
        mixinStandardHelpOptions = true,
        subcommands = {FailoverCommand.class, AllDrillsCommand.class, TimesCommand.class, CommandLine.HelpCommand.class
        },
        footer = {"", "Example: partita drill failover --kills 4"})
final class DrillCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Missing: which drill? There are: failover, all, times");
    }
}
