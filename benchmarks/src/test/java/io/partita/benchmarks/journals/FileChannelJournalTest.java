// SPDX-License-Identifier: Apache-2.0
package io.partita.benchmarks.journals;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.partita.ledger.journal.Journal;
import io.partita.ledger.journal.JournalReader;
import io.partita.ledger.model.RecordDescriptor;
import io.partita.ledger.model.RecordType;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.zip.CRC32C;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileChannelJournalTest {
    private static final int RECORD_LENGTH = RecordDescriptor.HEADER_LENGTH;

    private final UnsafeBuffer records = new UnsafeBuffer(ByteBuffer.allocateDirect(4 * RECORD_LENGTH));
    private final CRC32C checksum = new CRC32C();

    @TempDir
    Path folder;

    @Test
    void shouldReadBackWhatWasAppended() {
        try (Journal journal = journal();
                JournalReader reader = journal.reader(1)) {
            final long chain = seal(0, 1, journal.lastChain());
            seal(1, 2, chain);
            journal.append(records, 0, 2 * RECORD_LENGTH);
            seal(2, 3, journal.lastChain());
            journal.append(records, 2 * RECORD_LENGTH, RECORD_LENGTH);
            journal.force();

            assertEquals(3, journal.durableSeq());
            assertTrue(reader.next(1, Integer.MAX_VALUE));
            assertEquals(1, reader.lastSeq());
            assertTrue(reader.next(3, Integer.MAX_VALUE));
            assertEquals(2, reader.lastSeq());
            assertTrue(reader.next(3, Integer.MAX_VALUE));
            assertEquals(3, RecordDescriptor.seq(reader.buffer(), reader.offset()));
            assertTrue(RecordDescriptor.isIntact(checksum, reader.buffer(), reader.offset(), reader.length()));
            assertFalse(reader.next(3, Integer.MAX_VALUE));
        }
    }

    @Test
    void shouldRefuseWhatDoesNotContinue() {
        try (Journal journal = journal()) {
            seal(0, 2, journal.lastChain());

            assertThrows(IllegalArgumentException.class, () -> journal.append(records, 0, RECORD_LENGTH));
        }
    }

    private Journal journal() {
        return new FileChannelJournal(folder.resolve("journal"), JournalKind.CLUSTER_ID, 1 << 20, () -> {});
    }

    private long seal(final int index, final long seq, final long chain) {
        final int at = index * RECORD_LENGTH;
        RecordDescriptor.writeHeader(records, at, seq, 1, seq, RecordType.TICK, 1, 0);
        return RecordDescriptor.seal(checksum, records, at, chain);
    }
}
