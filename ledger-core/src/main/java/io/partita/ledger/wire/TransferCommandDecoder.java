// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.wire;

import io.partita.ledger.codec.CreateTransferDecoder;
import io.partita.ledger.codec.CreateTransferExtensionDecoder;
import org.agrona.DirectBuffer;

/**
 * Reads a createTransfer command. Fields of an absent extension are 0.
 *
 * <p>The base block is read once, when this is put on a command: each check asks for the ids again, and a field of an object is
 * cheaper to ask for than a byte of a buffer.
 */
public final class TransferCommandDecoder {
    private final CreateTransferDecoder base = new CreateTransferDecoder();
    private final CreateTransferExtensionDecoder extension = new CreateTransferExtensionDecoder();
    private boolean extended;
    private long idHi;
    private long idLo;
    private long debitAccountIdHi;
    private long debitAccountIdLo;
    private long creditAccountIdHi;
    private long creditAccountIdLo;
    private long amountLo;
    private int ledger;
    private int code;
    private int flags;

    TransferCommandDecoder() {}

    void wrap(final DirectBuffer buffer, final int offset, final boolean isExtended) {
        base.wrap(buffer, offset, CreateTransferDecoder.BLOCK_LENGTH, CreateTransferDecoder.SCHEMA_VERSION);
        idHi = base.idHi();
        idLo = base.idLo();
        debitAccountIdHi = base.debitAccountIdHi();
        debitAccountIdLo = base.debitAccountIdLo();
        creditAccountIdHi = base.creditAccountIdHi();
        creditAccountIdLo = base.creditAccountIdLo();
        amountLo = base.amountLo();
        ledger = (int) base.ledger();
        code = base.code();
        flags = base.flags();
        extended = isExtended;
        if (isExtended) {
            extension.wrap(
                    buffer,
                    offset + CreateTransferDecoder.BLOCK_LENGTH,
                    CreateTransferExtensionDecoder.BLOCK_LENGTH,
                    CreateTransferExtensionDecoder.SCHEMA_VERSION);
        }
    }

    /**
     * Whether the command has its extension block.
     *
     * @return false if all extension fields are 0.
     */
    public boolean extended() {
        return extended;
    }

    /**
     * High half of the transfer's id.
     *
     * @return the value.
     */
    public long idHi() {
        return idHi;
    }

    /**
     * Low half of the transfer's id.
     *
     * @return the value.
     */
    public long idLo() {
        return idLo;
    }

    /**
     * High half of the id of the account to debit.
     *
     * @return the value.
     */
    public long debitAccountIdHi() {
        return debitAccountIdHi;
    }

    /**
     * Low half of the id of the account to debit.
     *
     * @return the value.
     */
    public long debitAccountIdLo() {
        return debitAccountIdLo;
    }

    /**
     * High half of the id of the account to credit.
     *
     * @return the value.
     */
    public long creditAccountIdHi() {
        return creditAccountIdHi;
    }

    /**
     * Low half of the id of the account to credit.
     *
     * @return the value.
     */
    public long creditAccountIdLo() {
        return creditAccountIdLo;
    }

    /**
     * High half of the amount.
     *
     * @return the value.
     */
    public long amountHi() {
        return extended ? extension.amountHi() : 0;
    }

    /**
     * Low half of the amount.
     *
     * @return the value.
     */
    public long amountLo() {
        return amountLo;
    }

    /**
     * High half of the pending transfer's id.
     *
     * @return the value.
     */
    public long pendingIdHi() {
        return extended ? extension.pendingIdHi() : 0;
    }

    /**
     * Low half of the pending transfer's id.
     *
     * @return the value.
     */
    public long pendingIdLo() {
        return extended ? extension.pendingIdLo() : 0;
    }

    /**
     * High half of the user's 128-bit value.
     *
     * @return the value.
     */
    public long userData128Hi() {
        return extended ? extension.userData128Hi() : 0;
    }

    /**
     * Low half of the user's 128-bit value.
     *
     * @return the value.
     */
    public long userData128Lo() {
        return extended ? extension.userData128Lo() : 0;
    }

    /**
     * The user's 64-bit value.
     *
     * @return the value.
     */
    public long userData64() {
        return extended ? extension.userData64() : 0;
    }

    /**
     * The user's 32-bit value, unsigned.
     *
     * @return the value.
     */
    public int userData32() {
        return extended ? (int) extension.userData32() : 0;
    }

    /**
     * Seconds until a pending transfer expires, unsigned.
     *
     * @return the value.
     */
    public int timeout() {
        return extended ? (int) extension.timeout() : 0;
    }

    /**
     * The book, unsigned.
     *
     * @return the value.
     */
    public int ledger() {
        return ledger;
    }

    /**
     * The user's reason code, unsigned 16 bits.
     *
     * @return the value.
     */
    public int code() {
        return code;
    }

    /**
     * Bits of {@link io.partita.ledger.model.TransferFlags}.
     *
     * @return the value.
     */
    public int flags() {
        return flags;
    }

    /**
     * Own timestamp of an imported transfer, else 0.
     *
     * @return the value.
     */
    public long timestamp() {
        return extended ? extension.timestamp() : 0;
    }
}
