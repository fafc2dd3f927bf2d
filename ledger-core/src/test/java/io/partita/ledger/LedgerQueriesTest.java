// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.partita.ledger.client.AsyncLedger;
import io.partita.ledger.client.Batch;
import io.partita.ledger.client.BatchKind;
import io.partita.ledger.client.LedgerClient;
import io.partita.ledger.engine.Durability;
import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.PartitaException;
import io.partita.ledger.model.TransferFlags;
import io.partita.ledger.wire.AccountView;
import io.partita.ledger.wire.QueryFilter;
import io.partita.ledger.wire.TransferView;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Queries as an application asks them, before and after a restart. */
class LedgerQueriesTest {
    private static final int PATIENCE_S = 60;

    @TempDir
    Path folder;

    private LedgerContext context() {
        return new LedgerContext().directory(folder).durability(Durability.MEMORY);
    }

    private static AsyncLedger.Answer submit(Ledger ledger, BatchKind kind, Consumer<Batch> filler) throws Exception {
        AsyncLedger.Answer answer = ledger.async().submit(kind, filler).get(PATIENCE_S, TimeUnit.SECONDS);
        assertTrue(answer.isOk(), answer::toString);
        return answer;
    }

    private static AsyncLedger.Answer ask(Ledger ledger, BatchKind kind, Consumer<QueryFilter> filter)
            throws Exception {
        return submit(ledger, kind, batch -> filter.accept(batch.filter()));
    }

    private static List<Long> transferIds(AsyncLedger.Answer answer, int offset) {
        List<Long> ids = new ArrayList<>();
        for (int at = offset; at < answer.raw().length; at += TransferView.LENGTH) {
            ids.add(new TransferView().wrap(new UnsafeBuffer(answer.raw()), at).idLo());
        }
        return ids;
    }

    @Test
    void shouldAnswerTheSameAfterARestart() throws Exception {
        try (Ledger ledger = Ledger.launch(context())) {
            submit(ledger, BatchKind.COMMANDS, batch -> {
                for (int id = 1; id <= 3; id++) {
                    batch.commands().addAccount(0, id, 826, 1, 0);
                }
                for (int id = 1; id <= 100; id++) {
                    batch.commands().addTransfer(0, id, 0, 1, 0, 2 + id % 2, 5, 826, 1 + id % 5, 0);
                    batch.commands().userData64(id % 10);
                }
                batch.commands().addTransfer(0, 101, 0, 1, 0, 3, 5, 826, 9, TransferFlags.PENDING);
            });
            checkAnswers(ledger);
        }
        try (Ledger ledger = Ledger.launch(context())) {
            checkAnswers(ledger);
        }
    }

    private static void checkAnswers(Ledger ledger) throws Exception {
        assertEquals(
                List.of(85L, 75L),
                transferIds(
                        ask(
                                ledger,
                                BatchKind.ACCOUNT_TRANSFERS,
                                f -> f.accountId(3)
                                        .credits()
                                        .userData64(5)
                                        .code(1)
                                        .limit(2)
                                        .reversed()
                                        .timestampMax(timestampOf(ledger, 90))),
                        0));
        assertEquals(
                List.of(7L, 17L, 27L),
                transferIds(
                        ask(
                                ledger,
                                BatchKind.QUERY_TRANSFERS,
                                f -> f.ledger(826).userData64(7).limit(3)),
                        0));
        AsyncLedger.Answer pendings = ask(ledger, BatchKind.ACCOUNT_WITH_PENDINGS, f -> f.accountId(1));
        assertEquals(List.of(101L), transferIds(pendings, Batch.PENDINGS_OFFSET));
        AccountView account = new AccountView().wrap(new UnsafeBuffer(pendings.raw()), Batch.ACCOUNT_OFFSET);
        assertEquals(500, account.debitsPostedLo());
        assertEquals(5, account.debitsPendingLo());
    }

    private static long timestampOf(Ledger ledger, long id) {
        try {
            AsyncLedger.Answer answer = submit(ledger, BatchKind.LOOKUP_TRANSFERS, batch -> batch.addId(0, id));
            return new TransferView()
                    .wrap(new UnsafeBuffer(answer.raw()), Batch.ROW_OFFSET)
                    .timestamp();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void shouldRefuseAFilterThatCannotBeMeant() throws Exception {
        try (Ledger ledger = Ledger.launch(context());
                LedgerClient client = ledger.client(batch -> {})) {
            ExecutionException failed = assertThrows(
                    ExecutionException.class,
                    () -> ask(
                            ledger,
                            BatchKind.QUERY_ACCOUNTS,
                            f -> f.accountId(7).limit(1)));
            PartitaException cause = assertInstanceOf(PartitaException.class, failed.getCause());
            assertEquals(ErrorCode.INVALID_FILTER, cause.code());
            assertEquals("accountId is not a predicate of this query", cause.problem());

            Batch batch = client.acquire(BatchKind.CHANGE_EVENTS);
            assertEquals(
                    ErrorCode.INVALID_FILTER,
                    assertThrows(PartitaException.class, () -> client.submit(batch))
                            .code());
            batch.filter().limit(1);
            assertTrue(client.submit(batch) > 0, "it is still ours, and may be asked again");
            assertEquals(1, client.pollAwait(1, TimeUnit.SECONDS.toNanos(PATIENCE_S)));
        }
    }
}
