// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.node;

import io.partita.ledger.engine.MappedHistory;
import io.partita.ledger.state.LedgerStateMachine;

/**
 * A state machine and the memory of its history.
 *
 * @param machine what records are applied to.
 * @param history closed after it.
 */
record NodeState(LedgerStateMachine machine, MappedHistory history) implements AutoCloseable {
    @Override
    public void close() {
        machine.close();
        history.close();
    }
}
