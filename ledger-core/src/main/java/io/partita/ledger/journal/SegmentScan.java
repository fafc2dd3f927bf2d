// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.journal;

import io.partita.ledger.model.EpochRuns;
import io.partita.ledger.model.Id128;
import io.partita.ledger.model.RecordDescriptor;
import java.util.zip.CRC32C;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Reads a whole segment at rest and verifies every record: lengths, checksum, seq, epoch, timestamp, chain. Stops at the first
 * thing that is not as it should be and says what it was; whoever asked judges whether that is a torn tail or damage. Used
 * once; not thread-safe.
 */
final class SegmentScan {
    /** Why a scan stopped. */
    enum Stop {
        /** All records up to the one asked for are whole. */
        REACHED,
        /** The segment's own last excerpt says that nothing follows. */
        ENDED,
        /** Nothing follows: the header word is zero or behind the end of the file. */
        NOTHING,
        /** An excerpt whose header word says that it was not finished. */
        INCOMPLETE,
        /** Something that is complete and wrong. */
        BAD
    }

    private static final int SECTOR = 512;

    private final SegmentWindow window;
    private final ExcerptCursor cursor;
    private final CRC32C checksum = new CRC32C();
    private final EpochRunTable runs = new EpochRunTable();
    private long nextSeq;
    private long chain;
    private long epoch;
    private long timestamp;
    private long records;
    // Behind the last whole frame.
    private long wholeSeq;
    private long wholeChain;
    private long wholeEpoch;
    private long wholeTimestamp;
    private long endOffset;
    private String damage = "";
    private long damageOffset;
    private long damageEnd;

    SegmentScan(
            final SegmentWindow window,
            final Id128 clusterId,
            final long segmentId,
            final long firstSeq,
            final long previousChain,
            final long previousEpoch,
            final long previousTimestamp) {
        this.window = window;
        cursor = new ExcerptCursor(window, clusterId, segmentId);
        nextSeq = firstSeq;
        chain = previousChain;
        epoch = previousEpoch;
        timestamp = previousTimestamp;
        markWhole();
    }

    private void markWhole() {
        wholeSeq = nextSeq;
        wholeChain = chain;
        wholeEpoch = epoch;
        wholeTimestamp = timestamp;
    }

    /**
     * Reads on.
     *
     * @param uptoSeq the last record that matters; the rest of its frame is still read, but need not be whole.
     */
    Stop run(final long uptoSeq) {
        while (nextSeq <= uptoSeq) {
            switch (cursor.advance()) {
                case ExcerptCursor.SEGMENT:
                    endOffset = cursor.nextPosition();
                    break;
                case ExcerptCursor.FRAME:
                    if (!readFrame(uptoSeq)) {
                        return Stop.BAD;
                    }
                    break;
                case ExcerptCursor.END:
                    endOffset = cursor.nextPosition();
                    return checkEnd();
                case ExcerptCursor.INCOMPLETE:
                    if (!readIncompleteFrame(uptoSeq)) {
                        damageOffset = cursor.position();
                        damageEnd = damageOffset + 4 + cursor.incompleteFrameLength();
                        return Stop.INCOMPLETE;
                    }
                    break;
                case ExcerptCursor.BAD:
                    damage = cursor.damage();
                    damageOffset = cursor.position();
                    damageEnd = cursor.badEnd();
                    return Stop.BAD;
                default:
                    damageOffset = cursor.position();
                    damageEnd = damageOffset + 4;
                    if (cursor.behindFile()) {
                        // Zeros are always written ahead of the appender, and cut off only from a segment that has
                        // ended; but a power cut may take them.
                        damage = "the file is shorter than it was";
                        return Stop.BAD;
                    }
                    return Stop.NOTHING;
            }
        }
        return Stop.REACHED;
    }

    private Stop checkEnd() {
        final UnsafeBuffer buffer = window.buffer();
        if (SegmentDescriptor.endLastSeq(buffer, cursor.payload()) != nextSeq - 1
                || SegmentDescriptor.endLastChain(buffer, cursor.payload()) != chain) {
            damage = "records before the segment's end are missing: lastSeq="
                    + SegmentDescriptor.endLastSeq(buffer, cursor.payload());
            damageOffset = cursor.position();
            damageEnd = cursor.nextPosition();
            return Stop.BAD;
        }
        return Stop.ENDED;
    }

    /** A frame that is whole but for its header word counts: its writer died in the very last step. */
    private boolean readIncompleteFrame(final long uptoSeq) {
        if (cursor.enterIncompleteFrame()) {
            if (readFrame(uptoSeq)) {
                return true;
            }
            dropHalfFrame();
            damage = "";
        }
        return false;
    }

    /**
     * How a scan has stopped if the machine has restarted since. What was never forced may be there in part then; with the machine up
     * all the time the page cache was whole, and something complete and wrong is damage.
     *
     * @param stop what {@link #run} has said.
     * @return INCOMPLETE instead of BAD if it can be that.
     */
    Stop afterPowerCut(final Stop stop) {
        if (stop != Stop.BAD || !canBeHalfWritten()) {
            return stop;
        }
        dropHalfFrame();
        damage = "";
        return Stop.INCOMPLETE;
    }

    /** A frame that is not whole was never forced: what is whole of its records does not count either. */
    private void dropHalfFrame() {
        records -= nextSeq - wholeSeq;
        nextSeq = wholeSeq;
        chain = wholeChain;
        epoch = wholeEpoch;
        timestamp = wholeTimestamp;
        runs.cut(nextSeq - 1, chain);
    }

