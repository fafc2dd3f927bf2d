// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.wire;

import io.partita.ledger.codec.TransferEncoder;
import org.agrona.MutableDirectBuffer;

/** Writes a transfer's row: the mirror image of {@link TransferView}. */
public final class TransferRowEncoder {
    private final TransferEncoder base = new TransferEncoder();

    /**
     * Starts a row: all its bytes are zeroed.
     *
     * @param buffer to write to.
     * @param offset of the row.
     * @return this.
     */
    public TransferRowEncoder wrap(final MutableDirectBuffer buffer, final int offset) {
        buffer.setMemory(offset, TransferEncoder.BLOCK_LENGTH, (byte) 0);
        base.wrap(buffer, offset);
        return this;
    }

    /**
     * Sets the transfer's id.
     *
     * @param hi high half.
     * @param lo low half.
     * @return this.
     */
    public TransferRowEncoder id(final long hi, final long lo) {
        base.idLo(lo).idHi(hi);
        return this;
    }

    /**
     * Sets the id of the debited account.
     *
     * @param hi high half.
     * @param lo low half.
     * @return this.
     */
    public TransferRowEncoder debitAccountId(final long hi, final long lo) {
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
    public TransferRowEncoder creditAccountId(final long hi, final long lo) {
        base.creditAccountIdLo(lo).creditAccountIdHi(hi);
        return this;
    }

    /**
     * Sets the amount as recorded.
     *
     * @param hi high half.
     * @param lo low half.
     * @return this.
     */
    public TransferRowEncoder amount(final long hi, final long lo) {
        base.amountLo(lo).amountHi(hi);
        return this;
    }

    /**
     * Sets the id of the pending transfer.
     *
     * @param hi high half.
     * @param lo low half.
     * @return this.
     */
    public TransferRowEncoder pendingId(final long hi, final long lo) {
        base.pendingIdLo(lo).pendingIdHi(hi);
        return this;
    }

    /**
     * Sets the user's 128-bit value.
     *
     * @param hi high half.
     * @param lo low half.
     * @return this.
     */
    public TransferRowEncoder userData128(final long hi, final long lo) {
        base.userData128Lo(lo).userData128Hi(hi);
        return this;
    }

    /**
     * Sets the user's 64-bit value.
     *
     * @param value the value.
     * @return this.
     */
    public TransferRowEncoder userData64(final long value) {
        base.userData64(value);
        return this;
    }

    /**
     * Sets the user's 32-bit value.
     *
     * @param value the value.
     * @return this.
     */
    public TransferRowEncoder userData32(final int value) {
        base.userData32(value & 0xFFFF_FFFFL);
        return this;
    }

    /**
     * Sets the timeout in seconds.
     *
     * @param value the value.
     * @return this.
     */
    public TransferRowEncoder timeout(final int value) {
        base.timeout(value & 0xFFFF_FFFFL);
        return this;
    }

    /**
     * Sets the book.
     *
     * @param value the value.
     * @return this.
     */
    public TransferRowEncoder ledger(final int value) {
        base.ledger(value & 0xFFFF_FFFFL);
        return this;
    }

    /**
     * Sets the reason code.
     *
     * @param value the value.
     * @return this.
     */
    public TransferRowEncoder code(final int value) {
        base.code(value & 0xFFFF);
        return this;
    }

    /**
     * Sets the flags.
     *
     * @param value the value.
     * @return this.
     */
    public TransferRowEncoder flags(final int value) {
        base.flags(value & 0xFFFF);
        return this;
    }

    /**
     * Sets when it was created.
     *
     * @param value the value.
     * @return this.
     */
    public TransferRowEncoder timestamp(final long value) {
        base.timestamp(value);
        return this;
    }
}
