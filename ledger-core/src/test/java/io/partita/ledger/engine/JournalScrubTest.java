// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.partita.ledger.journal.JournalReader;
import io.partita.ledger.journal.MemoryJournal;
import io.partita.ledger.model.Id128;
import io.partita.ledger.model.RecordDescriptor;
import io.partita.ledger.model.RecordType;
import java.util.zip.CRC32C;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The scrub (R39), in virtual time. */
class JournalScrubTest {
    private static final int RECORDS = 200;
    private static final int BODY_LENGTH = 4096;
    private static final int BYTES_PER_SECOND = 1 << 20;
    private static final long SECOND_NS = 1_000_000_000L;

    private final MemoryJournal journal = new MemoryJournal(new Id128(1, 2));
    private final JournalScrub scrub = new JournalScrub(journal, BYTES_PER_SECOND);

    @BeforeEach
    void fill() {
        final CRC32C checksum = new CRC32C();
        for (int i = 0; i < RECORDS; i++) {
            final UnsafeBuffer record = new UnsafeBuffer(new byte[RecordDescriptor.recordLength(BODY_LENGTH)]);
            RecordDescriptor.writeHeader(record, 0, journal.lastSeq() + 1, 1, 1, RecordType.COMMANDS, 0, BODY_LENGTH);
            RecordDescriptor.seal(checksum, record, 0, journal.lastChain());
            journal.append(record, 0, record.capacity());
        }
    }

    @AfterEach
    void close() {
        scrub.close();
        scrub.close();
        journal.close();
    }

    /** Flips a bit of a record in place. */
    private void damage(final long seq, final int offset) {
        try (JournalReader reader = journal.reader(seq)) {
            assertTrue(reader.next(seq, 1));
            final int at = reader.buffer().wrapAdjustment() + reader.offset() + offset;
            reader.buffer().byteArray()[at] ^= 4;
        }
    }

    /** Scrubs until damage, or more than once through. */
    private long scrubOnce(final long commitSeq) {
        for (int i = 0; i < 2 * RECORDS; i++) {
            final long damaged = scrub.poll(i * SECOND_NS, commitSeq);
            if (damaged > 0) {
                return damaged;
            }
        }
        return 0;
    }

    @Test
    void shouldPassOverASoundJournalAgainAndAgain() {
        assertEquals(0, scrubOnce(RECORDS));
    }

    @Test
    void shouldFindADamagedChainValue() {
        damage(7, RecordDescriptor.CHAIN_OFFSET);

        assertEquals(7, scrubOnce(RECORDS));
    }

    @Test
    void shouldReadOnlyWhatIsCommitted() {
        damage(150, RecordDescriptor.CHAIN_OFFSET);

        assertEquals(0, scrubOnce(149));
    }

    @Test
    void shouldReadNoFasterThanItMay() {
        long read = 0;
        for (long nowNs = 0; nowNs < SECOND_NS / 2; nowNs += 100_000L) {
            read += scrub.isDue(nowNs) ? 1 : 0;
            scrub.poll(nowNs, RECORDS);
        }

        // Half a second of a MiB per second, a record of 4160 bytes at a time.
        assertTrue(read >= 120 && read <= 130, "read=" + read);
    }

    /** Whatever else is read, or not. */
    @Test
    void shouldLookAtOnceWhereSomebodyElseHasMetDamage() {
        damage(150, RecordDescriptor.CHAIN_OFFSET);
        try (JournalScrub none = new JournalScrub(journal, 0)) {
            none.hurryTo(140);
            long damaged = 0;
            for (int i = 0; i < RECORDS && damaged == 0; i++) {
                damaged = none.poll(0, RECORDS);
            }
            assertEquals(150, damaged);
            assertEquals(0, none.poll(0, RECORDS), "once");
            none.hurryTo(152);
            while (none.isDue(0)) {
                assertEquals(0, none.poll(0, RECORDS));
            }
        }
    }

    @Test
    void shouldReadNothingIfToldSo() {
        damage(1, RecordDescriptor.CHAIN_OFFSET);
        try (JournalScrub none = new JournalScrub(journal, 0)) {
            assertEquals(0, none.poll(SECOND_NS, RECORDS));
        }
    }
}
