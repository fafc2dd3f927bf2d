// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.transport;

import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.PartitaException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;

/** Whether a file or folder is out of reach of those who must not read or change it. Any thread. */
public final class FilePermissions {
    private static final Set<PosixFilePermission> CHANGED_BY_OTHERS =
            EnumSet.of(PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE);
    private static final Set<PosixFilePermission> CHANGED_BY_EVERYBODY = EnumSet.of(PosixFilePermission.OTHERS_WRITE);
    private static final Set<PosixFilePermission> READ_BY_EVERYBODY = EnumSet.of(
            PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE, PosixFilePermission.OTHERS_READ);

    private FilePermissions() {}

    /**
     * Refuses a folder that group or others may write to.
     *
     * @param folder to look at.
     * @throws PartitaException INSECURE_PERMISSIONS if they may, STORAGE_FAILED if that cannot be found out.
     */
    public static void checkFolder(final Path folder) {
        check(folder, CHANGED_BY_OTHERS, "chmod go-w " + folder);
    }

    /**
     * Refuses a file that everybody may write to.
     *
     * @param file to look at.
     * @throws PartitaException INSECURE_PERMISSIONS if everybody may, STORAGE_FAILED if that cannot be found out.
     */
    public static void checkFile(final Path file) {
        check(file, CHANGED_BY_EVERYBODY, "chmod o-w " + file);
    }

    /**
     * Refuses a secret that everybody may read, or that group or others may write to.
     *
     * @param file to look at.
     * @throws PartitaException INSECURE_PERMISSIONS if they may, STORAGE_FAILED if that cannot be found out.
     */
    public static void checkSecret(final Path file) {
        check(file, READ_BY_EVERYBODY, "chmod 600 " + file);
    }

    private static void check(final Path path, final Set<PosixFilePermission> refused, final String nextStep) {
        final Set<PosixFilePermission> found;
        try {
            found = Files.getPosixFilePermissions(path);
        } catch (final IOException | UnsupportedOperationException e) {
            throw new PartitaException(
                    ErrorCode.STORAGE_FAILED,
                    "the permissions cannot be read: path=" + path + " (" + e + ")",
                    "check that it exists, on a file system with POSIX permissions",
                    e);
        }
        for (final PosixFilePermission permission : refused) {
            if (found.contains(permission)) {
                throw new PartitaException(
                        ErrorCode.INSECURE_PERMISSIONS,
                        "too many may read or change it: path=" + path + " permissions="
                                + PosixFilePermissions.toString(found),
                        nextStep);
            }
        }
    }
}
