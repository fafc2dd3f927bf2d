// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.wire;

import io.partita.ledger.codec.SetCreditLimitDecoder;
import org.agrona.DirectBuffer;

/** Reads a setCreditLimit command in place. */
public final class CreditLimitCommandDecoder {
    private final SetCreditLimitDecoder base = new SetCreditLimitDecoder();

    CreditLimitCommandDecoder() {}

    void wrap(final DirectBuffer buffer, final int offset) {
        base.wrap(buffer, offset, SetCreditLimitDecoder.BLOCK_LENGTH, SetCreditLimitDecoder.SCHEMA_VERSION);
    }

    /**
     * High half of the instruction's id.
     *
     * @return the value.
     */
    public long idHi() {
        return base.idHi();
    }

    /**
     * Low half of the instruction's id.
     *
     * @return the value.
     */
    public long idLo() {
        return base.idLo();
    }

    /**
     * High half of the account's id.
     *
     * @return the value.
     */
    public long accountIdHi() {
        return base.accountIdHi();
    }

    /**
     * Low half of the account's id.
     *
     * @return the value.
     */
    public long accountIdLo() {
        return base.accountIdLo();
    }

    /**
     * High half of the limit to set.
     *
     * @return the value.
     */
    public long creditLimitHi() {
        return base.creditLimitHi();
    }

    /**
     * Low half of the limit to set.
     *
     * @return the value.
     */
    public long creditLimitLo() {
        return base.creditLimitLo();
    }

    /**
     * The flags; LINKED is the only one that has a meaning.
     *
     * @return the value.
     */
    public int flags() {
        return base.flags();
    }
}
