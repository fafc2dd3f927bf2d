// SPDX-License-Identifier: Apache-2.0
package io.partita.benchmarks.growth;

import io.partita.benchmarks.micro.BenchFolder;
import io.partita.ledger.Ledger;
import io.partita.ledger.LedgerContext;
import io.partita.ledger.engine.Durability;
import io.partita.ledger.journal.ChronicleJournal;
import io.partita.ledger.journal.JournalConfig;
import io.partita.ledger.model.Id128;
import io.partita.ledger.model.RecordDescriptor;
import io.partita.ledger.snapshot.SnapshotInfo;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * How long a single node takes to start, from its journal alone and from a snapshot, beside a plain sequential read of the same
 * bytes; and how long the snapshot takes. What was written just before may be in the page cache: the plain read tells.
 */
public final class RestartCost {
    private static final int COMMANDS = 1024;
    private static final int READ_LENGTH = 1 << 20;
    private static final double NS_PER_S = 1e9;
    private static final double BYTES_PER_MB = 1e6;
    private static final Id128 CLUSTER = new Id128(0, 1);

    private final int accounts;
    private final long transfers;
    private final PrintStream progress;
    private final List<Row> rows = new ArrayList<>();

    /**
     * One measurement.
     *
     * @param step what was done.
     * @param seconds how long it took.
     * @param transfers how many it dealt with; 0 for a plain read.
     * @param bytes of files that it read.
     */
    public record Row(String step, double seconds, long transfers, long bytes) {}

    /**
     * Measures nothing yet.
     *
     * @param accounts how many, 2 or more.
     * @param transfers how many between them.
     * @param progress is told what goes on.
     */
    public RestartCost(final int accounts, final long transfers, final PrintStream progress) {
        this.accounts = accounts;
        this.transfers = transfers;
        this.progress = progress;
    }

    /**
     * Writes a journal, starts from it, takes a snapshot, and starts from that.
     *
     * @return what was measured.
     * @throws IOException if a file cannot be read.
     */
    public List<Row> run() throws IOException {
        try (BenchFolder folder = new BenchFolder()) {
            final Path data = folder.path();
            progress.println("writing a journal of " + transfers + " transfers ...");
            writeJournal(data.resolve("journal"));
            final long journalBytes = length(data.resolve("journal"));
            add("plain read of the journal", 0, journalBytes, () -> read(data.resolve("journal")));
            try (Ledger ledger = started("start from the journal alone", data, journalBytes)) {
                add("a snapshot, beside the running node", transfers, journalBytes, () -> taken(ledger));
            }
            final long snapshotBytes = length(data.resolve("snapshots"));
            add("plain read of the snapshot", 0, snapshotBytes, () -> read(data.resolve("snapshots")));
            started("start from the snapshot", data, snapshotBytes).close();
        }
        return rows;
    }

    /** A step that may fail on the disk. */
    private interface Step {
        void run() throws IOException;
    }

    private void add(final String what, final long count, final long bytes, final Step step) throws IOException {
        progress.println(what + " ...");
        final long startNs = System.nanoTime();
        step.run();
        rows.add(new Row(what, (System.nanoTime() - startNs) / NS_PER_S, count, bytes));
    }

    private Ledger started(final String what, final Path data, final long bytes) throws IOException {
        final List<Ledger> launched = new ArrayList<>();
        final LedgerContext context =
                new LedgerContext().directory(data).clusterId(CLUSTER).durability(Durability.MEMORY);
        add(what, transfers, bytes, () -> launched.add(Ledger.launch(context)));
        return launched.get(0);
    }

    private void taken(final Ledger ledger) {
        final SnapshotInfo info = ledger.snapshot().join();
        if (info.counts().get(0) != accounts) {
            throw new IllegalStateException("the snapshot is of another ledger: " + info.counts());
        }
    }

    private void writeJournal(final Path folder) {
        final RecordSource source = new RecordSource(accounts, 4, COMMANDS);
        final CRC32C checksum = new CRC32C();
        try (ChronicleJournal journal = ChronicleJournal.open(JournalConfig.of(folder, CLUSTER))) {
            while (source.accountsMade() < accounts) {
                final int at = source.nextAccounts((int) Math.min(COMMANDS, accounts - source.accountsMade()));
                append(journal, source.buffer(), at, checksum);
            }
            while (source.transfersMade() < transfers) {
                final int at = source.nextTransfers((int) Math.min(COMMANDS, transfers - source.transfersMade()));
                append(journal, source.buffer(), at, checksum);
            }
        }
    }

    private static void append(
            final ChronicleJournal journal, final UnsafeBuffer buffer, final int at, final CRC32C checksum) {
        RecordDescriptor.seal(checksum, buffer, at, journal.lastChain());
        journal.append(buffer, at, RecordDescriptor.length(buffer, at));
    }

    private static List<Path> files(final Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(Files::isRegularFile).sorted().toList();
        }
    }

    private static long length(final Path folder) throws IOException {
        long length = 0;
        for (final Path file : files(folder)) {
            length += Files.size(file);
        }
        return length;
    }

    private static void read(final Path folder) throws IOException {
        final ByteBuffer buffer = ByteBuffer.allocateDirect(READ_LENGTH);
        for (final Path file : files(folder)) {
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
                while (channel.read(buffer.clear()) >= 0) {
                    continue;
                }
            }
        }
    }

    /**
     * The measurements for people.
     *
     * @param rows what was measured.
     * @return a table in Markdown.
     */
    public static String table(final List<Row> rows) {
        final StringBuilder text =
                new StringBuilder("\n| step | seconds | transfers/s | bytes | MB/s |\n|---|---|---|---|---|\n");
        for (final Row row : rows) {
            text.append(String.format(
                    Locale.ROOT,
                    "| %s | %.2f | %s | %,d | %,.0f |%n",
                    row.step(),
                    row.seconds(),
                    row.transfers() == 0 ? "" : String.format(Locale.ROOT, "%,.0f", row.transfers() / row.seconds()),
                    row.bytes(),
                    row.bytes() / row.seconds() / BYTES_PER_MB));
        }
        return text.toString();
    }

    /**
     * The measurements for machines.
     *
     * @param rows what was measured.
     * @return the inside of a JSON object.
     */
    public static String json(final List<Row> rows) {
        final List<String> objects = new ArrayList<>();
        for (final Row row : rows) {
            objects.add(String.format(
                    Locale.ROOT,
                    "{\"step\":\"%s\",\"seconds\":%.3f,\"transfers\":%d,\"bytes\":%d}",
                    row.step(),
                    row.seconds(),
                    row.transfers(),
                    row.bytes()));
        }
        return "\"rows\":[" + String.join(",\n", objects) + "]";
    }
}
