// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.journal;

import io.partita.ledger.model.Id128;
import io.partita.ledger.model.Invariant;
import io.partita.ledger.model.Limits;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.zip.CRC32C;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * What we write into Chronicle's excerpts. Little endian. All three kinds are 4 more than a multiple of 8 bytes long, as
 * Chronicle's own blocks are, so that every record lies at a multiple of 8 in its file.
 *
 * <pre>
 * SEGMENT, the first excerpt of a segment:
 *   0       4         8             16            24          32      36
 *  +-------+---------+-------------+-------------+-----------+-------+
 *  | magic | version | cluster hi  | cluster lo  | segment   | crc   |
 *  +-------+---------+-------------+-------------+-----------+-------+
 *
 * FRAME, records that were appended together:
 *   0       4         8         12            20
 *  +-------+---------+---------+-------------+---------------------------------
 *  | magic | length  | records | durable seq | the records, length bytes ...
 *  +-------+---------+---------+-------------+---------------------------------
 *
 * END, the last excerpt of a segment that was left in order:
 *   0       4          8              16            24           32      36
 *  +-------+----------+--------------+-------------+------------+-------+
 *  | magic | reserved | next segment | last seq    | last chain | crc   |
 *  +-------+----------+--------------+-------------+------------+-------+
 * </pre>
 *
 * <p>{@code crc} is CRC-32C of the bytes before it. A frame has none: its records have, and its two numbers are checked
 * against the excerpt and the records. Its durable seq tells recovery that the records up to there had been forced when the
 * frame was appended: they cannot be what a power cut took.
 */
final class SegmentDescriptor {
    /** "PJSG". */
    static final int SEGMENT_MAGIC = 0x47534A50;
    /** "PJFR". */
    static final int FRAME_MAGIC = 0x52464A50;
    /** "PJEN". */
    static final int END_MAGIC = 0x4E454A50;

    static final int VERSION = 1;
    static final int MAGIC_OFFSET = 0;
    static final int SEGMENT_LENGTH = 36;
    static final int END_LENGTH = 36;
    static final int FRAME_HEADER_LENGTH = 20;
    static final int EXCERPT_LENGTH_MAX = FRAME_HEADER_LENGTH + Limits.FRAME_LENGTH_MAX;

    /** Chronicle's name for the file of the only cycle that a segment has: our clock stands at 0. */
    static final String FRAMES_FILE = "19700101F.cq4";
    /** Chronicle's lock and listing; of no meaning to us once the segment is closed. */
    static final String METADATA_FILE = "metadata.cq4t";
    /** Our checksums over the other two. */
    static final String SEAL_FILE = "seal";

    private static final String FOLDER_PREFIX = "segment-";
    private static final int VERSION_OFFSET = 4;
    private static final int CLUSTER_HI_OFFSET = 8;
    private static final int CLUSTER_LO_OFFSET = 16;
    private static final int SEGMENT_ID_OFFSET = 24;
    private static final int FRAME_LENGTH_OFFSET = 4;
    private static final int FRAME_RECORDS_OFFSET = 8;
    private static final int FRAME_DURABLE_OFFSET = 12;
    private static final int END_NEXT_OFFSET = 8;
    private static final int END_SEQ_OFFSET = 16;
    private static final int END_CHAIN_OFFSET = 24;
    private static final int CRC_OFFSET = 32;

    static {
        Invariant.check(EXCERPT_LENGTH_MAX + 4 <= Limits.JOURNAL_BLOCK_LENGTH / 4, "a frame fits Chronicle's overlap");
    }

    private SegmentDescriptor() {}

    static String folderName(final long segmentId) {
        return FOLDER_PREFIX + String.format("%010d", segmentId);
    }

    /** Where a segment of a journal has its excerpts. */
    static Path framesFile(final Path journal, final long segmentId) {
        return journal.resolve(folderName(segmentId)).resolve(FRAMES_FILE);
    }

    /** The id in a segment folder's name; 0 if it is not one. */
    static long folderId(final String name) {
        if (!name.matches(FOLDER_PREFIX + "[0-9]{10}")) {
            return 0;
        }
        return Long.parseLong(name.substring(FOLDER_PREFIX.length()));
    }

    static void putSegment(
            final MutableDirectBuffer buffer, final int at, final Id128 clusterId, final long segmentId) {
        buffer.putInt(at + MAGIC_OFFSET, SEGMENT_MAGIC, ByteOrder.LITTLE_ENDIAN);
        buffer.putInt(at + VERSION_OFFSET, VERSION, ByteOrder.LITTLE_ENDIAN);
        buffer.putLong(at + CLUSTER_HI_OFFSET, clusterId.hi(), ByteOrder.LITTLE_ENDIAN);
        buffer.putLong(at + CLUSTER_LO_OFFSET, clusterId.lo(), ByteOrder.LITTLE_ENDIAN);
        buffer.putLong(at + SEGMENT_ID_OFFSET, segmentId, ByteOrder.LITTLE_ENDIAN);
        buffer.putInt(at + CRC_OFFSET, crc(buffer, at), ByteOrder.LITTLE_ENDIAN);
    }