    private boolean readFrame(final long uptoSeq) {
        final UnsafeBuffer buffer = window.buffer();
        final int end = cursor.payload() + cursor.payloadLength();
        int count = SegmentDescriptor.frameRecords(buffer, cursor.payload());
        int at = cursor.payload() + SegmentDescriptor.FRAME_HEADER_LENGTH;
        while (at < end) {
            final String wrong = checkRecord(buffer, at, end - at);
            if (!wrong.isEmpty()) {
                if (nextSeq > uptoSeq) {
                    return true;
                }
                damage = wrong;
                damageOffset = cursor.positionOf(at);
                damageEnd = cursor.positionOf(end);
                return false;
            }
            chain = RecordDescriptor.chain(buffer, at);
            epoch = RecordDescriptor.epoch(buffer, at);
            timestamp = RecordDescriptor.timestamp(buffer, at);
            runs.append(epoch, nextSeq, chain);
            nextSeq++;
            records++;
            count--;
            at += RecordDescriptor.length(buffer, at);
        }
        if (count != 0) {
            damage = "the number of records in a frame's header is wrong";
            damageOffset = cursor.position();
            damageEnd = cursor.nextPosition();
            return false;
        }
        endOffset = cursor.nextPosition();
        markWhole();
        return true;
    }

    private String checkRecord(final UnsafeBuffer buffer, final int at, final int available) {
        if (!RecordDescriptor.isIntact(checksum, buffer, at, available)) {
            return "a record's checksum is wrong";
        }
        if (RecordDescriptor.seq(buffer, at) != nextSeq) {
            return "a record has another seq than expected: found=" + RecordDescriptor.seq(buffer, at);
        }
        if (RecordDescriptor.epoch(buffer, at) < epoch || RecordDescriptor.timestamp(buffer, at) < timestamp) {
            return "a record's epoch or timestamp goes back";
        }
        return RecordDescriptor.continuesChain(buffer, at, chain) ? "" : "a record does not continue the chain";
    }

    /**
     * Looks for something whole behind the place where the scan stopped, which a torn tail does not have.
     *
     * @return -1 if there is nothing; else up to where the journal had been forced when it was written, as far as it says so:
     *     if that is the first missing record or more, no power cut has taken that.
     */
    long durableSeqBehind() {
        long durableSeq = -1;
        long at = Math.max(damageEnd, damageOffset + 4) + 3 & -4L;
        final long end = window.fileLength() - SegmentDescriptor.FRAME_HEADER_LENGTH - RecordDescriptor.HEADER_LENGTH;
        for (; at <= end && window.ensure(at, 4); at += 4) {
            final int word = window.buffer().getInt(window.index(at));
            if (word == SegmentDescriptor.FRAME_MAGIC && isIntactRecord(at + SegmentDescriptor.FRAME_HEADER_LENGTH)) {
                window.ensure(at, SegmentDescriptor.FRAME_HEADER_LENGTH);
                durableSeq = Math.max(durableSeq, SegmentDescriptor.frameDurableSeq(window.buffer(), window.index(at)));
            } else if (word == SegmentDescriptor.END_MAGIC && isIntactEnd(at)) {
                durableSeq = Math.max(durableSeq, 0);
            }
        }
        return durableSeq;
    }

    private boolean isIntactRecord(final long at) {
        if (!window.ensure(at, RecordDescriptor.HEADER_LENGTH)) {
            return false;
        }
        final int length = RecordDescriptor.length(window.buffer(), window.index(at));
        return length >= RecordDescriptor.HEADER_LENGTH
                && length <= SegmentDescriptor.EXCERPT_LENGTH_MAX
                && window.ensure(at, length)
                && RecordDescriptor.seq(window.buffer(), window.index(at)) >= nextSeq
                && RecordDescriptor.isIntact(checksum, window.buffer(), window.index(at), length);
    }

    private boolean isIntactEnd(final long at) {
        return window.ensure(at, SegmentDescriptor.END_LENGTH)
                && SegmentDescriptor.isEndIntact(window.buffer(), window.index(at), SegmentDescriptor.END_LENGTH)
                && SegmentDescriptor.endLastSeq(window.buffer(), window.index(at)) >= nextSeq;
    }

    /**
     * Whether the bad excerpt can be what a power loss leaves of one that was never forced: a sector of the disk, behind the
     * one with the header word, that was not written and reads as zeros, or is behind the end of a file whose new length was not
     * written.
     */
    private boolean canBeHalfWritten() {
        if (cursor.behindFile()) {
            return segmentSeen();
        }
        final long start = cursor.position();
        final long end = Math.min(damageEnd, window.fileLength());
        for (long sector = (start / SECTOR + 1) * SECTOR; sector < end; sector += SECTOR) {
            final int length = (int) Math.min(SECTOR, end - sector);
            if (window.ensure(sector, length) && isZero(window.index(sector), length)) {
                return true;
            }
        }
        return false;
    }

    private boolean isZero(final int index, final int length) {
        for (int i = index; i < index + length; i++) {
            if (window.buffer().getByte(i) != 0) {
                return false;
            }
        }
        return true;
    }

    /** The last whole record. */
    long lastSeq() {
        return nextSeq - 1;
    }

    long chain() {
        return chain;
    }

    long epoch() {
        return epoch;
    }

    long timestamp() {
        return timestamp;
    }

    EpochRuns runs() {
        return runs.toRuns();
    }

    long records() {
        return records;
    }

    /** File offset behind the last whole excerpt. */
    long endOffset() {
        return endOffset;
    }

    boolean segmentSeen() {
        return cursor.segmentSeen();
    }

    /** What is bad. */
    String damage() {
        return damage;
    }

    /** Where the scan stopped: the record that is bad, or else the header word of the excerpt. */
    long damageOffset() {
        return damageOffset;
    }

    /** Behind what is bad, as far as can be told. */
    long damageEnd() {
        return damageEnd;
    }
}
