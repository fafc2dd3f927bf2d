// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.backup;

import io.partita.ledger.journal.FolderReader;
import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.Id128;
import io.partita.ledger.model.PartitaException;
import io.partita.ledger.model.RecordDescriptor;
import io.partita.ledger.state.UserLogic;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;
import org.agrona.DirectBuffer;
import org.jspecify.annotations.Nullable;

/** Makes one backup: copies what the repository does not have yet, record by record, up to what is committed. */
final class BackupCreator {
    private static final int RUN_LENGTH_MAX = 1024 * 1024;
    private static final long LOOK_AGAIN_NS = TimeUnit.MILLISECONDS.toNanos(5);

    private final RepositoryFolder folder;
    private final Path dataFolder;
    private final long fileLengthMax;
    private final LongConsumer progress;
    private final List<RecordsFile> added = new ArrayList<>();
    /** The last record that the repository has; 0 if it has no backup yet. */
    private long had;

    private Position end = new Position(0, 0, 0, 0);

    /** The caller holds the lock meanwhile. */
    BackupCreator(
            final RepositoryLock lock, final Path dataFolder, final long fileLengthMax, final LongConsumer progress) {
        folder = lock.folder();
        this.dataFolder = dataFolder;
        this.fileLengthMax = fileLengthMax;
        this.progress = progress;
    }

    Backup create(final boolean withState, final @Nullable UserLogic logic) throws IOException {
        final BackupSource source = BackupSource.look(dataFolder);
        final Id128 clusterId;
        final long oldestSeq;
        try (FolderReader reader = FolderReader.open(source.journal(), 1)) {
            clusterId = reader.clusterId();
            oldestSeq = reader.oldestSeq();
        }
        final BackupManifest manifest = manifest(clusterId);
        final Backup before = manifest.newest();
        BaseSnapshot base = null;
        if (before == null && oldestSeq > 1) {
            base = new BaseTaker(dataFolder, clusterId, folder.aside(SnapshotFile.FOLDER)).take(source, oldestSeq);
            end = base.end();
        } else {
            end = before == null ? genesis(clusterId) : before.end();
            had = end.seq();
            requireContinuation(source, oldestSeq);
        }
        copy(source, clusterId);
        Backup backup = new Backup(
                manifest.backups().size() + 1L,
                nowNs(),
                dataFolder.toAbsolutePath().normalize().toString(),
                software(),
                base,
                end,
                source.live() == null || source.live().seq() > end.seq() ? null : source.live(),
                added,
                null);
        if (withState) {
            backup = backup.withState(replay(manifest.with(backup), logic));
        }
        folder.commit(manifest.with(backup));
        return backup;
    }

    private BackupManifest manifest(final Id128 clusterId) throws IOException {
        final BackupManifest found = folder.read();
        final BackupManifest manifest = found == null ? BackupManifest.empty(clusterId) : found;
        RepositoryFolder.checkCluster(manifest, clusterId, dataFolder);
        if (found != null) {
            BackupVerifier.requireSound(folder, found);
        }
        folder.settle(manifest);
        return manifest;
    }

    private static Position genesis(final Id128 clusterId) {
        return new Position(0, 0, 0, RecordDescriptor.genesisChain(clusterId.hi(), clusterId.lo()));
    }

    /** Whether the journal is the history that the newest backup ends in. */
    private void requireContinuation(final BackupSource source, final long oldestSeq) {
        if (source.commitSeq() < Math.max(1, had)) {
            throw behind(source.commitSeq());
        }
        if (oldestSeq > had + 1) {
            throw givenUp(oldestSeq);
        }
        if (had == 0 || oldestSeq > had) {
            return; // what is copied first must continue the chain in any case
        }
        try (FolderReader reader = FolderReader.open(source.journal(), had)) {
            if (!await(reader, had, source.patienceNs())) {
                throw behind(had - 1);
            }
            if (RecordDescriptor.chain(reader.buffer(), reader.offset()) != end.chain()) {
                throw conflict(had);
            }
        }
    }

    private PartitaException behind(final long seq) {
        return new PartitaException(
                ErrorCode.BACKUP_REFUSED,
                "less is committed there than the newest backup has, or nothing: committed up to seq=" + seq
                        + ", newest backup=" + end.seq() + ", folder=" + dataFolder,
                "if the node is just starting or catching up, try again; if it was restored to an earlier point, give it"
                        + " another folder for backups");
    }

