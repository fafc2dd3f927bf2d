// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.snapshot;

import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.PartitaException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.agrona.MutableDirectBuffer;
import org.jspecify.annotations.Nullable;

/** Reads a snapshot as one run of bytes, see {@link SnapshotContents}. Verifies nothing: whoever loads it does. One thread. */
public final class SnapshotSource implements AutoCloseable {
    private final Path folder;
    private final SnapshotContents contents;
    private final ByteBuffer head;
    private @Nullable FileChannel channel;
    private @Nullable String open;

    /**
     * Opens no file yet.
     *
     * @param folder of snapshots.
     * @param contents of the snapshot.
     */
    public SnapshotSource(final Path folder, final SnapshotContents contents) {
        this.folder = folder;
        this.contents = contents;
        head = contents.encode();
    }

    /**
     * Reads a piece.
     *
     * @param position of the piece, less than {@link SnapshotContents#length()}.
     * @param target where to.
     * @param offset in the target.
     * @param lengthMax bytes at most.
     * @return bytes read, at least 1; -1 if a file is gone, or shorter than it was.
     * @throws PartitaException STORAGE_FAILED if it cannot be read.
     */
    public int read(final long position, final MutableDirectBuffer target, final int offset, final int lengthMax) {
        if (position < head.limit()) {
            final int length = (int) Math.min(lengthMax, head.limit() - position);
            target.putBytes(offset, head, (int) position, length);
            return length;
        }
        long at = position - head.limit();
        for (final SnapshotContents.File file : contents.files()) {
            if (at < file.length()) {
                return read(file, at, target, offset, (int) Math.min(lengthMax, file.length() - at));
            }
            at -= file.length();
        }
        return -1;
    }

    private int read(
            final SnapshotContents.File file,
            final long at,
            final MutableDirectBuffer target,
            final int offset,
            final int length) {
        try {
            final ByteBuffer piece = ByteBuffer.allocate(length);
            final int read = channel(file).read(piece, at);
            if (read <= 0) {
                return -1;
            }
            target.putBytes(offset, piece.array(), 0, read);
            return read;
        } catch (final NoSuchFileException e) {
            return -1;
        } catch (final IOException e) {
            throw new PartitaException(
                    ErrorCode.STORAGE_FAILED,
                    "a snapshot cannot be read: file=" + folder.resolve(file.name()) + " (" + e + ")",
                    "check the disk and the permissions",
                    e);
        }
    }

    private FileChannel channel(final SnapshotContents.File file) throws IOException {
        final FileChannel current = channel;
        if (current != null && file.name().equals(open)) {
            return current;
        }
        close();
        final FileChannel next = FileChannel.open(folder.resolve(file.name()), StandardOpenOption.READ);
        channel = next;
        open = file.name();
        return next;
    }

    /** Lets go of the file. */
    @Override
    public void close() {
        final FileChannel current = channel;
        channel = null;
        if (current != null) {
            try {
                current.close();
            } catch (final IOException ignored) {
                assert !current.isOpen(); // it was only read
            }
        }
    }
}
