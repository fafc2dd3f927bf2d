// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.snapshot;

import io.partita.ledger.model.Id128;
import io.partita.ledger.model.Invariant;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * The parts that snapshot files are made of. Little endian; their meaning is in the package documentation.
 *
 * <pre>
 * HEADER, once:
 *   0       4         8            16           24     28         32      40         48         60      64
 *  +-------+---------+------------+------------+------+----------+-------+----------+----------+-------+
 *  | magic | version | cluster hi | cluster lo | kind | 0        | seq   | from seq | 0        | crc   |
 *  +-------+---------+------------+------------+------+----------+-------+----------+----------+-------+
 *
 * SECTION, before the units of a table:
 *   0       4         8             12    16           24        32    36      40
 *  +-------+---------+-------------+-----+------------+---------+-----+-------+
 *  | magic | table   | unit length | 0   | first unit | units   | 0   | crc   |
 *  +-------+---------+-------------+-----+------------+---------+-----+-------+
 *
 * BLOCK, up to 1 MiB of the section's units, the last one shorter:
 *  +------------------------------------------+-------+
 *  | bytes ...                                | crc   |
 *  +------------------------------------------+-------+
 *
 * END, once:
 *   0       4          8                16          20    28      32
 *  +-------+----------+----------------+-----------+-----+-------+
 *  | magic | sections | length of file | whole crc | 0   | crc   |
 *  +-------+----------+----------------+-----------+-----+-------+
 * </pre>
 *
 * <p>A crc is the CRC-32C of the header's crc (4 bytes), the offset in the file (8 bytes), and the bytes before it in its part. So a
 * part that is whole, but from another place or another file, is found, too. The header's own is of its 60 bytes alone. The whole
 * crc is the CRC-32C of all crcs before it, in their order: it stands for every bit of the file.
 */
final class SnapshotDescriptor {
    static final int VERSION = 1;

    /** Kind: what changes, and which files have the rest. */
    static final int STATE = 1;
    /** Kind: what was appended to tables since an older snapshot. */
    static final int HISTORY = 2;

    static final int HEADER_LENGTH = 64;
    static final int SECTION_LENGTH = 40;
    static final int END_LENGTH = 32;
    static final int CRC_LENGTH = 4;
    static final int BLOCK_LENGTH = 1 << 20;

    /** "PSNP". */
    static final int HEADER_MAGIC = 0x504E5350;
    /** "PSSE". */
    static final int SECTION_MAGIC = 0x45535350;
    /** "PSEN". */
    static final int END_MAGIC = 0x4E455350;

    static final int HEADER_CRC = 60;
    static final int SECTION_CRC = 36;
    static final int END_CRC = 28;

    /** Number of the section of facts; the tables follow with their own numbers. */
    static final int FACTS = 0;
    /** Number of the section that names the history files. */
    static final int PARTS = 1000;
    /** Number of the section with what the user's own logic remembers. */
    static final int USER = 1001;

    static final int FACT_LENGTH = 8;
    static final int PART_LENGTH = 32;

    private static final int VERSION_OFFSET = 4;
    private static final int CLUSTER_HI_OFFSET = 8;
    private static final int CLUSTER_LO_OFFSET = 16;
    private static final int KIND_OFFSET = 24;
    private static final int SEQ_OFFSET = 32;
    private static final int FROM_SEQ_OFFSET = 40;
    private static final int TABLE_OFFSET = 4;
    private static final int UNIT_LENGTH_OFFSET = 8;
    private static final int FIRST_OFFSET = 16;
    private static final int UNITS_OFFSET = 24;
    private static final int END_SECTIONS_OFFSET = 4;
    private static final int END_FILE_LENGTH_OFFSET = 8;
    private static final int END_WHOLE_CRC_OFFSET = 16;
    private static final String STATE_PREFIX = "state-";
    private static final String HISTORY_PREFIX = "history-";

    /** What a file is. */
    record Header(Id128 clusterId, int kind, long seq, long fromSeq) {}

    /** What follows in a file. */
    record Section(int table, int unitLength, long first, long units) {
        long length() {
            return units * unitLength;
        }
    }

    static {
        Invariant.check(BLOCK_LENGTH % PART_LENGTH == 0, "no unit is in two blocks");
    }

    private SnapshotDescriptor() {}

    static String fileName(final int kind, final long seq) {
        return (kind == STATE ? STATE_PREFIX : HISTORY_PREFIX) + String.format("%020d", seq);
    }

