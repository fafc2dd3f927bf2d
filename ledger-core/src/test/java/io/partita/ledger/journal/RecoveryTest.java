// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.journal;

import static io.partita.ledger.journal.RandomRecords.CLUSTER;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.Id128;
import io.partita.ledger.model.PartitaException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Opening what a killed writer, a power cut or a bad disk left. */
class RecoveryTest {
    private static final int INCOMPLETE = 1 << 31;
    private static final int HEAD = 4 + SegmentDescriptor.FRAME_HEADER_LENGTH;

    @TempDir
    Path temp;

    private final RandomRecords records = new RandomRecords(3);
    private Path folder;
    private long openSegment;
    private long endOffset;

    /** A folder as a kill -9 leaves it: three sealed segments, one open, one prepared. */
    @BeforeEach
    void makeCrashed() throws IOException {
        final Path live = temp.resolve("live");
        folder = temp.resolve("journal");
        try (ChronicleJournal journal = ChronicleJournal.open(config(live))) {
            for (int i = 0; i < 4; i++) {
                final long target = journal.lastSeq() + 300;
                while (journal.lastSeq() < target) {
                    records.frame(8, 300);
                    records.appendTo(journal);
                }
                journal.awaitHelper();
            }
            JournalFolders.copy(live, folder);
        }
        for (final SegmentEntry entry : Manifest.read(folder).segments()) {
            if (entry.state() == SegmentEntry.State.OPEN) {
                openSegment = entry.id();
            }
        }
        endOffset = endOfRecords();
    }

    private static JournalConfig config(final Path folder) {
        return JournalConfig.of(folder, CLUSTER)
                .withSegmentLength(JournalConfig.SEGMENT_LENGTH_MIN)
                .withVerifyOwnReads(true);
    }

    private long endOfRecords() {
        return JournalFolders.endOfExcerpts(frames(), openSegment);
    }

    private Path frames() {
        return JournalFolders.frames(folder, openSegment);
    }

    private RecoveryReport expectWhole() {
        final RecoveryReport report;
        try (ChronicleJournal journal = ChronicleJournal.open(config(folder))) {
            report = journal.recovery();
            assertEquals(records.lastSeq(), journal.lastSeq());
            assertEquals(records.epochRuns(), journal.epochRuns().runs());
            try (JournalReader reader = journal.reader(1)) {
                assertEquals(records.lastSeq(), records.readOn(reader, Long.MAX_VALUE));
            }
            final RandomRecords more = records;
            more.frame(8, 300);
            more.appendTo(journal);
        }
        final VerifyReport verified = JournalVerifier.verify(folder);
        assertEquals("[]", verified.damages().toString());
        assertEquals("[]", verified.notes().toString());
        assertEquals(records.lastSeq(), verified.records());
        try (FolderReader reader = FolderReader.open(folder, 1)) {
            assertEquals(records.lastSeq(), records.readOn(reader, Long.MAX_VALUE));
        }
        try (ChronicleJournal journal = ChronicleJournal.open(config(folder))) {
            assertTrue(journal.recovery().clean());
            assertEquals(records.lastSeq(), journal.lastSeq());
        }
        return report;
    }

    private PartitaException expectDamaged() {
        final Map<String, ByteBuffer> before = JournalFolders.content(folder);
        final PartitaException e = assertThrows(PartitaException.class, () -> ChronicleJournal.open(config(folder)));
        assertEquals(ErrorCode.DAMAGED, e.code());
        assertEquals(before, JournalFolders.content(folder), "nothing may be changed");
        return e;
    }

    @Test
    void shouldRestartAfterAKill() {
        final RecoveryReport report = expectWhole();
        assertFalse(report.clean());
        assertFalse(report.tornTail());
        assertFalse(report.fresh());
    }

    /** The bytes of an append that did not come to its end: header word, head, and a part of the frame. */
    private void writeUnfinished(final RandomRecords frame, final int length, final int word) throws IOException {
        final ByteBuffer bytes = ByteBuffer.allocate(4 + SegmentDescriptor.FRAME_HEADER_LENGTH + frame.length())
                .order(ByteOrder.LITTLE_ENDIAN);
        bytes.putInt(0, word);
        final UnsafeBuffer view = new UnsafeBuffer(bytes);
        SegmentDescriptor.putFrameHeader(view, 4, frame.length(), frame.count(), 0);
        view.putBytes(4 + SegmentDescriptor.FRAME_HEADER_LENGTH, frame.buffer(), 0, frame.length());
        JournalFolders.write(frames(), endOffset, Arrays.copyOf(bytes.array(), length));
    }

    /** The records so far. */
    private RandomRecords again() {
        final RandomRecords more = new RandomRecords(3);
        while (more.lastSeq() < records.lastSeq()) {
            more.frame(8, 300);
        }
        assertEquals(records.lastSeq(), more.lastSeq());
        return more;
    }

