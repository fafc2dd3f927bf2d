// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.backup;

import io.partita.ledger.journal.Damage;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a check of a repository's files found.
 *
 * @param newest the newest backup; null if the manifest cannot be read.
 * @param files how many files of records there are.
 * @param bytes how long they are together.
 * @param damages what is wrong; empty if nothing.
 * @param notes leftovers of an interrupted command, which the next {@code create} or {@code rehearse} clears away.
 */
public record BackupVerification(
        @Nullable Backup newest, int files, long bytes, List<Damage> damages, List<String> notes) {
    /** Copies the lists. */
    public BackupVerification {
        damages = List.copyOf(damages);
        notes = List.copyOf(notes);
    }

    /**
     * Whether all is well.
     *
     * @return true if nothing is damaged.
     */
    public boolean ok() {
        return damages.isEmpty();
    }
}
