// SPDX-License-Identifier: Apache-2.0
package io.partita.benchmarks.journals;

import io.partita.benchmarks.load.PaidNode;
import io.partita.ledger.client.BatchClient;
import io.partita.ledger.client.LedgerClient;
import io.partita.ledger.client.ResultListener;
import io.partita.ledger.engine.Durability;
import io.partita.ledger.engine.EngineAgent;
import io.partita.ledger.engine.EngineConfig;
import io.partita.ledger.engine.EngineContext;
import io.partita.ledger.engine.SoloGate;
import io.partita.ledger.engine.SystemWallClock;
import io.partita.ledger.engine.WakeableIdle;
import io.partita.ledger.journal.Journal;
import io.partita.ledger.model.Limits;
import io.partita.ledger.model.RecordType;
import io.partita.ledger.observe.CounterType;
import io.partita.ledger.observe.IncidentLog;
import io.partita.ledger.observe.LedgerCounters;
import io.partita.ledger.state.LedgerStateMachine;
import io.partita.ledger.state.StateConfig;
import io.partita.ledger.wire.ControlBodies;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.SystemNanoClock;
import org.agrona.concurrent.UnsafeBuffer;

/** The engine of a single node with FSYNC on any journal, wired as the node does it, without what is not on a payment's way. */
public final class EngineNode implements PaidNode {
    private static final int CLIENT_BATCHES = 64;
    private static final int EPOCH = 1;
    private static final int LOGIC_VERSION = 1;

    private final Journal journal;
    private final LedgerStateMachine state = new LedgerStateMachine(StateConfig.defaults());
    private final EngineAgent engine;
    private final AgentRunner runner;

    /**
     * Starts it.
     *
     * @param folder of its files.
     * @param kind of journal.
     */
    public EngineNode(final Path folder, final JournalKind kind) {
        try {
            Files.createDirectories(folder);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
        final WakeableIdle idle = new WakeableIdle();
        final LedgerCounters counters = LedgerCounters.create(null, JournalKind.CLUSTER_ID, 0);
        final IncidentLog incidents = IncidentLog.create(
                null, JournalKind.CLUSTER_ID, System::currentTimeMillis, counters.get(CounterType.INCIDENTS));
        journal = kind.open(folder, idle::wake);
        final SoloGate gate = new SoloGate(journal, Durability.FSYNC, EPOCH, null);
        engine = new EngineAgent(new EngineContext(
                EngineConfig.defaults(),
                journal,
                state,
                gate,
                counters,
                incidents,
                SystemNanoClock.INSTANCE,
                new SystemWallClock(),
                idle::wake,
                (code, reason) -> System.err.println("the engine halted: " + code + ": " + reason)));
        final UnsafeBuffer body = new UnsafeBuffer(new byte[ControlBodies.EPOCH_START_LENGTH]);
        final int length = ControlBodies.encodeEpochStart(
                body, 0, new ControlBodies.EpochStart("solo", 1, journal.lastChain(), LOGIC_VERSION));
        gate.onAppended(engine.appendControl(RecordType.EPOCH_START, EPOCH, body, 0, length));
        idle.workCheck(engine::hasWork);
        runner = new AgentRunner(idle, Throwable::printStackTrace, null, engine);
        AgentRunner.startOnThread(runner);
    }

    @Override
    public BatchClient client(final ResultListener listener) {
        return new LedgerClient(engine.intake(), listener, CLIENT_BATCHES, Limits.BATCH_COMMANDS_MAX);
    }

    @Override
    public void check() {
        if (engine.intake().closedReason() != null) {
            throw new IllegalStateException(
                    "the engine was closed: " + engine.intake().closedReason());
        }
    }

    @Override
    public void close() {
        runner.close();
        state.close();
        journal.close();
    }
}
