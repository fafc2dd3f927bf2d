// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.snapshot;

import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.PartitaException;
import java.io.IOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.agrona.BufferUtil;

/**
 * A snapshot file as memory that can only be read; its pages are the kernel's to evict. The file may be renamed or deleted
 * meanwhile. Closed by whoever reads it; one thread.
 */
final class MappedFile implements AutoCloseable {
    /** Bytes from one mapping to the next: fewer than one can have, by more than a block. */
    private static final long WINDOW_LENGTH = 1L << 30;

    private final Path file;
    private final FileChannel channel;
    private final long fileLength;
    private final List<MappedByteBuffer> windows = new ArrayList<>();

    /**
     * Maps nothing yet.
     *
     * @param channel of the file, open as long as something new of it is asked for.
     */
    MappedFile(final Path file, final FileChannel channel, final long fileLength) {
        this.file = file;
        this.channel = channel;
        this.fileLength = fileLength;
    }

    /**
     * Where the bytes from an offset on are, up to those of a block.
     *
     * @throws PartitaException STORAGE_FAILED if they cannot be mapped.
     */
    long address(final long offset) {
        final int window = (int) (offset / WINDOW_LENGTH);
        while (windows.size() <= window) {
            map(windows.size() * WINDOW_LENGTH);
        }
        return BufferUtil.address(windows.get(window)) + offset % WINDOW_LENGTH;
    }

    /** A block that begins in a window ends in it, too. */
    private void map(final long offset) {
        final long length = Math.min(fileLength - offset, WINDOW_LENGTH + SnapshotDescriptor.BLOCK_LENGTH);
        try {
            windows.add(channel.map(FileChannel.MapMode.READ_ONLY, offset, length));
        } catch (final IOException e) {
            throw new PartitaException(
                    ErrorCode.STORAGE_FAILED,
                    "a snapshot cannot be mapped: file=" + file + " (" + e + ")",
                    "check the disk, the permissions, and how many mappings a process may have",
                    e);
        }
    }

    /** Nobody reads it any more. A second call does nothing. */
    @Override
    public void close() {
        windows.forEach(BufferUtil::free);
        windows.clear();
    }
}
