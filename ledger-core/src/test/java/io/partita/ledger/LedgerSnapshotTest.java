// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.partita.ledger.client.AsyncLedger;
import io.partita.ledger.client.Batch;
import io.partita.ledger.client.BatchKind;
import io.partita.ledger.engine.Durability;
import io.partita.ledger.engine.SnapshotMaker;
import io.partita.ledger.engine.SnapshotPolicy;
import io.partita.ledger.journal.FolderReader;
import io.partita.ledger.journal.JournalVerifier;
import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.Id128;
import io.partita.ledger.model.PartitaException;
import io.partita.ledger.snapshot.SnapshotInfo;
import io.partita.ledger.snapshot.SnapshotStore;
import io.partita.ledger.testing.ScriptLogic;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.LongPredicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A single node takes snapshots, starts from them, and gives up what they make superfluous of its journal. */
@Timeout(120)
class LedgerSnapshotTest {
    private static final Id128 CLUSTER = new Id128(0, 1);
    private static final int TRANSFERS_PER_BATCH = 100;
    /** Amid the records of a segment's file. */
    private static final long DAMAGED_OFFSET = 80_000;

    @TempDir
    Path folder;

    private final List<Throwable> errors = new CopyOnWriteArrayList<>();
    private long nextId = 1;

    @Test
    void shouldStartFromASnapshotTakenWhenAsked() {
        final byte[] before;
        final SnapshotInfo taken;
        try (Ledger ledger = launch(SnapshotPolicy.onRequest())) {
            fill(ledger, 10);
            taken = ledger.snapshot().join();
            assertEquals(taken, ledger.snapshot().join(), "nothing was journaled since");
            fill(ledger, 1);
            before = digest(ledger);
        }
        assertEquals(12, taken.seq(), "epoch start, accounts, and ten batches");
        assertEquals(List.of(taken.seq()), store().seqs());
        assertEquals(1, oldestSeq(), "the journal is kept whole");
        try (Ledger ledger = launch(SnapshotPolicy.onRequest())) {
            assertArrayEquals(before, digest(ledger));
            assertTransfers(ledger);
            assertEquals(List.of(), errors);
        }
    }

    /** Twice over, so that a journal that begins later is recovered, rolled and given up again. */
    @Test
    void shouldGiveUpTheJournalBehindTwoSnapshots() {
        final SnapshotPolicy policy = new SnapshotPolicy(40, 2, 0);
        for (int run = 0; run < 2; run++) {
            final byte[] before;
            final long oldestBefore = run == 0 ? 1 : oldestSeq();
            try (Ledger ledger = launch(policy)) {
                assertTransfers(ledger);
                for (int i = 0; i < 7; i++) {
                    fill(ledger, 30);
                    ledger.snapshot().join();
                }
                before = digest(ledger);
            }
            final List<Long> seqs = store().seqs();
            assertEquals(2, seqs.size());
            assertTrue(oldestSeq() > oldestBefore + 50, "journal from seq=" + oldestSeq() + ", before " + oldestBefore);
            assertTrue(oldestSeq() <= seqs.get(1) + 1, "the older snapshot can be gone on from");
            assertEquals(
                    List.of(), JournalVerifier.verify(folder.resolve("journal")).damages());
            assertEquals(
                    oldestSeq() - 1,
                    JournalVerifier.verify(folder.resolve("journal")).baseSeq());
            assertEquals(
                    List.of(state(seqs.get(1)), state(seqs.get(0))),
                    files().stream()
                            .filter(name -> name.startsWith("state-"))
                            .map(folder.resolve("snapshots")::resolve)
                            .toList());
            final Set<SnapshotInfo.Part> shared =
                    new HashSet<>(store().info(seqs.get(0)).parts());
            assertTrue(shared.size() > 1, "history that was there is not written again");
            shared.retainAll(store().info(seqs.get(1)).parts());
            assertEquals(Set.of(), shared, "no damage can take both");
            try (Ledger ledger = launch(SnapshotPolicy.onRequest())) {
                assertArrayEquals(before, digest(ledger));
                assertTransfers(ledger);
            }
            assertEquals(List.of(), errors);
        }
    }

    @Test
    void shouldTakeSnapshotsByItself() throws InterruptedException {
        try (Ledger ledger = launch(new SnapshotPolicy(10, 2, SnapshotPolicy.WHOLE_JOURNAL))) {
            while (store().seqs().size() < 2) {
                fill(ledger, 3);
                TimeUnit.MILLISECONDS.sleep(5);
            }
        }
        assertEquals(List.of(), errors);
        try (Ledger ledger = launch(SnapshotPolicy.onRequest())) {
            assertTransfers(ledger);
        }
    }

