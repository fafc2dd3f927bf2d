// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.journal;

import io.partita.ledger.model.EpochRuns;
import java.util.ArrayList;
import java.util.List;

/** The runs of one epoch along a journal (R6), kept while records are appended. Not thread-safe. */
final class EpochRunTable {
    private final List<EpochRuns.Run> finished = new ArrayList<>();
    private long epoch;
    private long firstSeq;
    private long lastSeq;
    private long lastChain;

    /** One more record at the end. */
    void append(final long recordEpoch, final long seq, final long chain) {
        if (recordEpoch != epoch) {
            if (epoch != 0) {
                finished.add(new EpochRuns.Run(epoch, firstSeq, lastSeq, lastChain));
            }
            epoch = recordEpoch;
            firstSeq = seq;
        }
        lastSeq = seq;
        lastChain = chain;
    }

    /** Adds a run, which may continue the last one. */
    void append(final EpochRuns.Run run) {
        append(run.epoch(), run.firstSeq(), run.chainAtLast());
        lastSeq = run.lastSeq();
    }

    /** Forgets what comes after {@code seq}, whose record's chain value is given. */
    void cut(final long seq, final long chain) {
        final List<EpochRuns.Run> runs = new ArrayList<>(toRuns().runs());
        finished.clear();
        epoch = 0;
        for (final EpochRuns.Run run : runs) {
            if (run.lastSeq() <= seq) {
                append(run);
            } else if (run.firstSeq() <= seq) {
                append(new EpochRuns.Run(run.epoch(), run.firstSeq(), seq, chain));
            }
        }
    }

    /** Forgets what comes up to {@code seq}. */
    void discard(final long seq) {
        finished.removeIf(run -> run.lastSeq() <= seq);
        if (!finished.isEmpty() && finished.get(0).firstSeq() <= seq) {
            final EpochRuns.Run cut = finished.get(0);
            finished.set(0, new EpochRuns.Run(cut.epoch(), seq + 1, cut.lastSeq(), cut.chainAtLast()));
        } else if (finished.isEmpty()) {
            firstSeq = Math.max(firstSeq, seq + 1);
        }
    }

    /** Starts again from a snapshot. */
    void reset(final EpochRuns runs) {
        finished.clear();
        epoch = 0;
        for (final EpochRuns.Run run : runs.runs()) {
            append(run);
        }
    }

    /** Epoch of the last record, 0 if there is none. */
    long lastEpoch() {
        return epoch;
    }

    EpochRuns toRuns() {
        final List<EpochRuns.Run> runs = new ArrayList<>(finished);
        if (epoch != 0) {
            runs.add(new EpochRuns.Run(epoch, firstSeq, lastSeq, lastChain));
        }
        return new EpochRuns(runs);
    }
}
