// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.journal;

import static io.partita.ledger.journal.RandomRecords.CLUSTER;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A journal that begins anew behind a record that it does not have, since a snapshot holds the state there (R32). */
class JournalRestartTest {
    @TempDir
    Path temp;

    private final RandomRecords records = new RandomRecords(32);

    private ChronicleJournal open(final String name) {
        return ChronicleJournal.open(
                JournalConfig.of(temp.resolve(name), CLUSTER).withSegmentLength(JournalConfig.SEGMENT_LENGTH_MIN));
    }

    private void append(final int more, final Journal... journals) {
        final long upto = records.lastSeq() + more;
        while (records.lastSeq() < upto) {
            records.frame(8, 300);
            for (final Journal journal : journals) {
                records.appendTo(journal);
            }
        }
    }

    private static void restart(final ChronicleJournal journal, final Journal from) {
        journal.restart(from.lastSeq(), from.lastEpoch(), from.lastChain(), from.lastTimestamp());
    }

    private void assertIsEmptyBehind(final Journal journal, final Journal from) {
        assertEquals(from.lastSeq() + 1, journal.firstSeq());
        assertEquals(from.lastSeq(), journal.lastSeq());
        assertEquals(from.lastSeq(), journal.durableSeq());
        assertEquals(from.lastEpoch(), journal.lastEpoch());
        assertEquals(from.lastChain(), journal.lastChain());
        assertEquals(from.lastTimestamp(), journal.lastTimestamp());
        assertEquals(from.lastChain(), journal.chainAt(from.lastSeq()));
        assertTrue(journal.epochRuns().runs().isEmpty());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 10, 2_000})
    void shouldGoOnBehindTheRecord(final int before) {
        final long first;
        try (ChronicleJournal whole = open("whole");
                ChronicleJournal journal = open("journal")) {
            append(before, whole, journal);
            append(1_000, whole);
            restart(journal, whole);
            assertIsEmptyBehind(journal, whole);
            first = journal.firstSeq();
            append(1_500, whole, journal);
            journal.force();
            assertEquals(whole.lastChain(), journal.lastChain());
        }
        for (int run = 0; run < 2; run++) {
            try (ChronicleJournal journal = open("journal")) {
                assertEquals(first, journal.firstSeq());
                try (JournalReader reader = journal.reader(first)) {
                    assertEquals(journal.lastSeq() - first + 1, records.readOn(reader, Long.MAX_VALUE));
                }
                append(100, journal);
            }
            final VerifyReport report = JournalVerifier.verify(temp.resolve("journal"));
            assertEquals("[]", report.damages().toString());
            assertEquals(first - 1, report.baseSeq());
        }
    }

    /** Behind a record that is before its last one: the tail is of another history. */
    @Test
    void shouldGiveUpALongerTail() {
        try (ChronicleJournal whole = open("whole");
                ChronicleJournal journal = open("journal")) {
            final RandomRecords others = new RandomRecords(33);
            while (others.lastSeq() < 2_000) {
                others.frame(8, 300);
                others.appendTo(journal);
            }
            append(500, whole);
            restart(journal, whole);
            assertIsEmptyBehind(journal, whole);
            append(20, whole, journal);
            journal.cutTo(journal.firstSeq() - 1);
            records.cutTo(journal.lastSeq());
            append(700, journal);
        }
        try (ChronicleJournal journal = open("journal")) {
            assertEquals(records.lastSeq(), journal.lastSeq());
        }
    }

    /** A process that dies before it appended anything, and before it deleted anything. */
    @Test
    void shouldRecoverAnEmptyJournalBehindTheRecord() throws IOException {
        try (ChronicleJournal whole = open("whole")) {
            append(2_000, whole);
            final ChronicleJournal journal = open("journal");
            append(0, journal);
            final RandomRecords others = new RandomRecords(34);
            while (others.lastSeq() < 1_000) {
                others.frame(8, 300);
                others.appendTo(journal);
            }
            journal.awaitHelper();
            final Path old = temp.resolve("old");
            JournalFolders.copy(temp.resolve("journal"), old);
            restart(journal, whole);
            journal.awaitHelper();
            final Path crashed = JournalFolders.copy(temp.resolve("journal"), temp.resolve("crashed"));
            for (final Path given : JournalFolders.children(old)) {
                final Path target = crashed.resolve(given.getFileName().toString());
                if (!Files.exists(target)) {
                    JournalFolders.copy(given, target); // as if it had not been deleted yet
                }
            }
            assertTrue(Files.exists(crashed.resolve(SegmentDescriptor.folderName(1))));
            journal.close();
            for (final String name : new String[] {"crashed", "journal"}) {
                for (int run = 0; run < 2; run++) {
                    try (ChronicleJournal again = open(name)) {
                        assertIsEmptyBehind(again, whole);
                    }
                }
            }
            assertFalse(Files.exists(crashed.resolve(SegmentDescriptor.folderName(1))));
        }
    }
}
