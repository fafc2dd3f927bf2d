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
    private final long genesis;
    private final List<UnsafeBuffer> records = new ArrayList<>();
    long durable;

    TestJournal(final Id128 clusterId) {
        genesis = RecordDescriptor.genesisChain(clusterId.hi(), clusterId.lo());
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
            run.putBytes((int) (seq - firstSeq) * length, records.get((int) seq - 1), 0, length);
        }
        return run;
    }

    void cutTo(final long seq) {
        while (records.size() > seq) {
            records.remove(records.size() - 1);
        }
        durable = Math.min(durable, seq);
    }

    TestJournal force() {
        durable = records.size();
        return this;
    }

    @Override
    public long lastSeq() {
        return records.size();
    }

    @Override
    public long lastEpoch() {
        return records.isEmpty() ? 0 : RecordDescriptor.epoch(records.get(records.size() - 1), 0);
    }

    @Override
    public long lastChain() {
        return chainAt(records.size());
    }

    @Override
    public long durableSeq() {
        return durable;
    }

    @Override
    public long oldestSeq() {
        return 1;
    }

    @Override
    public long chainAt(final long seq) {
        return seq == 0 ? genesis : RecordDescriptor.chain(records.get((int) seq - 1), 0);
    }

    @Override
    public EpochRuns epochRuns() {
        final List<EpochRuns.Run> runs = new ArrayList<>();
        long first = 1;
        for (int seq = 1; seq <= records.size(); seq++) {
            final long epoch = RecordDescriptor.epoch(records.get(seq - 1), 0);
            if (seq == records.size() || RecordDescriptor.epoch(records.get(seq), 0) != epoch) {
                runs.add(new EpochRuns.Run(epoch, first, seq, chainAt(seq)));
                first = seq + 1;
            }
        }
        return new EpochRuns(runs);
    }
}
