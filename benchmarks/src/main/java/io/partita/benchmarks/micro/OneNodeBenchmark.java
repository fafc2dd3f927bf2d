// SPDX-License-Identifier: Apache-2.0
package io.partita.benchmarks.micro;

import io.partita.ledger.Ledger;
import io.partita.ledger.LedgerContext;
import io.partita.ledger.ThreadingMode;
import io.partita.ledger.client.Batch;
import io.partita.ledger.client.LedgerClient;
import io.partita.ledger.engine.Durability;
import io.partita.ledger.model.Id128;
import io.partita.ledger.model.Outcome;
import io.partita.ledger.model.ResultCode;
import io.partita.ledger.wire.BatchEncoder;
import io.partita.ledger.wire.ResultDecoder;
import java.util.concurrent.TimeUnit;
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
import org.openjdk.jmh.infra.BenchmarkParams;

/**
 * One embedded node end to end: a client thread encodes batches of 64 transfers between random accounts, all created, keeps
 * {@value #IN_FLIGHT} in flight and polls the results; the ledger sequences, journals, applies and answers. The ledger starts
 * an iteration with its accounts and no transfers. Floor: a plain mapped copy of the same records, right before.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 6, time = 1, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 10, time = 1, timeUnit = TimeUnit.MILLISECONDS)
@SuppressWarnings("NullAway.Init") // JMH sets them up
public class OneNodeBenchmark {
    private static final int IN_FLIGHT = 64;
    private static final int MEMORY_TRANSFERS = 1 << 21;
    private static final int FSYNC_TRANSFERS = 1 << 19;
    private static final long WARM_UP_ID = 1L << 40;
    private static final int WARM_UP_TRANSFERS = 1 << 14;
    private static final int PAIRS = 1 << 16;
    private static final long ANSWER_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(10);

    /** Who runs the duty cycle: the ledger's own thread, or the client's. */
    @Param({"SHARED", "INVOKER"})
    public ThreadingMode threading;

    /** Accounts of the ledger. */
    @Param({"10000", "1000000"})
    public int accounts;

    private final int[] debits = new int[PAIRS];
    private final int[] credits = new int[PAIRS];
    private final ResultDecoder results = new ResultDecoder();
    private BenchFolder floorFolder;
    private MappedCopy floor;
    private RecordRing ring;
    private BenchFolder folder;
    private Ledger ledger;
    private LedgerClient client;
    private long answered;
    private double floorNs;

    /** Prepares accounts and the floor. */
    @Setup(Level.Trial)
    public void prepare() {
        RecordRing.pairs(debits, credits, accounts);
        ring = new RecordRing(1024, accounts, false);
        floorFolder = new BenchFolder();
        floor = new MappedCopy(floorFolder.path(), MEMORY_TRANSFERS / RecordRing.COMMANDS * (long) ring.recordLength());
    }

    /**
     * Makes a ledger with accounts only, and measures the floor.
     *
     * @param params say which benchmark this is.
     */
    @Setup(Level.Iteration)
    public void launch(final BenchmarkParams params) {
        folder = new BenchFolder();
        ledger = Ledger.launch(new LedgerContext()
                .directory(folder.path().resolve("data"))
                .clusterId(new Id128(RecordRing.CLUSTER_HI, RecordRing.CLUSTER_LO))
                .durability(params.getBenchmark().endsWith("fsync") ? Durability.FSYNC : Durability.MEMORY)
                .threadingMode(threading)
                .clientBatches(IN_FLIGHT));
        client = ledger.client(this::onBatch);
        for (int id = 1; id <= accounts; ) {
            final Batch batch = acquire();
            for (; id <= accounts && batch.commands().addAccount(0, id, RecordRing.LEDGER, RecordRing.CODE, 0); id++) {}
            submit(batch);
        }
        transfer(WARM_UP_ID, WARM_UP_TRANSFERS); // batches grow to the size that is used
        answered = 0;
        floorNs = floor.measure(ring, MEMORY_TRANSFERS / RecordRing.COMMANDS);
    }

    /**
     * Durable by the page cache: survives the process.
     *
     * @param beside for floor, processor time and allocations.
     * @return batches answered.
     */
    @Benchmark
    @OperationsPerInvocation(MEMORY_TRANSFERS)
    public long memory(final Beside beside) {
        return measure(beside, MEMORY_TRANSFERS);
    }

    /**
     * Durable by a force of each frame: survives power loss.
     *
     * @param beside for floor, processor time and allocations.
     * @return batches answered.
     */
    @Benchmark
    @OperationsPerInvocation(FSYNC_TRANSFERS)
    public long fsync(final Beside beside) {
        return measure(beside, FSYNC_TRANSFERS);
    }

    private long measure(final Beside beside, final int transfers) {
        beside.floor(floorNs);
        beside.start();
        transfer(1, transfers);
        beside.endOfAllThreads();
        if (answered * RecordRing.COMMANDS != transfers) {
            throw new IllegalStateException("answered=" + answered);
        }
        return answered;
    }

    private void transfer(final long firstId, final int transfers) {
        for (int i = 0; i < transfers; i += RecordRing.COMMANDS) {
            final Batch batch = acquire();
            final BatchEncoder commands = batch.commands();
            for (int k = i; k < i + RecordRing.COMMANDS; k++) {
                final int pair = k & PAIRS - 1;
                commands.addTransfer(
                        1,
                        firstId + k,
                        0,
                        debits[pair],
                        0,
                        credits[pair],
                        100 + pair,
                        RecordRing.LEDGER,
                        RecordRing.CODE,
                        0);
            }
            submit(batch);
        }
        awaitAnswers();
    }

    private Batch acquire() {
        Batch batch = client.acquire();
        while (batch == null) {
            poll();
            batch = client.acquire();
        }
        return batch;
    }

    private void submit(final Batch batch) {
        long outcome = client.submit(batch);
        while (outcome == Outcome.BACK_PRESSURED) {
            poll();
            outcome = client.submit(batch);
        }
        if (outcome < 0) {
            throw new IllegalStateException("submit: " + Outcome.name(outcome) + ", " + client.closedReason());
        }
    }

    private void awaitAnswers() {
        while (client.inFlight() > 0) {
            poll();
        }
    }

    private void poll() {
        if (threading == ThreadingMode.INVOKER) {
            ledger.doWork();
            client.poll(IN_FLIGHT);
        } else if (client.pollAwait(IN_FLIGHT, ANSWER_TIMEOUT_NS) == 0) {
            throw new IllegalStateException("no answer within " + ANSWER_TIMEOUT_NS + " ns");
        }
    }

    private void onBatch(final Batch batch) {
        if (batch.outcome() < 0) {
            throw new IllegalStateException("outcome: " + Outcome.name(batch.outcome()));
        }
        results.wrap(batch.results(), 0, batch.count());
        results.next();
        if (results.code() != ResultCode.CREATED.code()) {
            throw new IllegalStateException("code=" + results.code());
        }
        answered++;
    }

    /** Deletes the ledger. */
    @TearDown(Level.Iteration)
    public void closeLedger() {
        client.close();
        ledger.close();
        folder.close();
    }

    /** Deletes the floor's file. */
    @TearDown(Level.Trial)
    public void close() {
        floor.close();
        floorFolder.close();
    }
}
