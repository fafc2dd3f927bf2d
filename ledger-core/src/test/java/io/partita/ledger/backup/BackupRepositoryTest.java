// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.backup;

import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.partita.ledger.Ledger;
import io.partita.ledger.LedgerContext;
import io.partita.ledger.journal.FolderFiles;
import io.partita.ledger.journal.JournalVerifier;
import io.partita.ledger.journal.SealedText;
import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.Id128;
import io.partita.ledger.model.PartitaException;
import io.partita.ledger.observe.CounterType;
import io.partita.ledger.observe.LedgerCounters;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class BackupRepositoryTest extends BackupTest {
    /** Of a ledger that was given none. */
    private static final Id128 CLUSTER = new Id128(0, 1);

    @Test
    void shouldBackUpARunningLedgerAndAddOnlyWhatIsNew() {
        try (PayingLedger ledger = new PayingLedger(data, 1, 1)) {
            ledger.pay(200);
            final Backup first = create();
            assertNotNull(first.state());
            assertEquals(ledger.nextId() - 1, first.state().transfers(), "all that was answered is in it");
            ledger.pay(100);
            final Backup second = create();
            final Backup third = create();

            assertEquals(1, first.number());
            assertTrue(first.files().size() > 1, "several files");
            assertEquals(1, first.files().get(0).firstSeq());
            assertEquals(first.end().seq() + 1, second.files().get(0).firstSeq());
            assertEquals(second.end(), third.end());
            assertEquals(List.of(), third.files());
            assertNotNull(third.live());
            assertEquals(third.live().seq(), third.end().seq(), "all is applied");
            assertNotNull(third.state());
            assertEquals(third.live().runningDigest(), third.state().runningDigest());
            assertEquals(List.of(first, second, third), repository.backups());
        }
        assertSound(3);
    }

    @Test
    void shouldKeepTheSumsOfAllBalances() {
        final Backup backup;
        try (PayingLedger ledger = new PayingLedger(data, 2, 1)) {
            ledger.pay(50);
            backup = create();
        }
        assertNotNull(backup.state());
        final List<LedgerTotals> totals = backup.state().totals();
        assertEquals(2, totals.size());
        assertEquals(1, totals.get(0).ledger());
        assertTrue(totals.get(0).debitsPosted().signum() > 0);
        assertEquals(totals.get(0).debitsPosted(), totals.get(0).creditsPosted());
        assertEquals(BigInteger.ZERO, totals.get(1).debitsPending());
    }

    @Test
    void shouldRestoreALedgerThatGoesOnAndIsBackedUpFurther() {
        final String end;
        try (PayingLedger ledger = new PayingLedger(data, 3, 1)) {
            ledger.pay(100);
            create();
        }
        final Path restored = temp.resolve("new/restored");
        final Restored report = repository.restore(restored, RestorePoint.end(), seq -> {});

        assertEquals(repository.backups().get(0).end(), report.end());
        end = Control.endOf(restored);
        try (Control control = new Control(data)) {
            assertEquals(control.at(report.end().seq()), end);
        }
        assertEquals(
                "[]",
                JournalVerifier.verify(restored.resolve("journal")).damages().toString());
        try (PayingLedger ledger = new PayingLedger(restored, 4, 1_000_000)) {
            ledger.pay(10);
            assertEquals(2, repository.create(restored, true, null, seq -> {}).number());
        }
        assertSound(2);
    }

    /** What is there is what a ledger that was stopped at that record has, digests included. */
    @Test
    void shouldRestoreToAnySeqAndToAnyTime() {
        final SplittableRandom random = new SplittableRandom(5);
        try (PayingLedger ledger = new PayingLedger(data, 5, 1)) {
            ledger.pay(300);
            create();
            ledger.pay(300);
            create();
        }
        final long last = repository.backups().get(1).end().seq();
        final List<Long> points = new ArrayList<>(List.of(1L, last));
        for (int i = 0; i < 2; i++) {
            points.add(1 + random.nextLong(last));
        }
        Collections.sort(points);
        try (Control control = new Control(data)) {
            for (final long seq : points) {
                final String expected = control.at(seq);
                final long timestamp = timestampOf(seq);
                final Path bySeq = temp.resolve("seq-" + seq + "-" + points.indexOf(seq));
                final Path byTime = temp.resolve("time-" + seq + "-" + points.indexOf(seq));
                if (!Files.exists(bySeq)) {
                    assertEquals(
                            seq,
                            repository
                                    .restore(bySeq, RestorePoint.seq(seq), s -> {})
                                    .end()
                                    .seq());
                    assertEquals(expected, Control.endOf(bySeq));
                    repository.restore(byTime, RestorePoint.time(timestamp), s -> {});
                    assertEquals(expected, Control.endOf(byTime), "seq=" + seq + ", timestamp=" + timestamp);
                }
            }
        }
    }

    @Test
    void shouldRehearseAndRemember() {
        try (PayingLedger ledger = new PayingLedger(data, 6, 1)) {
            ledger.pay(50);
            repository.create(data, false, null, seq -> {});
            assertNull(repository.backups().get(0).state());

            final Rehearsal first = repository.rehearse(null, null, seq -> {});
            assertTrue(first.ok(), first.problem());
            assertNotNull(repository.backups().get(0).state(), "the first replay of a backup gives its digests");

            ledger.pay(50);
            create();
            final Rehearsal second = repository.rehearse(temp.resolve("scratch"), null, seq -> {});
            assertTrue(second.ok(), second.problem());
            assertEquals(2, second.backup());
            assertEquals(List.of(first, second), repository.rehearsals());
            assertFalse(Files.exists(temp.resolve("scratch/partita-rehearsal")));
        }
        assertSound(2);
    }

    @Test
    void shouldSayThatARehearsalFailedAndRememberThat() throws IOException {
        try (PayingLedger ledger = new PayingLedger(data, 7, 1)) {
            ledger.pay(50);
            create();
        }
        final Backup good = repository.backups().get(0);
        assertNotNull(good.live());
        final LiveDigest wrong = new LiveDigest(good.live().seq(), good.live().runningDigest() + 1);
        rewrite(new Backup(
                1,
                good.createdNs(),
                good.source(),
                good.software(),
                null,
                good.end(),
                wrong,
                good.files(),
                good.state()));

        final Rehearsal rehearsal = repository.rehearse(null, null, seq -> {});
        assertFalse(rehearsal.ok());
        assertTrue(rehearsal.problem().contains("running digest"), rehearsal.problem());
        assertEquals(List.of(rehearsal), repository.rehearsals());
        refused(ErrorCode.DIGEST_MISMATCH, this::create);

        assertNotNull(good.state());
        final LedgerSummary other = new LedgerSummary(
                good.state().runningDigest(),
                good.state().stateDigest(),
                good.state().accounts(),
                good.state().transfers() + 1,
                good.state().burntIds(),
                good.state().logicVersion(),
                good.state().totals());
        rewrite(new Backup(
                1,
                good.createdNs(),
                good.source(),
                good.software(),
                null,
                good.end(),
                good.live(),
                good.files(),
                other));
        assertFalse(repository.rehearse(null, null, seq -> {}).ok());
    }

    private void rewrite(final Backup backup) throws IOException {
        final RepositoryFolder folder = new RepositoryFolder(backups);
        final BackupManifest manifest = folder.readBackups();
        folder.commit(new BackupManifest(
                manifest.clusterId(), manifest.generation() + 1, List.of(backup), manifest.rehearsals()));
    }

    @Test
    void shouldRefuseWhatCannotBeMeant() throws IOException {
        refused(ErrorCode.BACKUP_REFUSED, this::create);
        assertFalse(Files.exists(backups), "a wrong path leaves nothing behind");
        refused(ErrorCode.BACKUP_REFUSED, () -> repository.backups());
        refused(ErrorCode.BACKUP_REFUSED, () -> repository.verify(seq -> {}));
        refused(ErrorCode.BACKUP_REFUSED, () -> repository.rehearse(null, null, seq -> {}));
        try (PayingLedger ledger = new PayingLedger(data, 8, 1)) {
            ledger.pay(10);
            refused(ErrorCode.BACKUP_REFUSED, () -> new BackupRepository(temp).create(data, true, null, seq -> {}));
            create();
        }
        final long last = repository.backups().get(0).end().seq();
        refused(ErrorCode.BACKUP_REFUSED, () -> restore(data, RestorePoint.end()));
        refused(ErrorCode.BACKUP_REFUSED, () -> restore(temp.resolve("x"), RestorePoint.seq(last + 1)));
        refused(ErrorCode.BACKUP_REFUSED, () -> restore(temp.resolve("x"), RestorePoint.time(-1)));
        Files.createFile(temp.resolve("file"));
        assertThrows(PartitaException.class, () -> restore(temp.resolve("file"), RestorePoint.end()));
        assertFalse(Files.exists(temp.resolve("x/journal")));
        // What a refused restore leaves does not stand in the way of the next one.
        restore(temp.resolve("x"), RestorePoint.seq(last));
        try (Ledger other = Ledger.launch(
                new LedgerContext().directory(temp.resolve("other")).clusterId(new Id128(7, 7)))) {
            assertNotNull(other);
        }
        refused(ErrorCode.WRONG_CLUSTER, () -> repository.create(temp.resolve("other"), true, null, seq -> {}));
        assertSound(1);
    }

    /** After a restore to an earlier point there are two histories, and a repository holds one. */
    @Test
    void shouldRefuseAnotherHistory() {
        try (PayingLedger ledger = new PayingLedger(data, 9, 1)) {
            ledger.pay(20);
            create();
        }
        final long last = repository.backups().get(0).end().seq();
        final Path earlier = temp.resolve("earlier");
        restore(earlier, RestorePoint.seq(last / 2));
        refused(ErrorCode.BACKUP_REFUSED, () -> repository.create(earlier, true, null, seq -> {}));
        try (PayingLedger ledger = new PayingLedger(earlier, 10, 1_000)) {
            refused(ErrorCode.BACKUP_REFUSED, () -> repository.create(earlier, true, null, seq -> {}));
            ledger.pay(40);
            refused(ErrorCode.COMMITTED_CONFLICT, () -> repository.create(earlier, true, null, seq -> {}));
            assertEquals(
                    1,
                    new BackupRepository(temp.resolve("others"))
                            .create(earlier, true, null, seq -> {})
                            .number());
        }
        assertSound(1);
    }

    /** A node of a pair may hold records that nobody will ever commit. */
    @Test
    void shouldTakeOnlyWhatIsCommitted() throws IOException {
        try (PayingLedger ledger = new PayingLedger(data, 11, 1)) {
            ledger.pay(20);
        }
        Files.delete(data.resolve("counters"));
        Files.writeString(data.resolve("meta"), "of a node of a pair");
        refused(ErrorCode.BACKUP_REFUSED, this::create);

        LedgerCounters.create(data, CLUSTER, 1).get(CounterType.COMMIT_SEQ).setRelease(15);
        assertEquals(15, create().end().seq());
        LedgerCounters.create(data, CLUSTER, 1).get(CounterType.COMMIT_SEQ).setRelease(14);
        refused(ErrorCode.BACKUP_REFUSED, this::create);

        Files.delete(data.resolve("counters"));
        Files.delete(data.resolve("meta"));
        assertTrue(create().end().seq() > 20, "alone, all that is there is committed");
    }

    @Test
    void shouldExcludeTwoWritersAndLetReadersIn() throws IOException {
        try (PayingLedger ledger = new PayingLedger(data, 12, 1)) {
            ledger.pay(20);
            create();
            try (RepositoryLock lock = RepositoryLock.take(new RepositoryFolder(backups))) {
                assertNotNull(lock.folder());
                refused(ErrorCode.FOLDER_IN_USE, this::create);
                refused(ErrorCode.FOLDER_IN_USE, () -> repository.rehearse(null, null, seq -> {}));
                assertSound(1);
                restore(temp.resolve("restored"), RestorePoint.end());
            }
            create();
        }
    }

    /** Each state that a crash can leave after the moment at which the backup counts. */
    @Test
    void shouldFinishWhatWasInterruptedAfterItCounted() throws IOException {
        try (PayingLedger ledger = new PayingLedger(data, 13, 1)) {
            ledger.pay(20);
            create();
            final byte[] before = Files.readAllBytes(backups.resolve("manifest"));
            ledger.pay(20);
            final Backup second = create();
            final byte[] after = Files.readAllBytes(backups.resolve("manifest"));
            Files.write(backups.resolve("manifest.copy"), before);
            Files.write(backups.resolve("manifest.copy.tmp"), after);
            final Path file = backups.resolve(second.files().get(0).name());
            Files.move(file, file.resolveSibling(file.getFileName() + ".tmp"));

            assertEquals(2, assertSound(2).notes().size());
            restore(temp.resolve("restored"), RestorePoint.end());
            assertEquals(
                    second.end().seq(),
                    Long.parseLong(Control.endOf(temp.resolve("restored")).split(" ")[0]));
            create();
            assertEquals(List.of(), assertSound(3).notes());

            Files.write(backups.resolve("manifest.copy"), before);
            assertFalse(repository.verify(seq -> {}).ok(), "a copy that went back is damage");
            refused(ErrorCode.DAMAGED, this::create);
            Files.copy(backups.resolve("manifest"), backups.resolve("manifest.copy"), REPLACE_EXISTING);
            Files.write(backups.resolve("manifest"), before);
            assertFalse(repository.verify(seq -> {}).ok(), "a manifest that went back is damage");
            refused(ErrorCode.DAMAGED, this::create);
            refused(ErrorCode.DAMAGED, () -> restore(temp.resolve("older"), RestorePoint.end()));
        }
    }

    @Test
    void shouldRefuseAFormatOfAnotherRelease() throws IOException {
        try (PayingLedger ledger = new PayingLedger(data, 14, 1)) {
            ledger.pay(5);
            create();
        }
        final Path manifest = backups.resolve("manifest");
        final List<String> lines = new ArrayList<>();
        for (final String line : Files.readAllLines(manifest)) {
            lines.add(line.substring(0, line.lastIndexOf(" crc=")));
        }
        lines.set(0, lines.get(0).replace("partita-backup 1 ", "partita-backup 3 "));
        final StringBuilder text = new StringBuilder();
        for (final String line : lines.subList(0, lines.size() - 1)) {
            text.append(FolderFiles.seal(line)).append('\n');
        }
        text.append(SealedText.endLine(text.toString(), lines.size() - 1)).append('\n');
        Files.writeString(manifest, text);

        refused(ErrorCode.UNKNOWN_FORMAT, () -> restore(temp.resolve("x"), RestorePoint.end()));
        refused(ErrorCode.UNKNOWN_FORMAT, this::create);
        refused(ErrorCode.UNKNOWN_FORMAT, () -> repository.verify(seq -> {}));
    }
}