    /** What is wrong with a SEGMENT excerpt; empty if nothing. */
    static String checkSegment(
            final DirectBuffer buffer, final int at, final int length, final Id128 clusterId, final long segmentId) {
        if (length != SEGMENT_LENGTH || !isSegmentIntact(buffer, at)) {
            return "the checksum of the segment's first excerpt is wrong";
        }
        if (buffer.getInt(at + VERSION_OFFSET, ByteOrder.LITTLE_ENDIAN) != VERSION) {
            return "the segment has another format version";
        }
        if (buffer.getLong(at + CLUSTER_HI_OFFSET, ByteOrder.LITTLE_ENDIAN) != clusterId.hi()
                || buffer.getLong(at + CLUSTER_LO_OFFSET, ByteOrder.LITTLE_ENDIAN) != clusterId.lo()) {
            return "the segment is another cluster's";
        }
        if (buffer.getLong(at + SEGMENT_ID_OFFSET, ByteOrder.LITTLE_ENDIAN) != segmentId) {
            return "the file is another segment's";
        }
        return "";
    }

    static boolean isSegmentIntact(final DirectBuffer buffer, final int at) {
        return crc(buffer, at) == buffer.getInt(at + CRC_OFFSET, ByteOrder.LITTLE_ENDIAN);
    }

    static void putFrameHeader(
            final MutableDirectBuffer buffer,
            final int at,
            final int length,
            final int records,
            final long durableSeq) {
        buffer.putInt(at + MAGIC_OFFSET, FRAME_MAGIC, ByteOrder.LITTLE_ENDIAN);
        buffer.putInt(at + FRAME_LENGTH_OFFSET, length, ByteOrder.LITTLE_ENDIAN);
        buffer.putInt(at + FRAME_RECORDS_OFFSET, records, ByteOrder.LITTLE_ENDIAN);
        buffer.putLong(at + FRAME_DURABLE_OFFSET, durableSeq, ByteOrder.LITTLE_ENDIAN);
    }

    static long frameDurableSeq(final DirectBuffer buffer, final int at) {
        return buffer.getLong(at + FRAME_DURABLE_OFFSET, ByteOrder.LITTLE_ENDIAN);
    }

    static int frameLength(final DirectBuffer buffer, final int at) {
        return buffer.getInt(at + FRAME_LENGTH_OFFSET, ByteOrder.LITTLE_ENDIAN);
    }

    static int frameRecords(final DirectBuffer buffer, final int at) {
        return buffer.getInt(at + FRAME_RECORDS_OFFSET, ByteOrder.LITTLE_ENDIAN);
    }

    static void putEnd(
            final MutableDirectBuffer buffer,
            final int at,
            final long nextSegment,
            final long lastSeq,
            final long lastChain) {
        buffer.putInt(at + MAGIC_OFFSET, END_MAGIC, ByteOrder.LITTLE_ENDIAN);
        buffer.putInt(at + VERSION_OFFSET, 0, ByteOrder.LITTLE_ENDIAN);
        buffer.putLong(at + END_NEXT_OFFSET, nextSegment, ByteOrder.LITTLE_ENDIAN);
        buffer.putLong(at + END_SEQ_OFFSET, lastSeq, ByteOrder.LITTLE_ENDIAN);
        buffer.putLong(at + END_CHAIN_OFFSET, lastChain, ByteOrder.LITTLE_ENDIAN);
        buffer.putInt(at + CRC_OFFSET, crc(buffer, at), ByteOrder.LITTLE_ENDIAN);
    }

    static boolean isEndIntact(final DirectBuffer buffer, final int at, final int length) {
        return length == END_LENGTH && crc(buffer, at) == buffer.getInt(at + CRC_OFFSET, ByteOrder.LITTLE_ENDIAN);
    }

    static long endNextSegment(final DirectBuffer buffer, final int at) {
        return buffer.getLong(at + END_NEXT_OFFSET, ByteOrder.LITTLE_ENDIAN);
    }

    static long endLastSeq(final DirectBuffer buffer, final int at) {
        return buffer.getLong(at + END_SEQ_OFFSET, ByteOrder.LITTLE_ENDIAN);
    }

    static long endLastChain(final DirectBuffer buffer, final int at) {
        return buffer.getLong(at + END_CHAIN_OFFSET, ByteOrder.LITTLE_ENDIAN);
    }

    private static int crc(final DirectBuffer buffer, final int at) {
        final byte[] bytes = new byte[CRC_OFFSET];
        buffer.getBytes(at, bytes);
        final CRC32C checksum = new CRC32C();
        checksum.update(ByteBuffer.wrap(bytes));
        return (int) checksum.getValue();
    }
}
