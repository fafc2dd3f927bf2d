// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.wire;

import io.partita.ledger.codec.AccountEncoder;
import org.agrona.MutableDirectBuffer;

/** Writes an account's row: the mirror image of {@link AccountView}. */
public final class AccountRowEncoder {
    private final AccountEncoder base = new AccountEncoder();

    /**
     * Starts a row: all its bytes are zeroed.
     *
     * @param buffer to write to.
     * @param offset of the row.
     * @return this.
     */
    public AccountRowEncoder wrap(final MutableDirectBuffer buffer, final int offset) {
        buffer.setMemory(offset, AccountEncoder.BLOCK_LENGTH, (byte) 0);
        base.wrap(buffer, offset);
        return this;
    }

    /**
     * Sets the account's id.
     *
     * @param hi high half.
     * @param lo low half.
     * @return this.
     */
    public AccountRowEncoder id(final long hi, final long lo) {
        base.idLo(lo).idHi(hi);
        return this;
    }

    /**
     * Sets the debits pending.
     *
     * @param hi high half.
     * @param lo low half.
     * @return this.
     */
    public AccountRowEncoder debitsPending(final long hi, final long lo) {
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
    public AccountRowEncoder debitsPosted(final long hi, final long lo) {
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
    public AccountRowEncoder creditsPending(final long hi, final long lo) {
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
    public AccountRowEncoder creditsPosted(final long hi, final long lo) {
        base.creditsPostedLo(lo).creditsPostedHi(hi);
        return this;
    }

    /**
     * Sets the credit limit now.
     *
     * @param hi high half.
     * @param lo low half.
     * @return this.
     */
    public AccountRowEncoder creditLimit(final long hi, final long lo) {
        base.creditLimitLo(lo).creditLimitHi(hi);
        return this;
    }

    /**
     * Sets the credit limit as created.
     *
     * @param hi high half.
     * @param lo low half.
     * @return this.
     */
    public AccountRowEncoder creditLimitCreated(final long hi, final long lo) {
        base.creditLimitCreatedLo(lo).creditLimitCreatedHi(hi);
        return this;
    }

    /**
     * Sets the user's 128-bit value.
     *
     * @param hi high half.
     * @param lo low half.
     * @return this.
     */
    public AccountRowEncoder userData128(final long hi, final long lo) {
        base.userData128Lo(lo).userData128Hi(hi);
        return this;
    }

    /**
     * Sets the user's 64-bit value.
     *
     * @param value the value.
     * @return this.
     */
    public AccountRowEncoder userData64(final long value) {
        base.userData64(value);
        return this;
    }

    /**
     * Sets the user's 32-bit value.
     *
     * @param value the value.
     * @return this.
     */
    public AccountRowEncoder userData32(final int value) {
        base.userData32(value & 0xFFFF_FFFFL);
        return this;
    }

    /**
     * Sets the book.
     *
     * @param value the value.
     * @return this.
     */
    public AccountRowEncoder ledger(final int value) {
        base.ledger(value & 0xFFFF_FFFFL);
        return this;
    }

    /**
     * Sets the reason code.
     *
     * @param value the value.
     * @return this.
     */
    public AccountRowEncoder code(final int value) {
        base.code(value & 0xFFFF);
        return this;
    }

    /**
     * Sets the flags, CLOSED as of now.
     *
     * @param value the value.
     * @return this.
     */
    public AccountRowEncoder flags(final int value) {
        base.flags(value & 0xFFFF);
        return this;
    }

    /**
     * Sets the flags as created.
     *
     * @param value the value.
     * @return this.
     */
    public AccountRowEncoder flagsCreated(final int value) {
        base.flagsCreated(value & 0xFFFF);
        return this;
    }

    /**
     * Sets when it was created.
     *
     * @param value the value.
     * @return this.
     */
    public AccountRowEncoder timestamp(final long value) {
        base.timestamp(value);
        return this;
    }
}
