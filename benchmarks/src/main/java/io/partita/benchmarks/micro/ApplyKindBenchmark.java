// SPDX-License-Identifier: Apache-2.0
package io.partita.benchmarks.micro;

import io.partita.ledger.model.Limits;
import io.partita.ledger.state.LedgerStateMachine;
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
 * The apply step by kind of command: committed records of 64 commands of one kind, between random accounts that differ in each
 * iteration, all with the outcome that the kind is about. The ledger is made once and grows by a quarter of a million commands
 * an iteration; growth of history and indexes is in the figure. For {@code CREATE_ACCOUNT} it is made anew for each iteration.
 * Floor: one dependent access to a table of as many rows as there are accounts.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(value = 1, jvmArgsAppend = ApplyBenchmark.MEMORY)
@Warmup(iterations = 4, time = 1, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 7, time = 1, timeUnit = TimeUnit.MILLISECONDS)
@SuppressWarnings("NullAway.Init") // JMH sets them up
public class ApplyKindBenchmark {
    private static final int COMMANDS = 1 << 18;
    private static final int RECORDS = COMMANDS / KindRecords.COMMANDS;

    /** Accounts of the ledger. */
    @Param({"10000", "1000000", "10000000"})
    public int accounts;

    /** What the commands are. */
    @Param
    public CommandKinds kind;

    private KindRecords records;
    private DependentReads floor;
    private UnsafeBuffer results;
    private StateFactory states;
    private LedgerStateMachine ledger;
    private double floorNs;

    /** Makes the ledger. */
    @Setup(Level.Trial)
    public void prepare() {
        records = new KindRecords(RECORDS, accounts);
        floor = new DependentReads(accounts);
        results = new UnsafeBuffer(ByteBuffer.allocateDirect(KindRecords.COMMANDS * Limits.RESULT_LENGTH));
        states = new StateFactory(kind != CommandKinds.CREATE_ACCOUNT); // which has none, and many ledgers
        makeLedger();
    }

    /** Writes the iteration's records, applies what must be there before them, and measures the floor. */
    @Setup(Level.Iteration)
    public void prepareIteration() {
        if (kind == CommandKinds.CREATE_ACCOUNT && ledger.accountCount() > accounts) {
            ledger.close();
            makeLedger();
        }
        final CommandKinds before = kind.before();
        if (before != null) {
            records.fill(before, RECORDS);
            applyRecords(RECORDS);
            check(before);
        }
        records.fill(kind, RECORDS);
        floorNs = floor.measure(1 << 20);
    }

    /**
     * Applies an iteration's commands.
     *
     * @param beside for floor, processor time and allocations.
     * @return something that depends on all of them.
     */
    @Benchmark
    @OperationsPerInvocation(COMMANDS)
    public long apply(final Beside beside) {
        beside.floor(floorNs);
        beside.start();
        applyRecords(RECORDS);
        beside.end();
        return ledger.runningDigest();
    }

    /** Looks whether the ledger did what was measured. */
    @TearDown(Level.Iteration)
    public void checkLedger() {
        if (kind != CommandKinds.EXPIRY) { // which has no results
            check(kind);
        }
    }

    /** Frees the ledger. */
    @TearDown(Level.Trial)
    public void close() {
        states.mappedBytes();
        ledger.close();
        states.close();
    }

    private void makeLedger() {
        ledger = states.create();
        records.begin();
        int filled = records.fillAccounts(kind, RECORDS);
        while (filled > 0) {
            applyRecords(filled);
            filled = records.fillAccounts(kind, RECORDS);
        }
        if (ledger.accountCount() != accounts) {
            throw new IllegalStateException("accountCount=" + ledger.accountCount());
        }
    }

    private void applyRecords(final int count) {
        for (int i = 0; i < count; i++) {
            ledger.apply(records.buffer(), records.offset(i), results, 0);
        }
    }

    private void check(final CommandKinds of) {
        final ResultDecoder last = new ResultDecoder().wrap(results, 0, KindRecords.COMMANDS);
        last.next();
        if (last.resultCode() != of.expected()) {
            throw new IllegalStateException(of + ": code=" + last.resultCode());
        }
    }
}
