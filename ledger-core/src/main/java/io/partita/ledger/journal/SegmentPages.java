// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.journal;

import io.partita.ledger.model.DiskFull;
import io.partita.ledger.model.Limits;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicLong;
import org.agrona.BufferUtil;
import org.jspecify.annotations.Nullable;

/**
 * The pages of a segment's file: written with zeros a little ahead of the appender, forced behind it.
 *
 * <p>Zeros are written by {@code write}, because (a) a full disk is an exception there, where a store into a hole of a mapped file
 * kills or is dropped (R38), and (b) a store to a page that exists costs a fraction of one that does not. The file's length is further ahead,
 * as Chronicle has it: who maps the file, to read or to force, need not map it anew with each step.
 *
 * <p>A force is {@code msync} of the range that was appended since the last one, through a mapping that serves for nothing
 * else. {@code FileChannel.force} writes all that is dirty of the file: with each force also the first page, which Chronicle's appender changes
 * each time, and the zeros ahead, which the appender then has to wait for, since a page is locked while it is handed to the disk.
 */
final class SegmentPages {
    /** Written ahead: at least so many bytes more than are needed, unless the disk is full. */
    static final int STEP = 256 * 1024;
    /**
     * Bytes of one write. Linux makes one folio of what one write brings into the page cache, up to 2 MiB. A small one costs
     * Chronicle's appender more faults; a large one makes each force write more, since a store through a mapping makes a folio dirty as a
     * whole. With that appender appending takes 1.28, 1.06 and 0.97 times as long with 16, 64 and 256 KiB; a force of one transfer takes 1.3, 1.3 and
     * 1.7 times as long as that of its bytes alone.
     */
    static final int PIECE = 64 * 1024;

    private static final long WINDOW_LENGTH = 64L * 1024 * 1024;
    private static final int PAGE = 4096;

    private final Path file;
    private final ByteBuffer zeros = ByteBuffer.allocateDirect(PIECE);
    private FileChannel channel; // the owner's, as the next two
    private long written;
    private long length;
    private final AtomicLong end; // the owner's, read by who forces
    /** One for all forces, since what the kernel could not write it tells each that was open then, and each once. */
    private final FileChannel forcing; // this and the rest under the barrier's lock

    private long forced;
    private @Nullable MappedByteBuffer window;
    private long windowStart;
    private long windowEnd;
    private boolean closed;

    /**
     * Of a file that will be durable, as far as it goes, before the first {@link #force}.
     *
     * @param end of what it holds.
     * @param written end of the zeros behind that.
     */
    SegmentPages(final Path file, final long end, final long written) throws IOException {
        this.file = file;
        this.end = new AtomicLong(end);
        this.written = written;
        forced = end;
        channel = open();
        try {
            forcing = open();
            length = channel.size();
        } catch (final IOException e) {
            channel.close();
            throw e;
        }
    }

    private FileChannel open() throws IOException {
        return FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    /** Owner thread: whether the pages exist up to a position. */
    boolean exist(final long needed) {
        return needed <= written;
    }

    /** Owner thread: has the pages exist up to a position. */
    void ensure(final long needed) throws IOException {
        if (needed <= written) {
            return;
        }
        try {
            lengthen(needed + STEP + PIECE);
            while (written < needed + STEP) {
                // Up to a whole piece: a page in two pieces would be waited for if a force has just locked it.
                written += writeSome(zeros.clear().limit((int) (PIECE - written % PIECE)), written);
            }
        } catch (final IOException e) {
            if (needed > written || !DiskFull.isCauseOf(e, file)) {
                throw e;
            }
        }
    }

    /** By blocks, and without taking space. Nobody else makes it longer meanwhile: Chronicle's appender does, on the same thread. */
    private void lengthen(final long needed) throws IOException {
        if (needed <= length) {
            return;
        }
        length = needed + Limits.JOURNAL_BLOCK_LENGTH - 1 & -Limits.JOURNAL_BLOCK_LENGTH;
        try (RandomAccessFile lengthened = new RandomAccessFile(file.toFile(), "rw")) {
            if (lengthened.length() < length) {
                lengthened.setLength(length);
            }
        }
    }

    /** Owner thread: writes bytes, all of them, into pages that exist. */
    void write(final ByteBuffer bytes, final long position) throws IOException {
        long at = position;
        while (bytes.hasRemaining()) {
            at += writeSome(bytes, at);
        }
    }

    /** An interrupt of the owner's thread closes the channel, and what was written is not known then: again, through another one. */
    private int writeSome(final ByteBuffer bytes, final long position) throws IOException {
        final int start = bytes.position();
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return channel.write(bytes, position);
                } catch (final ClosedByInterruptException e) {
                    interrupted |= Thread.interrupted();
                    bytes.position(start);
                    channel = open();
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Owner thread: all up to here is in the page cache and not changed any more. What is changed later a force will not see. */
    void appended(final long position) {
        end.setRelease(position);
    }

    /** Under the barrier's lock: makes durable what was appended. */
    void force() throws IOException {
        final long target = end.getAcquire();
        while (forced < target) {
            final MappedByteBuffer mapped = windowAtForced();
            final long until = Math.min(target, windowEnd);
            mapped.force((int) (forced - windowStart), (int) (until - forced));
            forced = until;
        }
    }

    /** Never beyond the end of the file, which a mapping for writing would make longer. */
    private MappedByteBuffer windowAtForced() throws IOException {
        final MappedByteBuffer before = window;
        if (before != null && forced < windowEnd) {
            return before;
        }
        release();
        windowStart = forced & -PAGE;
        windowEnd = Math.min(windowStart + WINDOW_LENGTH, forcing.size());
        if (windowEnd <= forced) {
            throw new IOException(
                    "the file is shorter than what was appended: length=" + windowEnd + ", end=" + end.get());
        }
        final MappedByteBuffer next = forcing.map(FileChannel.MapMode.READ_WRITE, windowStart, windowEnd - windowStart);
        window = next;
        return next;
    }

    private void release() {
        if (window != null) {
            BufferUtil.free(window);
            window = null;
        }
    }

    /** For tests: up to where it is durable. */
    long forced() {
        return forced;
    }

    /** For tests. */
    Path file() {
        return file;
    }

    /** Under the barrier's lock, or never handed to it: lets go of everything. */
    void close() throws IOException {
        if (!closed) {
            closed = true;
            release();
            BufferUtil.free(zeros);
            forcing.close();
            channel.close();
        }
    }
}
