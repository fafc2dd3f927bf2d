// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.wire;

import io.partita.ledger.codec.CreateAccountDecoder;
import io.partita.ledger.codec.CreateAccountExtensionDecoder;
import org.agrona.DirectBuffer;

/** Reads a createAccount command in place. Fields of an absent extension are 0. */
public final class AccountCommandDecoder {
    private final CreateAccountDecoder base = new CreateAccountDecoder();
    private final CreateAccountExtensionDecoder extension = new CreateAccountExtensionDecoder();
    private boolean extended;

    AccountCommandDecoder() {}

    void wrap(final DirectBuffer buffer, final int offset, final boolean isExtended) {
        base.wrap(buffer, offset, CreateAccountDecoder.BLOCK_LENGTH, CreateAccountDecoder.SCHEMA_VERSION);
        extended = isExtended;
        if (isExtended) {
            extension.wrap(
                    buffer,
                    offset + CreateAccountDecoder.BLOCK_LENGTH,
                    CreateAccountExtensionDecoder.BLOCK_LENGTH,
                    CreateAccountExtensionDecoder.SCHEMA_VERSION);
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
     * High half of the credit limit.
     *
     * @return the value.
     */
    public long creditLimitHi() {
        return base.creditLimitHi();
    }

    /**
     * Low half of the credit limit.
     *
     * @return the value.
     */
    public long creditLimitLo() {
        return base.creditLimitLo();
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
     * Bits of {@link io.partita.ledger.model.AccountFlags}.
     *
     * @return the value.
     */
    public int flags() {
        return base.flags();
    }

    /**
     * Own timestamp of an imported account, else 0.
     *
     * @return the value.
     */
    public long timestamp() {
        return base.timestamp();
    }

    /**
     * Must be 0.
     *
     * @return the value.
     */
    public int reserved() {
        return (int) base.reserved();
    }

    /**
     * High half of the debits pending; must be 0.
     *
     * @return the value.
     */
    public long debitsPendingHi() {
        return extended ? extension.debitsPendingHi() : 0;
    }

    /**
     * Low half of the debits pending; must be 0.
     *
     * @return the value.
     */
    public long debitsPendingLo() {
        return extended ? extension.debitsPendingLo() : 0;
    }

    /**
     * High half of the debits posted; must be 0.
     *
     * @return the value.
     */
    public long debitsPostedHi() {
        return extended ? extension.debitsPostedHi() : 0;
    }

    /**
     * Low half of the debits posted; must be 0.
     *
     * @return the value.
     */
    public long debitsPostedLo() {
        return extended ? extension.debitsPostedLo() : 0;
    }

    /**
     * High half of the credits pending; must be 0.
     *
     * @return the value.
     */
    public long creditsPendingHi() {
        return extended ? extension.creditsPendingHi() : 0;
    }

    /**
     * Low half of the credits pending; must be 0.
     *
     * @return the value.
     */
    public long creditsPendingLo() {
        return extended ? extension.creditsPendingLo() : 0;
    }

    /**
     * High half of the credits posted; must be 0.
     *
     * @return the value.
     */
    public long creditsPostedHi() {
        return extended ? extension.creditsPostedHi() : 0;
    }

    /**
     * Low half of the credits posted; must be 0.
     *
     * @return the value.
     */
    public long creditsPostedLo() {
        return extended ? extension.creditsPostedLo() : 0;
    }
}
