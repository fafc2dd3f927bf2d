// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.observe;

import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.Id128;
import io.partita.ledger.model.PartitaException;
import java.nio.ByteOrder;
import java.nio.file.Path;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * The header of the files {@code counters} and {@code incidents}. Little endian.
 *
 * <pre>
 *   0                8        12       16               24               32
 *  +----------------+--------+--------+----------------+----------------+
 *  | magic          | version| kind   | cluster id, lo | cluster id, hi |
 *  +----------------+--------+--------+----------------+----------------+
 *  | process id     | started, ms     | length, first  | length, second |
 *  +----------------+-----------------+----------------+----------------+
 * 32               40                48               56               64
 *  | first section, from byte 64; then the second
 * </pre>
 *
 * <p>{@code counters} has Agrona's counter metadata and counter values, {@code incidents} one section, Agrona's distinct error
 * log. The magic is written last: a file without it is not complete.
 */
final class ObserveFileDescriptor {
    static final int COUNTERS = 1;
    static final int INCIDENTS = 2;
    static final int HEADER_LENGTH = 64;

    private static final long MAGIC = 0x4153_4f42_5f54_5250L;
    private static final int VERSION = 1;
    private static final int VERSION_OFFSET = 8;
    private static final int KIND_OFFSET = 12;
    private static final int CLUSTER_LO_OFFSET = 16;
    private static final int CLUSTER_HI_OFFSET = 24;
    private static final int PID_OFFSET = 32;
    private static final int STARTED_OFFSET = 40;
    private static final int FIRST_LENGTH_OFFSET = 48;
    private static final int SECOND_LENGTH_OFFSET = 56;

    private ObserveFileDescriptor() {}

    static void write(
            final MutableDirectBuffer buffer,
            final int kind,
            final Id128 clusterId,
            final long startedMs,
            final int firstLength,
            final int secondLength) {
        buffer.putInt(VERSION_OFFSET, VERSION, ByteOrder.LITTLE_ENDIAN);
        buffer.putInt(KIND_OFFSET, kind, ByteOrder.LITTLE_ENDIAN);
        buffer.putLong(CLUSTER_LO_OFFSET, clusterId.lo(), ByteOrder.LITTLE_ENDIAN);
        buffer.putLong(CLUSTER_HI_OFFSET, clusterId.hi(), ByteOrder.LITTLE_ENDIAN);
        buffer.putLong(PID_OFFSET, ProcessHandle.current().pid(), ByteOrder.LITTLE_ENDIAN);
        buffer.putLong(STARTED_OFFSET, startedMs, ByteOrder.LITTLE_ENDIAN);
        buffer.putLong(FIRST_LENGTH_OFFSET, firstLength, ByteOrder.LITTLE_ENDIAN);
        buffer.putLong(SECOND_LENGTH_OFFSET, secondLength, ByteOrder.LITTLE_ENDIAN);
        java.lang.invoke.VarHandle.releaseFence();
        buffer.putLong(0, MAGIC, ByteOrder.LITTLE_ENDIAN);
    }

    static void check(final DirectBuffer buffer, final int kind, final Path file) {
        if (buffer.capacity() < HEADER_LENGTH || buffer.getLong(0, ByteOrder.LITTLE_ENDIAN) != MAGIC) {
            throw new PartitaException(
                    ErrorCode.UNKNOWN_FORMAT,
                    "not a file of Partita, or not complete: file=" + file,
                    "name the data folder of a node that was started at least once");
        }
        final int version = buffer.getInt(VERSION_OFFSET, ByteOrder.LITTLE_ENDIAN);
        final int actualKind = buffer.getInt(KIND_OFFSET, ByteOrder.LITTLE_ENDIAN);
        final long end = HEADER_LENGTH + (long) firstLength(buffer) + secondLength(buffer);
        if (version != VERSION || actualKind != kind || firstLength(buffer) < 0 || end > buffer.capacity()) {
            throw new PartitaException(
                    ErrorCode.UNKNOWN_FORMAT,
                    "expected version=" + VERSION + " kind=" + kind + ", actual version=" + version + " kind="
                            + actualKind + " file=" + file,
                    "read the file with the release that wrote it");
        }
    }

    static Id128 clusterId(final DirectBuffer buffer) {
        return new Id128(
                buffer.getLong(CLUSTER_HI_OFFSET, ByteOrder.LITTLE_ENDIAN),
                buffer.getLong(CLUSTER_LO_OFFSET, ByteOrder.LITTLE_ENDIAN));
    }

    static long processId(final DirectBuffer buffer) {
        return buffer.getLong(PID_OFFSET, ByteOrder.LITTLE_ENDIAN);
    }

    static long startedMs(final DirectBuffer buffer) {
        return buffer.getLong(STARTED_OFFSET, ByteOrder.LITTLE_ENDIAN);
    }

    static int firstLength(final DirectBuffer buffer) {
        return (int) buffer.getLong(FIRST_LENGTH_OFFSET, ByteOrder.LITTLE_ENDIAN);
    }

    static int secondLength(final DirectBuffer buffer) {
        return (int) buffer.getLong(SECOND_LENGTH_OFFSET, ByteOrder.LITTLE_ENDIAN);
    }
}
