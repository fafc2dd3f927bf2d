// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.backup;

import io.partita.ledger.journal.JournalReader;
import io.partita.ledger.model.Id128;
import java.io.IOException;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Reads the records of a repository from the first one on, file by file, and checks all of them. A run that ends a file is returned
 * only after the file's SHA-256 was found right; whoever stops before calls {@link #checkRest}. One thread.
 */
final class RepositoryReader implements JournalReader {
    private static final UnsafeBuffer NOTHING = new UnsafeBuffer(new byte[0]);
    private static final int RUN_LENGTH_MAX = 1024 * 1024;

    private final RepositoryFolder folder;
    private final Id128 clusterId;
    private final List<RecordsFile> files;
    private int nextFile;
    private long firstSeq;
    private long lastSeq;
    private @Nullable RecordsFileReader file;

    RepositoryReader(final RepositoryFolder folder, final Id128 clusterId, final List<RecordsFile> files) {
        this.folder = folder;
        this.clusterId = clusterId;
        this.files = files;
        lastSeq = files.isEmpty() ? 0 : files.get(0).firstSeq() - 1;
    }

    @Override
    public boolean next(final long uptoSeq, final int lengthMax) {
        try {
            while (lastSeq < uptoSeq) {
                if (file == null) {
                    if (nextFile == files.size()) {
                        return false;
                    }
                    file = RecordsFileReader.open(folder, clusterId, files.get(nextFile++));
                }
                if (file.next(uptoSeq, lengthMax)) {
                    firstSeq = lastSeq + 1;
                    lastSeq = file.lastSeq();
                    return true;
                }
                file.close();
                file = null;
            }
            return false;
        } catch (final DamagedFileException e) {
            throw e.told();
        } catch (final IOException e) {
            throw folder.failed(e);
        }
    }

    /** Reads the file at hand to its end: a run out of its middle is good only if the whole file is. */
    void checkRest() {
        try {
            while (file != null && file.next(Long.MAX_VALUE, RUN_LENGTH_MAX)) {
                continue;
            }
        } catch (final DamagedFileException e) {
            throw e.told();
        } catch (final IOException e) {
            throw folder.failed(e);
        }
    }

    @Override
    public DirectBuffer buffer() {
        return file == null ? NOTHING : file.buffer();
    }

    @Override
    public int offset() {
        return file == null ? 0 : file.offset();
    }

    @Override
    public int length() {
        return file == null ? 0 : file.length();
    }

    @Override
    public long firstSeq() {
        return firstSeq;
    }

    @Override
    public long lastSeq() {
        return lastSeq;
    }

    @Override
    public void close() {
        try {
            if (file != null) {
                file.close();
                file = null;
            }
        } catch (final IOException e) {
            throw folder.failed(e);
        }
    }
}
