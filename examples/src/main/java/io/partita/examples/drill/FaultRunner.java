// SPDX-License-Identifier: Apache-2.0
package io.partita.examples.drill;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Breaks the pair as planned, on a thread of its own, while the payer pays. */
final class FaultRunner implements Runnable {
    private static final long READY_TIMEOUT_MS = 300_000;
    private static final long SENT_TIMEOUT_NS = 600_000_000_000L;
    private static final long OUTSTANDING_TIMEOUT_NS = 5_000_000_000L;
    private static final long BURST_TIMEOUT_NS = 50_000_000L;
    private static final long BURST_PART = 8;
    private static final double SERVING_SPREAD_NS = 150e6;
    private static final long POLL_NS = 50_000L;
    private static final int ATTEMPTS_MAX = 4;

    private final FaultPlan plan;
    private final Pair pair;
    private final Payer payer;
    private final Pacer pacer;
    private final FaultInjector injector;
    private volatile boolean isStopped;
    private final AtomicInteger counted = new AtomicInteger();
    private volatile @Nullable String problem;
    private @Nullable String lastVictim;

    FaultRunner(final FaultPlan plan, final PairFolder folder, final Pair pair, final Payer payer, final Pacer pacer) {
        this.plan = plan;
        this.pair = pair;
        this.payer = payer;
        this.pacer = pacer;
        injector = new FaultInjector(folder, pair, payer, () -> isStopped || pair.unexpected() != null);
    }

    /** Faults that counted so far. */
    int counted() {
        return counted.get();
    }

    /** Why this gave up; null if it did not. */
    @Nullable
    String problem() {
        return problem;
    }

    void stop() {
        isStopped = true;
    }

    @Override
    public void run() {
        try {
            for (final FaultPlan.Fault fault : plan.faults()) {
                boolean isDone = false;
                for (int attempt = 0; !isDone && attempt < ATTEMPTS_MAX && !isStopped; attempt++) {
                    isDone = fire(fault, attempt == 0 ? fault.phase() : Phase.SERVING, ATTEMPTS_MAX - attempt);
                }
                if (isDone) {
                    counted.incrementAndGet();
                } else {
                    pacer.onGivenUp(fault.number());
                }
            }
            if (!pair.await(() -> isStopped || pair.haveAllRejoined() && pair.isDuplex(), READY_TIMEOUT_MS)) {
                problem = "not every victim rejoined in time";
            }
        } catch (final IOException ex) {
            problem = "a fault could not be injected or undone: " + ex;
        } catch (final InterruptedException ex) {
            problem = "interrupted";
        } catch (final RuntimeException ex) {
            problem = "a fault did not go as it should: " + ex;
        }
    }

    /** True if the fault counts. */
    private boolean fire(final FaultPlan.Fault fault, final Phase phase, final int attemptsLeft)
            throws IOException, InterruptedException {
        final String returning = lastVictim;
        if (phase == Phase.SERVING || returning == null) {
            awaitWhole();
            pacer.onReady(System.nanoTime());
            awaitSent(fault.position());
            park((long) (fault.moment() * SERVING_SPREAD_NS));
            awaitWhole();
            awaitOutstanding(fault, attemptsLeft);
            return inject(fault, phase, victim(fault));
        }
        awaitSent(fault.position());
        if (phase == Phase.START_UP) {
            parkUntil(pair.startedNs(returning) + (long) (fault.moment() * 0.9 * pair.startUpNs()));
        } else {
            pair.await(() -> isStopped || pair.listeningNs(returning) != 0, READY_TIMEOUT_MS);
            parkUntil(pair.listeningNs(returning) + (long) (fault.moment() * 0.8 * pair.rejoinNs()));
        }
        final String other = PairFolder.other(returning);

        if (pair.phaseOf(returning) == Phase.SERVING) {
            // It was back too soon: then this is a fault like others, and counts as such or not at all.
            awaitOutstanding(fault, attemptsLeft);
            return inject(fault, phase, pair.active());
        }

        return inject(fault, phase, fault.hitsActive() ? other : returning);
    }

