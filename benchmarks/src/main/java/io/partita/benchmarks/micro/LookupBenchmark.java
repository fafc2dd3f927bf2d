// SPDX-License-Identifier: Apache-2.0
package io.partita.benchmarks.micro;

import io.partita.ledger.model.Limits;
import io.partita.ledger.model.RecordDescriptor;
import io.partita.ledger.model.RecordType;
import io.partita.ledger.state.LedgerStateMachine;
import io.partita.ledger.wire.AccountView;
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
 * The indexes of a ledger with as many transfers as accounts. An account that is there costs the index and its row; which one is
 * looked up next depends on that row. A transfer that is not there costs the index alone, and several are looked for at a time.
 * Floor: one dependent access to a table of as many rows.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(value = 1, jvmArgsAppend = ApplyBenchmark.MEMORY)
@Warmup(iterations = 6, time = 1, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 10, time = 1, timeUnit = TimeUnit.MILLISECONDS)
@SuppressWarnings("NullAway.Init") // JMH sets them up
public class LookupBenchmark {
    private static final int LOOKUPS = 1 << 20;

    /** Accounts, and transfers. */
    @Param({"10000", "1000000", "10000000"})
    public int accounts;

    private final UnsafeBuffer row = new UnsafeBuffer(new byte[AccountView.LENGTH]);
    private SplittableRandom random;
    private DependentReads floor;
    private StateFactory states;
    private LedgerStateMachine ledger;
    private double floorNs;

    /** Fills a ledger. */
    @Setup(Level.Trial)
    public void prepare() {
        random = new SplittableRandom(accounts);
        floor = new DependentReads(accounts);
        states = new StateFactory(true);
        ledger = states.create();
        final UnsafeBuffer results =
                new UnsafeBuffer(ByteBuffer.allocateDirect(Limits.BATCH_COMMANDS_MAX * Limits.RESULT_LENGTH));
        final long[] position = {0, 0};
        RecordRing.createAccounts(accounts, (record, bodyLength, count) -> {
            position[1] += count;
            RecordDescriptor.writeHeader(
                    record, 0, ++position[0], 1, position[1], RecordType.COMMANDS, count, bodyLength);
            ledger.apply(record, 0, results, 0);
        });
        final RecordRing ring = new RecordRing(1024, accounts, false);
        for (int i = 0; i < accounts / RecordRing.COMMANDS; i++) {
            ring.renewIds(i & 1023, 1 + (long) i * RecordRing.COMMANDS);
            position[1] += RecordRing.COMMANDS;
            ring.stamp(i, ++position[0], position[1]);
            ledger.apply(ring.buffer(), ring.offset(i), results, 0);
        }
        if (ledger.accountCount() != accounts
                || ledger.transferCount() != accounts / RecordRing.COMMANDS * (long) RecordRing.COMMANDS) {
            throw new IllegalStateException("transferCount=" + ledger.transferCount());
        }
    }

    /** Measures the floor. */
    @Setup(Level.Iteration)
    public void measureFloor() {
        floorNs = floor.measure(1 << 20);
    }

    /**
     * Looks up accounts that are there.
     *
     * @param beside for floor, processor time and allocations.
     * @return something that depends on all of them.
     */
    @Benchmark
    @OperationsPerInvocation(LOOKUPS)
    public long account(final Beside beside) {
        beside.floor(floorNs);
        beside.start();
        long found = 0;
        long last = 0;
        for (int i = 0; i < LOOKUPS; i++) {
            // The shift gives 0, but the processor has to wait for the row before to know it.
            found += ledger.lookupAccount(0, 1 + random.nextInt(accounts) + (last >>> 63), row, 0) ? 1 : 0;
            last = row.getLong(0);
        }
        beside.end();
        if (found != LOOKUPS) {
            throw new IllegalStateException("accounts found: " + found);
        }
        return last;
    }

    /**
     * Looks up transfers that are not there.
     *
     * @param beside for floor, processor time and allocations.
     * @return something that depends on all of them.
     */
    @Benchmark
    @OperationsPerInvocation(LOOKUPS)
    public long noTransfer(final Beside beside) {
        beside.floor(floorNs);
        beside.start();
        long found = 0;
        for (int i = 0; i < LOOKUPS; i++) {
            found += ledger.lookupTransfer(2, random.nextLong(), row, 0) ? 1 : 0;
        }
        beside.end();
        if (found != 0) {
            throw new IllegalStateException("transfers found: " + found);
        }
        return found;
    }

    /** Frees the ledger. */
    @TearDown(Level.Trial)
    public void close() {
        states.mappedBytes();
        ledger.close();
        states.close();
        floor.close();
    }
}
