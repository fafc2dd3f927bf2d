// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.partita.ledger.model.BatchOptions;
import io.partita.ledger.model.Outcome;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class LedgerClientTest {
    private final StubIntake intake = new StubIntake();

    @Test
    void shouldGiveTicketsAndDeliverInOrderOfCompletion() {
        final List<Long> delivered = new ArrayList<>();
        final LedgerClient client = new LedgerClient(intake, batch -> delivered.add(batch.ticket()), 4, 10);
        assertEquals(1, submitOne(client));
        assertEquals(2, submitOne(client));
        assertEquals(2, client.inFlight());

        assertEquals(0, client.poll(10));
        intake.completeNext(5);
        intake.completeNext(Outcome.UNKNOWN);
        assertEquals(1, client.poll(1));
        assertEquals(1, client.poll(10));
        assertEquals(List.of(1L, 2L), delivered);
        assertEquals(0, client.inFlight());
    }

    @Test
    void shouldRefuseOptionsThatTheStateMachineDoesNotKnow() {
        final Batch batch = filled(new LedgerClient(intake, ignored -> {}, 1, 10));
        assertThrows(IllegalArgumentException.class, () -> batch.options(2));
        assertEquals(BatchOptions.NONE, batch.options());
    }

    @Test
    void shouldReturnNullWhenAllBatchesAreTaken() {
        final LedgerClient client = new LedgerClient(intake, batch -> {}, 2, 10);
        assertTrue(submitOne(client) > 0);
        final Batch second = client.acquire();
        assertNotNull(second);
        assertNull(client.acquire());
        client.release(second);
        assertSame(second, client.acquire());
    }

    @Test
    void shouldLeaveARefusedBatchWithItsOwner() {
        final LedgerClient client = new LedgerClient(intake, batch -> {}, 1, 10);
        final Batch batch = filled(client);
        intake.refusal = Outcome.BACK_PRESSURED;
        assertEquals(Outcome.BACK_PRESSURED, client.submit(batch));
        intake.refusal = 0;
        assertEquals(1, client.submit(batch));
        assertEquals(1, batch.count());
    }

    @Test
    void shouldGoOnWhenTheListenerThrows() {
        final List<Long> seen = new ArrayList<>();
        final LedgerClient client = new LedgerClient(
                intake,
                batch -> {
                    seen.add(batch.outcome());
                    if (seen.size() == 1) {
                        throw new AssertionError("the user's bug");
                    }
                },
                4,
                10);
        submitOne(client);
        submitOne(client);
        intake.completeNext(1);
        intake.completeNext(2);
        assertEquals(2, client.poll(10));
        assertEquals(List.of(1L, 2L), seen);
        assertEquals(1, intake.listenerErrors.size());
        for (int i = 0; i < 4; i++) {
            assertNotNull(client.acquire(), "every batch is back in the pool");
        }
    }

    @Test
    void shouldStillDeliverAfterItWasClosed() {
        final List<Long> seen = new ArrayList<>();
        final LedgerClient client = new LedgerClient(intake, batch -> seen.add(batch.outcome()), 2, 10);
        submitOne(client);
        client.close();
        client.close();
        assertEquals(Outcome.CLOSED, client.submit(filled(client)));
        assertNotNull(client.closedReason());
        intake.completeNext(9);
        client.poll(1);
        assertEquals(List.of(9L), seen);
    }

    @Test
    void shouldBeWokenFromItsParkByACompletion() throws InterruptedException {
        final List<Long> seen = new ArrayList<>();
        final LedgerClient client = new LedgerClient(intake, batch -> seen.add(batch.outcome()), 2, 10);
        submitOne(client);
        final Thread waiter = new Thread(() -> client.pollAwait(1, TimeUnit.SECONDS.toNanos(60)));
        waiter.start();
        while (waiter.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }
        intake.completeNext(3);
        waiter.join(30_000);
        assertEquals(List.of(3L), seen);
    }

    @Test
    void shouldGiveUpWaitingAfterTheTimeout() {
        final LedgerClient client = new LedgerClient(intake, batch -> {}, 2, 10);
        assertEquals(0, client.pollAwait(1, 1_000_000));
    }

    @Test
    void shouldRefuseMisuse() {
        final LedgerClient client = new LedgerClient(intake, batch -> {}, 2, 2);
        final Batch batch = client.acquire();
        assertNotNull(batch);
        assertThrows(IllegalStateException.class, () -> client.submit(batch), "empty");
        batch.commands().addAccount(0, 1, 1, 1, 0);
        assertTrue(client.submit(batch) > 0);
        assertThrows(IllegalStateException.class, () -> client.submit(batch), "in flight");
        assertThrows(IllegalStateException.class, batch::commands, "in flight");
        final Batch lookup = client.acquire(BatchKind.LOOKUP_ACCOUNTS);
        assertNotNull(lookup);
        assertThrows(IllegalStateException.class, lookup::commands);
        lookup.addId(0, 1).addId(0, 2);
        assertThrows(IllegalArgumentException.class, () -> lookup.addId(0, 3));
        assertThrows(IllegalArgumentException.class, () -> lookup.deadline(-1));
        assertThrows(IllegalArgumentException.class, () -> new Batch(owned -> {}, 0));
        assertThrows(IllegalArgumentException.class, () -> new LedgerClient(intake, owned -> {}, 0, 1));
    }

    @Test
    void shouldRefuseABodyThatIsNotWellFormed() {
        final Batch batch = new Batch(owned -> {}, 10).reset(BatchKind.COMMANDS);
        final UnsafeBuffer bytes = new UnsafeBuffer(new byte[72]);
        bytes.putByte(0, (byte) 9);
        assertThrows(IllegalArgumentException.class, () -> batch.putBody(bytes, 0, 72, 1));
        bytes.putByte(0, io.partita.ledger.model.CommandKind.CREATE_TRANSFER);
        batch.putBody(bytes, 0, 72, 1);
        assertEquals(1, batch.count());
        assertEquals(72, batch.bodyLength());
    }

    @Test
    void shouldCompleteFuturesOffTheEnginesThread() throws Exception {
        final List<Runnable> tasks = new ArrayList<>();
        final AsyncLedger async = new AsyncLedger(intake, tasks::add, 2, 10);
        final CompletableFuture<AsyncLedger.Answer> future =
                async.submit(batch -> batch.commands().addAccount(0, 1, 1, 1, 0));
        intake.completeNext(4);
        assertTrue(!future.isDone());
        tasks.get(0).run();
        assertEquals(4, future.get(1, TimeUnit.SECONDS).outcome());
    }

    @Test
    void shouldAnswerFuturesEvenIfTheExecutorIsShutDown() throws Exception {
        final AsyncLedger async = new AsyncLedger(
                intake,
                task -> {
                    throw new RejectedExecutionException();
                },
                2,
                10);
        final CompletableFuture<AsyncLedger.Answer> future =
                async.submit(batch -> batch.commands().addAccount(0, 1, 1, 1, 0));
        intake.completeNext(Outcome.CLOSED);
        assertEquals(Outcome.CLOSED, future.get(1, TimeUnit.SECONDS).outcome());
    }

    @Test
    void shouldAnswerARefusalAsAValue() throws Exception {
        final AsyncLedger async = new AsyncLedger(intake, Runnable::run, 2, 10);
        intake.refusal = Outcome.BACK_PRESSURED;
        assertEquals(
                Outcome.BACK_PRESSURED,
                async.submit(batch -> batch.commands().addAccount(0, 1, 1, 1, 0))
                        .get(1, TimeUnit.SECONDS)
                        .outcome());
        assertThrows(
                ExecutionException.class,
                () -> async.submit(batch -> {
                            throw new IllegalStateException("the filler's bug");
                        })
                        .get(1, TimeUnit.SECONDS));
    }

    private static long submitOne(final LedgerClient client) {
        return client.submit(filled(client));
    }

    private static Batch filled(final LedgerClient client) {
        final Batch batch = client.acquire();
        assertNotNull(batch);
        batch.commands().addAccount(0, 1, 1, 1, 0);
        return batch;
    }

    /** Takes batches and completes them when told. */
    private static final class StubIntake implements Intake {
        final Deque<Batch> accepted = new ArrayDeque<>();
        final List<Throwable> listenerErrors = new ArrayList<>();
        long refusal;

        @Override
        public long submit(final Batch batch) {
            if (refusal < 0) {
                return refusal;
            }
            batch.inFlight(true);
            accepted.add(batch);
            return 0;
        }

        void completeNext(final long outcome) {
            accepted.remove().complete(outcome);
        }

        @Override
        public String closedReason() {
            return null;
        }

        @Override
        public void onListenerError(final Throwable error) {
            listenerErrors.add(error);
        }
    }
}
