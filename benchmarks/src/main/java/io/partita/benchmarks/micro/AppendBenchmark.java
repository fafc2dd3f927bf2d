// SPDX-License-Identifier: Apache-2.0
package io.partita.benchmarks.micro;

import io.partita.ledger.journal.ChronicleJournal;
import io.partita.ledger.journal.Journal;
import io.partita.ledger.journal.JournalConfig;
import io.partita.ledger.journal.SyncPolicy;
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
 * The journal: frames of one record of 64 transfers; header, checksum, chain and append into an empty journal, no force. Stored by
 * Chronicle's appender, as where forces are rare, and written, as where they are frequent.
 * Floor: a plain mapped copy of the same records, right before.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 6, time = 1, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 10, time = 1, timeUnit = TimeUnit.MILLISECONDS)
@SuppressWarnings("NullAway.Init") // JMH sets them up
public class AppendBenchmark {
    private static final int NO_FORCE_MS = 60_000;
    private static final int TRANSFERS = 1 << 21;
    private static final int RECORDS = TRANSFERS / RecordRing.COMMANDS;

    /** Bytes of a transfer: 64, or 128 with its extension. */
    @Param({"64", "128"})
    public int transferLength;

    /** How frames get into the file. */
    @Param({"stored", "written"})
    public String excerpts;

    private final CRC32C checksum = new CRC32C();
    private RecordRing ring;
    private BenchFolder floorFolder;
    private MappedCopy floor;
    private BenchFolder folder;
    private Journal journal;
    private double floorNs;

    /** Prepares the records and the floor's file. */
    @Setup(Level.Trial)
    public void prepare() {
        ring = new RecordRing(1024, 10_000, transferLength > 64);
        floorFolder = new BenchFolder();
        floor = new MappedCopy(floorFolder.path(), (long) RECORDS * ring.recordLength());
    }

    /** Makes an empty journal, and measures the floor. */
    @Setup(Level.Iteration)
    public void makeJournal() {
        folder = new BenchFolder();
        journal = ChronicleJournal.open(JournalConfig.of(
                        folder.path().resolve("journal"), new Id128(RecordRing.CLUSTER_HI, RecordRing.CLUSTER_LO))
                .withSyncPolicy(excerpts.equals("written") ? SyncPolicy.ON_REQUEST : SyncPolicy.periodic(NO_FORCE_MS)));
        floorNs = floor.measure(ring, RECORDS);
    }

    /**
     * Appends an iteration's records.
     *
     * @param beside for floor, processor time and allocations.
     * @return something that depends on all of them.
     */
    @Benchmark
    @OperationsPerInvocation(TRANSFERS)
    public long append(final Beside beside) {
        beside.floor(floorNs);
        beside.start();
        long chain = journal.lastChain();
        for (int i = 0; i < RECORDS; i++) {
            final int offset = ring.offset(i);
            ring.stamp(i, i + 1, (i + 1L) * RecordRing.COMMANDS);
            chain = RecordDescriptor.seal(checksum, ring.buffer(), offset, chain);
            journal.append(ring.buffer(), offset, ring.recordLength());
        }
        beside.end();
        return chain;
    }

    /** Deletes the journal, after a look at whether it did what was measured. */
    @TearDown(Level.Iteration)
    public void closeJournal() {
        if (journal.lastSeq() != RECORDS) {
            throw new IllegalStateException("lastSeq=" + journal.lastSeq());
        }
        journal.close();
        folder.close();
    }

    /** Deletes the floor's file. */
    @TearDown(Level.Trial)
    public void close() {
        floor.close();
        floorFolder.close();
    }
}
