// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.journal;

import java.util.List;

/**
 * What has become of damaged records of a journal in use.
 *
 * @param missingFirst the first record that is nowhere to be had, 0 if none is missing.
 * @param missingLast the last one, 0 if none is missing.
 * @param replaced segments that were written anew.
 */
public record RepairReport(long missingFirst, long missingLast, List<MendReport.Mended> replaced) {
    /** Copies the list. */
    public RepairReport {
        replaced = List.copyOf(replaced);
    }

    /**
     * Whether all records are there.
     *
     * @return true if none is missing.
     */
    public boolean isWhole() {
        return missingFirst == 0;
    }
}
