// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.journal;

import static io.partita.ledger.journal.RandomRecords.CLUSTER;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.PartitaException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Damaged journals are made whole from another copy, whose segments end elsewhere. {@code -Dpartita.damages=N} and {@code
 * -Dpartita.damages.seed=S} change how many random damages there are, and which.
 */
class JournalMenderTest {
    private static final int DAMAGES = Integer.getInteger("partita.damages", 20);
    private static final long SEED = Long.getLong("partita.damages.seed", 1);
    private static final int KILLS = Integer.getInteger("partita.mend.kills", 4);
    private static final int CUT_SEQ = 500;
    private static final int LAST_SEQ = 900;

    @TempDir
    Path temp;

    private final SplittableRandom random = new SplittableRandom(SEED);
    private final RandomRecords records = new RandomRecords(SEED);
    private Path closed;
    private Path killed;
    private Path source;

    /** Two journals of the same records, and the first one also as a kill leaves it. */
    @BeforeEach
    void makeJournals() throws IOException {
        closed = temp.resolve("closed");
        killed = temp.resolve("killed");
        source = temp.resolve("source");
        try (ChronicleJournal one = ChronicleJournal.open(config(closed, JournalConfig.SEGMENT_LENGTH_MIN));
                ChronicleJournal other = ChronicleJournal.open(config(source, 150_000))) {
            append(one, other, CUT_SEQ + 100);
            one.cutTo(CUT_SEQ);
            other.cutTo(CUT_SEQ);
            records.cutTo(CUT_SEQ);
            append(one, other, LAST_SEQ);
            one.awaitHelper();
            one.force();
            JournalFolders.copy(closed, killed);
            JournalFolders.shorten(killed);
        }
    }

    private void append(final ChronicleJournal one, final ChronicleJournal other, final long uptoSeq) {
        while (one.lastSeq() < uptoSeq) {
            records.frame(8, 300);
            records.appendTo(one);
            records.appendTo(other);
        }
    }

    private static JournalConfig config(final Path folder, final long segmentLength) {
        return JournalConfig.of(folder, CLUSTER).withSegmentLength(segmentLength);
    }

    @Test
    void shouldDoNothingWhenNothingIsDamaged() {
        final Map<String, ?> before = JournalFolders.content(temp);
        assertEquals(List.of(), JournalMender.mend(closed, List.of()).damages());
        assertEquals(before, JournalFolders.content(temp));
    }

    @Test
    void shouldPutBackOneRecordOfAnyCopy() throws IOException {
        final Path damaged = damage(closed, 300);
        final Map<String, ?> evidence = JournalFolders.content(damaged.getParent());

        final MendReport report = JournalMender.mend(closed, List.of(temp.resolve("nowhere"), source));

        assertEquals(1, report.segments().size());
        final MendReport.Mended segment = report.segments().get(0);
        assertEquals(1, segment.replaced().size());
        assertEquals(300, segment.replaced().get(0).firstSeq());
        assertEquals(300, segment.replaced().get(0).lastSeq());
        assertTrue(segment.replaced().get(0).from().startsWith(source), report.toString());
        assertEquals(evidence, JournalFolders.content(Path.of(segment.evidence())));
        assertWhole(closed);
        assertFalse(Files.exists(temp.resolve("closed.mending")));
        assertEquals(List.of(), JournalMender.mend(closed, List.of()).damages());
    }

    /** Chronicle's own blocks, the seal, the listing, an excerpt's header word: all records are there. */
    @Test
    void shouldNeedNoCopyWhereNoRecordIsDamaged() throws IOException {
        final List<SegmentEntry> segments = Manifest.read(closed).segments();
        for (final SegmentEntry entry : segments) {
            final Path frames = JournalFolders.frames(closed, entry.id());
            switch ((int) entry.id() % 3) {
                case 1 -> JournalFolders.flip(frames, 100, 3);
                case 2 -> {
                    JournalFolders.flip(frames, 65_810, 3);
                    Files.delete(frames.resolveSibling(SegmentDescriptor.SEAL_FILE));
                }
                default -> Files.delete(frames.resolveSibling(SegmentDescriptor.METADATA_FILE));
            }
        }

        final MendReport report = JournalMender.mend(closed, List.of());

        assertEquals(segments.size(), report.segments().size());
        assertEquals(0, report.replacedRecords());
        assertWhole(closed);
    }

