// SPDX-License-Identifier: Apache-2.0
package io.partita.examples.drill;

/**
 * Spreads the payments so that the stream outlasts the faults: slowly while a victim is on its way back, at full speed to the
 * next fault's position once it may fire, and never past what must be left for the faults to come. Not thread-safe: the payer's,
 * but for the setters.
 */
final class Pacer {
    private static final long TICK_NS = 5_000_000L;
    private static final double TRICKLE_PER_TICK = 0.001;
    private static final double TRICKLE_PER_TICK_MIN = 0.02;

    private final FaultPlan plan;
    private final long payments;
    private final double ratePerNs;
    private final long startNs;
    private volatile int nextFault = 1;
    private volatile boolean isReady = true;
    private volatile long faultNs;
    private volatile long sentAtFault;
    private volatile double cycleNs = 2.5e9;
    private volatile long burstTo;
    private long tickNs;
    private double trickle;

    /**
     * @param rate payments a second at most, 0 for no limit.
     */
    Pacer(final FaultPlan plan, final long payments, final long rate, final long nowNs) {
        this.plan = plan;
        this.payments = payments;
        ratePerNs = rate / 1e9;
        startNs = nowNs;
        tickNs = nowNs;
    }

    /** A fault has fired; its victim comes back. Fault thread. */
    void onFault(final int number, final long nowNs, final long sent) {
        faultNs = nowNs;
        sentAtFault = sent;
        isReady = false;
        burstTo = 0;
        nextFault = number + 1;
    }

    /** The pair is whole again: the next fault may fire. Fault thread. */
    void onReady(final long nowNs) {
        cycleNs = 0.5 * cycleNs + 0.5 * Math.max(0.2e9, nowNs - faultNs);
        isReady = true;
    }

    /** A fault was tried in vain: the payments go on without it. Fault thread. */
    void onGivenUp(final int number) {
        burstTo = 0;
        nextFault = number + 1;
    }

    /** The next fault is about to fire: it shall hit a busy stream, not a trickle, nor one that has come to its end. Fault thread. */
    void onBurst(final long sentTo) {
        burstTo = sentTo;
    }

    /** How many payments may have been sent by now. */
    long allowed(final long nowNs, final long sent) {
        final long byRate = ratePerNs == 0 ? payments : (long) ((nowNs - startNs) * ratePerNs) + 1;
        final int next = nextFault;
        if (next > plan.faults().size()) {
            return Math.min(byRate, payments);
        }
        final FaultPlan.Fault fault = plan.faults().get(next - 1);
        final long cap = plan.sentMaxBefore(next);
        final long byPlan;
        if (sent >= fault.position()) {
            byPlan = trickled(nowNs, sent, Math.min(cap, fault.position() + plan.stretch() / 2));
        } else if (isReady || fault.phase() != Phase.SERVING) {
            byPlan = fault.position();
        } else {
            final double part = (nowNs - faultNs) / (1.2 * cycleNs);
            final long spread = sentAtFault + (long) (part * (fault.position() - sentAtFault));
            byPlan = Math.max(sent, Math.min(spread, fault.position()));
        }

        return Math.min(byRate, Math.max(Math.min(byPlan, cap), burstTo));
    }

    /** A share of what this fault has left per tick, half of it in some 3 s, then a few a second: it lasts. */
    private long trickled(final long nowNs, final long sent, final long end) {
        while (nowNs - tickNs >= TICK_NS) {
            tickNs = Math.max(tickNs + TICK_NS, nowNs - TICK_NS);
            trickle += Math.max(TRICKLE_PER_TICK_MIN, (end - sent) * TRICKLE_PER_TICK);
        }
        trickle = Math.min(trickle, 256);
        final long whole = (long) trickle;
        trickle -= whole;

        return sent + whole;
    }
}
