// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.engine;

import io.partita.ledger.client.Batch;
import io.partita.ledger.client.Intake;
import io.partita.ledger.journal.Journal;
import io.partita.ledger.journal.JournalReader;
import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.Invariant;
import io.partita.ledger.model.Outcome;
import io.partita.ledger.model.PartitaException;
import io.partita.ledger.model.RecordDescriptor;
import io.partita.ledger.model.RecordType;
import io.partita.ledger.state.LedgerStateMachine;
import org.agrona.BitUtil;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.AgentTerminationException;
import org.jspecify.annotations.Nullable;

/**
 * A node's duty cycle: gate, one frame from everything that waits, flush, apply up to the commit position, answer, reads. All
 * methods but {@link #intake()} are for the engine's thread.
 *
 * <p>Records are applied by reading them back from the journal, so that an active, a standby and a recovery run the same loop.
 * A batch waits in a ring under its seq; its results are written into it at apply, and told at {@link #answer} while the gate
 * says so.
 *
 * <p>Anything unexpected halts the engine before it answers: nothing is sequenced, applied or answered afterwards, and what was
 * in flight ends UNKNOWN.
 */
public final class EngineAgent implements Agent {
    private static final int APPLY_LENGTH_MAX = 1024 * 1024;

    private final EngineContext context;
    private final Journal journal;
    private final AppliedState state;
    private final ReplicationGate gate;
    private final BatchIntake intake;
    private final Sequencer sequencer;
    private final ReadStep reads;
    private final EngineCounters counters;
    private final @Nullable Batch[] ring;
    private final Sequencer.Entry enter = this::enter;
    private JournalReader reader;
    private long sequencedEpoch;
    private int ringCount;
    private long appliedSeq;
    private long answeredSeq;
    private boolean couldAnswer;
    private boolean isTerminating;
    private boolean isClosed;
    private @Nullable String haltReason;

    /**
     * An engine on a journal of which the state machine has applied a part, or nothing.
     *
     * @param context what it works with.
     */
    public EngineAgent(final EngineContext context) {
        this(context, new AppliedState(context.stateMachine()));
    }

    private EngineAgent(final EngineContext context, final AppliedState state) {
        this(context, state, state);
    }

    EngineAgent(final EngineContext context, final Expiries expiries) {
        this(context, new AppliedState(context.stateMachine()), expiries);
    }

    private EngineAgent(final EngineContext context, final AppliedState state, final Expiries expiries) {
        this.context = context;
        journal = context.journal();
        this.state = state;
        gate = context.gate();
        intake = new BatchIntake(context);
        ring = new Batch[BitUtil.findNextPositivePowerOfTwo(2 * context.config().windowBatches() + 64)];
        sequencer = new Sequencer(context, intake, expiries, ring.length);
        reads = new ReadStep(intake, gate, state, context.nanoClock(), new BatchCompleter());
        counters = new EngineCounters(context, state, expiries);
        appliedSeq = state.appliedSeq();
        answeredSeq = appliedSeq;
        reader = journal.reader(appliedSeq + 1);
    }

    @Override
    public String roleName() {
        return "partita-engine";
    }

    @Override
    public int doWork() {
        if (isTerminating) {
            throw new AgentTerminationException("closed from the engine's own thread");
        }
        if (haltReason != null) {
            failAll();
            return 0;
        }
        final long startNs = context.nanoClock().nanoTime();
        int work = 0;
        try {
            work = cycle(startNs);
        } catch (final AgentTerminationException termination) {
            throw termination;
        } catch (final Throwable error) { // whatever it is, nothing may be answered after it
            haltOn(error);
            work++;
        }
        updateCounters(work, startNs);
        return work;
    }

    /** Positions are read from the journal: what fails there fails as in the cycle itself. */
    private void updateCounters(final int work, final long startNs) {
        try {
            counters.update(work, startNs, appliedSeq, intake.inFlightCount());
        } catch (final Throwable error) {
            haltOn(error);
        }
    }

    private int cycle(final long nowNs) {
        int work = gate.poll(nowNs);
        if (haltReason != null) {
            return work;
        }
        work += sequence(nowNs);
        work += gate.flush(nowNs);
        if (haltReason != null) {
            return work;
        }
        work += applyCommitted();
        work += answer();
        return work + reads.doWork();
    }

    private int sequence(final long nowNs) {
        final long epoch = gate.sequencingEpoch();
        intake.refuseWith(Math.min(epoch, 0));
        if (epoch > 0) {
            if (epoch != sequencedEpoch) {
                failPending(Outcome.UNKNOWN); // deposed and elected again since: as below
                sequencedEpoch = epoch;
                sequencer.startEpoch();
            }
            final int work = sequencer.sequence(nowNs, epoch, answeredSeq, enter);
            if (sequencer.isStorageFull()) {
                gate.onStorageFull();
                return work + refuseWaiting(Outcome.STORAGE_FULL);
            }
            return work;
        }
        if (epoch == Outcome.NOT_ACTIVE && ringCount > 0) {
            failPending(Outcome.UNKNOWN); // deposed: what is in the tail may be in the new history (R26)
        }
        return epoch < 0 ? refuseWaiting(epoch) : 0;
    }

