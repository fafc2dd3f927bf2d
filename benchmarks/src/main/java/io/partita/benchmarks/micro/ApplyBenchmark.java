// SPDX-License-Identifier: Apache-2.0
package io.partita.benchmarks.micro;

import io.partita.ledger.model.Limits;
import io.partita.ledger.model.RecordDescriptor;
import io.partita.ledger.model.RecordType;
import io.partita.ledger.model.ResultCode;
import io.partita.ledger.state.LedgerStateMachine;
import io.partita.ledger.state.StateConfig;
import io.partita.ledger.wire.ResultDecoder;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The apply step: committed records of 64 single-phase transfers, new ids each, between random accounts, all created. The
 * ledger starts an iteration with its accounts and no transfers, so growth of history and id index is in the figure. Writing
 * the new ids and the header is in it too (about a nanosecond). Floor: one dependent access to a table of as many rows.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 6, time = 1, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 10, time = 1, timeUnit = TimeUnit.MILLISECONDS)
@SuppressWarnings("NullAway.Init") // JMH sets them up
public class ApplyBenchmark {
    private static final int TRANSFERS = 1 << 21;
    private static final int RECORDS = TRANSFERS / RecordRing.COMMANDS;

    /** Accounts of the ledger. */
    @Param({"10000", "1000000"})
    public int accounts;

    private RecordRing ring;
    private DependentReads floor;
    private UnsafeBuffer results;
    private LedgerStateMachine ledger;
    private long seq;
    private long timestamp;
    private double floorNs;

    /** Prepares the records. */
    @Setup(Level.Trial)
    public void prepare() {
        ring = new RecordRing(4096, accounts, false);
        floor = new DependentReads(accounts);
        results = new UnsafeBuffer(ByteBuffer.allocateDirect(Limits.BATCH_COMMANDS_MAX * Limits.RESULT_LENGTH));
    }

    /** Makes a ledger with accounts only, and measures the floor. */
    @Setup(Level.Iteration)
    public void makeLedger() {
        ledger = new LedgerStateMachine(StateConfig.defaults());
        seq = 0;
        timestamp = 0;
        RecordRing.createAccounts(accounts, (record, bodyLength, count) -> {
            timestamp += count;
            RecordDescriptor.writeHeader(record, 0, ++seq, 1, timestamp, RecordType.COMMANDS, count, bodyLength);
            ledger.apply(record, 0, results, 0);
        });
        if (ledger.accountCount() != accounts) {
            throw new IllegalStateException("accountCount=" + ledger.accountCount());
        }
        floorNs = floor.measure(1 << 21);
    }

    /**
     * Applies an iteration's transfers.
     *
     * @param beside for floor and allocations.
     * @return something that depends on all of them.
     */
    @Benchmark
    @OperationsPerInvocation(TRANSFERS)
    public long apply(final Beside beside) {
        beside.floor(floorNs);
        beside.startAllocations();
        for (int i = 0; i < RECORDS; i++) {
            ring.renewIds(i, 1 + (long) i * RecordRing.COMMANDS);
            timestamp += RecordRing.COMMANDS;
            ring.stamp(i, ++seq, timestamp);
            ledger.apply(ring.buffer(), ring.offset(i), results, 0);
        }
        beside.endAllocations();
        return ledger.runningDigest();
    }

    /** Frees the ledger, after a look at whether it did what was measured. */
    @TearDown(Level.Iteration)
    public void closeLedger() {
        final ResultDecoder last = new ResultDecoder().wrap(results, 0, RecordRing.COMMANDS);
        last.next();
        if (ledger.transferCount() != TRANSFERS || last.code() != ResultCode.CREATED.code()) {
            throw new IllegalStateException("transferCount=" + ledger.transferCount() + ", code=" + last.code());
        }
        ledger.close();
    }
}
