// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.transport;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;

/**
 * Notices that files were replaced or written. One that is being written is left alone until two looks in a row find all of them
 * the same: a certificate and its key are never replaced in one moment. One thread.
 */
public final class WatchedFiles {
    private final List<Path> files;
    private String taken;
    private String lastSeen;

    /**
     * Files as they are now.
     *
     * @param files to watch; they may be symbolic links.
     */
    public WatchedFiles(final Path... files) {
        this.files = List.of(files);
        taken = look();
        lastSeen = taken;
    }

    /**
     * Looks at the files.
     *
     * @return whether they are other ones than those that were taken last, and have settled: they count as taken now.
     */
    public boolean haveChanged() {
        final String seen = look();
        final boolean hasSettled = seen.equals(lastSeen);
        lastSeen = seen;
        if (!hasSettled || seen.equals(taken)) {
            return false;
        }
        taken = seen;
        return true;
    }

    private String look() {
        final StringBuilder state = new StringBuilder();
        for (final Path file : files) {
            try {
                final BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
                state.append(now.fileKey())
                        .append(' ')
                        .append(now.lastModifiedTime())
                        .append(' ')
                        .append(now.size());
            } catch (final IOException e) {
                state.append("absent");
            }
            state.append('\n');
        }
        return state.toString();
    }
}