    /** The seq in a file's name; 0 if it is not the name of a file of that kind. */
    static long seqOf(final int kind, final String name) {
        final String prefix = kind == STATE ? STATE_PREFIX : HISTORY_PREFIX;
        if (!name.matches(prefix + "[0-9]{20}")) {
            return 0;
        }
        final String digits = name.substring(prefix.length());
        return digits.compareTo(String.format("%020d", Long.MAX_VALUE)) > 0 ? 0 : Long.parseLong(digits);
    }

    static ByteBuffer buffer(final int length) {
        return ByteBuffer.allocateDirect(length).order(ByteOrder.LITTLE_ENDIAN);
    }

    static void putHeader(final ByteBuffer to, final Header header) {
        clear(to, HEADER_LENGTH);
        to.putInt(0, HEADER_MAGIC)
                .putInt(VERSION_OFFSET, VERSION)
                .putLong(CLUSTER_HI_OFFSET, header.clusterId().hi())
                .putLong(CLUSTER_LO_OFFSET, header.clusterId().lo())
                .putInt(KIND_OFFSET, header.kind())
                .putLong(SEQ_OFFSET, header.seq())
                .putLong(FROM_SEQ_OFFSET, header.fromSeq());
    }

    static int version(final ByteBuffer from) {
        return from.getInt(VERSION_OFFSET);
    }

    static Header header(final ByteBuffer from) {
        return new Header(
                new Id128(from.getLong(CLUSTER_HI_OFFSET), from.getLong(CLUSTER_LO_OFFSET)),
                from.getInt(KIND_OFFSET),
                from.getLong(SEQ_OFFSET),
                from.getLong(FROM_SEQ_OFFSET));
    }

    static void putSection(final ByteBuffer to, final Section section) {
        clear(to, SECTION_LENGTH);
        to.putInt(0, SECTION_MAGIC)
                .putInt(TABLE_OFFSET, section.table())
                .putInt(UNIT_LENGTH_OFFSET, section.unitLength())
                .putLong(FIRST_OFFSET, section.first())
                .putLong(UNITS_OFFSET, section.units());
    }

    static Section section(final ByteBuffer from) {
        return new Section(
                from.getInt(TABLE_OFFSET),
                from.getInt(UNIT_LENGTH_OFFSET),
                from.getLong(FIRST_OFFSET),
                from.getLong(UNITS_OFFSET));
    }

    static void putEnd(final ByteBuffer to, final int sections, final long fileLength, final int wholeCrc) {
        clear(to, END_LENGTH);
        to.putInt(0, END_MAGIC)
                .putInt(END_SECTIONS_OFFSET, sections)
                .putLong(END_FILE_LENGTH_OFFSET, fileLength)
                .putInt(END_WHOLE_CRC_OFFSET, wholeCrc);
    }

    static int endSections(final ByteBuffer from) {
        return from.getInt(END_SECTIONS_OFFSET);
    }

    static long endFileLength(final ByteBuffer from) {
        return from.getLong(END_FILE_LENGTH_OFFSET);
    }

    static int endWholeCrc(final ByteBuffer from) {
        return from.getInt(END_WHOLE_CRC_OFFSET);
    }

    /** All zero, so that what is not written is 0. Leaves the buffer open for the whole part. */
    private static void clear(final ByteBuffer to, final int length) {
        to.clear().limit(length);
        for (int i = 0; i < length; i++) {
            to.put(i, (byte) 0);
        }
    }

    /** Checksums of one file, in the order in which its parts are. */
    static final class Checksums {
        private final CRC32C part = new CRC32C();
        private final CRC32C whole = new CRC32C();
        private final ByteBuffer seed = buffer(CRC_LENGTH + Long.BYTES);
        private final ByteBuffer value = buffer(CRC_LENGTH);

        /** Of a header. */
        int header(final ByteBuffer bytes) {
            part.reset();
            part.update(bytes.duplicate().limit(HEADER_CRC).position(0));
            seed.putInt(0, (int) part.getValue());
            return (int) part.getValue();
        }

        /** Of another part. */
        int part(final long offset, final ByteBuffer bytes, final int length) {
            seed.putLong(CRC_LENGTH, offset);
            part.reset();
            part.update(seed.clear());
            part.update(bytes.duplicate().limit(length).position(0));
            return (int) part.getValue();
        }

        /** Adds one to the whole. */
        int addToWhole(final int crc) {
            value.putInt(0, crc);
            whole.update(value.clear());
            return crc;
        }

        /** Of all that were added. */
        int whole() {
            return (int) whole.getValue();
        }
    }
}
