// SPDX-License-Identifier: Apache-2.0
package io.partita.examples.drill;

import io.partita.examples.csv.Payments;
import io.partita.examples.terminal.ToolException;
import io.partita.ledger.client.Batch;
import io.partita.ledger.client.BatchKind;
import io.partita.ledger.model.Id128;
import io.partita.ledger.model.ResultCode;
import io.partita.ledger.wire.ResultDecoder;
import io.partita.replication.client.RemoteClientContext;
import io.partita.replication.client.RemoteLedgerClient;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.BooleanSupplier;
import org.HdrHistogram.Histogram;
import org.agrona.collections.Long2LongHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Pays: sends the payments in their order through a client with retries, and gives every definite answer to the client's log. A
 * payment is <em>sent</em> when it was submitted, <em>replied</em> when its definite answer came, and <em>answered</em> once the
 * log has that on the disk. One thread; the counts may be read from others.
 */
final class Payer implements AutoCloseable {
    static final int COMMANDS_MAX = 1024;

    private static final int WINDOW_BATCHES = 16;
    private static final int PAYMENTS_PER_BATCH_MAX = 256;
    private static final long NOT_SENT = 0;
    private static final long POLL_NS = 500_000L;
    private static final Duration RETRY = Duration.ofSeconds(60);

    private final Payments payments;
    private final int batchMax;
    private final ClientLog log;
    private final Pair pair;
    private final RemoteLedgerClient client;
    private final AtomicLong answered;
    private final ArrayDeque<int[]> retries = new ArrayDeque<>();
    private final AtomicLongArray paid;
    private volatile int newestPaid = -1;
    private final Long2LongHashMap sentNs = new Long2LongHashMap(NOT_SENT);
    private final StampWatch stamps = new StampWatch();
    private final Histogram latencyUs = new Histogram(3_600_000_000L, 3);
    private volatile long sent;
    private final AtomicLong replied = new AtomicLong();
    private final AtomicLong rejected = new AtomicLong();
    private volatile long seqMax;
    private int accountsDone;
    private @Nullable String refusedAccount;

    /**
     * @param batchMax payments in a batch at most.
     * @param answered counted up by the log.
     */
    Payer(
            final Payments payments,
            final int batchMax,
            final PairFolder folder,
            final Pair pair,
            final ClientLog log,
            final AtomicLong answered) {
        this.payments = payments;
        paid = new AtomicLongArray(payments.size());
        this.batchMax = Math.max(1, Math.min(batchMax, PAYMENTS_PER_BATCH_MAX));
        this.log = log;
        this.pair = pair;
        this.answered = answered;
        final RemoteClientContext context = new RemoteClientContext()
                .clusterId(folder.clusterId())
                .name("drill")
                .batches(WINDOW_BATCHES)
                .commandsMax(COMMANDS_MAX)
                .retryTimeout(RETRY)
                .listener(this::onBatch);
        for (final String node : PairFolder.NODES) {
            context.node(node, folder.clientAddress(node));
        }
        folder.secure(context);
        client = RemoteLedgerClient.connect(context);
    }

    RemoteLedgerClient client() {
        return client;
    }

    long sent() {
        return sent;
    }

    long replied() {
        return replied.get();
    }

    long answered() {
        return answered.get();
    }

    long rejected() {
        return rejected.get();
    }

    /** A payment whose answer came just now: whoever reads from here on must see it. -1 before the first. */
    int newestPaid() {
        return newestPaid;
    }

    /** The timestamp that a payment was answered with. */
    long paidTimestamp(final int payment) {
        return paid.get(payment);
    }

    /** How the client sees the pair: for whoever asks why nothing moves. */
    String standing() {
        final StringBuilder text = new StringBuilder("in flight=" + client.inFlight() + ", active=" + client.active());
        for (final String node : PairFolder.NODES) {
            text.append(", ").append(client.status(node));
        }
        return text.append(", sent=")
                .append(sent)
                .append(", replied=")
                .append(replied)
                .append(", to send again=")
                .append(retries.size())
                .toString();
    }

    /** The highest position that an answer gave. */
    long seqMax() {
        return seqMax;
    }

    StampWatch stamps() {
        return stamps;
    }

    Histogram latencyUs() {
        return latencyUs;
    }

    /** Creates all accounts; they are there or a failure is thrown. */
    void createAccounts(final BooleanSupplier goOn) {
        for (int first = 0; first < payments.accountCount(); first += COMMANDS_MAX) {
            retries.add(new int[] {first, Math.min(COMMANDS_MAX, payments.accountCount() - first)});
        }
        while (accountsDone < payments.accountCount() && goOn.getAsBoolean()) {
            final Batch batch = retries.isEmpty() ? null : client.acquire(BatchKind.COMMANDS);
            if (batch != null) {
                final int[] range = retries.remove();
                for (int account = range[0]; account < range[0] + range[1]; account++) {
                    final Id128 id = payments.accountId(account);
                    batch.commands().addAccount(id.hi(), id.lo(), Payments.LEDGER, Payments.CODE, 0);
                }
                client.submit(batch.tag(-1 - range[0]));
            }
            client.pollAwait(16, POLL_NS);
            if (refusedAccount != null) {
                throw ToolException.failed(
                        "ACCOUNT_REFUSED", refusedAccount, "look at the nodes' logs in the drill's folder (--keep)");
            }
        }
    }

