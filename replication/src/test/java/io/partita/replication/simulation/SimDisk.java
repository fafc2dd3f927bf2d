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

/**
 * What one host's disk and page cache hold: journal and META. The journal is a file of records, in pages of 4 KiB: those that
 * were forced are on the disk, others in the page cache only. A process crash keeps both. A host crash keeps what was forced and
 * of the dirty pages an arbitrary choice, some of them in part: so later records may be there while earlier ones are not, and
 * recovery keeps the prefix that is whole.
 */
final class SimDisk implements LocalJournal {
    private static final int PAGE_LENGTH = 4096;
    private static final int SECTOR_LENGTH = 512;
    private static final int SECTORS = PAGE_LENGTH / SECTOR_LENGTH;

    private final long genesis;
    private final Scheduler scheduler;
    private final List<UnsafeBuffer> records = new ArrayList<>();
    /** Where each record ends in the file. */
    private final List<Long> ends = new ArrayList<>();

    /** First seq of each run of records of one epoch. */
    private final List<Long> runStarts = new ArrayList<>();

    private long durable;
    private long slowUntilNs;
    private boolean forceFails;
    private long damagedSeq;
    private int bootNo = 1;

    @Nullable
    NodeMeta meta;

    SimDisk(final Id128 clusterId, final Scheduler scheduler) {
        genesis = RecordDescriptor.genesisChain(clusterId.hi(), clusterId.lo());
        this.scheduler = scheduler;
    }

    String bootId() {
        return "boot-" + bootNo;
    }

    // ---------------------------------------------------------------------------------------------- records

    UnsafeBuffer record(final long seq) {
        return records.get((int) seq - 1);
    }

    void append(final UnsafeBuffer record) {
        if (records.isEmpty() || RecordDescriptor.epoch(record, 0) != lastEpoch()) {
            runStarts.add(records.size() + 1L);
        }
        records.add(record);
        ends.add(endOf(records.size() - 1) + record.capacity());
    }

    private long endOf(final long seq) {
        return seq == 0 ? 0 : ends.get((int) seq - 1);
    }

    /** Records of a range, as many as are there from its start. */
    UnsafeBuffer tail(final long firstSeq, final long lastSeq) {
        final long end = Math.min(lastSeq, records.size());
        final int length = firstSeq > end ? 0 : (int) (endOf(end) - endOf(firstSeq - 1));
        final UnsafeBuffer run = new UnsafeBuffer(new byte[length]);
        int at = 0;
        for (long seq = firstSeq; seq <= end; seq++) {
            run.putBytes(at, record(seq), 0, record(seq).capacity());
            at += record(seq).capacity();
        }
        return run;
    }

    long lastTimestamp() {
        return records.isEmpty() ? 0 : RecordDescriptor.timestamp(record(lastSeq()), 0);
    }

    void forcedTo(final long seq) {
        durable = Math.max(durable, Math.min(seq, records.size()));
    }

    void cutTo(final long seq) {
        while (records.size() > seq) {
            records.remove(records.size() - 1);
            ends.remove(ends.size() - 1);
        }
        while (!runStarts.isEmpty() && runStarts.get(runStarts.size() - 1) > records.size()) {
            runStarts.remove(runStarts.size() - 1);
        }
        durable = Math.min(durable, seq);
    }

    // ---------------------------------------------------------------------------------------------- faults

    void slowUntil(final long timeNs) {
        slowUntilNs = timeNs;
    }

    void heal() {
        slowUntilNs = 0;
        forceFails = false;
    }

    long timeOfForce(final long drawnNs) {
        return scheduler.nowNs() < slowUntilNs ? drawnNs * 100 : drawnNs;
    }

    void failNextForce() {
        forceFails = true;
    }

    /** Whether a force fails now; it does so once. */
    boolean takeForceFailure() {
        final boolean fails = forceFails;
        forceFails = false;
        return fails;
    }

    /** A bit flips at rest; found at the next start. */
    void damage(final long seq) {
        damagedSeq = seq;
    }

    /** Power is lost. */
    void loseTail(final SplittableRandom random) {
        bootNo++;
        long kept = durable;
        long page = -1;
        int sectorsKept = 0;
        boolean whole = true;
        while (whole && kept < records.size()) {
            for (long at = endOf(kept) / SECTOR_LENGTH; at <= (endOf(kept + 1) - 1) / SECTOR_LENGTH; at++) {
                if (at / SECTORS != page) {
                    page = at / SECTORS;
                    final int fate = random.nextInt(20);
                    // Written back, never written back, or interrupted in the middle.
                    sectorsKept = fate < 16 ? 0xFF : fate < 18 ? 0 : random.nextInt(0x100);
                }
                whole &= (sectorsKept >> at % SECTORS & 1) != 0;
            }
            kept += whole ? 1 : 0;
        }
        cutTo(kept);
        durable = records.size();
    }

    void wipe() {
        cutTo(0);
        meta = null;
        damagedSeq = 0;
    }

    /**
     * Reads the journal at a start: a damaged record and what follows it is out of use.
     *
     * @return whether there was damage.
     */
    boolean recover() {
        final boolean damaged = damagedSeq > 0 && damagedSeq <= records.size();
        if (damaged) {
            cutTo(damagedSeq - 1);
        }
        damagedSeq = 0;
        return damaged;
    }

    /** Copies another disk: a cloned folder, or an image to restore later. */
    void copyFrom(final SimDisk other) {
        records.clear();
        records.addAll(other.records);
        ends.clear();
        ends.addAll(other.ends);
        runStarts.clear();
        runStarts.addAll(other.runStarts);
        durable = other.durable;
        bootNo = other.bootNo;
        meta = other.meta;
    }

    // ---------------------------------------------------------------------------------------------- LocalJournal

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
    public long freeBytes() {
        return Long.MAX_VALUE;
    }

    @Override
    public long chainAt(final long seq) {
        return seq == 0 ? genesis : RecordDescriptor.chain(record(seq), 0);
    }

    @Override
    public EpochRuns epochRuns() {
        final List<EpochRuns.Run> runs = new ArrayList<>();
        for (int i = 0; i < runStarts.size(); i++) {
            final long first = runStarts.get(i);
            final long last = i + 1 < runStarts.size() ? runStarts.get(i + 1) - 1 : records.size();
            runs.add(new EpochRuns.Run(RecordDescriptor.epoch(record(first), 0), first, last, chainAt(last)));
        }
        return new EpochRuns(runs);
    }
}