    @Test
    void shouldFallBackToTheSnapshotBeforeAndThenSayThatThereIsNone() throws IOException {
        final byte[] before;
        try (Ledger ledger = launch(new SnapshotPolicy(0, 2, 0))) {
            for (int i = 0; i < 6; i++) {
                fill(ledger, 40);
                ledger.snapshot().join();
            }
            before = digest(ledger);
        }
        assertTrue(oldestSeq() > 1);
        final List<Long> seqs = store().seqs();
        flip(state(seqs.get(0)), 200);
        try (Ledger ledger = launch(new SnapshotPolicy(0, 2, 0))) {
            assertEquals(1, errors.size(), errors.toString());
            assertTrue(
                    errors.get(0).getMessage().startsWith("DAMAGED: a snapshot is damaged: file="), errors.toString());
            assertArrayEquals(before, digest(ledger));
            assertTransfers(ledger);
            final SnapshotInfo taken = ledger.snapshot().join();
            assertEquals(List.of(taken.seq(), seqs.get(1)), store().seqs(), "the damaged one counts for nothing");
        }
        for (final long seq : store().seqs()) {
            flip(state(seq), 200);
        }
        final PartitaException error = assertThrows(
                PartitaException.class, () -> launch(SnapshotPolicy.onRequest()).close());
        assertEquals(ErrorCode.DAMAGED, error.code());
        assertTrue(error.getMessage().contains("the journal begins at seq=" + oldestSeq()), error.getMessage());
        assertTrue(error.nextStep().contains("restore"), error.nextStep());
    }

    @Test
    void shouldFallBackToTheJournal() throws IOException {
        final byte[] before;
        try (Ledger ledger = launch(SnapshotPolicy.onRequest())) {
            fill(ledger, 5);
            ledger.snapshot().join();
            before = digest(ledger);
        }
        flip(state(store().seqs().get(0)), 70);
        try (Ledger ledger = launch(SnapshotPolicy.onRequest())) {
            assertEquals(1, errors.size());
            assertArrayEquals(before, digest(ledger));
        }
    }

    @Test
    void shouldNotUseASnapshotOfAnotherHistory() throws IOException {
        final Path other = folder.resolve("other");
        try (Ledger ledger = Ledger.launch(context(SnapshotPolicy.onRequest()).directory(other))) {
            fill(ledger, 7);
            ledger.snapshot().join();
        }
        nextId = 1;
        final byte[] before;
        try (Ledger ledger = launch(SnapshotPolicy.onRequest())) {
            fill(ledger, 9);
            before = digest(ledger);
        }
        Files.move(other.resolve("snapshots"), folder.resolve("snapshots"));
        try (Ledger ledger = launch(SnapshotPolicy.onRequest())) {
            assertEquals(1, errors.size());
            assertTrue(errors.get(0).getMessage().contains("of another history"), errors.toString());
            assertArrayEquals(before, digest(ledger));
        }
    }

    @Test
    void shouldTakeUpTheStateOfTheUsersOwnLogic() {
        final List<ScriptLogic> logics = new ArrayList<>();
        final Supplier<ScriptLogic> supplier = () -> {
            final ScriptLogic logic = new ScriptLogic();
            logics.add(logic);
            return logic;
        };
        final byte[] before;
        try (Ledger ledger = Ledger.launch(context(SnapshotPolicy.onRequest()).userLogic(supplier))) {
            user(ledger, 0, ScriptLogic.account(1), ScriptLogic.account(2));
            user(ledger, 0, ScriptLogic.transfer(9, 1, 2, 5, 0));
            ledger.snapshot().join();
            before = digest(ledger);
        }
        logics.clear();
        try (Ledger ledger = Ledger.launch(context(SnapshotPolicy.onRequest()).userLogic(supplier))) {
            assertArrayEquals(before, digest(ledger));
            assertEquals(2, logics.get(0).done);
            assertEquals(List.of(), logics.get(0).seen, "its commands were not applied again");
        }
        final PartitaException error = assertThrows(
                PartitaException.class, () -> launch(SnapshotPolicy.onRequest()).close());
        assertEquals(ErrorCode.INVALID_CONFIGURATION, error.code(), error.getMessage());
    }

