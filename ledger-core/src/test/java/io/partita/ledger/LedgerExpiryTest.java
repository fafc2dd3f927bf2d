// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.partita.ledger.client.AsyncLedger;
import io.partita.ledger.client.Batch;
import io.partita.ledger.client.BatchKind;
import io.partita.ledger.client.LedgerClient;
import io.partita.ledger.model.AccountFlags;
import io.partita.ledger.model.BatchOptions;
import io.partita.ledger.model.TransferFlags;
import io.partita.ledger.observe.CounterType;
import io.partita.ledger.observe.CountersFile;
import io.partita.ledger.wire.AccountView;
import io.partita.ledger.wire.ResultBalancesView;
import io.partita.ledger.wire.ResultDecoder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Reservations that free themselves, and the rest of the complete ledger, as a user of a single node sees it. */
@Timeout(120)
class LedgerExpiryTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long WAIT_NS = TimeUnit.SECONDS.toNanos(60);

    @TempDir
    Path folder;

    private long nowNs = 5_000 * SECOND;

    @Test
    void shouldFreeWhatIsDueThoughNobodyAsks() {
        try (Node node = new Node()) {
            node.run(batch -> {
                batch.commands().addAccount(0, 1, 1, 1, 0);
                batch.commands().addAccount(0, 2, 1, 1, 0);
                pending(batch, 10, 30, 1);
                pending(batch, 11, 40, 2);
                pending(batch, 12, 50, 0); // for ever
            });
            assertEquals(120, node.debitsPending());
            assertEquals(3, node.count(CounterType.PENDINGS_OPEN));

            nowNs += SECOND - 3;
            node.idle();
            assertEquals(120, node.debitsPending(), "it is stamped 2 ns before its batch");

            nowNs += 1;
            node.idle();
            assertEquals(90, node.debitsPending());
            nowNs += SECOND + 1;
            node.idle();
            assertEquals(50, node.debitsPending());
            assertEquals(2, node.count(CounterType.TICKS));
            assertEquals(2, node.count(CounterType.PENDINGS_EXPIRED));
            assertEquals(1, node.count(CounterType.PENDINGS_OPEN));
        }
    }

    @Test
    void shouldRefuseAPostAtTheInstantThatTheReservationExpires() {
        try (Node node = new Node()) {
            node.run(batch -> {
                batch.commands().addAccount(0, 1, 1, 1, 0);
                batch.commands().addAccount(0, 2, 1, 1, 0);
                pending(batch, 10, 30, 1);
            });
            nowNs += SECOND;
            node.run(batch -> {
                batch.commands().addTransfer(0, 20, 0, 0, 0, 0, 30, 0, 0, TransferFlags.POST_PENDING);
                batch.commands().pendingId(0, 10);
            });
            assertEquals("[PENDING_TRANSFER_EXPIRED]", node.answers.get(node.answers.size() - 1));
            assertEquals(0, node.debitsPending());
        }
    }

    @Test
    void shouldReplayItsTicksAndReleaseWhatBecameDueWhileItWasDown() {
        final byte[] before;
        try (Node node = new Node()) {
            node.run(batch -> {
                batch.commands().addAccount(0, 1, 1, 1, 0);
                batch.commands().addAccount(0, 2, 1, 1, 0);
                pending(batch, 10, 30, 1);
                pending(batch, 11, 40, 1000);
            });
            nowNs += SECOND;
            node.idle();
            assertEquals(40, node.debitsPending());
            before = node.digest();
        }
        try (Node node = new Node()) {
            assertEquals(Arrays.toString(before), Arrays.toString(node.digest()));
            assertEquals(0, node.count(CounterType.TICKS), "what was released is not released again");
            assertEquals(40, node.debitsPending());
        }
        nowNs += 2_000 * SECOND;
        try (Node node = new Node()) {
            node.idle();
            assertEquals(0, node.debitsPending());
            assertEquals(1, node.count(CounterType.TICKS));
        }
    }

    @Test
    void shouldFreeThemWithAThreadOfItsOwn() {
        final List<Long> pending = new ArrayList<>();
        try (Ledger ledger = Ledger.launch(new LedgerContext().ephemeral())) {
            final LedgerClient client = ledger.client(batch -> {
                if (batch.kind() == BatchKind.LOOKUP_ACCOUNTS) {
                    pending.add(new AccountView()
                            .wrap(batch.results(), batch.rowOffset(0))
                            .debitsPendingLo());
                }
            });
            final Batch batch = assertNotNullBatch(client.acquire());
            batch.commands().addAccount(0, 1, 1, 1, 0);
            batch.commands().addAccount(0, 2, 1, 1, 0);
            pending(batch, 10, 30, 1);
            client.submit(batch);
            client.pollAwait(1, WAIT_NS);
            final long startNs = System.nanoTime();
            do {
                final Batch read = assertNotNullBatch(client.acquire(BatchKind.LOOKUP_ACCOUNTS));
                client.submit(read.addId(0, 1));
                client.pollAwait(1, WAIT_NS);
            } while (pending.get(pending.size() - 1) != 0 && System.nanoTime() - startNs < WAIT_NS);
        }
        assertEquals(30, pending.get(0));
        assertEquals(0, pending.get(pending.size() - 1));
    }

    @Test
    void shouldReturnBalancesBesideEachResult() {
        final List<String> lines = new ArrayList<>();
        try (Node node = new Node()) {
            node.listener = batch -> {
                final ResultDecoder results = batch.commandResults();
                while (results.next()) {
                    lines.add(results.resultCode() + balances(results));
                }
            };
            node.run(batch -> {
                batch.options(BatchOptions.RETURN_BALANCES);
                batch.commands().addAccount(0, 1, 1, 1, 0);
                batch.commands().addAccount(0, 2, 1, 1, 0);
                pending(batch, 10, 30, 1);
                batch.commands().addTransfer(0, 11, 0, 1, 0, 2, 5, 1, 1, 0);
                batch.commands().addTransfer(0, 11, 0, 1, 0, 2, 5, 1, 1, 0);
            });
        }
        assertEquals(
                List.of("CREATED 1:0/0", "CREATED 2:0/0", "CREATED 1:30/0 2:0/0", "CREATED 1:30/5 2:0/0", "EXISTS"),
                lines);
    }

    @Test
    void shouldReturnBalancesThroughAFutureAndAnswerInstructions() {
        try (Ledger ledger = Ledger.launch(new LedgerContext().ephemeral())) {
            final AsyncLedger async = ledger.async();
            final CompletableFuture<AsyncLedger.Answer> first = async.submit(batch -> {
                batch.options(BatchOptions.RETURN_BALANCES);
                batch.commands().addAccount(0, 1, 1, 1, AccountFlags.DEBITS_MUST_NOT_EXCEED_CREDITS);
                batch.commands().addAccount(0, 2, 1, 1, 0);
                batch.commands().addCreditLimit(0, 50, 0, 1, 100, 0);
                batch.commands().addTransfer(0, 11, 0, 1, 0, 2, 60, 1, 1, 0);
                batch.commands().addTransfer(0, 12, 0, 1, 0, 2, 60, 1, 1, 0);
                batch.commands().addResolve(0, 11, 0);
                batch.commands().addResolve(0, 13, 0);
            });
            final ResultDecoder results = first.join().results();
            final List<String> lines = new ArrayList<>();
            while (results.next()) {
                lines.add(results.resultCode() + balances(results));
            }
            assertEquals(
                    List.of(
                            "CREATED 1:0/0",
                            "CREATED 2:0/0",
                            "CREATED 1:0/0",
                            "CREATED 1:0/60 2:0/0",
                            "EXCEEDS_CREDITS",
                            "EXISTS",
                            "RESOLVED_ABSENT"),
                    lines);
        }
    }

    private static String balances(final ResultDecoder results) {
        final ResultBalancesView view = new ResultBalancesView();
        final StringBuilder text = new StringBuilder();
        for (final boolean second : new boolean[] {false, true}) {
            if (results.balances(second, view).isPresent()) {
                text.append(' ').append(view.accountIdLo()).append(':').append(view.debitsPendingLo());
                text.append('/').append(view.debitsPostedLo());
            }
        }
        return text.toString();
    }

    private static void pending(final Batch batch, final long id, final long amount, final int timeoutSeconds) {
        batch.commands().addTransfer(0, id, 0, 1, 0, 2, amount, 1, 1, TransferFlags.PENDING);
        batch.commands().timeout(timeoutSeconds);
    }

    private static Batch assertNotNullBatch(final Batch batch) {
        assertNotNull(batch);
        return batch;
    }

    /** A ledger in the test's folder and time. */
    private final class Node implements AutoCloseable {
        private final Ledger ledger = Ledger.launch(new LedgerContext()
                .directory(folder.resolve("data"))
                .segmentLength(1 << 20)
                .threadingMode(ThreadingMode.INVOKER)
                .nanoClock(() -> nowNs)
                .epochNanoClock(() -> nowNs));
        private final List<String> answers = new ArrayList<>();
        private Consumer<Batch> listener = batch -> {};
        private final LedgerClient client = ledger.client(this::onBatch);
        private byte[] raw = {};

        private void onBatch(final Batch batch) {
            assertTrue(batch.isOk());
            raw = new byte[batch.resultsLength()];
            batch.results().getBytes(0, raw);
            final List<String> codes = new ArrayList<>();
            final ResultDecoder results = batch.commandResults();
            while (results.next()) {
                codes.add(results.resultCode().name());
            }
            answers.add(codes.toString());
            listener.accept(batch);
        }

        void run(final Consumer<Batch> filler) {
            final Batch batch = assertNotNullBatch(client.acquire());
            filler.accept(batch);
            await(batch);
        }

        private void await(final Batch batch) {
            assertTrue(client.submit(batch) > 0);
            final long startNs = System.nanoTime();
            while (client.poll(1) == 0 && System.nanoTime() - startNs < WAIT_NS) {
                ledger.doWork();
            }
        }

        /** Nobody submits anything. */
        void idle() {
            final long startNs = System.nanoTime();
            while ((ledger.doWork() > 0 || !ledger.engine().isCaughtUp()) && System.nanoTime() - startNs < WAIT_NS) {
                Thread.onSpinWait();
            }
        }

        long debitsPending() {
            final Batch read = assertNotNullBatch(client.acquire(BatchKind.LOOKUP_ACCOUNTS));
            await(read.addId(0, 1));
            return new AccountView()
                    .wrap(new org.agrona.concurrent.UnsafeBuffer(raw), Batch.ROW_OFFSET)
                    .debitsPendingLo();
        }

        byte[] digest() {
            await(assertNotNullBatch(client.acquire(BatchKind.DIGEST)));
            return raw;
        }

        long count(final CounterType type) {
            return CountersFile.open(folder.resolve("data")).get(type);
        }

        @Override
        public void close() {
            ledger.close();
        }
    }
}
