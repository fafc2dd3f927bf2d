// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.journal;

import io.partita.ledger.model.Id128;
import io.partita.ledger.model.RecordDescriptor;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The one parser of Chronicle's file: walks from excerpt to excerpt by their header words and trusts no length before it is
 * bounded. A header word, at a multiple of 4:
 *
 * <pre>
 *   bit 31: not complete yet     bit 30: Chronicle's own block      bits 29..0: bytes that follow
 *   0: nothing here yet, or being written          0xC0000000: end of file (never written for us)
 * </pre>
 *
 * <p>Words are read volatile: in a live file a complete word is what makes the bytes behind it visible. Not thread-safe.
 */
final class ExcerptCursor {
    /** Nothing here (yet). */
    static final int NOTHING = 0;
    /** An excerpt that is being written, or was when its writer died. */
    static final int INCOMPLETE = 1;
    /** The segment's first excerpt, checked. */
    static final int SEGMENT = 2;
    /** A frame whose lengths agree; its records are not checked. */
    static final int FRAME = 3;
    /** The segment's last excerpt, checked. */
    static final int END = 4;
    /** Complete, but not one of ours, or not whole. {@link #damage()} says what. */
    static final int BAD = 5;

    private static final int INCOMPLETE_BIT = 1 << 31;
    private static final int OWN_BLOCK_BIT = 1 << 30;
    private static final int LENGTH_MASK = OWN_BLOCK_BIT - 1;
    private static final int WORD_LENGTH = 4;
    private static final int OWN_BLOCK_LENGTH_MAX = 1024 * 1024;

    private final SegmentWindow window;
    private final Id128 clusterId;
    private final long segmentId;
    private long position;
    private long next;
    private int payload;
    private int payloadLength;
    private boolean segmentSeen;
    private String damage = "";
    private int badLength;
    private boolean behindFile;

    ExcerptCursor(final SegmentWindow window, final Id128 clusterId, final long segmentId) {
        this.window = window;
        this.clusterId = clusterId;
        this.segmentId = segmentId;
    }

    /**
     * Looks at what comes next and moves behind it, unless it is NOTHING, INCOMPLETE or BAD: then the next call looks at the
     * same place again.
     *
     * @return one of the constants.
     */
    int advance() {
        badLength = 0;
        behindFile = false;
        while (true) {
            position = next;
            if (!window.ensure(position, WORD_LENGTH)) {
                behindFile = true;
                return NOTHING;
            }
            final int word = window.buffer().getIntVolatile(window.index(position));
            if (word == 0) {
                return isBegun() ? INCOMPLETE : NOTHING;
            }
            if ((word & INCOMPLETE_BIT) != 0) {
                return INCOMPLETE;
            }
            final int length = word & LENGTH_MASK;
            if ((word & OWN_BLOCK_BIT) == 0) {
                return enter(length);
            }
            if (!isOwnBlock(length)) {
                return bad("a header word is damaged");
            }
            next = align(position + WORD_LENGTH + length);
        }
    }

    /** The header word is written last of all: a writer that died in between leaves a frame behind a zero. */
    private boolean isBegun() {
        return window.ensure(position, 2 * WORD_LENGTH)
                && window.buffer().getInt(window.index(position + WORD_LENGTH)) == SegmentDescriptor.FRAME_MAGIC;
    }

    /** Chronicle's own blocks never start with a word of ours: a frame whose bit 30 flipped does. */
    private boolean isOwnBlock(final int length) {
        if (length < WORD_LENGTH
                || length > OWN_BLOCK_LENGTH_MAX
                || !window.ensure(position, 2 * WORD_LENGTH)
                || position + WORD_LENGTH + length > window.fileLength()) {
            return false;
        }
        final int magic = window.buffer().getInt(window.index(position + WORD_LENGTH));
        return magic != SegmentDescriptor.FRAME_MAGIC
                && magic != SegmentDescriptor.SEGMENT_MAGIC
                && magic != SegmentDescriptor.END_MAGIC;
    }

