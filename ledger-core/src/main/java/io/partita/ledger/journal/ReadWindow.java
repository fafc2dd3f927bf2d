// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.journal;

import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.PartitaException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;

/** A copy of a part of a segment at rest, by plain reads: a bad disk gives an exception here, where a mapping would kill. */
final class ReadWindow implements SegmentWindow {
    private static final int WINDOW_LENGTH = 2 * SegmentDescriptor.EXCERPT_LENGTH_MAX;
    private static final int PAGE = 4096;

    private final Path file;
    /** Bits of the file, counted from its start, that are read the other way round. */
    private final long[] flips;

    private final FileChannel channel;
    private final long length;
    private final ByteBuffer bytes;
    private final UnsafeBuffer buffer;
    private long base;
    private long limit;

    ReadWindow(final Path file) {
        this(file, new long[0]);
    }

    ReadWindow(final Path file, final long[] flips) {
        this.file = file;
        this.flips = flips;
        try {
            channel = FileChannel.open(file, StandardOpenOption.READ);
            length = channel.size();
        } catch (final IOException e) {
            throw failed(e);
        }
        bytes = ByteBuffer.allocateDirect((int) Math.min(WINDOW_LENGTH, length + PAGE));
        buffer = new UnsafeBuffer(bytes);
    }

    @Override
    public boolean ensure(final long position, final int count) {
        if (position >= base && position + count <= limit) {
            return true;
        }
        if (position + count > length) {
            return false;
        }
        base = position & -PAGE;
        limit = base;
        bytes.clear();
        try {
            while (bytes.hasRemaining()) {
                final int read = channel.read(bytes, limit);
                if (read <= 0) {
                    break;
                }
                limit += read;
            }
        } catch (final IOException e) {
            throw failed(e);
        } finally {
            bytes.clear();
        }
        for (final long bit : flips) {
            final long at = bit / Byte.SIZE;
            if (at >= base && at < limit) {
                buffer.putByte(index(at), (byte) (buffer.getByte(index(at)) ^ 1 << bit % Byte.SIZE));
            }
        }
        return position + count <= limit;
    }

    @Override
    public UnsafeBuffer buffer() {
        return buffer;
    }

    @Override
    public int index(final long position) {
        return (int) (position - base);
    }

    @Override
    public long fileLength() {
        return length;
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (final IOException e) {
            throw failed(e);
        } finally {
            BufferUtil.free(bytes);
        }
    }

    private PartitaException failed(final IOException e) {
        return new PartitaException(
                ErrorCode.STORAGE_FAILED,
                "a journal segment cannot be read: file=" + file + " (" + e + ")",
                "check the disk and the permissions",
                e);
    }
}
