// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.state;

import static io.partita.ledger.testing.ScriptLogic.account;
import static io.partita.ledger.testing.ScriptLogic.command;
import static io.partita.ledger.testing.ScriptLogic.post;
import static io.partita.ledger.testing.ScriptLogic.transfer;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.partita.ledger.model.Digest128;
import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.PartitaException;
import io.partita.ledger.model.RecordDescriptor;
import io.partita.ledger.model.RecordType;
import io.partita.ledger.oracle.Oracle;
import io.partita.ledger.oracle.SwitchingSubject;
import io.partita.ledger.testing.Command;
import io.partita.ledger.testing.LedgerDriver;
import io.partita.ledger.testing.LentMemory;
import io.partita.ledger.testing.ScriptLogic;
import io.partita.ledger.wire.UserResult;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.CRC32C;
import org.agrona.DirectBuffer;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A state that goes on from the tables of another one, in memory. That it also does so from files, the snapshot's tests show. */
class StateImageTest {
    private static final long COMMANDS = Math.min(20_000, Long.getLong("partita.oracle.commands", 20_000));
    private static final int COPY_ONE_IN = 40;
    private static final int BATCH = 1000;

    private final List<LedgerStateMachine> machines = new ArrayList<>();

    @AfterEach
    void close() {
        machines.forEach(LedgerStateMachine::close);
    }

    @Test
    void shouldNotBeToldApartFromTheNaiveLedgerThoughItGoesOnFromCopies() {
        assertNotToldApart(StateConfig.defaults(), 1);
    }

    @Test
    void shouldNotBeToldApartFromTheNaiveLedgerThoughItGoesOnFromWhatIsLent() {
        assertNotToldApart(StateConfig.defaults().withMemory(new LentMemory()), 1000);
    }

    private static void assertNotToldApart(final StateConfig config, final long firstSeed) {
        final List<CopiedSubject> subjects = new ArrayList<>();
        final Oracle oracle = new Oracle(seed -> {
            final CopiedSubject subject = new CopiedSubject(config, seed);
            subjects.add(subject);
            return subject;
        });
        long commands = 0;
        for (long seed = firstSeed; commands < COMMANDS; seed++) {
            commands += oracle.duel(seed);
        }
        assertTrue(subjects.stream().mapToInt(subject -> subject.copies).sum() > 3, "it was copied");
    }

    /** More than a chunk of rows, and the last chunk is not full. */
    @Test
    void shouldGoOnFromMoreThanAChunk() {
        final LedgerStateMachine first = ledger(StateConfig.defaults());
        final AtomicInteger pauses = new AtomicInteger();
        for (final StateConfig config : List.of(new StateConfig(5), new StateConfig(6).withMemory(new LentMemory()))) {
            final LedgerStateMachine second = machine(config, null);
            pauses.set(0);
            final StateImage image = copy(first, second, pauses::incrementAndGet);
            assertTrue(pauses.get() >= 2 * first.transferCount() / StateWalk.ROWS_PER_PAUSE, "pauses=" + pauses);
            pauses.set(0);
            assertEquals(first.stateDigest(), image.digest());
            assertTrue(pauses.get() >= first.accountCount() / StateWalk.ROWS_PER_PAUSE, "pauses=" + pauses);
            assertTrue(
                    pauses.get() <= first.transferCount() / StateWalk.ROWS_PER_PAUSE, "what was hashed is not again");
            assertEquals(first.stateDigest(), second.stateDigest());
            assertEquals(first.image().facts(), second.image().facts());
            assertEquals(List.of(), second.checkInvariants().violations());
        }
    }

    /** 10,000 transfers of 128 bytes are two chunks; ten more tables have something in them; and there are four indexes. */
    @Test
    void shouldKnowWhatMemoryItTakes() {
        assertEquals(
                16 * ChunkSource.CHUNK_LENGTH, ledger(StateConfig.defaults()).memoryLength());
    }

    /** As a snapshot of this release numbers them: one of an earlier release has no others, and the same. */
    @Test
    void shouldNumberItsTables() {
        final LedgerStateMachine machine = machine(StateConfig.defaults(), null);
        final List<String> tables = new ArrayList<>();
        for (final StateTable table : machine.image().tables()) {
            tables.add(table.id() + " " + table.name() + " " + table.unitLength()
                    + (table.isAppendOnly() ? " append-only" : ""));
            assertEquals(0, table.count());
            assertFalse(table.isLendable(), "its memory is not in files");
        }
        assertEquals(
                List.of(
                        "1 accounts 128",
                        "2 links of accounts 32",
                        "3 side rows of accounts 64",
                        "4 checkpoints of accounts 16 append-only",
                        "5 heads of accounts 32",
                        "6 transfers 128 append-only",
                        "7 balances after transfers 64 append-only",
                        "8 high halves of balances after transfers 64 append-only",
                        "9 checkpoints of transfers 16 append-only",
                        "10 heads of transfers 32",
                        "11 setCreditLimits 64 append-only",
                        "12 burnt ids 16 append-only",
                        "13 pending transfers 64",
                        "14 queue of expiries 16",
                        "15 releases of expired transfers 128 append-only",
                        "16 high halves of balances after releases 64 append-only"),
                tables);
    }

