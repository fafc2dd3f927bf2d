// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.partita.ledger.client.Batch;
import io.partita.ledger.client.BatchKind;
import io.partita.ledger.model.BatchOptions;
import io.partita.ledger.model.Digest128;
import io.partita.ledger.model.Limits;
import io.partita.ledger.model.Outcome;
import io.partita.ledger.model.TransferFlags;
import io.partita.ledger.model.UserStatus;
import io.partita.ledger.state.LedgerOperations;
import io.partita.ledger.state.UserCommand;
import io.partita.ledger.state.UserLogic;
import io.partita.ledger.wire.AccountView;
import io.partita.ledger.wire.ResultBalancesView;
import io.partita.ledger.wire.ResultDecoder;
import io.partita.ledger.wire.UserResult;
import io.partita.replication.client.RemoteLedgerClient;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Reservations that expire, instructions, balances in replies and the user's own logic, through a pair and its failover. */
@Timeout(180)
class WholeLedgerTest {
    private static final long WAIT_NS = TimeUnit.SECONDS.toNanos(30);

    @TempDir
    Path root;

    private Consumer<Batch> check = batch -> {};
    private final List<String> problems = new ArrayList<>();

    @ParameterizedTest
    @EnumSource(
            value = NodeContext.Transport.class,
            names = {"TCP", "IPC"})
    void shouldReleaseReservationsAlsoWhenTheActiveThatTookThemDied(final NodeContext.Transport transport) {
        try (Pair pair = new Pair(root, transport).startBoth();
                RemoteLedgerClient client = pair.client(this::onBatch)) {
            submit(client, batch -> {
                batch.commands().addAccount(0, 1, 1, 1, 0);
                batch.commands().addAccount(0, 2, 1, 1, 0);
                pending(batch, 10, 30, 1);
                pending(batch, 11, 40, 4);
                pending(batch, 12, 50, 0);
            });
            awaitDebitsPending(client, 90);
            final String victim = pair.serving();
            pair.kill(victim);
            awaitDebitsPending(client, 50);
            submit(client, batch -> {
                batch.commands().addTransfer(0, 20, 0, 0, 0, 0, 40, 0, 0, TransferFlags.POST_PENDING);
                batch.commands().pendingId(0, 11);
                batch.commands().addResolve(0, 12, 0);
            });
            pair.start(victim);
            pair.awaitServing(2);
            awaitEqualDigests(pair, client);
        }
        assertEquals(List.of(), problems);
    }

    @Test
    void shouldReturnBalancesOfTheLargestBatchesOverTcp() {
        try (Pair pair = new Pair(root, NodeContext.Transport.TCP).startBoth();
                RemoteLedgerClient client = RemoteLedgerClient.connect(
                        pair.clientContext(this::onBatch).batches(32))) {
            submit(client, batch -> {
                batch.commands().addAccount(0, 1, 1, 1, 0);
                batch.commands().addAccount(0, 2, 1, 1, 0);
            });
            final List<Long> last = new ArrayList<>();
            check = batch -> {
                final ResultDecoder results = batch.commandResults();
                final ResultBalancesView view = new ResultBalancesView();
                assertEquals(Limits.BATCH_COMMANDS_MAX, results.count());
                results.at(Limits.BATCH_COMMANDS_MAX - 1);
                last.add(results.balances(false, view).debitsPostedLo());
                assertEquals(
                        last.get(last.size() - 1), results.balances(true, view).creditsPostedLo());
            };
            for (int round = 0; round < 32; round++) { // all in flight at once
                final Batch batch = acquired(client, BatchKind.COMMANDS);
                batch.options(BatchOptions.RETURN_BALANCES);
                for (int i = 0; i < Limits.BATCH_COMMANDS_MAX; i++) {
                    batch.commands().addTransfer(1, 1 + round * 10_000L + i, 0, 1, 0, 2, 1, 1, 1, 0);
                }
                assertTrue(client.submit(batch) > 0);
            }
            drain(client);
            Collections.sort(last); // what the node held back for a moment comes a little later
            for (int round = 0; round < 32; round++) {
                assertEquals((round + 1) * 8190L, last.get(round));
            }
        }
        assertEquals(List.of(), problems);
    }

    @ParameterizedTest
    @EnumSource(
            value = NodeContext.Transport.class,
            names = {"TCP", "IPC"})
    void shouldApplyTheUsersOwnLogicOnBothNodes(final NodeContext.Transport transport) {
        final List<String> answers = new ArrayList<>();
        try (Pair pair = new Pair(root, transport)
                        .with(context -> context.userLogic(new Tally()))
                        .startBoth();
                RemoteLedgerClient client = pair.client(this::onBatch)) {
            submit(client, batch -> {
                batch.commands().addAccount(0, 1, 1, 1, 0);
                batch.commands().addAccount(0, 2, 1, 1, 0);
            });
            check = batch -> {
                if (batch.kind() == BatchKind.USER_COMMAND) {
                    final UserResult result = batch.userResult();
                    final long sum = result.replyLength() == 0
                            ? 0
                            : result.replyBuffer().getLong(result.replyOffset(), ByteOrder.LITTLE_ENDIAN);
                    answers.add(result.status() + " " + result.code() + " " + sum);
                }
            };
            user(client, 5);
            user(client, -7); // says no
            user(client, 6);
            final String victim = pair.serving();
            pair.kill(victim);
            user(client, 8);
            pair.start(victim);
            pair.awaitServing(2);
            user(client, 9);
            awaitEqualDigests(pair, client);
        }
        assertEquals(List.of("DONE 0 5", "REFUSED -1 5", "DONE 0 11", "DONE 0 19", "DONE 0 28"), answers);
        assertEquals(List.of(), problems);
    }

