// SPDX-License-Identifier: Apache-2.0
package io.partita.benchmarks.micro;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.agrona.IoUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * What journaling into mapped memory costs at least: a plain copy of the same records into a file that was written before, so
 * that its pages are in the page cache, and that is mapped anew, as a journal maps what it has not used yet.
 */
final class MappedCopy implements AutoCloseable {
    private static final int BLOCK_LENGTH = 1 << 20;
    private static final int READ_LENGTH = 16 * 1024;

    private final FileChannel channel;
    private final long length;

    MappedCopy(final Path folder, final long length) {
        this.length = length;
        try {
            channel = FileChannel.open(
                    folder.resolve("mapped-copy"),
                    StandardOpenOption.CREATE_NEW,
                    StandardOpenOption.READ,
                    StandardOpenOption.WRITE);
            final ByteBuffer block = ByteBuffer.allocateDirect(BLOCK_LENGTH);
            for (long at = 0; at < length; at += BLOCK_LENGTH) {
                channel.write(block.clear(), at);
            }
        } catch (final IOException error) {
            throw new UncheckedIOException(error);
        }
    }

    /** Nanoseconds of processor time per command, over that many records, one after the other. */
    double measure(final RecordRing ring, final int records) {
        final MappedByteBuffer mapping = map(FileChannel.MapMode.READ_WRITE);
        final UnsafeBuffer source = ring.buffer();
        final UnsafeBuffer target = new UnsafeBuffer(mapping);
        final int recordLength = ring.recordLength();
        int at = 0;
        final long startNs = Beside.ownCpuNs();
        for (int i = 0; i < records; i++) {
            target.putBytes(at, source, ring.offset(i), recordLength);
            at += recordLength;
        }
        final long elapsedNs = Beside.ownCpuNs() - startNs;
        IoUtil.unmap(mapping);
        return (double) elapsedNs / ((long) records * RecordRing.COMMANDS);
    }

    /** Nanoseconds of processor time per command, for a copy of the whole file into a buffer that stays in the cache. */
    double measureRead(final int commands) {
        final MappedByteBuffer mapping = map(FileChannel.MapMode.READ_ONLY);
        final UnsafeBuffer source = new UnsafeBuffer(mapping);
        final UnsafeBuffer target = new UnsafeBuffer(new byte[READ_LENGTH]);
        final long startNs = Beside.ownCpuNs();
        for (int at = 0; at < length; at += READ_LENGTH) {
            target.putBytes(0, source, at, (int) Math.min(READ_LENGTH, length - at));
        }
        final long elapsedNs = Beside.ownCpuNs() - startNs;
        IoUtil.unmap(mapping);
        return (double) elapsedNs / commands;
    }

    private MappedByteBuffer map(final FileChannel.MapMode mode) {
        try {
            return channel.map(mode, 0, length);
        } catch (final IOException error) {
            throw new UncheckedIOException(error);
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (final IOException error) {
            throw new UncheckedIOException(error);
        }
    }
}
