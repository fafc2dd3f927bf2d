// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.engine;

import io.partita.ledger.client.Batch;
import io.partita.ledger.client.BatchKind;
import io.partita.ledger.client.Intake;
import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.Outcome;
import io.partita.ledger.model.PartitaException;
import io.partita.ledger.observe.CounterType;
import io.partita.ledger.observe.IncidentLog;
import io.partita.ledger.observe.LedgerCounters;
import java.util.concurrent.atomic.AtomicLong;
import org.agrona.concurrent.EpochNanoClock;
import org.agrona.concurrent.status.AtomicCounter;
import org.jctools.queues.varhandle.MpscVarHandleArrayQueue;
import org.jspecify.annotations.Nullable;

/**
 * Many client threads hand in, the engine's thread takes out. One atomic word counts what is in flight, batches and bytes, and
 * carries the closed mark, so that a batch is either refused or certain to be seen by the engine: after closing, the engine
 * drains until the word says that nobody is in between.
 */
final class BatchIntake implements Intake {
    private static final long CLOSED = Long.MIN_VALUE;
    private static final int BATCH_SHIFT = 40;
    private static final long ONE_BATCH = 1L << BATCH_SHIFT;
    private static final long BYTES_MASK = ONE_BATCH - 1;

    private final int windowBatches;
    private final long windowBytes;
    private final AtomicLong inFlight = new AtomicLong();
    private final MpscVarHandleArrayQueue<Batch> commands;
    private final MpscVarHandleArrayQueue<Batch> reads;
    private final EpochNanoClock epochNanoClock;
    private final Runnable wake;
    private final IncidentLog incidents;
    private final AtomicCounter backPressured;
    private final AtomicCounter refused;
    private final AtomicCounter listenerErrors;
    private final boolean hasUserLogic;
    private volatile long refusal;
    private volatile long lastStamp;
    private volatile @Nullable String closedReason;

    BatchIntake(final EngineContext context) {
        hasUserLogic = context.stateMachine().hasUserLogic();
        windowBatches = context.config().windowBatches();
        windowBytes = context.config().windowBytes();
        commands = new MpscVarHandleArrayQueue<>(Math.max(2, windowBatches));
        reads = new MpscVarHandleArrayQueue<>(Math.max(2, windowBatches));
        epochNanoClock = context.epochNanoClock();
        wake = context.wake();
        incidents = context.incidents();
        final LedgerCounters counters = context.counters();
        backPressured = counters.get(CounterType.BACK_PRESSURED);
        refused = counters.get(CounterType.REFUSED);
        listenerErrors = counters.get(CounterType.LISTENER_ERRORS);
    }

    @Override
    public long submit(final Batch batch) {
        if (batch.kind() == BatchKind.USER_COMMAND && !hasUserLogic) {
            refused.increment();
            throw new PartitaException(
                    ErrorCode.INVALID_CONFIGURATION,
                    "a command of the user's own logic, and this node has none",
                    "set userLogic(...) in the context of every node before its launch");
        }
        final boolean isRead = batch.kind().isRead();
        final long outcome = isRead ? 0 : precheck(batch);
        if (outcome < 0) {
            refused.increment();
            return outcome;
        }
        final long added = ONE_BATCH + weight(batch);
        long current;
        do {
            current = inFlight.get();
            if (current < 0) {
                refused.increment();
                return Outcome.CLOSED;
            }
            final long batches = current >>> BATCH_SHIFT;
            final boolean isFull = batches >= windowBatches
                    || (batches > 0 && (current & BYTES_MASK) + (added & BYTES_MASK) > windowBytes);
            if (isFull) {
                backPressured.increment();
                return Outcome.BACK_PRESSURED;
            }
        } while (!inFlight.compareAndSet(current, current + added));
        batch.inFlight(true);
        (isRead ? reads : commands).offer(batch); // there is room: a queue holds the whole window
        wake.run();
        return 0;
    }

    private long precheck(final Batch batch) {
        final long refusedWith = refusal;
        if (refusedWith < 0) {
            return inFlight.get() < 0 ? Outcome.CLOSED : refusedWith;
        }
        final long deadline = batch.deadline();
        final boolean isChecked = deadline != 0 && !batch.isLateJournaled();
        if (isChecked && (deadline < lastStamp || deadline < epochNanoClock.nanoTime())) {
            return Outcome.DEADLINE_PASSED;
        }
        return 0;
    }

    @Override
    public @Nullable String closedReason() {
        return closedReason;
    }

    @Override
    public void onListenerError(final Throwable error) {
        listenerErrors.increment();
        incidents.record(error);
    }

    /** The next batch of commands, left in the queue. Engine's thread, as all below. */
    @Nullable
    Batch peekCommands() {
        return commands.peek();
    }

    @Nullable
    Batch pollCommands() {
        return commands.poll();
    }

    @Nullable
    Batch pollReads() {
        return reads.poll();
    }

    boolean isEmpty() {
        return commands.isEmpty() && reads.isEmpty();
    }

    /** The batch leaves the window; before its owner is told, who may submit the next at once. */
    void release(final Batch batch) {
        inFlight.addAndGet(-(ONE_BATCH + weight(batch)));
    }

    /** Batches handed in and not released. */
    int inFlightCount() {
        return (int) ((inFlight.get() & ~CLOSED) >>> BATCH_SHIFT);
    }

    /** What new batches of commands are refused with from now on; 0 to take them. */
    void refuseWith(final long outcome) {
        if (refusal != outcome) {
            refusal = outcome;
        }
    }

    /** Journal time, for the deadlines of later submissions. */
    void lastStamp(final long stamp) {
        lastStamp = stamp;
    }

    /** From here on every submission is refused with CLOSED. The first reason stays. */
    void close(final String reason) {
        if (closedReason == null) {
            closedReason = reason;
        }
        long current;
        do {
            current = inFlight.get();
        } while (!inFlight.compareAndSet(current, current | CLOSED));
    }

    private static long weight(final Batch batch) {
        return batch.bodyLength();
    }
}
