// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.journal;

import io.partita.ledger.model.EpochRuns;
import io.partita.ledger.model.Id128;
import io.partita.ledger.model.Invariant;
import io.partita.ledger.model.Limits;
import io.partita.ledger.model.RecordDescriptor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A journal on the heap: for ephemeral ledgers and tests. It counts a record as durable once a force was asked for, although
 * nothing of it survives the process.
 */
public final class MemoryJournal implements Journal {
    private static final int CHUNK_LENGTH = 2 * Limits.FRAME_LENGTH_MAX;

    private final List<@Nullable UnsafeBuffer> chunks = new ArrayList<>();
    private final long genesisChain;
    private final EpochRunTable runs = new EpochRunTable();
    private final FrameCheck check = new FrameCheck();

    private long[] frameFirstSeq = new long[1024];
    private int[] frameChunk = new int[1024];
    private int[] frameOffset = new int[1024];
    private int[] frameLength = new int[1024];
    private int frameCount;
    private int chunkEnd = CHUNK_LENGTH;
    private long cuts;
    private long releasedSeq;
    private long lastEpoch;
    private long lastChain;
    private long lastTimestamp;
    private volatile long lastSeq;
    private volatile long durableSeq;
    private boolean closed;

    /**
     * An empty journal.
     *
     * @param clusterId whose genesis chain it continues.
     */
    public MemoryJournal(final Id128 clusterId) {
        genesisChain = RecordDescriptor.genesisChain(clusterId.hi(), clusterId.lo());
        lastChain = genesisChain;
    }

    @Override
    public void append(final DirectBuffer records, final int offset, final int length) {
        checkOpen();
        check.start(lastSeq, lastEpoch, lastChain, lastTimestamp);
        check.walk(records, offset, length);
        if (chunkEnd + length > CHUNK_LENGTH) {
            chunks.add(new UnsafeBuffer(new byte[CHUNK_LENGTH]));
            chunkEnd = 0;
        }
        final int chunk = chunks.size() - 1;
        final UnsafeBuffer target = chunk(chunk);
        target.putBytes(chunkEnd, records, offset, length);
        addFrame(lastSeq + 1, chunk, chunkEnd, length);
        check.addTo(runs, records, offset, length);
        chunkEnd += length;
        lastEpoch = check.epoch();
        lastChain = check.chain();
        lastTimestamp = check.timestamp();
        lastSeq = check.seq();
    }

    private void addFrame(final long firstSeq, final int chunk, final int offset, final int length) {
        if (frameCount == frameFirstSeq.length) {
            final int capacity = 2 * frameCount;
            frameFirstSeq = Arrays.copyOf(frameFirstSeq, capacity);
            frameChunk = Arrays.copyOf(frameChunk, capacity);
            frameOffset = Arrays.copyOf(frameOffset, capacity);
            frameLength = Arrays.copyOf(frameLength, capacity);
        }
        frameFirstSeq[frameCount] = firstSeq;
        frameChunk[frameCount] = chunk;
        frameOffset[frameCount] = offset;
        frameLength[frameCount] = length;
        frameCount++;
    }

    private UnsafeBuffer chunk(final int index) {
        final UnsafeBuffer chunk = chunks.get(index);
        if (chunk == null) {
            throw new IllegalStateException("these records were released");
        }
        return chunk;
    }

    @Override
    public long firstSeq() {
        return 1;
    }

    /** Does nothing: {@link #releaseUpTo} frees what nobody reads again. */
    @Override
    public void discardTo(final long seq) {
        checkOpen();
    }

