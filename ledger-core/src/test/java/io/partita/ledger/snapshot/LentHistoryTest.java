// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.snapshot;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.Id128;
import io.partita.ledger.model.PartitaException;
import io.partita.ledger.state.LedgerStateMachine;
import io.partita.ledger.state.StateConfig;
import io.partita.ledger.testing.Command;
import io.partita.ledger.testing.LedgerDriver;
import io.partita.ledger.testing.LentMemory;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A state whose history stays in the files of the snapshot that it was loaded from: more of it than a chunk, in several files. */
class LentHistoryTest {
    private static final Id128 CLUSTER = new Id128(7, 12);
    private static final int BATCH = 1000;

    @TempDir
    Path folder;

    private long nextId = 1;

    /** 43,000 transfers are five chunks of rows and two of balances, and a bit; no file ends where a chunk does. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldNotCopyTheHistoryAndGoOnAsIfItHad(final boolean isHelped) throws IOException {
        final SnapshotStore store = new SnapshotStore(folder.resolve("snapshots"), CLUSTER);
        final AtomicInteger helpers = new AtomicInteger();
        final ThreadFactory factory = work -> {
            helpers.incrementAndGet();
            return new Thread(work);
        };
        try (LedgerStateMachine unstopped = new LedgerStateMachine(StateConfig.defaults())) {
            final LedgerDriver driver = new LedgerDriver(unstopped);
            driver.apply(10, 0, List.of(Command.parse("account id=1"), Command.parse("account id=2")));
            for (final int batches : new int[] {13, 1, 20, 1, 8}) {
                for (int i = 0; i < batches; i++) {
                    driver.apply(unstopped.lastTimestamp() + BATCH, 0, transfers());
                }
                write(store, unstopped);
            }
            final long seq = unstopped.appliedSeq();
            assertEquals(3, store.info(seq).parts().size());
            final LentMemory memory = new LentMemory();
            try (LedgerStateMachine lent = load(store, seq, memory, isHelped ? factory : null)) {
                assertEquals(isHelped ? 1 : 0, helpers.get());
                assertEquals(2, memory.acquired, "but for what shares a chunk with the next row, nothing is copied");
                assertTrue(isMapped(), "it is where it was written");
                assertSame(unstopped, lent);
                deleteAll(store.folder());
                final LedgerDriver lentDriver = new LedgerDriver(lent);
                for (int i = 0; i < 20; i++) {
                    final List<Command> commands = transfers();
                    final long stamp = unstopped.lastTimestamp() + BATCH;
                    assertEquals(driver.apply(stamp, 0, commands), lentDriver.apply(stamp, 0, commands));
                }
                assertSame(unstopped, lent);
                assertEquals(List.of(), lent.checkInvariants().violations());
            }
            assertFalse(isMapped(), "nothing is kept open");
        }
    }

    /** Exactly a chunk of rows: the next one is the first of a chunk of its own. */
    @Test
    void shouldGoOnBehindAWholeChunk() throws IOException {
        final SnapshotStore store = new SnapshotStore(folder.resolve("snapshots"), CLUSTER);
        try (LedgerStateMachine unstopped = new LedgerStateMachine(StateConfig.defaults())) {
            final LedgerDriver driver = new LedgerDriver(unstopped);
            driver.apply(10, 0, List.of(Command.parse("account id=1"), Command.parse("account id=2")));
            for (int i = 0; i < 16; i++) {
                driver.apply(unstopped.lastTimestamp() + BATCH, 0, transfers().subList(0, 512));
            }
            assertEquals(8192, unstopped.transferCount());
            write(store, unstopped);
            final LentMemory memory = new LentMemory();
            try (LedgerStateMachine lent = load(store, unstopped.appliedSeq(), memory, null)) {
                assertEquals(1, memory.acquired, "of balances, which are half as long");
                final List<Command> commands = transfers();
                final long stamp = unstopped.lastTimestamp() + BATCH;
                driver.apply(stamp, 0, commands);
                new LedgerDriver(lent).apply(stamp, 0, commands);
                assertSame(unstopped, lent);
            }
        }
    }

