// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.register;

import static io.partita.replication.register.RegisterContract.bytes;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.PartitaException;
import io.partita.replication.testing.Await;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class RegisterWorkerTest {
    private final List<Object> seen = new ArrayList<>();
    private final AtomicInteger wakeups = new AtomicInteger();
    private final RegisterHandler handler = new RegisterHandler() {
        @Override
        public void onRead(final RegisterValue value) {
            seen.add(value);
        }

        @Override
        public void onReadFailed(final PartitaException cause) {
            seen.add(cause);
        }

        @Override
        public void onCas(final CasOutcome outcome) {
            seen.add(outcome);
        }

        @Override
        public void onFault(final PartitaException cause) {
            seen.add("fault " + cause.code());
        }
    };

    @Test
    void shouldAnswerInOrderAndWakeThePoller() {
        try (RegisterWorker worker = worker(new InMemoryRegister(), 60_000)) {
            worker.requestRead();
            worker.requestCas(0, bytes("one"));
            worker.requestCas(0, bytes("other"));
            worker.requestRead();
            await(worker, 4);
            final RegisterValue one = new RegisterValue(1, bytes("one"));
            assertEquals(List.of(RegisterValue.ABSENT, new CasOutcome.Ok(1), new CasOutcome.Conflict(one), one), seen);
            assertTrue(wakeups.get() >= 4);
        }
    }

    @Test
    void shouldTellWhatItFindsByItself() {
        final InMemoryRegister register = new InMemoryRegister();
        try (RegisterWorker worker = worker(register, 1)) {
            register.compareAndSet(0, bytes("one"));
            await(worker, 1);
            register.compareAndSet(1, bytes("two"));
            await(worker, 2);
            assertEquals(List.of(new RegisterValue(1, bytes("one")), new RegisterValue(2, bytes("two"))), seen);
        }
    }

    @Test
    void shouldReadWhenTheRegisterHintsAtAChange() {
        final Flaky register = new Flaky();
        try (RegisterWorker worker = worker(register, 60_000)) {
            register.compareAndSet(0, bytes("one"));
            register.hint.run();
            await(worker, 1);
            register.hint.run(); // for nothing: there is nothing new to tell
            register.compareAndSet(1, bytes("two"));
            register.hint.run();
            await(worker, 2);
            assertEquals(List.of(new RegisterValue(1, bytes("one")), new RegisterValue(2, bytes("two"))), seen);
        }
    }

    @Test
    void shouldTurnAFailureIntoUnknownAndGoOn() {
        final Flaky register = new Flaky();
        try (RegisterWorker worker = worker(register, 60_000)) {
            register.failure = ErrorCode.REGISTER_FAILED;
            worker.requestCas(0, bytes("one"));
            worker.requestRead();
            await(worker, 2);
            assertInstanceOf(CasOutcome.Unknown.class, seen.get(0));
            assertInstanceOf(PartitaException.class, seen.get(1));
            register.failure = null;
            worker.requestCas(0, bytes("one"));
            await(worker, 3);
            assertEquals(new CasOutcome.Ok(1), seen.get(2));
        }
        assertTrue(register.closed);
    }

    @Test
    void shouldFaultOnceAndFallSilentWhenTheRegisterIsDamaged() {
        final Flaky register = new Flaky();
        try (RegisterWorker worker = worker(register, 60_000)) {
            register.failure = ErrorCode.DAMAGED;
            worker.requestRead();
            await(worker, 1);
            worker.requestRead();
            worker.requestCas(0, bytes("one"));
        }
        assertEquals(List.of("fault DAMAGED"), seen);
    }

    @Test
    void shouldFaultWhenTheRegisterThrowsAnError() {
        final Flaky register = new Flaky();
        try (RegisterWorker worker = worker(register, 60_000)) {
            register.error = new LinkageError("as told");
            worker.requestRead();
            await(worker, 1);
        }
        assertEquals(List.of("fault INTERNAL"), seen);
    }

    @Test
    void shouldNotDeliverAnOlderValueThanBefore() {
        final Flaky register = new Flaky();
        try (RegisterWorker worker = worker(register, 60_000)) {
            worker.requestCas(0, bytes("one"));
            worker.requestRead();
            await(worker, 2);
            register.stale = true;
            worker.requestRead();
            await(worker, 3);
            assertInstanceOf(PartitaException.class, seen.get(2));
        }
    }

    @Test
    void shouldCloseTwice() {
        final RegisterWorker worker = worker(new InMemoryRegister(), 60_000);
        worker.close();
        worker.close();
    }

    private RegisterWorker worker(final CompareAndSetRegister register, final long pollIntervalMs) {
        return new RegisterWorker(register, pollIntervalMs, Thread::new, wakeups::incrementAndGet);
    }

    private void await(final RegisterWorker worker, final int count) {
        Await.until(count + " outcomes", () -> {
            worker.poll(handler);
            return seen.size() >= count;
        });
    }

    private static final class Flaky implements CompareAndSetRegister {
        private final InMemoryRegister register = new InMemoryRegister();
        volatile ErrorCode failure;
        volatile Error error;
        volatile boolean stale;
        volatile boolean closed;
        volatile Runnable hint = () -> {};

        @Override
        public void watch(final Runnable listener) {
            hint = listener;
        }

        @Override
        public RegisterValue read() {
            fail();
            return stale ? RegisterValue.ABSENT : register.read();
        }

        @Override
        public CasOutcome compareAndSet(final long expectedVersion, final byte[] value) {
            fail();
            return register.compareAndSet(expectedVersion, value);
        }

        @Override
        public void close() {
            closed = true;
        }

        private void fail() {
            if (error != null) {
                throw error;
            }
            final ErrorCode code = failure;
            if (code != null) {
                throw new PartitaException(code, "as told", "nothing");
            }
        }
    }
}
