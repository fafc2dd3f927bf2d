// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.backup;

import io.partita.ledger.journal.FolderFiles;
import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.Id128;
import io.partita.ledger.model.PartitaException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The files of a repository, and the one way in which they change: everything new is written beside its place under a name that
 * ends with {@code .tmp} and forced; the manifest is renamed into its place, which is the moment at which the change has happened;
 * then everything else is. Whoever reads takes a file from its place, or from beside it.
 */
final class RepositoryFolder {
    static final String MANIFEST = "manifest";
    static final String COPY = "manifest.copy";
    static final String LOCK = "LOCK";
    static final String SCRATCH = "scratch";
    static final String ASIDE = ".tmp";

    /** All names there may be. */
    static final Set<String> NAMES = Set.of(
            MANIFEST,
            MANIFEST + ASIDE,
            COPY,
            COPY + ASIDE,
            RecordsFile.FOLDER,
            SnapshotFile.FOLDER,
            SnapshotFile.FOLDER + ASIDE,
            LOCK,
            SCRATCH);

    /** Beyond this it is not a manifest: some two million backups. */
    private static final long MANIFEST_LENGTH_MAX = 512L * 1024 * 1024;

    private final Path path;

    RepositoryFolder(final Path path) {
        this.path = path;
    }

    Path path() {
        return path;
    }

    Path resolve(final String name) {
        return path.resolve(name);
    }

    Path aside(final String name) {
        return path.resolve(name + ASIDE);
    }

    /** The folder of the snapshot that the records go on from, in its place or beside it. The caller holds the lock. */
    Path snapshot() {
        final Path place = resolve(SnapshotFile.FOLDER);
        return Files.exists(place) ? place : aside(SnapshotFile.FOLDER);
    }

    /** Where rehearsals and replays may leave what nobody misses. */
    Path scratch() {
        return path.resolve(SCRATCH);
    }

    /** The manifest; null if there is none, and nothing says that there ever was one. */
    @Nullable
    BackupManifest read() throws IOException {
        for (int attempt = 0; attempt < 2; attempt++) {
            final byte[] bytes = bytesOf(MANIFEST);
            if (bytes == null) {
                requireNone();
                return null;
            }
            final BackupManifest manifest =
                    BackupManifest.decode(bytes, resolve(MANIFEST).toString());
            if (generationOfCopy() <= manifest.generation()) {
                return manifest;
            }
            // A command may have changed both between the two looks; the manifest comes first.
        }
        throw new PartitaException(
                ErrorCode.DAMAGED,
                "the backup's manifest is older than its copy: file=" + resolve(MANIFEST),
                "it went back, and backups would be missing: copy manifest.copy over manifest and run partita backup verify");
    }

    /** The generation of the copy; 0 if it cannot be read: then it cannot say anything against the manifest. */
    private long generationOfCopy() throws IOException {
        final byte[] bytes = bytesOf(COPY);
        try {
            return bytes == null
                    ? 0
                    : BackupManifest.decode(bytes, resolve(COPY).toString()).generation();
        } catch (final PartitaException e) {
            return 0;
        }
    }

    private void requireNone() throws IOException {
        if (Files.exists(resolve(COPY))
                || Files.exists(resolve(SnapshotFile.FOLDER))
                || !recordsInPlace().isEmpty()) {
            throw new PartitaException(
                    ErrorCode.DAMAGED,
                    "the backup's manifest is missing: file=" + resolve(MANIFEST),
                    "if manifest.copy is there, copy it to manifest and run partita backup verify; else use another copy"
                            + " of the backup");
        }
    }

    /** The manifest, with at least one backup. */
    BackupManifest readBackups() throws IOException {
        final BackupManifest manifest = read();
        if (manifest == null || manifest.newest() == null) {
            throw new PartitaException(
                    ErrorCode.BACKUP_REFUSED,
                    "there is no backup in the folder: folder=" + path,
                    "check the path; partita backup create makes the first one");
        }
        return manifest;
    }

    /** A manifest's bytes; null if there is no such file. */
    byte @Nullable [] bytesOf(final String name) throws IOException {
        try {
            if (Files.size(resolve(name)) > MANIFEST_LENGTH_MAX) {
                throw new IOException("it is too long for a manifest: file=" + resolve(name));
            }
            return Files.readAllBytes(resolve(name));
        } catch (final NoSuchFileException e) {
            return null;
        }
    }

    private Set<String> recordsInPlace() throws IOException {
        final Set<String> names = new HashSet<>(list(RecordsFile.FOLDER));
        names.removeIf(name -> name.endsWith(ASIDE));
        return names;
    }

