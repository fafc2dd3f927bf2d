// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.wire;

import io.partita.ledger.codec.CommandResultEncoder;
import io.partita.ledger.model.Invariant;
import io.partita.ledger.model.Limits;
import org.agrona.MutableDirectBuffer;

/** Writes results, one after the other: the mirror image of {@link ResultDecoder}. */
public final class ResultEncoder {
    private static final int LENGTH = CommandResultEncoder.BLOCK_LENGTH;

    static {
        Invariant.check(LENGTH == Limits.RESULT_LENGTH, "a result has the length that Limits says");
    }

    private final CommandResultEncoder base = new CommandResultEncoder();
    private @org.jspecify.annotations.Nullable MutableDirectBuffer buffer;
    private int offset;
    private int count;

    /**
     * Starts before the first result.
     *
     * @param resultsBuffer to write to.
     * @param resultsOffset of the first result.
     * @return this.
     */
    public ResultEncoder wrap(final MutableDirectBuffer resultsBuffer, final int resultsOffset) {
        buffer = resultsBuffer;
        offset = resultsOffset;
        count = 0;
        return this;
    }

    /**
     * Writes the next result.
     *
     * @param timestamp the event's own; with EXISTS the original's.
     * @param code number of a {@link io.partita.ledger.model.ResultCode}.
     */
    public void add(final long timestamp, final int code) {
        final MutableDirectBuffer to = java.util.Objects.requireNonNull(buffer, "wrap first");
        final int at = offset + count * LENGTH;
        to.putLong(at + CommandResultEncoder.reservedEncodingOffset() - 2, 0);
        base.wrap(to, at).timestamp(timestamp).code(code);
        count++;
    }

    /**
     * Results written since {@link #wrap}.
     *
     * @return how many.
     */
    public int count() {
        return count;
    }

    /**
     * Bytes written since {@link #wrap}.
     *
     * @return how many.
     */
    public int length() {
        return count * LENGTH;
    }
}
