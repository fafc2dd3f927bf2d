// SPDX-License-Identifier: Apache-2.0
package io.partita.examples.tool;

import io.partita.examples.terminal.Output;
import io.partita.examples.terminal.Reporting;
import io.partita.examples.terminal.ToolException;
import io.partita.ledger.backup.Backup;
import io.partita.ledger.backup.BackupRepository;
import io.partita.ledger.backup.BackupVerification;
import io.partita.ledger.journal.Damage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code partita backup verify}. */
@Command(
        name = "verify",
        description =
                "Checks every byte of the backups against manifest, SHA-256, checksums and chain. Damage: where it is,"
                        + " and exit code 1. Reads only.",
        mixinStandardHelpOptions = true,
        footer = {"", "Example: partita backup verify /mnt/backups/a"})
final class BackupVerifyCommand extends Reporting {
    @Parameters(paramLabel = "DIR", description = "the folder with the backups")
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @Override
    public Integer call() {
        final Output output = output();
        final BackupVerification found =
                new BackupRepository(folder).verify(seq -> output.progress("verified up to seq " + seq));
        final Backup newest = found.newest();
        output.line((found.ok() ? "OK: " : "DAMAGED: ")
                + folder
                + (newest == null
                        ? ""
                        : ": backups=" + newest.number() + ", seq="
                                + newest.end().seq() + ", files=" + found.files() + ", bytes=" + found.bytes()));
        final List<Object> damages = new ArrayList<>();
        for (final Damage damage : found.damages()) {
            output.line("  damage: " + damage);
            final Map<String, @Nullable Object> fields = new LinkedHashMap<>();
            fields.put("file", damage.file());
            fields.put("offset", damage.offset());
            fields.put("seq", damage.seq());
            fields.put("what", damage.what());
            damages.add(fields);
        }
        for (final String note : found.notes()) {
            output.line("  leftover " + note);
        }
        final Map<String, @Nullable Object> report = new LinkedHashMap<>();
        report.put("ok", found.ok());
        report.put("newest", newest == null ? null : BackupReports.of(newest));
        report.put("files", found.files());
        report.put("bytes", found.bytes());
        report.put("damages", damages);
        report.put("notes", found.notes());
        output.result(report);
        if (!found.ok()) {
            output.warn("partita: DAMAGED: the backups do not hold: folder=" + folder);
            output.warn("  next: keep them for inspection; back up into another folder now, while the ledger is there");
        }

        return found.ok() ? 0 : ToolException.FAILED;
    }
}
