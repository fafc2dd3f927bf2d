// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.journal;

import java.nio.file.Path;

/** Reads the journal folder of another process while that one appends. */
public final class FolderReader {
    private FolderReader() {}

    /**
     * Opens a reader.
     *
     * @param journalFolder the journal's own folder.
     * @param fromSeq the first seq to return.
     * @return the reader.
     */
    public static JournalReader open(final Path journalFolder, final long fromSeq) {
        throw new UnsupportedOperationException("not there yet: folder=" + journalFolder + ", fromSeq=" + fromSeq);
    }
}
