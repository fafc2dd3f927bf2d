// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.engine;

import io.partita.ledger.state.LedgerStateMachine;

/** What the sequencer must know of the applied state in order to release pending transfers that are due. */
interface Expiries {
    /** What a state machine says. */
    static Expiries of(final LedgerStateMachine stateMachine) {
        return new Expiries() {
            @Override
            public long nextExpiry() {
                return stateMachine.nextExpiry();
            }

            @Override
            public int dueCount(final long base) {
                return stateMachine.dueCount(base);
            }

            @Override
            public long appliedSeq() {
                return stateMachine.appliedSeq();
            }
        };
    }

    /** When the next open pending expires; {@code Long.MAX_VALUE} if none does. */
    long nextExpiry();

    /** How many open pendings expire at {@code base} or before, at most {@code Limits.EXPIRIES_PER_TICK_MAX}. */
    int dueCount(long base);

    /** The last applied seq. */
    long appliedSeq();
}