    private RandomRecords oneMore() {
        final RandomRecords more = again();
        more.frame(1, 300);
        return more;
    }

    /** A frame of some records, of which the first may be whole although the frame is not. */
    private RandomRecords manyMore() {
        final RandomRecords more = again();
        more.frame(20, 300);
        assertTrue(more.lastSeq() > records.lastSeq() + 1, "the seed gives more than one record");
        return more;
    }

    /** A frame over some sectors, with records that end in the first ones. */
    private RandomRecords longFrame() {
        for (int count = 20; ; count *= 2) {
            final RandomRecords more = again();
            more.frame(count, 300);
            if (more.length() >= 3000) {
                return more;
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, INCOMPLETE})
    void shouldCutATornTail(final int word) throws IOException {
        final RandomRecords more = manyMore();
        for (final int length : new int[] {4, 8, HEAD, HEAD + 4, HEAD + more.length() / 2}) {
            JournalFolders.write(frames(), endOffset, new byte[8192]);
            writeUnfinished(more, length, word);
            final boolean torn = word != 0 || length > 4;
            final VerifyReport verified = JournalVerifier.verify(folder);
            assertEquals("[]", verified.damages().toString());
            assertEquals(torn ? openSegment : 0, verified.tornSegment());
            assertEquals(torn ? endOffset : 0, verified.tornOffset());
            final Path copy = JournalFolders.copy(folder, temp.resolve("copy-" + length));
            try (ChronicleJournal journal = ChronicleJournal.open(config(copy))) {
                assertEquals(records.lastSeq(), journal.lastSeq());
                assertEquals(torn, journal.recovery().tornTail());
                assertEquals(torn ? openSegment : 0, journal.recovery().tornSegment());
                assertEquals(torn ? endOffset : 0, journal.recovery().tornOffset());
            }
            assertEquals("[]", JournalVerifier.verify(copy).damages().toString());
        }
        final RecoveryReport report = expectWhole();
        assertTrue(report.tornTail());
    }

    @Test
    void shouldNotCutATornTailThatIsNotTrusted() throws IOException {
        writeUnfinished(oneMore(), 20, INCOMPLETE);
        final Map<String, ByteBuffer> before = JournalFolders.content(folder);
        final PartitaException e = assertThrows(
                PartitaException.class,
                () -> ChronicleJournal.open(config(folder).withTailTrusted(false)));
        assertEquals(ErrorCode.DAMAGED, e.code());
        assertEquals(before, JournalFolders.content(folder));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, INCOMPLETE})
    void shouldTakeAFrameThatLacksNothingButItsHeaderWord(final int word) throws IOException {
        final RandomRecords more = manyMore();
        writeUnfinished(more, HEAD + more.length(), word);
        try (ChronicleJournal journal = ChronicleJournal.open(config(folder))) {
            assertEquals(more.lastSeq(), journal.lastSeq());
            try (JournalReader reader = journal.reader(1)) {
                assertEquals(more.lastSeq(), more.readOn(reader, Long.MAX_VALUE));
            }
        }
        assertEquals("[]", JournalVerifier.verify(folder).damages().toString());
        try (FolderReader reader = FolderReader.open(folder, 1)) {
            assertEquals(more.lastSeq(), more.readOn(reader, Long.MAX_VALUE));
        }
    }

    @Test
    void shouldRefuseACompleteFrameWhoseChecksumIsWrong() throws IOException {
        final RandomRecords more = oneMore();
        writeUnfinished(more, HEAD + more.length(), SegmentDescriptor.FRAME_HEADER_LENGTH + more.length());
        JournalFolders.flip(frames(), endOffset + HEAD + 70, 1);
        final PartitaException e = expectDamaged();
        assertTrue(e.getMessage().contains("segment=" + openSegment), e.getMessage());
        assertTrue(e.getMessage().contains("seq=" + (records.lastSeq() + 1)), e.getMessage());
        assertTrue(e.getMessage().contains("offset=" + (endOffset + HEAD)), e.getMessage());
        assertFalse(JournalVerifier.verify(folder).ok());
    }

    @Test
    void shouldCutAfterAPowerCutWhatWasWrittenInPart() throws IOException {
        pretendRestartOfTheMachine();
        final RandomRecords more = again();
        more.frame(20, 3000);
        writeUnfinished(more, HEAD + more.length(), SegmentDescriptor.FRAME_HEADER_LENGTH + more.length());
        final long hole = (endOffset / 512 + 3) * 512;
        JournalFolders.write(frames(), hole, new byte[512]);
        final RecoveryReport report = expectWhole();
        assertTrue(report.bootChanged());
        assertTrue(report.tornTail());
    }

