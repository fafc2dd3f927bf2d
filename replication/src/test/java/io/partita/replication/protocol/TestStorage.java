// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.protocol;

import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** Snapshots and repair in memory; what is asked for is written to the effects' log, and done when the test says so. */
final class TestStorage implements Storage {
    private final TestJournal journal;
    private final List<String> log;
    Snapshot newest;
    Snapshot previous;
    byte[] bytes = new byte[0];
    Snapshot taken;
    Snapshot receiving;
    byte[] received = new byte[0];
    private int receivedLength;
    Snapshot installing;
    private final List<UnsafeBuffer> collected = new ArrayList<>();

    TestStorage(final TestJournal journal, final List<String> log) {
        this.journal = journal;
        this.log = log;
    }

    /** Bytes of a snapshot, and its name. */
    static Snapshot name(final TestJournal journal, final long seq, final long epoch, final byte[] bytes) {
        final CRC32C checksum = new CRC32C();
        checksum.update(bytes);
        return new Snapshot(seq, epoch, journal.chainAt(seq), seq * 1000, 1, bytes.length, (int) checksum.getValue());
    }

    static byte[] bytes(final int length) {
        final byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (i * 31);
        }
        return bytes;
    }

    /** The snapshot asked for is whole. */
    void written() {
        previous = newest;
        newest = new Snapshot(
                taken.seq(), taken.epoch(), taken.chain(), taken.digest(), taken.logicVersion(), bytes.length, 0);
    }

    /** The switch happens. */
    Snapshot switchOver() {
        journal.restart(installing);
        newest = installing;
        previous = null;
        return installing;
    }

    @Override
    public Snapshot newest() {
        return newest;
    }

    @Override
    public Snapshot previous() {
        return previous;
    }

    @Override
    public void take(final Snapshot name) {
        taken = name;
        log.add("take seq=" + name.seq() + " epoch=" + name.epoch() + " digest=" + name.digest());
    }

    @Override
    public int read(
            final Snapshot snapshot,
            final long position,
            final MutableDirectBuffer target,
            final int offset,
            final int lengthMax) {
        if (!snapshot.equals(newest) && !snapshot.equals(previous)) {
            return -1;
        }
        final int length = (int) Math.min(lengthMax, bytes.length - position);
        target.putBytes(offset, bytes, (int) position, length);
        return length;
    }

    @Override
    public long begin(final Snapshot snapshot) {
        if (!snapshot.equals(receiving)) {
            receiving = snapshot;
            received = new byte[(int) snapshot.size()];
            receivedLength = 0;
        }
        log.add("begin seq=" + snapshot.seq() + " at " + receivedLength);
        return receivedLength;
    }

    @Override
    public void write(final DirectBuffer piece, final int offset, final int length) {
        piece.getBytes(offset, received, receivedLength, length);
        receivedLength += length;
    }

    @Override
    public void install(final Snapshot snapshot) {
        installing = snapshot;
        log.add("install seq=" + snapshot.seq());
    }

    @Override
    public void discardTo(final long seq) {
        journal.discardTo(seq);
        log.add("discard to " + seq);
    }

    @Override
    public void collect(final DirectBuffer records, final int offset, final int length) {
        final UnsafeBuffer copy = new UnsafeBuffer(new byte[length]);
        copy.putBytes(0, records, offset, length);
        collected.add(copy);
        log.add("collect " + length / journal.record(journal.lastSeq()).capacity());
    }

    @Override
    public void repair(final long firstSeq, final long lastSeq) {
        log.add("repair " + firstSeq + ".." + lastSeq);
    }

    /** What was taken in is in its place. */
    void repaired() {
        collected.forEach(journal::replace);
        collected.clear();
    }
}
