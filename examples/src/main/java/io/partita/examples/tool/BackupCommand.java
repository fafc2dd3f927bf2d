// SPDX-License-Identifier: Apache-2.0
package io.partita.examples.tool;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code partita backup}: what there is to do with backups. */
@Command(
        name = "backup",
        description = "Backs a ledger up while it runs, restores it to any point, and proves that it can.",
        mixinStandardHelpOptions = true,
        subcommands = {
            BackupCreateCommand.class,
            BackupListCommand.class,
            BackupVerifyCommand.class,
            BackupRestoreCommand.class,
            BackupRehearseCommand.class,
            CommandLine.HelpCommand.class
        },
        footer = {"", "Example: partita backup create data/a /mnt/backups/a"})
final class BackupCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(), "Missing: do what? There are: create, list, verify, restore, rehearse");
    }
}
