// SPDX-License-Identifier: Apache-2.0
package io.partita.examples.tool;

import io.partita.examples.audit.DataFolders;
import io.partita.examples.terminal.Output;
import io.partita.examples.terminal.Reporting;
import io.partita.examples.terminal.ToolException;
import io.partita.ledger.journal.Damage;
import io.partita.ledger.journal.DataFolder;
import io.partita.ledger.journal.JournalMender;
import io.partita.ledger.journal.MendReport;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code partita mend}. */
@Command(
        name = "mend",
        description = {
            "Makes the damaged journal of a stopped node or ledger whole again, with the records that other folders still have.",
            "Only what continues the chain on both sides is taken. A single flipped bit of a sealed segment needs no other folder. What cannot be made whole altogether is not touched. The damaged"
                    + " files are kept in journal.damaged."
        },
        mixinStandardHelpOptions = true,
        footer = {"", "Example: partita mend data/a --from data/b"})
final class MendCommand extends Reporting {
    @Parameters(paramLabel = "DIR", description = "the data folder to mend; no process may have it open")
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @Option(
            names = "--from",
            paramLabel = "DIR",
            description =
                    "another data folder that may have the records, only read: of another node, also while it runs, an older"
                            + " copy, a restored backup; may be repeated")
    private List<Path> sources = new ArrayList<>();

    @Override
    public Integer call() {
        final Output output = output();
        final Path journal = journalOf(folder);
        final List<Path> journals = new ArrayList<>();
        for (final Path source : sources) {
            journals.add(DataFolders.journalOf(source));
        }
        output.progress("checking files ...");
        final MendReport done;
        try (DataFolder held = DataFolder.open(folder, JournalMender.clusterId(journal))) {
            done = JournalMender.mend(held.journal(), journals);
        }
        print(output, done);
        output.result(report(done));

        return 0;
    }

    private static Path journalOf(final Path folder) {
        final Path journal = DataFolders.journalOf(folder);
        if (journal.equals(folder)) {
            throw ToolException.usage(
                    "NOT_A_DATA_FOLDER",
                    "it is a journal alone: folder=" + folder,
                    "give the data folder around it: what is replaced is kept beside the journal");
        }
        return journal;
    }

    private void print(final Output output, final MendReport done) {
        output.line("OK: " + folder + ": records=" + done.after().records() + ", seq="
                + done.after().lastSeq() + ", "
                + (done.damages().isEmpty() ? "nothing was damaged" : "replaced=" + done.replacedRecords()));
        for (final MendReport.Mended segment : done.segments()) {
            output.line("  segment " + segment.segment() + " is written anew: "
                    + records(segment.firstSeq(), segment.lastSeq()));
            for (final MendReport.Replaced range : segment.replaced()) {
                output.line("    " + records(range.firstSeq(), range.lastSeq())
                        + (range.isBitFlip() ? ": a flipped bit is put back" : " from " + range.from()));
            }
            if (!segment.evidence().isEmpty()) {
                output.line("    what was there is kept in " + segment.evidence());
            }
        }
        if (!done.damages().isEmpty()) {
            output.line("  next: partita verify " + folder + "; then start the node");
        }
    }

    private static String records(final long first, final long last) {
        if (last < first) {
            return "no record that counts";
        }
        return first == last ? "record " + first : "records " + first + " to " + last;
    }

    private static Map<String, @Nullable Object> report(final MendReport done) {
        final Map<String, @Nullable Object> report = new LinkedHashMap<>();
        report.put("ok", true);
        report.put("records", done.after().records());
        report.put("seq", done.after().lastSeq());
        report.put("replacedRecords", done.replacedRecords());
        final List<Object> segments = new ArrayList<>();
        for (final MendReport.Mended segment : done.segments()) {
            final List<Object> replaced = new ArrayList<>();
            for (final MendReport.Replaced range : segment.replaced()) {
                final Map<String, @Nullable Object> fields = new LinkedHashMap<>();
                fields.put("firstSeq", range.firstSeq());
                fields.put("lastSeq", range.lastSeq());
                fields.put("from", range.from().toString());
                fields.put("bitFlip", range.isBitFlip());
                replaced.add(fields);
            }
            final Map<String, @Nullable Object> fields = new LinkedHashMap<>();
            fields.put("segment", segment.segment());
            fields.put("firstSeq", segment.firstSeq());
            fields.put("lastSeq", segment.lastSeq());
            fields.put("replaced", replaced);
            fields.put("evidence", segment.evidence().isEmpty() ? null : segment.evidence());
            segments.add(fields);
        }
        report.put("segments", segments);
        report.put("damages", done.damages().stream().map(Damage::toString).toList());

        return report;
    }
}
