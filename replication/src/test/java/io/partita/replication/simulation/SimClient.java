// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.simulation;

import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** A closed-loop client: one unique id at a time, retried with the same id until it is definite; and linearizable reads. */
final class SimClient {
    private final Simulator simulator;
    private final SplittableRandom random;
    private final long idBase;
    private long next;
    private int attempt;
    private int target;
    private boolean reading;
    private boolean busy;
    private long watermark;
    private long definite;

    SimClient(final Simulator simulator, final int index, final SplittableRandom random) {
        this.simulator = simulator;
        this.random = random;
        idBase = (index + 1) * 1_000_000L;
        target = random.nextInt(simulator.nodes.size());
    }

    long definite() {
        return definite;
    }

    void start() {
        simulator.scheduler.after(random.nextLong(simulator.plan.thinkNs()), this::begin);
    }

    boolean isBusy() {
        return busy;
    }

    private void begin() {
        if (simulator.isQuiet()) {
            return;
        }
        busy = true;
        reading = random.nextInt(3) == 0;
        if (!reading) {
            next++;
        }
        watermark = simulator.checkers.answeredHigh();
        attempt();
    }

    private void attempt() {
        final int now = ++attempt;
        if (reading) {
            watermark = simulator.checkers.answeredHigh(); // A read that is tried again is another read.
        }
        final SimNode node = simulator.nodes.get(target);
        simulator.toClient(() -> {
            if (!node.isUp()) {
                simulator.toClient(() -> onRefused(now, null));
            } else if (reading) {
                node.onReadRequest(this, now);
            } else {
                node.onWriteRequest(idBase + next, this, now);
            }
        });
        simulator.scheduler.after(400_000_000, () -> onLost(now));
    }

    void onRefused(final int ofAttempt, final @Nullable String hint) {
        retry(ofAttempt, hint == null ? -1 : simulator.node(hint).index);
    }

    void onLost(final int ofAttempt) {
        retry(ofAttempt, -1);
    }

    private void retry(final int ofAttempt, final int hint) {
        if (!busy || ofAttempt != attempt) {
            return;
        }
        attempt++;
        target = hint >= 0 && hint != target && random.nextInt(4) != 0 ? hint : random.nextInt(simulator.nodes.size());
        simulator.scheduler.after(5_000_000 + random.nextLong(20_000_000), this::attempt);
    }

    void onAnswered(final int ofAttempt, final long seq) {
        if (busy && ofAttempt == attempt) {
            done();
        }
    }

    void onRead(final int ofAttempt, final long appliedSeq) {
        if (!busy || ofAttempt != attempt) {
            return;
        }
        if (appliedSeq < watermark) {
            throw new Violation(
                    "STALE-READ", "a read saw seq=" + appliedSeq + " though seq=" + watermark + " was answered before");
        }
        done();
    }

    private void done() {
        busy = false;
        definite++;
        attempt++;
        simulator.scheduler.after(
                random.nextLong(simulator.plan.thinkNs()) / (simulator.isHealing() ? 4 : 1), this::begin);
    }
}
