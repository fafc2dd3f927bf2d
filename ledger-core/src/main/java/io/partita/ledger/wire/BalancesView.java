// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.wire;

import io.partita.ledger.codec.BalancesDecoder;
import org.agrona.DirectBuffer;

/** Reads four balances of an account in place. The layout is the schema's {@code Balances}. */
public final class BalancesView {
    /** Bytes of the block. */
    public static final int LENGTH = BalancesDecoder.BLOCK_LENGTH;

    private final BalancesDecoder base = new BalancesDecoder();

    /**
     * Points this view at a block.
     *
     * @param buffer with the block.
     * @param offset of the block.
     * @return this.
     */
    public BalancesView wrap(final DirectBuffer buffer, final int offset) {
        base.wrap(buffer, offset, LENGTH, BalancesDecoder.SCHEMA_VERSION);
        return this;
    }

    /**
     * High half of the debits pending.
     *
     * @return the value.
     */
    public long debitsPendingHi() {
        return base.debitsPendingHi();
    }

    /**
     * Low half of the debits pending.
     *
     * @return the value.
     */
    public long debitsPendingLo() {
        return base.debitsPendingLo();
    }

    /**
     * High half of the debits posted.
     *
     * @return the value.
     */
    public long debitsPostedHi() {
        return base.debitsPostedHi();
    }

    /**
     * Low half of the debits posted.
     *
     * @return the value.
     */
    public long debitsPostedLo() {
        return base.debitsPostedLo();
    }

    /**
     * High half of the credits pending.
     *
     * @return the value.
     */
    public long creditsPendingHi() {
        return base.creditsPendingHi();
    }

    /**
     * Low half of the credits pending.
     *
     * @return the value.
     */
    public long creditsPendingLo() {
        return base.creditsPendingLo();
    }

    /**
     * High half of the credits posted.
     *
     * @return the value.
     */
    public long creditsPostedHi() {
        return base.creditsPostedHi();
    }

    /**
     * Low half of the credits posted.
     *
     * @return the value.
     */
    public long creditsPostedLo() {
        return base.creditsPostedLo();
    }
}
