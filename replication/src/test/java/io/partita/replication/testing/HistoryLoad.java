// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.testing;

import io.partita.ledger.client.Batch;
import io.partita.ledger.client.BatchKind;
import io.partita.ledger.model.Outcome;
import io.partita.ledger.model.ResultCode;
import io.partita.ledger.wire.AccountView;
import io.partita.ledger.wire.ResultDecoder;
import io.partita.ledger.wire.TransferView;
import io.partita.replication.client.RemoteClientContext;
import io.partita.replication.client.RemoteLedgerClient;
import io.partita.replication.client.StaleReads;
import io.partita.replication.testing.ClientHistory.Known;
import io.partita.replication.testing.ClientHistory.Read;
import io.partita.replication.testing.ClientHistory.Transfer;
import io.partita.replication.testing.HistoryChecker.Audited;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Client threads that pay and read all the time, against real nodes, while a test breaks these; and the check of what they were
 * told. A fresh cluster, or at least accounts 1 to {@link #ACCOUNTS} that nobody else touches.
 *
 * <pre>{@code
 * try (HistoryLoad load = HistoryLoad.start(contexts, 4, seed)) {
 *     load.awaitAnswers(500);
 *     ... kill, pause, cut ...
 *     load.awaitAnswers(500);
 *     assertEquals(List.of(), load.stopAndCheck());
 * }
 * }</pre>
 */
public final class HistoryLoad implements AutoCloseable {
    /** Accounts that are paid from and to. */
    public static final int ACCOUNTS = 8;

    /** How long to wait for nodes that are processes: on a busy machine they take tens of seconds to start. */
    public static final Duration PATIENCE = Duration.ofMinutes(2);

    private static final int LEDGER = 826;
    private static final Duration RETRY = Duration.ofSeconds(2);
    private static final Duration STUBBORN_RETRY = Duration.ofMillis(300);
    private static final Duration STUBBORN_PATIENCE = Duration.ofMinutes(1);
    private static final long POLL_NS = 20_000_000L;
    private static final int ATTEMPTS_MAX = 20;

    private final ClientHistory history = new ClientHistory();
    private final Supplier<RemoteClientContext> contexts;
    private final List<Thread> workers = new ArrayList<>();
    private final AtomicLong answers = new AtomicLong();
    private final AtomicLong staleReads = new AtomicLong();
    private volatile boolean isStopping;
    private volatile @Nullable Throwable failure;

    private HistoryLoad(final Supplier<RemoteClientContext> contexts) {
        this.contexts = contexts;
    }

    /**
     * Creates the accounts, and starts the threads.
     *
     * @param contexts a new context for each call, with cluster and nodes; the rest is set here.
     * @param clients how many threads.
     * @param seed of what they do.
     * @return the load, running.
     */
    public static HistoryLoad start(final Supplier<RemoteClientContext> contexts, final int clients, final long seed) {
        final HistoryLoad load = new HistoryLoad(contexts);
        load.createAccounts();
        final SplittableRandom seeds = new SplittableRandom(seed);
        for (int i = 0; i < clients; i++) {
            load.workers.add(load.new Worker(load.history.client(), seeds.split()));
        }
        load.workers.forEach(Thread::start);
        return load;
    }

    /**
     * Adds a client that knows one node only, and asks it for linearizable reads whatever its role is: the one that would be told
     * old things by a node that was paused while it was deposed. What it is refused says nothing.
     *
     * @param node a new context with that node.
     * @return this.
     */
    public HistoryLoad watch(final RemoteClientContext node) {
        final ClientHistory.Client record = history.client();
        final Caller caller = new Caller(node.retryTimeout(STUBBORN_RETRY).silenceTimeout(STUBBORN_PATIENCE));
        final Thread reader = new Thread(() -> readOnly(record, caller), "history-watcher-" + record.index());
        reader.setDaemon(true);
        workers.add(reader);
        reader.start();
        return this;
    }

    private void readOnly(final ClientHistory.Client record, final Caller caller) {
        try (caller) {
            while (!isStopping) {
                read(record, caller, true);
                LockSupport.parkNanos(POLL_NS / 4);
            }
        } catch (final Throwable e) {
            failure = e;
        }
    }

    private void createAccounts() {
        try (Caller caller = new Caller()) {
            caller.untilAnswered(BatchKind.COMMANDS, batch -> {
                for (int i = 1; i <= ACCOUNTS; i++) {
                    batch.commands().addAccount(0, i, LEDGER, 1, 0);
                }
            });
        }
    }

    /**
     * Definite answers so far, of all clients.
     *
     * @return how many.
     */
    public long answers() {
        return answers.get();
    }

    /**
     * Stale reads that were answered so far.
     *
     * @return how many.
     */
    public long staleReads() {
        return staleReads.get();
    }

    /**
     * Waits until there are more answers than now.
     *
     * @param more how many.
     */
    public void awaitAnswers(final long more) {
        final long goal = answers() + more;
        Await.until(PATIENCE, () -> "answers=" + goal + ", there are " + answers() + ", failure=" + failure, () -> {
            if (failure != null) {
                throw new AssertionError("a client failed", failure);
            }
            return answers() >= goal;
        });
    }

    /**
     * Ends the clients, reads from the ledger what became of every transfer, and checks what the clients saw. The cluster must
     * work.
     *
     * @return what is wrong; empty if nothing is.
     */
    public List<String> stopAndCheck() {
        close();
        if (failure != null) {
            throw new AssertionError("a client failed", failure);
        }
        return HistoryChecker.check(history, ACCOUNTS, audit());
    }

    /**
     * What was recorded.
     *
     * @return the history; complete after {@link #stopAndCheck}.
     */
    public ClientHistory history() {
        return history;
    }

    private void read(final ClientHistory.Client record, final Caller caller, final boolean isLinearizable) {
        final long minSeq = isLinearizable ? 0 : caller.seenSeq();
        final long invoked = history.tick();
        final Batch batch = caller.acquire(BatchKind.LOOKUP_ACCOUNTS);
        for (int i = 1; i <= ACCOUNTS; i++) {
            batch.addId(0, i);
        }
        if (!isLinearizable) {
            batch.allowStale();
        }
        caller.call(batch);
        if (!batch.isOk()) {
            return; // says nothing
        }
        final long returned = history.tick();
        final long[] debits = new long[ACCOUNTS + 1];
        final long[] credits = new long[ACCOUNTS + 1];
        final AccountView view = new AccountView();
        for (int i = 1; i <= ACCOUNTS; i++) {
            if (batch.isFound(i - 1)) {
                view.wrap(batch.results(), batch.rowOffset(i - 1));
                debits[i] = view.debitsPostedLo();
                credits[i] = view.creditsPostedLo();
            }
        }
        record.add(new Read(
                record.index(),
                isLinearizable,
                minSeq,
                invoked,
                returned,
                batch.outcome(),
                batch.timestamp(),
                debits,
                credits));
        answers.incrementAndGet();
        staleReads.addAndGet(isLinearizable ? 0 : 1);
    }

    private Map<Long, Audited> audit() {
        final Map<Long, Audited> found = new HashMap<>();
        final List<Transfer> transfers = history.transfers();
        try (Caller caller = new Caller()) {
            for (int from = 0; from < transfers.size(); from += 1_000) {
                final List<Transfer> part = transfers.subList(from, Math.min(transfers.size(), from + 1_000));
                final Batch batch = caller.untilAnswered(
                        BatchKind.LOOKUP_TRANSFERS, empty -> part.forEach(transfer -> empty.addId(0, transfer.id())));
                for (int i = 0; i < part.size(); i++) {
                    if (batch.isFound(i)) {
                        final Audited audited = audited(batch, i);
                        found.put(audited.id(), audited);
                    }
                }
            }
        }
        return found;
    }

    private static Audited audited(final Batch batch, final int index) {
        final TransferView view = new TransferView().wrap(batch.results(), batch.rowOffset(index));
        return new Audited(
                view.idLo(),
                (int) view.debitAccountIdLo(),
                (int) view.creditAccountIdLo(),
                view.amountLo(),
                view.timestamp());
    }

    @Override
    public void close() {
        isStopping = true;
        for (final Thread worker : workers) {
            try {
                worker.join(Duration.ofSeconds(60).toMillis());
            } catch (final InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            if (worker.isAlive()) {
                throw new AssertionError("a client does not end: " + worker.getName());
            }
        }
    }

    /** A client with one batch at a time. */
    private final class Caller implements AutoCloseable {
        private final RemoteLedgerClient client;

        Caller() {
            this(contexts.get().retryTimeout(RETRY));
        }

        Caller(final RemoteClientContext context) {
            client = RemoteLedgerClient.connect(
                    context.batches(1).staleReads(StaleReads.STANDBY).listener(batch -> {}));
        }

        Batch acquire(final BatchKind kind) {
            final Batch batch = client.acquire(kind);
            if (batch == null) {
                throw new AssertionError("the only batch is in use");
            }
            return batch;
        }

        /** Submits, and waits for the end that the client comes to by itself. The batch is free again, and readable. */
        void call(final Batch batch) {
            final long ticket = client.submit(batch);
            if (ticket < 0) {
                throw new AssertionError("refused: " + Outcome.name(ticket));
            }
            while (client.inFlight() > 0) {
                client.pollAwait(1, POLL_NS);
            }
        }

        /** For what must be answered in the end. */
        Batch untilAnswered(final BatchKind kind, final Consumer<Batch> filler) {
            for (int i = 0; i < ATTEMPTS_MAX; i++) {
                final Batch batch = acquire(kind);
                filler.accept(batch);
                call(batch);
                if (batch.isOk()) {
                    return batch;
                }
            }
            throw new AssertionError("no answer to " + kind);
        }

        long seenSeq() {
            return client.seenSeq();
        }

        @Override
        public void close() {
            client.close();
        }
    }

    /** One client thread. */
    private final class Worker extends Thread {
        private final ClientHistory.Client record;
        private final SplittableRandom random;
        private long next;

        Worker(final ClientHistory.Client record, final SplittableRandom random) {
            super("history-client-" + record.index());
            setDaemon(true);
            this.record = record;
            this.random = random;
        }

        @Override
        public void run() {
            try (Caller caller = new Caller()) {
                while (!isStopping) {
                    final int what = random.nextInt(4);
                    if (what < 2) {
                        pay(caller);
                    } else {
                        read(record, caller, what == 2);
                    }
                }
            } catch (final Throwable e) {
                failure = e;
            }
        }

        /** The same id until the answer is definite; now and then it is left at UNKNOWN. */
        private void pay(final Caller caller) {
            final long id = (record.index() + 1) * 1_000_000L + ++next;
            final int debit = 1 + random.nextInt(ACCOUNTS);
            final int credit = 1 + (debit + random.nextInt(ACCOUNTS - 1)) % ACCOUNTS;
            final long amount = 1 + random.nextInt(100);
            final long invoked = history.tick();
            Known known = Known.UNKNOWN;
            long timestamp = 0;
            long seq = 0;
            boolean mayBeSequenced = false;
            for (int i = 0; i < ATTEMPTS_MAX && known == Known.UNKNOWN; i++) {
                final Batch batch = caller.acquire(BatchKind.COMMANDS);
                batch.commands().addTransfer(0, id, 0, debit, 0, credit, amount, LEDGER, 1, 0);
                caller.call(batch);
                if (batch.isOk()) {
                    final ResultDecoder results = batch.commandResults();
                    results.next();
                    known = results.resultCode() == ResultCode.CREATED || results.resultCode() == ResultCode.EXISTS
                            ? Known.APPLIED
                            : Known.REFUSED;
                    timestamp = results.timestamp();
                    seq = batch.outcome();
                } else if (batch.outcome() == Outcome.UNKNOWN) {
                    mayBeSequenced = true;
                    if (isStopping || random.nextInt(4) == 0) {
                        break;
                    }
                } else if (!mayBeSequenced) {
                    known = Known.REFUSED; // certainly never sequenced, and not tried again
                }
            }
            final long returned = known == Known.UNKNOWN ? ClientHistory.NEVER : history.tick();
            record.add(
                    new Transfer(record.index(), id, debit, credit, amount, invoked, returned, known, timestamp, seq));
            answers.incrementAndGet();
        }
    }
}
