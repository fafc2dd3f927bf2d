// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.backup;

import io.partita.ledger.journal.FolderReader;
import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.PartitaException;
import io.partita.ledger.state.UserLogic;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Answers the question whether the newest backup is good in the only way there is: restores it into a scratch folder, replays that,
 * compares, and writes the answer down.
 */
final class BackupRehearsal {
    private final RepositoryFolder folder;
    private final Path scratch;
    private final LongConsumer progress;
    private @Nullable LedgerSummary summary;

    /** The scratch folder is this rehearsal's own: what is in it is deleted before and after. The caller holds the lock. */
    BackupRehearsal(final RepositoryLock lock, final Path scratch, final LongConsumer progress) {
        folder = lock.folder();
        this.scratch = scratch;
        this.progress = progress;
    }

    Rehearsal rehearse(final @Nullable UserLogic logic) throws IOException {
        final BackupManifest manifest = folder.readBackups();
        BackupVerifier.requireSound(folder, manifest);
        folder.settle(manifest);
        RepositoryFolder.deleteTree(scratch);
        final Backup newest = Objects.requireNonNull(manifest.newest(), "there is one");
        final long startNs = System.nanoTime();
        String problem;
        try {
            problem = compare(manifest, newest, logic);
        } catch (final PartitaException e) {
            if (e.code() != ErrorCode.DAMAGED && e.code() != ErrorCode.DIGEST_MISMATCH) {
                throw e; // says nothing of the backup
            }
            problem = e.problem();
        } catch (final IllegalStateException | IllegalArgumentException e) {
            problem = "the replay stopped: " + e.getMessage();
        } finally {
            RepositoryFolder.deleteTree(scratch);
        }
        final Rehearsal rehearsal = new Rehearsal(
                newest.number(), BackupCreator.nowNs(), System.nanoTime() - startNs, problem.isEmpty(), problem);
        folder.commit(manifest.with(rehearsal, problem.isEmpty() ? summary : null));
        return rehearsal;
    }

    /** What differs; empty if nothing does. */
    private String compare(final BackupManifest manifest, final Backup newest, final @Nullable UserLogic logic)
            throws IOException {
        final Path data = scratch.resolve("data");
        new BackupRestorer(folder, manifest, progress).restore(data, RestorePoint.end());
        try (LedgerReplay replay = new LedgerReplay(scratch, logic, data.resolve("snapshots"), manifest);
                FolderReader reader = FolderReader.open(data.resolve("journal"), replay.nextSeq())) {
            final String differs = replay.run(reader, manifest.backups(), progress);
            if (!differs.isEmpty()) {
                return differs;
            }
            final List<String> violations = replay.violations();
            if (!violations.isEmpty()) {
                return "an invariant does not hold: " + violations.get(0);
            }
            final LedgerSummary found = replay.summary();
            summary = found;
            final LedgerSummary expected = newest.state();
            return expected == null || expected.equals(found)
                    ? ""
                    : "the restored ledger is not what the manifest says: expected=" + expected + ", found=" + found;
        }
    }
}
