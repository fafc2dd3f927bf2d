// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.wire;

import io.partita.ledger.codec.CommandResultDecoder;
import io.partita.ledger.model.Limits;
import io.partita.ledger.model.ResultCode;
import org.agrona.DirectBuffer;

/** Reads results in place: the mirror image of {@link ResultEncoder}. Stand on one with {@link #next} or {@link #at}. */
public final class ResultDecoder {
    private static final int LENGTH = CommandResultDecoder.BLOCK_LENGTH;

    private final CommandResultDecoder base = new CommandResultDecoder();
    private @org.jspecify.annotations.Nullable DirectBuffer buffer;
    private int offset;
    private int count;
    private int index;
    private int balancesOffset;

    /**
     * Starts before the first result.
     *
     * @param resultsBuffer with the results.
     * @param resultsOffset of the first.
     * @param resultsCount how many there are.
     * @return this.
     */
    public ResultDecoder wrap(final DirectBuffer resultsBuffer, final int resultsOffset, final int resultsCount) {
        buffer = resultsBuffer;
        offset = resultsOffset;
        count = resultsCount;
        index = -1;
        balancesOffset = -1;
        return this;
    }

    /**
     * Starts before the first result of a batch with {@link io.partita.ledger.model.BatchOptions#RETURN_BALANCES}.
     *
     * @param resultsBuffer with the results, and the balances after them.
     * @param resultsOffset of the first.
     * @param resultsCount how many there are.
     * @return this.
     */
    public ResultDecoder wrapWithBalances(
            final DirectBuffer resultsBuffer, final int resultsOffset, final int resultsCount) {
        wrap(resultsBuffer, resultsOffset, resultsCount);
        balancesOffset = resultsOffset + resultsCount * LENGTH;
        return this;
    }

    /**
     * Moves on to the next result.
     *
     * @return false if there is none.
     */
    public boolean next() {
        if (index + 1 >= count) {
            return false;
        }
        at(index + 1);
        return true;
    }

    /**
     * Stands on the result of a command.
     *
     * @param commandIndex 0 to {@link #count()} - 1.
     * @return this.
     */
    public ResultDecoder at(final int commandIndex) {
        if (commandIndex < 0 || commandIndex >= count) {
            throw new IndexOutOfBoundsException("index=" + commandIndex + ", count=" + count);
        }
        index = commandIndex;
        base.wrap(
                java.util.Objects.requireNonNull(buffer, "wrap first"),
                offset + commandIndex * LENGTH,
                LENGTH,
                CommandResultDecoder.SCHEMA_VERSION);
        return this;
    }

    /**
     * How many results there are.
     *
     * @return the count.
     */
    public int count() {
        return count;
    }

    /**
     * Which result this stands on.
     *
     * @return the index of its command.
     */
    public int index() {
        return index;
    }

    /**
     * The result's timestamp.
     *
     * @return the event's own; with EXISTS the original's.
     */
    public long timestamp() {
        return base.timestamp();
    }

    /**
     * The result's code, without an object.
     *
     * @return number of a {@link ResultCode}.
     */
    public int code() {
        return base.code();
    }

    /**
     * The result's code.
     *
     * @return the constant.
     */
    public ResultCode resultCode() {
        return ResultCode.of(base.code());
    }

    /**
     * Whether the batch asked for balances.
     *
     * @return true if {@link #balances} has them.
     */
    public boolean hasBalances() {
        return balancesOffset >= 0;
    }

    /**
     * Balances of an account that the event touched, right after it: of a transfer the debit account first.
     *
     * @param second false for the first account, true for the second.
     * @param view to put on them.
     * @return the view; it says whether there is such an account.
     */
    public ResultBalancesView balances(final boolean second, final ResultBalancesView view) {
        if (!hasBalances()) {
            throw new IllegalStateException("the batch did not ask for balances");
        }
        final int at = balancesOffset + index * Limits.RESULT_BALANCES_LENGTH;
        return view.wrap(java.util.Objects.requireNonNull(buffer), second ? at + ResultBalancesView.LENGTH : at);
    }
}
