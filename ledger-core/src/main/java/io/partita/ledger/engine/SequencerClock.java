// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.engine;

/**
 * Gives the stamps (R41: a bad clock must not be journaled). Pure: monotonic and wall time are given in.
 *
 * <p>A stamp for {@code n} events is at least {@code last + n}, and otherwise the wall clock, unless that is further ahead of
 * this clock's expectation than {@code clockJumpMax}, or beyond the ceiling of the peers' clocks: then time goes on by monotonic
 * time and an alarm is counted. The expectation is the last trusted time plus the monotonic time elapsed since; it never runs
 * back, so a wall clock that was set back and later put right again slows stamps down and raises no alarm.
 *
 * <p>At a start there is no monotonic reference to what was journaled before: the first wall time is taken as it is, or the
 * last journaled stamp if that is later.
 */
public final class SequencerClock {
    private final long clockJumpMaxNs;
    private boolean isAnchored;
    private long last;
    private long lastMonotonicNs;
    private long trusted;
    private long trustedMonotonicNs;
    private long jumpAlarms;
    private long ceilingAlarms;

    /**
     * A clock that has not given a stamp yet.
     *
     * @param clockJumpMaxNs how far the wall clock may run ahead of monotonic time between two stamps.
     */
    public SequencerClock(final long clockJumpMaxNs) {
        if (clockJumpMaxNs < 0) {
            throw new IllegalArgumentException("clockJumpMaxNs must not be negative: clockJumpMaxNs=" + clockJumpMaxNs);
        }
        this.clockJumpMaxNs = clockJumpMaxNs;
    }

    /**
     * Sets the last stamp of the journal: at a start, and whenever others' records were appended.
     *
     * @param lastStamp of the journal.
     * @param monotonicNs now.
     * @param wallNs now.
     */
    public void follow(final long lastStamp, final long monotonicNs, final long wallNs) {
        final long expected = isAnchored ? expected(monotonicNs) : wallNs;
        isAnchored = true;
        last = lastStamp;
        lastMonotonicNs = monotonicNs;
        trusted = Math.max(expected, lastStamp);
        trustedMonotonicNs = monotonicNs;
    }

    /**
     * The stamp of the next record.
     *
     * @param count timestamps the record owns, 1 or more.
     * @param monotonicNs now.
     * @param wallNs now.
     * @param ceilingNs latest stamp the peers' clocks allow.
     * @return the stamp, at least the last one plus {@code count}.
     */
    public long next(final int count, final long monotonicNs, final long wallNs, final long ceilingNs) {
        if (!isAnchored) {
            follow(0, monotonicNs, wallNs);
        }
        final long believed = believed(monotonicNs, wallNs);
        if (believed != wallNs) {
            jumpAlarms++;
        }
        final long time = capped(believed, monotonicNs, ceilingNs);
        if (believed > ceilingNs) {
            ceilingAlarms++;
        }
        return give(Math.max(last + count, time), monotonicNs);
    }

    /**
     * The time now as far as it is believed: what is due by then may be released. Changes nothing and raises no alarm.
     *
     * @param monotonicNs now.
     * @param wallNs now.
     * @param ceilingNs latest stamp the peers' clocks allow.
     * @return nanoseconds since 1970, at least the last stamp.
     */
    public long now(final long monotonicNs, final long wallNs, final long ceilingNs) {
        return Math.max(last, capped(believed(monotonicNs, wallNs), monotonicNs, ceilingNs));
    }

    /**
     * The stamp of a TICK: its releases come after what was due.
     *
     * @param base what {@link #now} said.
     * @param count releases, 1 or more.
     * @param monotonicNs now.
     * @return {@code base + count}.
     */
    public long tick(final long base, final int count, final long monotonicNs) {
        return give(base + count, monotonicNs);
    }

    private long believed(final long monotonicNs, final long wallNs) {
        final long expected = isAnchored ? expected(monotonicNs) : wallNs;
        return wallNs - expected > clockJumpMaxNs ? expected : wallNs;
    }

    private long capped(final long time, final long monotonicNs, final long ceilingNs) {
        return time > ceilingNs ? Math.max(ceilingNs, last + (monotonicNs - lastMonotonicNs)) : time;
    }

    private long give(final long stamp, final long monotonicNs) {
        final long expected = expected(monotonicNs);
        last = stamp;
        lastMonotonicNs = monotonicNs;
        trusted = Math.max(expected, Math.min(stamp, expected + clockJumpMaxNs));
        trustedMonotonicNs = monotonicNs;
        return stamp;
    }

    /**
     * Stamps that the wall clock would have spoilt by a jump ahead.
     *
     * @return how many.
     */
    public long jumpAlarms() {
        return jumpAlarms;
    }

    /**
     * Stamps that the wall clock would have put beyond the peers' ceiling.
     *
     * @return how many.
     */
    public long ceilingAlarms() {
        return ceilingAlarms;
    }

    /**
     * The last stamp.
     *
     * @return given by {@link #next} or {@link #follow}.
     */
    public long last() {
        return last;
    }

    private long expected(final long monotonicNs) {
        return trusted + (monotonicNs - trustedMonotonicNs);
    }
}