    private int refuseWaiting(final long outcome) {
        int work = 0;
        for (Batch batch = intake.pollCommands(); batch != null; batch = intake.pollCommands()) {
            complete(batch, outcome);
            work++;
        }
        return work;
    }

    private void enter(final long seq, final Batch batch) {
        ring[slot(seq)] = batch;
        ringCount++;
    }

    /**
     * Applies what is committed and in the journal; about a MiB at a time, so that the gate's timers stay alive.
     *
     * @return records applied.
     */
    public int applyCommitted() {
        final long uptoSeq = gate.applicableSeq();
        int work = 0;
        int budget = APPLY_LENGTH_MAX;
        while (appliedSeq < uptoSeq && budget > 0 && nextRun(uptoSeq, budget)) {
            final DirectBuffer buffer = reader.buffer();
            final int end = reader.offset() + reader.length();
            budget -= reader.length();
            for (int at = reader.offset(); at < end; at += RecordDescriptor.length(buffer, at)) {
                apply(buffer, at);
                work++;
            }
        }
        return work;
    }

    private boolean nextRun(final long uptoSeq, final int lengthMax) {
        try {
            return reader.next(uptoSeq, lengthMax);
        } catch (final PartitaException e) {
            if (e.code() != ErrorCode.DAMAGED) {
                throw e;
            }
            gate.onDamage(appliedSeq + 1, e);
            return false;
        }
    }

    private void apply(final DirectBuffer buffer, final int offset) {
        final long seq = RecordDescriptor.seq(buffer, offset);
        Invariant.check(seq == appliedSeq + 1, "records are applied in order");
        final Batch batch = ring[slot(seq)];
        if (batch == null || batch.engineTokenSeq() != seq) {
            state.machine().apply(buffer, offset);
        } else {
            Invariant.check(
                    batch.engineToken() == RecordDescriptor.epoch(buffer, offset),
                    "results go to the submitter of the record, not to one of a replaced tail");
            final int length = state.machine().apply(buffer, offset, batch.resultsForWriting(), 0);
            batch.applied(RecordDescriptor.timestamp(buffer, offset), length);
        }
        appliedSeq = seq;
        final int type = RecordDescriptor.type(buffer, offset);
        if (type == RecordType.COMMANDS.code()) {
            counters.applied(RecordDescriptor.count(buffer, offset));
        } else if (type == RecordType.USER.code()) {
            counters.applied(1);
        }
        gate.onApplied(seq, state.machine().runningDigest());
    }

    private int answer() {
        final boolean mayAnswer = gate.mayAnswer();
        if (couldAnswer && !mayAnswer) {
            failPending(Outcome.UNKNOWN); // R26
        }
        couldAnswer = mayAnswer;
        if (ringCount == 0) {
            answeredSeq = appliedSeq;
        }
        if (!mayAnswer) {
            return 0;
        }
        int work = 0;
        while (answeredSeq < appliedSeq) {
            final long seq = answeredSeq + 1;
            final int slot = slot(seq);
            final Batch batch = ring[slot];
            answeredSeq = seq;
            if (batch != null && batch.engineTokenSeq() == seq) {
                ring[slot] = null;
                ringCount--;
                complete(batch, seq);
                work++;
            }
        }
        return work;
    }

    /**
     * Where batches are handed in. Any thread.
     *
     * @return the intake.
     */
    public Intake intake() {
        return intake;
    }

    /**
     * Appends a control record, stamped with the journal's last timestamp, in a frame of its own. The gate is not told by
     * {@code onAppended}: it is the caller.
     *
     * @param type of the record.
     * @param epoch of the record.
     * @param body with the record's body.
     * @param offset of the body.
     * @param length of the body.
     * @return the record's seq.
     */
    public long appendControl(
            final RecordType type, final long epoch, final DirectBuffer body, final int offset, final int length) {
        return sequencer.appendControl(type, epoch, body, offset, length);
    }

    /**
     * Ends what is sequenced and not answered, as when an active is deposed: to be called before the journal is cut or another
     * node's records are appended.
     *
     * @param outcome a negative {@code Outcome}, UNKNOWN as a rule.
     */
    public void failPending(final long outcome) {
        for (int i = 0; ringCount > 0 && i < ring.length; i++) {
            final int slot = slot(answeredSeq + 1 + i);
            final Batch batch = ring[slot];
            if (batch != null) {
                ring[slot] = null;
                ringCount--;
                complete(batch, outcome);
            }
        }
    }

    /**
     * Halts: takes, applies and answers nothing any more. The first halt counts.
     *
     * @param code the stable code.
     * @param reason the cause, and what to do.
     * @param error the exception behind it, or null.
     */
    public void halt(final ErrorCode code, final String reason, final @Nullable Throwable error) {
        if (haltReason != null) {
            return;
        }
        haltReason = code + ": " + reason;
        intake.close("halted: " + haltReason);
        if (error == null) {
            context.incidents().record(code, reason, "see the runbook of " + code);
        } else {
            context.incidents().record(error);
        }
        counters.halted();
        failAll();
        try {
            context.haltListener().onHalt(code, reason);
        } catch (final RuntimeException listenerError) {
            intake.onListenerError(listenerError);
        }
    }

