// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.register;

import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.Id128;
import io.partita.ledger.model.PartitaException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * A version of the register as bytes: the content of a version file of the {@link FileRegister}, or of a znode. Little endian.
 *
 * <pre>
 *   0        4        8                16               24               32       36       40
 *  +--------+--------+----------------+----------------+----------------+--------+--------+-----------
 *  | magic  | format | cluster id low | cluster id high| version        | length | crc32c | value ...
 *  +--------+--------+----------------+----------------+----------------+--------+--------+-----------
 * </pre>
 *
 * <p>{@code crc32c} covers everything before it and the value; the bytes end with the value.
 */
public final class RegisterEnvelope {
    /** Bytes before the value. */
    public static final int HEADER_LENGTH = 40;

    private static final int MAGIC = 0x47524250; // "PBRG" as bytes
    private static final int FORMAT = 1;

    private static final int FORMAT_OFFSET = 4;
    private static final int CLUSTER_LO_OFFSET = 8;
    private static final int CLUSTER_HI_OFFSET = 16;
    private static final int VERSION_OFFSET = 24;
    private static final int LENGTH_OFFSET = 32;
    private static final int CRC_OFFSET = 36;

    private RegisterEnvelope() {}

    /**
     * Encodes.
     *
     * @param clusterId of the cluster.
     * @param version of the value.
     * @param value the bytes to carry.
     * @return the bytes.
     */
    public static byte[] encode(final Id128 clusterId, final long version, final byte[] value) {
        final ByteBuffer bytes =
                ByteBuffer.allocate(HEADER_LENGTH + value.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putInt(0, MAGIC);
        bytes.putInt(FORMAT_OFFSET, FORMAT);
        bytes.putLong(CLUSTER_LO_OFFSET, clusterId.lo());
        bytes.putLong(CLUSTER_HI_OFFSET, clusterId.hi());
        bytes.putLong(VERSION_OFFSET, version);
        bytes.putInt(LENGTH_OFFSET, value.length);
        bytes.put(HEADER_LENGTH, value);
        bytes.putInt(CRC_OFFSET, crc(bytes.array(), value.length));
        return bytes.array();
    }

    /**
     * Decodes.
     *
     * @param bytes as read.
     * @param clusterId whose register it must be.
     * @param where it was read from, for errors: {@code file=...} or {@code znode=...}.
     * @return the value, with the version it says it is.
     * @throws PartitaException DAMAGED, UNKNOWN_FORMAT or WRONG_CLUSTER.
     */
    public static RegisterValue decode(final byte[] bytes, final Id128 clusterId, final String where) {
        if (bytes.length < HEADER_LENGTH) {
            throw damaged(where, "it is shorter than its header: bytes=" + bytes.length);
        }
        final ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        if (buffer.getInt(0) != MAGIC) {
            throw damaged(where, "it does not start with the magic of a register");
        }
        final int length = buffer.getInt(LENGTH_OFFSET);
        if (length < 0 || length != bytes.length - HEADER_LENGTH || buffer.getInt(CRC_OFFSET) != crc(bytes, length)) {
            throw damaged(where, "its length or checksum is wrong");
        }
        if (buffer.getInt(FORMAT_OFFSET) != FORMAT) {
            throw new PartitaException(
                    ErrorCode.UNKNOWN_FORMAT,
                    "register has a format this release does not know: " + where + " format="
                            + buffer.getInt(FORMAT_OFFSET) + " known=" + FORMAT,
                    "use the release that wrote it");
        }
        final Id128 actual = new Id128(buffer.getLong(CLUSTER_HI_OFFSET), buffer.getLong(CLUSTER_LO_OFFSET));
        if (!actual.equals(clusterId)) {
            throw new PartitaException(
                    ErrorCode.WRONG_CLUSTER,
                    "register belongs to another cluster: " + where + " expected=" + clusterId + " actual=" + actual,
                    "give this cluster a register of its own, or correct cluster id and place of the register");
        }
        final byte[] value = new byte[length];
        buffer.get(HEADER_LENGTH, value);
        return new RegisterValue(buffer.getLong(VERSION_OFFSET), value);
    }

    /**
     * The error for bytes that cannot be what was written.
     *
     * @param where they were read from: {@code file=...} or {@code znode=...}.
     * @param what is wrong with them.
     * @return to throw.
     */
    public static PartitaException damaged(final String where, final String what) {
        return new PartitaException(
                ErrorCode.DAMAGED,
                "register is damaged, " + what + ": " + where,
                "stop all nodes, restore the register from a copy that is not older than the nodes' last role change, and"
                        + " start them again");
    }

    private static int crc(final byte[] file, final int valueLength) {
        final CRC32C checksum = new CRC32C();
        checksum.update(file, 0, CRC_OFFSET);
        checksum.update(file, HEADER_LENGTH, valueLength);
        return (int) checksum.getValue();
    }
}
