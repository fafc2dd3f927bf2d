// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.wire;

import io.partita.ledger.codec.TransferDecoder;
import org.agrona.DirectBuffer;

/** Reads a transfer's row, as a look-up or a dump gives it, in place. The layout is the schema's {@code Transfer}. */
public final class TransferView {
    /** Bytes of a row. */
    public static final int LENGTH = TransferDecoder.BLOCK_LENGTH;

    private final TransferDecoder base = new TransferDecoder();

    /**
     * Points this view at a row.
     *
     * @param buffer with the row.
     * @param offset of the row.
     * @return this.
     */
    public TransferView wrap(final DirectBuffer buffer, final int offset) {
        base.wrap(buffer, offset, TransferDecoder.BLOCK_LENGTH, TransferDecoder.SCHEMA_VERSION);
        return this;
    }

    /**
     * High half of the transfer's id.
     *
     * @return the value.
     */
    public long idHi() {
        return base.idHi();
    }

    /**
     * Low half of the transfer's id.
     *
     * @return the value.
     */
    public long idLo() {
        return base.idLo();
    }

    /**
     * High half of the id of the debited account.
     *
     * @return the value.
     */
    public long debitAccountIdHi() {
        return base.debitAccountIdHi();
    }

    /**
     * Low half of the id of the debited account.
     *
     * @return the value.
     */
    public long debitAccountIdLo() {
        return base.debitAccountIdLo();
    }

    /**
     * High half of the id of the credited account.
     *
     * @return the value.
     */
    public long creditAccountIdHi() {
        return base.creditAccountIdHi();
    }

    /**
     * Low half of the id of the credited account.
     *
     * @return the value.
     */
    public long creditAccountIdLo() {
        return base.creditAccountIdLo();
    }

    /**
     * High half of the amount as recorded.
     *
     * @return the value.
     */
    public long amountHi() {
        return base.amountHi();
    }

    /**
     * Low half of the amount as recorded.
     *
     * @return the value.
     */
    public long amountLo() {
        return base.amountLo();
    }

    /**
     * High half of the id of the pending transfer it posted or voided.
     *
     * @return the value.
     */
    public long pendingIdHi() {
        return base.pendingIdHi();
    }

    /**
     * Low half of the id of the pending transfer it posted or voided.
     *
     * @return the value.
     */
    public long pendingIdLo() {
        return base.pendingIdLo();
    }

    /**
     * High half of the user's 128-bit value.
     *
     * @return the value.
     */
    public long userData128Hi() {
        return base.userData128Hi();
    }

    /**
     * Low half of the user's 128-bit value.
     *
     * @return the value.
     */
    public long userData128Lo() {
        return base.userData128Lo();
    }

    /**
     * The user's 64-bit value.
     *
     * @return the value.
     */
    public long userData64() {
        return base.userData64();
    }

    /**
     * The user's 32-bit value, unsigned.
     *
     * @return the value.
     */
    public int userData32() {
        return (int) base.userData32();
    }

    /**
     * Seconds until it expires, of a pending transfer, unsigned.
     *
     * @return the value.
     */
    public int timeout() {
        return (int) base.timeout();
    }

    /**
     * The book, unsigned.
     *
     * @return the value.
     */
    public int ledger() {
        return (int) base.ledger();
    }

    /**
     * The user's reason code, unsigned 16 bits.
     *
     * @return the value.
     */
    public int code() {
        return base.code();
    }

    /**
     * Bits of {@link io.partita.ledger.model.TransferFlags}.
     *
     * @return the value.
     */
    public int flags() {
        return base.flags();
    }

    /**
     * When it was created, nanoseconds since 1970.
     *
     * @return the value.
     */
    public long timestamp() {
        return base.timestamp();
    }
}