    private void haltOn(final Throwable error) {
        if (error instanceof PartitaException known) {
            halt(known.code(), known.problem() + "; next: " + known.nextStep(), known);
        } else {
            halt(
                    ErrorCode.INTERNAL,
                    "unexpected " + error + " after appliedSeq=" + appliedSeq
                            + "; next: stop this node, keep its data folder, and report the incident log",
                    error);
        }
    }

    /**
     * Goes on with another state, from a snapshot that is ahead of what was applied (R32); the journal begins behind it by now. To be
     * called by the gate. What was sequenced and not answered ends UNKNOWN.
     *
     * @param next the state; the caller closes the one before, and this one after the engine.
     */
    public void restart(final LedgerStateMachine next) {
        failPending(Outcome.UNKNOWN);
        reads.onReplaced();
        state.replace(next);
        appliedSeq = next.appliedSeq();
        answeredSeq = appliedSeq;
        reader.close();
        reader = journal.reader(appliedSeq + 1);
    }

    /**
     * Why the engine halted.
     *
     * @return code, cause and next step; null if it did not.
     */
    public @Nullable String haltReason() {
        return haltReason;
    }

    /**
     * The last applied seq.
     *
     * @return 0 at the beginning.
     */
    public long appliedSeq() {
        return appliedSeq;
    }

    /**
     * The state machine, for the gate's questions.
     *
     * @return it is changed by {@link #doWork} only.
     */
    public LedgerStateMachine stateMachine() {
        return state.machine();
    }

    /**
     * Whether the thread must not park: something waits that {@link #doWork} would do.
     *
     * @return true if so.
     */
    public boolean hasWork() {
        return haltReason == null
                && (!intake.isEmpty() || gate.hasInput() || appliedSeq < gate.applicableSeq() || reads.hasWork());
    }

    /**
     * Holds back TICK records, so that what is due stays reserved: for a tool that decides itself what comes before a release.
     *
     * @param isHeld false to release again what is due.
     */
    public void holdReleases(final boolean isHeld) {
        sequencer.holdReleases(isHeld);
    }

    /**
     * Whether all that is in the journal is applied.
     *
     * @return false while something waits to be committed or applied.
     */
    public boolean isCaughtUp() {
        return appliedSeq == journal.lastSeq();
    }

    /** Lets the next {@link #doWork} end the agent's thread: for a close that is called on that very thread. */
    public void terminate() {
        isTerminating = true;
    }

    /**
     * Closes: new batches are refused, those not sequenced yet end CLOSED, the sequenced ones get a bounded time to commit and
     * be answered, the rest end UNKNOWN. Nothing stays without an outcome. A second call does nothing.
     */
    @Override
    public void onClose() {
        if (isClosed) {
            return;
        }
        isClosed = true;
        intake.close("the ledger was closed");
        failUnsequenced();
        if (haltReason == null) {
            finishInFlight();
        }
        failPending(Outcome.UNKNOWN);
        failAll();
        reader.close();
        counters.closed(appliedSeq);
    }

    private void finishInFlight() {
        final long startNs = context.nanoClock().nanoTime();
        long nowNs = startNs;
        try {
            while (ringCount > 0
                    && haltReason == null
                    && nowNs - startNs <= context.config().closeTimeoutNs()) {
                int work = gate.poll(nowNs);
                work += gate.flush(nowNs);
                work += applyCommitted();
                work += answer();
                if (work == 0) {
                    Thread.yield();
                }
                nowNs = context.nanoClock().nanoTime();
            }
        } catch (final Throwable error) { // still nobody may be left without an outcome
            haltOn(error);
        }
    }

    private void failUnsequenced() {
        for (Batch batch = intake.pollCommands(); batch != null; batch = intake.pollCommands()) {
            complete(batch, Outcome.CLOSED);
        }
        reads.failAll(Outcome.CLOSED);
    }

    /** After the intake is closed: ends everything, and waits for submitters who are between window and queue. */
    private void failAll() {
        failPending(Outcome.UNKNOWN);
        failUnsequenced();
        while (intake.inFlightCount() > 0) {
            Thread.onSpinWait();
            failUnsequenced();
        }
    }

    private void complete(final Batch batch, final long outcome) {
        if (outcome == Outcome.UNKNOWN) {
            counters.unknown();
        }
        intake.release(batch);
        batch.answeredIn(gate.epoch());
        try {
            batch.complete(outcome);
        } catch (final Throwable error) { // an owner stops nobody, whatever it throws
            intake.onListenerError(error);
        }
    }

    private int slot(final long seq) {
        return (int) seq & (ring.length - 1);
    }

    /** How reads go back to their owners. */
    private final class BatchCompleter implements ReadStep.Completer {
        @Override
        public void complete(final Batch batch, final long outcome) {
            EngineAgent.this.complete(batch, outcome);
        }

        @Override
        public void completeRead(final Batch batch, final long position) {
            counters.read();
            EngineAgent.this.complete(batch, position);
        }
    }
}
