// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.transport.ipc;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import io.partita.ledger.model.Id128;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.agrona.IoUtil;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.ringbuffer.OneToOneRingBuffer;
import org.agrona.concurrent.ringbuffer.RingBufferDescriptor;

/**
 * The mapped file of a link. The accepting side makes it, the connecting side deletes its name once both have mapped it.
 *
 * <pre>
 *   0        4        8                16               24                 128             256
 *  +--------+--------+----------------+----------------+----------------+-+--------------+-+--------------+-+
 *  | magic  | format | cluster id low | cluster id high| ring capacity  | | acceptor     | | connector    | |
 *  |        |        |                |                |                | | is parked    | | is parked    | |
 *  +--------+--------+----------------+----------------+----------------+-+--------------+-+--------------+-+
 *  | 4096: ring, acceptor to connector, with its trailer                                                    |
 *  | 4096-aligned: ring, connector to acceptor, with its trailer                                            |
 *  +--------------------------------------------------------------------------------------------------------+
 * </pre>
 */
final class LinkFile implements AutoCloseable {
    private static final int MAGIC = 0x4B4E4C50; // "PLNK" as bytes
    private static final int FORMAT = 1;
    private static final int RING_CAPACITY_OFFSET = 24;
    private static final int ACCEPTOR_PARKED_OFFSET = 128;
    private static final int CONNECTOR_PARKED_OFFSET = 256;
    private static final int PAGE = 4096;

    private final MappedByteBuffer mapped;
    private final UnsafeBuffer buffer;
    private final boolean isAcceptor;
    private final OneToOneRingBuffer inbound;
    private final OneToOneRingBuffer outbound;
    private boolean closed;

    private LinkFile(final MappedByteBuffer mapped, final int ringCapacity, final boolean isAcceptor) {
        this.mapped = mapped;
        this.buffer = new UnsafeBuffer(mapped);
        this.isAcceptor = isAcceptor;
        final OneToOneRingBuffer toConnector =
                new OneToOneRingBuffer(new UnsafeBuffer(mapped, PAGE, ringLength(ringCapacity)));
        final OneToOneRingBuffer toAcceptor = new OneToOneRingBuffer(
                new UnsafeBuffer(mapped, PAGE + pages(ringLength(ringCapacity)), ringLength(ringCapacity)));
        this.inbound = isAcceptor ? toAcceptor : toConnector;
        this.outbound = isAcceptor ? toConnector : toAcceptor;
    }

    static LinkFile create(final Path file, final Id128 clusterId, final int ringCapacity) throws IOException {
        final int length = fileLength(ringCapacity);
        try (FileChannel channel = FileChannel.open(
                file,
                Set.of(CREATE_NEW, READ, WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
            // Written, not only sized: a hole would have to find its space when a store hits it, and kill us if there
            // is none.
            final ByteBuffer zeroes = ByteBuffer.allocate(length);
            while (zeroes.hasRemaining()) {
                channel.write(zeroes);
            }
            final MappedByteBuffer mapped = channel.map(FileChannel.MapMode.READ_WRITE, 0, length);
            mapped.order(ByteOrder.LITTLE_ENDIAN);
            mapped.putInt(0, MAGIC);
            mapped.putInt(4, FORMAT);
            mapped.putLong(8, clusterId.lo());
            mapped.putLong(16, clusterId.hi());
            mapped.putInt(RING_CAPACITY_OFFSET, ringCapacity);
            return new LinkFile(mapped, ringCapacity, true);
        }
    }

    static LinkFile open(final Path file, final Id128 clusterId) throws IOException {
        try (FileChannel channel = FileChannel.open(file, READ, WRITE)) {
            if (channel.size() < PAGE) {
                throw new IOException("link file is too short: file=" + file);
            }
            final MappedByteBuffer mapped = channel.map(FileChannel.MapMode.READ_WRITE, 0, channel.size());
            mapped.order(ByteOrder.LITTLE_ENDIAN);
            final int ringCapacity = mapped.getInt(RING_CAPACITY_OFFSET);
            final Id128 actual = new Id128(mapped.getLong(16), mapped.getLong(8));
            if (mapped.getInt(0) != MAGIC
                    || mapped.getInt(4) != FORMAT
                    || !actual.equals(clusterId)
                    || Integer.bitCount(ringCapacity) != 1
                    || ringCapacity > 1 << 28
                    || channel.size() != fileLength(ringCapacity)) {
                IoUtil.unmap(mapped);
                throw new IOException("file is no link file of this cluster and release: file=" + file);
            }
            return new LinkFile(mapped, ringCapacity, false);
        }
    }

    OneToOneRingBuffer inbound() {
        return inbound;
    }

    OneToOneRingBuffer outbound() {
        return outbound;
    }

    /** Says that this side is about to park, so that the other rings the doorbell. */
    void announcePark() {
        buffer.putIntVolatile(isAcceptor ? ACCEPTOR_PARKED_OFFSET : CONNECTOR_PARKED_OFFSET, 1);
    }

    /** Says that this side is awake. */
    void announceAwake() {
        final int offset = isAcceptor ? ACCEPTOR_PARKED_OFFSET : CONNECTOR_PARKED_OFFSET;
        if (buffer.getInt(offset) != 0) {
            buffer.putIntVolatile(offset, 0);
        }
    }

    /** Whether the other side is parked and nobody has rung yet; says so once. */
    boolean takePeerParked() {
        final int offset = isAcceptor ? CONNECTOR_PARKED_OFFSET : ACCEPTOR_PARKED_OFFSET;
        return buffer.getIntVolatile(offset) != 0 && buffer.getAndSetInt(offset, 0) != 0;
    }

    /** Unmaps; nothing may touch the rings afterwards. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            IoUtil.unmap(mapped);
        }
    }

    private static int ringLength(final int capacity) {
        return capacity + RingBufferDescriptor.TRAILER_LENGTH;
    }

    private static int pages(final int length) {
        return (length + PAGE - 1) & -PAGE;
    }

    private static int fileLength(final int ringCapacity) {
        return PAGE + 2 * pages(ringLength(ringCapacity));
    }
}
