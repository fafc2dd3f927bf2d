// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.journal;

import io.partita.ledger.model.Id128;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Tells a reader which segment holds which records: from the journal's own memory, or from the manifest of another process. */
interface SegmentTrail {
    /** The end of a leg that still grows. */
    long GROWING = Long.MAX_VALUE;

    /**
     * The part of a segment that counts.
     *
     * @param id of the segment.
     * @param firstSeq its first record.
     * @param previousChain chain value before that.
     * @param endSeq the last record, or {@link #GROWING}.
     * @param trusted whether its records need no check, since this process made them.
     * @param sealed what the manifest says of its seal; null while it has none.
     */
    record Leg(
            long id,
            long firstSeq,
            long previousChain,
            long endSeq,
            boolean trusted,
            @Nullable SegmentEntry sealed) {
        /** One that has ended, or not, as the manifest has it. */
        static Leg of(final SegmentEntry entry) {
            return new Leg(
                    entry.id(),
                    entry.firstSeq(),
                    entry.previousChain(),
                    entry.isEnded() ? entry.endSeq() : GROWING,
                    false,
                    entry.state() == SegmentEntry.State.SEALED ? entry : null);
        }
    }

    /** The leg that holds a record, or will when it is appended; null if none does. */
    @Nullable
    Leg legOf(long seq);

    /**
     * The leg that goes on where a segment's last excerpt was found.
     *
     * @param endedId the segment that ended.
     * @param nextId what its last excerpt names, 0 if none.
     * @param seq the record that comes next.
     * @param chain chain value before that.
     * @return the leg; null if it is not known yet.
     */
    @Nullable
    Leg successor(long endedId, long nextId, long seq, long chain);

    /** The last record that is there; {@code Long.MAX_VALUE} if only the files tell. */
    long visibleSeq();

    /** The chain value after {@link #visibleSeq()}, where that is known: a whole file may still be another journal's. */
    long visibleChain();

    /** Changes when legs that were returned are no longer true. */
    long version();

    /** Called when nothing follows: looks whether the world has changed. True if {@link #legOf} may answer otherwise now. */
    boolean refresh();

    /** As {@link #refresh}, but looks in any case, however long ago the last look was. */
    boolean reread();

    Path folder();

    Id128 clusterId();
}
