// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.journal;

import static io.partita.ledger.journal.RandomRecords.CLUSTER;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.PartitaException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A journal gives up old records, goes on from the rest after whatever end, and says where it begins (R33). */
class JournalDiscardTest {
    @TempDir
    Path temp;

    private final RandomRecords records = new RandomRecords(33);

    private JournalConfig config() {
        return JournalConfig.of(temp.resolve("journal"), CLUSTER).withSegmentLength(JournalConfig.SEGMENT_LENGTH_MIN);
    }

    private void append(final Journal journal, final int more) {
        final long upto = journal.lastSeq() + more;
        while (journal.lastSeq() < upto) {
            records.frame(8, 300);
            records.appendTo(journal);
        }
    }

    @Test
    void shouldGoOnFromWhatItKept() {
        long first = 1;
        for (int run = 0; run < 3; run++) {
            try (ChronicleJournal journal = ChronicleJournal.open(config())) {
                assertEquals(first, journal.firstSeq());
                assertEquals(records.lastSeq(), journal.lastSeq());
                append(journal, 2_000);
                journal.discardTo(first - 1);
                assertEquals(first, journal.firstSeq(), "nothing can be given up");
                journal.discardTo(journal.lastSeq() - 500);
                assertTrue(journal.firstSeq() > first && journal.firstSeq() <= journal.lastSeq() - 499);
                first = journal.firstSeq();
                append(journal, 500);
                assertReadable(journal, first);
                assertEquals(first, journal.epochRuns().runs().get(0).firstSeq(), "runs begin where the journal does");
            }
            final VerifyReport report = JournalVerifier.verify(temp.resolve("journal"));
            assertEquals("[]", report.damages().toString());
            assertEquals(first - 1, report.baseSeq());
            assertEquals(records.lastSeq() - first + 1, report.records());
        }
    }

    private void assertReadable(final Journal journal, final long first) {
        assertEquals(records.chainAt(first - 1), journal.chainAt(first - 1));
        assertThrows(IllegalArgumentException.class, () -> journal.chainAt(first - 2));
        assertThrows(IllegalArgumentException.class, () -> journal.reader(first - 1));
        try (JournalReader reader = journal.reader(first)) {
            assertEquals(journal.lastSeq() - first + 1, records.readOn(reader, Long.MAX_VALUE));
        }
    }

    @Test
    void shouldKeepTheSegmentThatItAppendsTo() {
        try (ChronicleJournal journal = ChronicleJournal.open(config())) {
            append(journal, 2_000);
            journal.discardTo(journal.lastSeq());
            assertTrue(journal.firstSeq() <= journal.lastSeq());
            append(journal, 10);
        }
    }

    /** As replication would, whose tail may be cut. */
    @Test
    void shouldBeCutBehindWhatItGaveUp() {
        try (ChronicleJournal journal = ChronicleJournal.open(config())) {
            append(journal, 2_000);
            journal.discardTo(1_500);
            final long base = journal.firstSeq() - 1;
            assertThrows(IllegalArgumentException.class, () -> journal.cutTo(base - 1));
            journal.cutTo(base);
            records.cutTo(base);
            assertEquals(records.chainAt(base), journal.lastChain());
            append(journal, 300);
        }
        try (ChronicleJournal journal = ChronicleJournal.open(config())) {
            assertReadable(journal, journal.firstSeq());
        }
    }

    /** The manifest does not list the segment any more, and its folder is still there. */
    @Test
    void shouldDeleteWhatACrashLeft() throws IOException {
        final Path journalFolder = temp.resolve("journal");
        final Path kept = temp.resolve("kept");
        try (ChronicleJournal journal = ChronicleJournal.open(config())) {
            append(journal, 2_000);
        }
        final Path first = journalFolder.resolve(SegmentDescriptor.folderName(1));
        JournalFolders.copy(first, kept);
        final long oldest;
        try (ChronicleJournal journal = ChronicleJournal.open(config())) {
            journal.discardTo(1_500);
            oldest = journal.firstSeq();
        }
        assertFalse(Files.exists(first));
        JournalFolders.copy(kept, first);
        final VerifyReport report = JournalVerifier.verify(journalFolder);
        assertTrue(report.ok(), report.toString());
        assertEquals(1, report.notes().size(), report.toString());
        try (ChronicleJournal journal = ChronicleJournal.open(config())) {
            assertEquals(oldest, journal.firstSeq());
            assertFalse(Files.exists(first));
        }
    }

    /** It knows the segment from a manifest that is older, and meets it in the middle of being deleted, or not at all. */
    @Test
    void shouldNotCallDamagedWhatIsGivenUpWhileAReaderEntersIt() throws IOException {
        final Path journalFolder = temp.resolve("journal");
        try (ChronicleJournal journal = ChronicleJournal.open(config())) {
            append(journal, 2_000);
            journal.awaitHelper();
            final SegmentEntry second = Manifest.read(journalFolder).segments().get(1);
            final Path home = journalFolder.resolve(SegmentDescriptor.folderName(second.id()));
            final Path kept = JournalFolders.copy(home, temp.resolve("kept"));
            Files.delete(kept.resolve(SegmentDescriptor.SEAL_FILE));
            try (FolderReader first = FolderReader.open(journalFolder, 1);
                    FolderReader other = FolderReader.open(journalFolder, 1)) {
                records.readOn(first, second.firstSeq() - 1);
                records.readOn(other, second.firstSeq() - 1);
                journal.discardTo(second.endSeq());
                journal.awaitHelper();
                assertFalse(other.next(Long.MAX_VALUE, 1));
                JournalFolders.copy(kept, home);
                assertFalse(first.next(Long.MAX_VALUE, 1));
            }
            FolderFiles.deleteTree(home);
        }
    }

    /** It is still listed: nobody gave it up. */
    @Test
    void shouldCallDamagedWhatHasLostItsSeal() throws IOException {
        final Path journalFolder = temp.resolve("journal");
        try (ChronicleJournal journal = ChronicleJournal.open(config())) {
            append(journal, 2_000);
        }
        Files.delete(JournalFolders.frames(journalFolder, 2).resolveSibling(SegmentDescriptor.SEAL_FILE));
        try (FolderReader reader = FolderReader.open(journalFolder, 1)) {
            assertEquals(
                    ErrorCode.DAMAGED,
                    assertThrows(PartitaException.class, () -> records.readOn(reader, Long.MAX_VALUE))
                            .code());
        }
    }

    @Test
    void shouldTellAReaderFromOutsideWhereItBegins() {
        final Path journalFolder = temp.resolve("journal");
        final long oldest;
        try (ChronicleJournal journal = ChronicleJournal.open(config())) {
            append(journal, 2_000);
            journal.discardTo(1_500);
            oldest = journal.firstSeq();
        }
        assertEquals(OptionalLong.empty(), FolderReader.chainAt(journalFolder, oldest - 2));
        assertEquals(OptionalLong.of(records.chainAt(oldest - 1)), FolderReader.chainAt(journalFolder, oldest - 1));
        assertEquals(OptionalLong.of(records.chainAt(oldest)), FolderReader.chainAt(journalFolder, oldest));
        assertEquals(OptionalLong.empty(), FolderReader.chainAt(journalFolder, records.lastSeq() + 1));
        try (FolderReader reader = FolderReader.open(journalFolder, oldest)) {
            assertEquals(oldest, reader.oldestSeq());
            assertEquals(records.lastSeq() - oldest + 1, records.readOn(reader, Long.MAX_VALUE));
        }
    }
}
