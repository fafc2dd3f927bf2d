// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.transport.netty;

import io.partita.ledger.model.Id128;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * The first 64 bytes each side of a connection sends: the connecting side's request, then the accepting side's answer. Nothing
 * else is read, and no buffer of a link is given out, before they fit. Little endian.
 *
 * <pre>
 *   0        4         6      7        8                24              40                        64
 *  +--------+---------+------+--------+----------------+---------------+-------------------------+
 *  | magic  | version | role | status | cluster id     | node id       | reserved                |
 *  |        |         |      |        | (low, high)    | (zero padded) |                         |
 *  +--------+---------+------+--------+----------------+---------------+-------------------------+
 * </pre>
 */
final class Preface {
    static final int LENGTH = 64;
    static final int MAGIC = 0x4E4C5450; // "PTLN" as bytes
    static final int VERSION = 1;

    static final int ROLE_PEER = 1;
    static final int ROLE_CLIENT = 2;

    static final int STATUS_REQUEST = 0;
    static final int STATUS_ACCEPTED = 1;
    static final int STATUS_WRONG_CLUSTER = 2;
    static final int STATUS_UNKNOWN_VERSION = 3;
    static final int STATUS_WRONG_ROLE = 4;
    static final int STATUS_FULL = 5;
    static final int STATUS_NOT_CERTIFIED = 6;

    private static final String[] STATUS_NAMES = {
        "REQUEST", "ACCEPTED", "WRONG_CLUSTER", "UNKNOWN_VERSION", "WRONG_ROLE", "FULL", "NOT_CERTIFIED"
    };
    private static final int NODE_LENGTH_MAX = 16;

    private Preface() {}

    static String statusName(final int status) {
        return status >= 0 && status < STATUS_NAMES.length ? STATUS_NAMES[status] : "STATUS_" + status;
    }

    static ByteBuffer encode(final int role, final int status, final Id128 clusterId, final String node) {
        final byte[] name = node.getBytes(StandardCharsets.US_ASCII);
        if (name.length > NODE_LENGTH_MAX) {
            throw new IllegalArgumentException("node id is too long: node=" + node + " max=" + NODE_LENGTH_MAX);
        }
        return ByteBuffer.allocate(LENGTH)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(0, MAGIC)
                .putShort(4, (short) VERSION)
                .put(6, (byte) role)
                .put(7, (byte) status)
                .putLong(8, clusterId.lo())
                .putLong(16, clusterId.hi())
                .put(24, name);
    }

    static boolean hasMagic(final ByteBuffer preface) {
        return preface.getInt(0) == MAGIC;
    }

    static int version(final ByteBuffer preface) {
        return preface.getShort(4) & 0xFFFF;
    }

    static int role(final ByteBuffer preface) {
        return preface.get(6);
    }

    static int status(final ByteBuffer preface) {
        return preface.get(7);
    }

    static Id128 clusterId(final ByteBuffer preface) {
        return new Id128(preface.getLong(16), preface.getLong(8));
    }

    /** The node id, or null if it is none. */
    static @org.jspecify.annotations.Nullable String node(final ByteBuffer preface) {
        int length = 0;
        while (length < NODE_LENGTH_MAX && preface.get(24 + length) != 0) {
            final int c = preface.get(24 + length);
            if (!(c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-')) {
                return null;
            }
            length++;
        }
        if (length == 0) {
            return null;
        }
        final byte[] name = new byte[length];
        preface.get(24, name);
        return new String(name, StandardCharsets.US_ASCII);
    }
}
