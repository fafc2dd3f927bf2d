// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.wire;

import io.partita.ledger.codec.ChangeEventEncoder;
import org.agrona.MutableDirectBuffer;

/** Writes a change event: the mirror image of {@link ChangeEventView}. */
public final class ChangeEventRowEncoder {
    private final ChangeEventEncoder base = new ChangeEventEncoder();
    private final BalancesRowEncoder debitBalances = new BalancesRowEncoder();
    private final BalancesRowEncoder creditBalances = new BalancesRowEncoder();

    /**
     * Starts a row: all its bytes are zeroed.
     *
     * @param buffer to write to.
     * @param offset of the row.
     * @return this.
     */
    public ChangeEventRowEncoder wrap(final MutableDirectBuffer buffer, final int offset) {
        buffer.setMemory(offset, ChangeEventEncoder.BLOCK_LENGTH, (byte) 0);
        base.wrap(buffer, offset);
        debitBalances.wrap(buffer, offset + ChangeEventView.DEBIT_BALANCES_OFFSET);
        creditBalances.wrap(buffer, offset + ChangeEventView.CREDIT_BALANCES_OFFSET);
        return this;
    }

    /**
     * Sets when it happened.
     *
     * @param value nanoseconds since 1970.
     * @return this.
     */
    public ChangeEventRowEncoder timestamp(final long value) {
        base.timestamp(value);
        return this;
    }

    /**
     * Sets what happened.
     *
     * @param number of a {@link io.partita.ledger.model.ChangeEventType}.
     * @return this.
     */
    public ChangeEventRowEncoder type(final int number) {
        base.kind(number);
        return this;
    }

    /**
     * Sets the id of the transfer; of the pending one when it expired.
     *
     * @param hi high half.
     * @param lo low half.
     * @return this.
     */
    public ChangeEventRowEncoder transferId(final long hi, final long lo) {
        base.transferIdLo(lo).transferIdHi(hi);
        return this;
    }

    /**
     * Sets the id of the pending transfer that was posted or voided.
     *
     * @param hi high half.
     * @param lo low half.
     * @return this.
     */
    public ChangeEventRowEncoder pendingId(final long hi, final long lo) {
        base.pendingIdLo(lo).pendingIdHi(hi);
        return this;
    }

    /**
     * Sets the amount that moved.
     *
     * @param hi high half.
     * @param lo low half.
     * @return this.
     */
    public ChangeEventRowEncoder amount(final long hi, final long lo) {
        base.amountLo(lo).amountHi(hi);
        return this;
    }

    /**
     * Sets the id of the debited account.
     *
     * @param hi high half.
     * @param lo low half.
     * @return this.
     */
    public ChangeEventRowEncoder debitAccountId(final long hi, final long lo) {
        base.debitAccountIdLo(lo).debitAccountIdHi(hi);
        return this;
    }

    /**
     * Sets the id of the credited account.
     *
     * @param hi high half.
     * @param lo low half.
     * @return this.
     */
    public ChangeEventRowEncoder creditAccountId(final long hi, final long lo) {
        base.creditAccountIdLo(lo).creditAccountIdHi(hi);
        return this;
    }

    /**
     * Sets the book.
     *
     * @param value the value.
     * @return this.
     */
    public ChangeEventRowEncoder ledger(final int value) {
        base.ledger(value & 0xFFFF_FFFFL);
        return this;
    }

    /**
     * Sets the transfer's reason code.
     *
     * @param value the value.
     * @return this.
     */
    public ChangeEventRowEncoder code(final int value) {
        base.transferCode(value & 0xFFFF);
        return this;
    }

    /**
     * Sets the debit account's flags, CLOSED as of the event.
     *
     * @param value the value.
     * @return this.
     */
    public ChangeEventRowEncoder debitFlags(final int value) {
        base.debitFlags(value & 0xFFFF);
        return this;
    }

    /**
     * Sets the credit account's flags, CLOSED as of the event.
     *
     * @param value the value.
     * @return this.
     */
    public ChangeEventRowEncoder creditFlags(final int value) {
        base.creditFlags(value & 0xFFFF);
        return this;
    }

    /**
     * Where the debit account's balances are set.
     *
     * @return an encoder that moves with this one.
     */
    public BalancesRowEncoder debitBalances() {
        return debitBalances;
    }

    /**
     * Where the credit account's balances are set.
     *
     * @return an encoder that moves with this one.
     */
    public BalancesRowEncoder creditBalances() {
        return creditBalances;
    }
}
