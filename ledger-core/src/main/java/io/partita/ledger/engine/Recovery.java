// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.engine;

import io.partita.ledger.journal.JournalReader;
import io.partita.ledger.model.Invariant;
import io.partita.ledger.model.RecordDescriptor;
import io.partita.ledger.state.LedgerStateMachine;
import org.agrona.DirectBuffer;

/** Replays a journal into a state machine: for recovery, audit and tests. The engine's apply step is the same loop. */
public final class Recovery {
    private static final int RUN_LENGTH_MAX = 1024 * 1024;

    private Recovery() {}

    /**
     * Applies records from a reader, as long as there are any up to a position.
     *
     * @param reader positioned after the state machine's applied seq.
     * @param stateMachine to apply them to.
     * @param uptoSeq the last seq to apply.
     * @return the last seq applied.
     * @throws io.partita.ledger.model.PartitaException DAMAGED if a record is damaged.
     */
    public static long replay(final JournalReader reader, final LedgerStateMachine stateMachine, final long uptoSeq) {
        while (reader.next(uptoSeq, RUN_LENGTH_MAX)) {
            final DirectBuffer buffer = reader.buffer();
            final int end = reader.offset() + reader.length();
            for (int at = reader.offset(); at < end; at += RecordDescriptor.length(buffer, at)) {
                Invariant.check(
                        RecordDescriptor.seq(buffer, at) == stateMachine.appliedSeq() + 1,
                        "records are applied in order");
                stateMachine.apply(buffer, at);
            }
        }
        return stateMachine.appliedSeq();
    }
}
