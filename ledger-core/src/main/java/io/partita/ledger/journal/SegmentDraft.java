// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.journal;

import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.Id128;
import io.partita.ledger.model.PartitaException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.agrona.ExpandableDirectByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One segment of a journal that is mended: finds its records, in its own file and elsewhere, and writes them into a new one. Of a segment
 * that was not closed, the manifest does not know the end; there the last whole record is the end, and what is behind it must look like
 * the end of a journal. Used once; one thread.
 */
final class SegmentDraft implements AutoCloseable {
    private static final int FRAME_LENGTH = 64 * 1024;
    /** A shorter file of a segment without records has lost something: so long is a new one at least. */
    private static final long EMPTY_LENGTH_MIN = 128 * 1024;

    private final Path home;
    private final Path own;
    private final SegmentEntry entry;
    private final Id128 clusterId;
    private final long firstSeq;
    private final long previousChain;
    private final RecordIndex index = new RecordIndex();
    private long lastSeq;
    private long lastChain;
    private int @Nullable [] way;
    private @Nullable Path folder;
    private @Nullable SegmentEntry written;

    SegmentDraft(
            final Path journal,
            final Id128 clusterId,
            final SegmentEntry entry,
            final long firstSeq,
            final long previousChain) {
        this.clusterId = clusterId;
        home = journal.resolve(SegmentDescriptor.folderName(entry.id()));
        own = home.resolve(SegmentDescriptor.FRAMES_FILE);
        this.entry = entry;
        this.firstSeq = firstSeq;
        this.previousChain = previousChain;
    }

    /** Finds what is still whole of the segment's own records, and how far they must go. */
    void findOwn() {
        if (Files.isRegularFile(own)) {
            index.read(own, firstSeq, entry.isEnded() ? entry.storedSeq() : Long.MAX_VALUE);
        }
        if (entry.isEnded()) {
            lastSeq = Math.max(entry.endSeq(), firstSeq - 1);
            lastChain = entry.endSeq() >= firstSeq ? entry.endChain() : previousChain;
        } else if (index.highestSeq() > 0) {
            lastSeq = index.highestSeq();
            lastChain = index.chain(index.highest());
        } else {
            lastSeq = firstSeq - 1;
            lastChain = previousChain;
        }
    }

    /** A segment that was not closed and is not damaged: ends where its records do. */
    void takeAsItIs() {
        lastSeq = firstSeq - 1;
        lastChain = previousChain;
        for (int at = index.after(firstSeq, previousChain); at >= 0; at = index.after(lastSeq + 1, lastChain)) {
            lastSeq++;
            lastChain = index.chain(at);
        }
    }

    /**
     * Finds missing records of which one bit has flipped since the segment was sealed. The seal tells which, and the record's own
     * checksum whether it is so: neither would do alone.
     */
    private void findFlipped() throws IOException {
        final long[] bits = SegmentSeal.flippedBits(home, clusterId, entry);
        if (bits.length > 0) {
            index.read(own, missingFirst(), missingLast(), bits);
        }
    }

    /** Whether nothing is missing, or nothing but what {@link #findFlipped} finds. */
    boolean isCompleteByItself() throws IOException {
        if (!isComplete()) {
            findFlipped();
        }
        return way != null || isComplete();
    }

    void findElsewhere(final Path file, final long first, final long last) {
        index.read(file, first, last);
    }

    /** Whether all records from the first to the last have been found. */
    boolean isComplete() {
        if (!entry.isEnded() && !isEndSeen()) {
            throw endUnknown("the damage is at its end");
        }
        way = index.way(firstSeq, lastSeq, previousChain, lastChain);
        return way != null;
    }

    private PartitaException endUnknown(final String why) {
        return new PartitaException(
                ErrorCode.MEND_REFUSED,
                "with which record a segment that was not closed has ended cannot be told, " + why + ": seq="
                        + (lastSeq + 1) + ", file=" + own,
                "if the other node holds more, let that one lead; nothing was changed");
    }

    /** Behind the last whole record nothing may follow that was complete once. */
    private boolean isEndSeen() {
        if (!Files.isRegularFile(own)) {
            return false;
        }
        try (ReadWindow window = new ReadWindow(own)) {
            final boolean isKnown = isThisSegment(window);
            return index.highestSeq() > 0 ? isEnd(window, index.end(index.highest())) : isKnown && isEmpty(window);
        }
    }

    /**
     * Whether the file's first excerpt says so; false if that is damaged itself.
     *
     * @throws PartitaException MEND_REFUSED if it is another segment's: how far this one went is not in it.
     */
    private boolean isThisSegment(final ReadWindow window) {
        for (long at = 0; window.ensure(at, SegmentDescriptor.SEGMENT_LENGTH); at += Integer.BYTES) {
            final int offset = window.index(at);
            if (window.buffer().getInt(offset) == SegmentDescriptor.SEGMENT_MAGIC
                    && SegmentDescriptor.isSegmentIntact(window.buffer(), offset)) {
                final String wrong = SegmentDescriptor.checkSegment(
                        window.buffer(), offset, SegmentDescriptor.SEGMENT_LENGTH, clusterId, entry.id());
                if (!wrong.isEmpty()) {
                    throw endUnknown(wrong);
                }
                return true;
            }
        }
        return false;
    }

