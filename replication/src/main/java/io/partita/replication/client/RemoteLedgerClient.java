// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.client;

import io.partita.ledger.client.Batch;
import io.partita.ledger.client.BatchKind;
import io.partita.ledger.client.ResultListener;
import io.partita.ledger.model.Outcome;
import io.partita.replication.transport.NodeStatus;
import io.partita.replication.transport.netty.ClientConnector;
import io.partita.replication.transport.netty.TcpConfig;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.agrona.DirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A client of a pair over TCP. Not thread-safe: each application thread connects its own. Works like the {@code LedgerClient}
 * of a node in the same process: acquire, fill, submit, poll. It allocates nothing per batch in steady state.
 *
 * <pre>{@code
 * try (RemoteLedgerClient client = RemoteLedgerClient.connect(context)) {
 *     Batch batch = client.acquire(BatchKind.COMMANDS);
 *     if (batch == null) {
 *         client.pollAwait(16, timeoutNs); // all batches are in flight
 *     } else {
 *         batch.commands().addTransfer(...);
 *         client.submit(batch);
 *     }
 *     client.poll(16);
 * }
 * }</pre>
 *
 * <p>The client keeps a connection to every node, follows the one that says it is active in the newest epoch, and tries a batch
 * again, <em>with the same ids</em>, until it has a definite outcome or its retry time is over. Outcomes, each told apart:
 *
 * <ul>
 *   <li>a position: the results are there. A transfer that took effect at an attempt whose answer was lost comes back as {@code
 *       EXISTS}, with the original's timestamp: it took effect, once.
 *   <li>NOT_ACTIVE, DEGRADED, STORAGE_FULL, BACK_PRESSURED: refused to the end of the retry time and certainly never sequenced.
 *   <li>DEADLINE_PASSED: refused because of the batch's own deadline; certainly never sequenced.
 *   <li>UNKNOWN: the retry time is over and some attempt may have been sequenced. Submit the same ids again later, or resolve
 *       them.
 *   <li>CLOSED: the client was closed; never sent.
 * </ul>
 */
public final class RemoteLedgerClient implements AutoCloseable {
    private static final int SLOT_BITS = 12;
    private static final int SLOT_MASK = (1 << SLOT_BITS) - 1;
    private static final long REPORT_BIT = 1L << 62;
    private static final long BACK_OFF_NS = 1_000_000L;
    private static final long REFUSED_BACK_OFF_NS = 20_000_000L;
    private static final long EXPIRY_CHECK_NS = 10_000_000L;
    private static final long PARK_NS_MAX = 5_000_000L;

    private static final System.Logger LOGGER = System.getLogger(RemoteLedgerClient.class.getName());

    private final ClientConnector connector;
    private final ResultListener listener;
    private final NodeLink[] links;
    private final Slot[] slots;
    private final Batch[] free;
    private final long[] waitingOrder;
    private final ArrayDeque<Batch> completed;
    private final long retryTimeoutNs;
    private int freeCount;
    private int inFlight;
    private int waiting;
    private long nextTicket = 1;
    private long nextExpiryCheckNs;
    private long listenerErrors;
    private boolean isClosed;
    private long reportAsked;
    private @Nullable NodeReport reportAnswer;
    private volatile @Nullable Thread parked;
    private volatile boolean isSignalled;

    private RemoteLedgerClient(final RemoteClientContext.Settings settings) {
        listener = settings.listener();
        retryTimeoutNs = settings.retryTimeoutNs();
        connector = new ClientConnector(new TcpConfig(settings.clusterId(), settings.name())
                .connectTimeoutMs((int) TimeUnit.NANOSECONDS.toMillis(settings.connectTimeoutNs())));
        final int batches = settings.batches();
        slots = new Slot[batches];
        free = new Batch[batches];
        waitingOrder = new long[batches];
        completed = new ArrayDeque<>(batches + 1);
        for (int i = 0; i < batches; i++) {
            final Batch batch = new Batch(this::onComplete, settings.commandsMax());
            slots[i] = new Slot(i, batch);
            batch.attachment(slots[i]);
            free[i] = batch;
        }
        freeCount = batches;
        final Replies replies = new Replies();
        final long nowNs = System.nanoTime();
        links = new NodeLink[settings.nodes().size()];
        int index = 0;
        for (final Map.Entry<String, InetSocketAddress> node : settings.nodes().entrySet()) {
            links[index] = new NodeLink(
                    index,
                    node.getKey(),
                    node.getValue(),
                    connector,
                    this::signal,
                    replies,
                    settings.silenceTimeoutNs(),
                    nowNs);
            index++;
        }
        nextExpiryCheckNs = nowNs;
    }

