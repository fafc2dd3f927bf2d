// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.engine;

import io.partita.ledger.observe.CounterType;
import io.partita.ledger.observe.LedgerCounters;
import org.agrona.concurrent.status.AtomicCounter;

/** The engine's own counters: it is their only writer, once per duty cycle that did something. */
final class EngineCounters {
    private static final long HEARTBEAT_NS = 10_000_000;
    private static final long NS_PER_MS = 1_000_000;

    private final EngineContext context;
    private final AppliedState state;
    private final Expiries expiries;
    private final LedgerCounters counters;
    private final AtomicCounter epoch;
    private final AtomicCounter journalSeq;
    private final AtomicCounter durableSeq;
    private final AtomicCounter commitSeq;
    private final AtomicCounter appliedSeq;
    private final AtomicCounter runningDigest;
    private final AtomicCounter digestSeq;
    private final AtomicCounter lastTimestamp;
    private final AtomicCounter commandsApplied;
    private final AtomicCounter inFlight;
    private final AtomicCounter cycleMaxNs;
    private final AtomicCounter heartbeatMs;
    private final AtomicCounter pendingsOpen;
    private final AtomicCounter pendingsExpired;
    private final AtomicCounter expiryLagNs;
    private long heartbeatNs;
    private long commandsAppliedCount;
    private long cycleMax;
    private long readCount;

    EngineCounters(final EngineContext context, final AppliedState state, final Expiries expiries) {
        this.context = context;
        this.state = state;
        this.expiries = expiries;
        counters = context.counters();
        epoch = counters.get(CounterType.EPOCH);
        journalSeq = counters.get(CounterType.JOURNAL_SEQ);
        durableSeq = counters.get(CounterType.DURABLE_SEQ);
        commitSeq = counters.get(CounterType.COMMIT_SEQ);
        appliedSeq = counters.get(CounterType.APPLIED_SEQ);
        runningDigest = counters.get(CounterType.RUNNING_DIGEST);
        digestSeq = counters.get(CounterType.DIGEST_SEQ);
        lastTimestamp = counters.get(CounterType.LAST_TIMESTAMP);
        commandsApplied = counters.get(CounterType.COMMANDS_APPLIED);
        inFlight = counters.get(CounterType.IN_FLIGHT);
        cycleMaxNs = counters.get(CounterType.DUTY_CYCLE_MAX_NS);
        heartbeatMs = counters.get(CounterType.HEARTBEAT_MS);
        pendingsOpen = counters.get(CounterType.PENDINGS_OPEN);
        pendingsExpired = counters.get(CounterType.PENDINGS_EXPIRED);
        expiryLagNs = counters.get(CounterType.EXPIRY_LAG_NS);
        counters.get(CounterType.ENGINE_OPEN).setRelease(1);
        heartbeatNs = context.nanoClock().nanoTime() - HEARTBEAT_NS;
    }

    void applied(final int commands) {
        commandsAppliedCount += commands;
    }

    void read() {
        counters.get(CounterType.READS).setRelease(++readCount);
    }

    void unknown() {
        counters.get(CounterType.UNKNOWN).increment();
    }

    void halted() {
        counters.get(CounterType.ERRORS).increment();
        counters.get(CounterType.ENGINE_HALTED).setRelease(1);
        counters.get(CounterType.ENGINE_OPEN).setRelease(0);
    }

    void closed(final long applied) {
        counters.get(CounterType.ENGINE_OPEN).setRelease(0);
        positions(applied, 0);
    }

    void update(final int work, final long startNs, final long applied, final int batchesInFlight) {
        final boolean isHeartbeatDue = startNs - heartbeatNs >= HEARTBEAT_NS;
        if (work == 0 && !isHeartbeatDue) {
            return;
        }
        positions(applied, batchesInFlight);
        if (isHeartbeatDue) {
            heartbeatNs = startNs;
            final long wallNs = context.epochNanoClock().nanoTime();
            heartbeatMs.setRelease(wallNs / NS_PER_MS);
            expiryLagNs.setRelease(expiries.nextExpiry() < wallNs ? wallNs - expiries.nextExpiry() : 0);
        }
        final long cycleNs = context.nanoClock().nanoTime() - startNs;
        if (cycleNs > cycleMax) {
            cycleMax = cycleNs;
            cycleMaxNs.setRelease(cycleNs);
        }
    }

    private void positions(final long applied, final int batchesInFlight) {
        epoch.setRelease(context.journal().lastEpoch());
        journalSeq.setRelease(context.journal().lastSeq());
        durableSeq.setRelease(context.journal().durableSeq());
        commitSeq.setRelease(context.gate().commitSeq());
        lastTimestamp.setRelease(context.journal().lastTimestamp());
        appliedSeq.setRelease(applied);
        runningDigest.setRelease(state.machine().runningDigest());
        // After both: whoever reads it first, and the applied seq last, knows whether the digest belongs to that.
        digestSeq.setRelease(applied);
        pendingsOpen.setRelease(state.machine().openPendingCount());
        pendingsExpired.setRelease(state.machine().expiryCount());
        commandsApplied.setRelease(commandsAppliedCount);
        inFlight.setRelease(batchesInFlight);
    }
}
