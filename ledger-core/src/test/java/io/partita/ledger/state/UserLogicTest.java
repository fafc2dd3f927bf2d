// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.state;

import static io.partita.ledger.testing.ScriptLogic.account;
import static io.partita.ledger.testing.ScriptLogic.command;
import static io.partita.ledger.testing.ScriptLogic.post;
import static io.partita.ledger.testing.ScriptLogic.transfer;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.partita.ledger.model.AccountFlags;
import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.Limits;
import io.partita.ledger.model.PartitaException;
import io.partita.ledger.model.RecordDescriptor;
import io.partita.ledger.model.RecordType;
import io.partita.ledger.model.ResultCode;
import io.partita.ledger.model.TransferFlags;
import io.partita.ledger.model.UserStatus;
import io.partita.ledger.testing.ScriptLogic;
import io.partita.ledger.wire.AccountView;
import io.partita.ledger.wire.TransferView;
import io.partita.ledger.wire.UserResult;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.zip.CRC32C;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The user's own logic inside the deterministic step. */
class UserLogicTest {
    private static final long A = 1;
    private static final long B = 2;
    private static final long LIMITED = 3;

    private final List<Machine> machines = new ArrayList<>();

    @AfterEach
    void close() {
        machines.forEach(machine -> machine.ledger.close());
    }

    @Test
    void shouldPostAtTheRecordsOwnTimestampsAndAnswer() {
        final ScriptLogic logic = new ScriptLogic();
        final Machine machine = opened(logic);
        machine.apply(100, 10, command(0, account(A), account(B)));

        final UserResult result = machine.apply(
                200, 5, command(7, transfer(10, A, B, 30, 0), post(A), transfer(11, A, B, 4, 0), post(A)));

        assertEquals(UserStatus.DONE, result.status());
        assertEquals(7, result.code());
        assertEquals(200, result.timestamp());
        assertEquals(8, result.replyLength());
        assertEquals(2, result.replyBuffer().getLong(result.replyOffset(), ByteOrder.LITTLE_ENDIAN));
        assertEquals(196, machine.transfer(10).timestamp());
        assertEquals(197, machine.transfer(11).timestamp());
        assertEquals(List.of(30L, 34L), logic.seen, "it sees what it posted, in the same step");
        assertEquals(200, machine.ledger.lastTimestamp());
        assertEquals(34, machine.account(A).debitsPostedLo());
        assertEquals(2, logic.done);
    }

    @Test
    void shouldUndoEverythingWhenItSaysNo() {
        final Machine machine = opened(new ScriptLogic());
        machine.apply(100, 10, command(0, account(A), account(B)));
        final Machine other = opened(new ScriptLogic());
        other.apply(100, 10, command(0, account(A), account(B)));

        final UserResult result = machine.apply(
                200, 9, command(-3, account(9), post(A), transfer(10, A, B, 30, 0), post(A), transfer(11, A, 9, 1, 0)));
        other.apply(200, 9, command(-3));

        assertEquals(UserStatus.REFUSED, result.status());
        assertEquals(-3, result.code());
        assertEquals(other.ledger.stateDigest(), machine.ledger.stateDigest());
        assertEquals(other.ledger.runningDigest(), machine.ledger.runningDigest());

        machine.apply(300, 9, command(0, transfer(10, A, B, 5, 0), post(A))); // the id is free again
        assertEquals(5, machine.account(A).debitsPostedLo());
    }

    @Test
    void shouldUndoWhateverItPosted() {
        for (long seed = 1; seed <= 200; seed++) {
            final Random random = new Random(seed);
            final Machine machine = opened(new ScriptLogic());
            final Machine other = opened(new ScriptLogic());
            final UnsafeBuffer setup = command(
                    0,
                    account(A),
                    account(B),
                    new long[] {ScriptLogic.ACCOUNT, LIMITED, 0, 0, 0, AccountFlags.DEBITS_MUST_NOT_EXCEED_CREDITS},
                    transfer(100, B, LIMITED, 500, 0),
                    transfer(101, A, B, 50, TransferFlags.PENDING),
                    transfer(102, LIMITED, B, 60, TransferFlags.PENDING | TransferFlags.CLOSING_CREDIT));
            machine.apply(100, 10, setup);
            other.apply(100, 10, setup);
            final long[][] steps = new long[1 + random.nextInt(40)][];
            for (int i = 0; i < steps.length; i++) {
                steps[i] = step(random, 1000 + i);
            }

            machine.apply(10_000, 100, command(-1, steps));
            other.apply(10_000, 100, command(-1));

            final String what = "seed=" + seed;
            assertEquals(other.ledger.runningDigest(), machine.ledger.runningDigest(), what);
            assertEquals(other.text(), machine.text(), what);
            assertTrue(machine.ledger.checkInvariants().violations().isEmpty(), what);

            final UnsafeBuffer after = command(
                    0,
                    account(77),
                    transfer(9001, A, B, 1, 0),
                    new long[] {ScriptLogic.RESOLUTION, 9002, 102, 0, 0, TransferFlags.VOID_PENDING},
                    transfer(9003, B, 77, 2, 0));
            machine.apply(20_000, 10, after);
            other.apply(20_000, 10, after);
            assertEquals(other.text(), machine.text(), what);
            assertEquals(other.ledger.runningDigest(), machine.ledger.runningDigest(), what);
            close();
            machines.clear();
        }
    }

