// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.transport.netty;

/**
 * The bytes on a TCP link after the {@link Preface}: frames, one after the other. Little endian.
 *
 * <pre>
 *   0                 4      5       6         8
 *  +-----------------+------+-------+---------+------------
 *  | payload length  | kind | flags | reserved| payload ...
 *  +-----------------+------+-------+---------+------------
 * </pre>
 *
 * <p>An {@link #APPEND}'s payload is a run of records with its header:
 *
 * <pre>
 *   0                4            8
 *  +----------------+------------+-------------------------------+--------------
 *  | header length  | reserved   | header, zero padded to 8      | records ...
 *  +----------------+------------+-------------------------------+--------------
 * </pre>
 *
 * <p>A {@link #MESSAGE}'s payload is one SBE message with its header.
 */
final class FrameDescriptor {
    static final int LENGTH_OFFSET = 0;
    static final int KIND_OFFSET = 4;
    static final int FLAGS_OFFSET = 5;
    static final int HEADER_LENGTH = 8;

    /** A control frame between nodes. */
    static final int CONTROL = 1;
    /** A run of records between nodes. */
    static final int APPEND = 2;
    /** A message between a client and a node. */
    static final int MESSAGE = 3;

    /** Bytes of an append's payload before its header. */
    static final int APPEND_PREFIX_LENGTH = 8;

    private FrameDescriptor() {}

    static int paddedLength(final int length) {
        return (length + 7) & ~7;
    }
}