    private boolean isEnd(final ReadWindow window, final long at) {
        if (!window.ensure(at, Integer.BYTES)) {
            return false;
        }
        final int word = window.buffer().getInt(window.index(at));
        // Zero: nothing, or an append that a kill left. Negative: one that was not done.
        return word <= 0
                || word == SegmentDescriptor.END_LENGTH
                        && window.ensure(at, Integer.BYTES + word)
                        && SegmentDescriptor.isEndIntact(window.buffer(), window.index(at) + Integer.BYTES, word)
                        && SegmentDescriptor.endLastSeq(window.buffer(), window.index(at) + Integer.BYTES) == lastSeq;
    }

    private static boolean isEmpty(final ReadWindow window) {
        for (long at = 0; window.ensure(at, Integer.BYTES); at += Integer.BYTES) {
            if (window.buffer().getInt(window.index(at)) == SegmentDescriptor.FRAME_MAGIC) {
                return false;
            }
        }
        return window.fileLength() >= EMPTY_LENGTH_MIN;
    }

    /** Whether a record comes from elsewhere. */
    boolean hasReplaced() {
        return way != null && !replaced().isEmpty();
    }

    private List<MendReport.Replaced> replaced() {
        final List<MendReport.Replaced> ranges = new ArrayList<>();
        long seq = firstSeq;
        for (final int at : foundWay()) {
            final Path from = index.file(at);
            final boolean isBitFlip = index.isFlipped(at);
            final MendReport.Replaced last = ranges.isEmpty() ? null : ranges.get(ranges.size() - 1);
            if (isBitFlip || !from.equals(own)) {
                if (last != null
                        && last.lastSeq() == seq - 1
                        && last.from().equals(from)
                        && last.isBitFlip() == isBitFlip) {
                    ranges.set(ranges.size() - 1, new MendReport.Replaced(last.firstSeq(), seq, from, isBitFlip));
                } else {
                    ranges.add(new MendReport.Replaced(seq, seq, from, isBitFlip));
                }
            }
            seq++;
        }
        return ranges;
    }

    private int[] foundWay() {
        if (way == null) {
            throw new IllegalStateException("records are missing");
        }
        return way;
    }

    /** Writes the segment, durably, and reads it back. */
    void write(final Path target) throws IOException {
        folder = target;
        final SegmentWriter writer = SegmentWriter.create(target, entry.id(), clusterId, false);
        final long storedSeq;
        try {
            storedSeq = append(writer);
        } finally {
            writer.close();
            writer.pages().close();
        }
        FolderFiles.forceFile(writer.framesFile());
        check(writer.framesFile(), storedSeq);
        if (!entry.isEnded()) {
            written = entry; // ends where its records do, as before
            return;
        }
        final byte[] seal = SegmentSeal.write(target, clusterId, entry.id(), writer.endOffset());
        written = entry.withFile(storedSeq, writer.endOffset()).sealed(seal.length, FolderFiles.crc(seal));
    }

    /** Appends the records that count, and those of the own ones that a cut has taken out (R8), as far as they are whole. */
    private long append(final SegmentWriter writer) throws IOException {
        final ExpandableDirectByteBuffer frame = new ExpandableDirectByteBuffer(2 * FRAME_LENGTH);
        final int[] found = foundWay();
        long seq = firstSeq - 1;
        long chain = previousChain;
        int length = 0;
        int count = 0;
        while (true) {
            final int at = seq < lastSeq ? found[(int) (seq + 1 - firstSeq)] : cutRecord(seq + 1, chain);
            if (count > 0 && (at < 0 || length + index.length(at) > FRAME_LENGTH)) {
                writer.append(frame, 0, length, count, seq - count);
                length = 0;
                count = 0;
            }
            if (at < 0) {
                return seq;
            }
            frame.checkLimit(length + index.length(at));
            if (!index.copy(at, frame, length)) {
                throw new IOException(
                        "a record was whole and is not any more: seq=" + (seq + 1) + ", file=" + index.file(at));
            }
            length += index.length(at);
            chain = index.chain(at);
            seq++;
            count++;
        }
    }

    private int cutRecord(final long seq, final long chain) {
        return entry.isEnded() && seq <= entry.storedSeq() ? index.after(seq, chain) : -1;
    }

    private void check(final Path file, final long storedSeq) throws IOException {
        try (ReadWindow window = new ReadWindow(file)) {
            final SegmentScan scan = new SegmentScan(window, clusterId, entry.id(), firstSeq, previousChain, 0, 0);
            final boolean isReached = scan.run(storedSeq) == SegmentScan.Stop.REACHED && scan.lastSeq() == storedSeq;
            if (!isReached) {
                throw new IOException("a segment reads back otherwise than it was written: " + scan.damage());
            }
        }
    }

    MendReport.Mended report(final String evidence) {
        return new MendReport.Mended(entry.id(), firstSeq, lastSeq, replaced(), evidence);
    }

    /** Whether records of the missing seqs have been found elsewhere, which then are of another history. */
    boolean isMissingElsewhere() {
        for (long seq = missingFirst(); seq <= missingLast(); seq++) {
            if (index.isElsewhere(seq, own)) {
                return true;
            }
        }
        return false;
    }

    long missingFirst() {
        return index.missingFirst();
    }

    long missingLast() {
        return index.missingLast();
    }

    SegmentEntry entry() {
        return entry;
    }

    long lastSeq() {
        return lastSeq;
    }

    long lastChain() {
        return lastChain;
    }

    /** Where it was written. */
    Path folder() {
        if (folder == null) {
            throw new IllegalStateException("not written");
        }
        return folder;
    }

    /** What the manifest is to say of it. */
    SegmentEntry written() {
        if (written == null) {
            throw new IllegalStateException("not written");
        }
        return written;
    }

    @Override
    public void close() {
        index.close();
    }
}
