// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.client;

import io.partita.ledger.client.Batch;
import io.partita.ledger.client.BatchClient;
import io.partita.ledger.client.BatchKind;
import io.partita.ledger.client.ResultListener;
import io.partita.ledger.model.Outcome;
import io.partita.ledger.wire.UserResult;
import io.partita.replication.transport.NodeStatus;
import io.partita.replication.transport.netty.ClientConnector;
import io.partita.replication.transport.netty.TcpConfig;
import io.partita.replication.transport.netty.TlsCredentials;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
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
 *   <li>DENIED: the roles of this client's certificate do not allow it; certainly never sequenced, and not tried again.
 *   <li>DEADLINE_PASSED: refused because of the batch's own deadline; certainly never sequenced.
 *   <li>UNKNOWN: the retry time is over and some attempt may have been sequenced; or a batch with a deadline is EXPIRED now, and
 *       an earlier attempt may have been in time. Submit the same ids again later, or {@code resolve} them, which is definite.
 *   <li>BEHIND: a stale read, and to the end of the retry time no node had applied as far as it must be.
 *   <li>CLOSED: the client was closed; never sent.
 * </ul>
 */
public final class RemoteLedgerClient implements BatchClient {
    private static final long REPORT_BIT = 1L << 62;
    private static final long REPORT_LINK_MASK = (1L << Submissions.INDEX_BITS) - 1;
    private static final long EXPIRY_CHECK_NS = 10_000_000L;
    private static final long PARK_NS_MAX = 5_000_000L;

    private static final System.Logger LOGGER = System.getLogger(RemoteLedgerClient.class.getName());

    private final @Nullable TlsCredentials credentials;
    private final ClientConnector connector;
    private final ResultListener listener;
    private final NodeLinks links;
    private final Submissions submissions;
    private final Batch[] free;
    private final ArrayDeque<Batch> completed;
    private final long retryTimeoutNs;
    private int freeCount;
    private int inFlight;
    private long nextTicket = 1;
    private long nextExpiryCheckNs;
    private long listenerErrors;
    private boolean isClosed;
    private long reportAsked;
    private @Nullable NodeReport reportAnswer;
    private boolean isReportRefused;
    private volatile @Nullable Thread parked;
    private volatile boolean isSignalled;

    private RemoteLedgerClient(final RemoteClientContext.Settings settings) {
        listener = settings.listener();
        retryTimeoutNs = settings.retryTimeoutNs();
        final TcpConfig config = new TcpConfig(settings.clusterId(), settings.name())
                .connectTimeoutMs((int) TimeUnit.NANOSECONDS.toMillis(settings.connectTimeoutNs()));
        credentials = settings.tls() == null ? null : ClientSecurity.open(settings.tls(), settings.clusterId());
        connector = new ClientConnector(config.tls(credentials));
        final Replies replies = new Replies();
        final long nowNs = System.nanoTime();
        final List<Map.Entry<String, InetSocketAddress>> nodes =
                List.copyOf(settings.nodes().entrySet());
        links = new NodeLinks(
                nodes.size(),
                settings.staleReads(),
                index -> new NodeLink(
                        index,
                        nodes.get(index).getKey(),
                        nodes.get(index).getValue(),
                        connector,
                        this::signal,
                        replies,
                        settings.silenceTimeoutNs(),
                        nowNs));
        final int batches = settings.batches();
        submissions = new Submissions(batches, settings.commandsMax(), this::onComplete, links);
        completed = new ArrayDeque<>(batches + 1);
        free = new Batch[batches];
        for (int i = 0; i < batches; i++) {
            free[i] = submissions.batch(i);
        }
        freeCount = batches;
        nextExpiryCheckNs = nowNs;
    }

    /**
     * A client. It connects when it is polled; a node that is not there is tried again and again.
     *
     * @param context its settings; used up by this.
     * @return the client.
     * @throws io.partita.ledger.model.PartitaException INVALID_CONFIGURATION; with TLS also CERTIFICATE_INVALID,
     *     CERTIFICATE_EXPIRED and INSECURE_PERMISSIONS.
     */
    public static RemoteLedgerClient connect(final RemoteClientContext context) {
        final RemoteLedgerClient client = new RemoteLedgerClient(context.conclude());
        client.poll(0);
        return client;
    }

