// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.backup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.PartitaException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Backups of a ledger whose journal has given up its beginning, behind two snapshots. */
class BackupOfALaterJournalTest extends BackupTest {
    @Test
    void shouldBeginWithTheNewestSnapshotAndAddOnlyWhatIsNew() throws IOException {
        try (PayingLedger ledger = PayingLedger.givingUp(data, 1, 1)) {
            final long newest = ledger.giveUp();
            final Backup first = create();
            assertNotNull(first.base());
            assertEquals(newest, first.base().end().seq());
            assertEquals(newest + 1, first.files().get(0).firstSeq());
            assertNotNull(first.state());
            assertEquals(ledger.nextId() - 1, first.state().transfers(), "all that was answered is in it");
            assertTrue(Files.readString(backups.resolve("manifest")).startsWith("partita-backup 2 "));

            ledger.pay(30);
            final Backup second = create();
            assertNull(second.base());
            assertEquals(first.end().seq() + 1, second.files().get(0).firstSeq());
            assertNotNull(second.live());
            assertNotNull(second.state());
            assertEquals(second.live().runningDigest(), second.state().runningDigest());
            assertEquals(List.of(first, second), repository.backups());
        }
        assertSound();
        final Rehearsal rehearsal = repository.rehearse(null, null, seq -> {});
        assertTrue(rehearsal.ok(), rehearsal.problem());
        assertSound();
    }

    @Test
    void shouldRestoreALedgerThatGoesOnAndIsBackedUpFurther() {
        try (PayingLedger ledger = PayingLedger.givingUp(data, 2, 1)) {
            ledger.giveUp();
            create();
        }
        final Path restored = temp.resolve("restored");
        assertEquals(
                repository.backups().get(0).end(),
                restore(restored, RestorePoint.end()).end());
        final String expected;
        try (Control control = new Control(data)) {
            expected = control.at(repository.backups().get(0).end().seq());
        }
        assertEquals(expected, Control.endOf(restored));
        try (PayingLedger ledger = PayingLedger.givingUp(restored, 3, 1_000_000)) {
            ledger.pay(10);
            ledger.snapshot();
            assertEquals(2, repository.create(restored, true, null, seq -> {}).number());
        }
        assertSound();
        assertTrue(repository.rehearse(null, null, seq -> {}).ok());
    }

    @Test
    void shouldRestoreToAnyPointFromTheSnapshotOnAndRefuseOneBefore() {
        final long base;
        try (PayingLedger ledger = PayingLedger.givingUp(data, 4, 1)) {
            base = ledger.giveUp();
            create();
        }
        final long last = repository.backups().get(0).end().seq();
        try (Control control = new Control(data)) {
            for (final long seq : List.of(base, base + 1, (base + last) / 2, last)) {
                final String expected = control.at(seq);
                final Path bySeq = temp.resolve("seq-" + seq);
                final Path byTime = temp.resolve("time-" + seq);
                assertEquals(seq, restore(bySeq, RestorePoint.seq(seq)).end().seq());
                assertEquals(expected, Control.endOf(bySeq));
                restore(byTime, RestorePoint.time(timestampOf(seq)));
                assertEquals(expected, Control.endOf(byTime));
            }
        }
        final Path before = temp.resolve("before");
        refused(ErrorCode.BACKUP_REFUSED, () -> restore(before, RestorePoint.seq(base - 1)));
        refused(ErrorCode.BACKUP_REFUSED, () -> restore(before, RestorePoint.time(timestampOf(base) - 1)));
        assertFalse(Files.exists(before));
        // The snapshot alone, with a journal that has no record yet.
        final Path alone = temp.resolve("seq-" + base);
        final Backup backup = new BackupRepository(temp.resolve("alone")).create(alone, true, null, seq -> {});
        assertEquals(List.of(), backup.files());
        assertEquals(base, backup.end().seq());
        try (PayingLedger ledger = new PayingLedger(alone, 5, 1_000_000)) {
            ledger.pay(3);
        }
    }

    /** What the backups have from the first record on, they go on having, whatever the node gives up since. */
    @Test
    void shouldGoOnWithBackupsThatBeginWithTheLedger() throws IOException {
        try (PayingLedger ledger = PayingLedger.givingUp(data, 6, 1)) {
            ledger.pay(20);
            create();
            for (int i = 0; ledger.oldestSeq() == 1 || i < 4; i++) {
                ledger.pay(100);
                assertNull(create().base());
                ledger.snapshot();
            }
            ledger.pay(10);
            final Backup newest = create();
            assertNotNull(newest.state());
            assertEquals(ledger.nextId() - 1, newest.state().transfers());
        }
        assertTrue(Files.readString(backups.resolve("manifest")).startsWith("partita-backup 1 "));
        assertSound();
        assertTrue(repository.rehearse(null, null, seq -> {}).ok());
        restore(temp.resolve("restored"), RestorePoint.seq(3));
        assertTrue(Control.endOf(temp.resolve("restored")).startsWith("3 "));
    }

    /** A repository holds one history without a gap. */
    @Test
    void shouldRefuseToLeaveAGap() {
        try (PayingLedger ledger = PayingLedger.givingUp(data, 7, 1)) {
            ledger.pay(20);
            create();
            ledger.giveUp();
            final PartitaException error = refused(ErrorCode.BACKUP_REFUSED, this::create);
            assertTrue(error.nextStep().contains("another folder"), error.getMessage());
            assertNotNull(new BackupRepository(temp.resolve("others"))
                    .create(data, true, null, seq -> {})
                    .base());
        }
        assertSound();
    }