    @Test
    void shouldLendOnlyWhatNeverChangesAndIsInFiles() {
        final List<String> lendable = new ArrayList<>();
        for (final StateTable table : machine(StateConfig.defaults().withMemory(new LentMemory()), null)
                .image()
                .tables()) {
            if (table.isLendable()) {
                lendable.add(table.name());
            }
        }
        assertEquals(List.of("transfers", "balances after transfers"), lendable);
    }

    @Test
    void shouldRefuseRulesThatItDoesNotKnow() {
        final StateImage image = machine(StateConfig.defaults(), null).image();
        final StateFacts facts = new StateFacts(7, 10, LedgerStateMachine.LOGIC_VERSION + 1, 0, 0, 0);
        assertEquals(
                ErrorCode.UNKNOWN_FORMAT,
                assertThrows(PartitaException.class, () -> image.check(facts, 0))
                        .code());
    }

    @Test
    void shouldRefuseStateOfALogicThatIsNotThere() {
        final StateImage image = machine(StateConfig.defaults(), null).image();
        final StateFacts facts = new StateFacts(7, 10, LedgerStateMachine.LOGIC_VERSION, 0, 0, 0);
        image.check(facts, 0);
        assertEquals(
                ErrorCode.INVALID_CONFIGURATION,
                assertThrows(PartitaException.class, () -> image.check(facts, 1))
                        .code());
    }

    @Test
    void shouldFillOnlyWhatHasAppliedNothing() {
        final LedgerStateMachine first = ledger(StateConfig.defaults());
        final StateImage image = first.image();
        assertThrows(IllegalStateException.class, () -> image.check(image.facts(), 0));
    }

    @Test
    void shouldTakeUpTheStateOfTheUsersOwnLogic() {
        final Remembering logic = new Remembering();
        final LedgerStateMachine first = machine(StateConfig.defaults(), logic);
        apply(first, 100, command(0, account(1), account(2), post(1), transfer(3, 1, 2, 5, 0), post(1)));
        final Remembering other = new Remembering();
        final LedgerStateMachine second = machine(new StateConfig(9), other);
        final StateImage image = copy(first, second, () -> {});
        assertEquals(1, other.count);
        assertEquals(first.stateDigest(), image.digest());
        apply(first, 200, command(0, transfer(4, 1, 2, 6, 0), post(1)));
        apply(second, 200, command(0, transfer(4, 1, 2, 6, 0), post(1)));
        assertEquals(first.stateDigest(), second.stateDigest());
        assertEquals(first.runningDigest(), second.runningDigest());
    }

    @Test
    void shouldSayThatALogicTakesNoPart() {
        final StateImage image =
                machine(StateConfig.defaults(), (command, ledger) -> 0).image();
        assertEquals(
                ErrorCode.SNAPSHOT_REFUSED,
                assertThrows(PartitaException.class, () -> image.userState(new ExpandableArrayBuffer()))
                        .code());
        assertEquals(0, machine(StateConfig.defaults(), null).image().userState(new ExpandableArrayBuffer()));
    }

    @Test
    void shouldSayThatALogicFailed() {
        final Remembering logic = new Remembering();
        final StateImage image = machine(StateConfig.defaults(), logic).image();
        logic.isBroken = true;
        assertEquals(
                ErrorCode.INTERNAL,
                assertThrows(PartitaException.class, () -> image.userState(new ExpandableArrayBuffer()))
                        .code());
        assertEquals(
                ErrorCode.INTERNAL,
                assertThrows(
                                PartitaException.class,
                                () -> image.resume(
                                        new StateFacts(1, 1, LedgerStateMachine.LOGIC_VERSION, 0, 0, 0),
                                        new UnsafeBuffer(new byte[8]),
                                        8))
                        .code());
    }

