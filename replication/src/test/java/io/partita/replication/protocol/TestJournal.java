// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.protocol;

import io.partita.ledger.model.EpochRuns;
import io.partita.ledger.model.Id128;
import io.partita.ledger.model.RecordDescriptor;
import io.partita.ledger.model.RecordType;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** A journal in memory, forced when the test says so. */
final class TestJournal implements LocalJournal {
    private final CRC32C checksum = new CRC32C();
    private final List<UnsafeBuffer> records = new ArrayList<>();
    private long baseSeq;
    private long baseChain;
    private long baseEpoch;
    long durable;
    long freeBytes = Long.MAX_VALUE;
    boolean hasRoom = true;

    TestJournal(final Id128 clusterId) {
        baseChain = RecordDescriptor.genesisChain(clusterId.hi(), clusterId.lo());
    }

    /** Appends records of an epoch; their bodies are the given number. */
    TestJournal append(final long epoch, final int count, final long body) {
        for (int i = 0; i < count; i++) {
            final UnsafeBuffer record = new UnsafeBuffer(new byte[RecordDescriptor.recordLength(8)]);
            record.putLong(RecordDescriptor.HEADER_LENGTH, body);
            RecordDescriptor.writeHeader(record, 0, lastSeq() + 1, epoch, 1, RecordType.COMMANDS, 1, 8);
            RecordDescriptor.seal(checksum, record, 0, lastChain());
            records.add(record);
        }
        return this;
    }

    /** Appends a control record whose body begins with the given number. */
    TestJournal append(final long epoch, final RecordType type, final long body) {
        final UnsafeBuffer record = new UnsafeBuffer(new byte[RecordDescriptor.recordLength(8)]);
        record.putLong(RecordDescriptor.HEADER_LENGTH, body);
        RecordDescriptor.writeHeader(record, 0, lastSeq() + 1, epoch, 1, type, 0, 8);
        RecordDescriptor.seal(checksum, record, 0, lastChain());
        records.add(record);
        return this;
    }

    void appendAll(final DirectBuffer buffer, final int offset, final int length) {
        for (int at = offset; at < offset + length; at += RecordDescriptor.length(buffer, at)) {
            final byte[] bytes = new byte[RecordDescriptor.length(buffer, at)];
            buffer.getBytes(at, bytes);
            records.add(new UnsafeBuffer(bytes));
        }
    }

    UnsafeBuffer run(final long firstSeq, final long lastSeq) {
        final int length = RecordDescriptor.recordLength(8);
        final UnsafeBuffer run = new UnsafeBuffer(new byte[(int) (lastSeq - firstSeq + 1) * length]);
        for (long seq = firstSeq; seq <= lastSeq; seq++) {
            run.putBytes((int) (seq - firstSeq) * length, record(seq), 0, length);
        }
        return run;
    }

    UnsafeBuffer record(final long seq) {
        return records.get((int) (seq - baseSeq - 1));
    }

    void cutTo(final long seq) {
        while (lastSeq() > seq) {
            records.remove(records.size() - 1);
        }
        durable = Math.min(durable, seq);
    }

    /** Flips a bit of a record's body. */
    void damage(final long seq) {
        final UnsafeBuffer record = record(seq);
        record.putByte(RecordDescriptor.HEADER_LENGTH, (byte) (record.getByte(RecordDescriptor.HEADER_LENGTH) ^ 1));
    }

    /** Puts records in the place of those with the same seqs. */
    void replace(final UnsafeBuffer run) {
        for (int at = 0; at < run.capacity(); at += RecordDescriptor.length(run, at)) {
            record(RecordDescriptor.seq(run, at)).putBytes(0, run, at, RecordDescriptor.length(run, at));
        }
    }

    /** Records up to a seq are not kept any more. */
    TestJournal discardTo(final long seq) {
        baseChain = chainAt(seq);
        baseEpoch = RecordDescriptor.epoch(record(seq), 0);
        records.subList(0, (int) (seq - baseSeq)).clear();
        baseSeq = seq;
        return this;
    }

    /** A snapshot takes the place of all records. */
    void restart(final Snapshot snapshot) {
        records.clear();
        baseSeq = snapshot.seq();
        baseChain = snapshot.chain();
        baseEpoch = snapshot.epoch();
        durable = baseSeq;
    }

    TestJournal force() {
        durable = lastSeq();
        return this;
    }

    @Override
    public long lastSeq() {
        return baseSeq + records.size();
    }

    @Override
    public long lastEpoch() {
        return records.isEmpty() ? baseEpoch : RecordDescriptor.epoch(record(lastSeq()), 0);
    }

    @Override
    public long lastChain() {
        return chainAt(lastSeq());
    }

    @Override
    public long durableSeq() {
        return durable;
    }

    @Override
    public long oldestSeq() {
        return baseSeq + 1;
    }

    @Override
    public boolean makeRoom(final int length) {
        return hasRoom;
    }

    @Override
    public long freeBytes() {
        return freeBytes;
    }

    @Override
    public boolean isReadable(final long seq) {
        return true;
    }

    @Override
    public long chainAt(final long seq) {
        return seq == baseSeq ? baseChain : RecordDescriptor.chain(record(seq), 0);
    }

    @Override
    public EpochRuns epochRuns() {
        final List<EpochRuns.Run> runs = new ArrayList<>();
        long first = oldestSeq();
        for (long seq = first; seq <= lastSeq(); seq++) {
            final long epoch = RecordDescriptor.epoch(record(seq), 0);
            if (seq == lastSeq() || RecordDescriptor.epoch(record(seq + 1), 0) != epoch) {
                runs.add(new EpochRuns.Run(epoch, first, seq, chainAt(seq)));
                first = seq + 1;
            }
        }
        return new EpochRuns(runs);
    }
}
