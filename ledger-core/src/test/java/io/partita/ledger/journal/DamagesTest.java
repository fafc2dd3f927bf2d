// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.journal;

import static io.partita.ledger.journal.RandomRecords.CLUSTER;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.partita.ledger.model.PartitaException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random damages over all files of a journal (R39), of one that was closed in order and of one that was killed: what is read is
 * what was written, up to the damage and no further, and the verifier finds it. {@code -Dpartita.damages=N} and
 * {@code -Dpartita.damages.seed=S} change how many and which.
 */
class DamagesTest {
    private static final int DAMAGES = Integer.getInteger("partita.damages", 40);
    private static final long SEED = Long.getLong("partita.damages.seed", 1);
    private static final int CUT_SEQ = 500;
    private static final int LAST_SEQ = 900;
    /** One in so many is opened as a node opens it, which takes long; the others by its parts. */
    private static final int OPENED_IN_FULL = 10;

    /** How a damage ended. */
    private enum Outcome {
        /** The verifier reports it, and a reader either stops there or does not need what is damaged. */
        FOUND,
        /** In a segment that is not sealed yet, where nobody reads: all records are served. */
        UNREAD,
        /** It took the end of the segment that is appended to: like an append that a kill left unfinished. */
        LIKE_A_TORN_TAIL
    }

    @TempDir
    Path temp;

    private final SplittableRandom random = new SplittableRandom(SEED);

    /** What a journal holds, and a folder of it at rest. */
    private record Original(Path folder, Path other, RandomRecords records) {}

    private Original make(final String name, final boolean isClosed) throws IOException {
        final RandomRecords records = new RandomRecords(SEED);
        final Path folder = temp.resolve(name);
        final Path copy = temp.resolve(name + "-killed");
        try (ChronicleJournal journal = fill(folder, records)) {
            journal.force();
            if (!isClosed) {
                JournalFolders.copy(folder, copy);
                JournalFolders.shorten(copy);
            }
        }
        final Path other = temp.resolve(name + "-other");
        fill(other, new RandomRecords(SEED + 1)).close();
        return new Original(isClosed ? folder : copy, other, records);
    }

    private static ChronicleJournal fill(final Path folder, final RandomRecords records) {
        final ChronicleJournal journal = ChronicleJournal.open(config(folder));
        append(journal, records, CUT_SEQ + 100);
        journal.cutTo(CUT_SEQ);
        records.cutTo(CUT_SEQ);
        append(journal, records, LAST_SEQ);
        journal.awaitHelper();
        return journal;
    }

    private static void append(final ChronicleJournal journal, final RandomRecords records, final long uptoSeq) {
        while (journal.lastSeq() < uptoSeq) {
            records.frame(8, 300);
            records.appendTo(journal);
        }
    }

    private static JournalConfig config(final Path folder) {
        return JournalConfig.of(folder, CLUSTER).withSegmentLength(JournalConfig.SEGMENT_LENGTH_MIN);
    }

    @Test
    void shouldFindEachDamageOfAClosedJournalAndServeNone() throws IOException {
        final Map<Outcome, Integer> outcomes = damage(make("closed", true), DAMAGES / 2);
        assertEquals(Map.of(Outcome.FOUND, DAMAGES / 2), outcomes);
    }

    @Test
    void shouldFindEachDamageOfAKilledJournalAndServeNone() throws IOException {
        final Map<Outcome, Integer> outcomes = damage(make("killed", false), DAMAGES - DAMAGES / 2);
        assertTrue(outcomes.get(Outcome.FOUND) > DAMAGES / 4, outcomes.toString());
    }

    private Map<Outcome, Integer> damage(final Original original, final int count) throws IOException {
        final Map<Outcome, Integer> outcomes = new EnumMap<>(Outcome.class);
        final Map<String, Integer> kinds = new TreeMap<>();
        for (int i = 0; i < count; i++) {
            final Path copy = JournalFolders.copy(original.folder(), temp.resolve("damaged-" + i));
            final RandomDamage damage = RandomDamage.inflict(copy, original.other(), random);
            kinds.merge(damage.kind() + " " + damage.file().getFileName(), 1, Integer::sum);
            try {
                outcomes.merge(judge(original, copy, damage), 1, Integer::sum);
            } catch (final AssertionError | RuntimeException e) {
                throw new AssertionError("damage " + i + " of seed=" + SEED + ": " + damage, e);
            }
            delete(copy);
        }
        System.out.println(
                "damages: " + original.folder().getFileName() + " " + outcomes + " " + kinds + " seed=" + SEED);
        return outcomes;
    }

    private Outcome judge(final Original original, final Path copy, final RandomDamage damage) {
        final boolean isFound = isFoundByVerifier(copy);
        final long lastSeq = original.records().lastSeq();
        final long read = read(original, copy);
        if (isFound) {
            return Outcome.FOUND;
        }
        final String name = damage.file().getParent().getFileName().toString();
        final boolean isOfOpenSegment = isUnsealed(original.folder(), name);
        if (read == lastSeq) {
            assertTrue(isOfOpenSegment || damage.file().endsWith(Manifest.FILE + ".tmp"), "all served, and not found");
            return Outcome.UNREAD;
        }
        assertTrue(isOfOpenSegment && read < lastSeq && read >= 0, "lost without a word: read=" + read);
        return Outcome.LIKE_A_TORN_TAIL;
    }

    private static boolean isFoundByVerifier(final Path copy) {
        try {
            return !JournalVerifier.verify(copy).ok();
        } catch (final PartitaException e) {
            return true;
        }
    }

    private static boolean isUnsealed(final Path folder, final String segmentFolder) {
        return Manifest.read(folder).segments().stream()
                .anyMatch(entry -> SegmentDescriptor.folderName(entry.id()).equals(segmentFolder)
                        && entry.state() != SegmentEntry.State.SEALED);
    }

    /**
     * Recovers it and reads to the end, which a node does before it serves. A segment of another journal of the same cluster may
     * be whole in itself: that it is the wrong one shows at its end.
     *
     * @return the last seq read without an error; -1 if there was one.
     */
    private long read(final Original original, final Path copy) {
        try {
            if (random.nextInt(OPENED_IN_FULL) == 0) {
                try (ChronicleJournal journal = ChronicleJournal.open(config(copy));
                        JournalReader reader = journal.reader(1)) {
                    return read(original, reader);
                }
            }
            final Recovery recovery = new Recovery(config(copy));
            recovery.recoverRecords();
            try (FolderReader reader = FolderReader.open(copy, 1)) {
                final long last = read(original, reader);
                return last == recovery.lastSeq() ? last : -1;
            }
        } catch (final PartitaException e) {
            return -1;
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long read(final Original original, final JournalReader reader) {
        AssertionError other = null;
        long last = 0;
        while (reader.next(Long.MAX_VALUE, 1 << 16)) {
            try {
                original.records().check(reader);
            } catch (final AssertionError | IndexOutOfBoundsException e) {
                other = new AssertionError("other records than were written", e);
            }
            last = reader.lastSeq();
        }
        if (other != null) {
            throw other;
        }
        return last;
    }

    private static void delete(final Path folder) throws IOException {
        final List<Path> paths = JournalFolders.list(folder).stream()
                .sorted(Comparator.reverseOrder())
                .toList();
        for (final Path path : paths) {
            Files.delete(path);
        }
    }
}
