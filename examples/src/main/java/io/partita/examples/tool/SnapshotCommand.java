// SPDX-License-Identifier: Apache-2.0
package io.partita.examples.tool;

import io.partita.examples.audit.DataFolders;
import io.partita.examples.audit.FolderSnapshots;
import io.partita.examples.json.RowWriter;
import io.partita.examples.terminal.Output;
import io.partita.examples.terminal.Reporting;
import io.partita.examples.terminal.ToolException;
import io.partita.ledger.engine.SnapshotMaker;
import io.partita.ledger.snapshot.SnapshotInfo;
import io.partita.ledger.snapshot.SnapshotStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code partita snapshot}. */
@Command(
        name = "snapshot",
        description =
                "Takes a snapshot of a data folder of a single node, from which its next start goes on, also while the node runs:"
                        + " by a replay from the snapshot before. The journal stays as it is.",
        mixinStandardHelpOptions = true,
        footer = {"", "Example: partita snapshot exec-data"})
final class SnapshotCommand extends Reporting {
    private static final double NS_PER_S = 1e9;
    /** Tables in the order of a snapshot. */
    private static final int ACCOUNTS = 0;

    private static final int TRANSFERS = 5;

    @Parameters(paramLabel = "DIR", description = "the data folder")
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @Option(
            names = "--keep",
            paramLabel = "N",
            defaultValue = "2",
            description = "how many of the newest snapshots are kept, 2 or more (default: ${DEFAULT-VALUE})")
    private int keep;

    @Mixin
    private final LogicOption logic = new LogicOption();

    @Override
    public Integer call() {
        final Output output = output();
        final Path journal = DataFolders.journalOf(folder);
        if (keep < SnapshotStore.KEEP_MIN) {
            throw ToolException.usage(
                    "WRONG_USAGE",
                    "--keep must be 2 or more: --keep=" + keep,
                    "keep one before the newest, should that be damaged");
        }
        if (Files.exists(journal.resolveSibling("meta"))) {
            throw ToolException.usage(
                    "NOT_AVAILABLE",
                    "it is the data folder of a node of a pair, whose last records may not be committed: folder="
                            + folder,
                    "have the node take its own (snapshot.every.records), or give the data folder of a single node");
        }
        final SnapshotMaker maker = new SnapshotMaker(
                journal,
                FolderSnapshots.of(journal, unusable -> {}).store(),
                logic::open,
                SnapshotCommand::daemon,
                error -> output.warn("partita: " + error.getMessage()),
                (seq, cause) -> {}); // it is what the command fails with
        final long startNs = System.nanoTime();
        final SnapshotInfo taken =
                maker.take(Long.MAX_VALUE, keep, seq -> output.progress("replayed up to seq " + seq));
        final Map<String, @Nullable Object> report = report(taken, (System.nanoTime() - startNs) / NS_PER_S);
        report.put("fromSnapshot", maker.fromSeq() == 0 ? null : maker.fromSeq());
        output.line(String.format(
                Locale.ROOT,
                "snapshot of %s at seq %s: %s accounts, %s transfers, %s bytes, in %s s",
                folder,
                report.get("seq"),
                report.get("accounts"),
                report.get("transfers"),
                report.get("length"),
                report.get("seconds")));
        output.line("  state digest    " + report.get("stateDigest"));
        output.result(report);

        return 0;
    }

    private static Map<String, @Nullable Object> report(final SnapshotInfo taken, final double seconds) {
        final Map<String, @Nullable Object> report = new LinkedHashMap<>();
        report.put("ok", true);
        report.put("seq", taken.seq());
        report.put("epoch", taken.epoch());
        report.put("timestamp", RowWriter.number(0, taken.facts().lastTimestamp()));
        report.put("accounts", taken.counts().get(ACCOUNTS));
        report.put("transfers", taken.counts().get(TRANSFERS));
        report.put("runningDigest", String.format("%016x", taken.facts().runningDigest()));
        report.put("stateDigest", taken.stateDigest().toString());
        report.put("length", taken.length());
        report.put("historyFiles", taken.parts().size());
        report.put("seconds", Math.round(seconds * 1000) / 1000.0);

        return report;
    }

    private static Thread daemon(final Runnable task) {
        final Thread thread = new Thread(task);
        thread.setDaemon(true);

        return thread;
    }
}
