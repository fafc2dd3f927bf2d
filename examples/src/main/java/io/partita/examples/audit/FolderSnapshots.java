// SPDX-License-Identifier: Apache-2.0
package io.partita.examples.audit;

import io.partita.ledger.engine.Restart;
import io.partita.ledger.journal.FolderReader;
import io.partita.ledger.model.PartitaException;
import io.partita.ledger.snapshot.SnapshotStore;
import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * The snapshots beside a journal.
 *
 * @param journalFirstSeq where the journal begins.
 * @param store of the snapshots.
 * @param restart chooses one that fits the journal.
 */
public record FolderSnapshots(long journalFirstSeq, SnapshotStore store, Restart restart) {
    /**
     * Looks at a data folder. Reads only.
     *
     * @param journalFolder as {@link DataFolders#journalOf} finds it.
     * @param unusable told of each snapshot that is passed over, and why.
     * @return what is there.
     * @throws PartitaException if the journal's manifest cannot be read.
     */
    public static FolderSnapshots of(final Path journalFolder, final Consumer<PartitaException> unusable) {
        try (FolderReader reader = FolderReader.open(journalFolder, 1)) {
            final SnapshotStore store = new SnapshotStore(
                    journalFolder.toAbsolutePath().normalize().resolveSibling("snapshots"), reader.clusterId());
            return new FolderSnapshots(
                    reader.oldestSeq(),
                    store,
                    new Restart(
                            store,
                            () -> FolderReader.oldestSeq(journalFolder),
                            seq -> FolderReader.chainAt(journalFolder, seq),
                            unusable));
        }
    }
}
