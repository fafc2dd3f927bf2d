// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.journal;

import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.PartitaException;
import io.partita.ledger.model.RecordDescriptor;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32C;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Follows records from segment to segment through mapped windows. What it returns it has bounded and, unless the leg is
 * trusted, verified: checksum, seq, chain. One thread; allocates only when it enters a segment or moves its window.
 */
final class SegmentReader implements JournalReader {
    private static final UnsafeBuffer NOTHING = new UnsafeBuffer(ByteBuffer.allocateDirect(0));

    private final SegmentTrail trail;
    private final CRC32C checksum = new CRC32C();
    private SegmentTrail.@Nullable Leg leg;
    private @Nullable MappedWindow window;
    private @Nullable ExcerptCursor cursor;
    private UnsafeBuffer buffer = NOTHING;
    private long version;
    private int at;
    private int frameEnd;
    private int offset;
    private int length;
    private long firstSeq;
    /** The record that comes next in the file; less than {@link #nextSeq} while looking for that. */
    private long walkedSeq;

    private long nextSeq;
    private long chain;
    /** What follows the segment that was left last, if that is known. */
    private SegmentTrail.@Nullable Leg successor;
    /** The segment whose end was reached last. */
    private long leftId;
    /** The segment of the run that was returned last. */
    private long returnedId;

    private boolean closed;

    SegmentReader(final SegmentTrail trail, final long fromSeq) {
        this.trail = trail;
        version = trail.version();
        firstSeq = fromSeq;
        nextSeq = fromSeq;
    }

    @Override
    public boolean next(final long uptoSeq, final int lengthMax) {
        if (closed) {
            throw new IllegalStateException("the reader is closed");
        }
        while (true) {
            try {
                return advance(uptoSeq, lengthMax);
            } catch (final PartitaException e) {
                startOver();
                // What cannot be read may have been replaced (R39) or given up (R33) since the trail was looked at.
                final boolean isOfFiles = e.code() == ErrorCode.DAMAGED || e.code() == ErrorCode.STORAGE_FAILED;
                if (!isOfFiles || !trail.reread()) {
                    throw e;
                }
            }
        }
    }

    private boolean advance(final long uptoSeq, final int lengthMax) {
        if (version != trail.version()) {
            version = trail.version();
            relocate();
        }
        final long last = Math.min(uptoSeq, trail.visibleSeq());
        if (nextSeq > last) {
            return false;
        }
        // A frame may go on behind the end of its leg, with records that a cut has taken out.
        while (at == frameEnd || walkedSeq > leg().endSeq() || !skipTo(nextSeq)) {
            if (!nextFrame()) {
                return false;
            }
        }
        takeRun(Math.min(last, leg().endSeq()), lengthMax);
        if (nextSeq - 1 == trail.visibleSeq() && chain != trail.visibleChain()) {
            throw damaged(cursor().position(), "the last record is not the one that the journal ends with");
        }
        return true;
    }

    /** Moves on to the next frame, over the ends of segments. False if there is none yet. */
    private boolean nextFrame() {
        while (true) {
            if (leg == null || walkedSeq > leg().endSeq()) {
                if (!enterLeg()) {
                    return false;
                }
            }
            final ExcerptCursor excerpts = cursor();
            switch (excerpts.advance()) {
                case ExcerptCursor.FRAME:
                    enterFrame(excerpts);
                    return true;
                case ExcerptCursor.SEGMENT:
                    break;
                case ExcerptCursor.BAD:
                    throw damaged(excerpts.position(), excerpts.damage());
                case ExcerptCursor.END:
                    leaveLeg(excerpts);
                    break;
                case ExcerptCursor.INCOMPLETE:
                    if (leg().endSeq() != SegmentTrail.GROWING && excerpts.enterIncompleteFrame()) {
                        enterFrame(excerpts);
                        return true;
                    }
                    return nothingFollows(excerpts);
                default:
                    return nothingFollows(excerpts);
            }
        }
    }

    /** Nothing is there behind the last excerpt: wait for it, go on elsewhere, or find that records are missing. */
    private boolean nothingFollows(final ExcerptCursor excerpts) {
        final SegmentTrail.Leg current = leg();
        if (current.endSeq() != SegmentTrail.GROWING || trail.visibleSeq() != Long.MAX_VALUE) {
            throw damaged(excerpts.position(), "records are missing");
        }
        if (!trail.refresh()) {
            return false;
        }
        final SegmentTrail.Leg now = trail.legOf(walkedSeq);
        if (now != null && now.id() < current.id()) {
            // The manifest does not list yet what the segment before has named.
            return false;
        }
        if (now == null || now.id() > current.id()) {
            leftId = current.id();
            leg = null;
            return nextFrame();
        }
        leg = now;
        // If its end has become known, there may be more of it than at the last look.
        return now.endSeq() != SegmentTrail.GROWING && nextFrame();
    }

    /** The segment's last excerpt was reached. */
    private void leaveLeg(final ExcerptCursor excerpts) {
        if (SegmentDescriptor.endLastSeq(buffer, excerpts.payload()) != walkedSeq - 1
                || SegmentDescriptor.endLastChain(buffer, excerpts.payload()) != chain) {
            throw damaged(excerpts.position(), "records before the segment's end are missing");
        }
        leftId = leg().id();
        leg = null;
        successor =
                trail.successor(leftId, SegmentDescriptor.endNextSegment(buffer, excerpts.payload()), walkedSeq, chain);
    }