    @Test
    void shouldTellARemoteClientThatThereIsNoSuchLogic() {
        final List<UserStatus> answers = new ArrayList<>();
        try (Pair pair = new Pair(root, NodeContext.Transport.TCP).startBoth();
                RemoteLedgerClient client = pair.client(this::onBatch)) {
            check = batch -> answers.add(batch.userResult().status());
            user(client, 5);
            user(client, 6);
            check = batch -> {};
            submit(client, batch -> batch.commands().addAccount(0, 1, 1, 1, 0)); // the session lives on
        }
        assertEquals(List.of(UserStatus.NOT_CONFIGURED, UserStatus.NOT_CONFIGURED), answers);
        assertEquals(List.of(), problems);
    }

    @Test
    void shouldHaltANodeWhoseLogicThrows() {
        try (Pair pair = new Pair(root, NodeContext.Transport.TCP)
                        .with(context -> context.userLogic((command, ledger) -> {
                            throw new IllegalStateException("a mistake");
                        }))
                        .startBoth();
                RemoteLedgerClient client = RemoteLedgerClient.connect(
                        pair.clientContext(batch -> {}).retryTimeout(java.time.Duration.ofSeconds(1)))) {
            final Batch batch = acquired(client, BatchKind.USER_COMMAND);
            assertTrue(client.submit(batch.putUserCommand(new UnsafeBuffer(new byte[8]), 0, 8, 1)) > 0);
            Pair.await("a node halts", () -> {
                client.poll(1);
                return pair.node("a").closedReason() != null || pair.node("b").closedReason() != null;
            });
            final String reason = pair.node("a").closedReason() != null
                    ? pair.node("a").closedReason()
                    : pair.node("b").closedReason();
            assertTrue(reason.contains("the user's own logic failed") && reason.contains("a mistake"), reason);
        }
    }

    private void onBatch(final Batch batch) {
        try {
            assertTrue(batch.isOk(), () -> Outcome.name(batch.outcome()));
            check.accept(batch);
        } catch (final AssertionError | RuntimeException error) {
            problems.add(error.toString());
        }
    }

    private void submit(final RemoteLedgerClient client, final Consumer<Batch> filler) {
        final Batch batch = acquired(client, BatchKind.COMMANDS);
        filler.accept(batch);
        assertTrue(client.submit(batch) > 0);
        drain(client);
    }

    private void user(final RemoteLedgerClient client, final long amount) {
        final UnsafeBuffer command = new UnsafeBuffer(new byte[8]);
        command.putLong(0, amount, ByteOrder.LITTLE_ENDIAN);
        final Batch batch = acquired(client, BatchKind.USER_COMMAND);
        assertTrue(client.submit(batch.putUserCommand(command, 0, 8, 4)) > 0);
        drain(client);
    }

    private static Batch acquired(final RemoteLedgerClient client, final BatchKind kind) {
        final Batch batch = client.acquire(kind);
        assertNotNull(batch);
        return batch;
    }

    private static void drain(final RemoteLedgerClient client) {
        final long startNs = System.nanoTime();
        while (client.inFlight() > 0 && System.nanoTime() - startNs < WAIT_NS) {
            client.pollAwait(1, WAIT_NS);
        }
        assertEquals(0, client.inFlight());
    }

    private static void pending(final Batch batch, final long id, final long amount, final int timeoutSeconds) {
        batch.commands().addTransfer(0, id, 0, 1, 0, 2, amount, 1, 1, TransferFlags.PENDING);
        batch.commands().timeout(timeoutSeconds);
    }

    private void awaitDebitsPending(final RemoteLedgerClient client, final long expected) {
        final long[] found = new long[1];
        check = batch -> found[0] =
                new AccountView().wrap(batch.results(), batch.rowOffset(0)).debitsPendingLo();
        Pair.await("debitsPending=" + expected, () -> {
            assertTrue(client.submit(acquired(client, BatchKind.LOOKUP_ACCOUNTS).addId(0, 1)) > 0);
            drain(client);
            return found[0] == expected;
        });
        check = batch -> {};
    }

    private void awaitEqualDigests(final Pair pair, final RemoteLedgerClient client) {
        Pair.await("equal digests", () -> {
            final List<String> digests = new ArrayList<>();
            final Consumer<Batch> before = check;
            check = batch -> {
                final byte[] raw = new byte[batch.resultsLength()];
                batch.results().getBytes(0, raw);
                digests.add(batch.outcome() + Arrays.toString(raw));
            };
            for (final String node : List.of("a", "b")) {
                assertTrue(
                        client.submitTo(node, acquired(client, BatchKind.DIGEST).allowStale()) > 0);
                drain(client);
            }
            check = before;
            return digests.size() == 2 && digests.get(0).equals(digests.get(1));
        });
    }

    /** Posts what it is told and keeps a sum; a negative amount is posted, too, and then refused. */
    private static final class Tally implements UserLogic {
        private final UnsafeBuffer reply = new UnsafeBuffer(new byte[8]);
        private long sum;
        private long posted;

        @Override
        public int apply(final UserCommand command, final LedgerOperations ledger) {
            final long amount = command.buffer().getLong(command.offset(), ByteOrder.LITTLE_ENDIAN);
            ledger.commands().addTransfer(7, 1 + posted, 0, 1, 0, 2, Math.abs(amount), 1, 1, 0);
            final boolean isPosted = ledger.post();
            if (isPosted && amount > 0) {
                posted++;
                sum += amount;
            }
            reply.putLong(0, sum, ByteOrder.LITTLE_ENDIAN);
            command.reply(reply, 0, 8);
            return isPosted && amount > 0 ? 0 : -1;
        }

        @Override
        public Digest128 digest() {
            return new Digest128(posted, sum);
        }
    }
}
