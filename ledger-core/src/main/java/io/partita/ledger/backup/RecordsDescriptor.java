// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.backup;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * Layout of a file of records: a header, then whole records as {@link io.partita.ledger.model.RecordDescriptor} lays them out, one
 * behind the other, nothing in between. Little endian:
 *
 * <pre>
 *   0          8           12         16           24           32           40                48
 *  +----------+-----------+----------+------------+------------+------------+-----------------+
 *  | magic    | version   | 0        | cluster hi | cluster lo | first seq  | chain before it | records ...
 *  +----------+-----------+----------+------------+------------+------------+-----------------+
 * </pre>
 *
 * <p>The header has no checksum of its own: every byte of it is known from the manifest, whose version is the format's. The SHA-256
 * covers the whole file.
 */
final class RecordsDescriptor {
    static final int HEADER_LENGTH = 48;

    /** "PARTRECS". */
    private static final long MAGIC = 0x5343455254524150L;

    private static final int VERSION = 1;

    private RecordsDescriptor() {}

    static ByteBuffer header(final long clusterHi, final long clusterLo, final long firstSeq, final long chain) {
        return ByteBuffer.allocate(HEADER_LENGTH)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(MAGIC)
                .putInt(VERSION)
                .putInt(0)
                .putLong(clusterHi)
                .putLong(clusterLo)
                .putLong(firstSeq)
                .putLong(chain)
                .flip();
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (final NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