    /** Names in a folder of the repository, in order; none if it is not there. */
    List<String> list(final String folder) throws IOException {
        if (!Files.isDirectory(path.resolve(folder))) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(path.resolve(folder))) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    /** Opens a file that the manifest lists, in its place or beside it. */
    FileChannel open(final RecordsFile file) throws IOException {
        return open(resolve(file.name()), aside(file.name()));
    }

    /** Opens a file that the manifest lists, in its folder or in the one beside that. */
    FileChannel open(final SnapshotFile file) throws IOException {
        return open(resolve(file.name()), aside(SnapshotFile.FOLDER).resolve(file.fileName()));
    }

    private static FileChannel open(final Path place, final Path aside) throws IOException {
        try {
            return FileChannel.open(place, StandardOpenOption.READ);
        } catch (final NoSuchFileException e) {
            return openAside(place, aside);
        }
    }

    private static FileChannel openAside(final Path place, final Path aside) throws IOException {
        try {
            return FileChannel.open(aside, StandardOpenOption.READ);
        } catch (final NoSuchFileException e) {
            // It may have been put into its place between the two looks.
            return FileChannel.open(place, StandardOpenOption.READ);
        }
    }

    /** Makes what a writer needs, in a folder that holds backups or nothing. */
    void make() throws IOException {
        if (!Files.exists(resolve(MANIFEST))) {
            for (final String name : list("")) {
                if (!NAMES.contains(name)) {
                    throw new PartitaException(
                            ErrorCode.BACKUP_REFUSED,
                            "the folder is not one for backups: folder=" + path + ", holds=" + name,
                            "give a folder that is empty or does not exist, or one with backups");
                }
            }
        }
        FolderFiles.createFolder(path);
        FolderFiles.createFolder(resolve(RecordsFile.FOLDER));
    }

    /** Changes the manifest, durably; files of records that it lists beyond those of before lie beside their places. */
    void commit(final BackupManifest manifest) throws IOException {
        final byte[] bytes = manifest.encode();
        FolderFiles.write(aside(MANIFEST), ByteBuffer.wrap(bytes));
        FolderFiles.write(aside(COPY), ByteBuffer.wrap(bytes));
        FolderFiles.forceFolder(resolve(RecordsFile.FOLDER));
        FolderFiles.forceFolder(path);
        FolderFiles.rename(aside(MANIFEST), resolve(MANIFEST));
        FolderFiles.forceFolder(path);
        settle(manifest);
    }

    /** Puts into its place what the manifest lists, and deletes what an interrupted command left. */
    void settle(final BackupManifest manifest) throws IOException {
        final Path snapshot = resolve(SnapshotFile.FOLDER);
        if (manifest.base() != null && !Files.exists(snapshot) && Files.exists(aside(SnapshotFile.FOLDER))) {
            FolderFiles.rename(aside(SnapshotFile.FOLDER), snapshot);
        }
        for (final RecordsFile file : manifest.files()) {
            if (!Files.exists(resolve(file.name())) && Files.exists(aside(file.name()))) {
                FolderFiles.rename(aside(file.name()), resolve(file.name()));
            }
        }
        FolderFiles.forceFolder(resolve(RecordsFile.FOLDER));
        final byte[] copy = bytesOf(COPY + ASIDE);
        if (copy != null && Arrays.equals(copy, manifest.encode())) {
            FolderFiles.rename(aside(COPY), resolve(COPY));
        }
        clear();
        FolderFiles.forceFolder(path);
    }

    private void clear() throws IOException {
        Files.deleteIfExists(aside(MANIFEST));
        Files.deleteIfExists(aside(COPY));
        deleteTree(aside(SnapshotFile.FOLDER));
        for (final String name : list(RecordsFile.FOLDER)) {
            if (name.endsWith(ASIDE)) {
                Files.delete(resolve(RecordsFile.FOLDER).resolve(name));
            }
        }
        deleteTree(scratch());
    }

    /** Deletes a folder with all that is in it, if it is there. */
    static void deleteTree(final Path folder) throws IOException {
        if (Files.exists(folder)) {
            FolderFiles.deleteTree(folder);
        }
    }

    /** What an error of the file system means here. */
    PartitaException failed(final IOException e) {
        return new PartitaException(
                ErrorCode.STORAGE_FAILED,
                "the backup's folder cannot be read or written: folder=" + path + " (" + e + ")",
                "check the path, its permissions, the disk and its free space, then run the same command again",
                e);
    }

    /** Refuses a cluster that the repository is not of. */
    static void checkCluster(final BackupManifest manifest, final Id128 found, final Path dataFolder) {
        if (!manifest.clusterId().equals(found)) {
            throw new PartitaException(
                    ErrorCode.WRONG_CLUSTER,
                    "the backups are of another cluster than the data folder: backups=" + manifest.clusterId()
                            + ", folder=" + dataFolder + ", cluster=" + found,
                    "give each cluster a folder for backups of its own");
        }
    }
}
