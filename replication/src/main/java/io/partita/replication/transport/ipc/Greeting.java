// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.transport.ipc;

import io.partita.ledger.model.Id128;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What each side of a fresh link says on the socket: the connecting side's request, then the accepting side's answer. Little
 * endian.
 *
 * <pre>
 *   0        4         6        8                24              40        44        48
 *  +--------+---------+--------+----------------+---------------+---------+---------+------------------------+
 *  | magic  | version | status | cluster id     | node id       | journal | link    | journal folder and     |
 *  |        |         |        | (low, high)    | (zero padded) | length  | length  | link file, as UTF-8    |
 *  +--------+---------+--------+----------------+---------------+---------+---------+------------------------+
 * </pre>
 *
 * @param status one of the constants.
 * @param clusterId of the sender.
 * @param node the sender's id.
 * @param journalFolder where the sender's journal is.
 * @param linkFile the file to map; empty in a request.
 */
record Greeting(int status, Id128 clusterId, String node, String journalFolder, String linkFile) {
    static final int REQUEST = 0;
    static final int ACCEPTED = 1;
    static final int REFUSED = 2;

    static final int HEADER_LENGTH = 48;
    static final int PATH_LENGTH_MAX = 4096;
    static final int LENGTH_MAX = HEADER_LENGTH + 2 * PATH_LENGTH_MAX;

    private static final int MAGIC = 0x43504950; // "PIPC" as bytes
    private static final int VERSION = 1;
    private static final int NODE_LENGTH_MAX = 16;

    ByteBuffer encode() {
        final byte[] journal = journalFolder.getBytes(StandardCharsets.UTF_8);
        final byte[] link = linkFile.getBytes(StandardCharsets.UTF_8);
        if (journal.length > PATH_LENGTH_MAX || link.length > PATH_LENGTH_MAX) {
            throw new IllegalArgumentException("path is too long: journal=" + journalFolder + " link=" + linkFile);
        }
        return ByteBuffer.allocate(HEADER_LENGTH + journal.length + link.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(0, MAGIC)
                .putShort(4, (short) VERSION)
                .putShort(6, (short) status)
                .putLong(8, clusterId.lo())
                .putLong(16, clusterId.hi())
                .put(24, node.getBytes(StandardCharsets.US_ASCII))
                .putInt(40, journal.length)
                .putInt(44, link.length)
                .put(HEADER_LENGTH, journal)
                .put(HEADER_LENGTH + journal.length, link);
    }

    /** Whether what was received so far cannot become a greeting. */
    static boolean isHopeless(final ByteBuffer received, final int length) {
        return length >= 6 && (received.getInt(0) != MAGIC || received.getShort(4) != VERSION)
                || length >= HEADER_LENGTH && lengthOf(received) < 0;
    }

    /** Bytes of the whole greeting, once its header is there; -1 if it says nonsense. */
    static int lengthOf(final ByteBuffer received) {
        final int journal = received.getInt(40);
        final int link = received.getInt(44);
        if (journal < 0 || journal > PATH_LENGTH_MAX || link < 0 || link > PATH_LENGTH_MAX) {
            return -1;
        }
        return HEADER_LENGTH + journal + link;
    }

    /** The greeting in a buffer that holds a whole one; null if it is none. */
    static @Nullable Greeting decode(final ByteBuffer received) {
        int nodeLength = 0;
        while (nodeLength < NODE_LENGTH_MAX && received.get(24 + nodeLength) != 0) {
            nodeLength++;
        }
        final String node = string(received, 24, nodeLength);
        if (!node.matches("[a-z0-9-]{1,16}")) {
            return null;
        }
        final int journal = received.getInt(40);
        return new Greeting(
                received.getShort(6),
                new Id128(received.getLong(16), received.getLong(8)),
                node,
                string(received, HEADER_LENGTH, journal),
                string(received, HEADER_LENGTH + journal, received.getInt(44)));
    }

    private static String string(final ByteBuffer received, final int offset, final int length) {
        final byte[] bytes = new byte[length];
        received.get(offset, bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
