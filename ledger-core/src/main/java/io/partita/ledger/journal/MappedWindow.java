// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.journal;

import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.PartitaException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A read-only mapping of a part of a live segment. It never reaches beyond the file's length at that moment, since touching
 * such a page kills a process; the writer never shortens a file to less than the header word behind its last excerpt.
 */
final class MappedWindow implements SegmentWindow {
    private static final int WINDOW_LENGTH = 16 * 1024 * 1024;
    private static final int PAGE = 4096;
    private static final ByteBuffer EMPTY = ByteBuffer.allocateDirect(0);

    private final Path file;
    private final FileChannel channel;
    private final UnsafeBuffer buffer = new UnsafeBuffer(EMPTY);
    private @Nullable MappedByteBuffer mapping;
    private long base;
    private long limit;

    MappedWindow(final Path file) {
        this.file = file;
        try {
            channel = FileChannel.open(file, StandardOpenOption.READ);
        } catch (final IOException e) {
            throw failed(e);
        }
    }

    @Override
    public boolean ensure(final long position, final int length) {
        return position >= base && position + length <= limit || move(position, length);
    }

    private boolean move(final long position, final int length) {
        final long size = fileLength();
        if (position + length > size) {
            return false;
        }
        unmap();
        base = position & -PAGE;
        final long mapped = Math.min(WINDOW_LENGTH, size - base);
        try {
            final MappedByteBuffer next = channel.map(FileChannel.MapMode.READ_ONLY, base, mapped);
            mapping = next;
            buffer.wrap(next);
        } catch (final IOException e) {
            throw failed(e);
        }
        limit = base + mapped;
        return position + length <= limit;
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
        try {
            return channel.size();
        } catch (final IOException e) {
            throw failed(e);
        }
    }

    @Override
    public void close() {
        unmap();
        try {
            channel.close();
        } catch (final IOException e) {
            throw failed(e);
        }
    }

    private void unmap() {
        if (mapping != null) {
            buffer.wrap(EMPTY);
            BufferUtil.free(mapping);
            mapping = null;
            base = 0;
            limit = 0;
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