    @Test
    void shouldRefuseWhatItCannotTake() {
        try (Ledger ledger = Ledger.launch(new LedgerContext().ephemeral())) {
            assertRefused(ledger.snapshot(), "ephemeral");
        }
        try (Ledger ledger = Ledger.launch(context(SnapshotPolicy.onRequest()).userLogic(new ScriptLogic()))) {
            assertRefused(ledger.snapshot(), "supplier");
        }
        final Supplier<io.partita.ledger.state.UserLogic> withoutSnapshots = () -> (command, ledger) -> 0;
        final CompletableFuture<SnapshotInfo> late;
        final Ledger closed;
        try (Ledger ledger = Ledger.launch(context(SnapshotPolicy.onRequest()).userLogic(withoutSnapshots))) {
            assertRefused(ledger.snapshot(), "takes no part");
            closed = ledger;
        }
        late = closed.snapshot();
        assertRefused(late, "closed");
        final PartitaException error = assertThrows(
                PartitaException.class,
                () -> Ledger.launch(new LedgerContext().ephemeral().snapshots(new SnapshotPolicy(5, 2, 0))));
        assertEquals(ErrorCode.INVALID_CONFIGURATION, error.code());
        assertThrows(PartitaException.class, () -> new SnapshotPolicy(-1, 2, 0));
        assertThrows(PartitaException.class, () -> new SnapshotPolicy(1, 1, 0));
        assertThrows(PartitaException.class, () -> new SnapshotPolicy(1, 2, -1));
    }

    @Test
    void shouldBeClosedByWhoeverIsToldOfASnapshot() {
        final Ledger ledger = launch(SnapshotPolicy.onRequest());
        fill(ledger, 1);
        ledger.snapshot().thenRun(ledger::close).join();
        assertTrue(String.valueOf(ledger.closedReason()).contains("closed"));
    }

    /** Whatever fails of it: the ledger goes on, and the next one is taken. */
    @Test
    void shouldGoOnWhenASnapshotCannotBeWritten() throws IOException {
        try (Ledger ledger = launch(SnapshotPolicy.onRequest())) {
            fill(ledger, 1);
            final Path inTheWay = Files.createFile(folder.resolve("snapshots"));
            final CompletionException failed = assertThrows(
                    CompletionException.class, () -> ledger.snapshot().join());
            assertEquals(ErrorCode.STORAGE_FAILED, ((PartitaException) failed.getCause()).code());
            Files.delete(inTheWay);
            fill(ledger, 1);
            assertEquals(4, ledger.snapshot().join().seq());
            assertTransfers(ledger);
        }
    }

