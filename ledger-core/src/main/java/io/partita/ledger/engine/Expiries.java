// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.engine;

/** What the sequencer must know of the applied state in order to release pending transfers that are due. */
interface Expiries {
    /** Of a state in which nothing ever expires. */
    Expiries NONE = new Expiries() {
        @Override
        public long nextExpiry() {
            return Long.MAX_VALUE;
        }

        @Override
        public int dueCount(final long base) {
            return 0;
        }

        @Override
        public long appliedSeq() {
            return 0;
        }
    };

    /** When the next open pending expires; {@code Long.MAX_VALUE} if none does. */
    long nextExpiry();

    /** How many open pendings expire at {@code base} or before, at most {@code Limits.EXPIRIES_PER_TICK_MAX}. */
    int dueCount(long base);

    /** The last applied seq. */
    long appliedSeq();
}
