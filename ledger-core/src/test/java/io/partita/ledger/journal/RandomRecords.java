// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.partita.ledger.model.EpochRuns;
import io.partita.ledger.model.Id128;
import io.partita.ledger.model.RecordDescriptor;
import io.partita.ledger.model.RecordType;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.zip.CRC32C;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.MutableDirectBuffer;

/** Makes random frames that continue a journal, and remembers what a journal must give back. */
final class RandomRecords {
    static final Id128 CLUSTER = new Id128(0x1122334455667788L, 0x99AABBCCDDEEFF00L);

    private final SplittableRandom random;
    private final CRC32C checksum = new CRC32C();
    private final MutableDirectBuffer buffer = new ExpandableArrayBuffer(1 << 16);
    private final List<Long> chains = new ArrayList<>();
    private final List<Long> epochs = new ArrayList<>();
    private final List<Long> timestamps = new ArrayList<>();
    private int length;
    private int count;
    private long epochFloor = 1;

    RandomRecords(final long seed) {
        random = new SplittableRandom(seed);
        chains.add(RecordDescriptor.genesisChain(CLUSTER.hi(), CLUSTER.lo()));
        epochs.add(1L);
        timestamps.add(1_000L);
    }

    /** Makes the next frame; it is in {@link #buffer()}. */
    void frame(final int recordsMax, final int bodyMax) {
        length = 0;
        count = 1 + random.nextInt(recordsMax);
        for (int i = 0; i < count; i++) {
            record(random.nextInt(bodyMax + 1));
        }
    }

    private void record(final int bodyLength) {
        final long seq = lastSeq() + 1;
        final long epoch = Math.max(epochFloor, last(epochs) + (random.nextInt(200) == 0 ? 1 : 0));
        final long timestamp = last(timestamps) + random.nextInt(3);
        buffer.checkLimit(length + RecordDescriptor.recordLength(bodyLength));
        for (int i = 0; i < bodyLength; i++) {
            buffer.putByte(length + RecordDescriptor.HEADER_LENGTH + i, (byte) random.nextInt());
        }
        RecordDescriptor.writeHeader(buffer, length, seq, epoch, timestamp, RecordType.COMMANDS, 1, bodyLength);
        chains.add(RecordDescriptor.seal(checksum, buffer, length, last(chains)));
        epochs.add(epoch);
        timestamps.add(timestamp);
        length += RecordDescriptor.length(buffer, length);
    }

    private static long last(final List<Long> values) {
        return values.get(values.size() - 1);
    }

    /** Forgets what comes after a seq; what follows is of a later epoch, as after a failover. */
    void cutTo(final long seq) {
        epochFloor = last(epochs) + 1;
        chains.subList((int) seq + 1, chains.size()).clear();
        epochs.subList((int) seq + 1, epochs.size()).clear();
        timestamps.subList((int) seq + 1, timestamps.size()).clear();
    }

    /** Goes on where a journal ends; what is in it is not remembered. */
    void continueFrom(final Journal journal) {
        while (lastSeq() < journal.lastSeq()) {
            chains.add(journal.lastChain());
            epochs.add(journal.lastEpoch());
            timestamps.add(last(timestamps) + 1_000);
        }
    }

    /** Appends the frame to a journal. */
    void appendTo(final Journal journal) {
        journal.append(buffer, 0, length);
        assertEquals(lastSeq(), journal.lastSeq());
        assertEquals(last(chains), journal.lastChain());
    }

    /** Reads on to the end, checking each record. */
    long readOn(final JournalReader reader, final long uptoSeq) {
        long records = 0;
        while (reader.next(uptoSeq, 1 + random.nextInt(4096))) {
            records += check(reader);
        }
        return records;
    }

    /** Checks the run that a reader stands on. */
    long check(final JournalReader reader) {
        long seq = reader.firstSeq();
        for (int at = reader.offset(); at < reader.offset() + reader.length(); ) {
            assertEquals(seq, RecordDescriptor.seq(reader.buffer(), at));
            assertEquals(chains.get((int) seq), RecordDescriptor.chain(reader.buffer(), at));
            final int recordLength = RecordDescriptor.length(reader.buffer(), at);
            assertTrue(RecordDescriptor.isIntact(checksum, reader.buffer(), at, recordLength));
            at += recordLength;
            seq++;
        }
        assertEquals(seq - 1, reader.lastSeq());
        return reader.lastSeq() - reader.firstSeq() + 1;
    }

    long chainAt(final long seq) {
        return chains.get((int) seq);
    }

    /** The runs of one epoch, counted one by one. */
    List<EpochRuns.Run> epochRuns() {
        final List<EpochRuns.Run> runs = new ArrayList<>();
        int first = 1;
        for (int seq = 1; seq <= lastSeq(); seq++) {
            if (seq == lastSeq() || !epochs.get(seq + 1).equals(epochs.get(seq))) {
                runs.add(new EpochRuns.Run(epochs.get(seq), first, seq, chains.get(seq)));
                first = seq + 1;
            }
        }
        return runs;
    }

    long lastSeq() {
        return chains.size() - 1;
    }

    MutableDirectBuffer buffer() {
        return buffer;
    }

    int count() {
        return count;
    }

    int length() {
        return length;
    }

    SplittableRandom random() {
        return random;
    }
}
