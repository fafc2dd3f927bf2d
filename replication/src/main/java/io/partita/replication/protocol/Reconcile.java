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
     * The largest seq known to be common, at least the one before the oldest record that is kept here.
     *
     * @param own the active's journal.
     * @param fromStart true if the tables were tried and misled: from the oldest record on.
     * @param theirOldestSeq the oldest record that the standby keeps.
     * @param theirLastSeq its last seq.
     * @param theirLastChain its chain value there.
     * @param theirs its newest runs, oldest first.
     * @return a seq of which the own journal knows the chain value.
     */
    static long commonSeq(
            final LocalJournal own,
            final boolean fromStart,
            final long theirOldestSeq,
            final long theirLastSeq,
            final long theirLastChain,
            final EpochRuns theirs) {
        final long base = own.oldestSeq() - 1;
        // What a standby has given up was committed; where it begins, both are the same (I1).
        final long theirBase = Math.min(theirOldestSeq - 1, own.lastSeq());
        final long common = fromStart ? 0 : byTables(own, base, theirLastSeq, theirLastChain, theirs);
        return Math.max(base, Math.max(theirBase, common));
    }

    private static long byTables(
            final LocalJournal own,
            final long base,
            final long theirLastSeq,
            final long theirLastChain,
            final EpochRuns theirs) {
        if (theirLastSeq >= base && theirLastSeq <= own.lastSeq() && isHere(own, theirLastSeq, theirLastChain)) {
            return theirLastSeq;
        }
        final List<EpochRuns.Run> runs = theirs.runs();
        int first = 0;
        for (int i = runs.size() - 1; i >= 0; i--) {
            final EpochRuns.Run run = runs.get(i);
            if (run.lastSeq() < base) {
                first = i + 1; // What is before the oldest record is not there to compare with.
                break;
            }
            if (run.lastSeq() <= own.lastSeq() && isHere(own, run.lastSeq(), run.chainAtLast())) {
                return i + 1 < runs.size()
                        ? Math.max(run.lastSeq(), sharedOfEpoch(own, runs.get(i + 1)))
                        : run.lastSeq();
            }
        }
        return first < runs.size() ? sharedOfEpoch(own, runs.get(first)) : 0;
    }

    private static boolean isHere(final LocalJournal own, final long seq, final long chain) {
        return own.isReadable(seq) && own.chainAt(seq) == chain;
    }

    /** Last seq of a run of theirs that this journal has in the same epoch; 0 if none. */
    private static long sharedOfEpoch(final LocalJournal own, final EpochRuns.Run theirs) {
        for (final EpochRuns.Run run : own.epochRuns().runs()) {
            if (run.epoch() == theirs.epoch()) {
                final long shared = Math.min(run.lastSeq(), theirs.lastSeq());
                return shared >= Math.max(run.firstSeq(), theirs.firstSeq()) ? shared : 0;
            }
        }
        return 0;
    }
}
