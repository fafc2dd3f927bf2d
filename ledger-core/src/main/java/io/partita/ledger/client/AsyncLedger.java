// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.client;

import io.partita.ledger.model.BatchOptions;
import io.partita.ledger.model.Outcome;
import io.partita.ledger.wire.ResultDecoder;
import io.partita.ledger.wire.ResultEncoder;
import io.partita.ledger.wire.UserResult;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.agrona.concurrent.ManyToManyConcurrentArrayQueue;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A thin wrapper that gives a future per batch, for use from any thread. It allocates; for throughput use a
 * {@link LedgerClient} per thread.
 *
 * <p>There is nothing to close. When the ledger closes, each future that is open completes, with CLOSED or UNKNOWN at the worst. Close
 * the ledger first and the executor after it: one that is shut down already lets futures complete on the ledger's own thread, and one
 * that drops tasks it had accepted ({@code shutdownNow()}) leaves their futures open. Cancelling a future, or interrupting a thread
 * that waits for one, takes nothing back.
 *
 * <pre>{@code
 * async.submit(batch -> batch.commands().addTransfer(...))
 *      .thenAccept(answer -> ...); // answer.outcome() is a position or a negative Outcome
 * }</pre>
 */
public final class AsyncLedger {
    private final Intake intake;
    private final Executor executor;
    private final int commandsMax;
    private final ManyToManyConcurrentArrayQueue<Batch> pool;

    /**
     * A wrapper.
     *
     * @param intake of the ledger.
     * @param executor completes the futures, so that what depends on them does not run on the engine's thread.
     * @param batchesPooled batches kept for reuse.
     * @param commandsMax capacity of a batch.
     */
    public AsyncLedger(final Intake intake, final Executor executor, final int batchesPooled, final int commandsMax) {
        this.intake = intake;
        this.executor = executor;
        this.commandsMax = commandsMax;
        pool = new ManyToManyConcurrentArrayQueue<>(Math.max(2, batchesPooled));
    }

    /**
     * Submits a batch of commands.
     *
     * @param filler fills the batch, on the caller's thread.
     * @return completes with the answer, whose outcome may be a negative {@code Outcome}; never exceptionally, but for what
     *     the filler throws.
     */
    public CompletableFuture<Answer> submit(final Consumer<Batch> filler) {
        return submit(BatchKind.COMMANDS, filler);
    }

    /**
     * Submits a batch.
     *
     * @param kind what it asks for.
     * @param filler fills the batch, on the caller's thread.
     * @return completes with the answer, whose outcome may be a negative {@code Outcome}.
     */
    public CompletableFuture<Answer> submit(final BatchKind kind, final Consumer<Batch> filler) {
        final Batch pooled = pool.poll();
        final Batch batch = pooled == null ? new Batch(this::onComplete, commandsMax) : pooled;
        final CompletableFuture<Answer> future = new CompletableFuture<>();
        final long refusal;
        try {
            filler.accept(batch.reset(kind));
            batch.attachment(future);
            batch.prepare(1);
            refusal = intake.submit(batch);
        } catch (final RuntimeException error) {
            recycle(batch);
            return CompletableFuture.failedFuture(error);
        }
        if (refusal < 0) {
            recycle(batch);
            future.complete(new Answer(refusal, 0, 0, new int[0], new long[0], new byte[0]));
        }
        return future;
    }

    /** On the engine's thread: only hands over. */
    private void onComplete(final Batch batch) {
        try {
            executor.execute(() -> deliver(batch));
        } catch (final RejectedExecutionException closing) { // never silence: then on this thread
            deliver(batch);
        }
    }

    private void deliver(final Batch batch) {
        @SuppressWarnings("unchecked")
        final CompletableFuture<Answer> future = (CompletableFuture<Answer>) batch.attachment();
        final Answer answer = Answer.of(batch);
        recycle(batch);
        if (future != null) {
            future.complete(answer);
        }
    }

    private void recycle(final @Nullable Batch batch) {
        if (batch != null) {
            batch.attachment(null);
            pool.offer(batch);
        }
    }

    /**
     * What a batch came to.
     *
     * @param outcome a position, or a negative {@code Outcome}.
     * @param epoch the newest that the node knew when it answered; 0 if nothing was submitted.
     * @param timestamp the batch's stamp.
     * @param codes a {@code ResultCode}'s number per command; empty without results and for reads.
     * @param timestamps of the results, per command.
     * @param raw the results as {@link Batch#results()} holds them.
     */
    @SuppressWarnings("ArrayRecordComponent") // a plain carrier; equality is of no use here
    public record Answer(long outcome, long epoch, long timestamp, int[] codes, long[] timestamps, byte[] raw) {
        static Answer of(final Batch batch) {
            final byte[] raw = new byte[batch.resultsLength()];
            batch.results().getBytes(0, raw);
            final ResultDecoder results = batch.commandResults();
            final int[] codes = new int[results.count()];
            final long[] timestamps = new long[results.count()];
            for (int i = 0; results.next(); i++) {
                codes[i] = results.code();
                timestamps[i] = results.timestamp();
            }
            return new Answer(batch.outcome(), batch.epoch(), batch.timestamp(), codes, timestamps, raw);
        }

        /**
         * Whether there are results.
         *
         * @return true if {@link #outcome()} is a position.
         */
        public boolean isOk() {
            return outcome >= 0;
        }

        /**
         * The results of a batch of commands, with their balances if it asked for them.
         *
         * @return a cursor before the first result; it has none if there are none.
         */
        public ResultDecoder results() {
            final ResultDecoder results = new ResultDecoder();
            final UnsafeBuffer buffer = new UnsafeBuffer(raw);
            final boolean hasBalances =
                    raw.length == ResultEncoder.length(codes.length, BatchOptions.RETURN_BALANCES) && codes.length > 0;
            return hasBalances
                    ? results.wrapWithBalances(buffer, 0, codes.length)
                    : results.wrap(buffer, 0, codes.length);
        }

        /**
         * The result of a user's command.
         *
         * @return it.
         * @throws IllegalStateException if there is none.
         */
        public UserResult userResult() {
            if (!isOk() || raw.length < UserResult.LENGTH) {
                throw new IllegalStateException("no result of a user's command: " + this);
            }
            return new UserResult().wrap(new UnsafeBuffer(raw), 0);
        }

        @Override
        public String toString() {
            return "Answer{outcome=" + (isOk() ? Long.toString(outcome) : Outcome.name(outcome)) + ", results="
                    + codes.length + "}";
        }
    }
}
