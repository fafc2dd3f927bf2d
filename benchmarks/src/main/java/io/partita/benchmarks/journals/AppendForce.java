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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;
import org.HdrHistogram.Histogram;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * One record of so many transfers, sealed, appended and forced, again and again, on each journal in turn; and as many bytes
 * written to a plain file and forced.
 */
public final class AppendForce {
    /** Transfers per force. */
    public static final List<Integer> TRANSFERS = List.of(1, 64, 1024);
    /** The name of the plain file among the journals. */
    public static final String DISK = "disk";

    private static final int FORCES = 200;
    private static final int WARM_UP = 20;
    private static final long DURATION_MAX_NS = 700_000_000L;
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
            for (final JournalKind kind : JournalKind.values()) {
                try (BenchFolder folder = new BenchFolder()) {
                    final Journal journal =
                            kind.open(Files.createDirectory(folder.path().resolve("data")), () -> {});
                    put(figures, kind.name(), transfers, forces(journal, transfers));
                    journal.close();
                }
            }
            try (BenchFolder folder = new BenchFolder()) {
                put(
                        figures,
                        DISK,
                        transfers,
                        DiskForce.measure(
                                folder.path(),
                                FileChannelJournal.FRAME_HEADER_LENGTH
                                        + record(transfers).length()));
            }
        }
        return figures;
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

    private static void put(
            final Map<String, Double> figures, final String kind, final int transfers, final Histogram took) {
        figures.put(name(kind, transfers, "p50"), took.getValueAtPercentile(50) / 1e3);
        figures.put(name(kind, transfers, "p99"), took.getValueAtPercentile(99) / 1e3);
    }

    private static Histogram forces(final Journal journal, final int transfers) {
        final Histogram took = new Histogram(DIGITS);
        final CRC32C checksum = new CRC32C();
        final Prepared record = record(transfers);
        long chain = journal.lastChain();
        final long startNs = System.nanoTime();
        for (int i = 0; i < FORCES + WARM_UP && System.nanoTime() - startNs < DURATION_MAX_NS; i++) {
            final long appendNs = System.nanoTime();
            RecordDescriptor.writeHeader(
                    record.buffer(),
                    0,
                    i + 1,
                    1,
                    (i + 1L) * transfers,
                    RecordType.COMMANDS,
                    transfers,
                    record.bodyLength());
            chain = RecordDescriptor.seal(checksum, record.buffer(), 0, chain);
            journal.append(record.buffer(), 0, record.length());
            journal.force();
            if (i >= WARM_UP) {
                took.recordValue(System.nanoTime() - appendNs);
            }
        }
        if (journal.durableSeq() != journal.lastSeq() || took.getTotalCount() == 0) {
            throw new IllegalStateException("not durable: lastSeq=" + journal.lastSeq());
        }
        return took;
    }

    /** A record but for its header. */
    private record Prepared(UnsafeBuffer buffer, int bodyLength) {
        int length() {
            return RecordDescriptor.recordLength(bodyLength);
        }
    }

    private static Prepared record(final int transfers) {
        final BatchEncoder batch = new BatchEncoder(transfers);
        final UnsafeBuffer body =
                new UnsafeBuffer(ByteBuffer.allocateDirect(BatchEncoder.bufferLength(transfers) + Long.BYTES));
        batch.wrap(body, 0, transfers);
        for (int i = 0; i < transfers; i++) {
            batch.addTransfer(1, i + 1, 0, 1, 0, 2, 1, 1, 1, 0);
        }
        final int length = batch.finish();
        final UnsafeBuffer buffer = new UnsafeBuffer(ByteBuffer.allocateDirect(RecordDescriptor.recordLength(length)));
        buffer.putBytes(RecordDescriptor.HEADER_LENGTH, body, batch.bodyOffset(), length);
        return new Prepared(buffer, length);
    }
}