    /** Two accounts, and in each batch a tenth of the transfers pending and a tenth that posts them. */
    private LedgerStateMachine ledger(final StateConfig config) {
        final LedgerStateMachine machine = machine(config, null);
        final LedgerDriver driver = new LedgerDriver(machine);
        final List<Command> accounts = new ArrayList<>();
        for (int i = 1; i <= 3 * BATCH; i++) {
            accounts.add(Command.parse("account id=" + i + (i % 5 == 0 ? " flags=8" : "")));
        }
        driver.apply(3 * BATCH, 0, accounts);
        for (int batch = 0; batch < 10; batch++) {
            final List<Command> commands = new ArrayList<>();
            for (int i = 0; i < BATCH; i++) {
                final long id = (long) batch * BATCH + i + 1;
                final String accountIds =
                        " debit=" + (1 + id % (3 * BATCH)) + " credit=" + (1 + (id + 7) % (3 * BATCH));
                commands.add(Command.parse(
                        i % 10 == 1
                                ? "transfer id=" + id + " pendingId=" + (id - 1) + " flags=4"
                                : "transfer id=" + id + accountIds + " amount=3" + (i % 10 == 0 ? " flags=2" : "")));
            }
            driver.apply(machine.lastTimestamp() + BATCH, 0, commands);
        }
        return machine;
    }

    private LedgerStateMachine machine(final StateConfig config, final @Nullable UserLogic logic) {
        final LedgerStateMachine machine = new LedgerStateMachine(config, logic);
        machines.add(machine);
        return machine;
    }

    private static void apply(final LedgerStateMachine machine, final long stamp, final DirectBuffer command) {
        final UnsafeBuffer record = new UnsafeBuffer(new byte[64 * 1024]);
        record.putBytes(RecordDescriptor.HEADER_LENGTH, command, 0, command.capacity());
        RecordDescriptor.writeHeader(
                record, 0, machine.appliedSeq() + 1, 1, stamp, RecordType.USER, 10, command.capacity());
        RecordDescriptor.batchOptions(record, 0, 0, 0);
        RecordDescriptor.seal(new CRC32C(), record, 0, 0);
        machine.apply(record, 0, new UnsafeBuffer(new byte[UserResult.LENGTH_MAX]), 0);
    }

    /** Fills one state machine from another, which must stay open as long if units can be lent. */
    private static StateImage copy(final LedgerStateMachine from, final LedgerStateMachine to, final Runnable pause) {
        final StateImage source = from.image();
        final StateImage image = to.image();
        image.pause(pause);
        final MutableDirectBuffer userState = new ExpandableArrayBuffer();
        final int userLength = source.userState(userState);
        image.check(source.facts(), userLength);
        final UnsafeBuffer read = new UnsafeBuffer(0, 0);
        final UnsafeBuffer written = new UnsafeBuffer(0, 0);
        for (final StateTable table : source.tables()) {
            final StateTable target = image.tables().get(table.id() - 1);
            while (target.count() < table.count()) {
                final int units = table.wrap(target.count(), read);
                if (target.isLendable()) {
                    target.lend(read.addressOffset(), units);
                } else {
                    final int added = target.grow(units, written);
                    written.putBytes(0, read, 0, added * table.unitLength());
                }
                if (target.count() % 3 == 0) {
                    image.advance();
                }
            }
        }
        image.resume(source.facts(), userState, userLength);
        return image;
    }

    /** Counts its commands, and remembers that; the rest is the script's. */
    private static final class Remembering implements UserLogic {
        private final ScriptLogic script = new ScriptLogic();
        long count;
        boolean isBroken;

        @Override
        public int apply(final UserCommand userCommand, final LedgerOperations ledger) {
            count++;
            return script.apply(userCommand, ledger);
        }

        @Override
        public Digest128 digest() {
            return new Digest128(0, count);
        }

        @Override
        public int snapshot(final MutableDirectBuffer out) {
            checkWhole();
            out.putLong(0, count);
            return Long.BYTES;
        }

        @Override
        public void restore(final DirectBuffer in, final int length) {
            checkWhole();
            assertEquals(Long.BYTES, length);
            count = in.getLong(0);
        }

        private void checkWhole() {
            if (isBroken) {
                throw new IllegalArgumentException("broken");
            }
        }
    }

    /** Goes on from a copy now and then. Whoever may have lent it something stays open. */
    private static final class CopiedSubject extends SwitchingSubject<StateSubject> {
        private final StateConfig config;
        private final List<StateSubject> all = new ArrayList<>();
        private int records;
        int copies;

        CopiedSubject(final StateConfig config, final long seed) {
            super(new StateSubject(seed));
            this.config = config;
            all.add(current());
        }

        @Override
        public int apply(final DirectBuffer record, final MutableDirectBuffer results) {
            final int length = current().apply(record, results);
            if (++records % COPY_ONE_IN == 0 && !isQueried()) {
                final LedgerStateMachine next =
                        new LedgerStateMachine(new StateConfig(records, config.memory()), 16, 32);
                final StateImage image = copy(current().ledger(), next, () -> {});
                assertEquals(current().ledger().stateDigest(), image.digest());
                switchTo(new StateSubject(next));
                all.add(current());
                copies++;
            }
            return length;
        }

        @Override
        public void close() {
            all.forEach(StateSubject::close);
        }
    }
}