    private static long[] step(final Random random, final long id) {
        final int linked = random.nextInt(3) == 0 ? TransferFlags.LINKED : 0;
        final long debit = 1 + random.nextInt(4);
        final long credit = 1 + random.nextInt(4);
        return switch (random.nextInt(7)) {
            case 0 -> post(A);
            case 1 -> new long[] {ScriptLogic.ACCOUNT, 4 + random.nextInt(3), 0, 0, 0, linked};
            case 2 ->
                new long[] {
                    ScriptLogic.RESOLUTION,
                    id,
                    random.nextInt(2) == 0 ? 101 + random.nextInt(2) : 1000 + random.nextInt(40),
                    0,
                    0,
                    linked | (random.nextBoolean() ? TransferFlags.POST_PENDING : TransferFlags.VOID_PENDING)
                };
            case 3 -> new long[] {ScriptLogic.CREDIT_LIMIT, id, LIMITED, 0, random.nextInt(1000), linked};
            case 4 ->
                transfer(
                        id,
                        debit,
                        credit,
                        random.nextInt(100),
                        linked
                                | TransferFlags.PENDING
                                | (random.nextInt(4) == 0 ? TransferFlags.CLOSING_DEBIT : TransferFlags.PENDING));
            default -> transfer(id, debit, credit, random.nextInt(100), linked);
        };
    }

    @Test
    void shouldKeepIdsBurntThatFailedForATransientReason() {
        final Machine machine = opened(new ScriptLogic());
        machine.apply(100, 10, command(0, account(A), account(B)));
        machine.apply(200, 10, command(-1, transfer(10, A, 99, 1, 0)));
        assertEquals(1, machine.ledger.burntIdCount());
        machine.apply(300, 10, command(0, account(99), transfer(10, A, 99, 1, 0)));
        assertEquals(0, machine.ledger.transferCount(), "a retry cannot flip the answer");
    }

    @Test
    void shouldEndACommandThatPostsMoreThanItOwnsTimestamps() {
        final Machine machine = opened(new ScriptLogic());
        machine.apply(100, 10, command(0, account(A), account(B)));
        final long accounts = machine.ledger.accountCount();
        final UserResult result = machine.apply(
                200,
                3,
                command(
                        5,
                        account(7),
                        account(8),
                        post(A),
                        transfer(10, A, B, 1, 0),
                        post(A),
                        transfer(11, A, B, 1, 0)));
        assertEquals(UserStatus.TIMESTAMPS_USED_UP, result.status());
        assertEquals(0, result.code());
        assertEquals(0, result.replyLength());
        assertEquals(accounts, machine.ledger.accountCount());
        assertEquals(0, machine.ledger.transferCount());
        assertEquals(200, machine.ledger.lastTimestamp());
    }

    @Test
    void shouldUndoALogicThatSwallowsWhatEndedIt() {
        final Machine machine = opened((command, ledger) -> {
            try {
                ledger.commands().addAccount(0, 1, 1, 1, 0);
                ledger.post();
                ledger.commands().addAccount(0, 2, 1, 1, 0);
                ledger.post();
            } catch (final RuntimeException swallowed) {
                assertThrows(RuntimeException.class, () -> {
                    ledger.commands().addAccount(0, 3, 1, 1, 0);
                    ledger.post();
                });
            }
            return 1;
        });
        assertEquals(
                UserStatus.TIMESTAMPS_USED_UP, machine.apply(100, 1, command(0)).status());
        assertEquals(0, machine.ledger.accountCount());
    }

    @Test
    void shouldNotAskItAfterTheDeadline() {
        final ScriptLogic logic = new ScriptLogic();
        final Machine machine = opened(logic);
        machine.deadline = 99;
        final UserResult result = machine.apply(100, 10, command(0, account(A)));
        assertEquals(UserStatus.EXPIRED, result.status());
        assertEquals(0, machine.ledger.accountCount());
        assertEquals(0, logic.done);

        machine.deadline = 200;
        assertEquals(
                UserStatus.DONE, machine.apply(200, 10, command(0, account(A))).status());
    }