    private boolean inject(final FaultPlan.Fault fault, final Phase planned, final @Nullable String victim)
            throws IOException, InterruptedException {
        if (victim == null || isStopped) {
            return false;
        }
        final boolean wasActive = victim.equals(pair.active());
        final Phase phase = lastVictim == null ? Phase.SERVING : pair.phaseOf(lastVictim);
        final long sentBefore = payer.sent();
        final long nowNs = System.nanoTime();
        final FaultRecord record =
                new FaultRecord(fault, pair.process(victim), wasActive, phase, sentBefore, nowNs, payer.seqMax());
        injector.begin(record);
        // Sent before and still without a reply after the fault was there: outstanding at the moment itself.
        record.unansweredAtFault = Math.max(0, sentBefore - payer.replied());
        final FaultRecord second = secondOf(fault, victim, phase, sentBefore);
        final boolean isOnPurpose = planned != Phase.SERVING && planned == phase;
        final boolean isAsAsked = wasActive || fault.victim() == Victim.STANDBY;
        record.isCounted = isOnPurpose || (isAsAsked && record.unansweredAtFault > 0);
        pacer.onFault(record.isCounted ? fault.number() : fault.number() - 1, nowNs, sentBefore);
        lastVictim = victim;
        if (second != null && fault.hitsActive()) {
            injector.end(second);
        }
        injector.end(record);
        if (second != null && !fault.hitsActive()) {
            injector.end(second);
        }

        return record.isCounted;
    }

    /** The other half of a fault that hits both. */
    private @Nullable FaultRecord secondOf(
            final FaultPlan.Fault fault, final String first, final Phase phase, final long sentBefore)
            throws IOException, InterruptedException {
        if (fault.victim() != Victim.BOTH || fault.kind() != FaultKind.KILL) {
            return null;
        }
        final FaultRecord record = new FaultRecord(
                fault,
                pair.process(PairFolder.other(first)),
                false,
                phase,
                sentBefore,
                System.nanoTime(),
                payer.seqMax());
        injector.begin(record);

        return record;
    }

    private @Nullable String victim(final FaultPlan.Fault fault) {
        final String active = pair.active();
        return active == null || fault.victim() != Victim.STANDBY ? active : PairFolder.other(active);
    }

    private void awaitWhole() throws InterruptedException {
        final boolean isWhole = pair.await(
                () -> isStopped || pair.unexpected() != null || pair.isDuplex() && pair.haveAllRejoined(),
                READY_TIMEOUT_MS);
        if (!isWhole) {
            throw new IllegalStateException("the pair was not whole again in time");
        }
    }

    private void awaitSent(final long position) {
        final long startNs = System.nanoTime();
        while (payer.sent() < position && !isStopped) {
            if (System.nanoTime() - startNs > SENT_TIMEOUT_NS) {
                throw new IllegalStateException("the stream stands still before payment " + position);
            }
            LockSupport.parkNanos(POLL_NS);
        }
    }

    /**
     * Waits until answers are outstanding, in the middle of a burst if one can be had soon. Each attempt has its share of the payments that
     * are left for this fault.
     */
    private void awaitOutstanding(final FaultPlan.Fault fault, final int attemptsLeft) {
        final long left = Math.max(0, plan.sentMaxAt(fault.number()) - payer.sent());
        final long burst = Math.min(plan.stretch() / BURST_PART + 1, left / attemptsLeft);
        pacer.onBurst(payer.sent() + burst);
        final long startNs = System.nanoTime();
        while (payer.sent() - payer.replied() < burst / 2
                && !isStopped
                && System.nanoTime() - startNs < BURST_TIMEOUT_NS) {
            Thread.onSpinWait();
        }
        while (payer.sent() == payer.replied() && !isStopped && System.nanoTime() - startNs < OUTSTANDING_TIMEOUT_NS) {
            Thread.onSpinWait();
        }
    }

    private void park(final long ns) {
        parkUntil(System.nanoTime() + ns);
    }

    private void parkUntil(final long deadlineNs) {
        long leftNs = deadlineNs - System.nanoTime();
        while (leftNs > 0 && !isStopped) {
            LockSupport.parkNanos(Math.min(leftNs, 1_000_000L));
            leftNs = deadlineNs - System.nanoTime();
        }
    }
}