    /**
     * A client. It connects when it is polled; a node that is not there is tried again and again.
     *
     * @param context its settings; used up by this.
     * @return the client.
     * @throws io.partita.ledger.model.PartitaException INVALID_CONFIGURATION.
     */
    public static RemoteLedgerClient connect(final RemoteClientContext context) {
        final RemoteLedgerClient client = new RemoteLedgerClient(context.conclude());
        client.poll(0);
        return client;
    }

    /**
     * Takes an empty batch of commands from the pool.
     *
     * @return the batch; null if the window is full: {@link #poll} first.
     */
    public @Nullable Batch acquire() {
        return acquire(BatchKind.COMMANDS);
    }

    /**
     * Takes an empty batch from the pool.
     *
     * @param kind what it shall ask for.
     * @return the batch; null if the window is full: {@link #poll} first.
     */
    public @Nullable Batch acquire(final BatchKind kind) {
        return freeCount == 0 ? null : free[--freeCount].reset(kind);
    }

    /**
     * Gives back a batch that was not submitted.
     *
     * @param batch from {@link #acquire}.
     */
    public void release(final Batch batch) {
        free[freeCount++] = batch;
    }

    /**
     * Submits a batch to whoever is the active, now or when there is one. Commands go to the active; so do reads, unless they
     * allow stale answers and {@link #submitTo} names a node.
     *
     * @param batch from {@link #acquire}; if this returns a ticket, it comes back through {@link #poll}.
     * @return a ticket greater than 0; or CLOSED: the batch is still the caller's.
     */
    public long submit(final Batch batch) {
        return submit(batch, -1);
    }

    /**
     * Submits a read to one node, whatever its role; with {@link Batch#allowStale} a standby answers from what it has applied.
     *
     * @param node its id.
     * @param batch a read from {@link #acquire}.
     * @return a ticket greater than 0; or CLOSED: the batch is still the caller's.
     */
    public long submitTo(final String node, final Batch batch) {
        if (!batch.kind().isRead()) {
            throw new IllegalArgumentException("commands go to the active: kind=" + batch.kind());
        }
        return submit(batch, link(node).index);
    }

    private long submit(final Batch batch, final int pinned) {
        if (isClosed) {
            return Outcome.CLOSED;
        }
        final Slot slot = slotOf(batch);
        final long ticket = nextTicket++;
        batch.prepare(ticket);
        batch.inFlight(true);
        slot.start(ticket, pinned, System.nanoTime() + retryTimeoutNs);
        inFlight++;
        waiting++;
        if (waiting == 1) {
            sendTo(slot, pinned >= 0 ? links[pinned] : route());
        }

        return ticket;
    }

    /**
     * Moves everything on, and delivers completed batches to the listener.
     *
     * @param limit how many to deliver at most.
     * @return how many were delivered.
     */
    public int poll(final int limit) {
        if (!isClosed) {
            work();
        }
        int delivered = 0;
        while (delivered < limit) {
            final Batch batch = completed.poll();
            if (batch == null) {
                break;
            }
            delivered++;
            inFlight--;
            try {
                listener.onBatch(batch);
            } catch (final RuntimeException e) { // a listener stops nobody
                listenerErrors++;
                LOGGER.log(System.Logger.Level.ERROR, "a result listener threw: ticket=" + batch.ticket(), e);
            } finally {
                free[freeCount++] = batch;
            }
        }

        return delivered;
    }

    /**
     * Like {@link #poll}, but parks until something is there.
     *
     * @param limit how many to deliver at most.
     * @param timeoutNs how long to wait.
     * @return how many were delivered; 0 after the time-out, or if the thread was interrupted (the flag stays set).
     */
    public int pollAwait(final int limit, final long timeoutNs) {
        final long startNs = System.nanoTime();
        int delivered = poll(limit);
        while (delivered == 0) {
            final long leftNs = timeoutNs - (System.nanoTime() - startNs);
            if (leftNs <= 0 || Thread.currentThread().isInterrupted()) {
                break;
            }
            park(leftNs);
            delivered = poll(limit);
        }

        return delivered;
    }

    private void park(final long leftNs) {
        parked = Thread.currentThread();
        if (!isSignalled) {
            LockSupport.parkNanos(this, Math.min(leftNs, PARK_NS_MAX));
        }
        parked = null;
        isSignalled = false;
    }

    /** The transport's threads. */
    private void signal() {
        isSignalled = true;
        final Thread thread = parked;
        if (thread != null) {
            LockSupport.unpark(thread);
        }
    }

    /**
     * Batches that were submitted and not yet delivered.
     *
     * @return how many.
     */
    public int inFlight() {
        return inFlight;
    }

    /**
     * The window.
     *
     * @return how many batches this client has.
     */
    public int batches() {
        return slots.length;
    }

    /**
     * What listeners threw.
     *
     * @return how often.
     */
    public long listenerErrors() {
        return listenerErrors;
    }

