// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.engine;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * Has the thread that takes snapshots give way. A thread that works without a break keeps its processor until the kernel's next
 * tick, some milliseconds, though an engine's was woken meanwhile; so this one rests after each short slice of work, and whoever
 * waits for a processor finds one then.
 *
 * <p>It rests as long as it worked, a millisecond at most. It rests for a moment only when the next snapshot is due already; and not at all when it has fallen behind by
 * several, lest it never catch up. One thread.
 */
public final class Pace {
    /** Work between two rests, at least: a small part of what an engine may pause. */
    static final long SLICE_NS = TimeUnit.MICROSECONDS.toNanos(500);
    /** A rest that does no more than let others in. */
    static final long MOMENT_NS = TimeUnit.MICROSECONDS.toNanos(100);
    /** Snapshots that are due, from which on there is no rest. */
    static final long DUE_MAX = 8;

    private final long everyRecords;
    private final LongSupplier lastSeq;
    private final LongSupplier nanoClock;
    private final LongConsumer sleep;
    private long seq;
    private long sinceNs;

    /**
     * For one node.
     *
     * @param everyRecords how often a snapshot is due; 0 if only when one is asked for.
     * @param lastSeq the journal's last record; any thread.
     */
    public Pace(final long everyRecords, final LongSupplier lastSeq) {
        this(everyRecords, lastSeq, System::nanoTime, LockSupport::parkNanos);
    }

    Pace(final long everyRecords, final LongSupplier lastSeq, final LongSupplier nanoClock, final LongConsumer sleep) {
        this.everyRecords = everyRecords;
        this.lastSeq = lastSeq;
        this.nanoClock = nanoClock;
        this.sleep = sleep;
    }

    /**
     * A snapshot is begun.
     *
     * @param takenSeq the record that it is taken after.
     */
    public void begin(final long takenSeq) {
        seq = takenSeq;
        sinceNs = nanoClock.getAsLong();
    }

    /** To be called at least every some hundred microseconds of work; rests if it is time to. */
    public void rest() {
        final long workedNs = nanoClock.getAsLong() - sinceNs;
        if (workedNs < SLICE_NS) {
            return;
        }
        final long due = everyRecords == 0 ? 0 : (lastSeq.getAsLong() - seq) / everyRecords;
        if (due < DUE_MAX) {
            sleep.accept(due == 0 ? Math.min(workedNs, 2 * SLICE_NS) : MOMENT_NS);
        }
        sinceNs = nanoClock.getAsLong();
    }
}
