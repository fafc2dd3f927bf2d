// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.backup;

import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.PartitaException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.agrona.CloseHelper;

/**
 * Keeps two processes from changing a repository at once. The lock is the operating system's, on an empty file, and ends with its
 * process. Nothing else in this code opens that file: closing any descriptor of it would give the lock up.
 */
final class RepositoryLock implements AutoCloseable {
    /** Files held by this JVM, where a second opening must not come near them. Static, since the system's lock is of the process, too. */
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    private final RepositoryFolder folder;
    private final Path file;
    private final FileChannel channel;

    private RepositoryLock(final RepositoryFolder folder, final Path file, final FileChannel channel) {
        this.folder = folder;
        this.file = file;
        this.channel = channel;
    }

    static RepositoryLock take(final RepositoryFolder folder) throws IOException {
        final Path file = folder.path().toRealPath().resolve(RepositoryFolder.LOCK);
        if (!HELD.add(file)) {
            throw inUse(folder);
        }
        FileChannel channel = null;
        boolean held = false;
        try {
            channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (channel.tryLock() == null) {
                throw inUse(folder);
            }
            held = true;
            return new RepositoryLock(folder, file, channel);
        } finally {
            if (!held) {
                CloseHelper.quietClose(channel);
                HELD.remove(file);
            }
        }
    }

    private static PartitaException inUse(final RepositoryFolder folder) {
        return new PartitaException(
                ErrorCode.FOLDER_IN_USE,
                "another command is changing the backups: folder=" + folder.path(),
                "wait until it has ended, then run the same command again");
    }

    /** The repository, which whoever holds this may change. */
    RepositoryFolder folder() {
        return folder;
    }

    @Override
    public void close() throws IOException {
        try {
            channel.close();
        } finally {
            HELD.remove(file);
        }
    }
}