    /** Of a frame with whole records before what is missing, none counts: the segment ends with the frame before. */
    @Test
    void shouldCutAfterAPowerCutAllOfAFrameThatWasWrittenInPart() throws IOException {
        pretendRestartOfTheMachine();
        final RandomRecords more = longFrame();
        writeUnfinished(more, HEAD + more.length(), SegmentDescriptor.FRAME_HEADER_LENGTH + more.length());
        final long hole = (endOffset + HEAD + more.length()) / 512 * 512 - 512;
        JournalFolders.write(frames(), hole, new byte[512]);
        assertEquals(openSegment, JournalVerifier.verify(folder).tornSegment());
        final RecoveryReport report = expectWhole();
        assertTrue(report.tornTail());
        assertEquals(endOffset, report.tornOffset());
    }

    /** The length of a file is written with what makes it longer: what was never forced may be behind its end. */
    @ParameterizedTest
    @ValueSource(ints = {0, 4, 20, HEAD, HEAD + 1000, HEAD + 2900})
    void shouldCutAfterAPowerCutWhatIsBehindTheEndOfTheFile(final int length) throws IOException {
        final RandomRecords more = longFrame();
        writeUnfinished(more, HEAD + more.length(), SegmentDescriptor.FRAME_HEADER_LENGTH + more.length());
        JournalFolders.truncate(frames(), endOffset + length);
        expectDamaged();
        pretendRestartOfTheMachine();
        assertEquals("[]", JournalVerifier.verify(folder).damages().toString());
        assertEquals(openSegment, JournalVerifier.verify(folder).tornSegment());
        final RecoveryReport report = expectWhole();
        assertTrue(report.tornTail());
        assertEquals(endOffset, report.tornOffset());
    }

    @Test
    void shouldRefuseAfterAPowerCutALengthThatAFrameItselfDenies() throws IOException {
        pretendRestartOfTheMachine();
        final RandomRecords more = oneMore();
        writeUnfinished(more, HEAD + more.length(), SegmentDescriptor.FRAME_HEADER_LENGTH + more.length() + 500_000);
        expectDamaged();
    }

    @Test
    void shouldRefuseAfterAPowerCutWhatNoPowerCutDoes() throws IOException {
        pretendRestartOfTheMachine();
        JournalFolders.flip(frames(), endOffset - 9, 5);
        expectDamaged();
    }

    /** Of two frames that were never forced the disk may have the second only; of one that was forced, it has it. */
    @Test
    void shouldTellAHoleOfAPowerCutFromDamageByWhatHadBeenForced() throws IOException {
        pretendRestartOfTheMachine();
        final RandomRecords more = again();
        more.frame(1, 300);
        final long hole = more.lastSeq();
        final int skipped = HEAD + more.length();
        more.frame(1, 300);
        endOffset += skipped;
        writeUnfinished(more, HEAD + more.length(), SegmentDescriptor.FRAME_HEADER_LENGTH + more.length());
        final ByteBuffer durableSeq = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
        JournalFolders.write(
                frames(), endOffset + 16, durableSeq.putLong(0, hole).array());
        expectDamaged();
        assertFalse(JournalVerifier.verify(folder).ok());
        JournalFolders.write(
                frames(), endOffset + 16, durableSeq.putLong(0, hole - 1).array());
        final RecoveryReport report = expectWhole();
        assertTrue(report.tornTail());
    }

    private void pretendRestartOfTheMachine() throws IOException {
        final Manifest manifest = Manifest.read(folder);
        new Manifest(
                        manifest.clusterId(),
                        manifest.generation(),
                        "before",
                        manifest.lastId(),
                        manifest.base(),
                        manifest.segments())
                .write(folder);
    }

    @Test
    void shouldLoseNothingToAFlippedBitInTheOpenSegment() throws IOException {
        final SplittableRandom random = new SplittableRandom(5);
        final byte[] bytes = Files.readAllBytes(frames());
        int refused = 0;
        for (int i = 0; i < 90; i++) {
            final long from = i % 3 == 0 ? endOffset - 400 : 65_808;
            final long offset = from + random.nextLong(endOffset - from);
            JournalFolders.flip(frames(), offset, random.nextInt(8));
            try (Recovered recovered = recover()) {
                assertEquals(records.lastSeq(), recovered.lastSeq, "flip at " + offset);
            } catch (final PartitaException e) {
                assertEquals(ErrorCode.DAMAGED, e.code());
                refused++;
            }
            try (java.io.RandomAccessFile file = new java.io.RandomAccessFile(frames().toFile(), "rw")) {
                file.seek(offset);
                file.write(bytes[(int) offset]);
            }
        }
        assertTrue(refused > 84, "refused=" + refused);
        expectWhole();
    }

