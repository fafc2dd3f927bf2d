// SPDX-License-Identifier: Apache-2.0
package io.partita.benchmarks.journals;

import io.partita.benchmarks.load.DiskForce;
import io.partita.benchmarks.micro.BenchFolder;
import io.partita.ledger.journal.Journal;
import io.partita.ledger.model.RecordDescriptor;
import io.partita.ledger.model.RecordType;
import io.partita.ledger.wire.BatchEncoder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;
import org.HdrHistogram.Histogram;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * One record of so many transfers, sealed, appended and forced, on each journal; and as many bytes written to a plain file and
 * forced. They take turns force by force, since what the disk takes changes from one second to the next.
 */
public final class AppendForce {
    /** Transfers per force. */
    public static final List<Integer> TRANSFERS = List.of(1, 64, 1024);
    /** The name of the plain file among the journals. */
    public static final String DISK = "disk";

    private static final int FORCES = 500;
    private static final int WARM_UP = 20;
    private static final long DURATION_MAX_NS = 5_000_000_000L;
    private static final int DIGITS = 3;

    private AppendForce() {}

    /**
     * Measures each once.
     *
     * @return microseconds, by {@link #name}.
     * @throws IOException if the disk does not do it.
     */
    public static Map<String, Double> measure() throws IOException {
        final Map<String, Double> figures = new LinkedHashMap<>();
        for (final int transfers : TRANSFERS) {
            measure(transfers, figures);
        }
        return figures;
    }

    private static void measure(final int transfers, final Map<String, Double> figures) throws IOException {
        final Map<String, Histogram> took = new LinkedHashMap<>();
        final List<Records> journals = new ArrayList<>();
        try (BenchFolder folder = new BenchFolder()) {
            for (final JournalKind kind : JournalKind.values()) {
                final Path own = Files.createDirectory(folder.path().resolve(kind.name()));
                journals.add(new Records(kind.name(), kind.open(own, () -> {}), transfers));
            }
            final int length =
                    FileChannelJournal.FRAME_HEADER_LENGTH + journals.get(0).length();
            try (DiskForce disk = new DiskForce(folder.path(), length, WARM_UP + FORCES)) {
                final List<Contender> contenders = new ArrayList<>(List.of(new Contender(DISK, disk::once)));
                journals.forEach(each -> contenders.add(new Contender(each.name, each::once)));
                final long startNs = System.nanoTime();
                for (int i = 0; i < WARM_UP + FORCES && System.nanoTime() - startNs < DURATION_MAX_NS; i++) {
                    for (int k = 0; k < contenders.size(); k++) { // nobody always comes behind the same one
                        final Contender next = contenders.get((i + k) % contenders.size());
                        record(took, next.name, i, next.once.once());
                    }
                }
            }
            journals.forEach(Records::close);
        }
        took.forEach((name, each) -> {
            figures.put(name(name, transfers, "p50"), each.getValueAtPercentile(50) / 1e3);
            figures.put(name(name, transfers, "p99"), each.getValueAtPercentile(99) / 1e3);
        });
    }

    /** Writes and forces once; returns how long it took. */
    @FunctionalInterface
    private interface Once {
        long once() throws IOException;
    }

    private record Contender(String name, Once once) {}

    private static void record(
            final Map<String, Histogram> took, final String name, final int index, final long tookNs) {
        if (index >= WARM_UP) {
            took.computeIfAbsent(name, ignored -> new Histogram(DIGITS)).recordValue(tookNs);
        }
    }

    /**
     * How a figure is called.
     *
     * @param kind name of a journal, or {@link #DISK}.
     * @param transfers per force.
     * @param figure p50 or p99.
     * @return the name.
     */
    public static String name(final String kind, final int transfers, final String figure) {
        return kind + "." + transfers + "." + figure;
    }

    /** A journal, and the record that it is given again and again with another header. */
    private static final class Records implements AutoCloseable {
        private final CRC32C checksum = new CRC32C();
        private final String name;
        private final Journal journal;
        private final int transfers;
        private final int bodyLength;
        private final UnsafeBuffer buffer;
        private long seq;

        Records(final String name, final Journal journal, final int transfers) {
            this.name = name;
            this.journal = journal;
            this.transfers = transfers;
            final BatchEncoder batch = new BatchEncoder(transfers);
            final UnsafeBuffer body =
                    new UnsafeBuffer(ByteBuffer.allocateDirect(BatchEncoder.bufferLength(transfers) + Long.BYTES));
            batch.wrap(body, 0, transfers);
            for (int i = 0; i < transfers; i++) {
                batch.addTransfer(1, i + 1, 0, 1, 0, 2, 1, 1, 1, 0);
            }
            bodyLength = batch.finish();
            buffer = new UnsafeBuffer(ByteBuffer.allocateDirect(length()));
            buffer.putBytes(RecordDescriptor.HEADER_LENGTH, body, batch.bodyOffset(), bodyLength);
        }

        int length() {
            return RecordDescriptor.recordLength(bodyLength);
        }

        long once() {
            final long startNs = System.nanoTime();
            seq++;
            RecordDescriptor.writeHeader(
                    buffer, 0, seq, 1, seq * transfers, RecordType.COMMANDS, transfers, bodyLength);
            RecordDescriptor.seal(checksum, buffer, 0, journal.lastChain());
            journal.append(buffer, 0, length());
            journal.force();
            return System.nanoTime() - startNs;
        }

        @Override
        public void close() {
            if (journal.durableSeq() != seq) {
                throw new IllegalStateException("not durable: " + name + " seq=" + seq);
            }
            journal.close();
        }
    }
}
