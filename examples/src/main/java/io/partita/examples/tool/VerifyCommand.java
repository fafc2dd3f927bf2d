// SPDX-License-Identifier: Apache-2.0
package io.partita.examples.tool;

import io.partita.examples.audit.DataFolders;
import io.partita.examples.audit.FolderVerification;
import io.partita.examples.terminal.Output;
import io.partita.examples.terminal.Reporting;
import io.partita.examples.terminal.ToolException;
import io.partita.ledger.journal.Damage;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code partita verify}. */
@Command(
        name = "verify",
        description =
                "Checks every file of a data folder, replays it, checks the invariants, prints position and digests."
                        + " Damage: where it is, and exit code 1. Reads only.",
        mixinStandardHelpOptions = true,
        footer = {"", "Example: partita verify kept/a"})
final class VerifyCommand extends Reporting {
    @Parameters(paramLabel = "DIR", description = "the data folder")
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @Mixin
    private final LogicOption logic = new LogicOption();

    @Override
    public Integer call() {
        final Output output = output();
        final Path journal = DataFolders.journalOf(folder);
        output.progress("checking files ...");
        final FolderVerification found =
                FolderVerification.run(journal, logic.open(), seq -> output.progress("replayed up to seq " + seq));
        final Map<String, @Nullable Object> report = found.toReport();
        output.line((found.isOk() ? "OK: " : "DAMAGED: ") + folder + ": records=" + report.get("records") + ", seq="
                + report.get("seq") + ", epoch=" + report.get("epoch") + ", accounts=" + report.get("accounts")
                + ", transfers=" + report.get("transfers"));
        if (!Long.valueOf(1).equals(report.get("journalFrom"))) {
            output.line(
                    "  the journal begins at seq " + report.get("journalFrom") + ": what was before is in snapshots");
        }
        if (!List.of().equals(report.get("snapshots"))) {
            output.line("  snapshots       " + report.get("snapshots"));
        }
        output.line("  state digest    " + report.get("stateDigest"));
        output.line("  running digest  " + report.get("runningDigest"));
        if (report.get("tornTail") != null) {
            output.line("  unfinished append at the end, as a crash leaves it: " + report.get("tornTail"));
        }
        for (final Damage damage : found.damages()) {
            output.line("  damage: " + damage);
        }
        for (final String problem : found.problems()) {
            output.line("  problem: " + problem);
        }
        output.result(report);
        if (!found.isOk()) {
            output.warn("partita: DAMAGED: the data folder does not hold: folder=" + folder);
            output.warn(
                    "  next: keep it for inspection; mend it (partita mend), or start the node with an empty data folder beside"
                            + " its peer");
        }

        return found.isOk() ? 0 : ToolException.FAILED;
    }
}
