// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.engine;

import io.partita.ledger.journal.Journal;
import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.observe.IncidentLog;
import io.partita.ledger.observe.LedgerCounters;
import io.partita.ledger.state.LedgerStateMachine;
import org.agrona.concurrent.EpochNanoClock;
import org.agrona.concurrent.NanoClock;

/**
 * What an engine works with. It owns none of it: who made it closes it, after the engine.
 *
 * @param config bounds.
 * @param journal where frames go.
 * @param stateMachine what records are applied to.
 * @param gate decides on sequencing, commit and answers.
 * @param counters to show positions in.
 * @param incidents to log the unexpected in.
 * @param nanoClock monotonic time.
 * @param epochNanoClock wall time.
 * @param wake called by submitters after a submission; must be cheap.
 * @param haltListener told of a halt, on the engine's thread.
 */
public record EngineContext(
        EngineConfig config,
        Journal journal,
        LedgerStateMachine stateMachine,
        ReplicationGate gate,
        LedgerCounters counters,
        IncidentLog incidents,
        NanoClock nanoClock,
        EpochNanoClock epochNanoClock,
        Runnable wake,
        HaltListener haltListener) {
    /** Is told that the engine halted. */
    @FunctionalInterface
    public interface HaltListener {
        /**
         * The engine takes, applies and answers nothing any more; it was logged as an incident already.
         *
         * @param code the stable code.
         * @param reason the cause and what to do.
         */
        void onHalt(ErrorCode code, String reason);
    }
}