    @Override
    public @Nullable Batch acquire(final BatchKind kind) {
        return freeCount == 0 ? null : free[--freeCount].reset(kind);
    }

    @Override
    public void release(final Batch batch) {
        free[freeCount++] = batch;
    }

    /**
     * Submits a batch to whoever is the active, now or when there is one. A read that is allowed to be stale goes where {@link
     * RemoteClientContext#staleReads} says, and is not answered from before anything that this client has seen: it carries {@link
     * #seenSeq}.
     *
     * @param batch from {@link #acquire}; if this returns a ticket, it comes back through {@link #poll}.
     * @return a ticket greater than 0; or CLOSED: the batch is still the caller's.
     */
    @Override
    public long submit(final Batch batch) {
        if (batch.isStaleAllowed() && batch.minSeq() < submissions.seenSeq()) {
            batch.minSeq(submissions.seenSeq());
        }
        return submit(batch, Submission.NONE);
    }

    /**
     * Submits a read to one node, whatever its role; with {@link Batch#allowStale} a standby answers from what it has applied,
     * with {@link Batch#minSeq} not before it has applied that far. It goes nowhere else, and carries no token but its own.
     *
     * @param node its id.
     * @param batch a read from {@link #acquire}.
     * @return a ticket greater than 0; or CLOSED: the batch is still the caller's.
     */
    public long submitTo(final String node, final Batch batch) {
        if (!batch.kind().isRead()) {
            throw new IllegalArgumentException("commands go to the active: kind=" + batch.kind());
        }
        return submit(batch, links.named(node).index);
    }

    private long submit(final Batch batch, final int pinned) {
        if (isClosed) {
            return Outcome.CLOSED;
        }
        final Submission submission = submissions.of(batch);
        final long ticket = nextTicket++;
        batch.prepare(ticket);
        batch.inFlight(true);
        inFlight++;
        final long nowNs = System.nanoTime();
        submissions.start(submission, pinned, nowNs, nowNs + retryTimeoutNs);

        return ticket;
    }

