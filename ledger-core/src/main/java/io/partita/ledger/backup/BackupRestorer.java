// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.backup;

import io.partita.ledger.journal.ChronicleJournal;
import io.partita.ledger.journal.DataFolder;
import io.partita.ledger.journal.FolderFiles;
import io.partita.ledger.journal.JournalConfig;
import io.partita.ledger.journal.JournalVerifier;
import io.partita.ledger.journal.VerifyReport;
import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.PartitaException;
import io.partita.ledger.model.RecordDescriptor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.LongConsumer;
import java.util.stream.Stream;
import org.agrona.DirectBuffer;

/**
 * Writes a data folder from a repository: a new journal beside its place, which is verified and then renamed into it. Until that
 * moment there is no journal in the folder, and a restore that was interrupted is simply done again.
 */
final class BackupRestorer {
    private static final String JOURNAL = "journal";
    private static final String ASIDE = DataFolder.RESTORING;
    private static final String SNAPSHOTS = "snapshots";
    private static final String SNAPSHOTS_ASIDE = "snapshots.restoring";
    private static final Set<String> LEFTOVERS = Set.of("LOCK", ASIDE, SNAPSHOTS_ASIDE);
    private static final int RUN_LENGTH_MAX = 1024 * 1024;

    private final RepositoryFolder folder;
    private final BackupManifest manifest;
    private final LongConsumer progress;

    BackupRestorer(final RepositoryFolder folder, final BackupManifest manifest, final LongConsumer progress) {
        this.folder = folder;
        this.manifest = manifest;
        this.progress = progress;
    }

    Restored restore(final Path target, final RestorePoint point) throws IOException {
        final Backup newest = Objects.requireNonNull(manifest.newest(), "the caller has looked");
        if (point.seqMax() != Long.MAX_VALUE && point.seqMax() > newest.end().seq()) {
            throw new PartitaException(
                    ErrorCode.BACKUP_REFUSED,
                    "the newest backup ends before that record: seq=" + point.seqMax() + ", backup="
                            + newest.end().seq(),
                    "give a seq up to that one, or make another backup first");
        }
        requireReached(point);
        requireEmpty(target);
        try (DataFolder data = DataFolder.openToRestore(target, manifest.clusterId())) {
            requireEmpty(data.path());
            final Path aside = data.path().resolve(ASIDE);
            clear(data.path());
            boolean done = false;
            try {
                final Position end = write(aside, point);
                verify(aside, end);
                restoreSnapshot(data.path());
                FolderFiles.rename(aside, data.path().resolve(JOURNAL));
                FolderFiles.forceFolder(data.path());
                forceName(data.path());
                done = true;
                return new Restored(manifest.clusterId(), newest.number(), end);
            } finally {
                if (!done) {
                    clear(data.path());
                }
            }
        }
    }

    /** What comes before a snapshot that the backups begin with cannot be restored. */
    private void requireReached(final RestorePoint point) {
        final BaseSnapshot base = manifest.base();
        if (base != null
                && (point.seqMax() < base.end().seq()
                        || point.timeMax() < base.end().timestamp())) {
            throw new PartitaException(
                    ErrorCode.BACKUP_REFUSED,
                    "the backups begin later than that, with a snapshot: seq="
                            + base.end().seq() + ", timestamp=" + base.end().timestamp(),
                    "give a point from there on; or restore from an older folder of backups that has what was before");
        }
    }

    /** Before the journal is there, so that it never is without the state that it goes on from. */
    private void restoreSnapshot(final Path data) throws IOException {
        final BaseSnapshot base = manifest.base();
        if (base == null) {
            return;
        }
        try {
            SnapshotCopy.restore(folder, manifest.clusterId(), base, data.resolve(SNAPSHOTS_ASIDE));
        } catch (final DamagedFileException e) {
            throw e.told();
        }
        FolderFiles.rename(data.resolve(SNAPSHOTS_ASIDE), data.resolve(SNAPSHOTS));
        FolderFiles.forceFolder(data);
    }

