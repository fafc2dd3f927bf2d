// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.wire;

import io.partita.ledger.codec.ChangeEventDecoder;
import io.partita.ledger.model.ChangeEventType;
import io.partita.ledger.model.Invariant;
import org.agrona.DirectBuffer;

/** Reads a change event in place. The layout is the schema's {@code ChangeEvent}. */
public final class ChangeEventView {
    /** Bytes of a row. */
    public static final int LENGTH = ChangeEventDecoder.BLOCK_LENGTH;

    static final int DEBIT_BALANCES_OFFSET = ChangeEventDecoder.debitDebitsPendingLoEncodingOffset();
    static final int CREDIT_BALANCES_OFFSET = ChangeEventDecoder.creditDebitsPendingLoEncodingOffset();

    static {
        Invariant.check(
                CREDIT_BALANCES_OFFSET == DEBIT_BALANCES_OFFSET + BalancesView.LENGTH
                        && ChangeEventDecoder.pendingIdLoEncodingOffset()
                                == CREDIT_BALANCES_OFFSET + BalancesView.LENGTH,
                "the balances are blocks of their own");
    }

    private final ChangeEventDecoder base = new ChangeEventDecoder();
    private final BalancesView debitBalances = new BalancesView();
    private final BalancesView creditBalances = new BalancesView();

    /**
     * Points this view at a row.
     *
     * @param buffer with the row.
     * @param offset of the row.
     * @return this.
     */
    public ChangeEventView wrap(final DirectBuffer buffer, final int offset) {
        base.wrap(buffer, offset, LENGTH, ChangeEventDecoder.SCHEMA_VERSION);
        debitBalances.wrap(buffer, offset + DEBIT_BALANCES_OFFSET);
        creditBalances.wrap(buffer, offset + CREDIT_BALANCES_OFFSET);
        return this;
    }

    /**
     * When it happened.
     *
     * @return nanoseconds since 1970.
     */
    public long timestamp() {
        return base.timestamp();
    }

    /**
     * What happened.
     *
     * @return the type.
     */
    public ChangeEventType type() {
        return ChangeEventType.of(base.kind());
    }

    /**
     * High half of the id of the transfer; of the pending one when it expired.
     *
     * @return the value.
     */
    public long transferIdHi() {
        return base.transferIdHi();
    }

    /**
     * Low half of the id of the transfer; of the pending one when it expired.
     *
     * @return the value.
     */
    public long transferIdLo() {
        return base.transferIdLo();
    }

    /**
     * High half of the id of the pending transfer that was posted or voided.
     *
     * @return the value, 0 for other types.
     */
    public long pendingIdHi() {
        return base.pendingIdHi();
    }

    /**
     * Low half of the id of the pending transfer that was posted or voided.
     *
     * @return the value, 0 for other types.
     */
    public long pendingIdLo() {
        return base.pendingIdLo();
    }

    /**
     * High half of the amount that moved.
     *
     * @return the value.
     */
    public long amountHi() {
        return base.amountHi();
    }

    /**
     * Low half of the amount that moved.
     *
     * @return the value.
     */
    public long amountLo() {
        return base.amountLo();
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
     * The book, unsigned.
     *
     * @return the value.
     */
    public int ledger() {
        return (int) base.ledger();
    }

    /**
     * The transfer's reason code, unsigned 16 bits.
     *
     * @return the value.
     */
    public int code() {
        return base.transferCode();
    }

    /**
     * The debit account's flags, CLOSED as of the event.
     *
     * @return bits of {@link io.partita.ledger.model.AccountFlags}.
     */
    public int debitFlags() {
        return base.debitFlags();
    }

    /**
     * The credit account's flags, CLOSED as of the event.
     *
     * @return bits of {@link io.partita.ledger.model.AccountFlags}.
     */
    public int creditFlags() {
        return base.creditFlags();
    }

    /**
     * The debit account's balances as of the event.
     *
     * @return a view that moves with this one.
     */
    public BalancesView debitBalances() {
        return debitBalances;
    }

    /**
     * The credit account's balances as of the event.
     *
     * @return a view that moves with this one.
     */
    public BalancesView creditBalances() {
        return creditBalances;
    }
}
