// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.partita.ledger.model.CommandKind;
import io.partita.ledger.model.PartitaException;
import io.partita.ledger.model.RecordDescriptor;
import io.partita.ledger.model.RecordType;
import io.partita.ledger.testing.Command;
import io.partita.ledger.testing.CommandGenerator;
import io.partita.ledger.testing.LedgerDriver;
import io.partita.ledger.wire.AccountView;
import io.partita.ledger.wire.ControlBodies;
import io.partita.ledger.wire.InstructionView;
import io.partita.ledger.wire.TransferView;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LedgerStateMachineTest {
    private static final int RESULTS_LENGTH = 8190 * 16;

    private final LedgerStateMachine ledger = new LedgerStateMachine(StateConfig.defaults());
    private final LedgerDriver driver = new LedgerDriver(ledger);

    @AfterEach
    void close() {
        ledger.close();
    }

    /** The commands are spelt out here, so that nothing but the ledger's own rules and the digests can change the values. */
    @Test
    void shouldGiveTheDigestsThatEveryReleaseGave() {
        List<Command> accounts = new ArrayList<>();
        for (int i = 1; i <= 40; i++) {
            Command account = Command.parse("account id=" + i + " flags=" + (i % 10 == 0 ? 2 : i % 10 == 5 ? 4 : 8));
            account.id = account.id.shiftLeft(i % 3 * 40);
            account.creditLimit = i % 20 == 0 ? Command.number("2^64+500") : account.creditLimit;
            account.userData64 = i * i;
            accounts.add(account);
        }
        long stamp = 1_700_000_000_000_000_000L;
        driver.apply(stamp, 0, accounts);
        for (int round = 1; round <= 50; round++) {
            List<Command> batch = new ArrayList<>();
            for (int i = 1; i <= 40; i++) {
                int n = round * 31 + i * 17;
                Command transfer = Command.parse("transfer id=" + n + " amount=2^" + n % 67);
                transfer.debit = accounts.get(n % 40).id;
                transfer.credit = accounts.get(n * 7 % 41 % 40).id;
                transfer.userData32 = n % 4 == 0 ? n : 0;
                batch.add(transfer);
            }
            stamp += 1_000_000;
            driver.apply(stamp, round % 10 == 9 ? 1 : 0, batch);
        }

        assertEquals(
                "40 accounts, 1481 transfers, 182 burnt, running ea68cb189096ce3a,"
                        + " state 8fd19c17e3d13069e734ded46f15c101",
                ledger.accountCount() + " accounts, " + ledger.transferCount() + " transfers, " + ledger.burntIdCount()
                        + " burnt, running " + Long.toHexString(ledger.runningDigest()) + ", state "
                        + ledger.stateDigest());
    }

    @Test
    void shouldGiveTheSameStateHoweverCommandsAreGrouped() {
        CommandGenerator generator = new CommandGenerator(2, 30);
        List<Command> commands = new ArrayList<>();
        while (commands.size() < 3000) {
            commands.addAll(generator.batch(100));
        }
        try (LedgerStateMachine other = new LedgerStateMachine(new StateConfig(99), 8, 8)) {
            LedgerDriver otherDriver = new LedgerDriver(other);
            driver.apply(commands.size(), 0, commands);
            int done = 0;
            int size = 1;
            while (done < commands.size()) {
                int end = Math.min(commands.size(), done + size);
                otherDriver.apply(end, 0, commands.subList(done, end));
                done = end;
                size = size % 97 + 1;
            }

            assertTrue(ledger.transferCount() > 500, "transfers: " + ledger.transferCount());
            assertEquals(ledger.runningDigest(), other.runningDigest());
            assertEquals(ledger.stateDigest(), other.stateDigest());
        }
    }

    @Test
    void shouldSeeAChangeOfAnyFieldInTheStateDigest() {
        List<String> variants = List.of(
                "account id=1 flags=2 creditLimit=5 userData128=6 userData64=7 userData32=8",
                "account id=1 flags=2 creditLimit=5 userData128=6 userData64=7 userData32=9",
                "account id=1 flags=2 creditLimit=5 userData128=6 userData64=8 userData32=8",
                "account id=1 flags=2 creditLimit=5 userData128=7 userData64=7 userData32=8",
                "account id=1 flags=2 creditLimit=6 userData128=6 userData64=7 userData32=8",
                "account id=1 flags=10 creditLimit=5 userData128=6 userData64=7 userData32=8",
                "account id=2 flags=2 creditLimit=5 userData128=6 userData64=7 userData32=8",
                "transfer id=3 debit=1 credit=2",
                "transfer id=4 debit=1 credit=2");
        List<String> digests = new ArrayList<>();
        for (String variant : variants) {
            try (LedgerStateMachine one = new LedgerStateMachine(StateConfig.defaults())) {
                new LedgerDriver(one).apply(1, 0, List.of(Command.parse(variant)));
                digests.add(one.stateDigest().toString());
            }
        }
        assertEquals(variants.size(), digests.stream().distinct().count());
    }

    @Test
    void shouldShowEverythingToAVisitorInOrderOfCreation() {
        driver.apply(
                6,
                0,
                List.of(
                        Command.parse("account id=2^64+1"),
                        Command.parse("account id=1"),
                        Command.parse("transfer id=8 debit=1 credit=2^64+1 amount=2^64+5"),
                        Command.parse("transfer id=7 debit=1 credit=2^64+1 amount=1"),
                        Command.parse("transfer id=2^64+9 debit=1 credit=3"),
                        Command.parse("transfer id=6 debit=3 credit=1")));
        List<String> seen = new ArrayList<>();
        ledger.visit(new StateVisitor() {
            @Override
            public void onAccount(AccountView account) {
                seen.add("account " + account.idHi() + ":" + account.idLo() + " " + account.debitsPostedHi() + ":"
                        + account.debitsPostedLo());
            }

            @Override
            public void onTransfer(TransferView transfer) {
                seen.add("transfer " + transfer.idLo() + " " + transfer.amountHi() + ":" + transfer.amountLo());
            }

            @Override
            public void onBurntId(long idHi, long idLo) {
                seen.add("burnt " + idHi + ":" + idLo);
            }

            @Override
            public void onPending(long idHi, long idLo, int status, long resolvedAt) {
                seen.add("pending " + idHi + ":" + idLo + " " + status + " " + resolvedAt);
            }

            @Override
            public void onInstruction(InstructionView instruction) {
                seen.add("instruction " + instruction.idLo() + " " + instruction.creditLimitLo());
            }
        });
        assertEquals(
                List.of(
                        "account 1:1 0:0",
                        "account 0:1 1:6",
                        "transfer 8 1:5",
                        "transfer 7 0:1",
                        "burnt 1:9",
                        "burnt 0:6"),
                seen);
    }

    @Test
    void shouldTakeControlRecordsThatOwnNoTimestamps() {
        UnsafeBuffer record = new UnsafeBuffer(new byte[256]);
        ControlBodies.encodeEpochStart(record, 64, new ControlBodies.EpochStart("node-a", 1, 2, 1));
        RecordDescriptor.writeHeader(record, 0, 1, 1, 0, RecordType.EPOCH_START, 0, ControlBodies.EPOCH_START_LENGTH);
        ledger.apply(record, 0);
        driver.apply(50, 0, List.of(Command.parse("account id=1")));
        ControlBodies.encodeLogicVersion(record, 64, 1);
        RecordDescriptor.writeHeader(
                record, 0, 3, 1, 50, RecordType.LOGIC_VERSION, 0, ControlBodies.LOGIC_VERSION_LENGTH);
        ledger.apply(record, 0);
        RecordDescriptor.writeHeader(record, 0, 4, 2, 50, RecordType.SNAPSHOT, 0, 0);
        ledger.apply(record, 0);

        assertEquals(4, ledger.appliedSeq());
        assertEquals(50, ledger.lastTimestamp());
        assertEquals(1, ledger.logicVersion());
    }

    @Test
    void shouldHaltWhenARecordIsNotTheNext() {
        driver.encodeRecord(2, 10, 0, List.of(Command.parse("account id=1")));
        assertHalts();
    }

    @Test
    void shouldHaltWhenTimestampsDoNotIncrease() {
        driver.apply(10, 0, List.of(Command.parse("account id=1")));
        driver.encodeRecord(2, 11, 0, List.of(Command.parse("account id=2"), Command.parse("account id=3")));
        assertHalts();
    }

    @Test
    void shouldHaltOnWhatThisLogicVersionDoesNotKnow() {
        UnsafeBuffer record = driver.record();
        driver.encodeRecord(1, 10, 0, List.of(Command.parse("account id=1")));
        RecordDescriptor.batchOptions(record, 0, 2, 0);
        assertHalts();
        for (int kind : new int[] {0, 5, 0x12, CommandKind.RESOLVE | CommandKind.EXTENDED}) {
            try (LedgerStateMachine fresh = new LedgerStateMachine(StateConfig.defaults())) {
                driver.encodeRecord(1, 10, 0, List.of(Command.parse("account id=1")));
                record.putByte(RecordDescriptor.HEADER_LENGTH, (byte) kind);
                assertThrows(IllegalStateException.class, () -> fresh.apply(record, 0));
            }
        }
        try (LedgerStateMachine fresh = new LedgerStateMachine(StateConfig.defaults())) {
            RecordDescriptor.writeHeader(record, 0, 1, 1, 0, RecordType.TICK, 0, 8);
            assertThrows(IllegalStateException.class, () -> fresh.apply(record, 0));
        }
        try (LedgerStateMachine fresh = new LedgerStateMachine(StateConfig.defaults())) {
            ControlBodies.encodeLogicVersion(record, 64, 2);
            RecordDescriptor.writeHeader(record, 0, 1, 1, 0, RecordType.LOGIC_VERSION, 0, 8);
            assertThrows(PartitaException.class, () -> fresh.apply(record, 0));
        }
    }

    @Test
    void shouldApplyNothingWhenTheResultsHaveNoRoom() {
        driver.encodeRecord(1, 10, 0, List.of(Command.parse("account id=1"), Command.parse("account id=2")));
        assertThrows(RuntimeException.class, () -> ledger.apply(driver.record(), 0, new UnsafeBuffer(new byte[31]), 0));
        assertEquals(0, ledger.accountCount());
    }

    @Test
    void shouldAllocateNothingInSteadyState() {
        driver.apply(2, 0, List.of(Command.parse("account id=1"), Command.parse("account id=2")));
        com.sun.management.ThreadMXBean threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        UnsafeBuffer results = new UnsafeBuffer(new byte[RESULTS_LENGTH]);
        long allocated = 0;
        // Few enough ids that no index splits.
        for (int round = 0; round < 200; round++) {
            List<Command> batch = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                batch.add(Command.parse("transfer debit=1 credit=2 amount=2^62 id=" + (round * 5 + i + 1)));
                batch.add(Command.parse("transfer debit=1 credit=2 amount=2^62 id=" + (round * 5 + i + 1)));
                batch.add(Command.parse("transfer debit=1 credit=3 id=" + (1_000_000 + round * 5 + i)));
            }
            driver.encodeRecord(ledger.appliedSeq() + 1, 1000L * (round + 1), 0, batch);
            long before = threads.getCurrentThreadAllocatedBytes();
            ledger.apply(driver.record(), 0, results, 0);
            allocated += round < 100 ? 0 : threads.getCurrentThreadAllocatedBytes() - before;
        }
        // The JVM takes some tens of bytes now and then on a busy machine; an object per command would be 24,000.
        assertTrue(allocated < 1_500, "bytes " + allocated);
    }

    @Test
    void shouldFreeItsMemoryWhenClosed() throws IOException {
        LedgerStateMachine other = new LedgerStateMachine(StateConfig.defaults());
        new LedgerDriver(other).apply(1, 0, List.of(Command.parse("account id=1")));
        assertTrue(other.memoryLength() >= 3 << 20);

        other.close();
        other.close();

        assertEquals(0, other.memoryLength());
        assertThrows(RuntimeException.class, () -> other.lookupAccount(0, 1, new UnsafeBuffer(new byte[160]), 0));
        assertThrows(IllegalStateException.class, () -> other.apply(driver.record(), 0));
        assertMemoryIsGivenBack();
    }

    /** What is allocated beside the collector's knowledge is only seen from outside. */
    private static void assertMemoryIsGivenBack() throws IOException {
        Path statm = Path.of("/proc/self/statm");
        assumeTrue(Files.exists(statm), "needs /proc");
        long before = residentPages(statm);
        long taken = 0;
        while (taken < 1L << 30) {
            try (LedgerStateMachine machine = new LedgerStateMachine(StateConfig.defaults())) {
                taken += machine.memoryLength();
            }
        }
        long grown = (residentPages(statm) - before) * 4096;
        assertTrue(grown < taken / 2, "taken=" + taken + ", resident set grown by " + grown);
    }

    private static long residentPages(Path statm) throws IOException {
        return Long.parseLong(Files.readString(statm).split(" ")[1]);
    }

    private void assertHalts() {
        assertThrows(IllegalStateException.class, () -> ledger.apply(driver.record(), 0));
        driver.encodeRecord(ledger.appliedSeq() + 1, 1000, 0, List.of(Command.parse("account id=9")));
        IllegalStateException refused =
                assertThrows(IllegalStateException.class, () -> ledger.apply(driver.record(), 0));
        assertTrue(refused.getMessage().contains("failed once"), refused.getMessage());
    }
}
