// SPDX-License-Identifier: Apache-2.0
package io.partita.examples.tool;

import io.partita.examples.audit.DataFolders;
import io.partita.examples.audit.FolderReplay;
import io.partita.examples.audit.Replays;
import io.partita.examples.terminal.Output;
import io.partita.examples.terminal.Reporting;
import io.partita.examples.terminal.ToolException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code partita replay}. */
@Command(
        name = "replay",
        description =
                "Replays a data folder's journal and gives position, speed and digests. From the beginning; or, where the journal"
                        + " has given that up, from the newest snapshot before the position that is asked for.",
        mixinStandardHelpOptions = true,
        footer = {"", "Example: partita replay kept/a --to-seq 1000"})
final class ReplayCommand extends Reporting {
    private static final double NS_PER_S = 1e9;

    @Parameters(paramLabel = "DIR", description = "the data folder")
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @Option(names = "--to-seq", paramLabel = "N", description = "stop after this record")
    private @Nullable Long toSeq;

    @Option(
            names = "--to-time",
            paramLabel = "T",
            description = "stop before the first record stamped later: nanoseconds since 1970, or 2026-01-31T12:00:00Z")
    private @Nullable String toTime;

    @Option(
            names = "--expect-digest",
            paramLabel = "D",
            description = "exit 1 unless the state digest (or the running one) is this")
    private @Nullable String expected;

    @Mixin
    private final LogicOption logic = new LogicOption();

    @Override
    public Integer call() {
        final Output output = output();
        final Path journal = DataFolders.journalOf(folder);
        final long seqMax = toSeq == null ? Long.MAX_VALUE : toSeq;
        if (seqMax < 0) {
            throw ToolException.usage("WRONG_USAGE", "--to-seq must not be negative: --to-seq=" + seqMax, "give a seq");
        }
        final long timeMax = toTime == null ? Long.MAX_VALUE : Moments.parse("--to-time", toTime);
        try (FolderReplay replay = FolderReplay.reaching(
                journal, logic.open(), seqMax, timeMax, unusable -> output.warn("partita: " + unusable.getMessage()))) {
            final long startNs = System.nanoTime();
            final boolean reached = replay.run(seqMax, timeMax, seq -> output.progress("replayed up to seq " + seq));
            final double seconds = (System.nanoTime() - startNs) / NS_PER_S;
            final Map<String, @Nullable Object> position = Replays.position(replay);
            final boolean isThere = reached || toSeq == null;
            final boolean isExpected = expected == null
                    || expected.equalsIgnoreCase(String.valueOf(position.get("stateDigest")))
                    || expected.equalsIgnoreCase(Replays.runningDigest(replay));
            final Map<String, @Nullable Object> report = new LinkedHashMap<>();
            report.put("ok", isThere && isExpected);
            report.put("fromSnapshot", replay.fromSeq() == 0 ? null : replay.fromSeq());
            report.putAll(position);
            report.put("seconds", Math.round(seconds * 1000) / 1000.0);
            report.put("transfersPerSecond", Math.round(replay.commandCount() / Math.max(seconds, 1e-9)));
            tell(output, report, isThere, isExpected);
            output.result(report);

            return isThere && isExpected ? 0 : ToolException.FAILED;
        }
    }

    private void tell(
            final Output output,
            final Map<String, @Nullable Object> report,
            final boolean isThere,
            final boolean isExpected) {
        output.line(String.format(
                Locale.ROOT,
                "replayed %s up to seq %s, epoch %s: %s accounts, %s transfers in %s s (%s commands/s)",
                folder,
                report.get("seq"),
                report.get("epoch"),
                report.get("accounts"),
                report.get("transfers"),
                report.get("seconds"),
                report.get("transfersPerSecond")));
        if (report.get("fromSnapshot") != null) {
            output.line(
                    "  the journal's beginning was given up: from the snapshot at seq " + report.get("fromSnapshot"));
        }
        output.line("  state digest    " + report.get("stateDigest"));
        output.line("  running digest  " + report.get("runningDigest"));
        if (!isThere) {
            output.warn("partita: END_OF_JOURNAL: the journal ends before --to-seq: to-seq=" + toSeq + ", seq="
                    + report.get("seq"));
            output.warn("  next: give a seq up to that one, or the folder of the node that has more");
        }
        if (!isExpected) {
            output.warn("partita: DIGEST_MISMATCH: neither digest is the expected one: expected=" + expected);
            output.warn("  next: check that it was taken at this seq; if so, partita verify says what is damaged");
        }
    }
}
