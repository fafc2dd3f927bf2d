// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.partita.ledger.client.Batch;
import io.partita.ledger.client.BatchKind;
import io.partita.ledger.model.ChangeEventType;
import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.Outcome;
import io.partita.ledger.model.PartitaException;
import io.partita.ledger.wire.AccountBalancesView;
import io.partita.ledger.wire.AccountView;
import io.partita.ledger.wire.ChangeEventView;
import io.partita.ledger.wire.QueryFilter;
import io.partita.ledger.wire.TransferView;
import io.partita.replication.client.RemoteLedgerClient;
import io.partita.replication.client.RequestKinds;
import io.partita.replication.transport.ClientReplyHandler;
import io.partita.replication.transport.DisconnectReason;
import io.partita.replication.transport.NodeStatus;
import io.partita.replication.transport.netty.ClientConnection;
import io.partita.replication.transport.netty.ClientConnector;
import io.partita.replication.transport.netty.TcpConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Queries over TCP: every kind, the longest answers, from a standby, and what is no filter. */
class RemoteQueryTest {
    private static final int TRANSFERS = 8_400;
    private static final int PER_BATCH = 700;
    private static final int LEDGER = 826;
    private static final int HISTORY = 1 << 3;

    @TempDir
    Path root;

    private final List<String> answers = new ArrayList<>();
    private Consumer<Batch> check = batch -> {};
    private Pair pair;
    private RemoteLedgerClient client;

    @BeforeEach
    void fill() {
        pair = new Pair(root, NodeContext.Transport.TCP).startBoth();
        client = pair.client(this::onBatch);
        final Batch accounts = acquire(BatchKind.COMMANDS);
        accounts.commands().addAccount(0, 1, LEDGER, 1, HISTORY);
        accounts.commands().addAccount(0, 2, LEDGER, 2, 0);
        submit(accounts);
        for (int first = 1; first <= TRANSFERS; first += PER_BATCH) {
            final Batch batch = acquire(BatchKind.COMMANDS);
            for (int id = first; id < first + PER_BATCH; id++) {
                batch.commands().addTransfer(0, id, 0, 1, 0, 2, 1, LEDGER, 7, 0);
                batch.commands().userData64(id % 3);
            }
            submit(batch);
        }
        settle();
        answers.clear();
    }

    @AfterEach
    void close() {
        client.close();
        pair.close();
    }

    private void onBatch(final Batch batch) {
        if (batch.kind().query() == null) {
            assertTrue(batch.isOk());
            return;
        }
        answers.add(batch.kind() + " " + (batch.isOk() ? batch.rows() : Outcome.name(batch.outcome())));
        check.accept(batch);
    }

    private Batch acquire(final BatchKind kind) {
        final Batch batch = client.acquire(kind);
        assertNotNull(batch);
        return batch;
    }

    private Batch query(final BatchKind kind, final Consumer<QueryFilter> filter) {
        final Batch batch = acquire(kind);
        filter.accept(batch.filter());
        return batch;
    }

    private void submit(final Batch batch) {
        assertTrue(client.submit(batch) > 0);
    }

    private void settle() {
        Pair.await("answers", () -> {
            client.pollAwait(64, TimeUnit.MILLISECONDS.toNanos(5));
            return client.inFlight() == 0;
        });
    }

    private void ask(final BatchKind kind, final Consumer<QueryFilter> filter, final Consumer<Batch> onAnswer) {
        check = onAnswer;
        submit(query(kind, filter));
        settle();
    }

    @Test
    void shouldAnswerEveryKind() {
        ask(BatchKind.ACCOUNT_TRANSFERS, f -> f.accountId(1).debits().reversed().limit(5), batch -> {
            final TransferView newest = new TransferView().wrap(batch.results(), batch.rowOffset(0));
            assertEquals(TRANSFERS, newest.idLo());
        });
        ask(BatchKind.ACCOUNT_BALANCES, f -> f.accountId(1).debits().credits().limit(5), batch -> {
            final AccountBalancesView third = new AccountBalancesView().wrap(batch.results(), batch.rowOffset(2));
            assertEquals(3, third.balances().debitsPostedLo());
        });
        ask(BatchKind.QUERY_ACCOUNTS, f -> f.code(2).limit(5), batch -> {
            final AccountView account = new AccountView().wrap(batch.results(), batch.rowOffset(0));
            assertEquals(2, account.idLo());
            assertEquals(TRANSFERS, account.creditsPostedLo());
        });
        ask(BatchKind.QUERY_TRANSFERS, f -> f.ledger(LEDGER).userData64(2).limit(5), batch -> {
            final TransferView second = new TransferView().wrap(batch.results(), batch.rowOffset(1));
            assertEquals(5, second.idLo());
        });
        ask(BatchKind.CHANGE_EVENTS, f -> f.limit(5), batch -> {
            final ChangeEventView fifth = new ChangeEventView().wrap(batch.results(), batch.rowOffset(4));
            assertEquals(ChangeEventType.SINGLE_PHASE, fifth.type());
            assertEquals(5, fifth.creditBalances().creditsPostedLo());
            assertEquals(HISTORY, fifth.debitFlags());
        });
        ask(BatchKind.ACCOUNT_WITH_PENDINGS, f -> f.accountId(2), batch -> {
            assertTrue(batch.isFound(0));
            assertEquals(0, batch.openPendings());
        });
        assertEquals(
                List.of(
                        "ACCOUNT_TRANSFERS 5",
                        "ACCOUNT_BALANCES 5",
                        "QUERY_ACCOUNTS 1",
                        "QUERY_TRANSFERS 5",
                        "CHANGE_EVENTS 5",
                        "ACCOUNT_WITH_PENDINGS 0"),
                answers);
    }

