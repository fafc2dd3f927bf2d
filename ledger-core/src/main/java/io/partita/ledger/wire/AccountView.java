// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.wire;

import io.partita.ledger.codec.AccountDecoder;
import org.agrona.DirectBuffer;

/** Reads an account's row, as a look-up or a dump gives it, in place. The layout is the schema's {@code Account}. */
public final class AccountView {
    /** Bytes of a row. */
    public static final int LENGTH = AccountDecoder.BLOCK_LENGTH;

    private final AccountDecoder base = new AccountDecoder();

    /**
     * Points this view at a row.
     *
     * @param buffer with the row.
     * @param offset of the row.
     * @return this.
     */
    public AccountView wrap(final DirectBuffer buffer, final int offset) {
        base.wrap(buffer, offset, AccountDecoder.BLOCK_LENGTH, AccountDecoder.SCHEMA_VERSION);
        return this;
    }

    /**
     * High half of the account's id.
     *
     * @return the value.
     */
    public long idHi() {
        return base.idHi();
    }

    /**
     * Low half of the account's id.
     *
     * @return the value.
     */
    public long idLo() {
        return base.idLo();
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

    /**
     * High half of the credit limit now.
     *
     * @return the value.
     */
    public long creditLimitHi() {
        return base.creditLimitHi();
    }

    /**
     * Low half of the credit limit now.
     *
     * @return the value.
     */
    public long creditLimitLo() {
        return base.creditLimitLo();
    }

    /**
     * High half of the credit limit as created.
     *
     * @return the value.
     */
    public long creditLimitCreatedHi() {
        return base.creditLimitCreatedHi();
    }

    /**
     * Low half of the credit limit as created.
     *
     * @return the value.
     */
    public long creditLimitCreatedLo() {
        return base.creditLimitCreatedLo();
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
     * Bits of {@link io.partita.ledger.model.AccountFlags}, CLOSED as of now.
     *
     * @return the value.
     */
    public int flags() {
        return base.flags();
    }

    /**
     * Bits of {@link io.partita.ledger.model.AccountFlags} as created.
     *
     * @return the value.
     */
    public int flagsCreated() {
        return base.flagsCreated();
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
