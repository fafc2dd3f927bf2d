// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.partita.ledger.client.AsyncLedger;
import io.partita.ledger.client.Batch;
import io.partita.ledger.client.BatchKind;
import io.partita.ledger.client.LedgerClient;
import io.partita.ledger.engine.Durability;
import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.Id128;
import io.partita.ledger.model.Outcome;
import io.partita.ledger.model.PartitaException;
import io.partita.ledger.model.ResultCode;
import io.partita.ledger.observe.CounterType;
import io.partita.ledger.observe.CountersFile;
import io.partita.ledger.wire.TransferView;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The single node as its users see it: on disk and without files, with its own thread and without. */
@Timeout(120)
class LedgerTest {
    private static final long WAIT_NS = TimeUnit.SECONDS.toNanos(60);

    @TempDir
    Path folder;

    /** Where the ledger lives, what it promises, who runs it. */
    enum Mode {
        EPHEMERAL_SHARED,
        EPHEMERAL_INVOKER,
        FSYNC_SHARED,
        FSYNC_INVOKER,
        MEMORY_SHARED,
        MEMORY_INVOKER;

        boolean isInvoker() {
            return name().endsWith("INVOKER");
        }

        LedgerContext context(final Path folder) {
            final LedgerContext context = new LedgerContext()
                    .segmentLength(1 << 20)
                    .threadingMode(isInvoker() ? ThreadingMode.INVOKER : ThreadingMode.SHARED);
            if (name().startsWith("EPHEMERAL")) {
                return context.ephemeral();
            }
            return context.directory(folder)
                    .durability(name().startsWith("MEMORY") ? Durability.MEMORY : Durability.FSYNC);
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldSettleAndAnswer(final Mode mode) {
        final List<String> answers = new ArrayList<>();
        try (Ledger ledger = Ledger.launch(mode.context(folder))) {
            final LedgerClient client = ledger.client(batch -> answers.add(codes(batch)));
            submitAccounts(client, 1, 2);
            final Batch batch = acquire(client);
            batch.commands().addTransfer(0, 10, 0, 1, 0, 2, 500, 1, 1, 0);
            batch.commands().addTransfer(0, 10, 0, 1, 0, 2, 500, 1, 1, 0);
            batch.commands().addTransfer(0, 11, 0, 1, 0, 99, 500, 1, 1, 0);
            assertEquals(2, client.submit(batch));
            drain(mode, ledger, client);

            final Batch read = client.acquire(BatchKind.LOOKUP_TRANSFERS);
            assertNotNull(read);
            read.addId(0, 10).addId(0, 12);
            assertTrue(client.submit(read) > 0);
            drain(mode, ledger, client);
        }
        assertEquals(
                List.of("[CREATED, CREATED]", "[CREATED, EXISTS, CREDIT_ACCOUNT_NOT_FOUND]", "row 500, none"), answers);
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldGiveEveryBatchAnOutcomeWhenClosedInFlight(final Mode mode) {
        final List<Long> outcomes = new ArrayList<>();
        final Ledger ledger = Ledger.launch(mode.context(folder));
        final LedgerClient client = ledger.client(batch -> outcomes.add(batch.outcome()));
        int accepted = 0;
        for (Batch batch = client.acquire(); batch != null; batch = client.acquire()) {
            batch.commands().addAccount(0, 1 + accepted, 1, 1, 0);
            assertTrue(client.submit(batch) > 0);
            accepted++;
            if (mode.isInvoker() && accepted == 10) {
                ledger.doWork();
            }
        }
        ledger.close();
        ledger.close();
        client.poll(Integer.MAX_VALUE);
        assertEquals(accepted, outcomes.size());
        for (final long outcome : outcomes) {
            assertTrue(outcome > 0 || outcome == Outcome.CLOSED, Outcome.name(outcome));
        }
        final Batch late = acquire(client);
        late.commands().addAccount(0, 999, 1, 1, 0);
        assertEquals(Outcome.CLOSED, client.submit(late));
        assertEquals("the ledger was closed", client.closedReason());
        assertEquals("the ledger was closed", ledger.closedReason());
    }

    @ParameterizedTest
    @EnumSource(
            value = Mode.class,
            names = {"FSYNC_SHARED", "FSYNC_INVOKER", "MEMORY_SHARED", "MEMORY_INVOKER"})
    void shouldContinueAfterARestart(final Mode mode) {
        List<Long> digest = List.of();
        long id = 1;
        for (int run = 1; run <= 4; run++) {
            try (Ledger ledger = Ledger.launch(mode.context(folder))) {
                final List<Long> digests = new ArrayList<>();
                final List<String> answers = new ArrayList<>();
                final LedgerClient client = ledger.client(batch -> {
                    if (batch.kind() == BatchKind.DIGEST) {
                        digests.addAll(digestOf(batch));
                    } else {
                        answers.add(codes(batch));
                    }
                });
                submitDigest(client);
                drain(mode, ledger, client);
                if (run > 1) {
                    // EPOCH_START records are in the running digest or not: the state is the same in any case
                    assertEquals(digest.subList(1, 5), digests.subList(1, 5), "run " + run);
                }
                for (int i = 0; i < 200; i++) {
                    final Batch batch = awaitBatch(mode, ledger, client);
                    batch.commands().addAccount(0, id, 1, 1, 0);
                    batch.commands().addTransfer(0, 1_000_000 + id, 0, id, 0, Math.max(1, id - 1), id, 1, 1, 0);
                    assertTrue(client.submit(batch) > 0);
                    id++;
                }
                drain(mode, ledger, client);
                assertEquals(200, answers.size());
                digests.clear();
                submitDigest(client);
                drain(mode, ledger, client);
                digest = List.copyOf(digests);
                assertEquals(run * 200L, digest.get(3));
            }
            assertEquals(run, CountersFile.open(folder).get(CounterType.EPOCH), "one epoch per launch");
        }
    }

    @Test
    void shouldServeTwoClientThreads() throws InterruptedException {
        try (Ledger ledger = Ledger.launch(Mode.FSYNC_SHARED.context(folder))) {
            final AtomicLong answered = new AtomicLong();
            final List<Thread> threads = new ArrayList<>();
            for (int t = 0; t < 2; t++) {
                final long base = 1 + t * 1_000_000L;
                final Thread thread = new Thread(() -> {
                    final LedgerClient client = ledger.client(batch -> {
                        if (batch.isOk()) {
                            answered.incrementAndGet();
                        }
                    });
                    for (int i = 0; i < 300; i++) {
                        final Batch batch = awaitBatch(Mode.FSYNC_SHARED, ledger, client);
                        batch.commands().addAccount(0, base + i, 1, 1, 0);
                        assertTrue(client.submit(batch) > 0);
                    }
                    drain(Mode.FSYNC_SHARED, ledger, client);
                });
                threads.add(thread);
                thread.start();
            }
            for (final Thread thread : threads) {
                thread.join();
            }
            assertEquals(600, answered.get());
            assertEquals(0, ledger.engine().intake().closedReason() == null ? 0 : 1);
        }
    }

    @Test
    void shouldLeaveNoBatchWithoutAnOutcomeWhenClosedUnderLoad() throws InterruptedException {
        for (int round = 0; round < 60; round++) {
            final Ledger ledger = Ledger.launch(
                    new LedgerContext().ephemeral().clientBatches(8).windowBatches(12));
            final AtomicLong missing = new AtomicLong();
            final AtomicLong answered = new AtomicLong();
            final List<Thread> threads = new ArrayList<>();
            for (int t = 0; t < 3; t++) {
                final boolean isReader = t == 2;
                final Thread thread = new Thread(() -> {
                    final LedgerClient client = ledger.client(batch -> answered.incrementAndGet());
                    long outcome = 0;
                    while (outcome != Outcome.CLOSED) {
                        final Batch batch = client.acquire(isReader ? BatchKind.LOOKUP_ACCOUNTS : BatchKind.COMMANDS);
                        if (batch == null) {
                            client.pollAwait(8, 1_000_000);
                            continue;
                        }
                        if (isReader) {
                            batch.addId(0, 1);
                        } else {
                            batch.commands().addAccount(0, 1, 1, 1, 0);
                        }
                        outcome = client.submit(batch);
                        if (outcome < 0) {
                            client.release(batch);
                        }
                        client.poll(8);
                    }
                    ledger.close(); // returns when every outcome is there
                    client.poll(Integer.MAX_VALUE);
                    missing.addAndGet(client.inFlight());
                });
                threads.add(thread);
                thread.start();
            }
            while (answered.get() < 20 * round) {
                Thread.onSpinWait();
            }
            ledger.close();
            for (final Thread thread : threads) {
                thread.join();
            }
            assertEquals(0, missing.get(), "round " + round);
        }
    }

    @Test
    void shouldGoOnWhenAListenerThrows() {
        try (Ledger ledger = Ledger.launch(Mode.FSYNC_SHARED.context(folder))) {
            final LedgerClient bad = ledger.client(batch -> {
                throw new IllegalStateException("the user's bug");
            });
            submitAccounts(bad, 1, 2);
            drain(Mode.FSYNC_SHARED, ledger, bad);
            final List<String> answers = new ArrayList<>();
            final LedgerClient good = ledger.client(batch -> answers.add(codes(batch)));
            submitAccounts(good, 1, 3);
            drain(Mode.FSYNC_SHARED, ledger, good);
            assertEquals(List.of("[EXISTS, CREATED]"), answers);
            assertEquals(1, CountersFile.open(folder).get(CounterType.LISTENER_ERRORS));
            assertEquals(1, CountersFile.open(folder).get(CounterType.INCIDENTS));
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldNotDeadlockWhenClosedFromAListener(final Mode mode) {
        final Ledger ledger = Ledger.launch(mode.context(folder));
        final List<Long> outcomes = new ArrayList<>();
        final LedgerClient client = ledger.client(batch -> {
            outcomes.add(batch.outcome());
            ledger.close();
        });
        submitAccounts(client, 1, 2);
        submitAccounts(client, 3, 4);
        drain(mode, ledger, client);
        assertEquals(2, outcomes.size());
        assertTrue(outcomes.get(0) > 0);
        ledger.close();
    }

    @Test
    void shouldNotDeadlockWhenClosedOnItsOwnThread() throws Exception {
        final Ledger ledger = Ledger.launch(Mode.FSYNC_SHARED.context(folder).asyncExecutor(Runnable::run));
        final CompletableFuture<Void> closing = ledger.async()
                .submit(batch -> batch.commands().addAccount(0, 1, 1, 1, 0))
                .thenAccept(answer -> ledger.close());
        closing.get(60, TimeUnit.SECONDS);
        ledger.close(); // waits for the rest
        try (Ledger next = Ledger.launch(Mode.FSYNC_SHARED.context(folder))) {
            assertNull(next.closedReason());
        }
    }

    @Test
    void shouldGiveFutures() throws Exception {
        try (Ledger ledger = Ledger.launch(Mode.FSYNC_SHARED.context(folder))) {
            final AsyncLedger async = ledger.async();
            final AsyncLedger.Answer created = async.submit(
                            batch -> batch.commands().addAccount(0, 1, 1, 1, 0))
                    .get(60, TimeUnit.SECONDS);
            assertTrue(created.isOk(), created.toString());
            assertEquals(ResultCode.CREATED.code(), created.codes()[0]);
            final AsyncLedger.Answer read = async.submit(BatchKind.LOOKUP_ACCOUNTS, batch -> batch.addId(0, 1))
                    .get(60, TimeUnit.SECONDS);
            assertTrue(read.outcome() >= created.outcome());
            assertEquals(1, read.raw()[0]);
        }
    }

    @Test
    void shouldRefuseAFolderInUseOrOfAnotherCluster() {
        try (Ledger ledger = Ledger.launch(Mode.FSYNC_SHARED.context(folder))) {
            assertNotNull(ledger.directory());
            assertEquals(
                    ErrorCode.FOLDER_IN_USE,
                    assertThrows(PartitaException.class, () -> Ledger.launch(Mode.FSYNC_SHARED.context(folder)))
                            .code());
        }
        final LedgerContext other = Mode.FSYNC_SHARED.context(folder).clusterId(new Id128(9, 9));
        assertEquals(
                ErrorCode.WRONG_CLUSTER,
                assertThrows(PartitaException.class, () -> Ledger.launch(other)).code());
        Ledger.launch(Mode.FSYNC_SHARED.context(folder)).close();
    }

    @Test
    void shouldRefuseBadSettingsWithAClearError() {
        for (final LedgerContext context : Arrays.asList(
                new LedgerContext(),
                new LedgerContext().ephemeral().directory(folder),
                new LedgerContext().ephemeral().nodeId("Not A Name"))) {
            assertEquals(
                    ErrorCode.INVALID_CONFIGURATION,
                    assertThrows(PartitaException.class, () -> Ledger.launch(context))
                            .code());
        }
        assertThrows(PartitaException.class, () -> new LedgerContext().windowBatches(0));
        final LedgerContext used = new LedgerContext().ephemeral();
        Ledger.launch(used).close();
        assertThrows(PartitaException.class, () -> Ledger.launch(used));
        try (Ledger ledger = Ledger.launch(new LedgerContext().ephemeral())) {
            assertThrows(IllegalStateException.class, ledger::doWork);
        }
    }

    @Test
    void shouldStayAccurateOverManySegments() {
        final Mode mode = Mode.MEMORY_SHARED;
        try (Ledger ledger = Ledger.launch(mode.context(folder).segmentLength(64 * 1024))) {
            final AtomicLong created = new AtomicLong();
            final LedgerClient client = ledger.client(batch -> created.addAndGet(batch.isOk() ? batch.count() : 0));
            submitAccounts(client, 1, 2);
            for (int i = 0; i < 100; i++) {
                final Batch batch = awaitBatch(mode, ledger, client);
                for (int j = 0; j < 64; j++) {
                    batch.commands().addTransfer(0, 100 + i * 64 + j, 0, 1, 0, 2, 1, 1, 1, 0);
                }
                assertTrue(client.submit(batch) > 0);
            }
            drain(mode, ledger, client);
            assertEquals(6402, created.get());
        }
        try (Ledger ledger = Ledger.launch(mode.context(folder))) {
            final List<Long> digest = new ArrayList<>();
            final LedgerClient client = ledger.client(batch -> digest.addAll(digestOf(batch)));
            submitDigest(client);
            drain(mode, ledger, client);
            assertEquals(6400, digest.get(4));
        }
    }

    private static void submitAccounts(final LedgerClient client, final long first, final long second) {
        final Batch batch = acquire(client);
        batch.commands().addAccount(0, first, 1, 1, 0);
        batch.commands().addAccount(0, second, 1, 1, 0);
        assertTrue(client.submit(batch) > 0);
    }

    private static void submitDigest(final LedgerClient client) {
        final Batch batch = client.acquire(BatchKind.DIGEST);
        assertNotNull(batch);
        assertTrue(client.submit(batch) > 0);
    }

    private static Batch acquire(final LedgerClient client) {
        final Batch batch = client.acquire();
        assertNotNull(batch);
        return batch;
    }

    private static Batch awaitBatch(final Mode mode, final Ledger ledger, final LedgerClient client) {
        await(mode, ledger, client, () -> client.inFlight() < client.batches());
        return acquire(client);
    }

    private static void drain(final Mode mode, final Ledger ledger, final LedgerClient client) {
        await(mode, ledger, client, () -> client.inFlight() == 0);
    }

    private static void await(
            final Mode mode, final Ledger ledger, final LedgerClient client, final BooleanSupplier condition) {
        final long startNs = System.nanoTime();
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() - startNs < WAIT_NS, "waited too long");
            if (mode.isInvoker()) {
                ledger.doWork();
                client.poll(100);
            } else {
                client.pollAwait(100, 10_000_000);
            }
        }
    }

    private static List<Long> digestOf(final Batch batch) {
        final List<Long> values = new ArrayList<>();
        for (int at = 0; at < batch.resultsLength(); at += Long.BYTES) {
            values.add(batch.results().getLong(at, java.nio.ByteOrder.LITTLE_ENDIAN));
        }
        return values;
    }

    private static String codes(final Batch batch) {
        if (batch.kind() == BatchKind.LOOKUP_TRANSFERS) {
            return "row "
                    + new TransferView()
                            .wrap(batch.results(), batch.rowOffset(0))
                            .amountLo() + (batch.isFound(1) ? ", another" : ", none");
        }
        final List<ResultCode> codes = new ArrayList<>();
        final var results = batch.commandResults();
        while (results.next()) {
            codes.add(results.resultCode());
        }
        return codes.toString();
    }
}
