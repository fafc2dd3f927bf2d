// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.wire;

import static java.util.Objects.requireNonNull;

import io.partita.ledger.codec.CommandResultEncoder;
import io.partita.ledger.codec.ResultBalancesEncoder;
import io.partita.ledger.model.BatchOptions;
import io.partita.ledger.model.Invariant;
import io.partita.ledger.model.Limits;
import org.agrona.MutableDirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Writes results, one after the other: the mirror image of {@link ResultDecoder}.
 *
 * <pre>
 *  +--------+--------+--- ---+----------------------+----------------------+--- ---+
 *  | result | result |  ...  | balances: first, 2nd | balances: first, 2nd |  ...  |
 *  +--------+--------+--- ---+----------------------+----------------------+--- ---+
 *    16 B each                 160 B each, only of a batch with RETURN_BALANCES
 * </pre>
 */
public final class ResultEncoder {
    private static final int LENGTH = CommandResultEncoder.BLOCK_LENGTH;
    private static final int BALANCES_LENGTH = 2 * ResultBalancesEncoder.BLOCK_LENGTH;

    static {
        Invariant.check(LENGTH == Limits.RESULT_LENGTH, "a result has the length that Limits says");
        Invariant.check(BALANCES_LENGTH == Limits.RESULT_BALANCES_LENGTH, "balances have the length that Limits says");
    }

    private final CommandResultEncoder base = new CommandResultEncoder();
    private final ResultBalancesEncoder balances = new ResultBalancesEncoder();
    private @Nullable MutableDirectBuffer buffer;
    private int offset;
    private int balancesOffset;
    private int count;

    /**
     * Bytes of the results of a batch.
     *
     * @param commands how many it has.
     * @param options its {@link BatchOptions}.
     * @return the length.
     */
    public static int length(final int commands, final int options) {
        return commands * (LENGTH + ((options & BatchOptions.RETURN_BALANCES) != 0 ? BALANCES_LENGTH : 0));
    }

    /**
     * Starts before the first result, without balances.
     *
     * @param resultsBuffer to write to.
     * @param resultsOffset of the first result.
     * @return this.
     */
    public ResultEncoder wrap(final MutableDirectBuffer resultsBuffer, final int resultsOffset) {
        buffer = resultsBuffer;
        offset = resultsOffset;
        balancesOffset = -1;
        count = 0;
        return this;
    }

    /**
     * Starts before the first result; all balances are zeros until they are written.
     *
     * @param resultsBuffer to write to.
     * @param resultsOffset of the first result.
     * @param commands how many results there will be.
     * @return this.
     */
    public ResultEncoder wrapWithBalances(
            final MutableDirectBuffer resultsBuffer, final int resultsOffset, final int commands) {
        wrap(resultsBuffer, resultsOffset);
        balancesOffset = resultsOffset + commands * LENGTH;
        resultsBuffer.setMemory(balancesOffset, commands * BALANCES_LENGTH, (byte) 0);
        return this;
    }

    /**
     * Writes the next result.
     *
     * @param timestamp the event's own; with EXISTS the original's.
     * @param code number of a {@link io.partita.ledger.model.ResultCode}.
     */
    public void add(final long timestamp, final int code) {
        put(count, timestamp, code);
        count++;
    }

    /**
     * Writes the result of an earlier command anew; it touched no account.
     *
     * @param index of the command.
     * @param timestamp the event's own.
     * @param code number of a {@link io.partita.ledger.model.ResultCode}.
     */
    public void replace(final int index, final long timestamp, final int code) {
        put(index, timestamp, code);
        if (balancesOffset >= 0) {
            requireNonNull(buffer).setMemory(balancesOffset + index * BALANCES_LENGTH, BALANCES_LENGTH, (byte) 0);
        }
    }

    /**
     * Whether the batch asks for balances.
     *
     * @return true if it does.
     */
    public boolean wantsBalances() {
        return balancesOffset >= 0;
    }

    /**
     * Starts the balances of an account that the last added result's event touched.
     *
     * @param second false for the first account, true for the second.
     * @param accountIdHi high half of the account's id.
     * @param accountIdLo low half.
     * @return this, for the four balances.
     */
    public ResultEncoder touched(final boolean second, final long accountIdHi, final long accountIdLo) {
        final int at = balancesOffset + (count - 1) * BALANCES_LENGTH;
        balances.wrap(requireNonNull(buffer), second ? at + ResultBalancesEncoder.BLOCK_LENGTH : at)
                .accountIdLo(accountIdLo)
                .accountIdHi(accountIdHi);
        return this;
    }

    /**
     * Sets the debits reserved by open pendings of the account that was touched.
     *
     * @param hi high half.
     * @param lo low half.
     * @return this.
     */
    public ResultEncoder debitsPending(final long hi, final long lo) {
        balances.debitsPendingLo(lo).debitsPendingHi(hi);
        return this;
    }

    /**
     * Sets the debits posted of the account that was touched.
     *
     * @param hi high half.
     * @param lo low half.
     * @return this.
     */
    public ResultEncoder debitsPosted(final long hi, final long lo) {
        balances.debitsPostedLo(lo).debitsPostedHi(hi);
        return this;
    }

    /**
     * Sets the credits reserved by open pendings of the account that was touched.
     *
     * @param hi high half.
     * @param lo low half.
     * @return this.
     */
    public ResultEncoder creditsPending(final long hi, final long lo) {
        balances.creditsPendingLo(lo).creditsPendingHi(hi);
        return this;
    }

    /**
     * Sets the credits posted of the account that was touched.
     *
     * @param hi high half.
     * @param lo low half.
     * @return this.
     */
    public ResultEncoder creditsPosted(final long hi, final long lo) {
        balances.creditsPostedLo(lo).creditsPostedHi(hi);
        return this;
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
     * Bytes of the results written since {@link #wrap}, without balances.
     *
     * @return how many.
     */
    public int length() {
        return count * LENGTH;
    }

    private void put(final int index, final long timestamp, final int code) {
        final MutableDirectBuffer to = requireNonNull(buffer, "wrap first");
        final int at = offset + index * LENGTH;
        to.putLong(at + CommandResultEncoder.reservedEncodingOffset() - 2, 0);
        base.wrap(to, at).timestamp(timestamp).code(code);
    }
}
