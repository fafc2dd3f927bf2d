// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.backup;

import io.partita.ledger.engine.Restart;
import io.partita.ledger.journal.FolderFiles;
import io.partita.ledger.journal.FolderReader;
import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.Id128;
import io.partita.ledger.model.PartitaException;
import io.partita.ledger.snapshot.SnapshotContents;
import io.partita.ledger.snapshot.SnapshotInfo;
import io.partita.ledger.snapshot.SnapshotStore;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Copies the snapshot that a repository begins with, of a node whose journal has given up its beginning. The newest one that is whole:
 * a node that runs deletes the older ones, and the records after them, while they are copied.
 */
final class BaseTaker {
    private final Path dataFolder;
    private final Id128 clusterId;
    private final Path to;
    private @Nullable PartitaException first;

    /** What is copied goes to a folder of its own; what is there of an earlier attempt is replaced. */
    BaseTaker(final Path dataFolder, final Id128 clusterId, final Path to) {
        this.dataFolder = dataFolder;
        this.clusterId = clusterId;
        this.to = to;
    }

    /** Copies and verifies one that the journal goes on from; durable but for the folder's own name. */
    BaseSnapshot take(final BackupSource source, final long oldestSeq) throws IOException {
        final SnapshotStore store = new SnapshotStore(dataFolder.resolve("snapshots"), clusterId);
        final Restart restart = new Restart(
                store,
                () -> FolderReader.oldestSeq(source.journal()),
                seq -> FolderReader.chainAt(source.journal(), seq),
                this::pass);
        for (final SnapshotInfo info : restart.fitting(source.commitSeq())) {
            try {
                return copy(store, info);
            } catch (final PartitaException e) {
                pass(e);
            } catch (final NoSuchFileException e) {
                pass(new PartitaException(
                        ErrorCode.BACKUP_REFUSED,
                        "the node deleted it meanwhile: seq=" + info.seq() + " (" + e + ")",
                        "run the same command again",
                        e));
            }
        }
        throw new PartitaException(
                ErrorCode.BACKUP_REFUSED,
                "the journal begins at seq=" + oldestSeq + ", and no snapshot can be used for what was before: folder="
                        + store.folder() + (first == null ? "" : ", newest: " + first.problem()),
                "let the node take a snapshot, or back up the other node, or run partita verify on the folder",
                first);
    }

    private void pass(final PartitaException e) {
        first = first == null ? e : first;
    }

    private BaseSnapshot copy(final SnapshotStore store, final SnapshotInfo info) throws IOException {
        RepositoryFolder.deleteTree(to);
        FolderFiles.createFolder(to);
        final List<SnapshotFile> files = new ArrayList<>();
        for (final SnapshotContents.File file : store.contents(info).files()) {
            try (FileChannel from = FileChannel.open(store.folder().resolve(file.name()), StandardOpenOption.READ)) {
                files.add(SnapshotCopy.copy(from, file.name(), to));
            }
        }
        FolderFiles.forceFolder(to);
        new SnapshotStore(to, clusterId).verify(info.seq());
        return new BaseSnapshot(
                new Position(info.seq(), info.epoch(), info.facts().lastTimestamp(), info.chain()), files);
    }
}
