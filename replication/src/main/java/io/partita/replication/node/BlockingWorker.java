// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.node;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.agrona.ErrorHandler;
import org.jspecify.annotations.Nullable;

/**
 * One thread for calls that may block (the register, the meta file), so that the engine's thread never does. A task runs on
 * this thread and returns what the engine's thread shall do with its outcome; outcomes come back in the order of the tasks.
 */
final class BlockingWorker implements AutoCloseable {
    /** A call that may block. */
    @FunctionalInterface
    interface Task {
        /**
         * Runs on the worker's thread.
         *
         * @return what the engine's thread shall run next, or null for nothing.
         */
        @Nullable
        Runnable call();
    }

    private static final Task STOP = () -> null;

    private final LinkedBlockingQueue<Task> tasks = new LinkedBlockingQueue<>();
    private final ConcurrentLinkedQueue<Runnable> outcomes = new ConcurrentLinkedQueue<>();
    private final Runnable wakeup;
    private final ErrorHandler errorHandler;
    private final Thread thread;
    private boolean closed;

    /**
     * Starts the thread.
     *
     * @param threadFactory makes it.
     * @param wakeup called after an outcome was put in the queue; any thread.
     * @param errorHandler told of a task that threw.
     */
    BlockingWorker(final ThreadFactory threadFactory, final Runnable wakeup, final ErrorHandler errorHandler) {
        this.wakeup = wakeup;
        this.errorHandler = errorHandler;
        this.thread = threadFactory.newThread(this::run);
        thread.start();
    }

    /**
     * Queues a task. Engine's thread.
     *
     * @param task to run.
     */
    void submit(final Task task) {
        if (!closed) {
            tasks.add(task);
        }
    }

    /**
     * Runs the outcomes that are there. Engine's thread.
     *
     * @return how many.
     */
    int drain() {
        int work = 0;
        Runnable outcome = outcomes.poll();
        while (outcome != null) {
            outcome.run();
            work++;
            outcome = outcomes.poll();
        }

        return work;
    }

    /** Lets queued tasks finish, then stops the thread. A second call does nothing. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        tasks.add(STOP);
        boolean interrupted = false;
        try {
            // A register that hangs must not hang the node: the thread is a daemon.
            thread.join(TimeUnit.SECONDS.toMillis(5));
        } catch (final InterruptedException e) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        while (true) {
            final Task task;
            try {
                task = tasks.take();
            } catch (final InterruptedException e) {
                return;
            }
            if (task == STOP) {
                return;
            }
            try {
                final Runnable outcome = task.call();
                if (outcome != null) {
                    outcomes.add(outcome);
                    wakeup.run();
                }
            } catch (final Throwable t) {
                errorHandler.onError(t);
            }
        }
    }
}