    @Test
    void shouldHaltWhenItThrows() {
        final Machine machine = opened(new ScriptLogic());
        final PartitaException error = assertThrows(
                PartitaException.class,
                () -> machine.apply(100, 10, command(0, account(A), post(A), new long[] {ScriptLogic.THROW})));
        assertEquals(ErrorCode.INTERNAL, error.code());
        assertTrue(
                error.problem().contains("seq=1") && error.problem().contains("as the script says"), error.problem());
        assertThrows(IllegalStateException.class, () -> machine.apply(200, 10, command(0)));
    }

    @Test
    void shouldNotApplyWithoutALogic() {
        final Machine machine = opened(null);
        assertFalse(machine.ledger.hasUserLogic());
        final PartitaException error =
                assertThrows(PartitaException.class, () -> machine.apply(100, 10, command(0, account(A))));
        assertEquals(ErrorCode.INVALID_CONFIGURATION, error.code());
    }

    @Test
    void shouldShowItsOwnStateInTheDigest() {
        final ScriptLogic logic = new ScriptLogic();
        final Machine machine = opened(logic);
        machine.apply(100, 1, command(0));
        final var before = machine.ledger.stateDigest();
        logic.done++;
        assertNotEquals(before, machine.ledger.stateDigest());
        logic.done--;
        assertEquals(before, machine.ledger.stateDigest());
    }

    @Test
    void shouldFoldItsAnswerIntoTheRunningDigest() {
        final Machine one = opened(new ScriptLogic());
        final Machine two = opened(new ScriptLogic());
        one.apply(100, 1, command(1));
        two.apply(100, 1, command(2));
        assertNotEquals(one.ledger.runningDigest(), two.ledger.runningDigest());
    }

    @Test
    void shouldBeClosedToItOutsideOfACommand() {
        final List<LedgerOperations> kept = new ArrayList<>();
        final List<UserCommand> commands = new ArrayList<>();
        final Machine machine = opened((command, ledger) -> {
            kept.add(ledger);
            commands.add(command);
            return 0;
        });
        machine.apply(100, 1, command(0));
        assertThrows(IllegalStateException.class, () -> kept.get(0).commands());
        assertThrows(IllegalStateException.class, () -> kept.get(0).account(0, A));
        assertThrows(IllegalStateException.class, () -> kept.get(0).post());
        assertThrows(IllegalStateException.class, () -> kept.get(0).transfer(0, 10));
        assertThrows(IllegalStateException.class, () -> commands.get(0).reply(new UnsafeBuffer(new byte[1]), 0, 1));
    }

    @Test
    void shouldSeeItsCommandAndTheLedger() {
        final Machine machine = opened((command, ledger) -> {
            assertEquals(200, command.timestamp());
            assertEquals(0, command.offset());
            assertEquals(3, ledger.timestampsLeft());
            ledger.commands().addAccount(0, A, 1, 1, 0);
            ledger.commands().addAccount(0, B, 1, 1, 0);
            ledger.commands().addTransfer(0, 10, 0, A, 0, B, 5, 1, 1, 0);
            assertTrue(ledger.post(), "it may use all of its timestamps");
            assertEquals(0, ledger.timestampsLeft());
            assertEquals(200, Objects.requireNonNull(ledger.transfer(0, 10)).timestamp());
            assertNull(ledger.transfer(0, 11));
            assertEquals(5, Objects.requireNonNull(ledger.account(0, A)).debitsPostedLo());
            assertNull(ledger.account(0, 9));
            command.reply(new UnsafeBuffer(new byte[1]), 0, 1);
            command.reply(new UnsafeBuffer(new byte[1]), 0, 0);
            assertThrows(IllegalArgumentException.class, () -> command.reply(new UnsafeBuffer(new byte[1]), 0, -1));
            return 0;
        });
        assertEquals(0, machine.apply(200, 3, command(0)).replyLength());
    }

    @ParameterizedTest
    @CsvSource({"0, 100", "8191, 10000", "101, 100", "51, 150"})
    void shouldNotApplyWhatTheIntakeLetsNobodySend(final int timestamps, final long stamp) {
        final Machine machine = opened(new ScriptLogic());
        machine.apply(100, 1, command(0));
        assertThrows(IllegalStateException.class, () -> machine.apply(stamp, timestamps, command(0)));
    }

    @Test
    void shouldApplyAtTheBounds() {
        final Machine machine = opened(new ScriptLogic());
        assertEquals(UserStatus.DONE, machine.apply(100, 100, command(0)).status());
        assertEquals(UserStatus.DONE, machine.apply(150, 50, command(0)).status());
        machine.deadline = 8340;
        assertEquals(
                UserStatus.DONE,
                machine.apply(8340, Limits.BATCH_COMMANDS_MAX, command(0)).status());
    }

