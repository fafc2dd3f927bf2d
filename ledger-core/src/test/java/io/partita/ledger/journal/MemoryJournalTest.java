// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.journal;

import static io.partita.ledger.journal.RandomRecords.CLUSTER;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class MemoryJournalTest {
    private final RandomRecords records = new RandomRecords(1);

    @Test
    void shouldReleaseWhatNobodyReadsAnyMoreAndKeepTheRest() {
        final MemoryJournal journal = new MemoryJournal(CLUSTER);
        try (JournalReader reader = journal.reader(1)) {
            for (int i = 0; i < 400; i++) {
                records.frame(8, 20_000);
                records.appendTo(journal);
                records.readOn(reader, Long.MAX_VALUE);
                journal.releaseUpTo(reader.lastSeq() - 10);
            }
            assertEquals(records.lastSeq(), reader.lastSeq());
        }
        assertThrows(IllegalStateException.class, () -> journal.chainAt(1));
        assertEquals(records.chainAt(records.lastSeq() - 5), journal.chainAt(records.lastSeq() - 5));
        journal.close();
        assertThrows(IllegalStateException.class, journal::requestForce);
    }

    @Test
    void shouldCountAsDurableWhatAForceWasAskedFor() {
        try (MemoryJournal journal = new MemoryJournal(CLUSTER)) {
            records.frame(5, 100);
            records.appendTo(journal);
            assertEquals(0, journal.durableSeq());
            journal.requestForce();
            assertEquals(journal.lastSeq(), journal.durableSeq());
        }
    }
}
