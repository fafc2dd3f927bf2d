// SPDX-License-Identifier: Apache-2.0
package io.partita.examples.tool;

import io.partita.examples.terminal.Errors;
import io.partita.examples.terminal.Output;
import io.partita.examples.terminal.Reporting;
import io.partita.examples.terminal.ToolException;
import io.partita.ledger.backup.Backup;
import io.partita.ledger.backup.BackupRepository;
import io.partita.ledger.backup.Rehearsal;
import io.partita.ledger.model.PartitaException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code partita backup create}. */
@Command(
        name = "create",
        description = {
            "Backs up what is committed in a data folder and not yet in the backups; its node may run, or not.",
            "Then replays the backups, compares them with what the node says of its state, and keeps the digests."
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Example: partita backup create data/a /mnt/backups/a",
            "Example: partita backup create data/a /mnt/backups/a --every 1h --rehearse-every 1d --json >> backups.jsonl"
        })
final class BackupCreateCommand extends Reporting {
    @Parameters(index = "0", paramLabel = "DATA", description = "the node's data folder; it is only read")
    @SuppressWarnings("NullAway.Init")
    private Path data;

    @Parameters(index = "1", paramLabel = "DIR", description = "the folder for this ledger's backups; made if need be")
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @Option(
            names = "--no-digest",
            description = "do not replay: for a ledger whose replay takes long; the next rehearsal makes up for it")
    private boolean isWithoutDigest;

    @Option(
            names = "--every",
            paramLabel = "T",
            description = "go on until this process is ended, with a backup every T: 15m, 1h, 1d")
    private @Nullable String every;

    @Option(
            names = "--rehearse-every",
            paramLabel = "T",
            description =
                    "with --every: also rehearse, after the first backup that is made T or more after the last rehearsal")
    private @Nullable String rehearseEvery;

    @Mixin
    private final LogicOption logic = new LogicOption();

    @Override
    public Integer call() {
        if (rehearseEvery != null && every == null) {
            throw ToolException.usage(
                    "WRONG_USAGE",
                    "--rehearse-every goes with --every only",
                    "say --every, too, or run partita backup rehearse");
        }
        final Output output = output();
        final BackupRepository repository = new BackupRepository(folder);
        if (every == null) {
            create(repository, output);
            return 0;
        }
        final Duration pause = Moments.duration("--every", every);
        final Duration rehearsalAge =
                rehearseEvery == null ? null : Moments.duration("--rehearse-every", rehearseEvery);
        return goOn(repository, output, pause, rehearsalAge);
    }

    private void create(final BackupRepository repository, final Output output) {
        final Backup backup = repository.create(
                data, !isWithoutDigest, logic.open(), seq -> output.progress("backup: up to seq " + seq));
        output.line("OK: backup " + backup.number() + " of " + data + ": up to seq "
                + backup.end().seq() + ", epoch "
                + backup.end().epoch() + "; new: " + BackupReports.newRecords(backup) + " records, "
                + BackupReports.newBytes(backup) + " bytes" + BackupReports.beginning(backup));
        BackupReports.tell(output, backup.state());
        final Map<String, @Nullable Object> report = new LinkedHashMap<>();
        report.put("ok", true);
        report.putAll(BackupReports.of(backup));
        output.result(report);
    }

    /** An error of one backup is told and does not end the schedule: the next one may do. */
    private int goOn(
            final BackupRepository repository,
            final Output output,
            final Duration pause,
            final @Nullable Duration rehearsalAge) {
        while (!Thread.currentThread().isInterrupted()) {
            final long startNs = System.nanoTime();
            try {
                create(repository, output);
                if (rehearsalAge != null && isRehearsalDue(repository, rehearsalAge)) {
                    BackupRehearseCommand.rehearse(repository, null, logic, output);
                }
            } catch (final ToolException | PartitaException ex) {
                Errors.tell(ex, output);
            }
            try {
                Thread.sleep(Math.max(0, pause.toMillis() - (System.nanoTime() - startNs) / 1_000_000));
            } catch (final InterruptedException ex) {
                break;
            }
        }
        return 0;
    }

    private static boolean isRehearsalDue(final BackupRepository repository, final Duration age) {
        final Rehearsal last = BackupListCommand.last(repository.rehearsals(), false);
        return last == null || !last.ok() || Moments.age(last.endedNs()).compareTo(age) >= 0;
    }
}
