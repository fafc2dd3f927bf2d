// SPDX-License-Identifier: Apache-2.0
package io.partita.examples.tool;

import io.partita.examples.terminal.Errors;
import java.util.Objects;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The root command: says what there is and hands over to one class per command. */
@Command(
        name = "partita",
        description = "The Partita settlement core: run it, break it, check it.",
        version = "partita 0.1.0-SNAPSHOT",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            ExecCommand.class,
            DrillCommand.class,
            NodeCommand.class,
            StatusCommand.class,
            SwitchoverCommand.class,
            VerifyCommand.class,
            ReplayCommand.class,
            JournalCommand.class,
            BackupCommand.class,
            SnapshotCommand.class,
            MendCommand.class,
            RecoverCommand.class
        },
        footer = {
            "",
            "Exit code: 0 what was asked holds, 1 it does not, 2 wrong usage.",
            "Example: partita drill failover --kills 4"
        })
public final class PartitaTool implements Runnable {
    private PartitaTool() {}

    /**
     * The tool's command line, ready to execute.
     *
     * @return with all commands.
     */
    public static CommandLine commandLine() {
        final CommandLine commandLine = new CommandLine(new PartitaTool());
        NodeCommand.addTable(Objects.requireNonNull(commandLine.getSubcommands().get("node"), "node"));
        return Errors.install(commandLine);
    }

    /** Without a command there is nothing to do but to say what there is. */
    @Override
    public void run() {
        CommandLine.usage(this, System.out);
    }
}
