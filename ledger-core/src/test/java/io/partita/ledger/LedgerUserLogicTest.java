// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger;

import static io.partita.ledger.testing.ScriptLogic.account;
import static io.partita.ledger.testing.ScriptLogic.command;
import static io.partita.ledger.testing.ScriptLogic.post;
import static io.partita.ledger.testing.ScriptLogic.transfer;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.partita.ledger.client.AsyncLedger.Answer;
import io.partita.ledger.client.Batch;
import io.partita.ledger.client.BatchKind;
import io.partita.ledger.client.LedgerClient;
import io.partita.ledger.model.BatchOptions;
import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.Limits;
import io.partita.ledger.model.Outcome;
import io.partita.ledger.model.PartitaException;
import io.partita.ledger.model.UserStatus;
import io.partita.ledger.state.UserLogic;
import io.partita.ledger.testing.ScriptLogic;
import io.partita.ledger.wire.UserResult;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The user's own logic in a single node: handing in, answers, restarts, halts. */
@Timeout(120)
class LedgerUserLogicTest {
    @TempDir
    Path folder;

    private final List<String> errors = new CopyOnWriteArrayList<>();

    @Test
    void shouldApplyAnswerAndReplay() {
        final byte[] before;
        try (Ledger ledger = launched(new ScriptLogic())) {
            assertEquals(
                    "DONE 3", submit(ledger, command(3, account(1), account(2), transfer(9, 1, 2, 5, 0), post(1))));
            assertEquals("REFUSED -4", submit(ledger, command(-4, transfer(10, 1, 2, 5, 0))));
            before = digest(ledger);
        }
        final ScriptLogic logic = new ScriptLogic();
        try (Ledger ledger = launched(logic)) {
            assertArrayEquals(before, digest(ledger), "the journal alone gives the same state");
            assertEquals(1, logic.done);
            assertEquals("DONE 0", submit(ledger, command(0, transfer(10, 1, 2, 5, 0))));
        }
    }

    @Test
    void shouldComeBackThroughAClientWithItsSeqAndReply() {
        try (Ledger ledger = launched(new ScriptLogic())) {
            final List<String> answers = new ArrayList<>();
            final LedgerClient client = ledger.client(batch -> {
                final UserResult result = batch.userResult();
                answers.add(batch.outcome() + " " + result.status() + " " + result.code() + " " + result.replyLength()
                        + " " + (result.timestamp() == batch.timestamp()) + " "
                        + batch.commandResults().count());
            });
            final Batch batch = client.acquire(BatchKind.USER_COMMAND);
            assertNotNull(batch);
            final DirectBuffer command = command(7, account(1));
            batch.putUserCommand(command, 0, command.capacity(), 4);
            client.submit(batch);
            client.pollAwait(1, 60_000_000_000L);
            assertEquals(List.of("2 DONE 7 8 true 0"), answers);
        }
    }

    @Test
    void shouldRefuseAtTheIntakeWhereThereIsNoLogic() {
        try (Ledger ledger = launched(null)) {
            final PartitaException error = assertThrows(PartitaException.class, () -> {
                final LedgerClient client = ledger.client(batch -> {});
                final Batch batch = client.acquire(BatchKind.USER_COMMAND);
                assertNotNull(batch);
                batch.putUserCommand(command(0), 0, 8, 1);
                client.submit(batch);
            });
            assertEquals(ErrorCode.INVALID_CONFIGURATION, error.code());
            final Exception failed = assertThrows(
                    Exception.class,
                    () -> ledger.async()
                            .submit(BatchKind.USER_COMMAND, batch -> batch.putUserCommand(command(0), 0, 8, 1))
                            .join());
            assertTrue(failed instanceof CompletionException && failed.getCause() instanceof PartitaException);
            assertTrue(seq(ledger) <= 1, "nothing was journaled but the start");
        }
    }