    /** {@inheritDoc} It also moves everything else on: connections, retries, the newest active. */
    @Override
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
            } catch (final Throwable e) { // a listener stops nobody, whatever it throws
                listenerErrors++;
                LOGGER.log(System.Logger.Level.ERROR, "a result listener threw: ticket=" + batch.ticket(), e);
            } finally {
                free[freeCount++] = batch;
            }
        }

        return delivered;
    }

    @Override
    public int pollAwait(final int limit, final long timeoutNs) {
        final long startNs = System.nanoTime();
        int delivered = poll(limit);
        while (delivered == 0) {
            final long leftNs = timeoutNs - (System.nanoTime() - startNs);
            if (isClosed || leftNs <= 0 || Thread.currentThread().isInterrupted()) {
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

    @Override
    public int inFlight() {
        return inFlight;
    }

    @Override
    public int batches() {
        return submissions.count();
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
        return links.named(node).status();
    }

    /**
     * The node that batches go to at the moment.
     *
     * @return its id; null if none says that it is active.
     */
    public @Nullable String active() {
        final NodeLink link = links.active();
        return link == null ? null : link.node;
    }

    /**
     * The highest position that this client was answered: the token with which its stale reads see what it wrote and never go
     * back.
     *
     * @return a seq; 0 before the first answer.
     */
    public long seenSeq() {
        return submissions.seenSeq();
    }

    /**
     * Takes over a token: stale reads that are submitted from now on are not answered from before it. For what another client, or
     * an earlier life of this one, has seen.
     *
     * @param seq a position that was answered; one that is not higher than what was seen changes nothing.
     */
    public void seen(final long seq) {
        submissions.seen(seq);
    }

    /**
     * What is known of the way of a batch that was submitted, until it is submitted again: in the listener, of how it came to its
     * outcome.
     *
     * @param batch of this client.
     * @return a snapshot.
     */
    public Attempts attempts(final Batch batch) {
        final Submission submission = submissions.of(batch);
        return submission.attempts(links.nameOf(submission.node()));
    }

    /**
     * Asks a node how it is: role, epoch, positions. Waits for the answer and moves batches on meanwhile; completed ones are
     * delivered by the next {@link #poll}. One call at a time.
     *
     * @param node its id.
     * @param timeout how long to wait, for a connection and for the answer.
     * @return the report; null if there was none in time, or the node refused to give one.
     */
    public @Nullable NodeReport report(final String node, final Duration timeout) {
        final NodeLink link = links.named(node);
        final long startNs = System.nanoTime();
        final long timeoutNs = timeout.toNanos();
        reportAnswer = null;
        reportAsked = 0;
        isReportRefused = false;
        while (!isClosed && !isReportRefused) {
            if (reportAsked == 0) {
                final long correlationId = REPORT_BIT | (nextTicket++ << Submissions.INDEX_BITS) | link.index;
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

    @Override
    public @Nullable String closedReason() {
        return isClosed ? "the client was closed" : null;
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
        links.close();
        connector.close();
        if (credentials != null) {
            credentials.close();
        }
        submissions.close();
    }

    private void work() {
        isSignalled = false;
        final long nowNs = System.nanoTime();
        links.poll(nowNs);
        if (inFlight > 0) {
            submissions.moveToNewerActive(nowNs);
            submissions.sendWaiting(nowNs);
            if (nowNs - nextExpiryCheckNs >= 0) {
                nextExpiryCheckNs = nowNs + EXPIRY_CHECK_NS;
                submissions.expire(nowNs);
            }
        }
        links.flush();
    }

    private void onComplete(final Batch batch) {
        completed.add(batch);
    }

    /** Whether an answer can be one to that question; of queries and replies of the user's own logic only the bounds are known. */
    private static boolean isPlausible(final Batch batch, final long seq, final int length) {
        final int lengthMax = batch.resultsLengthMax();
        return seq >= 0
                && switch (batch.kind()) {
                    case COMMANDS, LOOKUP_ACCOUNTS, LOOKUP_TRANSFERS, DIGEST -> length == lengthMax;
                    case USER_COMMAND -> length >= UserResult.LENGTH && length <= lengthMax;
                    default -> length <= lengthMax;
                };
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
            final Submission submission = submissions.of(correlationId);
            if (submission == null) {
                return; // another attempt was faster
            }
            final Batch batch = submission.batch;
            if (!isPlausible(batch, seq, length)) {
                LOGGER.log(
                        System.Logger.Level.ERROR,
                        "a node answers what was not asked; its connection is ended: node={0} kind={1} seq={2} length={3}",
                        link.node,
                        batch.kind(),
                        seq,
                        length);
                link.giveUp();
                return;
            }
            if (seq < batch.minSeq()) {
                onRefusal(link, correlationId, Outcome.BEHIND); // a node of a release that does not know minSeq
                return;
            }
            batch.resultsForWriting().putBytes(0, results, offset, length);
            batch.applied(timestamp, length);
            batch.answeredIn(link.epoch());
            submissions.onResult(submission, seq);
        }

        @Override
        public void onRefusal(final NodeLink link, final long correlationId, final long outcome) {
            if (correlationId == reportAsked) {
                isReportRefused = true;
                return;
            }
            final Submission submission = submissions.of(correlationId);
            if (submission != null && submission.isAt(link.index)) {
                submissions.onRefusal(submission, outcome, System.nanoTime());
            }
        }

        @Override
        public void onDown(final NodeLink link) {
            if (reportAsked != 0 && (reportAsked & REPORT_LINK_MASK) == link.index) {
                reportAsked = 0; // ask again
            }
            submissions.onDown(link.index, System.nanoTime());
        }
    }
}
