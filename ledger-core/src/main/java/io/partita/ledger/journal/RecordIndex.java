// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.journal;

import io.partita.ledger.model.RecordDescriptor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;
import org.agrona.MutableDirectBuffer;
import org.agrona.collections.Long2LongHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Whole records of a range of seqs, wherever in whichever files they lie, and the one way through them that a chain takes. For files
 * whose excerpts cannot be followed any more: records are found by themselves, since each lies at a multiple of 8 and has its own
 * checksum. That a record is whole does not say that it belongs here; its chain value does. Holds some 60 bytes a record; one thread.
 */
final class RecordIndex implements AutoCloseable {
    private static final int NONE = -1;
    private static final int ALIGNMENT = 8;
    private static final int CAPACITY_FIRST = 1024;

    private final CRC32C checksum = new CRC32C();
    private final List<Path> files = new ArrayList<>();
    private final List<ReadWindow> windows = new ArrayList<>();
    private final List<Boolean> flipped = new ArrayList<>();
    /** A record of each seq; the others of that seq follow in {@link #next}. */
    private final Long2LongHashMap heads = new Long2LongHashMap(NONE);

    private int size;
    private int[] file = new int[CAPACITY_FIRST];
    private int[] next = new int[CAPACITY_FIRST];
    private int[] length = new int[CAPACITY_FIRST];
    private int[] crc = new int[CAPACITY_FIRST];
    private long[] position = new long[CAPACITY_FIRST];
    private long[] epoch = new long[CAPACITY_FIRST];
    private long[] chain = new long[CAPACITY_FIRST];
    private long highestSeq;
    private int highest = NONE;
    private long missingFirst;
    private long missingLast;

    /** Takes in the whole records of a file with seqs of a range. */
    void read(final Path source, final long firstSeq, final long lastSeq) {
        read(source, firstSeq, lastSeq, new long[0]);
    }

    /** The same of a file with some bits the other way round. */
    void read(final Path source, final long firstSeq, final long lastSeq, final long[] flips) {
        final ReadWindow window = new ReadWindow(source, flips);
        final int before = size;
        files.add(source);
        windows.add(window);
        flipped.add(flips.length > 0);
        long at = 0;
        while (window.ensure(at, RecordDescriptor.HEADER_LENGTH)) {
            final int index = window.index(at);
            final int recordLength = RecordDescriptor.length(window.buffer(), index);
            final long seq = RecordDescriptor.seq(window.buffer(), index);
            if (recordLength >= RecordDescriptor.HEADER_LENGTH
                    && recordLength <= SegmentDescriptor.EXCERPT_LENGTH_MAX
                    && recordLength % ALIGNMENT == 0
                    && seq >= firstSeq
                    && seq <= lastSeq
                    && window.ensure(at, recordLength)
                    && RecordDescriptor.isIntact(checksum, window.buffer(), window.index(at), recordLength)) {
                add(window, at, recordLength, seq);
                at += recordLength;
            } else {
                at += ALIGNMENT;
            }
        }
        if (size == before) {
            files.remove(files.size() - 1);
            flipped.remove(flipped.size() - 1);
            windows.remove(windows.size() - 1).close();
        }
    }

    private void add(final ReadWindow window, final long at, final int recordLength, final long seq) {
        if (size == position.length) {
            grow();
        }
        final int index = window.index(at);
        if (withChain(seq, RecordDescriptor.chain(window.buffer(), index)) != NONE) {
            return; // the same record; where it was found first counts
        }
        file[size] = windows.size() - 1;
        length[size] = recordLength;
        position[size] = at;
        epoch[size] = RecordDescriptor.epoch(window.buffer(), index);
        crc[size] = RecordDescriptor.crc(window.buffer(), index);
        chain[size] = RecordDescriptor.chain(window.buffer(), index);
        next[size] = (int) heads.put(seq, size);
        if (seq > highestSeq) {
            highestSeq = seq;
            highest = size;
        }
        size++;
    }

    private void grow() {
        final int capacity = Math.multiplyExact(size, 2);
        file = Arrays.copyOf(file, capacity);
        next = Arrays.copyOf(next, capacity);
        length = Arrays.copyOf(length, capacity);
        crc = Arrays.copyOf(crc, capacity);
        position = Arrays.copyOf(position, capacity);
        epoch = Arrays.copyOf(epoch, capacity);
        chain = Arrays.copyOf(chain, capacity);
    }

