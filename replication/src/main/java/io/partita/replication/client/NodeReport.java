// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.client;

import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * What a node says about itself at a moment.
 *
 * <pre>
 *   0        8        16       24        32         40      48    52        56            72             88    92
 *  +--------+--------+--------+---------+----------+-------+-----+---------+-------------+--------------+-----+----+
 *  | epoch  |lastSeq |commit  | applied | durable  |digest |role |serving  | node        | activeHint   |inSyn|pad |
 *  +--------+--------+--------+---------+----------+-------+-----+---------+-------------+--------------+-----+----+
 * </pre>
 *
 * @param node its id.
 * @param role name of its role's code in PROTOCOL B4: 0 boot, 1 passive, 2 frozen, 3 active, 4 halted.
 * @param serving whether it takes and answers commands now.
 * @param epoch the newest epoch it knows.
 * @param activeHint id of the node it takes for the active, or empty.
 * @param inSync members of the in-sync set as this node knows it; 0 if it does not.
 * @param lastSeq last seq in its journal.
 * @param commitSeq last seq that it knows as committed.
 * @param appliedSeq last seq in its state.
 * @param durableSeq last seq on its disk.
 * @param runningDigest its running digest at {@code appliedSeq}.
 */
public record NodeReport(
        String node,
        int role,
        boolean serving,
        long epoch,
        String activeHint,
        int inSync,
        long lastSeq,
        long commitSeq,
        long appliedSeq,
        long durableSeq,
        long runningDigest) {
    /** Bytes of an encoded report. */
    public static final int LENGTH = 96;

    private static final int ID_LENGTH = 16;

    /**
     * Encodes.
     *
     * @param buffer to write to.
     * @param offset where.
     */
    public void encode(final MutableDirectBuffer buffer, final int offset) {
        buffer.setMemory(offset, LENGTH, (byte) 0);
        buffer.putLong(offset, epoch, ByteOrder.LITTLE_ENDIAN);
        buffer.putLong(offset + 8, lastSeq, ByteOrder.LITTLE_ENDIAN);
        buffer.putLong(offset + 16, commitSeq, ByteOrder.LITTLE_ENDIAN);
        buffer.putLong(offset + 24, appliedSeq, ByteOrder.LITTLE_ENDIAN);
        buffer.putLong(offset + 32, durableSeq, ByteOrder.LITTLE_ENDIAN);
        buffer.putLong(offset + 40, runningDigest, ByteOrder.LITTLE_ENDIAN);
        buffer.putInt(offset + 48, role, ByteOrder.LITTLE_ENDIAN);
        buffer.putInt(offset + 52, serving ? 1 : 0, ByteOrder.LITTLE_ENDIAN);
        putId(buffer, offset + 56, node);
        putId(buffer, offset + 72, activeHint);
        buffer.putInt(offset + 88, inSync, ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * Decodes.
     *
     * @param buffer with a report of {@link #LENGTH} bytes.
     * @param offset of the report.
     * @return the report.
     */
    public static NodeReport decode(final DirectBuffer buffer, final int offset) {
        return new NodeReport(
                id(buffer, offset + 56),
                buffer.getInt(offset + 48, ByteOrder.LITTLE_ENDIAN),
                buffer.getInt(offset + 52, ByteOrder.LITTLE_ENDIAN) == 1,
                buffer.getLong(offset, ByteOrder.LITTLE_ENDIAN),
                id(buffer, offset + 72),
                buffer.getInt(offset + 88, ByteOrder.LITTLE_ENDIAN),
                buffer.getLong(offset + 8, ByteOrder.LITTLE_ENDIAN),
                buffer.getLong(offset + 16, ByteOrder.LITTLE_ENDIAN),
                buffer.getLong(offset + 24, ByteOrder.LITTLE_ENDIAN),
                buffer.getLong(offset + 32, ByteOrder.LITTLE_ENDIAN),
                buffer.getLong(offset + 40, ByteOrder.LITTLE_ENDIAN));
    }

    private static void putId(final MutableDirectBuffer buffer, final int offset, final String id) {
        final byte[] bytes = id.getBytes(StandardCharsets.US_ASCII);
        buffer.putBytes(offset, bytes, 0, Math.min(bytes.length, ID_LENGTH));
    }

    private static String id(final DirectBuffer buffer, final int offset) {
        int length = 0;
        while (length < ID_LENGTH && buffer.getByte(offset + length) != 0) {
            length++;
        }
        final byte[] bytes = new byte[length];
        buffer.getBytes(offset, bytes);
        return new String(bytes, StandardCharsets.US_ASCII);
    }
}
