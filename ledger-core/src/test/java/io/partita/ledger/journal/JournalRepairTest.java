// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.journal;

import static io.partita.ledger.journal.RandomRecords.CLUSTER;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.PartitaException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Damaged records of a journal in use are replaced in place (R39). */
@Tag("once")
class JournalRepairTest {
    private static final int KILLS = Integer.getInteger("partita.mend.kills", 4);
    private static final int LAST_SEQ = 2_000;
    private static final int PAGE = 4096;

    @TempDir
    Path temp;

    private final RandomRecords records = new RandomRecords(1);
    private Path folder;
    private Path fetched;
    private ChronicleJournal journal;

    /** A journal whose first segments are sealed, and what another node would send of it. */
    @BeforeEach
    void makeJournal() throws IOException {
        folder = temp.resolve("data").resolve("journal");
        fetched = temp.resolve("fetched");
        journal = ChronicleJournal.open(config(folder));
        append(LAST_SEQ);
        journal.awaitHelper();
        fetched = copyOfRecords(temp.resolve("fetched"));
    }

    @AfterEach
    void close() {
        journal.close();
    }

    private static JournalConfig config(final Path folder) {
        return JournalConfig.of(folder, CLUSTER).withSegmentLength(JournalConfig.SEGMENT_LENGTH_MIN);
    }

    private void append(final long uptoSeq) {
        while (journal.lastSeq() < uptoSeq) {
            records.frame(8, 300);
            records.appendTo(journal);
            journal.awaitHelper(); // else a segment goes on as long as the next one is not ready
        }
    }

