// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.snapshot;

import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.Id128;
import io.partita.ledger.model.PartitaException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.agrona.DirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Receives a snapshot of another node beside those that are there, in {@code snapshots/incoming}: {@code name} says which it is,
 * {@code contents} holds {@link SnapshotContents}, and its files have their own names. What was received survives the process, so
 * a new one goes on where that stopped. It counts for nothing before {@link #adopt}.
 *
 * <p>Any thread, one at a time.
 */
public final class SnapshotInbox implements AutoCloseable {
    private static final String NAME = "name";
    private static final String CONTENTS = "contents";

    private final SnapshotStore store;
    private final Id128 clusterId;
    private final Path folder;
    private @Nullable SnapshotContents contents;
    private @Nullable FileChannel channel;
    /** Which file is written: -1 for the contents. */
    private int file;

    private long fileLength;

    /**
     * For one folder of snapshots; touches nothing yet.
     *
     * @param store of the snapshots that are there.
     * @param clusterId whose they are.
     */
    public SnapshotInbox(final SnapshotStore store, final Id128 clusterId) {
        this.store = store;
        this.clusterId = clusterId;
        folder = store.folder().resolve("incoming");
    }

    /**
     * Begins, or goes on. What was received of another one is dropped.
     *
     * @param name of the snapshot: two of the same name have the same bytes.
     * @return how many bytes are there already.
     * @throws PartitaException STORAGE_FAILED if it cannot be written.
     */
    public long begin(final String name) {
        close();
        try {
            if (!Files.isRegularFile(folder.resolve(NAME))
                    || !name.equals(Files.readString(folder.resolve(NAME), StandardCharsets.UTF_8))) {
                drop();
                SnapshotStore.makeFolder(store.folder());
                SnapshotStore.makeFolder(folder);
                Files.writeString(folder.resolve(NAME), name, StandardCharsets.UTF_8);
            }
            return resume();
        } catch (final PartitaException e) {
            clear(); // Not what was written: from its beginning again.
            return begin(name);
        } catch (final IOException e) {
            throw failed("a snapshot cannot be received", e);
        }
    }

    /** Finds out how much is there, and opens what comes next. */
    private long resume() throws IOException {
        contents = readContents();
        final SnapshotContents known = contents;
        if (known == null) {
            // The little that there may be of it is received again.
            Files.deleteIfExists(folder.resolve(CONTENTS));
            open(-1);
            return 0;
        }
        long there = known.encodedLength();
        for (int i = 0; i < known.files().size(); i++) {
            final SnapshotContents.File next = known.files().get(i);
            final long length = length(next);
            if (length > next.length()) {
                throw new PartitaException(
                        ErrorCode.DAMAGED,
                        "a received file is longer than it can be: file=" + next.name(),
                        "have it sent once more");
            }
            there += length;
            if (length < next.length()) {
                open(i);
                return there;
            }
        }
        file = known.files().size();
        return there;
    }

    private long length(final SnapshotContents.File of) throws IOException {
        final Path path = folder.resolve(of.name());
        return Files.exists(path) ? Files.size(path) : 0;
    }

    /** Null if they are not there as a whole. */
    private @Nullable SnapshotContents readContents() throws IOException {
        final Path path = folder.resolve(CONTENTS);
        if (!Files.exists(path)) {
            return null;
        }
        final ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(path));
        if (bytes.limit() < SnapshotContents.LENGTH_KNOWN || bytes.limit() < SnapshotContents.length(bytes)) {
            return null;
        }
        return SnapshotContents.decode(bytes);
    }

    private void open(final int index) throws IOException {
        final SnapshotContents known = contents;
        file = index;
        final Path path = folder.resolve(
                known == null ? CONTENTS : known.files().get(index).name());
        final FileChannel next =
                FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
        channel = next;
        fileLength = next.size();
    }

    /**
     * Adds bytes behind those that are there.
     *
     * @param piece with the bytes.
     * @param offset of the bytes.
     * @param length of the bytes.
     * @throws PartitaException DAMAGED or UNKNOWN_FORMAT if they are no snapshot, STORAGE_FAILED if they cannot be written.
     */
    public void write(final DirectBuffer piece, final int offset, final int length) {
        final byte[] bytes = new byte[length];
        piece.getBytes(offset, bytes);
        final ByteBuffer from = ByteBuffer.wrap(bytes);
        try {
            while (from.hasRemaining()) {
                writeSome(from);
            }
        } catch (final IOException e) {
            throw failed("a snapshot cannot be received", e);
        }
    }

    private void writeSome(final ByteBuffer from) throws IOException {
        final FileChannel to = channel;
        if (to == null) {
            throw new PartitaException(
                    ErrorCode.DAMAGED,
                    "a snapshot is longer than its contents say: folder=" + folder,
                    "have it sent once more");
        }
        final int take = (int) Math.min(from.remaining(), wanted());
        final ByteBuffer part = from.slice(from.position(), take);
        while (part.hasRemaining()) {
            to.write(part);
        }
        from.position(from.position() + take);
        fileLength += take;
        final SnapshotContents known = contents;
        if (known != null && fileLength == known.files().get(file).length()) {
            next(file + 1);
        } else if (known == null) {
            contents = readContents();
            if (contents != null) {
                next(0);
            }
        }
    }

    /** Bytes that still belong into the file that is written. */
    private long wanted() throws IOException {
        final SnapshotContents known = contents;
        if (known != null) {
            return known.files().get(file).length() - fileLength;
        }
        if (fileLength < SnapshotContents.LENGTH_KNOWN) {
            return SnapshotContents.LENGTH_KNOWN - fileLength;
        }
        return SnapshotContents.length(ByteBuffer.wrap(Files.readAllBytes(folder.resolve(CONTENTS)))) - fileLength;
    }

    private void next(final int index) throws IOException {
        close();
        final SnapshotContents known = contents;
        if (known != null && index < known.files().size()) {
            open(index);
        }
    }

    /**
     * What was received, forced.
     *
     * @param length of the whole run of bytes.
     * @param crc that stands for it.
     * @return where it can be verified and loaded from.
     * @throws PartitaException DAMAGED if it is another one, or not whole; STORAGE_FAILED if it cannot be forced.
     */
    public SnapshotStore received(final long length, final int crc) {
        close();
        try {
            final SnapshotContents known = readContents();
            if (known == null || known.length() != length || known.crc() != crc) {
                throw new PartitaException(
                        ErrorCode.DAMAGED,
                        "the contents of a snapshot are not those of its name: folder=" + folder + ", length=" + length
                                + ", crc=" + crc,
                        "have it sent once more");
            }
            for (final SnapshotContents.File of : known.files()) {
                if (length(of) != of.length()) {
                    throw new PartitaException(
                            ErrorCode.DAMAGED,
                            "a file of a snapshot was not received as a whole: file=" + of.name(),
                            "have it sent once more");
                }
                force(folder.resolve(of.name()), StandardOpenOption.WRITE);
            }
            force(folder.resolve(CONTENTS), StandardOpenOption.WRITE);
            force(folder, StandardOpenOption.READ);
            force(store.folder(), StandardOpenOption.READ);
            return new SnapshotStore(folder, clusterId);
        } catch (final IOException e) {
            throw failed("a snapshot cannot be received", e);
        }
    }

    private static void force(final Path path, final StandardOpenOption option) throws IOException {
        try (FileChannel of = FileChannel.open(path, option)) {
            of.force(true);
        }
    }

    /**
     * Whether what was received is, as a whole, the state that a journal goes on from. Then the journal was switched to it, and {@link
     * #adopt} may not have come to its end.
     *
     * @param seq of the last record that the journal does not have; 0 if it begins at the beginning.
     * @param chain value at that record.
     * @return true if so.
     */
    public boolean holds(final long seq, final long chain) {
        try {
            final SnapshotContents known = seq == 0 ? null : readContents();
            if (known == null || known.files().get(0).seq() != seq) {
                return false;
            }
            for (final SnapshotContents.File of : known.files()) {
                if (length(of) != of.length() && !Files.exists(store.folder().resolve(of.name()))) {
                    return false;
                }
            }
            final boolean isMoved =
                    !Files.exists(folder.resolve(known.files().get(0).name()));
            return (isMoved ? store : new SnapshotStore(folder, clusterId))
                            .info(seq)
                            .chain()
                    == chain;
        } catch (final PartitaException e) {
            return false; // not whole
        } catch (final IOException e) {
            throw failed("a received snapshot cannot be read", e);
        }
    }

    /**
     * Puts what was received in the place of all other snapshots, which do not belong to the journal any more. May be repeated, until
     * it came to its end. The caller holds the store.
     *
     * @throws PartitaException STORAGE_FAILED if it cannot.
     */
    public void adopt() {
        try {
            final SnapshotContents known = readContents();
            if (known != null) {
                store.adopt(folder, known);
            }
            drop();
        } catch (final IOException e) {
            throw failed("a received snapshot cannot be put in its place", e);
        }
    }

    /**
     * Deletes what was received, if it is a snapshot that nobody needs any more.
     *
     * @param seq it is of no use up to there.
     * @throws PartitaException STORAGE_FAILED if it cannot be deleted.
     */
    public void dropUpTo(final long seq) {
        try {
            final SnapshotContents known = readContents();
            if (known == null || known.files().get(0).seq() > seq) {
                return; // Of something that has hardly begun, or is further.
            }
        } catch (final PartitaException e) {
            return; // The next one that is sent takes its place.
        } catch (final IOException e) {
            throw failed("what was received of a snapshot cannot be read", e);
        }
        clear();
    }

    /**
     * Deletes what was received.
     *
     * @throws PartitaException STORAGE_FAILED if it cannot.
     */
    public void clear() {
        close();
        try {
            drop();
        } catch (final IOException e) {
            throw failed("what was received of a snapshot cannot be deleted", e);
        }
    }

    /** The name first: what is left then belongs to none. */
    private void drop() throws IOException {
        if (!Files.isDirectory(folder)) {
            return;
        }
        Files.deleteIfExists(folder.resolve(NAME));
        Files.deleteIfExists(folder.resolve(CONTENTS));
        try (DirectoryStream<Path> left = Files.newDirectoryStream(folder)) {
            for (final Path path : left) {
                Files.delete(path);
            }
        }
        Files.delete(folder);
    }

    /** Lets go of the file that is written; what was received stays. */
    @Override
    public void close() {
        final FileChannel current = channel;
        channel = null;
        if (current != null) {
            try {
                current.close();
            } catch (final IOException e) {
                throw failed("a snapshot cannot be received", e);
            }
        }
    }

    private PartitaException failed(final String what, final IOException cause) {
        return new PartitaException(
                ErrorCode.STORAGE_FAILED,
                what + ": folder=" + folder + " (" + cause + ")",
                "check the disk, its free space and the permissions, then restart the node: it goes on where it stopped",
                cause);
    }
}
