// SPDX-License-Identifier: Apache-2.0
package io.partita.benchmarks.micro;

import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.OneToOneConcurrentArrayQueue;
import org.jctools.queues.varhandle.MpscVarHandleArrayQueue;
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
 * The queues between a client and the engine, as they are used: batches go there through JCTools' queue of many producers and come back
 * through Agrona's of one, to another thread that does nothing else. One batch after the other, or as many on the way as a client may have.
 * Per batch, there and back. Floor: the same queues used by one thread alone, whose cache lines go nowhere.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 6, time = 1, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 10, time = 1, timeUnit = TimeUnit.MILLISECONDS)
@SuppressWarnings("NullAway.Init") // JMH sets them up
public class HandOverBenchmark {
    private static final int BATCHES = 1 << 21;
    private static final int WINDOW_MAX = 64;

    /** Batches on the way. */
    @Param({"1", "64"})
    public int window;

    private MpscVarHandleArrayQueue<Object> there;
    private OneToOneConcurrentArrayQueue<Object> back;
    private Thread engine;
    private volatile boolean isStopped;
    private double floorNs;

    /** Measures the floor, and starts the other thread. */
    @Setup(Level.Iteration)
    public void start() {
        there = new MpscVarHandleArrayQueue<>(WINDOW_MAX);
        back = new OneToOneConcurrentArrayQueue<>(WINDOW_MAX);
        final Object batch = new Object();
        final long startNs = Beside.ownCpuNs();
        for (int i = 0; i < BATCHES; i++) {
            there.offer(batch);
            back.offer(there.poll());
            if (back.poll() != batch) {
                throw new IllegalStateException("a batch is lost");
            }
        }
        floorNs = (double) (Beside.ownCpuNs() - startNs) / BATCHES;
        isStopped = false;
        engine = new Thread(this::serve);
        engine.setDaemon(true);
        engine.start();
    }

    private void serve() {
        while (!isStopped) {
            final Object batch = there.poll();
            if (batch == null) {
                Thread.onSpinWait();
            } else {
                back.offer(batch);
            }
        }
    }

    /**
     * Hands an iteration's batches over.
     *
     * @param beside for floor, processor time and allocations.
     * @return how many came back.
     */
    @Benchmark
    @OperationsPerInvocation(BATCHES)
    public long handOver(final Beside beside) {
        beside.floor(floorNs);
        beside.start();
        final Object batch = new Object();
        int sent = 0;
        int answered = 0;
        while (answered < BATCHES) {
            while (sent < BATCHES && sent - answered < window) {
                there.offer(batch);
                sent++;
            }
            if (back.poll() == null) {
                Thread.onSpinWait();
            } else {
                answered++;
            }
        }
        beside.end();
        return answered;
    }

    /** Ends the other thread. */
    @TearDown(Level.Iteration)
    public void stop() throws InterruptedException {
        isStopped = true;
        engine.join();
    }
}
