// SPDX-License-Identifier: Apache-2.0
package io.partita.examples.tool;

import io.partita.examples.audit.DataFolders;
import io.partita.examples.audit.RecordPrinter;
import io.partita.examples.terminal.ToolException;
import io.partita.ledger.journal.FolderReader;
import io.partita.ledger.journal.JournalReader;
import io.partita.ledger.model.Id128;
import io.partita.ledger.model.RecordDescriptor;
import java.io.PrintStream;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.agrona.DirectBuffer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code partita journal}. */
@Command(
        name = "journal",
        description = "Prints the records of a data folder's journal as JSON lines; also while a node runs on it.",
        mixinStandardHelpOptions = true,
        footer = {"", "Example: partita journal kept/a --from 10 --to 20 --account 1"})
final class JournalCommand implements Callable<Integer> {
    private static final int RUN_LENGTH_MAX = 1024 * 1024;

    @Parameters(paramLabel = "DIR", description = "the data folder")
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @Option(names = "--from", paramLabel = "N", defaultValue = "1", description = "first seq (default: 1)")
    private long from;

    @Option(names = "--to", paramLabel = "N", description = "last seq (default: the end)")
    private @Nullable Long to;

    @Option(
            names = "--account",
            paramLabel = "ID",
            description = "only commands that name this account: a decimal number, or 0x and hexadecimal digits")
    private @Nullable String account;

    @Option(
            names = "--id",
            paramLabel = "ID",
            description =
                    "only commands with this id, and those that post or void it: decimal, or 0x and hexadecimal digits")
    private @Nullable String id;

    @Override
    public Integer call() {
        final Path journal = DataFolders.journalOf(folder);
        final long last = to == null ? Long.MAX_VALUE : to;
        if (from < 1 || last < from) {
            throw ToolException.usage(
                    "WRONG_USAGE",
                    "--from must be 1 or more and --to not less: --from=" + from + (to == null ? "" : ", --to=" + to),
                    "give the first seq as --from and the last one as --to");
        }
        final RecordPrinter printer = new RecordPrinter(idOf("--account", account), idOf("--id", id));
        try (JournalReader reader = FolderReader.open(journal, firstThere(journal, last));
                PrintStream out = Lines.toStandardOutput()) {
            while (!out.checkError() && reader.next(last, RUN_LENGTH_MAX)) {
                print(reader, printer, out);
            }
        }

        return 0;
    }

    /** The first record to print: never one that was given up, and that is said. */
    private long firstThere(final Path journal, final long last) {
        final long oldest;
        try (FolderReader reader = FolderReader.open(journal, 1)) {
            oldest = reader.oldestSeq();
        }
        if (from >= oldest) {
            return from;
        }
        final String what = "the journal begins at seq=" + oldest + ", what was before is in snapshots: --from=" + from;
        if (last < oldest) {
            throw ToolException.failed("JOURNAL_START_MISSING", what, "give a range from that seq on");
        }
        System.err.println("partita: JOURNAL_START_MISSING: " + what);

        return oldest;
    }

    private static void print(final JournalReader reader, final RecordPrinter printer, final PrintStream out) {
        final DirectBuffer buffer = reader.buffer();
        final int end = reader.offset() + reader.length();
        for (int at = reader.offset(); at < end; at += RecordDescriptor.length(buffer, at)) {
            final String line = printer.print(buffer, at);
            if (line != null) {
                out.println(line);
            }
        }
    }

    private static @Nullable Id128 idOf(final String option, final @Nullable String text) {
        if (text == null) {
            return null;
        }
        try {
            final boolean isHex = text.startsWith("0x");
            return Id128.of(new BigInteger(isHex ? text.substring(2) : text, isHex ? 16 : 10));
        } catch (final IllegalArgumentException ex) {
            throw ToolException.usage(
                    "WRONG_USAGE",
                    "not a 128-bit id: " + option + "=" + text,
                    "give a decimal number, or 0x and hexadecimal digits");
        }
    }
}
