// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.engine;

/** What the sequencer must know of the applied state in order to release pending transfers that are due. */
interface Expiries {
    /** When the next open pending expires; {@code Long.MAX_VALUE} if none does. */
    long nextExpiry();

    /** How many open pendings expire at {@code base} or before, at most {@code Limits.EXPIRIES_PER_TICK_MAX}. */
    int dueCount(long base);

    /** The last applied seq. */
    long appliedSeq();
}
