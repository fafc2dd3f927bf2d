// SPDX-License-Identifier: Apache-2.0
package io.partita.examples.tool;

import io.partita.examples.terminal.Output;
import io.partita.examples.terminal.Reporting;
import io.partita.examples.terminal.ToolException;
import io.partita.ledger.backup.Backup;
import io.partita.ledger.backup.BackupRepository;
import io.partita.ledger.backup.Rehearsal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code partita backup list}. */
@Command(
        name = "list",
        description = {
            "Lists the backups and says when the last one was rehearsed. With an age: exit code 1 if that is older.",
            "Reads the manifest only; verify checks the files."
        },
        mixinStandardHelpOptions = true,
        footer = {"", "Example: partita backup list /mnt/backups/a --max-age 2h --max-rehearsal-age 2d"})
final class BackupListCommand extends Reporting {
    @Parameters(paramLabel = "DIR", description = "the folder with the backups")
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @Option(names = "--max-age", paramLabel = "T", description = "the newest backup must be this new: 15m, 2h, 1d")
    private @Nullable String ageMax;

    @Option(
            names = "--max-rehearsal-age",
            paramLabel = "T",
            description = "the last rehearsal must have passed, and be this new")
    private @Nullable String rehearsalAgeMax;

    @Override
    public Integer call() {
        final Output output = output();
        final BackupRepository repository = new BackupRepository(folder);
        final List<Backup> backups = repository.backups();
        final List<Rehearsal> rehearsals = repository.rehearsals();
        final Rehearsal last = last(rehearsals, false);
        final Rehearsal lastGood = last(rehearsals, true);
        final List<String> problems = problems(backups.get(backups.size() - 1), last);
        final List<Object> listed = new ArrayList<>();
        for (final Backup backup : backups) {
            output.line("backup " + backup.number() + "  " + Moments.text(backup.createdNs()) + "  up to seq "
                    + backup.end().seq() + ", epoch " + backup.end().epoch() + "; new: "
                    + BackupReports.newRecords(backup) + " records" + BackupReports.beginning(backup));
            listed.add(BackupReports.of(backup));
        }
        output.line("last rehearsal  " + (last == null ? "none" : BackupReports.text(last)));
        if (last != null && !last.ok()) {
            output.line("  problem: " + last.problem());
            output.line("last good one   " + (lastGood == null ? "none" : BackupReports.text(lastGood)));
        }
        final Map<String, @Nullable Object> report = new LinkedHashMap<>();
        report.put("ok", problems.isEmpty());
        report.put("backups", listed);
        report.put("lastRehearsal", BackupReports.of(last));
        report.put("lastGoodRehearsal", BackupReports.of(lastGood));
        report.put("problems", problems);
        output.result(report);
        for (final String problem : problems) {
            output.warn("partita: BACKUP_STALE: " + problem);
            output.warn("  next: run partita backup create or rehearse, and find out why nobody did");
        }
        return problems.isEmpty() ? 0 : ToolException.FAILED;
    }

    private List<String> problems(final Backup newest, final @Nullable Rehearsal last) {
        final List<String> problems = new ArrayList<>();
        if (ageMax != null && Moments.age(newest.createdNs()).compareTo(Moments.duration("--max-age", ageMax)) > 0) {
            problems.add("the newest backup is too old: created=" + Moments.text(newest.createdNs()) + ", max-age="
                    + ageMax);
        }
        if (rehearsalAgeMax == null) {
            return problems;
        }
        if (last == null || !last.ok()) {
            problems.add(
                    last == null ? "no backup was ever rehearsed" : "the last rehearsal failed: " + last.problem());
        } else if (Moments.age(last.endedNs()).compareTo(Moments.duration("--max-rehearsal-age", rehearsalAgeMax))
                > 0) {
            problems.add("the last rehearsal is too old: ended=" + Moments.text(last.endedNs()) + ", max-rehearsal-age="
                    + rehearsalAgeMax);
        }
        return problems;
    }

    /** The last rehearsal, or the last good one; null if there is none. */
    static @Nullable Rehearsal last(final List<Rehearsal> rehearsals, final boolean isGood) {
        for (int i = rehearsals.size() - 1; i >= 0; i--) {
            if (!isGood || rehearsals.get(i).ok()) {
                return rehearsals.get(i);
            }
        }
        return null;
    }
}
