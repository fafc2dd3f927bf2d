// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.partita.ledger.client.Batch;
import io.partita.ledger.client.BatchKind;
import io.partita.ledger.model.Outcome;
import io.partita.ledger.model.ResultCode;
import io.partita.ledger.wire.AccountView;
import io.partita.ledger.wire.BatchEncoder;
import io.partita.ledger.wire.ResultDecoder;
import io.partita.replication.client.NodeReport;
import io.partita.replication.client.RemoteClientContext;
import io.partita.replication.client.RemoteLedgerClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.IntSupplier;

/**
 * Pays numbered transfers between a few accounts, keeps count of what was answered, and checks in the end that the ledger has
 * exactly that.
 */
final class Payments implements AutoCloseable {
    static final int ACCOUNTS = 16;
    private static final int LEDGER = 826;
    private static final long TICK_NS = TimeUnit.MILLISECONDS.toNanos(5);

    private final RemoteLedgerClient client;
    private final BitSet answered = new BitSet();
    private final List<String> surprises = new ArrayList<>();
    private final int perBatch;
    private Consumer<Batch> onRead = batch -> {};
    private int next = 1;
    private long lastOutcome;
    private long existed;
    private IntSupplier work = () -> 0;
    private Duration patience = Pair.PATIENCE;

    /** Over manual nodes, which work while the payments wait. */
    Payments(final Pair pair, final int perBatch) {
        this(pair.clientContext(batch -> {}), perBatch);
        work = pair::work;
    }

    Payments(final RemoteClientContext context, final int perBatch) {
        this.perBatch = perBatch;
        client = RemoteLedgerClient.connect(context.listener(this::onBatch));
    }

    /** How long to wait for anything: longer where nodes are processes, and have to start. */
    Payments patience(final Duration value) {
        patience = value;
        return this;
    }

    RemoteLedgerClient client() {
        return client;
    }

    /** Members of the in-sync set, as the active says; 0 while none serves. */
    int inSync() {
        final String active = client.active();
        final NodeReport report = active == null ? null : client.report(active, Duration.ofSeconds(1));
        return report != null && report.serving() ? report.inSync() : 0;
    }

    private void onBatch(final Batch batch) {
        lastOutcome = batch.outcome();
        if (batch.kind() != BatchKind.COMMANDS) {
            onRead.accept(batch);
            return;
        }
        if (!batch.isOk()) {
            surprises.add("outcome=" + Outcome.name(batch.outcome()) + " tag=" + batch.tag());
            return;
        }
        final ResultDecoder results = batch.commandResults();
        for (int i = 0; results.next(); i++) {
            final ResultCode code = ResultCode.of(results.code());
            if (code == ResultCode.EXISTS) {
                existed++;
            } else if (code != ResultCode.CREATED) {
                surprises.add("code=" + code + " tag=" + batch.tag());
            }
            if (batch.tag() > 0) {
                answered.set((int) batch.tag() + i);
            }
        }
    }

    /** Creates the accounts. */
    Payments open() {
        final Batch batch = client.acquire();
        final BatchEncoder encoder = batch.commands();
        for (int i = 1; i <= ACCOUNTS; i++) {
            encoder.addAccount(0, i, LEDGER, 1, 0);
        }
        client.submit(batch);
        settle();
        return this;
    }

    /** Submits while there is room, and takes in what came back. */
    void pump() {
        for (Batch batch = client.acquire(); batch != null; batch = client.acquire()) {
            fill(batch, next, perBatch);
            client.submit(batch);
            next += perBatch;
        }
        await();
    }

    private void await() {
        int done = work.getAsInt();
        while (done > 0 && client.poll(64) == 0) {
            done = work.getAsInt();
        }
        client.pollAwait(64, TICK_NS);
    }

    /** Submits so many batches, and waits for their answers. */
    Payments pay(final int batches) {
        for (int i = 0; i < batches; i++) {
            Batch batch = client.acquire();
            while (batch == null) {
                await();
                batch = client.acquire();
            }
            fill(batch, next, perBatch);
            client.submit(batch);
            next += perBatch;
            client.poll(64);
        }
        return settle();
    }

    /** Submits so many batches, and waits for nothing. */
    Payments send(final int batches) {
        for (int i = 0; i < batches; i++) {
            final Batch batch = client.acquire();
            fill(batch, next, perBatch);
            client.submit(batch);
            next += perBatch;
        }
        client.poll(64);
        return this;
    }