    /** Bits of records, also of their checksums and chain values. */
    @Test
    void shouldPutBackSingleBitsOfSealedSegmentsWithoutACopy() throws IOException {
        flip(closed, 50, 3);
        flip(closed, 700, 3);
        final Path file = flip(closed, 300);
        for (int offset = 100_000; offset < 130_000; offset += 4_096 + 3) {
            JournalFolders.flip(file, offset, offset % 8);
        }

        final MendReport report = JournalMender.mend(closed, List.of());

        assertTrue(report.replacedRecords() >= 3, report.toString());
        assertTrue(
                report.segments().stream()
                        .flatMap(segment -> segment.replaced().stream())
                        .allMatch(MendReport.Replaced::isBitFlip),
                report.toString());
        assertWhole(closed);
    }

    /** Which segments there are, and where they end, no other copy tells. */
    @Test
    void shouldPutBackAnyOneBitOfTheManifest() throws IOException {
        final Path file = closed.resolve(Manifest.FILE);
        final String whole = Files.readString(file);
        for (int i = 0; i < 120; i++) {
            final char[] flipped = whole.toCharArray();
            final int offset = random.nextInt(flipped.length);
            flipped[offset] ^= (char) (1 << random.nextInt(8));
            assertEquals(whole, SealedText.withoutFlip(new String(flipped)), "offset=" + offset);
            if (i < 20) {
                flipped[(offset + 1 + i) % flipped.length] ^= (char) (1 << random.nextInt(8));
                assertNull(SealedText.withoutFlip(new String(flipped)), "offset=" + offset);
            }
        }
        JournalFolders.flip(file, random.nextInt(whole.length()), 3);
        final byte[] damaged = Files.readAllBytes(file);
        assertEquals(1, JournalMender.mend(closed, List.of()).damages().size());
        assertWhole(closed);
        assertEquals(
                Manifest.of(closed, whole).segments(), Manifest.read(closed).segments());
        assertArrayEquals(damaged, Files.readAllBytes(temp.resolve("closed.damaged/manifest")));
    }

    @Test
    void shouldJoinTwoCopiesThatAreBothDamaged() throws IOException {
        damage(closed, 50);
        damage(closed, 300);
        damage(closed, 700);
        damage(source, 600);
        damage(source, records.lastSeq());
        final Path copy = JournalFolders.copy(closed, temp.resolve("copy"));

        assertEquals(3, JournalMender.mend(closed, List.of(source)).replacedRecords());
        assertEquals(2, JournalMender.mend(source, List.of(copy)).replacedRecords());

        assertWhole(closed);
        assertWhole(source);
    }

    @Test
    void shouldChangeNothingWhenTheCopyLacksTheRecord() throws IOException {
        final Path shorter = temp.resolve("shorter");
        try (ChronicleJournal journal = ChronicleJournal.open(config(shorter, JournalConfig.SEGMENT_LENGTH_MIN))) {
            final RandomRecords few = new RandomRecords(SEED);
            while (journal.lastSeq() < 20) {
                few.frame(8, 300);
                few.appendTo(journal);
            }
        }
        damage(closed, 10); // this one it has
        damage(closed, 700);
        final Map<String, ?> before = JournalFolders.content(temp);

        final PartitaException refused =
                assertThrows(PartitaException.class, () -> JournalMender.mend(closed, List.of(shorter)));

        assertEquals(ErrorCode.MEND_REFUSED, refused.code());
        assertTrue(
                refused.problem().contains("in none of the other folders: firstSeq=700, lastSeq=700"),
                refused.problem());
        assertEquals(before, JournalFolders.content(temp));
    }

    /** The other journal goes another way from the very record on that is damaged here. */
    @Test
    void shouldTakeNothingOfAnotherHistory() throws IOException {
        final long seq = 700;
        final Path diverged = temp.resolve("diverged");
        final RandomRecords others = new RandomRecords(SEED + 1);
        try (ChronicleJournal journal = ChronicleJournal.open(config(diverged, JournalConfig.SEGMENT_LENGTH_MIN));
                FolderReader reader = FolderReader.open(source, 1)) {
            while (journal.lastSeq() < seq - 1 && reader.next(seq - 1, 1 << 16)) {
                journal.append(reader.buffer(), reader.offset(), reader.length());
            }
            others.continueFrom(journal);
            while (others.lastSeq() < LAST_SEQ) {
                others.frame(8, 300);
                others.appendTo(journal);
            }
        }
        damage(closed, seq);
        final Map<String, ?> before = JournalFolders.content(temp);

        final PartitaException refused =
                assertThrows(PartitaException.class, () -> JournalMender.mend(closed, List.of(diverged)));

        assertEquals(ErrorCode.MEND_REFUSED, refused.code());
        assertTrue(refused.problem().contains("another history: firstSeq=" + seq), refused.problem());
        assertEquals(before, JournalFolders.content(temp));
        assertEquals(1, JournalMender.mend(closed, List.of(diverged, source)).replacedRecords());
        assertWhole(closed);
    }

