// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.wire;

import io.partita.ledger.codec.AccountBalancesDecoder;
import io.partita.ledger.model.Invariant;
import java.nio.ByteOrder;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Reads a row of an account's history in place: its balances right after a transfer. The layout is the schema's {@code
 * AccountBalances}.
 */
public final class AccountBalancesView {
    /** Bytes of a row. */
    public static final int LENGTH = AccountBalancesDecoder.BLOCK_LENGTH;

    static final int BALANCES_OFFSET = AccountBalancesDecoder.debitsPendingLoEncodingOffset();

    static {
        Invariant.check(LENGTH == BALANCES_OFFSET + BalancesView.LENGTH, "the balances are a block of their own");
    }

    private final BalancesView balances = new BalancesView();
    private DirectBuffer row = new UnsafeBuffer(0, 0);
    private int at;

    /**
     * Points this view at a row.
     *
     * @param buffer with the row.
     * @param offset of the row.
     * @return this.
     */
    public AccountBalancesView wrap(final DirectBuffer buffer, final int offset) {
        row = buffer;
        at = offset;
        balances.wrap(buffer, offset + BALANCES_OFFSET);
        return this;
    }

    /**
     * Timestamp of the transfer.
     *
     * @return nanoseconds since 1970.
     */
    public long timestamp() {
        return row.getLong(at + AccountBalancesDecoder.timestampEncodingOffset(), ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * The account's balances right after it.
     *
     * @return a view that moves with this one.
     */
    public BalancesView balances() {
        return balances;
    }
}