    /** Pays everything, at the pacer's speed. Ends early if {@code goOn} turns false. */
    void pay(final Pacer pacer, final BooleanSupplier goOn) throws IOException {
        while (replied.get() < payments.size() && goOn.getAsBoolean()) {
            final IOException failure = log.failure();
            if (failure != null) {
                throw failure;
            }
            if (!resend()) {
                send(pacer.allowed(System.nanoTime(), sent));
            }
            client.pollAwait(64, POLL_NS);
        }
        while (answered.get() < replied.get() && log.failure() == null && goOn.getAsBoolean()) {
            Thread.onSpinWait();
        }
    }

    @Override
    public void close() {
        client.close();
    }

    /** Sends again what came back without a definite answer; false if there was nothing or no room. */
    private boolean resend() {
        while (!retries.isEmpty()) {
            final Batch batch = client.acquire(BatchKind.COMMANDS);
            if (batch == null) {
                return true;
            }
            final int[] range = retries.remove();
            fill(batch, range[0], range[1]);
            client.submit(batch);
        }

        return false;
    }

    private void send(final long allowed) {
        long next = sent;
        while (next < allowed) {
            final Batch batch = client.acquire(BatchKind.COMMANDS);
            if (batch == null) {
                return;
            }
            final int count = (int) Math.min(batchMax, allowed - next);
            fill(batch, (int) next, count);
            sentNs.put(next, System.nanoTime());
            next += count;
            // Before the submission: what a fault finds sent may be answered already, never the other way round.
            sent = next;
            client.submit(batch);
        }
    }

    private void fill(final Batch batch, final int first, final int count) {
        batch.tag(first);
        for (int i = first; i < first + count; i++) {
            final Id128 debit = payments.accountId(payments.debit(i));
            final Id128 credit = payments.accountId(payments.credit(i));
            batch.commands()
                    .addTransfer(
                            payments.idHi(i),
                            payments.idLo(i),
                            debit.hi(),
                            debit.lo(),
                            credit.hi(),
                            credit.lo(),
                            payments.amount(i),
                            Payments.LEDGER,
                            Payments.CODE,
                            0);
        }
    }

    private void onBatch(final Batch batch) {
        if (batch.kind() != BatchKind.COMMANDS) {
            return;
        }
        if (batch.tag() < 0) {
            onAccounts(batch);
        } else if (batch.isOk()) {
            onPaid(batch);
        } else {
            // UNKNOWN, or refused to the end of the retry time: the same ids again until definite.
            retries.add(new int[] {(int) batch.tag(), batch.count()});
        }
    }

    private void onAccounts(final Batch batch) {
        if (!batch.isOk()) {
            // As with payments: a pair that is busy starting may need longer than the client tries.
            retries.add(new int[] {(int) (-1 - batch.tag()), batch.count()});
            return;
        }
        final ResultDecoder results = batch.commandResults();
        while (results.next()) {
            if (results.resultCode() != ResultCode.CREATED && results.resultCode() != ResultCode.EXISTS) {
                refusedAccount = "an account was refused: code=" + results.resultCode();
            }
        }
        accountsDone += batch.count();
    }

    private void onPaid(final Batch batch) {
        final long nowNs = System.nanoTime();
        final int first = (int) batch.tag();
        final ByteBuffer entry = ClientLog.entry(first, batch.count());
        int payment = first;
        final ResultDecoder results = batch.commandResults();
        while (results.next()) {
            if (isPaid(results.code())) {
                paid.set(payment, results.timestamp());
            } else {
                rejected.incrementAndGet();
            }
            payment++;
            ClientLog.answer(entry, results.code(), results.timestamp());
        }
        if (paid.get(payment - 1) != 0) {
            newestPaid = payment - 1;
        }
        log.append(entry);
        seqMax = Math.max(seqMax, batch.outcome());
        replied.addAndGet(batch.count());
        final long since = sentNs.remove(first);
        if (since != NOT_SENT) {
            stamps.onAnswer(paid.get(payment - 1), nowNs - since);
            latencyUs.recordValueWithCount(Math.max(0, (nowNs - since) / 1000), batch.count());
        }
        pair.onAnswer(batch.outcome(), nowNs, since == NOT_SENT ? nowNs : since);
    }

    /** Whether an answer says that the payment is in the ledger. */
    static boolean isPaid(final int code) {
        return code == ResultCode.CREATED.code() || code == ResultCode.EXISTS.code();
    }
}
