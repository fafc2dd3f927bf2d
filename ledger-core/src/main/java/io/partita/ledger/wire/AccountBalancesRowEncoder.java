// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.wire;

import io.partita.ledger.codec.AccountBalancesEncoder;
import org.agrona.MutableDirectBuffer;

/** Writes a row of an account's history: the mirror image of {@link AccountBalancesView}. */
public final class AccountBalancesRowEncoder {
    private final AccountBalancesEncoder base = new AccountBalancesEncoder();
    private final BalancesRowEncoder balances = new BalancesRowEncoder();

    /**
     * Points this encoder at a row; all of it is to be set.
     *
     * @param buffer to write to.
     * @param offset of the row.
     * @return this.
     */
    public AccountBalancesRowEncoder wrap(final MutableDirectBuffer buffer, final int offset) {
        base.wrap(buffer, offset);
        balances.wrap(buffer, offset + AccountBalancesView.BALANCES_OFFSET);
        return this;
    }

    /**
     * Sets the timestamp of the transfer.
     *
     * @param value nanoseconds since 1970.
     * @return this.
     */
    public AccountBalancesRowEncoder timestamp(final long value) {
        base.timestamp(value);
        return this;
    }

    /**
     * Where the balances are set.
     *
     * @return an encoder that moves with this one.
     */
    public BalancesRowEncoder balances() {
        return balances;
    }
}
