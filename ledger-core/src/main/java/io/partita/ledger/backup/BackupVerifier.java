// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.backup;

import io.partita.ledger.journal.Damage;
import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.PartitaException;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** Checks a repository bit by bit: nothing is missing, nothing is there that does not belong, and every byte is what it was. Reads only. */
final class BackupVerifier {
    private static final int LIVE_ATTEMPTS = 10;
    private static final int RUN_LENGTH_MAX = 1024 * 1024;

    private final RepositoryFolder folder;
    private final List<Damage> damages = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private @Nullable BackupManifest manifest;

    private BackupVerifier(final RepositoryFolder folder) {
        this.folder = folder;
    }

    /** Checks everything. */
    static BackupVerification verify(final RepositoryFolder folder, final LongConsumer progress) throws IOException {
        BackupVerifier verifier = new BackupVerifier(folder);
        verifier.run(progress);
        // A command may have gone on under our eyes: what looks like damage then is looked at again.
        for (int i = 0; i < LIVE_ATTEMPTS && !verifier.damages.isEmpty() && verifier.hasMoved(); i++) {
            verifier = new BackupVerifier(folder);
            verifier.run(progress);
        }
        return verifier.report();
    }

    /** Refuses a repository to which nothing may be added, since it is not what its manifest says. Does not read the records. */
    static void requireSound(final RepositoryFolder folder, final BackupManifest manifest) throws IOException {
        final BackupVerifier verifier = new BackupVerifier(folder);
        verifier.checkNames(manifest);
        if (!verifier.damages.isEmpty()) {
            throw new DamagedFileException(verifier.damages.get(0)).told();
        }
    }

    private boolean hasMoved() throws IOException {
        try {
            final BackupManifest now = folder.read();
            return manifest != null && now != null && now.generation() != manifest.generation();
        } catch (final PartitaException e) {
            return false;
        }
    }

    private void run(final LongConsumer progress) throws IOException {
        try {
            manifest = folder.readBackups();
        } catch (final PartitaException e) {
            if (e.code() != ErrorCode.DAMAGED) {
                throw e;
            }
            damages.add(new Damage(RepositoryFolder.MANIFEST, 0, -1, 0, e.problem()));
            return;
        }
        checkNames(manifest);
        final BaseSnapshot base = manifest.base();
        if (base != null) {
            for (final SnapshotFile file : base.files()) {
                checkSnapshot(base, file);
            }
        }
        for (final RecordsFile file : manifest.files()) {
            checkRecords(manifest, file);
            progress.accept(file.lastSeq());
        }
    }

    private void checkSnapshot(final BaseSnapshot base, final SnapshotFile file) throws IOException {
        try {
            SnapshotCopy.check(folder, base, file);
        } catch (final DamagedFileException e) {
            damages.add(e.damage());
        }
    }

    private void checkRecords(final BackupManifest of, final RecordsFile file) throws IOException {
        try (RecordsFileReader reader = RecordsFileReader.open(folder, of.clusterId(), file)) {
            while (reader.next(Long.MAX_VALUE, RUN_LENGTH_MAX)) {
                continue;
            }
        } catch (final DamagedFileException e) {
            damages.add(e.damage());
        }
    }

    /** What is there and what is not, and whether the two manifests agree. */
    private void checkNames(final BackupManifest of) throws IOException {
        checkCopy(of);
        for (final String name : folder.list("")) {
            if (name.endsWith(RepositoryFolder.ASIDE) || name.equals(RepositoryFolder.SCRATCH)) {
                notes.add(leftover(name));
            }
            if (!RepositoryFolder.NAMES.contains(name)) {
                damages.add(new Damage(name, 0, -1, 0, "it does not belong to the backup"));
            }
        }
        if (Files.exists(folder.resolve(RepositoryFolder.LOCK))
                && Files.size(folder.resolve(RepositoryFolder.LOCK)) > 0) {
            damages.add(new Damage(RepositoryFolder.LOCK, 0, 0, 0, "it is not empty"));
        }
        final Set<String> listed = new HashSet<>();
        of.files().forEach(file -> listed.add(file.name()));
        final BaseSnapshot base = of.base();
        if (base != null) {
            base.files().forEach(file -> listed.add(file.name()));
        }
        checkListed(RecordsFile.FOLDER, listed);
        checkListed(SnapshotFile.FOLDER, listed);
    }

    private void checkListed(final String of, final Set<String> listed) throws IOException {
        for (final String name : folder.list(of)) {
            final String path = of + "/" + name;
            if (name.endsWith(RepositoryFolder.ASIDE)) {
                notes.add(leftover(path));
            } else if (!listed.contains(path)) {
                damages.add(new Damage(path, 0, -1, 0, "the manifest does not list it"));
            }
        }
    }

    private static String leftover(final String name) {
        return "of a command that runs, or was interrupted: " + name;
    }

    private void checkCopy(final BackupManifest of) throws IOException {
        final byte[] right = of.encode();
        final byte[] copy = folder.bytesOf(RepositoryFolder.COPY);
        if (copy != null && Arrays.equals(copy, right)) {
            return;
        }
        final byte[] aside = folder.bytesOf(RepositoryFolder.COPY + RepositoryFolder.ASIDE);
        if (aside == null || !Arrays.equals(aside, right)) {
            damages.add(new Damage(
                    RepositoryFolder.COPY,
                    0,
                    copy == null ? -1 : Arrays.mismatch(copy, right),
                    0,
                    copy == null ? "the file is missing" : "the manifest and its copy are not the same"));
        }
    }

    private BackupVerification report() {
        long bytes = 0;
        int files = 0;
        if (manifest != null) {
            final BaseSnapshot base = manifest.base();
            if (base != null) {
                files += base.files().size();
                bytes += base.files().stream().mapToLong(SnapshotFile::length).sum();
            }
            for (final RecordsFile file : manifest.files()) {
                files++;
                bytes += file.length();
            }
        }
        return new BackupVerification(manifest == null ? null : manifest.newest(), files, bytes, damages, notes);
    }
}
