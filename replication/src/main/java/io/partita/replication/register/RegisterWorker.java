// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.register;

import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.PartitaException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Runs the blocking calls of a {@link CompareAndSetRegister} on a thread of its own, reads it now and then and whenever it hints
 * at a change, and hands outcomes to the thread that calls {@link #poll}. Requests are served in order. Off the hot path: it allocates.
 */
public final class RegisterWorker implements AutoCloseable {
    private static final long CLOSE_TIMEOUT_MS = 5_000;

    private final CompareAndSetRegister register;
    private final long pollIntervalMs;
    private final Runnable wakeup;
    private final BlockingQueue<Request> requests = new LinkedBlockingQueue<>();
    private final ConcurrentLinkedQueue<Delivery> deliveries = new ConcurrentLinkedQueue<>();
    private final Thread thread;
    private final AtomicBoolean hinted = new AtomicBoolean();
    private volatile boolean closed;

    // Worker thread only.
    private long deliveredVersion;
    private boolean faulted;

    private enum Kind {
        READ,
        CAS,
        POLL
    }

    private record Request(Kind kind, long expectedVersion, byte[] value) {
        static final Request READ = new Request(Kind.READ, 0, new byte[0]);
        static final Request POLL = new Request(Kind.POLL, 0, new byte[0]);
    }

    private interface Delivery {
        void to(RegisterHandler handler);
    }

    /**
     * Starts the worker. It closes the register when it is closed itself.
     *
     * @param register to work with.
     * @param pollIntervalMs how long it may idle before it reads by itself, in milliseconds.
     * @param threadFactory makes the thread.
     * @param wakeup called after a delivery was queued; may be called often, must not block.
     */
    public RegisterWorker(
            final CompareAndSetRegister register,
            final long pollIntervalMs,
            final ThreadFactory threadFactory,
            final Runnable wakeup) {
        if (pollIntervalMs <= 0) {
            throw new IllegalArgumentException("poll interval must be positive: pollIntervalMs=" + pollIntervalMs);
        }
        this.register = register;
        this.pollIntervalMs = pollIntervalMs;
        this.wakeup = wakeup;
        this.thread = threadFactory.newThread(this::run);
        register.watch(this::onHint);
        thread.start();
    }

    /** Asks for a read; its outcome comes by {@link #poll} in any case. */
    public void requestRead() {
        requests.add(Request.READ);
    }

    /**
     * Asks for a compare-and-set; its outcome comes by {@link #poll}.
     *
     * @param expectedVersion the version to replace; 0 creates the register.
     * @param value the new bytes; not to be changed afterwards.
     */
    public void requestCas(final long expectedVersion, final byte[] value) {
        requests.add(new Request(Kind.CAS, expectedVersion, value));
    }

    /**
     * Delivers outcomes. One thread calls it.
     *
     * @param handler to deliver to.
     * @return outcomes delivered.
     */
    public int poll(final RegisterHandler handler) {
        int delivered = 0;
        for (Delivery delivery = deliveries.poll(); delivery != null; delivery = deliveries.poll()) {
            delivered++;
            delivery.to(handler);
        }
        return delivered;
    }

    /**
     * Stops the worker and closes the register. A compare-and-set that runs ends by itself. A second call does nothing.
     */
    @Override
    public void close() {
        closed = true;
        requests.add(Request.POLL);
        try {
            thread.join(CLOSE_TIMEOUT_MS);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            while (!closed) {
                final Request request = requests.poll(pollIntervalMs, TimeUnit.MILLISECONDS);
                if (!closed && !faulted) {
                    serve(request == null ? Request.POLL : request);
                }
            }
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            register.close();
        }
    }

    /** Many hints before the next read are one. */
    private void onHint() {
        if (hinted.compareAndSet(false, true)) {
            requests.add(Request.POLL);
        }
    }

    private void serve(final Request request) {
        try {
            if (request.kind() == Kind.CAS) {
                cas(request);
            } else {
                read(request.kind() == Kind.READ);
            }
        } catch (final PartitaException e) {
            onException(request, e);
        } catch (final RuntimeException
                | Error e) { // a thread that dies silently would leave a node that never fails over
            onFault(new PartitaException(
                    ErrorCode.INTERNAL,
                    "the register failed in an unforeseen way: cause=" + e,
                    "report it with the stack trace",
                    e));
        }
    }

    private void read(final boolean isAwaited) {
        hinted.set(false); // before looking, so that nothing is missed
        final RegisterValue value = register.read();
        // A stale answer resolves nothing, so it is not delivered at all but where somebody waits for one.
        if (value.version() > deliveredVersion || isAwaited && value.version() == deliveredVersion) {
            deliveredVersion = value.version();
            deliver(handler -> handler.onRead(value));
        } else if (isAwaited) {
            deliver(handler -> handler.onReadFailed(stale(value.version())));
        }
    }

    private void cas(final Request request) {
        final CasOutcome outcome = register.compareAndSet(request.expectedVersion(), request.value());
        if (outcome instanceof CasOutcome.Ok ok) {
            deliveredVersion = Math.max(deliveredVersion, ok.version());
        } else if (outcome instanceof CasOutcome.Conflict conflict) {
            deliveredVersion = Math.max(deliveredVersion, conflict.current().version());
        }
        deliver(handler -> handler.onCas(outcome));
    }

    private void onException(final Request request, final PartitaException e) {
        if (e.code() != ErrorCode.REGISTER_FAILED) {
            onFault(e);
        } else if (request.kind() == Kind.CAS) {
            deliver(handler -> handler.onCas(new CasOutcome.Unknown(e)));
        } else {
            deliver(handler -> handler.onReadFailed(e));
        }
    }

    private void onFault(final PartitaException e) {
        faulted = true;
        deliver(handler -> handler.onFault(e));
    }

    private PartitaException stale(final long version) {
        return new PartitaException(
                ErrorCode.REGISTER_FAILED,
                "the register answered with an older version than before: version=" + version + " known="
                        + deliveredVersion,
                "nothing: it is read again");
    }

    private void deliver(final Delivery delivery) {
        deliveries.add(delivery);
        wakeup.run();
    }
}
