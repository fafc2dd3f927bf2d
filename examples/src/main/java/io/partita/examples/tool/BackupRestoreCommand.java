// SPDX-License-Identifier: Apache-2.0
package io.partita.examples.tool;

import io.partita.examples.terminal.Output;
import io.partita.examples.terminal.Reporting;
import io.partita.examples.terminal.ToolException;
import io.partita.ledger.backup.BackupRepository;
import io.partita.ledger.backup.RestorePoint;
import io.partita.ledger.backup.Restored;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code partita backup restore}. */
@Command(
        name = "restore",
        description = {
            "Writes a data folder from the backups: all of them, or up to a record or a time. Nothing is there until all is.",
            "A node of a pair that starts with it is nobody's member: partita recover makes it lead."
        },
        mixinStandardHelpOptions = true,
        footer = {"", "Example: partita backup restore /mnt/backups/a data/restored --to-time 2026-01-31T12:00:00Z"})
final class BackupRestoreCommand extends Reporting {
    @Parameters(index = "0", paramLabel = "DIR", description = "the folder with the backups; it is only read")
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @Parameters(index = "1", paramLabel = "DATA", description = "the data folder to make; absent or empty")
    @SuppressWarnings("NullAway.Init")
    private Path data;

    @Option(names = "--to-seq", paramLabel = "N", description = "end with this record")
    private @Nullable Long toSeq;

    @Option(
            names = "--to-time",
            paramLabel = "T",
            description = "end before the first record stamped later: nanoseconds since 1970, or 2026-01-31T12:00:00Z")
    private @Nullable String toTime;

    @Override
    public Integer call() {
        final Output output = output();
        final Restored restored = new BackupRepository(folder)
                .restore(data, point(), seq -> output.progress("restored up to seq " + seq));
        output.line("OK: restored " + data + ": up to seq " + restored.end().seq() + ", epoch "
                + restored.end().epoch() + ", timestamp " + restored.end().timestamp());
        output.line("  next: partita verify " + data);
        final Map<String, @Nullable Object> report = new LinkedHashMap<>();
        report.put("ok", true);
        report.put("clusterId", restored.clusterId().toString());
        report.put("backup", restored.backup());
        BackupReports.put(report, restored.end());
        output.result(report);

        return 0;
    }

    private RestorePoint point() {
        if (toSeq != null && toTime != null) {
            throw ToolException.usage(
                    "WRONG_USAGE", "--to-seq and --to-time do not go together", "give one of them, or none");
        }
        if (toSeq != null && toSeq < 1) {
            throw ToolException.usage("WRONG_USAGE", "seqs start at 1: --to-seq=" + toSeq, "give a seq");
        }
        if (toSeq != null) {
            return RestorePoint.seq(toSeq);
        }
        return toTime == null ? RestorePoint.end() : RestorePoint.time(Moments.parse("--to-time", toTime));
    }
}
