// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.testing;

import io.partita.ledger.journal.ChronicleJournal;
import io.partita.ledger.journal.Journal;
import io.partita.ledger.journal.JournalConfig;
import io.partita.ledger.journal.JournalReader;
import io.partita.ledger.model.Id128;
import io.partita.ledger.model.RecordDescriptor;
import io.partita.ledger.model.RecordType;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.zip.CRC32C;
import org.agrona.concurrent.UnsafeBuffer;

/** A journal with records that mean nothing. One thread. */
public final class TestJournal implements AutoCloseable {
    private final Journal journal;
    private final CRC32C checksum = new CRC32C();
    private final UnsafeBuffer frame = new UnsafeBuffer(ByteBuffer.allocateDirect(2 * 1024 * 1024));

    /**
     * Opens one.
     *
     * @param folder of the journal.
     * @param clusterId of the cluster.
     */
    public TestJournal(final Path folder, final Id128 clusterId) {
        journal = ChronicleJournal.open(JournalConfig.of(folder, clusterId).withSegmentLength(4 * 1024 * 1024));
    }

    /**
     * Appends records as one frame.
     *
     * @param records how many.
     * @param bodyLength bytes of each one's body.
     */
    public void append(final int records, final int bodyLength) {
        int length = 0;
        long seq = journal.lastSeq();
        long chain = journal.lastChain();
        for (int i = 0; i < records; i++) {
            seq++;
            frame.setMemory(length + RecordDescriptor.HEADER_LENGTH, bodyLength, (byte) seq);
            RecordDescriptor.writeHeader(frame, length, seq, 1, seq, RecordType.COMMANDS, 1, bodyLength);
            chain = RecordDescriptor.seal(checksum, frame, length, chain);
            length += RecordDescriptor.length(frame, length);
        }
        journal.append(frame, 0, length);
    }

    /**
     * The last seq.
     *
     * @return 0 while empty.
     */
    public long lastSeq() {
        return journal.lastSeq();
    }

    /**
     * A reader of it.
     *
     * @param fromSeq the first seq.
     * @return the reader.
     */
    public JournalReader reader(final long fromSeq) {
        return journal.reader(fromSeq);
    }

    @Override
    public void close() {
        journal.close();
    }
}
