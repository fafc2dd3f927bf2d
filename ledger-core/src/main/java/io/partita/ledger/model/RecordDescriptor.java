// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.model;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * The byte layout of a journal record, the unit that has a sequence number. The same bytes are in the journal, on the wire
 * between nodes and in the state machine's hands. Little endian; a record starts at a multiple of 8 bytes from its frame's
 * first record and its length is a multiple of 8.
 *
 * <pre>
 *   0        4        8                16               24               32
 *  +--------+--------+----------------+----------------+----------------+
 *  | length | crc32c | chain          | seq            | epoch          |
 *  +--------+--------+----------------+----+----+------+--------+-------+
 *  | timestamp       | deadline       |type|opts|count | body length    |
 *  +-----------------+----------------+----+----+------+----------------+
 * 32                 40              48   50   52     56                64
 *  | body, zero padded to a multiple of 8 ...
 * </pre>
 *
 * <ul>
 *   <li>{@code length}: bytes of the whole record, header included.
 *   <li>{@code crc32c}: CRC-32C (Castagnoli) of the bytes from 16 to {@code length}. The chain value is not among them: it is made
 *       of the checksum. A flipped bit in it shows by itself, as a chain that does not go on: a reader compares it with what
 *       it computes from the record before, and every reader has that one or a value from the manifest.
 *   <li>{@code chain}: {@link #chain(long, long, long, int)} of the record before this one, so that equal chain values at a
 *       seq mean equal journals up to it (I10).
 *   <li>{@code timestamp}: nanoseconds since 1970; never decreases. Only records that own timestamps (COMMANDS with
 *       commands, TICK, USER) advance it.
 *   <li>{@code deadline}: nanoseconds of journal time after which the batch has no effect; 0 is none.
 *   <li>{@code count}: commands in a batch, releases of a TICK, timestamps of a USER record, else 0.
 *   <li>{@code body length}: bytes of the body without its padding.
 * </ul>
 *
 * <p>All methods are static and stateless, safe from any thread.
 */
public final class RecordDescriptor {
    /** Offset of the u32 record length. */
    public static final int LENGTH_OFFSET = 0;
    /** Offset of the u32 CRC-32C. */
    public static final int CRC_OFFSET = 4;
    /** Offset of the u64 chain value. */
    public static final int CHAIN_OFFSET = 8;
    /** Offset of the u64 sequence number; the checksum starts here. */
    public static final int SEQ_OFFSET = 16;
    /** Offset of the u64 epoch. */
    public static final int EPOCH_OFFSET = 24;
    /** Offset of the i64 timestamp in nanoseconds. */
    public static final int TIMESTAMP_OFFSET = 32;
    /** Offset of the i64 deadline in nanoseconds. */
    public static final int DEADLINE_OFFSET = 40;
    /** Offset of the u16 {@link RecordType}. */
    public static final int TYPE_OFFSET = 48;
    /** Offset of the u16 {@link BatchOptions}. */
    public static final int OPTIONS_OFFSET = 50;
    /** Offset of the u32 count. */
    public static final int COUNT_OFFSET = 52;
    /** Offset of the u64 body length. */
    public static final int BODY_LENGTH_OFFSET = 56;
    /** Where the body starts; bytes of the header. */
    public static final int HEADER_LENGTH = 64;

    private static final long MULTIPLIER_A = 0x9E3779B97F4A7C15L;
    private static final long MULTIPLIER_B = 0xBF58476D1CE4E5B9L;
    private static final long MULTIPLIER_C = 0x94D049BB133111EBL;

    private RecordDescriptor() {}

    /**
     * The version that a LOGIC_VERSION record begins its body with.
     *
     * @param buffer with a record of that type.
     * @param offset of the record.
     * @return the version of the rules from that record on.
     */
    public static int logicVersion(final DirectBuffer buffer, final int offset) {
        return buffer.getInt(offset + HEADER_LENGTH, ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * Bytes a record with the given body takes.
     *
     * @param bodyLength bytes of the body, 0 or more.
     * @return the record's length.
     */
    public static int recordLength(final int bodyLength) {
        return HEADER_LENGTH + ((bodyLength + 7) & ~7);
    }

    /**
     * The record's own claim of its length. A reader bounds it before it trusts it.
     *
     * @param buffer with the record.
     * @param offset of the record.
     * @return bytes, unverified.
     */
    public static int length(final DirectBuffer buffer, final int offset) {
        return buffer.getInt(offset + LENGTH_OFFSET, ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * The stored checksum.
     *
     * @param buffer with the record.
     * @param offset of the record.
     * @return the CRC-32C as stored.
     */
    public static int crc(final DirectBuffer buffer, final int offset) {
        return buffer.getInt(offset + CRC_OFFSET, ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * The stored chain value.
     *
     * @param buffer with the record.
     * @param offset of the record.
     * @return the chain value as stored.
     */
    public static long chain(final DirectBuffer buffer, final int offset) {
        return buffer.getLong(offset + CHAIN_OFFSET, ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * The sequence number.
     *
     * @param buffer with the record.
     * @param offset of the record.
     * @return dense, from 1.
     */
    public static long seq(final DirectBuffer buffer, final int offset) {
        return buffer.getLong(offset + SEQ_OFFSET, ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * The epoch.
     *
     * @param buffer with the record.
     * @param offset of the record.
     * @return 1 or more; never decreases along a journal (I6).
     */
    public static long epoch(final DirectBuffer buffer, final int offset) {
        return buffer.getLong(offset + EPOCH_OFFSET, ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * The record's stamp.
     *
     * @param buffer with the record.
     * @param offset of the record.
     * @return nanoseconds since 1970.
     */
    public static long timestamp(final DirectBuffer buffer, final int offset) {
        return buffer.getLong(offset + TIMESTAMP_OFFSET, ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * The batch's deadline.
     *
     * @param buffer with the record.
     * @param offset of the record.
     * @return nanoseconds of journal time, 0 for none.
     */
    public static long deadline(final DirectBuffer buffer, final int offset) {
        return buffer.getLong(offset + DEADLINE_OFFSET, ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * The record's type number.
     *
     * @param buffer with the record.
     * @param offset of the record.
     * @return see {@link RecordType#of(int)}.
     */
    public static int type(final DirectBuffer buffer, final int offset) {
        return buffer.getShort(offset + TYPE_OFFSET, ByteOrder.LITTLE_ENDIAN) & 0xFFFF;
    }

    /**
     * The batch's options.
     *
     * @param buffer with the record.
     * @param offset of the record.
     * @return bits of {@link BatchOptions}.
     */
    public static int options(final DirectBuffer buffer, final int offset) {
        return buffer.getShort(offset + OPTIONS_OFFSET, ByteOrder.LITTLE_ENDIAN) & 0xFFFF;
    }

    /**
     * The record's count.
     *
     * @param buffer with the record.
     * @param offset of the record.
     * @return commands of a batch, releases of a TICK, or timestamps of a USER record.
     */
    public static int count(final DirectBuffer buffer, final int offset) {
        return buffer.getInt(offset + COUNT_OFFSET, ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * Bytes of the body without padding.
     *
     * @param buffer with the record.
     * @param offset of the record.
     * @return 0 or more in a verified record.
     */
    public static int bodyLength(final DirectBuffer buffer, final int offset) {
        return (int) buffer.getLong(offset + BODY_LENGTH_OFFSET, ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * Writes the header but for checksum and chain, and zeroes the padding after the body; {@link #seal} completes it.
     *
     * @param buffer with room for the record; its body may be there already.
     * @param offset of the record.
     * @param seq its sequence number.
     * @param epoch its epoch.
     * @param timestamp nanoseconds since 1970.
     * @param type what it is.
     * @param count see the class description.
     * @param bodyLength bytes of the body.
     * @return the record's length.
     */
    public static int writeHeader(
            final MutableDirectBuffer buffer,
            final int offset,
            final long seq,
            final long epoch,
            final long timestamp,
            final RecordType type,
            final int count,
            final int bodyLength) {
        final int length = recordLength(bodyLength);
        buffer.putInt(offset + LENGTH_OFFSET, length, ByteOrder.LITTLE_ENDIAN);
        buffer.putInt(offset + CRC_OFFSET, 0, ByteOrder.LITTLE_ENDIAN);
        buffer.putLong(offset + CHAIN_OFFSET, 0, ByteOrder.LITTLE_ENDIAN);
        buffer.putLong(offset + SEQ_OFFSET, seq, ByteOrder.LITTLE_ENDIAN);
        buffer.putLong(offset + EPOCH_OFFSET, epoch, ByteOrder.LITTLE_ENDIAN);
        buffer.putLong(offset + TIMESTAMP_OFFSET, timestamp, ByteOrder.LITTLE_ENDIAN);
        buffer.putLong(offset + DEADLINE_OFFSET, 0, ByteOrder.LITTLE_ENDIAN);
        buffer.putShort(offset + TYPE_OFFSET, type.code(), ByteOrder.LITTLE_ENDIAN);
        buffer.putShort(offset + OPTIONS_OFFSET, (short) 0, ByteOrder.LITTLE_ENDIAN);
        buffer.putInt(offset + COUNT_OFFSET, count, ByteOrder.LITTLE_ENDIAN);
        buffer.putLong(offset + BODY_LENGTH_OFFSET, bodyLength, ByteOrder.LITTLE_ENDIAN);
        for (int i = HEADER_LENGTH + bodyLength; i < length; i++) {
            buffer.putByte(offset + i, (byte) 0);
        }
        return length;
    }

    /**
     * Adds a batch's options and deadline to a header that {@link #writeHeader} wrote.
     *
     * @param buffer with the record.
     * @param offset of the record.
     * @param options bits of {@link BatchOptions}.
     * @param deadline nanoseconds of journal time, 0 for none.
     */
    public static void batchOptions(
            final MutableDirectBuffer buffer, final int offset, final int options, final long deadline) {
        buffer.putShort(offset + OPTIONS_OFFSET, (short) options, ByteOrder.LITTLE_ENDIAN);
        buffer.putLong(offset + DEADLINE_OFFSET, deadline, ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * Writes checksum and chain: the record is complete.
     *
     * @param checksum a scratch of the caller's thread.
     * @param buffer with the record.
     * @param offset of the record.
     * @param previousChain chain value of the record before.
     * @return this record's chain value.
     */
    public static long seal(
            final CRC32C checksum, final MutableDirectBuffer buffer, final int offset, final long previousChain) {
        final int crc = computeCrc(checksum, buffer, offset, length(buffer, offset));
        final long chain = chain(previousChain, seq(buffer, offset), epoch(buffer, offset), crc);
        buffer.putInt(offset + CRC_OFFSET, crc, ByteOrder.LITTLE_ENDIAN);
        buffer.putLong(offset + CHAIN_OFFSET, chain, ByteOrder.LITTLE_ENDIAN);
        return chain;
    }

    /**
     * Whether a whole, undamaged record starts at the offset, judged without its predecessor: length within bounds, checksum
     * right, chain value consistent with a predecessor's if one is given.
     *
     * @param checksum a scratch of the caller's thread.
     * @param buffer with the record.
     * @param offset of the record.
     * @param available bytes from the offset on that may be read.
     * @return true if the checksum holds.
     */
    public static boolean isIntact(
            final CRC32C checksum, final DirectBuffer buffer, final int offset, final int available) {
        if (available < HEADER_LENGTH) {
            return false;
        }
        final int length = length(buffer, offset);
        return length >= HEADER_LENGTH
                && length <= available
                && (length & 7) == 0
                && recordLength(Math.max(0, bodyLength(buffer, offset))) == length
                && crc(buffer, offset) == computeCrc(checksum, buffer, offset, length);
    }

    /**
     * Whether the stored chain value continues the given one.
     *
     * @param buffer with an intact record.
     * @param offset of the record.
     * @param previousChain chain value of the record before.
     * @return true if it does.
     */
    public static boolean continuesChain(final DirectBuffer buffer, final int offset, final long previousChain) {
        return chain(buffer, offset)
                == chain(previousChain, seq(buffer, offset), epoch(buffer, offset), crc(buffer, offset));
    }

    /**
     * CRC-32C of the part of a record that it covers.
     *
     * @param checksum a scratch of the caller's thread; reset here.
     * @param buffer with the record.
     * @param offset of the record.
     * @param length of the record, verified to lie within the buffer.
     * @return the checksum.
     */
    public static int computeCrc(final CRC32C checksum, final DirectBuffer buffer, final int offset, final int length) {
        checksum.reset();
        final ByteBuffer byteBuffer = buffer.byteBuffer();
        final byte[] array = buffer.byteArray();
        if (byteBuffer != null) {
            final int start = buffer.wrapAdjustment() + offset;
            byteBuffer.limit(start + length).position(start + SEQ_OFFSET);
            checksum.update(byteBuffer);
            byteBuffer.clear();
        } else if (array != null) {
            checksum.update(array, buffer.wrapAdjustment() + offset + SEQ_OFFSET, length - SEQ_OFFSET);
        } else {
            throw new IllegalArgumentException("the buffer must wrap an array or a byte buffer");
        }
        return (int) checksum.getValue();
    }

    /**
     * The chain value of a record: three rounds of SplitMix64's finaliser over the value before, seq, epoch and checksum
     * (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, 2014). It tells journals apart that accidents or
     * failovers made differ; it is not a cryptographic hash.
     *
     * @param previousChain of the record before, {@link #genesisChain} for seq 1.
     * @param seq of this record.
     * @param epoch of this record.
     * @param crc of this record.
     * @return the chain value.
     */
    public static long chain(final long previousChain, final long seq, final long epoch, final int crc) {
        long h = mix(previousChain + MULTIPLIER_A);
        h = mix(h ^ (seq * MULTIPLIER_A));
        return mix(h ^ (epoch * MULTIPLIER_B) ^ (crc & 0xFFFF_FFFFL));
    }

    /**
     * The chain value before the first record of a cluster's journal.
     *
     * @param clusterIdHi high half of the cluster id.
     * @param clusterIdLo low half.
     * @return the value.
     */
    public static long genesisChain(final long clusterIdHi, final long clusterIdLo) {
        return mix(mix(clusterIdHi + MULTIPLIER_A) ^ clusterIdLo);
    }

    private static long mix(final long value) {
        long z = (value ^ (value >>> 30)) * MULTIPLIER_B;
        z = (z ^ (z >>> 27)) * MULTIPLIER_C;
        return z ^ (z >>> 31);
    }
}