    @Test
    void shouldHaveADigestWithoutState() {
        final Machine one = opened((command, ledger) -> 0);
        final Machine two = opened((command, ledger) -> 0);
        one.apply(100, 1, command(0));
        two.apply(100, 1, command(0));
        assertEquals(one.ledger.stateDigest(), two.ledger.stateDigest());
    }

    @Test
    void shouldTellItWhatFailed() {
        final List<ResultCode> failures = new ArrayList<>();
        final Machine machine = opened((command, ledger) -> {
            assertTrue(ledger.post(), "nothing to post");
            ledger.commands().addAccount(0, A, 1, 1, 0);
            ledger.commands().addAccount(0, A, 1, 1, 0);
            assertTrue(ledger.post(), "EXISTS is as good as CREATED");
            assertEquals(2, ledger.results().count());
            failures.add(ledger.firstFailure());
            ledger.commands().addTransfer(0, 9, 0, A, 0, A, 1, 1, 1, 0);
            assertFalse(ledger.post());
            failures.add(ledger.firstFailure());
            return 0;
        });
        machine.apply(100, 10, command(0));
        assertEquals(List.of(ResultCode.CREATED, ResultCode.ACCOUNTS_MUST_BE_DIFFERENT), failures);
    }

    @Test
    void shouldBoundAReply() {
        final UnsafeBuffer bytes = new UnsafeBuffer(new byte[Limits.USER_REPLY_LENGTH_MAX + 1]);
        bytes.setMemory(0, bytes.capacity(), (byte) 9);
        final Machine machine = opened((command, ledger) -> {
            assertThrows(IllegalArgumentException.class, () -> command.reply(bytes, 0, bytes.capacity()));
            command.reply(bytes, 0, Limits.USER_REPLY_LENGTH_MAX);
            return 0;
        });
        assertEquals(
                Limits.USER_REPLY_LENGTH_MAX, machine.apply(100, 10, command(0)).replyLength());
    }

    private Machine opened(final UserLogic logic) {
        final Machine machine = new Machine(logic);
        machines.add(machine);
        return machine;
    }

    /** A state machine, and records for it. */
    private static final class Machine {
        final LedgerStateMachine ledger;
        final UnsafeBuffer record = new UnsafeBuffer(new byte[256 * 1024]);
        final UnsafeBuffer results = new UnsafeBuffer(new byte[UserResult.LENGTH_MAX]);
        long deadline;

        Machine(final UserLogic logic) {
            ledger = new LedgerStateMachine(StateConfig.defaults(), logic);
        }

        UserResult apply(final long stamp, final int timestamps, final DirectBuffer command) {
            record.putBytes(RecordDescriptor.HEADER_LENGTH, command, 0, command.capacity());
            RecordDescriptor.writeHeader(
                    record, 0, ledger.appliedSeq() + 1, 1, stamp, RecordType.USER, timestamps, command.capacity());
            RecordDescriptor.batchOptions(record, 0, 0, deadline);
            RecordDescriptor.seal(new CRC32C(), record, 0, 0);
            final int length = ledger.apply(record, 0, results, 0);
            final UserResult result = new UserResult().wrap(results, 0);
            assertEquals(UserResult.LENGTH + result.replyLength(), length);
            return result;
        }

        AccountView account(final long id) {
            final UnsafeBuffer row = new UnsafeBuffer(new byte[AccountView.LENGTH]);
            assertTrue(ledger.lookupAccount(0, id, row, 0));
            return new AccountView().wrap(row, 0);
        }

        TransferView transfer(final long id) {
            final UnsafeBuffer row = new UnsafeBuffer(new byte[TransferView.LENGTH]);
            assertTrue(ledger.lookupTransfer(0, id, row, 0));
            return new TransferView().wrap(row, 0);
        }

        /** What there is, but for burnt ids. */
        String text() {
            final StringBuilder text = new StringBuilder();
            final byte[] row = new byte[AccountView.LENGTH];
            final UnsafeBuffer view = new UnsafeBuffer(row);
            for (long id = 1; id < 10_000; id++) {
                Arrays.fill(row, (byte) 0);
                if (id < 100 && ledger.lookupAccount(0, id, view, 0)) {
                    text.append("account ")
                            .append(id)
                            .append(Arrays.toString(row))
                            .append('\n');
                }
                Arrays.fill(row, (byte) 0);
                if (ledger.lookupTransfer(0, id, view, 0)) {
                    text.append("transfer ")
                            .append(id)
                            .append(Arrays.toString(row))
                            .append('\n');
                }
            }
            return text.append(ledger.accountCount())
                    .append(' ')
                    .append(ledger.transferCount())
                    .append(' ')
                    .append(ledger.openPendingCount())
                    .append(' ')
                    .append(ledger.nextExpiry())
                    .toString();
        }
    }
}
