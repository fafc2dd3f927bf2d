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
        final long first = firstSeqOf(closed, 2);
        final Path damaged = JournalFolders.frames(closed, 2);
        JournalFolders.flip(damaged, 65_900, 3);
        final Map<String, ?> evidence = JournalFolders.content(damaged.getParent());

        final MendReport report = JournalMender.mend(closed, List.of(temp.resolve("nowhere"), source));

        assertEquals(1, report.replacedRecords());
        final MendReport.Mended segment = report.segments().get(0);
        assertEquals(2, segment.segment());
        assertEquals(first, segment.replaced().get(0).firstSeq());
        assertTrue(segment.replaced().get(0).from().startsWith(source), report.toString());
        assertEquals(evidence, JournalFolders.content(Path.of(segment.evidence())));
        assertWhole(closed);
        assertFalse(Files.exists(temp.resolve("closed.mending")));
        assertEquals(List.of(), JournalMender.mend(closed, List.of()).damages());
    }

    /** Chronicle's own blocks, the seal, the listing: all records are there. */
    @Test
    void shouldNeedNoCopyWhereNoRecordIsDamaged() throws IOException {
        JournalFolders.flip(JournalFolders.frames(closed, 1), 100, 3);
        JournalFolders.flip(JournalFolders.frames(closed, 2), 65_810, 3);
        Files.delete(closed.resolve(SegmentDescriptor.folderName(3)).resolve(SegmentDescriptor.SEAL_FILE));
        Files.delete(closed.resolve(SegmentDescriptor.folderName(3)).resolve(SegmentDescriptor.METADATA_FILE));

        final MendReport report = JournalMender.mend(closed, List.of());

        assertEquals(3, report.segments().size());
        assertEquals(0, report.replacedRecords());
        assertWhole(closed);
    }

    @Test
    void shouldJoinTwoCopiesThatAreBothDamaged() throws IOException {
        for (final long segment : new long[] {1, 2, 3}) {
            JournalFolders.flip(JournalFolders.frames(closed, segment), 65_900 + 2_000 * segment, 3);
        }
        final int sourceSegments = Manifest.read(source).segments().size();
        JournalFolders.flip(JournalFolders.frames(source, sourceSegments), 66_000, 3);
        final Path copy = JournalFolders.copy(closed, temp.resolve("copy"));

        assertEquals(3, JournalMender.mend(closed, List.of(source)).replacedRecords());
        JournalMender.mend(source, List.of(copy));

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
        JournalFolders.flip(JournalFolders.frames(closed, 1), 65_900, 3); // this one it has
        JournalFolders.flip(JournalFolders.frames(closed, 3), 65_900, 3);
        final Map<String, ?> before = JournalFolders.content(temp);

        final PartitaException refused =
                assertThrows(PartitaException.class, () -> JournalMender.mend(closed, List.of(shorter)));

        assertEquals(ErrorCode.MEND_REFUSED, refused.code());
        final long seq = firstSeqOf(closed, 3);
        assertTrue(
                refused.problem().contains("firstSeq=" + seq + ", lastSeq=" + seq + ", segment=3"), refused.problem());
        assertEquals(before, JournalFolders.content(temp));
    }

    /** The other journal goes another way from the very record on that is damaged here. */
    @Test
    void shouldTakeNothingOfAnotherHistory() throws IOException {
        final long seq = firstSeqOf(closed, 3);
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
        JournalFolders.flip(JournalFolders.frames(closed, 3), 65_900, 3);
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
        final long id = openSegment(killed).id();
        final Path open = JournalFolders.frames(killed, id);
        JournalFolders.flip(open, 65_900, 3);
        JournalFolders.flip(open, 70_000, 3);
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
        final Path open = JournalFolders.frames(killed, openSegment(killed).id());
        final byte[] bytes = Files.readAllBytes(open);
        int last = bytes.length - 1;
        while (bytes[last] == 0) {
            last--;
        }
        JournalFolders.flip(open, last - 10, 3);
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

    /** What a kill leaves between two steps: it is damage, too, and needs no other copy any more. */
    @Test
    void shouldGoOnFromEachStepOfTheReplacement() throws IOException {
        final Path manifest = closed.resolve(Manifest.FILE);
        final Path segment = closed.resolve(SegmentDescriptor.folderName(2));
        JournalFolders.flip(JournalFolders.frames(closed, 2), 65_900, 3);
        final byte[] before = Files.readAllBytes(manifest);
        JournalMender.mend(closed, List.of(source));

        Files.write(manifest, before);
        assertFalse(JournalVerifier.verify(closed).ok());
        assertEquals(0, JournalMender.mend(closed, List.of()).replacedRecords());
        assertWhole(closed);

        Files.write(manifest, before);
        Files.createDirectory(temp.resolve("closed.mending"));
        Files.move(segment, temp.resolve("closed.mending").resolve(segment.getFileName()));
        assertTrue(JournalMender.mend(closed, List.of()).replacedRecords() > 100);
        assertWhole(closed);
    }

    /** A kill at any moment costs nothing: it is run again. */
    @Test
    void shouldGoOnAfterAKill() throws IOException, InterruptedException {
        for (int i = 0; i < KILLS; i++) {
            final Path copy = JournalFolders.copy(closed, temp.resolve("killed-" + i));
            final int segments = Manifest.read(copy).segments().size();
            for (long segment = 1; segment <= segments; segment++) {
                JournalFolders.flip(JournalFolders.frames(copy, segment), 65_900, 3);
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

    private static long firstSeqOf(final Path journal, final long segment) {
        return Manifest.read(journal).segments().stream()
                .filter(entry -> entry.id() == segment)
                .findFirst()
                .orElseThrow()
                .firstSeq();
    }

    private static SegmentEntry openSegment(final Path journal) {
        return Manifest.read(journal).segments().stream()
                .filter(entry -> entry.state() == SegmentEntry.State.OPEN)
                .findFirst()
                .orElseThrow();
    }
}