    /** The node goes on while it is backed up, and gives up what is still to be copied. */
    @Test
    void shouldSayThatTheNodeGaveUpWhatWasToBeCopied() {
        try (PayingLedger ledger = PayingLedger.givingUp(data, 12, 1)) {
            ledger.giveUp();
            paySegments(ledger);
            final PartitaException error = refused(ErrorCode.BACKUP_REFUSED, () -> createWhileGivingUp(ledger));
            assertTrue(error.problem().contains("gave up"), error.getMessage());
            assertTrue(error.nextStep().contains("the same command again"), error.getMessage());
            refused(ErrorCode.BACKUP_REFUSED, () -> repository.backups());
            create();
            assertEquals(List.of(), assertSound(1).notes());

            paySegments(ledger);
            final PartitaException gap = refused(ErrorCode.BACKUP_REFUSED, () -> createWhileGivingUp(ledger));
            assertTrue(gap.nextStep().contains("another folder"), gap.getMessage());
            assertEquals(
                    gap.nextStep(),
                    refused(ErrorCode.BACKUP_REFUSED, this::create).nextStep(),
                    "what is said then is what is so");
        }
        assertSound(1);
    }

    private static void paySegments(final PayingLedger ledger) {
        for (int i = 0; i < 3; i++) {
            ledger.pay(100);
        }
    }

    private void createWhileGivingUp(final PayingLedger ledger) {
        final AtomicBoolean isDone = new AtomicBoolean();
        repository.create(data, false, null, seq -> {
            if (!isDone.getAndSet(true)) {
                ledger.giveUp();
            }
        });
    }

    @Test
    void shouldTakeTheSnapshotBeforeIfTheNewestIsDamagedAndNoneIfBothAre() throws IOException {
        final long newest;
        try (PayingLedger ledger = PayingLedger.givingUp(data, 8, 1)) {
            newest = ledger.giveUp();
        }
        flip(data.resolve(String.format("snapshots/state-%020d", newest)));
        final Backup backup = create();
        assertNotNull(backup.base());
        final long before = backup.base().end().seq();
        assertTrue(before < newest);
        assertSound();
        flip(data.resolve(String.format("snapshots/history-%020d", before)));
        final Path others = temp.resolve("others");
        final PartitaException error = refused(
                ErrorCode.BACKUP_REFUSED, () -> new BackupRepository(others).create(data, true, null, seq -> {}));
        assertTrue(error.problem().contains("no snapshot"), error.getMessage());
    }

    @Test
    void shouldFindAndNotRestoreADamagedSnapshot() throws IOException {
        try (PayingLedger ledger = PayingLedger.givingUp(data, 9, 1)) {
            ledger.giveUp();
            create();
        }
        final Path file = backups.resolve(
                repository.backups().get(0).base().files().get(1).name());
        flip(file);
        assertEquals(1, repository.verify(seq -> {}).damages().size());
        refused(ErrorCode.DAMAGED, () -> restore(temp.resolve("x"), RestorePoint.end()));
        assertFalse(repository.rehearse(null, null, seq -> {}).ok());
        Files.delete(file);
        assertEquals(1, repository.verify(seq -> {}).damages().size());
        refused(ErrorCode.DAMAGED, () -> restore(temp.resolve("x"), RestorePoint.end()));
        try (Stream<Path> left = Files.list(temp.resolve("x"))) {
            assertEquals(
                    List.of("LOCK"),
                    left.map(path -> path.getFileName().toString()).toList());
        }
    }

    /** The states that a crash can leave around the moment at which the first backup counts. */
    @Test
    void shouldFinishOrForgetWhatWasInterrupted() throws IOException {
        try (PayingLedger ledger = PayingLedger.givingUp(data, 10, 1)) {
            ledger.giveUp();
            // Before it counts: the copy is made anew.
            Files.createDirectories(backups.resolve("snapshot.tmp"));
            Files.createDirectories(backups.resolve("records"));
            Files.writeString(backups.resolve("snapshot.tmp/state-00000000000000000001"), "cut off");
            create();
            assertEquals(List.of(), assertSound().notes());
            // After it: what lies beside its place is put into it.
            Files.move(backups.resolve("snapshot"), backups.resolve("snapshot.tmp"));
            assertEquals(1, assertSound().notes().size());
            restore(temp.resolve("restored"), RestorePoint.end());
            create();
            assertEquals(List.of(), assertSound().notes());
        }
    }

    /**
     * Killed when the snapshot is in its place and the journal is not: no ledger starts there, and it is done again. Snapshots of somebody
     * else are left alone.
     */
    @Test
    void shouldRestoreAgainAfterARestoreWasInterrupted() throws IOException {
        try (PayingLedger ledger = PayingLedger.givingUp(data, 11, 1)) {
            ledger.giveUp();
            create();
        }
        final Path target = temp.resolve("restored");
        restore(target, RestorePoint.end());
        final String expected = Control.endOf(target);
        Files.move(target.resolve("journal"), target.resolve("journal.restoring"));
        final PartitaException unfinished = refused(
                ErrorCode.DAMAGED, () -> PayingLedger.givingUp(target, 11, 1).close());
        assertTrue(unfinished.problem().contains("restore"), unfinished.getMessage());
        restore(target, RestorePoint.end());
        assertEquals(expected, Control.endOf(target));
        RepositoryFolder.deleteTree(target.resolve("journal"));
        refused(ErrorCode.BACKUP_REFUSED, () -> restore(target, RestorePoint.end()));
        assertTrue(Files.exists(target.resolve("snapshots")));
    }

    private static void flip(final Path file) throws IOException {
        final byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 1;
        Files.write(file, bytes);
    }
}
