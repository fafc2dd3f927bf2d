// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.journal;

import static io.partita.ledger.journal.RandomRecords.CLUSTER;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.partita.ledger.model.PartitaException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random lives of a journal against a model that is a list of chain values. */
class JournalPropertyTest {
    @TempDir
    Path temp;

    private final List<JournalReader> readers = new ArrayList<>();

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void shouldKeepWhatWasAppendedInMemory(final long seed) {
        live(seed, 2_000, () -> new MemoryJournal(CLUSTER), false);
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13, 14})
    void shouldKeepWhatWasAppendedOnDisk(final long seed) {
        final Path folder = temp.resolve("journal");
        live(seed, 700, () -> open(folder, seed), true);
        final VerifyReport report = JournalVerifier.verify(folder);
        assertEquals("[]", report.damages().toString());
        assertEquals("[]", report.notes().toString());
        assertEquals(report.segments(), report.sealedSegments());
    }

    private static Journal open(final Path folder, final long seed) {
        return ChronicleJournal.open(JournalConfig.of(folder, CLUSTER)
                .withSegmentLength(JournalConfig.SEGMENT_LENGTH_MIN)
                .withSyncPolicy((seed & 2) == 0 ? SyncPolicy.ON_REQUEST : SyncPolicy.periodic(10))
                .withVerifyOwnReads((seed & 1) == 0));
    }

    private void live(final long seed, final int steps, final Supplier<Journal> opener, final boolean onDisk) {
        final RandomRecords records = new RandomRecords(seed);
        final SplittableRandom random = new SplittableRandom(seed * 31);
        Journal journal = opener.get();
        FolderReader follower = null;
        for (int step = 0; step < steps; step++) {
            final int dice = random.nextInt(1000);
            if (dice < 700) {
                records.frame(20, random.nextInt(10) == 0 ? 8_000 : 300);
                records.appendTo(journal);
            } else if (dice < 900) {
                readSome(journal, records, random);
            } else if (dice < 940) {
                journal.force();
                assertEquals(journal.lastSeq(), journal.durableSeq());
            } else if (dice < 970) {
                final long seq = random.nextLong(journal.lastSeq() + 1);
                assertEquals(records.chainAt(seq), journal.chainAt(seq));
                assertEquals(records.epochRuns(), journal.epochRuns().runs());
            } else if (dice < 980 && journal.lastSeq() > 0) {
                cut(journal, records, random);
                follower = null;
            } else if (dice < 990 && onDisk) {
                closeReaders();
                journal.close();
                journal.close();
                journal = opener.get();
                assertEquals(records.lastSeq(), journal.durableSeq());
            } else if (onDisk) {
                if (follower == null) {
                    follower = FolderReader.open(temp.resolve("journal"), 1);
                }
                follow(follower, records, journal.lastSeq());
            }
            assertEquals(records.lastSeq(), journal.lastSeq());
            assertEquals(records.chainAt(records.lastSeq()), journal.lastChain());
        }
        for (final JournalReader reader : readers) {
            records.readOn(reader, Long.MAX_VALUE);
            assertEquals(records.lastSeq(), reader.lastSeq());
        }
        assertEquals(records.epochRuns(), journal.epochRuns().runs());
        closeReaders();
        journal.close();
    }

    private void readSome(final Journal journal, final RandomRecords records, final SplittableRandom random) {
        if (readers.size() < 4) {
            readers.add(journal.reader(1 + random.nextLong(journal.lastSeq() + 1)));
        }
        final JournalReader reader = readers.get(random.nextInt(readers.size()));
        final long upto = Math.min(journal.lastSeq(), reader.lastSeq() + random.nextLong(500));
        records.readOn(reader, upto);
        assertEquals(Math.max(upto, reader.lastSeq()), reader.lastSeq());
        if (random.nextInt(50) == 0) {
            reader.close();
            reader.close();
            readers.remove(reader);
        }
    }

    private void cut(final Journal journal, final RandomRecords records, final SplittableRandom random) {
        long least = 0;
        for (final JournalReader reader : readers) {
            least = Math.max(least, reader.lastSeq());
        }
        if (random.nextInt(3) == 0) {
            closeReaders();
            least = 0;
        }
        if (least < journal.lastSeq()) {
            final long from = random.nextBoolean() ? least : Math.max(least, journal.lastSeq() - 30);
            final long seq = from + random.nextLong(journal.lastSeq() - from);
            journal.cutTo(seq);
            records.cutTo(seq);
            assertTrue(journal.durableSeq() <= seq);
        }
    }

    private void follow(final FolderReader follower, final RandomRecords records, final long lastSeq) {
        final long deadline = System.nanoTime() + 30_000_000_000L;
        while (follower.lastSeq() < lastSeq && System.nanoTime() < deadline) {
            try {
                records.readOn(follower, lastSeq);
            } catch (final PartitaException e) {
                throw new AssertionError("at seq " + follower.lastSeq() + " of " + lastSeq, e);
            }
            Thread.onSpinWait();
        }
        assertEquals(lastSeq, follower.lastSeq());
    }

    private void closeReaders() {
        readers.forEach(JournalReader::close);
        readers.clear();
    }
}
