// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.snapshot;

import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.Id128;
import io.partita.ledger.model.PartitaException;
import io.partita.ledger.state.LedgerStateMachine;
import io.partita.ledger.state.StateConfig;
import io.partita.ledger.state.UserLogic;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadFactory;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The folder of snapshots of one data folder. What is read is never written again: readers need no lock. Whoever takes or prunes
 * holds {@link #hold()} meanwhile. Methods may be called from any thread, one at a time.
 */
public final class SnapshotStore {
    /** Snapshots kept at least, so that a damaged one has another before it. */
    public static final int KEEP_MIN = 2;
    /** History files of a snapshot at most; the next one begins anew, in one file. */
    public static final int PARTS_MAX = 1000;

    static final String TEMPORARY = ".tmp";

    /** Folders held by this JVM. Static, since the operating system's lock is of the process, too. */
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    private static final String LOCK = "LOCK";

    private final Path folder;
    private final Id128 clusterId;
    private final Runnable pause;
    private volatile Set<Long> used = Set.of();

    /**
     * A store; touches nothing yet.
     *
     * @param folder {@code <data>/snapshots}; need not be there.
     * @param clusterId whose snapshots they are.
     */
    public SnapshotStore(final Path folder, final Id128 clusterId) {
        this(folder, clusterId, () -> {});
    }

    private SnapshotStore(final Path folder, final Id128 clusterId, final Runnable pause) {
        this.folder = folder;
        this.clusterId = clusterId;
        this.pause = pause;
    }

    /**
     * The same store for whoever has time, and others wait for the processor.
     *
     * @param between run every some hundred microseconds of loading, verifying or writing, by the same thread; what it throws ends that.
     * @return a store for these three. To delete by, there is only this one.
     */
    public SnapshotStore pausing(final Runnable between) {
        return new SnapshotStore(folder, clusterId, between);
    }

    private SnapshotLoader loader(final long seq) {
        return new SnapshotLoader(folder, clusterId, seq, pause);
    }

    /**
     * Where they are.
     *
     * @return the folder, which need not be there.
     */
    public Path folder() {
        return folder;
    }

    /**
     * Which snapshots there are, by their names.
     *
     * @return their seqs, the newest first; whether they are whole is another question.
     * @throws PartitaException STORAGE_FAILED if the folder cannot be read.
     */
    public List<Long> seqs() {
        final List<Long> seqs = new ArrayList<>();
        for (final String name : names()) {
            final long seq = SnapshotDescriptor.seqOf(SnapshotDescriptor.STATE, name);
            if (seq > 0) {
                seqs.add(seq);
            }
        }
        seqs.sort(Comparator.reverseOrder());
        return seqs;
    }

    /**
     * What a snapshot is of. Cheap: reads, and verifies, no more than that.
     *
     * @param seq of the snapshot.
     * @return what it says.
     * @throws PartitaException DAMAGED, UNKNOWN_FORMAT or STORAGE_FAILED if it cannot be told.
     */
    public SnapshotInfo info(final long seq) {
        return loader(seq).info();
    }

    /**
     * Verifies every bit of a snapshot's files. Reads only.
     *
     * @param seq of the snapshot.
     * @return what it is of.
     * @throws PartitaException DAMAGED with file and offset, UNKNOWN_FORMAT or STORAGE_FAILED.
     */
    public SnapshotInfo verify(final long seq) {
        return loader(seq).verify();
    }

    /**
     * The files of a snapshot, as they go to another node. Cheap: what the files say of themselves is believed until they are
     * loaded.
     *
     * @param info of the snapshot.
     * @return their names, lengths and checksums.
     * @throws PartitaException DAMAGED or STORAGE_FAILED if it cannot be told.
     */
    public SnapshotContents contents(final SnapshotInfo info) {
        return SnapshotContents.of(info, loader(info.seq()).stateCrc());
    }

    /**
     * Loads a snapshot, verified in full. Where the history is to be in files it stays in those of the snapshot, which the state
     * machine then keeps open; they may be renamed and deleted.
     *
     * @param seq of the snapshot.
     * @param config settings of the state machine.
     * @param logic the user's own, a new one; null if there is none.
     * @return a state machine that goes on from there; the caller closes it.
     * @throws PartitaException DAMAGED, UNKNOWN_FORMAT, STORAGE_FAILED or DIGEST_MISMATCH if it is not whole;
     *     INVALID_CONFIGURATION if it needs logic of the user's own; INTERNAL if that throws.
     */
    public LedgerStateMachine load(final long seq, final StateConfig config, final @Nullable UserLogic logic) {
        return load(seq, config, logic, null);
    }

    /**
     * Loads a snapshot, verified in full, by two threads.
     *
     * @param seq of the snapshot.
     * @param config settings of the state machine.
     * @param logic the user's own, a new one; null if there is none.
     * @param helpers makes the thread that reads and verifies ahead of the caller's, and ends with this; null for none.
     * @return a state machine that goes on from there; the caller closes it.
     * @throws PartitaException as the other one.
     */
    public LedgerStateMachine load(
            final long seq,
            final StateConfig config,
            final @Nullable UserLogic logic,
            final @Nullable ThreadFactory helpers) {
        return loader(seq).load(config, logic, helpers);
    }

    /**
     * Writes a snapshot of a state machine at rest. It is durable and counts when this returns, and not at all before.
     *
     * @param machine that has applied at least one record, all of them committed (R31).
     * @param epoch of the last one.
     * @param chain value at the last one.
     * @param base an older snapshot of the same journal: what it has of the history is used again. Null to write all of it.
     * @return what was written.
     * @throws PartitaException STORAGE_FAILED if it cannot be written; SNAPSHOT_REFUSED if the user's own logic takes no part.
     */
    public SnapshotInfo write(
            final LedgerStateMachine machine, final long epoch, final long chain, final @Nullable SnapshotInfo base) {
        try {
            makeFolder(folder);
            final SnapshotInfo written =
                    new SnapshotWriter(folder, clusterId, machine, pause).write(epoch, chain, base);
            publish(SnapshotDescriptor.HISTORY, written.seq());
            publish(SnapshotDescriptor.STATE, written.seq());
            return written;
        } catch (final IOException e) {
            throw failed("a snapshot cannot be written: seq=" + machine.appliedSeq(), e);
        } finally {
            deleteTemporary(machine.appliedSeq()); // a disk that is full has better use for it
        }
    }

    private void deleteTemporary(final long seq) {
        for (final int kind : new int[] {SnapshotDescriptor.HISTORY, SnapshotDescriptor.STATE}) {
            try {
                Files.deleteIfExists(folder.resolve(SnapshotDescriptor.fileName(kind, seq) + TEMPORARY));
            } catch (final IOException e) {
                assert Files.isDirectory(folder); // the next taking tries again
            }
        }
    }

    /**
     * Chooses what a new snapshot builds on: the one before the newest, so that the two newest share no file and one damage cannot
     * take both; verified, since what is used again is vouched for again.
     *
     * @param older snapshots of the same journal, the newest first.
     * @param unusable told if the one that would be built on is damaged: the new one then has its own history.
     * @return null to begin anew.
     */
    public @Nullable SnapshotInfo base(final List<SnapshotInfo> older, final Consumer<PartitaException> unusable) {
        if (older.size() < KEEP_MIN) {
            return null;
        }
        final SnapshotInfo candidate = older.get(KEEP_MIN - 1);
        if (candidate.parts().size() >= PARTS_MAX) {
            return null;
        }
        try {
            loader(candidate.seq()).verifyParts(candidate.parts());
            return candidate;
        } catch (final PartitaException e) {
            unusable.accept(e);
            return null;
        }
    }

    /**
     * Says which snapshots are being read: {@link #prune} by this object leaves them alone, however old.
     *
     * @param seqs of these snapshots, instead of those said before.
     */
    public void used(final Set<Long> seqs) {
        used = Set.copyOf(seqs);
    }

    /**
     * Deletes all but the newest snapshots, and files that belong to none.
     *
     * @param keep how many stay, {@link #KEEP_MIN} or more; those that are not readable do not count.
     * @throws PartitaException STORAGE_FAILED if it cannot.
     */
    public void prune(final int keep) {
        final Set<String> needed = new HashSet<>();
        needed.add(LOCK);
        int kept = 0;
        for (final long seq : seqs()) {
            if (kept == keep && !used.contains(seq)) {
                continue;
            }
            needed.add(SnapshotDescriptor.fileName(SnapshotDescriptor.STATE, seq));
            try {
                for (final SnapshotInfo.Part part : info(seq).parts()) {
                    needed.add(SnapshotDescriptor.fileName(SnapshotDescriptor.HISTORY, part.seq()));
                }
                kept += kept == keep ? 0 : 1;
            } catch (final PartitaException e) {
                continue; // stays for inspection until enough newer ones are whole
            }
        }
        try {
            for (final String name : names()) {
                if (!needed.contains(name) && isOurs(name)) {
                    Files.deleteIfExists(folder.resolve(name));
                }
            }
        } catch (final IOException e) {
            throw failed("old snapshots cannot be deleted", e);
        }
    }

    /**
     * Deletes a snapshot that was found to be of no use. Its history files go with the next {@link #prune}.
     *
     * @param seq of the snapshot.
     * @throws PartitaException STORAGE_FAILED if it cannot be deleted.
     */
    public void remove(final long seq) {
        try {
            Files.deleteIfExists(folder.resolve(SnapshotDescriptor.fileName(SnapshotDescriptor.STATE, seq)));
        } catch (final IOException e) {
            throw failed("a damaged snapshot cannot be deleted: seq=" + seq, e);
        }
    }

    /** Puts a snapshot in the place of all others; what a crash left of that may be done again. The STATE file comes last. */
    void adopt(final Path from, final SnapshotContents contents) throws IOException {
        final Set<String> adopted = new HashSet<>();
        contents.files().forEach(file -> adopted.add(file.name()));
        for (final String name : names()) {
            if (isOurs(name) && !adopted.contains(name)) {
                Files.delete(folder.resolve(name));
            }
        }
        for (int i = contents.files().size() - 1; i >= 0; i--) {
            final String name = contents.files().get(i).name();
            if (Files.exists(from.resolve(name))) {
                setMode(from.resolve(name), "rw-------");
                Files.move(
                        from.resolve(name),
                        folder.resolve(name),
                        StandardCopyOption.ATOMIC_MOVE,
                        StandardCopyOption.REPLACE_EXISTING);
            }
        }
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /**
     * Makes sure that nobody else takes or prunes snapshots in this folder, in this process or another.
     *
     * @return to be closed in the end.
     * @throws PartitaException SNAPSHOT_REFUSED if somebody does; STORAGE_FAILED if the folder cannot be made.
     */
    public Hold hold() {
        try {
            makeFolder(folder);
            final Path real = folder.toRealPath();
            if (!HELD.add(real)) {
                throw refused();
            }
            FileChannel channel = null;
            boolean isHeld = false;
            try {
                channel = FileChannel.open(real.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                isHeld = channel.tryLock() != null;
                if (!isHeld) {
                    throw refused();
                }
                return new Hold(real, channel);
            } finally {
                if (!isHeld) {
                    if (channel != null) {
                        channel.close();
                    }
                    HELD.remove(real);
                }
            }
        } catch (final IOException e) {
            throw failed("the folder of snapshots cannot be locked", e);
        }
    }

    private PartitaException refused() {
        return new PartitaException(
                ErrorCode.SNAPSHOT_REFUSED,
                "a snapshot is being taken in this folder already: folder=" + folder,
                "wait until it is there");
    }

    /** Holds the folder until it is closed. */
    public static final class Hold implements AutoCloseable {
        private final Path path;
        private final FileChannel channel;

        private Hold(final Path path, final FileChannel channel) {
            this.path = path;
            this.channel = channel;
        }

        /** Lets go. A second call does nothing. */
        @Override
        public void close() {
            if (channel.isOpen()) {
                try {
                    channel.close();
                } catch (final IOException ignored) {
                    assert !channel.isOpen(); // nothing was written
                }
                HELD.remove(path);
            }
        }
    }

    private static boolean isOurs(final String name) {
        final String whole = name.endsWith(TEMPORARY) ? name.substring(0, name.length() - TEMPORARY.length()) : name;
        return SnapshotDescriptor.seqOf(SnapshotDescriptor.STATE, whole) > 0
                || SnapshotDescriptor.seqOf(SnapshotDescriptor.HISTORY, whole) > 0;
    }

    private List<String> names() {
        final List<String> names = new ArrayList<>();
        if (!Files.isDirectory(folder)) {
            return names;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (final Path file : files) {
                names.add(file.getFileName().toString());
            }
        } catch (final IOException e) {
            throw failed("the folder of snapshots cannot be read", e);
        }
        return names;
    }

    /** After a crash a file is there whole or not at all; and no state file without its history. */
    private void publish(final int kind, final long seq) throws IOException {
        final String name = SnapshotDescriptor.fileName(kind, seq);
        final Path temporary = folder.resolve(name + TEMPORARY);
        setMode(temporary, "rw-------");
        Files.move(
                temporary, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    static void makeFolder(final Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            Files.createDirectories(folder);
            setMode(folder, "rwx------");
        }
    }

    private static void setMode(final Path path, final String mode) throws IOException {
        final PosixFileAttributeView view =
                Files.getFileAttributeView(path, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
        if (view != null) {
            view.setPermissions(PosixFilePermissions.fromString(mode));
        }
    }

    private PartitaException failed(final String what, final IOException cause) {
        return new PartitaException(
                ErrorCode.STORAGE_FAILED,
                what + ", folder=" + folder + " (" + cause + ")",
                "check the disk, its free space and the permissions; the ledger itself goes on, with its journal kept",
                cause);
    }
}
