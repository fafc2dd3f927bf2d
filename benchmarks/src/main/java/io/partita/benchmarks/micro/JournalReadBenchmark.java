// SPDX-License-Identifier: Apache-2.0
package io.partita.benchmarks.micro;

import io.partita.ledger.journal.ChronicleJournal;
import io.partita.ledger.journal.Journal;
import io.partita.ledger.journal.JournalConfig;
import io.partita.ledger.journal.JournalReader;
import io.partita.ledger.model.Id128;
import io.partita.ledger.model.RecordDescriptor;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32C;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Reading the journal, as a replay and whoever sends it to a standby do: records of 64 transfers in the page cache, each checksum and the
 * chain verified. Floor: a copy of as many bytes out of a file that is mapped anew, too.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 6, time = 1, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 10, time = 1, timeUnit = TimeUnit.MILLISECONDS)
@SuppressWarnings("NullAway.Init") // JMH sets them up
public class JournalReadBenchmark {
    private static final int TRANSFERS = 1 << 21;
    private static final int RECORDS = TRANSFERS / RecordRing.COMMANDS;

    /** Bytes of a transfer: 64, or 128 with its extension. */
    @Param({"64", "128"})
    public int transferLength;

    private BenchFolder folder;
    private MappedCopy floor;
    private Journal journal;
    private double floorNs;

    /** Writes the journal, and the floor's file. */
    @Setup(Level.Trial)
    public void prepare() {
        final RecordRing ring = new RecordRing(1024, 10_000, transferLength > 64);
        final CRC32C checksum = new CRC32C();
        folder = new BenchFolder();
        floor = new MappedCopy(folder.path(), (long) RECORDS * ring.recordLength());
        journal = ChronicleJournal.open(JournalConfig.of(
                folder.path().resolve("journal"), new Id128(RecordRing.CLUSTER_HI, RecordRing.CLUSTER_LO)));
        long chain = journal.lastChain();
        for (int i = 0; i < RECORDS; i++) {
            ring.stamp(i, i + 1, (i + 1L) * RecordRing.COMMANDS);
            chain = RecordDescriptor.seal(checksum, ring.buffer(), ring.offset(i), chain);
            journal.append(ring.buffer(), ring.offset(i), ring.recordLength());
        }
    }

    /** Measures the floor. */
    @Setup(Level.Iteration)
    public void measureFloor() {
        floorNs = floor.measureRead(TRANSFERS);
    }

    /**
     * Reads it all.
     *
     * @param beside for floor, processor time and allocations.
     * @return something that depends on all of it.
     */
    @Benchmark
    @OperationsPerInvocation(TRANSFERS)
    public long read(final Beside beside) {
        beside.floor(floorNs);
        beside.start();
        long bytes = 0;
        try (JournalReader reader = journal.reader(1)) {
            while (reader.next(RECORDS, 1 << 20)) {
                bytes += reader.length();
            }
            if (reader.lastSeq() != RECORDS) {
                throw new IllegalStateException("lastSeq=" + reader.lastSeq());
            }
        }
        beside.end();
        return bytes;
    }

    /** Deletes all files. */
    @TearDown(Level.Trial)
    public void close() {
        journal.close();
        floor.close();
        folder.close();
    }
}
