// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.register;

import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.Id128;
import io.partita.ledger.model.PartitaException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.zip.CRC32C;

/**
 * The bytes of a version file of the {@link FileRegister}. Little endian.
 *
 * <pre>
 *   0        4        8                16               24               32       36       40
 *  +--------+--------+----------------+----------------+----------------+--------+--------+-----------
 *  | magic  | format | cluster id low | cluster id high| version        | length | crc32c | value ...
 *  +--------+--------+----------------+----------------+----------------+--------+--------+-----------
 * </pre>
 *
 * <p>{@code crc32c} covers everything before it and the value; the file ends with the value.
 */
final class RegisterFileDescriptor {
    static final int MAGIC = 0x47524250; // "PBRG" as bytes
    static final int FORMAT = 1;
    static final int HEADER_LENGTH = 40;

    private static final int FORMAT_OFFSET = 4;
    private static final int CLUSTER_LO_OFFSET = 8;
    private static final int CLUSTER_HI_OFFSET = 16;
    private static final int VERSION_OFFSET = 24;
    private static final int LENGTH_OFFSET = 32;
    private static final int CRC_OFFSET = 36;

    private RegisterFileDescriptor() {}

    static ByteBuffer encode(final Id128 clusterId, final long version, final byte[] value) {
        final ByteBuffer file =
                ByteBuffer.allocate(HEADER_LENGTH + value.length).order(ByteOrder.LITTLE_ENDIAN);
        file.putInt(0, MAGIC);
        file.putInt(FORMAT_OFFSET, FORMAT);
        file.putLong(CLUSTER_LO_OFFSET, clusterId.lo());
        file.putLong(CLUSTER_HI_OFFSET, clusterId.hi());
        file.putLong(VERSION_OFFSET, version);
        file.putInt(LENGTH_OFFSET, value.length);
        file.put(HEADER_LENGTH, value);
        file.putInt(CRC_OFFSET, crc(file.array(), value.length));
        return file;
    }

    /** The value in a version file, or an error that says what is wrong with the file. */
    static byte[] decode(final byte[] bytes, final Id128 clusterId, final long version, final Path path) {
        if (bytes.length < HEADER_LENGTH) {
            throw damaged(path, "it is shorter than its header: bytes=" + bytes.length);
        }
        final ByteBuffer file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        if (file.getInt(0) != MAGIC) {
            throw damaged(path, "it does not start with the magic of a register file");
        }
        final int length = file.getInt(LENGTH_OFFSET);
        if (length < 0 || length != bytes.length - HEADER_LENGTH || file.getInt(CRC_OFFSET) != crc(bytes, length)) {
            throw damaged(path, "its length or checksum is wrong");
        }
        if (file.getInt(FORMAT_OFFSET) != FORMAT) {
            throw new PartitaException(
                    ErrorCode.UNKNOWN_FORMAT,
                    "register file has a format this release does not know: file=" + path + " format="
                            + file.getInt(FORMAT_OFFSET) + " known=" + FORMAT,
                    "use the release that wrote it");
        }
        final Id128 actual = new Id128(file.getLong(CLUSTER_HI_OFFSET), file.getLong(CLUSTER_LO_OFFSET));
        if (!actual.equals(clusterId)) {
            throw new PartitaException(
                    ErrorCode.WRONG_CLUSTER,
                    "register belongs to another cluster: file=" + path + " expected=" + clusterId + " actual="
                            + actual,
                    "give this cluster a register folder of its own");
        }
        if (file.getLong(VERSION_OFFSET) != version) {
            throw damaged(path, "it says it is another version: version=" + file.getLong(VERSION_OFFSET));
        }
        final byte[] value = new byte[length];
        file.get(HEADER_LENGTH, value);
        return value;
    }

    static PartitaException damaged(final Path path, final String what) {
        return new PartitaException(
                ErrorCode.DAMAGED,
                "register is damaged, " + what + ": file=" + path,
                "stop all nodes, restore the register's folder from a copy that is not older than the nodes' last role"
                        + " change, and start them again");
    }

    private static int crc(final byte[] file, final int valueLength) {
        final CRC32C checksum = new CRC32C();
        checksum.update(file, 0, CRC_OFFSET);
        checksum.update(file, HEADER_LENGTH, valueLength);
        return (int) checksum.getValue();
    }
}
