// SPDX-License-Identifier: Apache-2.0
package io.partita.benchmarks.micro;

import io.partita.ledger.model.Limits;
import io.partita.ledger.model.RecordDescriptor;
import io.partita.ledger.model.RecordType;
import io.partita.ledger.model.ResultCode;
import io.partita.ledger.state.LedgerStateMachine;
import io.partita.ledger.wire.ResultDecoder;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;
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
 * The apply step: committed records of 64 single-phase transfers, new ids each, between random accounts that differ in each iteration, all created. A ledger
 * without transfers is made anew for each iteration; one with many is filled once and goes on growing, by a few per cent. Growth
 * of history and id index is in the figure, and so is writing the new ids and the header (about a nanosecond). Floor: one
 * dependent access to a table of as many rows as there are accounts.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(value = 1, jvmArgsAppend = ApplyBenchmark.MEMORY)
@Warmup(iterations = 6, time = 1, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 10, time = 1, timeUnit = TimeUnit.MILLISECONDS)
@SuppressWarnings("NullAway.Init") // JMH sets them up
public class ApplyBenchmark {
    /** The JVM flag for the tables of ten million transfers; the default bound is the heap's. */
    public static final String MEMORY = "-XX:MaxDirectMemorySize=6g";

    private static final int TRANSFERS = 1 << 18;
    private static final int RECORDS = TRANSFERS / RecordRing.COMMANDS;

    /** Accounts of the ledger. */
    @Param({"10000", "1000000", "10000000"})
    public int accounts;

    /** Transfers in the ledger before the measured ones. */
    @Param({"0", "10000000"})
    public int transfersBefore;

    private RecordRing ring;
    private SplittableRandom random;
    private DependentReads floor;
    private UnsafeBuffer results;
    private StateFactory states;
    private LedgerStateMachine ledger;
    private long seq;
    private long timestamp;
    private long transfers;
    private double floorNs;

    /** Prepares the records and fills a ledger that is to have transfers. */
    @Setup(Level.Trial)
    public void prepare() {
        ring = new RecordRing(RECORDS, accounts, false);
        random = new SplittableRandom(accounts);
        floor = new DependentReads(accounts);
        results = new UnsafeBuffer(ByteBuffer.allocateDirect(Limits.BATCH_COMMANDS_MAX * Limits.RESULT_LENGTH));
        states = new StateFactory(transfersBefore > 0); // only one that lives long has a history to speak of
        if (transfersBefore > 0) {
            makeLedger();
            for (int left = transfersBefore / RecordRing.COMMANDS; left > 0; left -= RECORDS) {
                ring.renewAccounts(random, accounts);
                applyRecords(Math.min(left, RECORDS));
            }
        }
    }

    /** Makes a ledger with accounts only, unless there is one with transfers, and measures the floor. */
    @Setup(Level.Iteration)
    public void prepareIteration() {
        if (transfersBefore == 0) {
            makeLedger();
        }
        ring.renewAccounts(random, accounts);
        floorNs = floor.measure(1 << 20);
    }

    private void makeLedger() {
        ledger = states.create();
        seq = 0;
        timestamp = 0;
        transfers = 0;
        RecordRing.createAccounts(accounts, (record, bodyLength, count) -> {
            timestamp += count;
            RecordDescriptor.writeHeader(record, 0, ++seq, 1, timestamp, RecordType.COMMANDS, count, bodyLength);
            ledger.apply(record, 0, results, 0);
        });
        if (ledger.accountCount() != accounts) {
            throw new IllegalStateException("accountCount=" + ledger.accountCount());
        }
    }

    private void applyRecords(final int records) {
        for (int i = 0; i < records; i++) {
            ring.renewIds(i, 1 + transfers);
            transfers += RecordRing.COMMANDS;
            timestamp += RecordRing.COMMANDS;
            ring.stamp(i, ++seq, timestamp);
            ledger.apply(ring.buffer(), ring.offset(i), results, 0);
        }
    }

    /**
     * Applies an iteration's transfers.
     *
     * @param beside for floor, processor time and allocations.
     * @return something that depends on all of them.
     */
    @Benchmark
    @OperationsPerInvocation(TRANSFERS)
    public long apply(final Beside beside) {
        beside.floor(floorNs);
        beside.start();
        applyRecords(RECORDS);
        beside.end();
        return ledger.runningDigest();
    }

    /** Looks whether the ledger did what was measured, and frees one that was made for the iteration. */
    @TearDown(Level.Iteration)
    public void checkLedger() {
        final ResultDecoder last = new ResultDecoder().wrap(results, 0, RecordRing.COMMANDS);
        last.next();
        if (ledger.transferCount() != transfers || last.code() != ResultCode.CREATED.code()) {
            throw new IllegalStateException("transferCount=" + ledger.transferCount() + ", code=" + last.code());
        }
        if (transfersBefore == 0) {
            ledger.close();
        }
    }

    /** Frees the ledger. */
    @TearDown(Level.Trial)
    public void close() {
        states.mappedBytes();
        ledger.close();
        states.close();
    }
}
