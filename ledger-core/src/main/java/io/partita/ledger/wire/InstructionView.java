// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.wire;

import io.partita.ledger.codec.InstructionDecoder;
import org.agrona.DirectBuffer;

/** Reads the row of an applied setCreditLimit. */
public final class InstructionView {
    /** Bytes of a row. */
    public static final int LENGTH = InstructionDecoder.BLOCK_LENGTH;

    private final InstructionDecoder base = new InstructionDecoder();

    /** A view that is not on anything yet. */
    public InstructionView() {}

    /**
     * Puts this on a row.
     *
     * @param buffer with the row.
     * @param offset of the row.
     * @return this.
     */
    public InstructionView wrap(final DirectBuffer buffer, final int offset) {
        base.wrap(buffer, offset, LENGTH, InstructionDecoder.SCHEMA_VERSION);
        return this;
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
     * High half of the limit that it set.
     *
     * @return the value.
     */
    public long creditLimitHi() {
        return base.creditLimitHi();
    }

    /**
     * Low half of the limit that it set.
     *
     * @return the value.
     */
    public long creditLimitLo() {
        return base.creditLimitLo();
    }

    /**
     * When it was applied.
     *
     * @return the value.
     */
    public long timestamp() {
        return base.timestamp();
    }
}