    @Override
    public boolean makeRoom(final int length) {
        return true;
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
    public void requestForce() {
        checkOpen();
        durableSeq = lastSeq;
    }

    @Override
    public void force() {
        requestForce();
    }

    @Override
    public void cutTo(final long seq) {
        checkOpen();
        if (seq < releasedSeq || seq >= lastSeq) {
            throw new IllegalArgumentException("cannot cut: seq=" + seq + ", lastSeq=" + lastSeq);
        }
        long epoch = 0;
        long chain = genesisChain;
        long timestamp = 0;
        int keep = 0;
        if (seq > 0) {
            final int frame = findFrame(seq);
            final UnsafeBuffer buffer = chunk(frameChunk[frame]);
            final int at = find(frame, seq);
            epoch = RecordDescriptor.epoch(buffer, at);
            chain = RecordDescriptor.chain(buffer, at);
            timestamp = RecordDescriptor.timestamp(buffer, at);
            frameLength[frame] = at + RecordDescriptor.length(buffer, at) - frameOffset[frame];
            keep = frame + 1;
        }
        frameCount = keep;
        runs.cut(seq, chain);
        lastEpoch = epoch;
        lastChain = chain;
        lastTimestamp = timestamp;
        lastSeq = seq;
        durableSeq = Math.min(durableSeq, seq);
        cuts++;
    }

    @Override
    public EpochRuns epochRuns() {
        return runs.toRuns();
    }

    @Override
    public long chainAt(final long seq) {
        if (seq == 0) {
            return genesisChain;
        }
        if (seq < 0 || seq > lastSeq) {
            throw new IllegalArgumentException("no such record: seq=" + seq + ", lastSeq=" + lastSeq);
        }
        final int frame = findFrame(seq);
        return RecordDescriptor.chain(chunk(frameChunk[frame]), find(frame, seq));
    }

    @Override
    public JournalReader reader(final long fromSeq) {
        if (fromSeq < 1 || fromSeq > lastSeq + 1) {
            throw new IllegalArgumentException("no such position: fromSeq=" + fromSeq + ", lastSeq=" + lastSeq);
        }
        return new Reader(fromSeq);
    }

    /**
     * Frees the memory of records that nobody will read again; whole chunks only. Owner thread.
     *
     * @param seq the last record that is not needed any more.
     */
    public void releaseUpTo(final long seq) {
        releasedSeq = Math.max(releasedSeq, Math.min(seq, lastSeq));
        if (frameCount == 0) {
            return;
        }
        final int frame = findFrame(Math.min(releasedSeq + 1, lastSeq));
        for (int i = Math.min(frameChunk[frame], chunks.size() - 1) - 1; i >= 0 && chunks.get(i) != null; i--) {
            chunks.set(i, null);
        }
    }

    @Override
    public void close() {
        closed = true;
        durableSeq = lastSeq;
    }

    private void checkOpen() {
        if (closed) {
            throw new IllegalStateException("the journal is closed");
        }
    }

    /** Index of the frame that holds {@code seq}. */
    private int findFrame(final long seq) {
        final int found = Arrays.binarySearch(frameFirstSeq, 0, frameCount, seq);
        return found >= 0 ? found : -found - 2;
    }

    /** Offset of record {@code seq} in the chunk of its frame. */
    private int find(final int frame, final long seq) {
        final UnsafeBuffer buffer = chunk(frameChunk[frame]);
        int at = frameOffset[frame];
        while (RecordDescriptor.seq(buffer, at) != seq) {
            at += RecordDescriptor.length(buffer, at);
        }
        return at;
    }

    private final class Reader implements JournalReader {
        private final CRC32C checksum = new CRC32C();
        private UnsafeBuffer buffer = new UnsafeBuffer(0, 0);
        private int frame;
        private int at;
        private int frameEnd;
        private int offset;
        private int length;
        private long firstSeq;
        private long nextSeq;
        private long cutsSeen = -1;

        Reader(final long fromSeq) {
            nextSeq = fromSeq;
            firstSeq = fromSeq;
        }

        @Override
        public boolean next(final long uptoSeq, final int lengthMax) {
            final long last = Math.min(uptoSeq, MemoryJournal.this.lastSeq);
            Invariant.check(nextSeq <= MemoryJournal.this.lastSeq + 1, "a cut leaves what a reader has returned");
            if (nextSeq > last) {
                return false;
            }
            enterFrame();
            offset = at;
            firstSeq = nextSeq;
            do {
                final int recordLength = RecordDescriptor.length(buffer, at);
                if (at > offset && at + recordLength - offset > lengthMax) {
                    break;
                }
                if (!RecordDescriptor.isIntact(checksum, buffer, at, frameEnd - at)) {
                    throw new IllegalStateException("a record in memory is damaged: seq=" + nextSeq);
                }
                at += recordLength;
                nextSeq++;
            } while (at < frameEnd && nextSeq <= last);
            length = at - offset;
            return true;
        }

        private void enterFrame() {
            if (cutsSeen != cuts) {
                cutsSeen = cuts;
                frame = findFrame(nextSeq);
                at = find(frame, nextSeq);
            } else if (at == frameEnd) {
                frame++;
                at = frameOffset[frame];
            }
            buffer = chunk(frameChunk[frame]);
            frameEnd = frameOffset[frame] + frameLength[frame];
        }

        @Override
        public DirectBuffer buffer() {
            return buffer;
        }

        @Override
        public int offset() {
            return offset;
        }

        @Override
        public int length() {
            return length;
        }

        @Override
        public long firstSeq() {
            return firstSeq;
        }

        @Override
        public long lastSeq() {
            return nextSeq - 1;
        }

        @Override
        public void close() {
            buffer = new UnsafeBuffer(0, 0);
        }
    }
}
