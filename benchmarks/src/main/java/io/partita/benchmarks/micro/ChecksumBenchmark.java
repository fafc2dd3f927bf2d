// SPDX-License-Identifier: Apache-2.0
package io.partita.benchmarks.micro;

import io.partita.ledger.model.RecordDescriptor;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32C;
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
 * Header, checksum and chain alone, over records of 64 transfers that are in the cache. Floor: a copy of the same records
 * within the cache.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 6, time = 1, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 10, time = 1, timeUnit = TimeUnit.MILLISECONDS)
@SuppressWarnings("NullAway.Init") // JMH sets them up
public class ChecksumBenchmark {
    private static final int TRANSFERS = 1 << 22;
    private static final int RECORDS = TRANSFERS / RecordRing.COMMANDS;

    /** Bytes of a transfer: 64, or 128 with its extension. */
    @Param({"64", "128"})
    public int transferLength;

    private final CRC32C checksum = new CRC32C();
    private RecordRing ring;
    private UnsafeBuffer copy;
    private double floorNs;

    /** Prepares the records. */
    @Setup(Level.Trial)
    public void prepare() {
        ring = new RecordRing(16, 10_000, transferLength > 64);
        copy = new UnsafeBuffer(ByteBuffer.allocateDirect(ring.recordLength()));
    }

    /** Measures the floor. */
    @Setup(Level.Iteration)
    public void measureFloor() {
        final long startNs = Beside.ownCpuNs();
        for (int i = 0; i < RECORDS; i++) {
            copy.putBytes(0, ring.buffer(), ring.offset(i), ring.recordLength());
        }
        floorNs = (double) (Beside.ownCpuNs() - startNs) / TRANSFERS;
    }

    /**
     * Completes an iteration's records.
     *
     * @param beside for floor, processor time and allocations.
     * @return something that depends on all of them.
     */
    @Benchmark
    @OperationsPerInvocation(TRANSFERS)
    public long seal(final Beside beside) {
        beside.floor(floorNs);
        beside.start();
        long chain = RecordDescriptor.genesisChain(RecordRing.CLUSTER_HI, RecordRing.CLUSTER_LO);
        for (int i = 0; i < RECORDS; i++) {
            ring.stamp(i, i + 1, (i + 1L) * RecordRing.COMMANDS);
            chain = RecordDescriptor.seal(checksum, ring.buffer(), ring.offset(i), chain);
        }
        beside.end();
        return chain;
    }

    /** A look at whether it did what was measured. */
    @TearDown(Level.Iteration)
    public void checkRecord() {
        if (!RecordDescriptor.isIntact(checksum, ring.buffer(), 0, ring.recordLength())) {
            throw new IllegalStateException("the record is not intact");
        }
    }
}
