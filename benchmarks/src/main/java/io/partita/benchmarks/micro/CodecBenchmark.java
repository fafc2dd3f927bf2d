// SPDX-License-Identifier: Apache-2.0
package io.partita.benchmarks.micro;

import io.partita.ledger.model.RecordDescriptor;
import io.partita.ledger.wire.BatchDecoder;
import io.partita.ledger.wire.BatchEncoder;
import io.partita.ledger.wire.TransferCommandDecoder;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
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
import org.openjdk.jmh.annotations.Warmup;

/**
 * The codec: a client writes batches of 64 transfers, and the apply step reads every field of such a batch that counts. All in the
 * cache. Floor: a copy of the same bytes within the cache.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 6, time = 1, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 10, time = 1, timeUnit = TimeUnit.MILLISECONDS)
@SuppressWarnings("NullAway.Init") // JMH sets them up
public class CodecBenchmark {
    private static final int TRANSFERS = 1 << 22;
    private static final int BATCHES = TRANSFERS / RecordRing.COMMANDS;
    private static final int RING = 16;

    /** Bytes of a transfer: 64, or 128 with its extension. */
    @Param({"64", "128"})
    public int transferLength;

    private final BatchEncoder encoder = new BatchEncoder(RecordRing.COMMANDS);
    private final BatchDecoder decoder = new BatchDecoder();
    private RecordRing ring;
    private UnsafeBuffer target;
    private double floorNs;

    /** Prepares the batches that are read. */
    @Setup(Level.Trial)
    public void prepare() {
        ring = new RecordRing(RING, 10_000, transferLength > 64);
        for (int i = 0; i < RING; i++) {
            ring.stamp(i, i + 1L, (i + 1L) * RecordRing.COMMANDS);
        }
        target = new UnsafeBuffer(ByteBuffer.allocateDirect(BatchEncoder.bufferLength(RecordRing.COMMANDS)));
    }

    /** Measures the floor. */
    @Setup(Level.Iteration)
    public void measureFloor() {
        final int length = ring.recordLength() - RecordDescriptor.HEADER_LENGTH;
        final long startNs = Beside.ownCpuNs();
        for (int i = 0; i < BATCHES; i++) {
            target.putBytes(0, ring.buffer(), ring.offset(i) + RecordDescriptor.HEADER_LENGTH, length);
        }
        floorNs = (double) (Beside.ownCpuNs() - startNs) / TRANSFERS;
    }

    /**
     * Writes an iteration's batches.
     *
     * @param beside for floor, processor time and allocations.
     * @return something that depends on all of them.
     */
    @Benchmark
    @OperationsPerInvocation(TRANSFERS)
    public long encode(final Beside beside) {
        final boolean isExtended = transferLength > 64;
        beside.floor(floorNs);
        beside.start();
        long sum = 0;
        for (int i = 0; i < BATCHES; i++) {
            encoder.wrap(target, 0, RecordRing.COMMANDS);
            for (int k = 0; k < RecordRing.COMMANDS; k++) {
                encoder.addTransfer(1, i + k, 0, 1 + k, 0, 2 + k, 100, RecordRing.LEDGER, RecordRing.CODE, 0);
                if (isExtended) {
                    encoder.userData64(k + 1);
                }
            }
            sum += encoder.finish();
        }
        beside.end();
        return sum;
    }

    /**
     * Reads an iteration's batches.
     *
     * @param beside for floor, processor time and allocations.
     * @return something that depends on all of them.
     */
    @Benchmark
    @OperationsPerInvocation(TRANSFERS)
    public long decode(final Beside beside) {
        beside.floor(floorNs);
        beside.start();
        long sum = 0;
        long count = 0;
        for (int i = 0; i < BATCHES; i++) {
            decoder.wrapRecord(ring.buffer(), ring.offset(i));
            while (decoder.next()) {
                final TransferCommandDecoder transfer = decoder.transfer();
                sum += transfer.idHi() ^ transfer.idLo();
                sum += transfer.debitAccountIdHi() ^ transfer.debitAccountIdLo();
                sum += transfer.creditAccountIdHi() ^ transfer.creditAccountIdLo();
                sum += transfer.amountHi() ^ transfer.amountLo() ^ transfer.pendingIdLo();
                sum += transfer.userData64()
                        + transfer.ledger()
                        + transfer.code()
                        + transfer.flags()
                        + transfer.timeout();
                count++;
            }
        }
        beside.end();
        if (count != TRANSFERS) {
            throw new IllegalStateException("transfers read: " + count);
        }
        return sum;
    }
}
