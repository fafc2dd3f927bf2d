// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.journal;

import static io.partita.ledger.journal.RandomRecords.CLUSTER;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.PartitaException;
import io.partita.ledger.model.RecordDescriptor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalVerifierTest {
    @TempDir
    Path temp;

    private Path folder;
    private final RandomRecords records = new RandomRecords(7);
    private final SplittableRandom random = new SplittableRandom(7);

    /** Several segments and a cut. */
    @BeforeEach
    void makeJournal() {
        folder = temp.resolve("journal");
        try (ChronicleJournal journal = ChronicleJournal.open(
                JournalConfig.of(folder, CLUSTER).withSegmentLength(JournalConfig.SEGMENT_LENGTH_MIN))) {
            while (journal.lastSeq() < 1_500) {
                records.frame(8, 300);
                records.appendTo(journal);
            }
            journal.cutTo(1_300);
            records.cutTo(1_300);
            while (journal.lastSeq() < 1_700) {
                records.frame(8, 300);
                records.appendTo(journal);
            }
        }
    }

    @Test
    void shouldFindNothingInASoundJournal() {
        final VerifyReport report = JournalVerifier.verify(folder);
        assertEquals("[]", report.damages().toString());
        assertTrue(report.ok());
        assertEquals(records.lastSeq(), report.records());
        assertEquals(records.lastSeq(), report.lastSeq());
        assertEquals(records.chainAt(records.lastSeq()), report.lastChain());
        assertTrue(report.quarantined() >= 200, report.toString());
        assertTrue(report.sealedSegments() >= 4, report.toString());
        assertEquals(report.segments(), report.sealedSegments());
    }

    @Test
    void shouldLocateAFlippedBitInAnyFile() throws IOException {
        final List<Path> files = new ArrayList<>();
        for (final Path path : JournalFolders.list(folder)) {
            if (Files.isRegularFile(path)) {
                files.add(path);
            }
        }
        final TreeSet<String> kinds = new TreeSet<>();
        for (int i = 0; i < 200; i++) {
            final Path file = files.get(random.nextInt(files.size()));
            final long offset = random.nextLong(Files.size(file));
            final int bit = random.nextInt(8);
            kinds.add(file.getFileName().toString());
            expectLocated(file, offset, bit);
        }
        assertEquals("[" + SegmentDescriptor.FRAMES_FILE + ", manifest, metadata.cq4t, seal]", kinds.toString());
    }

    /** The places that random ones seldom hit: header words, file header, index, frame headers, record headers. */
    @Test
    void shouldLocateAFlippedBitInEveryWordOfTheFirstFrames() throws IOException {
        final Path file = JournalFolders.frames(folder, 1);
        for (int offset = 0; offset < 256; offset += 3) {
            expectLocated(file, offset, offset % 8);
        }
        for (int offset = 65_800; offset < 66_100; offset += 3) {
            expectLocated(file, offset, offset % 8);
        }
    }

    private void expectLocated(final Path file, final long offset, final int bit) throws IOException {
        final String name = folder.relativize(file).toString();
        JournalFolders.flip(file, offset, bit);
        final VerifyReport report = JournalVerifier.verify(folder);
        JournalFolders.flip(file, offset, bit);
        final String context = name + " " + offset + "." + bit + ": " + report.damages();
        assertFalse(report.ok(), context);
        final Damage damage = report.damages().stream()
                .filter(found -> found.file().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError(context));
        if (name.equals(Manifest.FILE)) {
            // By the line; to the byte unless the flip made or broke a line.
            assertTrue(Math.abs(damage.offset() - offset) < 600, context);
        } else {
            assertEquals(offset, damage.offset(), context);
        }
    }

    @Test
    void shouldNameTheRecordOfAFlippedBit() throws IOException {
        final Path file = JournalFolders.frames(folder, 2);
        final long first = firstSeqOf(2);
        JournalFolders.flip(
                file,
                65_808 + 4 + SegmentDescriptor.SEGMENT_LENGTH + 4 + SegmentDescriptor.FRAME_HEADER_LENGTH + 20,
                3);
        final VerifyReport report = JournalVerifier.verify(folder);
        assertEquals(1, report.damages().size(), report.toString());
        assertEquals(first, report.damages().get(0).seq());
        assertEquals(2, report.damages().get(0).segment());
        assertEquals(first - 1, firstGoodRun());
    }

    /** No checksum of the record covers its chain value; the chain itself does, for whoever verifies and for whoever reads. */
    @Test
    void shouldFindEveryFlippedBitOfAChainValue() throws IOException {
        final Path file = JournalFolders.frames(folder, 2);
        final long record = 65_808 + 4 + SegmentDescriptor.SEGMENT_LENGTH + 4 + SegmentDescriptor.FRAME_HEADER_LENGTH;
        final long first = firstSeqOf(2);
        for (int bit = 0; bit < Long.SIZE; bit++) {
            final long offset = record + RecordDescriptor.CHAIN_OFFSET + bit / 8;
            JournalFolders.flip(file, offset, bit % 8);
            assertEquals(first, JournalVerifier.verify(folder).damages().get(0).seq(), "bit " + bit);
            assertEquals(first - 1, firstGoodRun(), "bit " + bit);
            JournalFolders.flip(file, offset, bit % 8);
        }
        assertTrue(JournalVerifier.verify(folder).ok());
    }

    @Test
    void shouldTellWhereAJournalBeginsWhoseStartIsGone() throws IOException {
        try (FolderReader reader = FolderReader.open(folder, 1)) {
            assertEquals(1, reader.oldestSeq());
        }
        final Manifest whole = Manifest.read(folder);
        final Manifest rest = whole.without(whole.segments().get(0));
        rest.write(folder);
        try (FolderReader reader = FolderReader.open(folder, 1)) {
            assertEquals(rest.segments().get(0).firstSeq(), reader.oldestSeq());
            assertFalse(reader.next(Long.MAX_VALUE, 1));
        }
    }

    private long firstSeqOf(final long segment) {
        final Manifest manifest = Manifest.read(folder);
        return manifest.segments().stream()
                .filter(entry -> entry.id() == segment)
                .findFirst()
                .orElseThrow()
                .firstSeq();
    }

    /** Reads until the damage; the last seq before it. */
    private long firstGoodRun() {
        try (FolderReader reader = FolderReader.open(folder, 1)) {
            final PartitaException e =
                    assertThrows(PartitaException.class, () -> records.readOn(reader, Long.MAX_VALUE));
            assertEquals(ErrorCode.DAMAGED, e.code());
            assertTrue(e.getMessage().contains("segment=2, offset="), e.getMessage());
            return reader.lastSeq();
        }
    }

    @Test
    void shouldNotServeADamagedRecordAfterARestart() throws IOException {
        JournalFolders.flip(JournalFolders.frames(folder, 2), 90_000, 3);
        try (ChronicleJournal journal = ChronicleJournal.open(JournalConfig.of(folder, CLUSTER));
                JournalReader reader = journal.reader(1)) {
            final PartitaException e =
                    assertThrows(PartitaException.class, () -> records.readOn(reader, Long.MAX_VALUE));
            assertEquals(ErrorCode.DAMAGED, e.code());
        }
    }

    @Test
    void shouldFindMissingExtraAndTruncatedFiles() throws IOException {
        final Map<String, ByteBuffer> content = JournalFolders.content(folder);
        for (final String name : content.keySet()) {
            final Path file = folder.resolve(name);
            final byte[] bytes = content.get(name).array();
            Files.delete(file);
            expectDamaged(name);
            Files.write(file, bytes);
            JournalFolders.truncate(file, random.nextInt(bytes.length));
            expectDamaged(name);
            Files.write(file, bytes);
            JournalFolders.write(file, bytes.length, new byte[] {0});
            expectDamaged(name);
            Files.write(file, bytes);
        }
        final Path extra = folder.resolve(SegmentDescriptor.folderName(1)).resolve("20260101F.cq4");
        Files.createFile(extra);
        expectDamaged(folder.relativize(extra).toString());
        Files.delete(extra);
        Files.createFile(folder.resolve("notes.txt"));
        expectDamaged("notes.txt");
    }

    private void expectDamaged(final String name) {
        final VerifyReport report = JournalVerifier.verify(folder);
        assertTrue(
                report.damages().stream().anyMatch(damage -> damage.file().equals(name)),
                name + ": " + report.damages());
    }

    @Test
    void shouldFindAZeroedPageInASealedSegment() throws IOException {
        JournalFolders.write(JournalFolders.frames(folder, 1), 81_920, new byte[4096]);
        final VerifyReport report = JournalVerifier.verify(folder);
        final Damage first = report.damages().get(0);
        assertEquals(1, first.segment());
        assertTrue(first.seq() > 0, report.toString());
    }

    @Test
    void shouldSayThatThereIsNoJournal() {
        final PartitaException e =
                assertThrows(PartitaException.class, () -> JournalVerifier.verify(temp.resolve("elsewhere")));
        assertEquals(ErrorCode.STORAGE_FAILED, e.code());
    }
}