    /** Snapshots are this restore's own, or an interrupted one's, as long as there is a journal that is being restored. */
    private static void clear(final Path data) throws IOException {
        RepositoryFolder.deleteTree(data.resolve(SNAPSHOTS_ASIDE));
        if (Files.exists(data.resolve(ASIDE))) {
            RepositoryFolder.deleteTree(data.resolve(SNAPSHOTS));
            RepositoryFolder.deleteTree(data.resolve(ASIDE));
        }
    }

    private static void requireEmpty(final Path target) throws IOException {
        if (!Files.exists(target)) {
            return;
        }
        final boolean isInterrupted = Files.exists(target.resolve(ASIDE));
        try (Stream<Path> files = Files.list(target)) {
            final List<String> others = files.map(file -> file.getFileName().toString())
                    .filter(name -> !LEFTOVERS.contains(name) && !(isInterrupted && name.equals(SNAPSHOTS)))
                    .sorted()
                    .toList();
            if (!others.isEmpty()) {
                throw new PartitaException(
                        ErrorCode.BACKUP_REFUSED,
                        "the folder to restore into is not empty: folder=" + target + ", holds=" + others,
                        "give a folder that is empty or does not exist");
            }
        }
    }

    private Position write(final Path journalFolder, final RestorePoint point) {
        final BaseSnapshot base = manifest.base();
        Position end = base == null ? new Position(0, 0, 0, 0) : base.end();
        try (ChronicleJournal journal = ChronicleJournal.open(JournalConfig.of(journalFolder, manifest.clusterId()));
                RepositoryReader reader = new RepositoryReader(folder, manifest.clusterId(), manifest.files())) {
            if (base != null) {
                journal.restart(end.seq(), end.epoch(), end.chain(), end.timestamp());
            }
            boolean reached = false;
            while (!reached && reader.next(point.seqMax(), RUN_LENGTH_MAX)) {
                final DirectBuffer buffer = reader.buffer();
                int at = reader.offset();
                int last = at;
                while (at < reader.offset() + reader.length()
                        && RecordDescriptor.timestamp(buffer, at) <= point.timeMax()) {
                    last = at;
                    at += RecordDescriptor.length(buffer, at);
                }
                reached = at < reader.offset() + reader.length();
                if (at > reader.offset()) {
                    journal.append(buffer, reader.offset(), at - reader.offset());
                    end = positionOf(buffer, last);
                    progress.accept(end.seq());
                }
            }
            // The records came out of a file that is good only as a whole.
            reader.checkRest();
        }
        if (end.seq() == 0) {
            throw new PartitaException(
                    ErrorCode.BACKUP_REFUSED,
                    "the ledger began later than that: time=" + point.timeMax(),
                    "give a later time: nanoseconds since 1970");
        }
        return end;
    }

    private static Position positionOf(final DirectBuffer buffer, final int offset) {
        return new Position(
                RecordDescriptor.seq(buffer, offset),
                RecordDescriptor.epoch(buffer, offset),
                RecordDescriptor.timestamp(buffer, offset),
                RecordDescriptor.chain(buffer, offset));
    }

    /** What was written, read back. */
    private static void verify(final Path journalFolder, final Position end) {
        final VerifyReport report = JournalVerifier.verify(journalFolder);
        if (!report.ok() || report.lastSeq() != end.seq() || report.lastChain() != end.chain()) {
            throw new PartitaException(
                    ErrorCode.STORAGE_FAILED,
                    "what was restored is not what was written: folder=" + journalFolder + ", seq=" + report.lastSeq()
                            + ", expected=" + end.seq() + ", damages=" + report.damages(),
                    "check the disk that is restored to, then run the same command again");
        }
    }

    /** Makes the name of the folder itself durable: it may be new. */
    private static void forceName(final Path target) throws IOException {
        final Path parent = target.getParent();
        if (parent != null) {
            FolderFiles.forceFolder(parent);
        }
    }
}
