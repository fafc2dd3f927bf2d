// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.wire;

import io.partita.ledger.codec.BalancesEncoder;
import org.agrona.MutableDirectBuffer;

/** Writes four balances of an account: the mirror image of {@link BalancesView}. */
public final class BalancesRowEncoder {
    private final BalancesEncoder base = new BalancesEncoder();

    /**
     * Points this encoder at a block; all four balances are to be set.
     *
     * @param buffer to write to.
     * @param offset of the block.
     * @return this.
     */
    public BalancesRowEncoder wrap(final MutableDirectBuffer buffer, final int offset) {
        base.wrap(buffer, offset);
        return this;
    }

    /**
     * Sets the debits pending.
     *
     * @param hi high half.
     * @param lo low half.
     * @return this.
     */
    public BalancesRowEncoder debitsPending(final long hi, final long lo) {
        base.debitsPendingLo(lo).debitsPendingHi(hi);
        return this;
    }

    /**
     * Sets the debits posted.
     *
     * @param hi high half.
     * @param lo low half.
     * @return this.
     */
    public BalancesRowEncoder debitsPosted(final long hi, final long lo) {
        base.debitsPostedLo(lo).debitsPostedHi(hi);
        return this;
    }

    /**
     * Sets the credits pending.
     *
     * @param hi high half.
     * @param lo low half.
     * @return this.
     */
    public BalancesRowEncoder creditsPending(final long hi, final long lo) {
        base.creditsPendingLo(lo).creditsPendingHi(hi);
        return this;
    }

    /**
     * Sets the credits posted.
     *
     * @param hi high half.
     * @param lo low half.
     * @return this.
     */
    public BalancesRowEncoder creditsPosted(final long hi, final long lo) {
        base.creditsPostedLo(lo).creditsPostedHi(hi);
        return this;
    }
}