    @Test
    void shouldMendASegmentThatWasNotClosed() throws IOException {
        final long first = openSegment(killed).firstSeq();
        damage(killed, first);
        damage(killed, first + 50);
        assertThrows(PartitaException.class, () -> ChronicleJournal.open(config(killed, 1 << 20)));

        final MendReport report = JournalMender.mend(killed, List.of(source));

        assertEquals(2, report.replacedRecords());
        assertEquals(SegmentEntry.State.OPEN, openSegment(killed).state());
        assertWhole(killed);
        ChronicleJournal.open(config(killed, 1 << 20)).close();
        assertWhole(killed);
    }

    /** What the last record was cannot be proved: nothing behind it continues it. */
    @Test
    void shouldChangeNothingWhenTheEndItselfIsDamaged() throws IOException {
        damage(killed, records.lastSeq());
        final Map<String, ?> before = JournalFolders.content(temp);

        final PartitaException refused =
                assertThrows(PartitaException.class, () -> JournalMender.mend(killed, List.of(source)));

        assertEquals(ErrorCode.MEND_REFUSED, refused.code());
        assertEquals(before, JournalFolders.content(temp));
    }

    @Test
    void shouldMendRandomDamagesOfAClosedJournal() throws IOException {
        final Map<String, Integer> outcomes = new TreeMap<>();
        for (int i = 0; i < DAMAGES / 2; i++) {
            outcomes.merge(damageAndMend(closed, i), 1, Integer::sum);
        }
        System.out.println("mend damages: closed " + outcomes + " seed=" + SEED);
        assertFalse(outcomes.containsKey("MEND_REFUSED"), outcomes.toString());
        assertTrue(outcomes.get("MENDED") > DAMAGES / 4, outcomes.toString());
    }

    @Test
    void shouldMendRandomDamagesOfAKilledJournal() throws IOException {
        final Map<String, Integer> outcomes = new TreeMap<>();
        for (int i = 0; i < DAMAGES / 2; i++) {
            outcomes.merge(damageAndMend(killed, i), 1, Integer::sum);
        }
        System.out.println("mend damages: killed " + outcomes + " seed=" + SEED);
        assertTrue(outcomes.get("MENDED") > DAMAGES / 8, outcomes.toString());
    }

    private String damageAndMend(final Path original, final int round) throws IOException {
        final Path copy = JournalFolders.copy(original, temp.resolve("damaged-" + round));
        final StringBuilder what = new StringBuilder("round " + round + " of seed=" + SEED + ":");
        for (int i = random.nextInt(3); i >= 0; i--) {
            what.append(' ').append(RandomDamage.inflict(copy, source, random));
        }
        try {
            return mend(copy);
        } catch (final AssertionError | RuntimeException e) {
            throw new AssertionError(what.toString(), e);
        } finally {
            for (final String suffix : new String[] {"", ".damaged", ".mending"}) {
                final Path folder = temp.resolve("damaged-" + round + suffix);
                if (Files.exists(folder)) {
                    FolderFiles.deleteTree(folder);
                }
            }
        }
    }

    private String mend(final Path copy) {
        final Map<String, ?> before = JournalFolders.content(copy);
        try {
            if (JournalMender.mend(copy, List.of(source)).damages().isEmpty()) {
                return "NOT_DAMAGED"; // a torn tail, or a place that means nothing
            }
        } catch (final PartitaException e) {
            assertTrue(e.code() == ErrorCode.MEND_REFUSED || e.code() == ErrorCode.DAMAGED, e.toString());
            assertEquals(before, JournalFolders.content(copy));
            return e.code().name();
        }
        assertWhole(copy);
        assertEquals(List.of(), JournalMender.mend(copy, List.of()).damages());
        return "MENDED";
    }