    @Test
    void shouldAnswerAWholeWindowOfTheLongestAnswers() {
        for (int i = 0; i < client.batches(); i++) {
            submit(query(BatchKind.CHANGE_EVENTS, f -> f.limit(8189)));
        }
        settle();
        assertEquals(Collections.nCopies(client.batches(), "CHANGE_EVENTS 8189"), answers);
    }

    @Test
    void shouldAnswerFromAStandby() {
        final String standby = "a".equals(pair.serving()) ? "b" : "a";
        Pair.await("a standby that has caught up", () -> {
            answers.clear();
            client.submitTo(
                    standby,
                    query(
                                    BatchKind.ACCOUNT_TRANSFERS,
                                    f -> f.accountId(2).credits().limit(8189))
                            .allowStale());
            settle();
            return answers.equals(List.of("ACCOUNT_TRANSFERS 8189"));
        });
    }

    @Test
    void shouldRefuseWhatCannotBeMeantBeforeItIsSent() {
        final Batch batch = query(BatchKind.QUERY_TRANSFERS, f -> f.limit(0));
        final PartitaException refusal = assertThrows(PartitaException.class, () -> client.submit(batch));
        assertEquals(ErrorCode.INVALID_FILTER, refusal.code());
        batch.filter().limit(1);
        submit(batch);
        settle();
        assertEquals(List.of("QUERY_TRANSFERS 1"), answers);
    }

    @Test
    void shouldHoldBackAClientThatAsksForMoreThanItReads() {
        final UnsafeBuffer body = new UnsafeBuffer(new byte[QueryFilter.LENGTH]);
        new QueryFilter().limit(8189).encode(body, 0);
        try (ClientConnector connector = new ClientConnector(new TcpConfig(Pair.CLUSTER, "stranger"));
                ClientConnection connection = connector.connect(pair.clients(pair.serving()), () -> {})) {
            final Stranger stranger = new Stranger();
            Pair.await("connected", () -> connection.poll(stranger, 16) > 0 && connection.isOpen());
            for (int i = 1; i <= 60; i++) { // more than the transport lets a session leave unread
                connection.submit(i, RequestKinds.code(BatchKind.CHANGE_EVENTS), 0, 0, 0, body, 0, QueryFilter.LENGTH);
            }
            connection.flush();
            for (int i = 0; i < 20; i++) { // the node has long answered what it will
                ask(BatchKind.CHANGE_EVENTS, f -> f.limit(8189), batch -> {});
            }
            Pair.await("answers: " + stranger.answers, () -> {
                connection.poll(stranger, 16);
                return stranger.answers + stranger.refusals == 60 || stranger.ended != null;
            });
            assertNull(stranger.ended);
            assertTrue(stranger.answers > 0 && stranger.refusals > 0);
        }
    }

    @Test
    void shouldEndASessionThatSendsNoFilter() {
        final UnsafeBuffer body = new UnsafeBuffer(new byte[128]);
        new QueryFilter().limit(0).encode(body, 0);
        for (final int length : new int[] {QueryFilter.LENGTH, QueryFilter.LENGTH - 8, QueryFilter.LENGTH + 8, 0}) {
            try (ClientConnector connector = new ClientConnector(new TcpConfig(Pair.CLUSTER, "stranger"));
                    ClientConnection connection = connector.connect(pair.clients(pair.serving()), () -> {})) {
                final Stranger stranger = new Stranger();
                Pair.await("connected", () -> connection.poll(stranger, 16) > 0 && connection.isOpen());
                connection.submit(1, RequestKinds.code(BatchKind.QUERY_TRANSFERS), 0, 0, 0, body, 0, length);
                connection.flush();
                Pair.await("cut off", () -> {
                    connection.poll(stranger, 16);
                    return stranger.ended != null;
                });
                assertEquals(0, stranger.answers);
            }
        }
        ask(BatchKind.QUERY_TRANSFERS, f -> f.limit(1), batch -> {});
        assertEquals(List.of("QUERY_TRANSFERS 1"), answers);
    }

    /** Someone with a program of their own. */
    private static final class Stranger implements ClientReplyHandler {
        private DisconnectReason ended;
        private int answers;
        private int refusals;

        @Override
        public void onWelcome(final NodeStatus status, final int windowRequests) {
            assertNotNull(status);
        }

        @Override
        public void onStatus(final NodeStatus status) {
            assertNotNull(status);
        }

        @Override
        public void onResult(
                final long correlationId,
                final long seq,
                final long timestamp,
                final int count,
                final DirectBuffer results,
                final int offset,
                final int length) {
            answers++;
        }

        @Override
        public void onRefusal(final long correlationId, final long outcome) {
            assertEquals(Outcome.BACK_PRESSURED, outcome);
            refusals++;
        }

        @Override
        public void onPong(final long token) {
            answers++;
        }

        @Override
        public void onDisconnected(final DisconnectReason reason) {
            ended = reason;
        }
    }
}