    /** Blocks of another history, each of them whole and in its place: what is made of them before the file's end must not hide it. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldSayThatAFileOfTwoHistoriesIsDamaged(final boolean isHelped) throws IOException {
        final SnapshotStore store = new SnapshotStore(folder.resolve("snapshots"), CLUSTER);
        final SnapshotStore other = new SnapshotStore(folder.resolve("other"), CLUSTER);
        writeHistory(store, 4);
        writeHistory(other, 9000);
        final String name = SnapshotDescriptor.fileName(SnapshotDescriptor.HISTORY, 3);
        final byte[] bytes = Files.readAllBytes(store.folder().resolve(name));
        final byte[] foreign = Files.readAllBytes(other.folder().resolve(name));
        final int block = SnapshotDescriptor.HEADER_LENGTH + 2 * SnapshotDescriptor.SECTION_LENGTH;
        final int length = BATCH * 128 + SnapshotDescriptor.CRC_LENGTH;
        assertArrayEquals(Arrays.copyOf(bytes, block), Arrays.copyOf(foreign, block), "both have as many transfers");
        System.arraycopy(foreign, block, bytes, block, length);
        Files.write(store.folder().resolve(name), bytes);
        final PartitaException error = assertThrows(
                PartitaException.class,
                () -> load(store, 3, new LentMemory(), isHelped ? Thread::new : null)
                        .close());
        assertEquals(ErrorCode.DAMAGED, error.code());
        assertFalse(isMapped(), "nothing is kept open");
    }

    /** Accounts in pairs, whose last has rows that a smaller ledger has not; and transfers between these. */
    private void writeHistory(final SnapshotStore store, final int accounts) {
        try (LedgerStateMachine machine = new LedgerStateMachine(StateConfig.defaults())) {
            final LedgerDriver driver = new LedgerDriver(machine);
            final List<Command> commands = new ArrayList<>();
            for (int i = 1; i <= accounts; i++) {
                commands.add(Command.parse("account id=" + i + " ledger=" + (i + 1) / 2 + " code=" + i));
            }
            driver.apply(10_000, 0, commands.subList(0, accounts / 2));
            driver.apply(20_000, 0, commands.subList(accounts / 2, accounts));
            final List<Command> transfers = transfers();
            for (final Command transfer : transfers) {
                transfer.debit = BigInteger.valueOf(accounts);
                transfer.credit = BigInteger.valueOf(accounts - 1);
                transfer.ledger = accounts / 2;
            }
            driver.apply(30_000, 0, transfers);
            assertEquals(BATCH, machine.transferCount());
            store.write(machine, 1, 1, null);
        }
        nextId = 1;
    }

    private static LedgerStateMachine load(
            final SnapshotStore store, final long seq, final LentMemory memory, final @Nullable ThreadFactory helpers) {
        return store.load(seq, new StateConfig(99, memory), null, helpers);
    }

    private static void write(final SnapshotStore store, final LedgerStateMachine machine) {
        final List<SnapshotInfo> older = new ArrayList<>();
        store.seqs().forEach(seq -> older.add(store.info(seq)));
        store.write(machine, 1, 1, store.base(older, damage -> {
            throw damage;
        }));
        store.prune(SnapshotStore.KEEP_MIN);
    }

    /** Every tenth is pending, and every tenth posts the one that was. */
    private List<Command> transfers() {
        final List<Command> commands = new ArrayList<>();
        for (int i = 0; i < BATCH; i++) {
            final Command command = Command.parse("transfer debit=1 credit=2 amount=3");
            command.id = BigInteger.valueOf(nextId);
            command.userData64 = nextId % 7;
            if (nextId % 10 == 3) {
                command.flags = 2;
            } else if (nextId % 10 == 4) {
                command.flags = 4;
                command.pendingId = BigInteger.valueOf(nextId - 1);
            }
            nextId++;
            commands.add(command);
        }
        return commands;
    }

    /** Byte for byte, as one writes it; and by what is looked up and verified. */
    private void assertSame(final LedgerStateMachine expected, final LedgerStateMachine actual) throws IOException {
        assertEquals(expected.stateDigest(), actual.stateDigest());
        assertEquals(expected.runningDigest(), actual.runningDigest());
        assertArrayEquals(bytes(expected), bytes(actual));
    }

    private byte[] bytes(final LedgerStateMachine machine) throws IOException {
        final SnapshotStore store = new SnapshotStore(folder.resolve("compared"), CLUSTER);
        final SnapshotInfo info = store.write(machine, 1, 1, null);
        final byte[] bytes = new byte[Math.toIntExact(info.length())];
        int at = 0;
        for (final int kind : new int[] {SnapshotDescriptor.STATE, SnapshotDescriptor.HISTORY}) {
            final byte[] file =
                    Files.readAllBytes(store.folder().resolve(SnapshotDescriptor.fileName(kind, info.seq())));
            System.arraycopy(file, 0, bytes, at, file.length);
            at += file.length;
        }
        deleteAll(store.folder());
        return bytes;
    }

    private static void deleteAll(final Path folder) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (final Path file : files) {
                Files.delete(file);
            }
        }
    }

    private boolean isMapped() throws IOException {
        return Files.readString(Path.of("/proc/self/maps")).contains(folder.toString());
    }
}