    /**
     * What a node last told about its role, without asking it.
     *
     * @param node its id.
     * @return null while there is no connection to it.
     */
    public @Nullable NodeStatus status(final String node) {
        return link(node).status();
    }

    /**
     * The node that batches go to at the moment.
     *
     * @return its id; null if none says that it is active.
     */
    public @Nullable String active() {
        final NodeLink link = route();
        return link == null ? null : link.node;
    }

    /**
     * Asks a node how it is: role, epoch, positions. Waits for the answer and moves batches on meanwhile; completed ones are
     * delivered by the next {@link #poll}. One call at a time.
     *
     * @param node its id.
     * @param timeout how long to wait, for a connection and for the answer.
     * @return the report; null if there was none in time.
     */
    public @Nullable NodeReport report(final String node, final Duration timeout) {
        final NodeLink link = link(node);
        final long startNs = System.nanoTime();
        final long timeoutNs = timeout.toNanos();
        reportAnswer = null;
        reportAsked = 0;
        while (!isClosed) {
            if (reportAsked == 0) {
                final long correlationId = REPORT_BIT | (nextTicket++ << SLOT_BITS) | link.index;
                reportAsked = link.sendReport(correlationId) ? correlationId : 0;
            }
            work();
            final long leftNs = timeoutNs - (System.nanoTime() - startNs);
            if (reportAnswer != null || leftNs <= 0 || Thread.currentThread().isInterrupted()) {
                break;
            }
            park(leftNs);
        }
        reportAsked = 0;
        return reportAnswer;
    }

    /**
     * Ends the connections. What is in flight ends at once, UNKNOWN or, if it was never sent, CLOSED, and still comes back
     * through {@link #poll}. A second call does nothing.
     */
    @Override
    public void close() {
        if (isClosed) {
            return;
        }
        isClosed = true;
        for (final NodeLink link : links) {
            link.close();
        }
        connector.close();
        for (final Slot slot : slots) {
            if (slot.state != Slot.FREE) {
                complete(slot, slot.mayBeSequenced() ? Outcome.UNKNOWN : Outcome.CLOSED);
            }
        }
    }

    private void work() {
        isSignalled = false;
        final long nowNs = System.nanoTime();
        for (final NodeLink link : links) {
            link.poll(nowNs);
        }
        if (inFlight > 0) {
            moveToNewerActive();
            if (waiting > 0) {
                sendWaiting(nowNs);
            }
            if (nowNs - nextExpiryCheckNs >= 0) {
                nextExpiryCheckNs = nowNs + EXPIRY_CHECK_NS;
                expire(nowNs);
            }
        }
        for (final NodeLink link : links) {
            link.flush();
        }
    }

    /** The active of the newest epoch among those that say they are. */
    private @Nullable NodeLink route() {
        NodeLink best = null;
        for (final NodeLink link : links) {
            if (link.isActive() && (best == null || link.epoch() > best.epoch())) {
                best = link;
            }
        }

        return best;
    }

    /**
     * What a deposed active has not answered is sent to its successor at once: a paused or cut off node closes no connection.
     * Its late answer is as good as the other's.
     */
    private void moveToNewerActive() {
        final NodeLink active = route();
        if (active == null || !active.hasRoom()) {
            return;
        }
        for (final Slot slot : slots) {
            if (slot.state == Slot.SENT
                    && slot.pinned < 0
                    && slot.link != active.index
                    && slot.sentEpoch < active.epoch()) {
                toWaiting(slot, 0);
            }
        }
    }

    private void sendWaiting(final long nowNs) {
        int count = 0;
        for (final Slot slot : slots) {
            if (slot.state == Slot.WAITING && nowNs - slot.notBeforeNs >= 0) {
                waitingOrder[count++] = slot.correlationId;
            }
        }
        Arrays.sort(waitingOrder, 0, count); // tickets are in the high bits: the order of submission
        final NodeLink active = route();
        for (int i = 0; i < count; i++) {
            final Slot slot = slots[(int) waitingOrder[i] & SLOT_MASK];
            sendTo(slot, slot.pinned >= 0 ? links[slot.pinned] : active);
        }
    }

    private void sendTo(final Slot slot, final @Nullable NodeLink link) {
        if (link != null && link.send(slot.correlationId, slot.batch)) {
            slot.state = Slot.SENT;
            slot.link = link.index;
            slot.sentEpoch = link.epoch();
            waiting--;
        }
    }

    private void toWaiting(final Slot slot, final long notBeforeNs) {
        slot.isAttemptUnknown = true;
        requeue(slot, notBeforeNs == 0 ? System.nanoTime() : notBeforeNs);
    }