    /** Records in a row, as they are fetched. */
    private Path copyOfRecords(final Path file) throws IOException {
        try (JournalReader reader = journal.reader(1)) {
            while (reader.next(Long.MAX_VALUE, 1 << 16)) {
                final byte[] run = new byte[reader.length()];
                reader.buffer().getBytes(reader.offset(), run);
                Files.write(file, run, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            }
        }
        return file;
    }

    private static RepairReport repair(
            final ChronicleJournal of, final long first, final long last, final List<Path> sources) {
        assertTrue(of.repair(first, last, sources));
        return await(of);
    }

    private static RepairReport await(final ChronicleJournal of) {
        for (int i = 0; i < 60_000; i++) {
            final RepairReport report = of.pollRepair();
            if (report != null) {
                return report;
            }
            LockSupport.parkNanos(1_000_000);
        }
        throw new AssertionError("the repair does not end");
    }

    /** First it finds what is missing, then it is given that. */
    private void repairWithWhatIsFetched(final long metSeq, final long first, final long last) {
        final RepairReport found = repair(journal, metSeq, metSeq, List.of());
        assertEquals(first + ".." + last, found.missingFirst() + ".." + found.missingLast());
        assertFalse(found.isWhole());
        final RepairReport report = repair(journal, first, last, List.of(fetched));
        assertTrue(report.isWhole(), report.toString());
    }

    /** Readers within and without, the scrubber's way, a verifier, and another start. */
    private void assertWhole() {
        assertWhole(journal);
        assertFalse(Files.exists(folder.resolveSibling("journal.mending")));
        append(journal.lastSeq() + 200);
        assertWhole(journal);
        journal.close();
        assertEquals("[]", JournalVerifier.verify(folder).damages().toString());
        journal = ChronicleJournal.open(config(folder));
        assertWhole(journal);
    }

    private void assertWhole(final ChronicleJournal of) {
        of.awaitHelper();
        assertEquals("[]", JournalVerifier.verify(folderOf(of)).damages().toString());
        try (JournalReader own = of.reader(1);
                FolderReader outside = FolderReader.open(folderOf(of), 1)) {
            assertEquals(records.lastSeq(), records.readOn(own, Long.MAX_VALUE));
            assertEquals(records.lastSeq(), records.readOn(outside, records.lastSeq()));
        }
    }

    private Path folderOf(final ChronicleJournal of) {
        return of == journal ? folder : temp.resolve("copy").resolve("journal");
    }

    private SegmentEntry segment(final int index) {
        return Manifest.read(folder).segments().get(index);
    }

    private Path frames(final SegmentEntry segment) {
        return JournalFolders.frames(folder, segment.id());
    }

    @Test
    void shouldPutFetchedRecordsInTheirPlace() throws IOException {
        final SegmentEntry segment = segment(1);
        final long seq = segment.firstSeq() + 20;
        JournalMenderTest.damage(folder, seq);

        repairWithWhatIsFetched(seq, seq, seq);

        assertTrue(
                Files.isDirectory(temp.resolve("data/journal.damaged/" + SegmentDescriptor.folderName(segment.id()))));
        assertWhole();
    }

    /** What is damaged elsewhere would have all between fetched; the scrub comes there in its turn. */
    @Test
    void shouldNotLookBeforeWhatItWasAskedFor() throws IOException {
        final long early = segment(0).firstSeq() + 20;
        final long seq = segment(2).firstSeq() + 20;
        JournalMenderTest.damage(folder, early);
        JournalMenderTest.damage(folder, seq);

        repairWithWhatIsFetched(seq, seq, seq);
        repairWithWhatIsFetched(early, early, early);

        assertWhole();
    }

    /** The seal tells which bit, the record whether it is so: nobody need be asked. */
    @Test
    void shouldPutBackABitByItself() throws IOException {
        final long seq = segment(1).firstSeq() + 20;
        JournalMenderTest.flip(folder, seq, 3);

        final RepairReport report = repair(journal, seq, seq, List.of());

        assertTrue(report.isWhole(), report.toString());
        assertTrue(report.replaced().get(0).replaced().get(0).isBitFlip());
        assertWhole();
    }

    @Test
    void shouldFindAndReplaceAllThatAPageHeld() throws IOException {
        final SegmentEntry segment = segment(1);
        JournalFolders.write(frames(segment), 20 * PAGE, new byte[2 * PAGE]);

        final RepairReport found = repair(journal, segment.firstSeq() + 1, segment.firstSeq() + 1, List.of());

        assertTrue(found.missingFirst() > segment.firstSeq() && found.missingLast() < segment.endSeq(), "" + found);
        assertTrue(found.missingLast() - found.missingFirst() > 5, "many records at once: " + found);
        assertTrue(repair(journal, found.missingFirst(), found.missingLast(), List.of(fetched))
                .isWhole());
        assertWhole();
    }

    @Test
    void shouldReplaceTheRestOfATruncatedSegment() throws IOException {
        final SegmentEntry segment = segment(1);
        JournalFolders.truncate(frames(segment), 80_000);
        final RepairReport found = repair(journal, segment.endSeq(), segment.endSeq(), List.of());
        assertEquals(segment.endSeq(), found.missingLast());

        assertTrue(repair(journal, found.missingFirst(), found.missingLast(), List.of(fetched))
                .isWhole());

        assertWhole();
    }

    @Test
    void shouldReplaceARangeOverSeveralSegments() throws IOException {
        final long first = segment(0).endSeq();
        final long last = segment(2).firstSeq();
        JournalMenderTest.damage(folder, first);
        JournalFolders.write(frames(segment(1)), 0, new byte[(int) Files.size(frames(segment(1)))]);
        JournalMenderTest.damage(folder, last);

        repairWithWhatIsFetched(first, first, last);

        assertWhole();
    }

    /** Chronicle has it mapped and goes on in it: first there must be another one. */
    @Test
    void shouldGoOnInAnotherSegmentIfTheNewestIsDamaged() throws IOException {
        append(LAST_SEQ + 20);
        journal.awaitHelper();
        Files.delete(fetched);
        copyOfRecords(fetched);
        final SegmentEntry open = JournalMenderTest.openSegment(folder);
        final long seq = open.firstSeq() + 3;
        JournalMenderTest.damage(folder, seq);

        repairWithWhatIsFetched(seq, seq, seq);

        assertEquals(
                SegmentEntry.State.SEALED,
                segment(Manifest.read(folder).segments().size() - 3).state());
        assertWhole();
    }

    /** Its first record that cannot be read stays what it is met at, and those before it are served. */
    @Test
    void shouldServeAllButWhatIsDamagedUntilItIsReplaced() throws IOException {
        final SegmentEntry segment = segment(1);
        final long seq = segment.firstSeq() + 20;
        JournalMenderTest.damage(folder, seq);
        repair(journal, seq, seq, List.of());
        try (JournalReader reader = journal.reader(1);
                FolderReader outside = FolderReader.open(folder, 1)) {
            for (final JournalReader met : List.of(reader, outside)) {
                final PartitaException damaged =
                        assertThrows(PartitaException.class, () -> records.readOn(met, Long.MAX_VALUE));
                assertEquals(ErrorCode.DAMAGED, damaged.code());
                assertTrue(met.lastSeq() < seq && met.lastSeq() > seq - 9, "lastSeq=" + met.lastSeq());
            }
            final long before = reader.lastSeq();
            assertEquals(before, outside.lastSeq());
            assertTrue(repair(journal, seq, seq, List.of(fetched)).isWhole());
            assertEquals(records.lastSeq() - before, records.readOn(reader, Long.MAX_VALUE));
            assertEquals(records.lastSeq() - before, records.readOn(outside, records.lastSeq()));
        }
    }

    /** Readers that stand in the segment when it is replaced go on in either file. */
    @Test
    void shouldNotDisturbReadersWhileItReplaces() throws IOException {
        final SegmentEntry segment = segment(1);
        final long seq = segment.endSeq() - 1;
        JournalMenderTest.damage(folder, seq);
        try (JournalReader reader = journal.reader(segment.firstSeq());
                FolderReader outside = FolderReader.open(folder, segment.firstSeq())) {
            assertTrue(reader.next(Long.MAX_VALUE, 1) && outside.next(Long.MAX_VALUE, 1));
            assertTrue(journal.repair(seq, seq, List.of(fetched)));
            long read = reader.lastSeq();
            while (read < seq - 20) {
                assertTrue(reader.next(seq - 20, 1));
                assertTrue(outside.next(seq - 20, 1));
                records.check(reader);
                records.check(outside);
                read = reader.lastSeq();
            }
            assertTrue(await(journal).isWhole());
            records.readOn(reader, Long.MAX_VALUE);
            records.readOn(outside, records.lastSeq());
            assertEquals(records.lastSeq(), reader.lastSeq());
            assertEquals(records.lastSeq(), outside.lastSeq());
        }
        assertWhole();
    }

    /** What the protocol asks, and a cut, do not depend on what lies before in the segment. */
    @Test
    void shouldKnowTheChainBehindDamage() throws IOException {
        final SegmentEntry segment = segment(1);
        JournalFolders.write(frames(segment), 20 * PAGE, new byte[2 * PAGE]);
        final long seq = segment.endSeq() - 3;

        assertEquals(records.chainAt(seq), journal.chainAt(seq));

        final RepairReport found = repair(journal, segment.firstSeq(), segment.firstSeq(), List.of());
        journal.cutTo(seq);
        records.cutTo(seq);
        assertEquals(records.chainAt(seq), journal.lastChain());
        assertTrue(repair(journal, found.missingFirst(), found.missingLast(), List.of(fetched))
                .isWhole());
        assertWhole();
    }

    @Test
    void shouldTakeNothingOfAnotherHistory() throws IOException {
        final long seq = segment(1).firstSeq() + 20;
        JournalMenderTest.damage(folder, seq);
        final RandomRecords others = new RandomRecords(2);
        final Path other = temp.resolve("other");
        try (ChronicleJournal another = ChronicleJournal.open(config(other))) {
            while (another.lastSeq() < LAST_SEQ) {
                others.frame(8, 300);
                others.appendTo(another);
            }
        }
        final RepairReport report =
                repair(journal, seq, seq, List.of(JournalFolders.frames(other, 1), JournalFolders.frames(other, 2)));

        assertEquals(seq, report.missingFirst());
        assertEquals(List.of(), report.replaced());
        assertTrue(repair(journal, seq, seq, List.of(fetched)).isWhole());
        assertWhole();
    }

    /** At any moment the old segment is there or the new one; the next start goes on with it. */
    @Test
    void shouldBeTheOldOneOrTheNewOneAfterACrashAtAnyStep() throws IOException {
        final SegmentEntry segment = segment(1);
        final long seq = segment.firstSeq() + 20;
        JournalMenderTest.damage(folder, seq);
        final List<Path> states = new ArrayList<>();
        states.add(crashed(states));
        final SegmentExchange exchange = new SegmentExchange(folder);
        try (SegmentDraft draft =
                new SegmentDraft(folder, CLUSTER, segment, segment.firstSeq(), segment.previousChain())) {
            draft.findOwn();
            draft.findElsewhere(fetched, seq, seq);
            assertTrue(draft.isCompleteByItself());
            exchange.write(draft);
            states.add(crashed(states));
            final Manifest before = Manifest.read(folder);
            list(before, draft.written().unsealed());
            states.add(crashed(states));
            final Path home = frames(segment).getParent();
            for (final Path file : JournalFolders.children(draft.folder())) {
                Files.copy(file, home.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
                states.add(crashed(states));
            }
            list(before, draft.written());
            states.add(crashed(states));
        }
        assertEquals(7, states.size()); // three files, and what is before and behind them
        journal.close();
        int whole = 0;
        for (final Path state : states) {
            JournalFolders.copy(state, temp.resolve("copy"));
            whole += goOn(seq) ? 1 : 0;
            FolderFiles.deleteTree(temp.resolve("copy"));
        }
        assertTrue(whole >= 2 && whole < states.size(), "whole=" + whole);
        FolderFiles.deleteTree(temp.resolve("data"));
        JournalFolders.copy(states.get(states.size() - 1), temp.resolve("data"));
        journal = ChronicleJournal.open(config(folder));
        assertWhole();
    }

    private void list(final Manifest before, final SegmentEntry changed) throws IOException {
        final List<SegmentEntry> entries = new ArrayList<>(before.segments());
        SegmentKeeper.replace(entries, changed);
        before.with(entries).write(folder);
    }

    private Path crashed(final List<Path> states) throws IOException {
        return JournalFolders.copy(temp.resolve("data"), temp.resolve("state-" + states.size()));
    }

    /** Starts on what a crash left; returns whether there is nothing to repair any more. */
    private boolean goOn(final long seq) throws IOException {
        final Path copy = temp.resolve("copy").resolve("journal");
        final List<Damage> damages = JournalVerifier.verify(copy).damages();
        assertTrue(damages.size() <= 1, damages.toString());
        try (ChronicleJournal started = ChronicleJournal.open(config(copy))) {
            if (!damages.isEmpty()) {
                assertEquals(seq, repair(started, seq, seq, List.of()).missingFirst());
                assertTrue(repair(started, seq, seq, List.of(fetched)).isWhole());
            }
            assertWhole(started);
        }
        assertEquals("[]", JournalVerifier.verify(copy).damages().toString());
        return damages.isEmpty();
    }

    @Test
    void shouldGoOnAfterAKill() throws IOException, InterruptedException {
        final SplittableRandom random = new SplittableRandom(1);
        final long seq = segment(1).firstSeq() + 20;
        JournalMenderTest.damage(folder, seq);
        journal.close();
        for (int i = 0; i < KILLS; i++) {
            JournalFolders.copy(temp.resolve("data"), temp.resolve("copy"));
            final Path copy = temp.resolve("copy").resolve("journal");
            final Process child = ChildJvm.start(RepairingProcess.class, copy.toString(), "" + seq, fetched.toString());
            try {
                child.getInputStream().read(); // it begins
                Thread.sleep(random.nextInt(100));
            } finally {
                child.destroyForcibly().waitFor();
            }
            goOn(seq);
            FolderFiles.deleteTree(temp.resolve("copy"));
        }
        journal = ChronicleJournal.open(config(folder));
    }

    /** Child process: repairs. */
    static final class RepairingProcess {
        private RepairingProcess() {}

        /** Arguments: the journal, a damaged record, and a file that has it. */
        public static void main(final String[] args) {
            final ChronicleJournal journal = ChronicleJournal.open(config(Path.of(args[0])));
            final long seq = Long.parseLong(args[1]);
            System.out.println("begin");
            System.out.flush();
            assertNotNull(repair(journal, seq, seq, List.of(Path.of(args[2]))));
        }
    }
}
