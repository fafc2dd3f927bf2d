// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.journal;

import static io.partita.ledger.journal.RandomRecords.CLUSTER;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChronicleJournalTest {
    @TempDir
    Path temp;

    private JournalConfig config() {
        return JournalConfig.of(temp.resolve("journal"), CLUSTER)
                .withSegmentLength(JournalConfig.SEGMENT_LENGTH_MIN)
                .withVerifyOwnReads(true);
    }

    @Test
    void shouldGiveBackWhatWasAppendedAcrossRollsAndRestarts() {
        final RandomRecords records = new RandomRecords(1);
        for (int round = 0; round < 4; round++) {
            try (ChronicleJournal journal = ChronicleJournal.open(config())) {
                assertEquals(records.lastSeq(), journal.lastSeq());
                assertEquals(records.chainAt(records.lastSeq()), journal.lastChain());
                try (JournalReader reader = journal.reader(1)) {
                    for (int i = 0; i < 100; i++) {
                        records.frame(8, 1000);
                        records.appendTo(journal);
                        if (i % 7 == 0) {
                            records.readOn(reader, Long.MAX_VALUE);
                            assertEquals(journal.lastSeq(), reader.lastSeq());
                        }
                    }
                }
                journal.force();
                assertEquals(journal.lastSeq(), journal.durableSeq());
            }
        }
        final VerifyReport report = JournalVerifier.verify(temp.resolve("journal"));
        assertEquals("[]", report.damages().toString());
        assertEquals("[]", report.notes().toString());
        assertEquals(records.lastSeq(), report.records());
        assertEquals(report.segments(), report.sealedSegments());
        assertTrue(report.segments() > 8, report.toString());
        try (FolderReader reader = FolderReader.open(temp.resolve("journal"), 1)) {
            assertEquals(records.lastSeq(), records.readOn(reader, Long.MAX_VALUE));
        }
    }
}
