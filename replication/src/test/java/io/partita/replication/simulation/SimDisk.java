// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.simulation;

import io.partita.ledger.model.EpochRuns;
import io.partita.ledger.model.Id128;
import io.partita.ledger.model.RecordDescriptor;
import io.partita.replication.protocol.LocalJournal;
import io.partita.replication.protocol.NodeMeta;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/** What one host's disk and page cache hold: journal and meta. A process crash keeps both, a host crash what was forced. */
final class SimDisk implements LocalJournal {
    private final long genesis;
    private final List<UnsafeBuffer> records = new ArrayList<>();
    private long durable;

    @Nullable
    NodeMeta meta;

    int bootNo = 1;

    SimDisk(final Id128 clusterId) {
        genesis = RecordDescriptor.genesisChain(clusterId.hi(), clusterId.lo());
    }

    String bootId() {
        return "boot-" + bootNo;
    }

    UnsafeBuffer record(final long seq) {
        return records.get((int) seq - 1);
    }

    void append(final UnsafeBuffer record) {
        records.add(record);
    }

    /** Records of a range, as many as are there from its start. */
    UnsafeBuffer tail(final long firstSeq, final long lastSeq) {
        final long end = Math.min(lastSeq, records.size());
        int length = 0;
        for (long seq = firstSeq; seq <= end; seq++) {
            length += record(seq).capacity();
        }
        final UnsafeBuffer run = new UnsafeBuffer(new byte[length]);
        int at = 0;
        for (long seq = firstSeq; seq <= end; seq++) {
            run.putBytes(at, record(seq), 0, record(seq).capacity());
            at += record(seq).capacity();
        }
        return run;
    }

    void forcedTo(final long seq) {
        durable = Math.max(durable, Math.min(seq, records.size()));
    }

    void cutTo(final long seq) {
        while (records.size() > seq) {
            records.remove(records.size() - 1);
        }
        durable = Math.min(durable, seq);
    }

    /** Power is lost: of what was not forced, an arbitrary part survives; recovery keeps the prefix that is whole. */
    void loseTail(final SplittableRandom random) {
        bootNo++;
        final long tail = records.size() - durable;
        final long kept = random.nextInt(3) == 0 ? tail : random.nextLong(tail + 1);
        cutTo(durable + kept);
        durable = records.size();
    }

    void wipe() {
        records.clear();
        durable = 0;
        meta = null;
    }

    @Override
    public long lastSeq() {
        return records.size();
    }

    @Override
    public long lastEpoch() {
        return records.isEmpty() ? 0 : RecordDescriptor.epoch(record(lastSeq()), 0);
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
        return 1;
    }

    @Override
    public long chainAt(final long seq) {
        return seq == 0 ? genesis : RecordDescriptor.chain(record(seq), 0);
    }

    @Override
    public EpochRuns epochRuns() {
        final List<EpochRuns.Run> runs = new ArrayList<>();
        long first = 1;
        for (long seq = 1; seq <= records.size(); seq++) {
            final long epoch = RecordDescriptor.epoch(record(seq), 0);
            if (seq == records.size() || RecordDescriptor.epoch(record(seq + 1), 0) != epoch) {
                runs.add(new EpochRuns.Run(epoch, first, seq, chainAt(seq)));
                first = seq + 1;
            }
        }
        return new EpochRuns(runs);
    }
}
