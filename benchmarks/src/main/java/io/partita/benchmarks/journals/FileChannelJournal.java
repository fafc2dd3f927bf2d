// SPDX-License-Identifier: Apache-2.0
package io.partita.benchmarks.journals;

import io.partita.ledger.journal.Journal;
import io.partita.ledger.journal.JournalReader;
import io.partita.ledger.model.EpochRuns;
import io.partita.ledger.model.Id128;
import io.partita.ledger.model.Limits;
import io.partita.ledger.model.RecordDescriptor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.agrona.DirectBuffer;

/**
 * What a journal on a plain file would cost: the records that the real one has, in frames with a header, one {@code write} per
 * frame, and {@code force(false)} by a syncer thread that requests share. A measuring piece: one file of a fixed length, no
 * recovery, no cut.
 *
 * <pre>
 *   0       4         8         12            20    24
 *  +-------+---------+---------+-------------+-----+------------------------------
 *  | magic | length  | records | durable seq | pad | the records, length bytes ...
 *  +-------+---------+---------+-------------+-----+------------------------------
 * </pre>
 */
final class FileChannelJournal implements Journal {
    static final int FRAME_HEADER_LENGTH = 24;

    private static final int MAGIC = 0x4D52464A;
    private static final int RESERVE_STEP = 256 * 1024;
    private static final int RESERVE_MARGIN = 64 * 1024;
    private static final long PARK_NS = 1_000_000_000L;

    private final FileChannel channel;
    private final Path file;
    private final long genesisChain;
    private final Runnable durableListener;
    private final Thread syncer;
    private final Object forceLock = new Object();
    private final ByteBuffer zeros = ByteBuffer.allocateDirect(RESERVE_STEP);
    private final ByteBuffer frame = ByteBuffer.allocateDirect(FRAME_HEADER_LENGTH + Limits.FRAME_LENGTH_MAX)
            .order(ByteOrder.LITTLE_ENDIAN);
    private final long fileLength;
    private long end;
    private long reserved;
    private int lastRecord;
    private long lastEpoch;
    private long lastChain;
    private long lastTimestamp;
    private volatile long lastSeq;
    private volatile long durableSeq;
    private volatile long requestedSeq;
    private volatile boolean isParked;
    private volatile boolean isClosed;

    /**
     * An empty journal.
     *
     * @param file must not exist.
     * @param clusterId whose genesis chain it continues.
     * @param fileLength what it can hold.
     * @param durableListener told on the syncer thread when more is durable.
     */
    FileChannelJournal(final Path file, final Id128 clusterId, final long fileLength, final Runnable durableListener) {
        this.file = file;
        this.fileLength = fileLength;
        this.durableListener = durableListener;
        genesisChain = RecordDescriptor.genesisChain(clusterId.hi(), clusterId.lo());
        lastChain = genesisChain;
        try {
            channel = FileChannel.open(
                    file, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
            channel.write(ByteBuffer.allocate(1), fileLength - 1); // a force has no length to note, only blocks
            channel.force(true);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
        syncer = new Thread(this::runSyncer, "file-journal-syncer");
        syncer.setDaemon(true);
        syncer.start();
    }

    @Override
    public void append(final DirectBuffer records, final int offset, final int length) {
        check(records, offset, length);
        final int count = (int) (RecordDescriptor.seq(records, lastRecord) - lastSeq);
        frame.clear()
                .putInt(MAGIC)
                .putInt(length)
                .putInt(count)
                .putLong(durableSeq)
                .putInt(0);
        records.getBytes(offset, frame, FRAME_HEADER_LENGTH, length);
        frame.limit(FRAME_HEADER_LENGTH + length).position(0);
        try {
            reserve(frame.remaining());
            while (frame.hasRemaining()) {
                end += channel.write(frame, end);
            }
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
        lastEpoch = RecordDescriptor.epoch(records, lastRecord);
        lastChain = RecordDescriptor.chain(records, lastRecord);
        lastTimestamp = RecordDescriptor.timestamp(records, lastRecord);
        lastSeq = RecordDescriptor.seq(records, lastRecord);
    }

    /** As the real journal does: whole records that continue seq and chain. */
    private void check(final DirectBuffer records, final int offset, final int length) {
        long seq = lastSeq;
        long chain = lastChain;
        for (int at = offset; at < offset + length; at += RecordDescriptor.length(records, at)) {
            if (RecordDescriptor.seq(records, at) != ++seq || !RecordDescriptor.continuesChain(records, at, chain)) {
                throw new IllegalArgumentException("a record does not continue the journal: seq=" + seq);
            }
            chain = RecordDescriptor.chain(records, at);
            lastRecord = at;
        }
    }

    private void reserve(final int length) throws IOException {
        if (end + length + RESERVE_MARGIN > fileLength) {
            throw new IllegalStateException("the measuring journal is full: length=" + fileLength);
        }
        while (end + length + RESERVE_MARGIN > reserved) {
            reserved += channel.write(zeros.clear(), reserved);
        }
    }

    private void runSyncer() {
        while (!isClosed) {
            if (requestedSeq > durableSeq) {
                force();
                continue;
            }
            isParked = true;
            if (!isClosed && requestedSeq <= durableSeq) {
                LockSupport.parkNanos(this, PARK_NS);
            }
            isParked = false;
        }
    }

    @Override
    public void requestForce() {
        requestedSeq = lastSeq;
        if (isParked) {
            LockSupport.unpark(syncer);
        }
    }

    @Override
    public void force() {
        synchronized (forceLock) {
            final long target = lastSeq;
            if (target == durableSeq) {
                return;
            }
            try {
                channel.force(false);
            } catch (final IOException e) {
                throw new UncheckedIOException(e);
            }
            durableSeq = target;
        }
        durableListener.run();
    }

    @Override
    public boolean makeRoom(final int length) {
        return true;
    }

    @Override
    public long firstSeq() {
        return 1;
    }

    @Override
    public long lastSeq() {
        return lastSeq;
    }

    @Override
    public long lastEpoch() {
        return lastEpoch;
    }

    @Override
    public long lastChain() {
        return lastChain;
    }

    @Override
    public long lastTimestamp() {
        return lastTimestamp;
    }

    @Override
    public long durableSeq() {
        return durableSeq;
    }

    @Override
    public JournalReader reader(final long fromSeq) {
        if (fromSeq != 1) {
            throw new UnsupportedOperationException("read from the beginning only");
        }
        return new FileChannelReader(file, fileLength, this);
    }

    @Override
    public void discardTo(final long seq) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void cutTo(final long seq) {
        throw new UnsupportedOperationException();
    }

    @Override
    public EpochRuns epochRuns() {
        return new EpochRuns(List.of());
    }

    @Override
    public long chainAt(final long seq) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {
        isClosed = true;
        LockSupport.unpark(syncer);
        try {
            syncer.join();
            channel.close();
        } catch (final IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
