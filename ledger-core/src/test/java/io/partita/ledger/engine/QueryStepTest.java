// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.partita.ledger.client.Batch;
import io.partita.ledger.client.BatchKind;
import io.partita.ledger.model.Outcome;
import io.partita.ledger.testing.EngineKit;
import io.partita.ledger.wire.AccountView;
import io.partita.ledger.wire.TransferView;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Queries in the engine's duty cycle: their position, their turns, their end. */
class QueryStepTest {
    private static final int BATCHES = 60;
    private static final int TRANSFERS = 100;

    private final EngineKit kit = new EngineKit(EngineConfig.defaults());
    private final List<String> answers = new ArrayList<>();

    @BeforeEach
    void fill() {
        kit.submit(0, batch -> {
            for (int id = 1; id <= 3; id++) {
                batch.commands().addAccount(0, id, 1, 1, 0);
            }
        });
        for (int i = 0; i < BATCHES; i++) {
            final int first = 1 + i * TRANSFERS;
            kit.submit(0, batch -> {
                for (int k = 0; k < TRANSFERS; k++) {
                    batch.commands().addTransfer(0, first + k, 0, 1, 0, 2, 1, 1, 1, 0);
                }
            });
            kit.commitAll();
        }
        kit.completed.clear();
    }

    @AfterEach
    void close() {
        kit.close();
    }

    /** What no transfer has, asked of the account with all transfers. */
    private void askForAll(final long tag) {
        kit.submitRead(
                tag,
                BatchKind.ACCOUNT_TRANSFERS,
                batch -> batch.filter().accountId(1).code(1).debits().limit(8189),
                this::onAnswer);
    }

    private void askForTwo(final long tag) {
        kit.submitRead(
                tag,
                BatchKind.ACCOUNT_TRANSFERS,
                batch -> batch.filter().accountId(1).debits().reversed().limit(2),
                this::onAnswer);
    }

    private void onAnswer(final Batch batch) {
        kit.onComplete(batch);
        answers.add(batch.tag() + ":" + (batch.isOk() ? batch.rows() : Outcome.name(batch.outcome())));
    }

    @Test
    void shouldLetShortQueriesAndCommandsPassALongOne() {
        askForAll(10);
        kit.engine().doWork();
        askForTwo(11);
        kit.submit(12, batch -> batch.commands().addTransfer(0, 99_999, 0, 1, 0, 2, 1, 1, 1, 0));
        assertTrue(kit.engine().hasWork());
        kit.engine().doWork();
        kit.gate.commitSeq = kit.journal().lastSeq();
        kit.engine().doWork();
        assertEquals(List.of("11:2"), answers);
        final long last = kit.journal().lastSeq();
        assertEquals(List.of("11:" + (last - 1), "12:" + last), kit.completed);

        int cycles = 0;
        while (answers.size() == 1) {
            assertTrue(kit.engine().hasWork());
            assertTrue(kit.engine().doWork() > 0);
            cycles++;
        }
        assertTrue(cycles > 3, "in pieces");
        assertEquals("10:" + BATCHES * TRANSFERS, answers.get(1));
        assertEquals("10:" + (last - 1), kit.completed.get(2), "of the position at which it began");
        assertFalse(kit.engine().hasWork());
    }

    @Test
    void shouldAnswerQueriesThatAllowItOnAnyNode() {
        kit.gate.readToken = Outcome.NOT_ACTIVE;
        kit.submitRead(
                1,
                BatchKind.QUERY_TRANSFERS,
                batch -> batch.allowStale().filter().ledger(1).limit(1),
                batch -> {
                    onAnswer(batch);
                    final TransferView first = new TransferView().wrap(batch.results(), batch.rowOffset(0));
                    assertEquals(1, first.idLo());
                    assertEquals(kit.stateMachine().lastTimestamp(), batch.timestamp());
                });
        kit.submitRead(2, BatchKind.QUERY_TRANSFERS, batch -> batch.filter().limit(1), this::onAnswer);
        kit.engine().doWork();
        kit.engine().doWork();
        assertEquals(List.of("2:NOT_ACTIVE", "1:1"), answers);
    }

    @Test
    void shouldNotBeginBeforeTheGateAllowsIt() {
        kit.gate.readAllowed = 0;
        askForTwo(1);
        kit.submit(5, batch -> batch.commands().addTransfer(0, 99_999, 0, 1, 0, 2, 1, 1, 1, 0));
        kit.commitAll();
        assertEquals(List.of(), answers);
        kit.gate.readAllowed = 1;
        kit.engine().doWork();
        assertEquals(List.of("1:2"), answers);
        assertEquals("1:" + kit.journal().lastSeq(), kit.completed.get(1));
    }

    @Test
    void shouldFinishAfterTheNodeWasDeposedWhatItBeganBefore() {
        askForAll(1);
        kit.engine().doWork();
        kit.gate.epoch = Outcome.NOT_ACTIVE;
        kit.gate.mayAnswer = false;
        kit.gate.readAllowed = Outcome.NOT_ACTIVE;
        while (kit.engine().hasWork()) {
            kit.engine().doWork();
        }
        assertEquals(List.of("1:" + BATCHES * TRANSFERS), answers, "nothing of it can change any more");
    }

    @Test
    void shouldEndQueriesAtClose() {
        askForAll(1);
        askForAll(2);
        kit.engine().doWork();
        askForTwo(3);
        kit.engine().onClose();
        assertEquals(List.of("1:CLOSED", "2:CLOSED", "3:CLOSED"), answers);
    }

    @Test
    void shouldShowAnAccountAsOfTheEnd() {
        kit.submitRead(
                1, BatchKind.ACCOUNT_WITH_PENDINGS, batch -> batch.filter().accountId(2), batch -> {
                    onAnswer(batch);
                    final AccountView account = new AccountView().wrap(batch.results(), Batch.ACCOUNT_OFFSET);
                    assertTrue(batch.isFound(0));
                    assertEquals(2, account.idLo());
                    assertEquals(BATCHES * TRANSFERS, account.creditsPostedLo());
                    assertEquals(0, batch.openPendings());
                });
        kit.submitRead(
                2, BatchKind.ACCOUNT_WITH_PENDINGS, batch -> batch.filter().accountId(9), batch -> {
                    onAnswer(batch);
                    assertFalse(batch.isFound(0));
                    assertEquals(0, batch.openPendings());
                });
        kit.engine().doWork();
        assertEquals(List.of("1:0", "2:0"), answers);
    }
}