    /** The ledger must not go on as if nothing were wrong until its scrub comes to the record, which here it never does (R39). */
    @Test
    void shouldHaltWhenASnapshotMeetsADamagedRecord() throws IOException {
        try (Ledger ledger = Ledger.launch(context(SnapshotPolicy.onRequest()).scrubBytesPerSecond(0))) {
            fill(ledger, 60);
            final Path frames = folder.resolve("journal/segment-0000000002/19700101F.cq4");
            try (FileChannel channel = FileChannel.open(frames, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                final ByteBuffer one = ByteBuffer.allocate(1);
                channel.read(one, DAMAGED_OFFSET);
                one.put(0, (byte) (one.get(0) ^ 24)).rewind();
                channel.write(one, DAMAGED_OFFSET);
            }
            final CompletionException failed = assertThrows(
                    CompletionException.class, () -> ledger.snapshot().join());
            assertEquals(ErrorCode.DAMAGED, ((PartitaException) failed.getCause()).code());
            while (ledger.closedReason() == null) {
                Thread.onSpinWait(); // until the test's timeout
            }
            assertTrue(ledger.closedReason().contains("not any more what was written: seq="), ledger.closedReason());
        }
    }

    @Test
    void shouldCloseWhileOneIsTaken() {
        final Ledger ledger = launch(SnapshotPolicy.onRequest());
        fill(ledger, 20);
        final CompletableFuture<SnapshotInfo> taken = ledger.snapshot();
        ledger.close();
        ledger.close();
        taken.handle((info, error) -> info == null).join(); // taken or refused, but never forgotten
        try (Ledger again = launch(SnapshotPolicy.onRequest())) {
            assertTransfers(again);
            again.snapshot().join();
        }
        assertFalse(files().stream().anyMatch(name -> name.endsWith(".tmp")), files().toString());
    }

    /** Neither loading the one before nor writing the new one keeps a node from closing, however long they take. */
    @Test
    void shouldBeEndedWhileItLoadsAndWhileItWrites() {
        final long last;
        final SnapshotInfo before;
        try (Ledger ledger = launch(SnapshotPolicy.onRequest())) {
            fill(ledger, 20);
            before = ledger.snapshot().join();
            fill(ledger, 20);
            last = before.seq() + 20;
        }
        final SnapshotMaker maker = new SnapshotMaker(
                folder.resolve("journal"), store(), () -> null, Thread::new, errors::add, (seq, cause) -> {});
        final List<Long> told = new ArrayList<>();
        assertEnded(maker, told, seq -> true);
        assertEquals(List.of(0L), told, "while it loads");
        told.clear();
        assertEnded(maker, told, seq -> told.contains(last) && told.indexOf(last) < told.size() - 3);
        assertTrue(told.contains(0L) && told.contains(last - 1), told.toString());
        assertEquals(List.of(before.seq()), store().seqs());
        assertFalse(files().stream().anyMatch(name -> name.endsWith(".tmp")), files().toString());
        assertEquals(last, maker.take(last, 2, seq -> {}).seq());
        assertEquals(List.of(), errors);
    }

    private static void assertEnded(final SnapshotMaker maker, final List<Long> told, final LongPredicate ends) {
        final IllegalStateException ended = new IllegalStateException("ended");
        assertEquals(
                ended,
                assertThrows(
                        IllegalStateException.class,
                        () -> maker.take(Long.MAX_VALUE, 2, seq -> {
                            told.add(seq);
                            if (ends.test(seq)) {
                                throw ended;
                            }
                        })));
    }

    private static void assertRefused(final CompletableFuture<SnapshotInfo> future, final String why) {
        final CompletionException failed = assertThrows(CompletionException.class, future::join);
        final PartitaException error = assertInstanceOf(PartitaException.class, failed.getCause());
        assertEquals(ErrorCode.SNAPSHOT_REFUSED, error.code());
        assertTrue(error.getMessage().contains(why), error.getMessage());
    }

    private LedgerContext context(final SnapshotPolicy policy) {
        return new LedgerContext()
                .directory(folder)
                .durability(Durability.MEMORY)
                .segmentLength(64 * 1024)
                .errorHandler(errors::add)
                .snapshots(policy);
    }

    private Ledger launch(final SnapshotPolicy policy) {
        errors.clear();
        return Ledger.launch(context(policy));
    }

    private SnapshotStore store() {
        return new SnapshotStore(folder.resolve("snapshots"), CLUSTER);
    }

    private long oldestSeq() {
        try (FolderReader reader = FolderReader.open(folder.resolve("journal"), 1)) {
            return reader.oldestSeq();
        }
    }

    private Path state(final long seq) {
        return folder.resolve("snapshots").resolve(String.format("state-%020d", seq));
    }

    private List<String> files() {
        try (Stream<Path> files = Files.list(folder.resolve("snapshots"))) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        } catch (final IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void flip(final Path file, final long offset) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            final ByteBuffer one = ByteBuffer.allocate(1);
            channel.read(one, offset);
            one.put(0, (byte) (one.get(0) ^ 4)).flip();
            channel.write(one, offset);
        }
    }

    private void fill(final Ledger ledger, final int batches) {
        final AsyncLedger async = ledger.async();
        if (nextId == 1) {
            async.submit(BatchKind.COMMANDS, batch -> {
                        batch.commands().addAccount(0, 1, 1, 1, 0);
                        batch.commands().addAccount(0, 2, 1, 1, 0);
                    })
                    .join();
        }
        for (int b = 0; b < batches; b++) {
            async.submit(BatchKind.COMMANDS, batch -> {
                        for (int i = 0; i < TRANSFERS_PER_BATCH; i++) {
                            batch.commands().addTransfer(0, 100 + nextId++, 0, 1, 0, 2, 1, 1, 1, 0);
                        }
                    })
                    .join();
        }
    }

    private void assertTransfers(final Ledger ledger) {
        for (long from = 1; from < nextId; from += 4_000) {
            final long first = from;
            final int count = (int) Math.min(4_000, nextId - from);
            final int found = ledger.async()
                    .submit(BatchKind.LOOKUP_TRANSFERS, batch -> {
                        for (int i = 0; i < count; i++) {
                            batch.addId(0, 100 + first + i);
                        }
                    })
                    .thenApply(answer -> {
                        int there = 0;
                        for (int i = 0; i < count; i++) {
                            there += answer.raw()[i * Batch.TRANSFER_SLOT_LENGTH];
                        }
                        return there;
                    })
                    .join();
            assertEquals(count, found);
        }
    }

    private static void user(final Ledger ledger, final int verdict, final long[]... steps) {
        final var command = ScriptLogic.command(verdict, steps);
        ledger.async()
                .submit(BatchKind.USER_COMMAND, batch -> batch.putUserCommand(command, 0, command.capacity(), 10))
                .join();
    }

    private static byte[] digest(final Ledger ledger) {
        return ledger.async().submit(BatchKind.DIGEST, batch -> {}).join().raw();
    }
}
