// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.engine;

import io.partita.ledger.state.LedgerStateMachine;

/** The state that the engine applies to and reads from: another machine may take the place of the one before. Engine's thread. */
final class AppliedState implements Expiries {
    private LedgerStateMachine machine;

    AppliedState(final LedgerStateMachine machine) {
        this.machine = machine;
    }

    LedgerStateMachine machine() {
        return machine;
    }

    void replace(final LedgerStateMachine next) {
        machine = next;
    }

    @Override
    public long nextExpiry() {
        return machine.nextExpiry();
    }

    @Override
    public int dueCount(final long base) {
        return machine.dueCount(base);
    }

    @Override
    public long appliedSeq() {
        return machine.appliedSeq();
    }
}
