// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.simulation;

import io.partita.ledger.model.EpochRuns;
import io.partita.ledger.model.Id128;
import io.partita.ledger.model.RecordDescriptor;
import io.partita.replication.protocol.LocalJournal;
import io.partita.replication.protocol.NodeMeta;
import io.partita.replication.protocol.Snapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.agrona.DirectBuffer;
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
    private long fullUntilNs;
    private final TreeSet<Long> damaged = new TreeSet<>();
    private boolean wasDamaged;
    /** The journal begins here; what is before is the content of snapshots only. */
    private long oldestSeq = 1;

    private @Nullable Snapshot newest;
    private @Nullable Snapshot previous;
    /** The record that the state of the newest snapshot was made of otherwise; 0 if there is none. */
    private long differsAt;
    /** A snapshot that is being received, and its bytes so far. */
    private @Nullable Snapshot partial;

    private byte[] partialBytes = {};
    private int partialLength;
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
        if (seq < oldestSeq || damaged.contains(seq)) {
            throw new Violation("STORAGE", "seq=" + seq + " is read: oldestSeq=" + oldestSeq + " damaged=" + damaged);
        }
        return history(seq);
    }

    /** A record as it was written, though it may be in a snapshot only, or damaged: for checkers and for snapshots. */
    UnsafeBuffer history(final long seq) {
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
        final Long firstDamaged = damaged.ceiling(firstSeq);
        final long whole = firstDamaged == null ? records.size() : firstDamaged - 1;
        final long end = firstSeq < oldestSeq ? firstSeq - 1 : Math.min(lastSeq, whole);
        final int length = firstSeq > end ? 0 : (int) (endOf(end) - endOf(firstSeq - 1));
        final UnsafeBuffer run = new UnsafeBuffer(new byte[length]);
        int at = 0;
        for (long seq = firstSeq; seq <= end; seq++) {
            run.putBytes(at, history(seq), 0, history(seq).capacity());
            at += history(seq).capacity();
        }
        return run;
    }

    /** The last seq of a range before the first damaged record in it. */
    long wholeTo(final long firstSeq, final long lastSeq) {
        final Long firstDamaged = damaged.ceiling(firstSeq);
        return firstDamaged == null ? lastSeq : Math.min(lastSeq, firstDamaged - 1);
    }

    long lastTimestamp() {
        return records.isEmpty() ? 0 : RecordDescriptor.timestamp(history(lastSeq()), 0);
    }

    void forcedTo(final long seq) {
        durable = Math.max(durable, Math.min(seq, records.size()));
    }

    void cutTo(final long seq) {
        damaged.tailSet(seq, false).clear();
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
        fullUntilNs = 0;
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

    void fullUntil(final long timeNs) {
        fullUntilNs = timeNs;
    }

    /** A bit flips at rest. */
    void damage(final long seq) {
        damaged.add(seq);
        wasDamaged = true;
    }

    /** Whether a record has ever been damaged. */
    boolean wasDamaged() {
        return wasDamaged;
    }

    boolean isDamaged() {
        return !damaged.isEmpty();
    }

    boolean isDamaged(final long seq) {
        return damaged.contains(seq);
    }

    // ---------------------------------------------------------------------------------------------- snapshots

    @Nullable
    Snapshot newest() {
        return newest;
    }

    @Nullable
    Snapshot previous() {
        return previous;
    }

    /** The content of a snapshot stands for the state: the records that make it, and which of them was applied otherwise. */
    byte[] content(final long seq) {
        final int length = (int) endOf(seq);
        final byte[] bytes = new byte[length + Long.BYTES];
        new UnsafeBuffer(bytes).putLong(length, differsAt <= seq ? differsAt : 0);
        int at = 0;
        for (long i = 1; i <= seq; i++) {
            final UnsafeBuffer record = history(i);
            record.getBytes(0, bytes, at, record.capacity());
            at += record.capacity();
        }
        return bytes;
    }

    /** Of the content of a snapshot. */
    static long differsAt(final byte[] content) {
        return content.length == 0 ? 0 : new UnsafeBuffer(content).getLong(content.length - Long.BYTES);
    }

    /** The newest snapshot is to be of such a state. */
    void stateDiffersAt(final long seq) {
        differsAt = seq;
    }

    /** A snapshot is whole and on the disk, as is the journal up to it. */
    void add(final Snapshot snapshot) {
        forcedTo(snapshot.seq());
        previous = newest;
        newest = snapshot;
    }

    void discardTo(final long seq) {
        final Snapshot kept = previous;
        if (kept == null || seq > kept.seq() || seq < oldestSeq) {
            throw new Violation("RETENTION", "discard to seq=" + seq + " with previous=" + kept);
        }
        damaged.headSet(seq, true).clear();
        oldestSeq = seq + 1;
    }

    int begin(final Snapshot snapshot) {
        if (!snapshot.equals(partial)) {
            partial = snapshot;
            partialBytes = new byte[(int) snapshot.size()];
            partialLength = 0;
        }
        return partialLength;
    }

    void write(final DirectBuffer piece, final int offset, final int length) {
        piece.getBytes(offset, partialBytes, partialLength, length);
        partialLength += length;
    }

    byte[] received() {
        return partialBytes;
    }

    void dropReceived() {
        partial = null;
        partialLength = 0;
    }

    /** What was received takes the place of state and journal, in one step. */
    void restart(final Snapshot snapshot) {
        final UnsafeBuffer bytes = new UnsafeBuffer(partialBytes);
        differsAt = differsAt(partialBytes);
        cutTo(0);
        for (int at = 0; at < bytes.capacity() - Long.BYTES; at += RecordDescriptor.length(bytes, at)) {
            final UnsafeBuffer record = new UnsafeBuffer(new byte[RecordDescriptor.length(bytes, at)]);
            record.putBytes(0, bytes, at, record.capacity());
            append(record);
        }
        oldestSeq = snapshot.seq() + 1;
        durable = snapshot.seq();
        newest = snapshot;
        previous = null;
        dropReceived();
    }

    /** R39: records in the place of damaged ones, unless those were cut away or given up meanwhile. */
    void repair(final UnsafeBuffer run) {
        for (int at = 0; at < run.capacity(); at += RecordDescriptor.length(run, at)) {
            final long seq = RecordDescriptor.seq(run, at);
            if (damaged.contains(seq)) {
                if (!new UnsafeBuffer(run, at, RecordDescriptor.length(run, at)).equals(history(seq))) {
                    throw new Violation("REPAIR", "another record is put in the place of seq=" + seq);
                }
                damaged.remove(seq);
            }
        }
    }

    /** 0 if no record of a range is damaged. */
    long firstDamaged(final long firstSeq, final long lastSeq) {
        final Long first = damaged.ceiling(firstSeq);
        return first == null || first > lastSeq ? 0 : first;
    }

    // ---------------------------------------------------------------------------------------------- more faults

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
        dropReceived();
    }

    void wipe() {
        cutTo(0);
        meta = null;
        oldestSeq = 1;
        newest = null;
        previous = null;
        differsAt = 0;
        dropReceived();
    }

    /** Whether a start would meet damage that its newest snapshot does not make up for. */
    boolean isDamagedBeyondSnapshot() {
        return !damaged.isEmpty() && (newest == null || damaged.last() > newest.seq());
    }

    /**
     * Reads the journal at a start: a damaged record and what follows it is out of use.
     *
     * @return whether there was damage.
     */
    boolean recover() {
        if (damaged.isEmpty()) {
            return false;
        }
        final Snapshot whole = newest;
        if (whole != null && damaged.first() <= whole.seq()) {
            oldestSeq = whole.seq() + 1; // What the snapshot holds is not needed.
            previous = null;
            damaged.headSet(whole.seq(), true).clear();
        }
        if (!damaged.isEmpty()) {
            cutTo(damaged.first() - 1);
        }
        return true;
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
        oldestSeq = other.oldestSeq;
        newest = other.newest;
        previous = other.previous;
        differsAt = other.differsAt;
        damaged.clear();
        damaged.addAll(other.damaged);
        dropReceived();
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
        return records.isEmpty() ? 0 : RecordDescriptor.epoch(history(lastSeq()), 0);
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
        return oldestSeq;
    }

    @Override
    public long freeBytes() {
        return scheduler.nowNs() < fullUntilNs ? 0 : Long.MAX_VALUE;
    }

    @Override
    public boolean makeRoom(final int length) {
        return freeBytes() > 0;
    }

    @Override
    public boolean isReadable(final long seq) {
        return seq == lastSeq() || !damaged.contains(seq);
    }

    @Override
    public long chainAt(final long seq) {
        if (seq < oldestSeq - 1) {
            throw new Violation("STORAGE", "chain at seq=" + seq + " is asked for: oldestSeq=" + oldestSeq);
        }
        return historyChain(seq);
    }

    /** The chain value at any seq, though it may be in a snapshot only. */
    long historyChain(final long seq) {
        return seq == 0 ? genesis : RecordDescriptor.chain(history(seq), 0);
    }

    @Override
    public EpochRuns epochRuns() {
        final List<EpochRuns.Run> runs = new ArrayList<>();
        for (int i = 0; i < runStarts.size(); i++) {
            final long first = Math.max(oldestSeq, runStarts.get(i));
            final long last = i + 1 < runStarts.size() ? runStarts.get(i + 1) - 1 : records.size();
            if (last >= first) {
                runs.add(new EpochRuns.Run(RecordDescriptor.epoch(history(last), 0), first, last, chainAt(last)));
            }
        }
        return new EpochRuns(runs);
    }
}
