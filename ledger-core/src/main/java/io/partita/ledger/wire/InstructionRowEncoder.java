// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.wire;

import io.partita.ledger.codec.InstructionEncoder;
import org.agrona.MutableDirectBuffer;

/** Writes the row of an applied setCreditLimit: the mirror image of {@link InstructionView}. */
public final class InstructionRowEncoder {
    private final InstructionEncoder base = new InstructionEncoder();

    /**
     * Starts a row: all its bytes are zeroed.
     *
     * @param buffer to write to.
     * @param offset of the row.
     * @return this.
     */
    public InstructionRowEncoder wrap(final MutableDirectBuffer buffer, final int offset) {
        buffer.setMemory(offset, InstructionEncoder.BLOCK_LENGTH, (byte) 0);
        base.wrap(buffer, offset);
        return this;
    }

    /**
     * Sets the instruction's id.
     *
     * @param hi high half.
     * @param lo low half.
     * @return this.
     */
    public InstructionRowEncoder id(final long hi, final long lo) {
        base.idLo(lo).idHi(hi);
        return this;
    }

    /**
     * Sets the account's id.
     *
     * @param hi high half.
     * @param lo low half.
     * @return this.
     */
    public InstructionRowEncoder accountId(final long hi, final long lo) {
        base.accountIdLo(lo).accountIdHi(hi);
        return this;
    }

    /**
     * Sets the limit that it set.
     *
     * @param hi high half.
     * @param lo low half.
     * @return this.
     */
    public InstructionRowEncoder creditLimit(final long hi, final long lo) {
        base.creditLimitLo(lo).creditLimitHi(hi);
        return this;
    }

    /**
     * Sets when it was applied.
     *
     * @param value nanoseconds since 1970.
     * @return this.
     */
    public InstructionRowEncoder timestamp(final long value) {
        base.timestamp(value);
        return this;
    }
}
