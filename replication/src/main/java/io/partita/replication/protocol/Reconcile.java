// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.protocol;

import io.partita.ledger.model.EpochRuns;
import java.util.List;

/**
 * R6: up to where two journals are the same, from one's tables of epoch runs. Only one node ever sequences an epoch, in one
 * go, so two journals that both have a record of an epoch at a seq have the same prefix there; the standby verifies the result
 * by chain value, and what it cannot use falls back to the whole journal, of which R7 skips what is equal.
 */
final class Reconcile {
    private Reconcile() {}

    /**
     * The largest seq known to be common.
     *
     * @param own the active's journal.
     * @param theirLastSeq last seq of the standby.
     * @param theirLastChain its chain value there.
     * @param theirs the standby's newest runs, oldest first.
     * @return 0 if none is known.
     */
    static long commonSeq(
            final LocalJournal own, final long theirLastSeq, final long theirLastChain, final EpochRuns theirs) {
        if (theirLastSeq <= own.lastSeq() && own.chainAt(theirLastSeq) == theirLastChain) {
            return theirLastSeq;
        }
        final List<EpochRuns.Run> runs = theirs.runs();
        for (int i = runs.size() - 1; i >= 0; i--) {
            final EpochRuns.Run run = runs.get(i);
            if (run.lastSeq() <= own.lastSeq() && own.chainAt(run.lastSeq()) == run.chainAtLast()) {
                return i + 1 < runs.size()
                        ? Math.max(run.lastSeq(), sharedOfEpoch(own, runs.get(i + 1)))
                        : run.lastSeq();
            }
        }
        return runs.isEmpty() ? 0 : sharedOfEpoch(own, runs.get(0));
    }

    /** Last seq of a run of theirs that this journal has in the same epoch; 0 if none. */
    private static long sharedOfEpoch(final LocalJournal own, final EpochRuns.Run theirs) {
        for (final EpochRuns.Run run : own.epochRuns().runs()) {
            if (run.epoch() == theirs.epoch()) {
                return run.firstSeq() == theirs.firstSeq() ? Math.min(run.lastSeq(), theirs.lastSeq()) : 0;
            }
        }
        return 0;
    }
}
