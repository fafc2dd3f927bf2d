// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.backup;

import io.partita.ledger.journal.Damage;
import io.partita.ledger.journal.FolderFiles;
import io.partita.ledger.model.Id128;
import io.partita.ledger.snapshot.SnapshotStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** The files of the snapshot that a repository begins with: copied into it, checked there, and copied out of it. */
final class SnapshotCopy {
    private static final int PIECE_LENGTH = 1024 * 1024;

    private SnapshotCopy() {}

    /** Copies a file; durable but for its name. Says what was copied, which may be damaged. */
    static SnapshotFile copy(final FileChannel from, final String fileName, final Path toFolder) throws IOException {
        final Path to = toFolder.resolve(fileName);
        try (FileChannel target = FileChannel.open(
                to, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            FolderFiles.ownerOnly(to);
            final SnapshotFile copied = read(from, fileName, target);
            target.force(true);
            return copied;
        }
    }

    private static SnapshotFile read(final FileChannel from, final String fileName, final @Nullable FileChannel to)
            throws IOException {
        final MessageDigest sha256 = RecordsDescriptor.sha256();
        final ByteBuffer piece = ByteBuffer.allocate(PIECE_LENGTH);
        long length = 0;
        while (from.read(piece.clear()) >= 0) {
            piece.flip();
            length += piece.remaining();
            sha256.update(piece.duplicate());
            while (to != null && piece.hasRemaining()) {
                to.write(piece);
            }
        }
        return new SnapshotFile(fileName, length, HexFormat.of().formatHex(sha256.digest()));
    }

    /** Whether a file of a repository is what the manifest says; if not, throws a {@link DamagedFileException}. */
    static void check(final RepositoryFolder folder, final BaseSnapshot base, final SnapshotFile file)
            throws IOException {
        try (FileChannel from = open(folder, base, file)) {
            requireSame(base, file, read(from, file.fileName(), null));
        }
    }

    /** Copies all files out of a repository, as the manifest says they are, and verifies what was written. */
    static void restore(
            final RepositoryFolder folder, final Id128 clusterId, final BaseSnapshot base, final Path toFolder)
            throws IOException {
        FolderFiles.createFolder(toFolder);
        for (final SnapshotFile file : base.files()) {
            try (FileChannel from = open(folder, base, file)) {
                requireSame(base, file, copy(from, file.fileName(), toFolder));
            }
        }
        FolderFiles.forceFolder(toFolder);
        new SnapshotStore(toFolder, clusterId).verify(base.end().seq());
    }

    private static FileChannel open(final RepositoryFolder folder, final BaseSnapshot base, final SnapshotFile file)
            throws IOException {
        try {
            return folder.open(file);
        } catch (final NoSuchFileException e) {
            throw damaged(base, file, -1, "the file is missing: it is of the snapshot that the records go on from");
        }
    }

    private static void requireSame(final BaseSnapshot base, final SnapshotFile expected, final SnapshotFile found) {
        if (found.length() != expected.length()) {
            throw damaged(
                    base,
                    expected,
                    Math.min(found.length(), expected.length()),
                    "it has another length than the manifest says: length=" + found.length() + ", expected="
                            + expected.length());
        }
        if (!found.sha256().equals(expected.sha256())) {
            throw damaged(base, expected, -1, "its SHA-256 is not the manifest's: sha256=" + found.sha256());
        }
    }

    private static DamagedFileException damaged(
            final BaseSnapshot base, final SnapshotFile file, final long offset, final String what) {
        return new DamagedFileException(
                new Damage(file.name(), 0, offset, base.end().seq(), what));
    }
}
