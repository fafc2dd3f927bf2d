// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.wire;

import io.partita.ledger.codec.ResultBalancesDecoder;
import org.agrona.DirectBuffer;

/** Reads the balances of an account that an event touched, as they were right after it. */
public final class ResultBalancesView {
    /** Bytes that the balances of one account take. */
    public static final int LENGTH = ResultBalancesDecoder.BLOCK_LENGTH;

    private final ResultBalancesDecoder base = new ResultBalancesDecoder();

    /** A view that is not on anything yet. */
    public ResultBalancesView() {}

    /**
     * Puts this on the balances of an account.
     *
     * @param buffer with the balances.
     * @param offset of the balances.
     * @return this.
     */
    public ResultBalancesView wrap(final DirectBuffer buffer, final int offset) {
        base.wrap(buffer, offset, LENGTH, ResultBalancesDecoder.SCHEMA_VERSION);
        return this;
    }

    /**
     * Whether there is such an account.
     *
     * @return false if the event touched no account here; all else is 0 then.
     */
    public boolean isPresent() {
        return (base.accountIdHi() | base.accountIdLo()) != 0;
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
     * High half of the debits reserved by open pendings.
     *
     * @return the value.
     */
    public long debitsPendingHi() {
        return base.debitsPendingHi();
    }

    /**
     * Low half of the debits reserved by open pendings.
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
     * High half of the credits reserved by open pendings.
     *
     * @return the value.
     */
    public long creditsPendingHi() {
        return base.creditsPendingHi();
    }

    /**
     * Low half of the credits reserved by open pendings.
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
}