    /** What a kill leaves between two steps: the damaged segment or the new one, without a seal; nothing is lost by another run. */
    @Test
    void shouldGoOnFromEachStepOfTheReplacement() throws IOException {
        final Path damaged = damage(closed, 300);
        final Path whole = JournalFolders.copy(closed, temp.resolve("whole"));
        JournalMender.mend(whole, List.of(source));
        final Manifest after = Manifest.read(whole);
        final long id =
                SegmentDescriptor.folderId(damaged.getParent().getFileName().toString());
        final List<SegmentEntry> meanwhile =
                new ArrayList<>(Manifest.read(closed).segments());
        SegmentKeeper.replace(
                meanwhile,
                after.segments().stream()
                        .filter(entry -> entry.id() == id)
                        .findFirst()
                        .orElseThrow()
                        .unsealed());
        Manifest.read(closed).with(meanwhile).write(closed);
        assertEquals(1, JournalVerifier.verify(closed).damages().size());
        final Path made =
                temp.resolve("closed.mending").resolve(damaged.getParent().getFileName());
        JournalFolders.copy(JournalFolders.frames(whole, id).getParent(), made);
        final Path first = JournalFolders.copy(closed, temp.resolve("first"));
        JournalFolders.copy(temp.resolve("closed.mending"), temp.resolve("first.mending"));
        // Nothing is replaced yet: what came from elsewhere is still at hand.
        assertEquals(1, JournalMender.mend(first, List.of()).replacedRecords());
        assertWhole(first);
        for (final Path file : JournalFolders.children(made)) {
            FolderFiles.rename(file, damaged.resolveSibling(file.getFileName()));
        }
        assertEquals(List.of(), JournalMender.mend(closed, List.of()).damages());
        assertWhole(closed);
        assertFalse(Files.exists(temp.resolve("closed.mending")));
        ChronicleJournal.open(config(closed, 1 << 20)).close();
        assertTrue(JournalVerifier.verify(closed).ok());
    }

    /** A kill at any moment costs nothing: it is run again. */
    @Test
    void shouldGoOnAfterAKill() throws IOException, InterruptedException {
        for (int i = 0; i < KILLS; i++) {
            final Path copy = JournalFolders.copy(closed, temp.resolve("killed-" + i));
            for (final long seq : new long[] {100, 300, 700}) {
                damage(copy, seq);
            }
            final Process child = ChildJvm.start(MendingProcess.class, copy.toString(), source.toString());
            try {
                child.getInputStream().read(); // it begins
                Thread.sleep(random.nextInt(400));
            } finally {
                child.destroyForcibly().waitFor();
            }
            JournalMender.mend(copy, List.of(source));
            assertWhole(copy);
            FolderFiles.deleteTree(copy);
        }
    }

    /** Child process: mends. */
    static final class MendingProcess {
        private MendingProcess() {}

        /** Arguments: the journal, and another copy of it. */
        public static void main(final String[] args) {
            System.out.println("begin");
            System.out.flush();
            JournalMender.mend(Path.of(args[0]), List.of(Path.of(args[1])));
        }
    }

    private void assertWhole(final Path journal) {
        assertEquals("[]", JournalVerifier.verify(journal).damages().toString());
        long last = 0;
        try (FolderReader reader = FolderReader.open(journal, 1)) {
            while (reader.next(Long.MAX_VALUE, 1 << 16)) {
                records.check(reader);
                last = reader.lastSeq();
            }
        }
        assertEquals(records.lastSeq(), last);
    }

    /** Damages a record so that its segment's seal cannot tell how; returns the file. */
    static Path damage(final Path journal, final long seq) throws IOException {
        return flip(journal, seq, 3, 5);
    }

    /** Flips bits of a byte of a record that counts. Where segments end is a matter of the helper's speed. */
    static Path flip(final Path journal, final long seq, final int... bits) throws IOException {
        final SegmentEntry segment = Manifest.read(journal).segments().stream()
                .filter(entry -> entry.counts()
                        && entry.firstSeq() <= seq
                        && (entry.state() == SegmentEntry.State.OPEN || seq <= entry.endSeq()))
                .findFirst()
                .orElseThrow();
        final Path file = JournalFolders.frames(journal, segment.id());
        try (RecordIndex index = new RecordIndex()) {
            index.read(file, seq, seq);
            for (final int bit : bits) {
                JournalFolders.flip(file, index.end(index.highest()) - 20, bit);
            }
        }
        return file;
    }

    static SegmentEntry openSegment(final Path journal) {
        return Manifest.read(journal).segments().stream()
                .filter(entry -> entry.state() == SegmentEntry.State.OPEN)
                .findFirst()
                .orElseThrow();
    }
}
