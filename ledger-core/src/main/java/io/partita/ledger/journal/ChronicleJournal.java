// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.journal;

/** The journal on disk, over Chronicle Queue. */
public final class ChronicleJournal {
    private ChronicleJournal() {}

    /**
     * Opens a journal, or makes an empty one.
     *
     * @param config what it needs to know.
     * @return the journal.
     */
    public static Journal open(final JournalConfig config) {
        throw new UnsupportedOperationException("not there yet: folder=" + config.folder());
    }
}
