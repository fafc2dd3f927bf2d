// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.model;

/**
 * Runs of records of one epoch in a journal, oldest first (PROTOCOL R6: {@code HELLO.epochRuns}). Immutable.
 *
 * @param runs the runs.
 */
public record EpochRuns(java.util.List<Run> runs) {
    /**
     * Copies the list.
     *
     * @param runs the runs.
     */
    public EpochRuns {
        runs = java.util.List.copyOf(runs);
    }

    /**
     * One run.
     *
     * @param epoch of every record of the run.
     * @param firstSeq the run's first seq.
     * @param lastSeq the run's last seq.
     * @param chainAtLast chain value at the last seq.
     */
    public record Run(long epoch, long firstSeq, long lastSeq, long chainAtLast) {}
}