    private void requeue(final Slot slot, final long notBeforeNs) {
        slot.state = Slot.WAITING;
        slot.link = -1;
        slot.notBeforeNs = notBeforeNs;
        waiting++;
    }

    private void expire(final long nowNs) {
        for (final Slot slot : slots) {
            if (slot.state != Slot.FREE && nowNs - slot.deadlineNs >= 0) {
                complete(slot, slot.mayBeSequenced() ? Outcome.UNKNOWN : slot.lastRefusal);
            }
        }
    }

    private void complete(final Slot slot, final long outcome) {
        if (slot.state == Slot.WAITING) {
            waiting--;
        }
        slot.state = Slot.FREE;
        slot.batch.complete(outcome);
    }

    private void onComplete(final Batch batch) {
        completed.add(batch);
    }

    private NodeLink link(final String node) {
        for (final NodeLink link : links) {
            if (link.node.equals(node)) {
                return link;
            }
        }
        throw new IllegalArgumentException("the client was not told of such a node: node=" + node);
    }

    private static Slot slotOf(final Batch batch) {
        if (batch.attachment() instanceof Slot slot && slot.state == Slot.FREE) {
            return slot;
        }
        throw new IllegalArgumentException("the batch is not of this client, or in flight: ticket=" + batch.ticket());
    }

    private @Nullable Slot slotOf(final long correlationId) {
        final int index = (int) correlationId & SLOT_MASK;
        if (index >= slots.length) {
            return null;
        }
        final Slot slot = slots[index];
        return slot.state != Slot.FREE && slot.correlationId == correlationId ? slot : null;
    }

    /** What the connections deliver. */
    private final class Replies implements NodeLink.Owner {
        @Override
        public void onResult(
                final NodeLink link,
                final long correlationId,
                final long seq,
                final long timestamp,
                final DirectBuffer results,
                final int offset,
                final int length) {
            if (correlationId == reportAsked) {
                if (length == NodeReport.LENGTH) {
                    reportAnswer = NodeReport.decode(results, offset);
                }
                return;
            }
            final Slot slot = slotOf(correlationId);
            if (slot == null) {
                return; // another attempt was faster
            }
            final Batch batch = slot.batch;
            if (length > batch.resultsForWriting().capacity()) {
                throw new IllegalStateException("a node answers more than was asked: node=" + link.node);
            }
            batch.resultsForWriting().putBytes(0, results, offset, length);
            batch.applied(timestamp, length);
            complete(slot, seq);
        }

        @Override
        public void onRefusal(final NodeLink link, final long correlationId, final long outcome) {
            final Slot slot = slotOf(correlationId);
            if (slot == null || slot.state != Slot.SENT || slot.link != link.index) {
                return;
            }
            final long nowNs = System.nanoTime();
            if (outcome == Outcome.UNKNOWN) {
                toWaiting(slot, nowNs);
            } else if (outcome == Outcome.DEADLINE_PASSED) {
                complete(slot, slot.isAttemptUnknown ? Outcome.UNKNOWN : outcome);
            } else {
                slot.lastRefusal = outcome == Outcome.CLOSED ? Outcome.NOT_ACTIVE : outcome;
                final boolean isBusy = outcome == Outcome.BACK_PRESSURED || outcome == Outcome.NOT_ACTIVE;
                requeue(slot, nowNs + (isBusy ? BACK_OFF_NS : REFUSED_BACK_OFF_NS));
            }
        }

        @Override
        public void onDown(final NodeLink link) {
            if (reportAsked != 0 && ((int) reportAsked & SLOT_MASK) == link.index) {
                reportAsked = 0; // ask again
            }
            for (final Slot slot : slots) {
                if (slot.state == Slot.SENT && slot.link == link.index) {
                    toWaiting(slot, 0);
                }
            }
        }
    }

    /** A batch and where it is. */
    private static final class Slot {
        static final int FREE = 0;
        static final int WAITING = 1;
        static final int SENT = 2;

        final int index;
        final Batch batch;
        int state = FREE;
        int link = -1;
        int pinned = -1;
        long correlationId;
        long sentEpoch;
        long deadlineNs;
        long notBeforeNs;
        long lastRefusal;
        boolean isAttemptUnknown;

        Slot(final int index, final Batch batch) {
            this.index = index;
            this.batch = batch;
        }

        /** Whether some attempt's fate is open, the present one's included. */
        boolean mayBeSequenced() {
            return isAttemptUnknown || state == SENT;
        }

        void start(final long ticket, final int pinnedTo, final long deadline) {
            state = WAITING;
            link = -1;
            pinned = pinnedTo;
            correlationId = (ticket << SLOT_BITS) | index;
            deadlineNs = deadline;
            notBeforeNs = System.nanoTime();
            lastRefusal = Outcome.NOT_ACTIVE;
            isAttemptUnknown = false;
        }
    }
}
