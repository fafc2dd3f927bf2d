// SPDX-License-Identifier: Apache-2.0
package io.partita.benchmarks.micro;

import io.partita.ledger.model.Limits;
import java.util.concurrent.TimeUnit;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.bytes.SyncMode;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.queue.RollCycles;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueue;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;
import net.openhft.chronicle.wire.DocumentContext;
import org.agrona.concurrent.UnsafeBuffer;
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
 * What the journal stands on: a bare Chronicle queue, as many bytes appended, without header, checksum and chain, and without pages
 * written ahead. Floor: a plain mapped copy of the same records, right before.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 6, time = 1, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 10, time = 1, timeUnit = TimeUnit.MILLISECONDS)
@SuppressWarnings("NullAway.Init") // JMH sets them up
public class ChronicleBenchmark {
    private static final int TRANSFERS = 1 << 21;
    private static final int RECORDS = TRANSFERS / RecordRing.COMMANDS;

    /** Bytes of a transfer: 64, or 128 with its extension. */
    @Param({"64", "128"})
    public int transferLength;

    private final UnsafeBuffer view = new UnsafeBuffer(0, 0);
    private RecordRing ring;
    private BenchFolder floorFolder;
    private MappedCopy floor;
    private BenchFolder folder;
    private SingleChronicleQueue queue;
    private ExcerptAppender appender;
    private double floorNs;

    /** Prepares the records and the floor's file. */
    @Setup(Level.Trial)
    public void prepare() {
        ring = new RecordRing(1024, 10_000, transferLength > 64);
        floorFolder = new BenchFolder();
        floor = new MappedCopy(floorFolder.path(), (long) RECORDS * ring.recordLength());
    }

    /** Makes an empty queue, and measures the floor. */
    @Setup(Level.Iteration)
    public void makeQueue() {
        folder = new BenchFolder();
        queue = SingleChronicleQueueBuilder.binary(folder.path().resolve("queue"))
                .blockSize(Limits.JOURNAL_BLOCK_LENGTH)
                .rollCycle(RollCycles.FAST_DAILY)
                .timeProvider(() -> 0L)
                .syncMode(SyncMode.NONE)
                .build();
        appender = queue.createAppender();
        appender.singleThreadedCheckDisabled(true);
        floorNs = floor.measure(ring, RECORDS);
    }

    /**
     * Appends an iteration's records, as they are.
     *
     * @param beside for floor, processor time and allocations.
     * @return something that depends on all of them.
     */
    @Benchmark
    @OperationsPerInvocation(TRANSFERS)
    public long append(final Beside beside) {
        beside.floor(floorNs);
        beside.start();
        for (int i = 0; i < RECORDS; i++) {
            try (DocumentContext context = appender.writingDocument()) {
                final Bytes<?> bytes = context.wire().bytes();
                final long start = bytes.writePosition();
                view.wrap(bytes.addressForWrite(start), ring.recordLength());
                view.putBytes(0, ring.buffer(), ring.offset(i), ring.recordLength());
                bytes.writePosition(start + ring.recordLength());
            }
        }
        beside.end();
        return appender.lastIndexAppended();
    }

    /** Deletes the queue, after a look at whether it has what was measured. */
    @TearDown(Level.Iteration)
    public void closeQueue() {
        final long excerpts = queue.entryCount();
        if (excerpts != RECORDS) {
            throw new IllegalStateException("excerpts=" + excerpts);
        }
        appender.close();
        queue.close();
        folder.close();
    }

    /** Deletes the floor's file. */
    @TearDown(Level.Trial)
    public void close() {
        floor.close();
        floorFolder.close();
    }
}