    /** Recovery without the rest of the opening, on a copy of the manifest. */
    private Recovered recover() throws IOException {
        final byte[] manifest = Files.readAllBytes(folder.resolve(Manifest.FILE));
        final Recovery recovery = new Recovery(config(folder));
        return new Recovered(recovery, manifest);
    }

    private final class Recovered implements AutoCloseable {
        private final byte[] manifest;
        private final long lastSeq;

        Recovered(final Recovery recovery, final byte[] manifest) throws IOException {
            this.manifest = manifest;
            recovery.recoverRecords();
            lastSeq = recovery.lastSeq();
        }

        @Override
        public void close() throws IOException {
            Files.write(folder.resolve(Manifest.FILE), manifest);
        }
    }

    @Test
    void shouldRefuseAHole() throws IOException {
        JournalFolders.write(frames(), 69_632, new byte[4096]);
        expectDamaged();
    }

    @Test
    void shouldRefuseATruncatedOpenSegment() throws IOException {
        for (final long length : new long[] {endOffset, endOffset - 8, 66_000, 4096, 0}) {
            JournalFolders.truncate(frames(), length);
            expectDamaged();
        }
    }

    @Test
    void shouldRefuseAMissingSegmentOrManifest() throws IOException {
        final Path manifest = folder.resolve(Manifest.FILE);
        final byte[] bytes = Files.readAllBytes(manifest);
        Files.delete(manifest);
        expectDamaged();
        for (int i = 0; i < 40; i++) {
            Files.write(manifest, bytes);
            JournalFolders.flip(manifest, (bytes.length - 1) * i / 39, i % 8);
            expectDamaged();
        }
        Files.write(manifest, bytes);
        Files.delete(JournalFolders.frames(folder, 2));
        expectDamaged();
    }

    @Test
    void shouldRefuseAnotherClusterAndAnotherFormat() throws IOException {
        final PartitaException cluster = assertThrows(
                PartitaException.class, () -> ChronicleJournal.open(JournalConfig.of(folder, new Id128(1, 2))));
        assertEquals(ErrorCode.WRONG_CLUSTER, cluster.code());
        final String text = Files.readString(folder.resolve(Manifest.FILE));
        final List<String> lines = text.lines().toList();
        final String head = lines.get(0).replace("partita-journal 1", "partita-journal 3");
        final StringBuilder later =
                new StringBuilder(FolderFiles.seal(head.substring(0, head.lastIndexOf(" crc="))) + "\n");
        lines.subList(1, lines.size() - 1).forEach(line -> later.append(line).append('\n'));
        later.append(FolderFiles.seal("end lines=" + (lines.size() - 1) + " all="
                        + String.format("%08x", FolderFiles.crc(later.toString()))))
                .append('\n');
        Files.writeString(folder.resolve(Manifest.FILE), later.toString());
        final PartitaException format =
                assertThrows(PartitaException.class, () -> ChronicleJournal.open(config(folder)));
        assertEquals(ErrorCode.UNKNOWN_FORMAT, format.code());
    }

    @Test
    void shouldClearAwayLeftovers() throws IOException {
        Files.writeString(folder.resolve(Manifest.FILE + ".tmp"), "half a manif");
        final Path half = Files.createDirectory(folder.resolve(SegmentDescriptor.folderName(77)));
        Files.createFile(half.resolve("metadata.cq4t"));
        final Path empty = Files.createDirectory(folder.resolve(SegmentDescriptor.folderName(78)));
        Files.writeString(
                folder.resolve(SegmentDescriptor.folderName(openSegment)).resolve("seal.tmp"), "half a seal");
        expectWhole();
        assertFalse(Files.exists(half));
        assertFalse(Files.exists(empty));
    }

    @Test
    void shouldRefuseASegmentWithRecordsThatTheManifestDoesNotList() throws IOException {
        JournalFolders.copy(
                folder.resolve(SegmentDescriptor.folderName(2)), folder.resolve(SegmentDescriptor.folderName(99)));
        expectDamaged();
    }

    @Test
    void shouldSealAgainWhatWasClosedButNotSealed() throws IOException {
        final Manifest manifest = Manifest.read(folder);
        final List<SegmentEntry> entries = new java.util.ArrayList<>(manifest.segments());
        final SegmentEntry entry = entries.get(1);
        entries.set(
                1,
                new SegmentEntry(
                        entry.id(),
                        SegmentEntry.State.CLOSED,
                        entry.firstSeq(),
                        entry.previousChain(),
                        entry.endSeq(),
                        entry.endChain(),
                        entry.endEpoch(),
                        entry.endTimestamp(),
                        entry.storedSeq(),
                        entry.endOffset(),
                        0,
                        0,
                        entry.runs()));
        manifest.with(entries).write(folder);
        Files.delete(folder.resolve(SegmentDescriptor.folderName(entry.id())).resolve("seal"));
        expectWhole();
    }
}