    private boolean enterLeg() {
        SegmentTrail.Leg next = successor != null ? successor : newLeg();
        successor = null;
        if (next == null && trail.refresh()) {
            next = newLeg();
        }
        // A segment that held nothing when its process ended is dropped by the next one: first from the manifest, then
        // its file.
        while (next != null && next.endSeq() == SegmentTrail.GROWING && !Files.exists(file(next)) && trail.reread()) {
            next = newLeg();
        }
        if (next == null) {
            return false;
        }
        if (next.firstSeq() < nextSeq && returnedId != 0 && next.id() != returnedId) {
            throw new PartitaException(
                    ErrorCode.COMMITTED_CONFLICT,
                    "the journal was cut below what this reader has returned: seq=" + (nextSeq - 1) + ", segment="
                            + next.id() + ", folder=" + trail.folder(),
                    "open a new reader at the seq from which the records differ");
        }
        // Left at its last excerpt, or with its last record that counts.
        final boolean continues = (leftId != 0 || leg != null) && walkedSeq == next.firstSeq();
        leg = next;
        if (continues && chain != next.previousChain()) {
            throw damaged(0, "the segment does not continue the chain of the one before");
        }
        closeWindow();
        final MappedWindow opened = new MappedWindow(file(next));
        window = opened;
        buffer = opened.buffer();
        cursor = new ExcerptCursor(opened, trail.clusterId(), next.id());
        checkSeal(next);
        walkedSeq = next.firstSeq();
        chain = next.previousChain();
        at = 0;
        frameEnd = 0;
        return true;
    }

    /** A manifest of another journal of the same cluster is whole in itself; but the seals that it names are not these. */
    private void checkSeal(final SegmentTrail.Leg entered) {
        final SegmentEntry sealed = entered.sealed();
        if (sealed != null && !SegmentSeal.isOf(file(entered).resolveSibling(SegmentDescriptor.SEAL_FILE), sealed)) {
            throw damaged(0, "the segment's seal is not the one that the manifest names");
        }
    }

    /** The leg of the next record, unless that is one whose end was reached, by what the trail knows so far. */
    private SegmentTrail.@Nullable Leg newLeg() {
        final SegmentTrail.Leg found = trail.legOf(nextSeq);
        return found == null || found.id() <= leftId ? null : found;
    }

    /** After a cut, or a repair: the segments are others now; nothing that was returned has changed. */
    private void relocate() {
        if (nextSeq > trail.visibleSeq() + 1) {
            throw new IllegalStateException(
                    "the journal was cut below what a reader has returned: seq=" + (nextSeq - 1));
        }
        startOver();
        returnedId = 0;
    }

    /** Looks for the next record anew; nothing that was returned has changed. */
    private void startOver() {
        closeWindow();
        leg = null;
        successor = null;
        leftId = 0;
        walkedSeq = 0;
        at = 0;
        frameEnd = 0;
    }

    private void enterFrame(final ExcerptCursor excerpts) {
        at = excerpts.payload() + SegmentDescriptor.FRAME_HEADER_LENGTH;
        frameEnd = excerpts.payload() + excerpts.payloadLength();
    }

    /** Walks over records before {@code seq}. False if the frame ends before it. */
    private boolean skipTo(final long seq) {
        while (walkedSeq < seq && at < frameEnd) {
            walk();
        }
        return at < frameEnd;
    }

    private void takeRun(final long last, final int lengthMax) {
        offset = at;
        firstSeq = nextSeq;
        do {
            if (at > offset && boundedLength() > lengthMax - (at - offset)) {
                break;
            }
            walk();
        } while (at < frameEnd && walkedSeq <= last);
        nextSeq = walkedSeq;
        returnedId = leg().id();
        length = at - offset;
    }

    /** Checks the record at hand and moves behind it. */
    private void walk() {
        final int recordLength = boundedLength();
        final boolean trusted = leg().trusted();
        if (!trusted && !RecordDescriptor.isIntact(checksum, buffer, at, recordLength)) {
            throw damaged(cursor().positionOf(at), "a record's checksum is wrong");
        }
        if (RecordDescriptor.seq(buffer, at) != walkedSeq) {
            throw damaged(
                    cursor().positionOf(at),
                    "a record has another seq than expected: found=" + RecordDescriptor.seq(buffer, at));
        }
        if (!trusted && !RecordDescriptor.continuesChain(buffer, at, chain)) {
            throw damaged(cursor().positionOf(at), "a record does not continue the chain");
        }
        chain = RecordDescriptor.chain(buffer, at);
        walkedSeq++;
        at += recordLength;
    }

    private int boundedLength() {
        final int available = frameEnd - at;
        final int recordLength = available < RecordDescriptor.HEADER_LENGTH ? 0 : RecordDescriptor.length(buffer, at);
        if (recordLength < RecordDescriptor.HEADER_LENGTH || recordLength > available || (recordLength & 7) != 0) {
            throw damaged(cursor().positionOf(at), "a record's length is out of range: length=" + recordLength);
        }
        return recordLength;
    }

    private Path file(final SegmentTrail.Leg of) {
        return SegmentDescriptor.framesFile(trail.folder(), of.id());
    }

    private PartitaException damaged(final long position, final String what) {
        return new PartitaException(
                ErrorCode.DAMAGED,
                "the journal is damaged: segment=" + leg().id() + ", offset=" + position + ", seq=" + walkedSeq
                        + ", file=" + file(leg()) + ": " + what,
                "verify the folder; restore it from the other node or a backup");
    }

    private SegmentTrail.Leg leg() {
        if (leg == null) {
            throw new IllegalStateException("not in a segment");
        }
        return leg;
    }

    private ExcerptCursor cursor() {
        if (cursor == null) {
            throw new IllegalStateException("not in a segment");
        }
        return cursor;
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
        if (!closed) {
            closed = true;
            closeWindow();
        }
    }

    private void closeWindow() {
        buffer = NOTHING;
        if (window != null) {
            window.close();
            window = null;
        }
    }
}
