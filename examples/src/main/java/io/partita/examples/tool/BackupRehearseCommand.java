// SPDX-License-Identifier: Apache-2.0
package io.partita.examples.tool;

import io.partita.examples.terminal.Output;
import io.partita.examples.terminal.Reporting;
import io.partita.examples.terminal.ToolException;
import io.partita.ledger.backup.Backup;
import io.partita.ledger.backup.BackupRepository;
import io.partita.ledger.backup.Rehearsal;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code partita backup rehearse}. */
@Command(
        name = "rehearse",
        description = {
            "Restores the newest backup into a scratch folder, replays it, and compares position, digests and balances with what",
            "the manifest and the node said; checks the invariants. The result is kept with the backups. Failed: exit code 1."
        },
        mixinStandardHelpOptions = true,
        footer = {"", "Example: partita backup rehearse /mnt/backups/a --scratch /var/tmp"})
final class BackupRehearseCommand extends Reporting {
    @Parameters(paramLabel = "DIR", description = "the folder with the backups")
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @Option(
            names = "--scratch",
            paramLabel = "DIR",
            description =
                    "where to restore to, in a folder partita-rehearsal that is deleted (default: with the backups)")
    private @Nullable Path scratch;

    @Mixin
    private final LogicOption logic = new LogicOption();

    @Override
    public Integer call() {
        return rehearse(new BackupRepository(folder), scratch, logic, output()) ? 0 : ToolException.FAILED;
    }

    /** Rehearses and tells the result. */
    static boolean rehearse(
            final BackupRepository repository,
            final @Nullable Path scratch,
            final LogicOption logic,
            final Output output) {
        final Rehearsal rehearsal =
                repository.rehearse(scratch, logic.open(), seq -> output.progress("rehearsal: up to seq " + seq));
        final Backup backup = repository.backups().get((int) rehearsal.backup() - 1);
        output.line(BackupReports.text(rehearsal));
        output.line(
                "  up to seq " + backup.end().seq() + ", epoch " + backup.end().epoch());
        final Map<String, @Nullable Object> report =
                new LinkedHashMap<>(Objects.requireNonNull(BackupReports.of(rehearsal), "a rehearsal"));
        report.put("rehearsed", BackupReports.of(backup));
        if (rehearsal.ok()) {
            BackupReports.tell(output, backup.state());
        }
        output.result(report);
        if (!rehearsal.ok()) {
            output.warn("partita: REHEARSAL_FAILED: " + rehearsal.problem());
            output.warn(
                    "  next: back up into another folder now, while the ledger is there; then run partita backup verify");
        }
        return rehearsal.ok();
    }
}