    /**
     * Finds the records that lead from one chain value to another. It is sought from the end, where at most one record fits at each
     * step: from the start, a source of another history could lead astray.
     *
     * @return the records of {@code firstSeq} to {@code lastSeq}; null if one is missing, see {@link #missingFirst}.
     */
    int @Nullable [] way(final long firstSeq, final long lastSeq, final long previousChain, final long endChain) {
        final int[] way = new int[Math.toIntExact(lastSeq - firstSeq + 1)];
        long seq = lastSeq;
        int found = lastSeq < firstSeq ? NONE : withChain(lastSeq, endChain);
        while (seq >= firstSeq && found != NONE) {
            way[(int) (seq - firstSeq)] = found;
            seq--;
            found = before(seq, way[(int) (seq + 1 - firstSeq)]);
        }
        if (seq < firstSeq
                && (way.length == 0 ? previousChain == endChain : follows(firstSeq, way[0], previousChain))) {
            return way;
        }
        missingLast = Math.max(seq, firstSeq);
        missingFirst = firstSeq;
        long before = previousChain;
        for (int at = after(firstSeq, before); at != NONE && missingFirst < missingLast; ) {
            before = chain[at];
            missingFirst++;
            at = after(missingFirst, before);
        }
        return null;
    }

    /** The record of a seq to which a chain value leads from another record on; {@code -1} if one on the way is missing. */
    int onwards(final long firstSeq, final long previousChain, final long lastSeq) {
        int found = after(firstSeq, previousChain);
        for (long seq = firstSeq + 1; seq <= lastSeq && found != NONE; seq++) {
            found = after(seq, chain[found]);
        }
        return found;
    }

    /** The record of a seq from which a chain leads to another record; {@code -1} if one on the way is missing. */
    int towards(final long firstSeq, final long lastSeq, final long endChain) {
        int found = withChain(lastSeq, endChain);
        for (long seq = lastSeq - 1; seq >= firstSeq && found != NONE; seq--) {
            found = before(seq, found);
        }
        return found;
    }

    private int withChain(final long seq, final long value) {
        int at = (int) heads.get(seq);
        while (at != NONE && chain[at] != value) {
            at = next[at];
        }
        return at;
    }

    /** The record of a seq that {@code successor} continues. */
    private int before(final long seq, final int successor) {
        int at = (int) heads.get(seq);
        while (at != NONE && !follows(seq + 1, successor, chain[at])) {
            at = next[at];
        }
        return at;
    }

    /** A record of a seq that continues a chain value; {@code -1} if there is none. */
    int after(final long seq, final long previousChain) {
        int at = (int) heads.get(seq);
        while (at != NONE && !follows(seq, at, previousChain)) {
            at = next[at];
        }
        return at;
    }

    private boolean follows(final long seq, final int at, final long previousChain) {
        return chain[at] == RecordDescriptor.chain(previousChain, seq, epoch[at], crc[at]);
    }

    /** The first record that the last search for a way missed; what lies up to {@link #missingLast} could not be told. */
    long missingFirst() {
        return missingFirst;
    }

    /** The last record that the last search for a way missed. */
    long missingLast() {
        return missingLast;
    }

    /** Whether a whole record of that seq, be it of another history, was found in another file. */
    boolean isElsewhere(final long seq, final Path own) {
        int at = (int) heads.get(seq);
        while (at != NONE && file(at).equals(own)) {
            at = next[at];
        }
        return at != NONE;
    }

    /** The highest seq found, 0 if none was. */
    long highestSeq() {
        return highestSeq;
    }

    /** The first record found of the highest seq. */
    int highest() {
        return highest;
    }

    long chain(final int at) {
        return chain[at];
    }

    Path file(final int at) {
        return files.get(file[at]);
    }

    /** Whether it was found in a file with bits the other way round. */
    boolean isFlipped(final int at) {
        return flipped.get(file[at]);
    }

    /** File offset behind a record. */
    long end(final int at) {
        return position[at] + length[at];
    }

    int length(final int at) {
        return length[at];
    }

    /** Reads a record again; false if it is not any more what it was. */
    boolean copy(final int at, final MutableDirectBuffer target, final int offset) {
        final ReadWindow window = windows.get(file[at]);
        if (!window.ensure(position[at], length[at])) {
            return false;
        }
        target.putBytes(offset, window.buffer(), window.index(position[at]), length[at]);
        return RecordDescriptor.isIntact(checksum, target, offset, length[at])
                && RecordDescriptor.chain(target, offset) == chain[at];
    }

    @Override
    public void close() {
        windows.forEach(ReadWindow::close);
        windows.clear();
    }
}
