// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.journal;

import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.Id128;
import io.partita.ledger.model.PartitaException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A node's data folder, held for the life of the process (R1) or until closed.
 *
 * <p>The lock is the operating system's on the file {@code LOCK}, which also says whose folder it is:
 *
 * <pre>
 * partita-data 1 cluster=&lt;32 hex digits&gt; crc=&lt;8 hex digits&gt;
 * pid=&lt;process that opened it last&gt;
 * </pre>
 *
 * <p>Such a lock is lost when <em>any</em> descriptor of the file is closed in the process that holds it. So nothing else in
 * this code opens {@code LOCK}, and a second opening in one JVM is told from a table, before it touches the file.
 */
public final class DataFolder implements AutoCloseable {
    /** The journal that a restore writes; renamed when it is whole. */
    public static final String RESTORING = "journal.restoring";

    /** Folders held by this JVM. Static, since the operating system's lock is of the process, too. */
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    private static final String MAGIC = "partita-data";
    private static final int FORMAT = 1;
    private static final int LOCK_FILE_LENGTH_MAX = 256;

    private final Path path;
    private final FileChannel channel;
    private boolean closed;

    private DataFolder(final Path path, final FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    /**
     * Takes the folder, making it if need be (with mode 0700).
     *
     * @param folder the data folder.
     * @param clusterId of the ledger that shall live there.
     * @return the folder; closing it gives it up.
     * @throws PartitaException FOLDER_IN_USE or WRONG_CLUSTER, or STORAGE_FAILED if it cannot be made; DAMAGED if a restore into it
     *     was interrupted: a ledger that starts there would begin anew.
     */
    public static DataFolder open(final Path folder, final Id128 clusterId) {
        final DataFolder opened = openToRestore(folder, clusterId);
        if (Files.exists(opened.path.resolve(RESTORING)) && !Files.exists(opened.journal())) {
            opened.close();
            throw new PartitaException(
                    ErrorCode.DAMAGED,
                    "a restore into the data folder was interrupted: folder=" + opened.path,
                    "run the same restore again, and then this");
        }
        return opened;
    }

    /**
     * Takes the folder to restore into it, also if that was interrupted before.
     *
     * @param folder the data folder.
     * @param clusterId of the ledger that is restored.
     * @return the folder; closing it gives it up.
     * @throws PartitaException FOLDER_IN_USE or WRONG_CLUSTER, or STORAGE_FAILED if it cannot be made.
     */
    public static DataFolder openToRestore(final Path folder, final Id128 clusterId) {
        final Path real;
        try {
            FolderFiles.createFolder(folder);
            real = folder.toRealPath();
        } catch (final IOException e) {
            throw new PartitaException(
                    ErrorCode.STORAGE_FAILED,
                    "the data folder cannot be made or entered: folder=" + folder + " (" + e + ")",
                    "check the path and its permissions",
                    e);
        }
        if (!HELD.add(real)) {
            throw inUse(real, "this process");
        }
        FileChannel channel = null;
        boolean held = false;
        try {
            final Path file = real.resolve("LOCK");
            final String owner = readOwner(file);
            channel = FileChannel.open(
                    file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            // Before the lock: it opens and closes the file.
            FolderFiles.ownerOnly(file);
            final FileLock lock = tryLock(channel);
            if (lock == null) {
                throw inUse(real, owner.isEmpty() ? "another process" : "another process, " + owner);
            }
            identify(channel, real, clusterId);
            held = true;
            return new DataFolder(real, channel);
        } catch (final IOException e) {
            throw new PartitaException(
                    ErrorCode.STORAGE_FAILED,
                    "the data folder cannot be locked: folder=" + real + " (" + e + ")",
                    "check its permissions and the file system",
                    e);
        } finally {
            if (!held) {
                closeQuietly(channel);
                HELD.remove(real);
            }
        }
    }

    private static @Nullable FileLock tryLock(final FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (final OverlappingFileLockException e) {
            // Held through another copy of this class in this JVM. Closing our channel gives up that lock, too (POSIX);
            // there is no way to back out of it, so at least it is never reached with one class loader.
            return null;
        }
    }

    private static PartitaException inUse(final Path folder, final String by) {
        return new PartitaException(
                ErrorCode.FOLDER_IN_USE,
                "the data folder is in use by " + by + ": folder=" + folder,
                "stop that node first, or give this one a data folder of its own");
    }

    /** Checks whose folder it is, or writes it down. The channel is locked. */
    private static void identify(final FileChannel channel, final Path folder, final Id128 clusterId)
            throws IOException {
        final String content = read(channel);
        final String line = FolderFiles.seal(MAGIC + " " + FORMAT + " cluster=" + clusterId);
        final int end = content.indexOf('\n');
        final String found = end < 0 ? "" : content.substring(0, end);
        // An unfinished first line is what a crash in the very first opening leaves.
        if (end >= 0 && !found.equals(line)) {
            throw refusal(folder, found, clusterId);
        }
        channel.write(
                ByteBuffer.wrap(
                        (line + "\npid=" + ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.US_ASCII)),
                0);
        channel.truncate(line.length()
                + 1L
                + 5
                + Long.toString(ProcessHandle.current().pid()).length());
        if (end < 0) {
            channel.force(true);
            FolderFiles.forceFolder(folder);
        }
    }

    private static PartitaException refusal(final Path folder, final String found, final Id128 clusterId) {
        if (!FolderFiles.isSealed(found)) {
            return new PartitaException(
                    ErrorCode.DAMAGED,
                    "the first line of LOCK is damaged: folder=" + folder,
                    "verify the folder; if the rest is whole, delete the file LOCK");
        }
        if (!found.startsWith(MAGIC + " " + FORMAT + " ")) {
            return new PartitaException(
                    ErrorCode.UNKNOWN_FORMAT,
                    "the data folder was written by another release: folder=" + folder + ", says=" + found,
                    "use that release");
        }
        return new PartitaException(
                ErrorCode.WRONG_CLUSTER,
                "the data folder belongs to another cluster: folder=" + folder + ", says=" + found
                        + ", expected cluster=" + clusterId,
                "check the data folder and the cluster id of the configuration");
    }

    /** Who holds the lock by its own account; read before the lock is tried, by a process that cannot hold it itself. */
    private static String readOwner(final Path file) throws IOException {
        if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            return "";
        }
        try (FileChannel reading = FileChannel.open(file, StandardOpenOption.READ)) {
            final String content = read(reading);
            final int pid = content.indexOf("pid=");
            return pid < 0 ? "" : content.substring(pid).trim();
        }
    }

    private static String read(final FileChannel channel) throws IOException {
        final ByteBuffer bytes = ByteBuffer.allocate(LOCK_FILE_LENGTH_MAX);
        while (bytes.hasRemaining() && channel.read(bytes, bytes.position()) >= 0) {
            continue;
        }
        return new String(bytes.array(), 0, bytes.position(), StandardCharsets.US_ASCII);
    }

    /**
     * The folder.
     *
     * @return its real path.
     */
    public Path path() {
        return path;
    }

    /**
     * Where the journal lives.
     *
     * @return {@code <data>/journal}; not made here.
     */
    public Path journal() {
        return path.resolve("journal");
    }

    /**
     * Where snapshots live.
     *
     * @return {@code <data>/snapshots}; not made here.
     */
    public Path snapshots() {
        return path.resolve("snapshots");
    }

    /**
     * Where scratch files of the state live; nothing in them outlives the process.
     *
     * @return {@code <data>/state}, made if need be.
     * @throws PartitaException STORAGE_FAILED if it cannot be made.
     */
    public Path state() {
        final Path state = path.resolve("state");
        try {
            FolderFiles.createFolder(state);
        } catch (final IOException e) {
            throw new PartitaException(
                    ErrorCode.STORAGE_FAILED,
                    "the folder for scratch files cannot be made: folder=" + state + " (" + e + ")",
                    "check the data folder's permissions and the file system",
                    e);
        }
        return state;
    }

    /** Gives the folder up. A second call does nothing. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            closeQuietly(channel);
            HELD.remove(path);
        }
    }

    private static void closeQuietly(final @Nullable FileChannel channel) {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (final IOException ignored) {
            // Nothing was written that matters; the lock goes with the descriptor in any case.
        }
    }
}
