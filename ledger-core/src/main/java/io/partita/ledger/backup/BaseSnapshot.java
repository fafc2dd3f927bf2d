// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.backup;

import java.util.List;

/**
 * The snapshot that a repository begins with, where the journal had given up its beginning: the records go on from it, and nothing
 * before its end can be restored.
 *
 * @param end the last record that it is the state after.
 * @param files all that it consists of.
 */
public record BaseSnapshot(Position end, List<SnapshotFile> files) {
    /** Copies the list. */
    public BaseSnapshot {
        files = List.copyOf(files);
    }
}