    @Test
    void shouldNotOpenAJournalWithCommandsOfALogicThatIsNotThere() {
        try (Ledger ledger = launched(new ScriptLogic())) {
            submit(ledger, command(0));
        }
        final PartitaException error = assertThrows(PartitaException.class, () -> launched(null));
        assertEquals(ErrorCode.INVALID_CONFIGURATION, error.code());
        try (Ledger ledger = launched(new ScriptLogic())) {
            assertEquals("DONE 0", submit(ledger, command(0)), "nothing was lost by the attempt");
        }
    }

    @Test
    void shouldHaltWhenItThrowsAndGoOnWithALogicThatDoesNot() {
        try (Ledger ledger = launched(new ScriptLogic())) {
            submit(ledger, command(0, account(1)));
            final Answer answer = answer(ledger, command(0, account(2), new long[] {ScriptLogic.THROW}));
            assertEquals(Outcome.UNKNOWN, answer.outcome());
            final String reason = ledger.closedReason();
            assertTrue(reason != null && reason.contains("as the script says"), reason);
        }
        assertFalse(errors.isEmpty(), "told after the batch got its outcome");
        assertThrows(PartitaException.class, () -> launched(new ScriptLogic()), "the record is in the journal");

        final ScriptLogic mended = new ScriptLogic();
        final UserLogic careful =
                (command, operations) -> command.length() > 8 + 48 ? -1 : mended.apply(command, operations);
        try (Ledger ledger = launched(careful)) {
            assertEquals("DONE 0", submit(ledger, command(0, account(3))));
        }
    }

    @Test
    void shouldExpireOnRecord() {
        try (Ledger ledger = launched(new ScriptLogic())) {
            final Answer answer = ledger.async()
                    .submit(BatchKind.USER_COMMAND, batch -> {
                        batch.deadline(1).journalIfLate();
                        batch.putUserCommand(command(0), 0, 8, 1);
                    })
                    .join();
            assertEquals(UserStatus.EXPIRED, answer.userResult().status());
        }
    }

    @Test
    void shouldCheckWhatIsHandedIn() {
        try (Ledger ledger = launched(new ScriptLogic())) {
            final LedgerClient client = ledger.client(batch -> {});
            final Batch batch = client.acquire(BatchKind.USER_COMMAND);
            assertNotNull(batch);
            final UnsafeBuffer bytes = new UnsafeBuffer(new byte[Limits.USER_COMMAND_LENGTH_MAX + 1]);
            assertThrows(IllegalArgumentException.class, () -> batch.putUserCommand(bytes, 0, bytes.capacity(), 1));
            assertThrows(IllegalArgumentException.class, () -> batch.putUserCommand(bytes, 0, 8, 0));
            assertThrows(
                    IllegalArgumentException.class,
                    () -> batch.putUserCommand(bytes, 0, 8, Limits.BATCH_COMMANDS_MAX + 1));
            assertThrows(IllegalStateException.class, batch::commands);
            assertThrows(IllegalStateException.class, () -> client.submit(batch), "it is empty");
            batch.putUserCommand(bytes, 0, 8, 1).options(BatchOptions.RETURN_BALANCES);
            assertThrows(IllegalStateException.class, () -> client.submit(batch));
            assertThrows(IllegalStateException.class, batch::userResult);
        }
    }

    private Ledger launched(final UserLogic logic) {
        final LedgerContext context = new LedgerContext()
                .directory(folder.resolve("data"))
                .segmentLength(1 << 20)
                .errorHandler(error -> errors.add(String.valueOf(error.getMessage())));
        return Ledger.launch(logic == null ? context : context.userLogic(logic));
    }

    private static Answer answer(final Ledger ledger, final DirectBuffer command) {
        return ledger.async()
                .submit(BatchKind.USER_COMMAND, batch -> batch.putUserCommand(command, 0, command.capacity(), 20))
                .join();
    }

    private static String submit(final Ledger ledger, final DirectBuffer command) {
        final UserResult result = answer(ledger, command).userResult();
        return result.status() + " " + result.code();
    }

    private static byte[] digest(final Ledger ledger) {
        return ledger.async().submit(BatchKind.DIGEST, batch -> {}).join().raw();
    }

    private static long seq(final Ledger ledger) {
        return ledger.async().submit(BatchKind.DIGEST, batch -> {}).join().outcome();
    }
}
