// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.backup;

import io.partita.ledger.state.UserLogic;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A folder with the backups of one ledger: the whole history in files of records, or all after a snapshot, to which
 * each backup adds what is new. Every
 * method works by itself, leaves the repository whole if it is interrupted at any moment, and can then be called again. Changing
 * ones exclude each other, also between processes (FOLDER_IN_USE). Thread-safe.
 *
 * <p>Errors are {@link io.partita.ledger.model.PartitaException}s: BACKUP_REFUSED if it cannot be done as asked, DAMAGED if a file
 * of the repository is not what it was, UNKNOWN_FORMAT if another release wrote it, STORAGE_FAILED if the disk says no.
 */
public final class BackupRepository {
    /** Bytes of records after which a backup begins another file. */
    private static final long FILE_LENGTH_MAX = 128L * 1024 * 1024;

    private final RepositoryFolder folder;
    private final long fileLengthMax;

    /**
     * A repository in a folder, which need not be there before the first backup.
     *
     * @param folder of the repository, best on another disk or host than the data folder.
     */
    public BackupRepository(final Path folder) {
        this(folder, FILE_LENGTH_MAX);
    }

    BackupRepository(final Path folder, final long fileLengthMax) {
        this.folder = new RepositoryFolder(folder);
        this.fileLengthMax = fileLengthMax;
    }

    /**
     * Backs a data folder up, while its node runs or not: all that is committed and not yet here. What the node has answered before the
     * call is in it.
     *
     * @param dataFolder of a node, or of a ledger of its own. Only read.
     * @param withState whether to replay the whole history, compare it with what the node says of its state, and keep the digests
     *     and sums of the balances; takes time and memory like a start of the node.
     * @param logic the user's own, a new one; null if the ledger has none.
     * @param progress is told the seq now and then.
     * @return the backup.
     * @throws io.partita.ledger.model.PartitaException also COMMITTED_CONFLICT if the folder's history is not the one of the backups
     *     before, WRONG_CLUSTER, and DIGEST_MISMATCH if the replay and the node differ. There is no new backup then.
     */
    public Backup create(
            final Path dataFolder,
            final boolean withState,
            final @Nullable UserLogic logic,
            final LongConsumer progress) {
        try {
            BackupSource.requireJournal(dataFolder); // before anything is made: a wrong path leaves nothing behind
            folder.make();
            try (RepositoryLock lock = RepositoryLock.take(folder)) {
                return new BackupCreator(lock, dataFolder, fileLengthMax, progress).create(withState, logic);
            }
        } catch (final IOException e) {
            throw folder.failed(e);
        }
    }

    /**
     * Checks every byte of the repository against the manifest, and that nothing is missing or there that does not belong. Only
     * reads, and may run beside a backup.
     *
     * @param progress is told the seq now and then.
     * @return what was found; damage is in the report, not an exception.
     */
    public BackupVerification verify(final LongConsumer progress) {
        try {
            return BackupVerifier.verify(folder, progress);
        } catch (final IOException e) {
            throw folder.failed(e);
        }
    }

    /**
     * Writes a data folder with the history up to a point. The journal in it is a new one that ends there. It appears as a whole, or
     * not at all if anything is wrong with the records that are needed. There is no meta file: as a node of a pair it is nobody's
     * member (R2).
     *
     * @param target an absent or empty folder.
     * @param point up to where.
     * @param progress is told the seq now and then.
     * @return what was restored.
     */
    public Restored restore(final Path target, final RestorePoint point, final LongConsumer progress) {
        try {
            return new BackupRestorer(folder, folder.readBackups(), progress).restore(target, point);
        } catch (final IOException e) {
            throw folder.failed(e);
        }
    }

    /**
     * Restores the newest backup into a scratch folder, replays it, compares it with what the manifest and the node said, checks the
     * invariants, and writes the result into the manifest.
     *
     * @param scratch a folder with room for the ledger's journal and history; in it a folder {@code partita-rehearsal} is made, and
     *     deleted in the end. Null: in the repository itself.
     * @param logic the user's own, a new one; null if the ledger has none.
     * @param progress is told the seq now and then.
     * @return the result, good or bad.
     */
    public Rehearsal rehearse(
            final @Nullable Path scratch, final @Nullable UserLogic logic, final LongConsumer progress) {
        try {
            folder.readBackups();
            try (RepositoryLock lock = RepositoryLock.take(folder)) {
                final Path own = scratch == null ? folder.scratch() : scratch.resolve("partita-rehearsal");
                return new BackupRehearsal(lock, own, progress).rehearse(logic);
            }
        } catch (final IOException e) {
            throw folder.failed(e);
        }
    }

    /**
     * The backups there are.
     *
     * @return the oldest first, one at least.
     */
    public List<Backup> backups() {
        try {
            return folder.readBackups().backups();
        } catch (final IOException e) {
            throw folder.failed(e);
        }
    }

    /**
     * What rehearsals gave.
     *
     * @return the oldest first; the newest thousand are kept.
     */
    public List<Rehearsal> rehearsals() {
        try {
            return folder.readBackups().rehearsals();
        } catch (final IOException e) {
            throw folder.failed(e);
        }
    }
}