    /** Pays the same transfers once more: nothing may change. */
    Payments repeat(final int firstId, final int count) {
        final Batch batch = client.acquire();
        fill(batch, firstId, count);
        client.submit(batch);
        return settle();
    }

    private static void fill(final Batch batch, final int firstId, final int count) {
        final BatchEncoder encoder = batch.commands();
        batch.tag(firstId);
        for (int id = firstId; id < firstId + count; id++) {
            encoder.addTransfer(0, id, 0, debit(id), 0, credit(id), amount(id), LEDGER, 1, 0);
        }
    }

    /** Pumps until a condition holds. */
    void pumpUntil(final String what, final BooleanSupplier condition) {
        final long deadlineNs = System.nanoTime() + patience.toNanos();
        while (!condition.getAsBoolean()) {
            pump();
            assertTrue(System.nanoTime() - deadlineNs < 0, "in vain: " + what);
        }
    }

    /** Waits until everything is answered. */
    Payments settle() {
        final long deadlineNs = System.nanoTime() + patience.toNanos();
        while (client.inFlight() > 0) {
            await();
            assertTrue(System.nanoTime() - deadlineNs < 0, "unanswered batches=" + client.inFlight());
        }
        return this;
    }

    int submitted() {
        return next - 1;
    }

    int answered() {
        return answered.cardinality();
    }

    long existed() {
        return existed;
    }

    List<String> surprises() {
        return surprises;
    }

    /** Everything submitted was answered, and the ledger has each payment once. */
    void check() {
        settle();
        assertEquals(List.of(), surprises);
        assertEquals(submitted(), answered(), "answered");
        final long[] debits = new long[ACCOUNTS + 1];
        final long[] credits = new long[ACCOUNTS + 1];
        for (int id = 1; id < next; id++) {
            debits[debit(id)] += amount(id);
            credits[credit(id)] += amount(id);
        }
        final Batch batch = client.acquire(BatchKind.LOOKUP_ACCOUNTS);
        for (int i = 1; i <= ACCOUNTS; i++) {
            batch.addId(0, i);
        }
        final int[] seen = new int[1];
        onRead = read -> {
            assertTrue(read.isOk(), () -> "look-up: " + Outcome.name(read.outcome()));
            final AccountView view = new AccountView();
            for (int i = 1; i <= ACCOUNTS; i++) {
                assertTrue(read.isFound(i - 1), "account=" + i);
                view.wrap(read.results(), read.rowOffset(i - 1));
                assertEquals(debits[i], view.debitsPostedLo(), "debits of account=" + i);
                assertEquals(credits[i], view.creditsPostedLo(), "credits of account=" + i);
                seen[0]++;
            }
        };
        client.submit(batch);
        settle();
        assertEquals(ACCOUNTS, seen[0]);
    }

    /** Sequence number and digests of a node, from its own applied state. */
    String digest(final String node) {
        final String[] digest = new String[1];
        onRead = read -> digest[0] = read.isOk()
                ? "seq=" + read.outcome() + " running=" + read.results().getLong(Batch.RUNNING_DIGEST_OFFSET)
                        + " state="
                        + read.results().getLong(Batch.STATE_DIGEST_OFFSET) + ","
                        + read.results().getLong(Batch.STATE_DIGEST_OFFSET + Long.BYTES)
                : Outcome.name(read.outcome());
        final Batch batch = client.acquire(BatchKind.DIGEST).allowStale();
        client.submitTo(node, batch);
        settle();
        return digest[0];
    }

    /** Both nodes have the same state at the same position. */
    void checkDigests() {
        checkDigests("a", "b");
    }

    /** These nodes have the same state at the same position. */
    void checkDigests(final String... nodes) {
        final List<String> digests = new ArrayList<>();
        try {
            Pair.await("equal digests", () -> {
                digests.clear();
                for (final String node : nodes) {
                    digests.add(digest(node));
                }
                return digests.stream().distinct().count() == 1
                        && digests.get(0).startsWith("seq=");
            });
        } catch (final AssertionError e) {
            throw new AssertionError("digests=" + digests, e);
        }
    }

    long lastOutcome() {
        return lastOutcome;
    }

    private static int debit(final int id) {
        return 1 + id % ACCOUNTS;
    }

    private static int credit(final int id) {
        return 1 + (id + 1 + id / ACCOUNTS % (ACCOUNTS - 1)) % ACCOUNTS;
    }

    private static long amount(final int id) {
        return 1 + id % 100;
    }

    @Override
    public void close() {
        client.close();
    }
}
