// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.partita.ledger.journal.JournalReader;
import io.partita.ledger.journal.MemoryJournal;
import io.partita.ledger.model.Id128;
import io.partita.ledger.model.RecordDescriptor;
import io.partita.ledger.model.RecordType;
import io.partita.replication.testing.Await;
import java.nio.file.Path;
import java.util.zip.CRC32C;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The scrub (R39) and the look at the free space (R38). */
class StorageCareTest {
    private static final Id128 CLUSTER = new Id128(1, 2);
    private static final int RECORDS = 200;
    private static final int BODY_LENGTH = 4096;

    @TempDir
    private Path folder;

    private final MemoryJournal journal = new MemoryJournal(CLUSTER);
    private final BlockingWorker worker = new BlockingWorker(
            task -> {
                final Thread thread = new Thread(task, "test-storage-care");
                thread.setDaemon(true);
                return thread;
            },
            () -> {},
            error -> {});
    private StorageCare care;

    @AfterEach
    void close() {
        if (care != null) {
            care.close();
            care.close();
        }
        worker.close();
        journal.close();
    }

    private void fill() {
        final CRC32C checksum = new CRC32C();
        for (int i = 0; i < RECORDS; i++) {
            final UnsafeBuffer record = new UnsafeBuffer(new byte[RecordDescriptor.recordLength(BODY_LENGTH)]);
            RecordDescriptor.writeHeader(record, 0, journal.lastSeq() + 1, 1, 1, RecordType.COMMANDS, 0, BODY_LENGTH);
            RecordDescriptor.seal(checksum, record, 0, journal.lastChain());
            journal.append(record, 0, record.capacity());
        }
    }

    /** Flips a bit of a record in place. */
    private void damage(final long seq, final int offset) {
        try (JournalReader reader = journal.reader(seq)) {
            assertTrue(reader.next(seq, 1));
            final int at = reader.buffer().wrapAdjustment() + reader.offset() + offset;
            reader.buffer().byteArray()[at] ^= 4;
        }
    }

    /** Scrubs until damage, or once through; virtual time. */
    private long scrubOnce(final long bytesPerSecond, final long commitSeq) {
        care = new StorageCare(journal, folder, bytesPerSecond, worker);
        for (int i = 0; i < 2 * RECORDS; i++) {
            final long damaged = care.scrub(i, commitSeq);
            if (damaged > 0) {
                return damaged;
            }
        }
        return 0;
    }

    @Test
    void shouldPassOverASoundJournalAgainAndAgain() {
        fill();

        assertEquals(0, scrubOnce(1 << 20, RECORDS));
    }

    @Test
    void shouldFindADamagedChainValue() {
        fill();
        damage(7, RecordDescriptor.CHAIN_OFFSET);

        assertEquals(7, scrubOnce(1 << 20, RECORDS));
    }

    @Test
    void shouldReadOnlyWhatIsCommitted() {
        fill();
        damage(150, RecordDescriptor.CHAIN_OFFSET);

        assertEquals(0, scrubOnce(1 << 20, 149));
    }

    @Test
    void shouldReadNoFasterThanItMay() {
        fill();
        care = new StorageCare(journal, folder, 1 << 20, worker);
        long nowNs = 0;
        long read = 0;
        while (nowNs < 500_000_000L) {
            read += care.isScrubDue(nowNs) ? 1 : 0;
            if (care.isScrubDue(nowNs)) {
                care.scrub(nowNs, RECORDS);
            }
            nowNs += 100_000L;
        }

        // Half a second of a MiB per second, a record of 4160 bytes at a time.
        assertTrue(read >= 120 && read <= 130, "read=" + read);
    }

    @Test
    void shouldLookAtTheFreeSpace() {
        care = new StorageCare(journal, folder, 0, worker);
        assertEquals(Long.MAX_VALUE, care.freeBytes());

        care.look(1);

        Await.until("the free space is known", () -> worker.drain() > 0);
        assertTrue(care.freeBytes() > 0 && care.freeBytes() < Long.MAX_VALUE, "freeBytes=" + care.freeBytes());
    }
}