    /** What comes next is not in the journal any more; perhaps only since this backup began. */
    private PartitaException givenUp(final long oldestSeq) {
        if (had == 0) {
            return new PartitaException(
                    ErrorCode.BACKUP_REFUSED,
                    "the node gave up records before they were copied: seq=" + (end.seq() + 1) + ", oldestSeq="
                            + oldestSeq + ", folder=" + dataFolder,
                    "run the same command again; if it happens again, have the node keep more records");
        }
        return new PartitaException(
                ErrorCode.BACKUP_REFUSED,
                "the journal begins behind the newest backup: oldestSeq=" + oldestSeq + ", newest backup=" + had
                        + ", folder=" + dataFolder,
                "back up a node that has kept its journal from seq=" + (had + 1)
                        + " on, or into another folder, which then begins with a snapshot");
    }

    private void copy(final BackupSource source, final Id128 clusterId) throws IOException {
        try (FolderReader reader = FolderReader.open(source.journal(), end.seq() + 1)) {
            copy(reader, source, clusterId);
        }
        if (end.seq() == 0) {
            throw behind(0);
        }
    }

    private PartitaException conflict(final long seq) {
        return new PartitaException(
                ErrorCode.COMMITTED_CONFLICT,
                "the journal is not what the newest backup goes on with: seq=" + seq + ", folder=" + dataFolder,
                "keep both; a ledger that was restored to an earlier point gets another folder for backups");
    }

    private void copy(final FolderReader reader, final BackupSource source, final Id128 clusterId) throws IOException {
        final long uptoSeq = source.commitSeq();
        while (end.seq() < uptoSeq && await(reader, uptoSeq, source.patienceNs())) {
            final RecordsFile described = new RecordsFile(end.seq() + 1, 0, end.chain(), 0, 0, "");
            try (RecordsWriter writer = new RecordsWriter(
                    folder.aside(described.name()), clusterId, described.firstSeq(), described.previousChain())) {
                do {
                    take(reader);
                    writer.append(reader.buffer(), reader.offset(), reader.length());
                    progress.accept(end.seq());
                } while (writer.length() < fileLengthMax
                        && end.seq() < uptoSeq
                        && await(reader, uptoSeq, source.patienceNs()));
                added.add(writer.finish());
            }
        }
        if (end.seq() < uptoSeq && uptoSeq != Long.MAX_VALUE) {
            throw new PartitaException(
                    ErrorCode.DAMAGED,
                    "the journal ends before what is committed: seq=" + end.seq() + ", commitSeq=" + uptoSeq
                            + ", folder=" + dataFolder,
                    "start the node first: it finds out what it has; or back up the other node");
        }
    }

    /** The run at hand continues what was copied so far. */
    private void take(final FolderReader reader) {
        final DirectBuffer buffer = reader.buffer();
        if (reader.firstSeq() != end.seq() + 1
                || !RecordDescriptor.continuesChain(buffer, reader.offset(), end.chain())) {
            throw conflict(reader.firstSeq());
        }
        int last = reader.offset();
        for (int at = last; at < reader.offset() + reader.length(); at += RecordDescriptor.length(buffer, at)) {
            last = at;
        }
        end = new Position(
                RecordDescriptor.seq(buffer, last),
                RecordDescriptor.epoch(buffer, last),
                RecordDescriptor.timestamp(buffer, last),
                RecordDescriptor.chain(buffer, last));
    }

    /** The next run; false if there is none, be it after a while. Refuses if there will be none, since the node gave it up. */
    private boolean await(final FolderReader reader, final long uptoSeq, final long patienceNs) {
        final long startNs = System.nanoTime();
        while (!reader.next(uptoSeq, RUN_LENGTH_MAX)) {
            if (reader.oldestSeq() > reader.lastSeq() + 1) {
                throw givenUp(reader.oldestSeq());
            }
            if (System.nanoTime() - startNs >= patienceNs) {
                return false;
            }
            LockSupport.parkNanos(LOOK_AGAIN_NS);
        }
        return true;
    }

    /** What was copied, read back and replayed. */
    private LedgerSummary replay(final BackupManifest manifest, final @Nullable UserLogic logic) throws IOException {
        try (LedgerReplay replay = new LedgerReplay(folder.scratch(), logic, folder.snapshot(), manifest);
                RepositoryReader reader = new RepositoryReader(folder, manifest.clusterId(), manifest.files())) {
            final String differs = replay.run(reader, manifest.backups(), progress);
            if (!differs.isEmpty()) {
                throw new PartitaException(
                        ErrorCode.DIGEST_MISMATCH,
                        differs,
                        "run partita verify on the node's data folder; to keep the records all the same, back up without"
                                + " digests");
            }
            return replay.summary();
        } finally {
            RepositoryFolder.deleteTree(folder.scratch());
        }
    }

    private static String software() {
        return Objects.requireNonNullElse(BackupCreator.class.getPackage().getImplementationVersion(), "unknown");
    }

    static long nowNs() {
        final Instant now = Instant.now();
        return now.getEpochSecond() * 1_000_000_000L + now.getNano();
    }
}
