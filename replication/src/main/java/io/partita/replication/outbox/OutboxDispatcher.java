// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.outbox;

import io.partita.ledger.client.Batch;
import io.partita.ledger.client.LedgerClient;
import io.partita.ledger.client.ResultListener;
import io.partita.replication.node.RoleListener;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Sends the effects of committed events while its node is active: all of them, in order, at least once. One per node, wired like
 * this:
 *
 * <pre>{@code
 * OutboxDispatcher outbox = new OutboxDispatcher(OutboxConfig.of(clusterId, 0x6F7574L, 999), sink);
 * try (ReplicatedLedger ledger = ReplicatedLedger.launch(context.roleListener(outbox)); outbox) { // closed before the ledger
 *     outbox.start(ledger::client);
 *     ...
 * }
 * }</pre>
 *
 * <p>What it promises: every event that is committed after the outbox's position is given to the sink of some active, in the order
 * of the timestamps, with its key; none that is not committed; and none is acknowledged before the sink has returned. After a
 * failover up to a page of events may be given again, to the new active's sink, and a node that was paused while it was deposed may
 * go on with the page it had: only the receiver can tell these apart from the first time, by the key or by refusing an old epoch.
 *
 * <p>Thread: one of its own calls the sink. {@link #onActive} and {@link #onPassive} only wake it, and may be called by a listener
 * of the user's that wants to hear of the roles, too.
 */
public final class OutboxDispatcher implements RoleListener, AutoCloseable {
    private static final System.Logger LOGGER = System.getLogger(OutboxDispatcher.class.getName());
    private static final long RETRY_NS_MIN = TimeUnit.MILLISECONDS.toNanos(50);
    private static final long RETRY_NS_MAX = TimeUnit.SECONDS.toNanos(5);
    private static final long CLOSE_MS = 5_000;

    private final OutboxConfig config;
    private final EffectSink sink;
    private final Effect effect;
    private volatile long activeEpoch;
    private final AtomicLong delivered = new AtomicLong();
    private final AtomicLong failures = new AtomicLong();
    private volatile long position;
    private volatile boolean isClosed;
    private @Nullable Thread thread;

    /**
     * A dispatcher that waits for {@link #start}.
     *
     * @param config of the outbox.
     * @param sink where the effects go.
     */
    public OutboxDispatcher(final OutboxConfig config, final EffectSink sink) {
        this.config = config;
        this.sink = sink;
        effect = new Effect(config.clusterId());
    }

    /**
     * Starts the thread. Once.
     *
     * @param clients makes a client of this node's, {@code ledger::client}.
     */
    public synchronized void start(final Function<ResultListener, LedgerClient> clients) {
        if (thread != null || isClosed) {
            throw new IllegalStateException("a dispatcher is started once");
        }
        final Thread started = new Thread(() -> run(clients), "partita-outbox");
        started.setDaemon(true);
        thread = started;
        started.start();
    }

    @Override
    public void onActive(final long epoch, final long fromSeq) {
        activeEpoch = epoch;
        wake();
    }

    @Override
    public void onPassive(final long epoch) {
        activeEpoch = 0;
    }

    /**
     * Effects that the sink of this node has taken. Any thread.
     *
     * @return how many, repeated ones included.
     */
    public long delivered() {
        return delivered.get();
    }

    /**
     * How often the sink, or the ledger, failed. Any thread.
     *
     * @return how often.
     */
    public long failures() {
        return failures.get();
    }

    /**
     * The last position that this node has read or acknowledged. Any thread.
     *
     * @return the timestamp of the last acknowledged event; 0 before the first.
     */
    public long position() {
        return position;
    }

    private synchronized void wake() {
        if (thread != null) {
            LockSupport.unpark(thread);
        }
    }

    private void run(final Function<ResultListener, LedgerClient> clients) {
        try (LedgerClient client = clients.apply(batch -> {})) {
            final OutboxLedger ledger = new OutboxLedger(config, client, () -> isClosed);
            long pauseNs = RETRY_NS_MIN;
            while (!isClosed) {
                final long epoch = activeEpoch;
                if (epoch == 0) {
                    park(config.pollInterval().toNanos());
                    continue;
                }
                try {
                    lead(ledger, epoch);
                    pauseNs = RETRY_NS_MIN;
                } catch (final Throwable e) { // whatever the sink throws
                    failed(e);
                    pauseNs = Math.min(2 * pauseNs, RETRY_NS_MAX);
                }
                park(pauseNs);
            }
        }
    }

    /** One term, or a part of it: ends when this node leads no more, when the ledger does not answer, when the sink fails. */
    private void lead(final OutboxLedger ledger, final long epoch) throws Exception {
        long acknowledged = ledger.position();
        long next = acknowledged; // beyond the position by what has no effects
        while (acknowledged >= 0 && leads(epoch)) {
            position = acknowledged;
            final Batch page = ledger.eventsAfter(next);
            if (page == null) {
                return;
            }
            final int rows = page.rows();
            long last = acknowledged;
            try {
                for (int row = 0; row < rows && leads(epoch); row++) {
                    effect.wrap(page.results(), page.rowOffset(row), epoch);
                    next = effect.timestamp();
                    if (effect.event().ledger() != config.ledger()) {
                        sink.deliver(effect);
                        delivered.incrementAndGet();
                        last = next;
                    }
                }
            } finally {
                // What was sent is acknowledged, also when the next one fails.
                acknowledged = last == acknowledged || acknowledge(ledger, acknowledged, last, epoch) ? last : -1;
            }
            if (rows == 0) {
                park(config.pollInterval().toNanos());
            }
        }
    }

    private boolean acknowledge(final OutboxLedger ledger, final long from, final long to, final long epoch) {
        return leads(epoch) && ledger.acknowledge(from, to, epoch);
    }

    private boolean leads(final long epoch) {
        return activeEpoch == epoch && !isClosed;
    }

    private void failed(final Throwable e) {
        failures.incrementAndGet();
        if (!isClosed && Thread.interrupted()) {
            LOGGER.log(System.Logger.Level.DEBUG, "the sink was interrupted, not the dispatcher");
        }
        LOGGER.log(System.Logger.Level.WARNING, "an effect was not sent; it is tried again: position=" + position, e);
    }

    private void park(final long ns) {
        if (!isClosed) {
            LockSupport.parkNanos(this, ns);
        }
    }

    /**
     * Ends the thread, after the effect that is being sent; a sink that does not come back within 5 s is interrupted. What was sent
     * and not acknowledged is sent again by the next active. Close it before the ledger. A second call does nothing.
     */
    @Override
    public void close() {
        isClosed = true;
        final Thread ending;
        synchronized (this) {
            ending = thread;
        }
        if (ending == null || ending == Thread.currentThread()) {
            return;
        }
        LockSupport.unpark(ending);
        try {
            ending.join(CLOSE_MS);
            if (ending.isAlive()) {
                ending.interrupt();
                ending.join(CLOSE_MS);
            }
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