    private int enter(final int length) {
        if (length < SegmentDescriptor.FRAME_HEADER_LENGTH || length > SegmentDescriptor.EXCERPT_LENGTH_MAX) {
            return bad("the length of an excerpt is out of range: length=" + length);
        }
        if (!window.ensure(position, WORD_LENGTH + length)) {
            // A frame says its length twice: a header word that was damaged differs.
            behindFile = !window.ensure(position, WORD_LENGTH + SegmentDescriptor.FRAME_HEADER_LENGTH)
                    || incompleteFrameLength() == length;
            badLength = behindFile ? length : 0;
            return bad("an excerpt goes on behind the end of the file: length=" + length);
        }
        final UnsafeBuffer buffer = window.buffer();
        payload = window.index(position + WORD_LENGTH);
        payloadLength = length;
        badLength = length;
        final int magic = buffer.getInt(payload);
        final int kind;
        if (magic == SegmentDescriptor.FRAME_MAGIC && segmentSeen) {
            final int frameLength = SegmentDescriptor.frameLength(buffer, payload);
            if (frameLength != length - SegmentDescriptor.FRAME_HEADER_LENGTH
                    || frameLength < RecordDescriptor.HEADER_LENGTH) {
                badLength = frameLength == 0 ? length : 0; // either it was not written, or one of the two is wrong
                return bad("the lengths of a frame and its excerpt disagree");
            }
            kind = FRAME;
        } else if (magic == SegmentDescriptor.SEGMENT_MAGIC && !segmentSeen) {
            final String wrong = SegmentDescriptor.checkSegment(buffer, payload, length, clusterId, segmentId);
            if (!wrong.isEmpty()) {
                return bad(wrong);
            }
            segmentSeen = true;
            kind = SEGMENT;
        } else if (magic == SegmentDescriptor.END_MAGIC && segmentSeen) {
            if (!SegmentDescriptor.isEndIntact(buffer, payload, length)) {
                return bad("the checksum of the segment's last excerpt is wrong");
            }
            kind = END;
        } else {
            return bad("an excerpt starts with an unknown or misplaced word: word=" + Integer.toHexString(magic));
        }
        next = align(position + WORD_LENGTH + length);
        return kind;
    }

    private int bad(final String what) {
        damage = what;
        return BAD;
    }

    /**
     * Enters a frame that is whole but for its incomplete header word, so that a writer's death between the last byte and the
     * header word loses nothing. The caller checks the records.
     *
     * @return false if it is not one; true if the cursor stands in it as after FRAME.
     */
    boolean enterIncompleteFrame() {
        final int length = incompleteFrameLength();
        if (!segmentSeen
                || length < SegmentDescriptor.FRAME_HEADER_LENGTH + RecordDescriptor.HEADER_LENGTH
                || !window.ensure(position, WORD_LENGTH + length)) {
            return false;
        }
        payload = window.index(position + WORD_LENGTH);
        payloadLength = length;
        next = align(position + WORD_LENGTH + length);
        return true;
    }

    /** Bytes of an unfinished frame's excerpt, as far as its own header says; 0 if it has none. */
    int incompleteFrameLength() {
        if (!window.ensure(position, WORD_LENGTH + SegmentDescriptor.FRAME_HEADER_LENGTH)) {
            return 0;
        }
        final int at = window.index(position + WORD_LENGTH);
        final int length = SegmentDescriptor.frameLength(window.buffer(), at);
        if (window.buffer().getInt(at) != SegmentDescriptor.FRAME_MAGIC
                || length < 0
                || length > SegmentDescriptor.EXCERPT_LENGTH_MAX - SegmentDescriptor.FRAME_HEADER_LENGTH) {
            return 0;
        }
        return SegmentDescriptor.FRAME_HEADER_LENGTH + length;
    }

    /** File offset of the header word looked at last. */
    long position() {
        return position;
    }

    /** File offset of the header word that {@link #advance} will look at. */
    long nextPosition() {
        return next;
    }

    /** File offset of a byte that is at the given index of the window's buffer. */
    long positionOf(final int index) {
        return position + WORD_LENGTH + (index - payload);
    }

    /** Index in the window's buffer of the excerpt's first byte. */
    int payload() {
        return payload;
    }

    int payloadLength() {
        return payloadLength;
    }

    /** Whether it was NOTHING, or BAD, because the file ends there. */
    boolean behindFile() {
        return behindFile;
    }

    /** File offset behind what is BAD, as far as its length is plausible. */
    long badEnd() {
        return position + WORD_LENGTH + badLength;
    }

    boolean segmentSeen() {
        return segmentSeen;
    }

    String damage() {
        return damage;
    }

    private static long align(final long position) {
        return position + 3 & -4L;
    }
}
