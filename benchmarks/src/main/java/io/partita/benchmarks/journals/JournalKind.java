// SPDX-License-Identifier: Apache-2.0
package io.partita.benchmarks.journals;

import io.partita.ledger.journal.ChronicleJournal;
import io.partita.ledger.journal.Journal;
import io.partita.ledger.journal.JournalConfig;
import io.partita.ledger.journal.SyncPolicy;
import io.partita.ledger.model.Id128;
import java.nio.file.Path;

/** What is compared. */
public enum JournalKind {
    /** The journal that ships, in the way of the modes that force. */
    WRITTEN("written into Chronicle's file"),
    /** The same with Chronicle's appender, as where forces are rare. */
    STORED("Chronicle's appender"),
    /** A plain file, with zeros written a little ahead. */
    FILE("FileChannel");

    /** Of a million batches of one, or of four million transfers in larger ones, and some. */
    private static final long FILE_LENGTH = 512L << 20;

    private static final int NOT_UNASKED_MS = 60_000;

    static final Id128 CLUSTER_ID = new Id128(1, 3);

    private final String label;

    JournalKind(final String label) {
        this.label = label;
    }

    /**
     * For people.
     *
     * @return what it is.
     */
    public String label() {
        return label;
    }

    /** An empty journal in a folder, which must be there. */
    Journal open(final Path folder, final Runnable durableListener) {
        if (this == FILE) {
            return new FileChannelJournal(folder.resolve("journal-file"), CLUSTER_ID, FILE_LENGTH, durableListener);
        }
        return ChronicleJournal.open(JournalConfig.of(folder.resolve("journal"), CLUSTER_ID)
                .withSyncPolicy(this == WRITTEN ? SyncPolicy.ON_REQUEST : SyncPolicy.periodic(NOT_UNASKED_MS))
                .withDurableListener(durableListener));
    }
}
