// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.testing;

import io.partita.ledger.client.Batch;
import io.partita.ledger.client.BatchKind;
import io.partita.ledger.client.BatchOwner;
import io.partita.ledger.engine.EngineAgent;
import io.partita.ledger.engine.EngineConfig;
import io.partita.ledger.engine.EngineContext;
import io.partita.ledger.journal.Journal;
import io.partita.ledger.journal.MemoryJournal;
import io.partita.ledger.model.Id128;
import io.partita.ledger.model.RecordType;
import io.partita.ledger.observe.CounterType;
import io.partita.ledger.observe.IncidentLog;
import io.partita.ledger.observe.LedgerCounters;
import io.partita.ledger.state.LedgerStateMachine;
import io.partita.ledger.state.StateConfig;
import io.partita.ledger.wire.ControlBodies;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.agrona.concurrent.UnsafeBuffer;

/** An engine on this thread, with a gate and clocks that the test sets; records who got what. */
public final class EngineKit implements AutoCloseable {
    /** The cluster. */
    public static final Id128 CLUSTER = new Id128(1, 2);

    /** The gate. */
    public final StubGate gate = new StubGate();

    /** The counters. */
    public final LedgerCounters counters = LedgerCounters.create(null, CLUSTER, 0);

    /** Completed batches, {@code tag:outcome} in order. */
    public final List<String> completed = new ArrayList<>();

    /** Halts told to the listener. */
    public final List<String> halts = new ArrayList<>();

    /** Monotonic time. */
    public long nowNs;

    /** Wall time. */
    public long wallNs = 1_000_000_000L;

    private final Journal journal;
    private final LedgerStateMachine stateMachine = new LedgerStateMachine(StateConfig.defaults());
    private final EngineAgent engine;

    /**
     * An engine on an empty memory journal.
     *
     * @param config bounds.
     */
    public EngineKit(final EngineConfig config) {
        this(config, new MemoryJournal(CLUSTER));
    }

    /**
     * An engine.
     *
     * @param config bounds.
     * @param journal to use.
     */
    public EngineKit(final EngineConfig config, final Journal journal) {
        this.journal = journal;
        final IncidentLog incidents = IncidentLog.create(null, CLUSTER, () -> 0, counters.get(CounterType.INCIDENTS));
        engine = new EngineAgent(new EngineContext(
                config,
                journal,
                stateMachine,
                gate,
                counters,
                incidents,
                () -> nowNs,
                () -> wallNs,
                () -> {},
                (code, reason) -> halts.add(code + " " + reason)));
    }

    /**
     * The engine.
     *
     * @return the engine.
     */
    public EngineAgent engine() {
        return engine;
    }

    /**
     * The journal.
     *
     * @return the journal.
     */
    public Journal journal() {
        return journal;
    }

    /**
     * The state machine.
     *
     * @return the state machine.
     */
    public LedgerStateMachine stateMachine() {
        return stateMachine;
    }

    /**
     * Submits a new batch of commands.
     *
     * @param tag names it in {@link #completed}.
     * @param filler adds its commands.
     * @return what the intake said.
     */
    public long submit(final long tag, final Consumer<Batch> filler) {
        return submit(tag, filler, this::onComplete);
    }

    /**
     * Submits a new batch of commands.
     *
     * @param tag names it.
     * @param filler adds its commands.
     * @param owner gets it back.
     * @return what the intake said.
     */
    public long submit(final long tag, final Consumer<Batch> filler, final BatchOwner owner) {
        final Batch batch = new Batch(owner, 100).reset(BatchKind.COMMANDS).tag(tag);
        filler.accept(batch);
        batch.prepare(tag);
        return engine.intake().submit(batch);
    }

    /**
     * Submits a batch that creates one account.
     *
     * @param id of the account, and the batch's tag.
     * @return what the intake said.
     */
    public long submitAccount(final long id) {
        return submit(id, batch -> batch.commands().addAccount(0, id, 1, 1, 0));
    }

    /**
     * Submits a read.
     *
     * @param tag names it.
     * @param kind of read.
     * @param filler adds ids and options.
     * @param owner gets it back.
     * @return what the intake said.
     */
    public long submitRead(final long tag, final BatchKind kind, final Consumer<Batch> filler, final BatchOwner owner) {
        final Batch batch = new Batch(owner, 100).reset(kind).tag(tag);
        filler.accept(batch);
        batch.prepare(tag);
        return engine.intake().submit(batch);
    }

    /** Records the batch in {@link #completed}. */
    public void onComplete(final Batch batch) {
        completed.add(batch.tag() + ":"
                + (batch.isOk() ? batch.outcome() : io.partita.ledger.model.Outcome.name(batch.outcome())));
    }

    /**
     * Appends an EPOCH_START.
     *
     * @param epoch it starts.
     * @return its seq.
     */
    public long startEpoch(final long epoch) {
        final UnsafeBuffer body = new UnsafeBuffer(new byte[ControlBodies.EPOCH_START_LENGTH]);
        final int length = ControlBodies.encodeEpochStart(
                body, 0, new ControlBodies.EpochStart("kit", journal.lastSeq() + 1, journal.lastChain(), 1));
        return engine.appendControl(RecordType.EPOCH_START, epoch, body, 0, length);
    }

    /** Commits everything appended and runs some cycles. */
    public void commitAll() {
        engine.doWork();
        gate.commitSeq = journal.lastSeq();
        engine.doWork();
        engine.doWork();
    }

    /**
     * A counter's value.
     *
     * @param type which.
     * @return its value.
     */
    public long count(final CounterType type) {
        return counters.get(type).get();
    }

    @Override
    public void close() {
        final Runnable poll = gate.onPoll;
        gate.onPoll = () -> {
            poll.run();
            nowNs += 1_000_000_000L; // this clock stands still otherwise, and a close waits a bounded time
        };
        engine.onClose();
        stateMachine.close();
        journal.close();
    }
}
