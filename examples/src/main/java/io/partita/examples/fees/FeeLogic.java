// SPDX-License-Identifier: Apache-2.0
package io.partita.examples.fees;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.partita.ledger.model.Digest128;
import io.partita.ledger.model.TransferFlags;
import io.partita.ledger.state.LedgerOperations;
import io.partita.ledger.state.UserCommand;
import io.partita.ledger.state.UserLogic;
import io.partita.ledger.wire.TransferView;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Splits the fee off a payment: the merchant gets the amount less the fee, the house the fee. The rate in force is state of its
 * own, set by a command like any other, so that each payment pays the rate of its place in the journal, at every replay.
 *
 * <p>What to copy from it: every number comes from the command, the ledger or the journal; integers only; it decides before it
 * changes anything of its own; a command that was applied already is answered as the first time, whatever the rate is now; what is
 * wrong is refused by a negative answer, never by an exception.
 */
public final class FeeLogic implements UserLogic {
    /** The book that payments are in. */
    public static final int BOOK = 826;
    /** The account that fees go to. */
    public static final long HOUSE = 1;
    /** All there is: a rate of 100 %. */
    public static final long RATE_MAX = 10_000;

    /** It is no command of this logic. */
    public static final int UNKNOWN_COMMAND = -1;
    /** A rate or an amount is out of range. */
    public static final int OUT_OF_RANGE = -2;
    /** The id is that of another payment. */
    public static final int ID_IN_USE = -3;
    /** The ledger refused to post. */
    public static final int NOT_POSTED = -4;
    /** The version of a rate is not the next one. */
    public static final int OUT_OF_DATE = -5;

    /** High half of the ids of what goes to merchants. */
    private static final long MERCHANT_PART = 1;
    /** High half of the ids of what goes to the house. */
    private static final long FEE_PART = 2;

    private final UnsafeBuffer reply = new UnsafeBuffer(new byte[Long.BYTES]);
    private long version;
    private long rate;

    /** A logic with a rate of 0. */
    public FeeLogic() {}

    @Override
    public int apply(final UserCommand command, final LedgerOperations ledger) {
        final long kind = FeeCommands.kind(command.buffer(), command.offset(), command.length());
        if (kind == FeeCommands.SET_RATE) {
            return setRate(
                    FeeCommands.version(command.buffer(), command.offset()),
                    FeeCommands.rate(command.buffer(), command.offset()));
        }
        return kind == FeeCommands.PAY ? pay(command, ledger) : UNKNOWN_COMMAND;
    }

    private int setRate(final long newVersion, final long newRate) {
        if (newRate < 0 || newRate > RATE_MAX) {
            return OUT_OF_RANGE;
        }
        final boolean isAgain = newVersion == version && newRate == rate;
        if (!isAgain && newVersion != version + 1) {
            return OUT_OF_DATE;
        }
        version = newVersion;
        rate = newRate;
        return 0;
    }

    private int pay(final UserCommand command, final LedgerOperations ledger) {
        final long id = FeeCommands.id(command.buffer(), command.offset());
        final long payer = FeeCommands.payer(command.buffer(), command.offset());
        final long merchant = FeeCommands.merchant(command.buffer(), command.offset());
        final long amount = FeeCommands.amount(command.buffer(), command.offset());
        if (amount <= 0 || amount > Long.MAX_VALUE / RATE_MAX) {
            return OUT_OF_RANGE;
        }
        final TransferView before = ledger.transfer(MERCHANT_PART, id);
        if (before != null) {
            return answerAgain(command, before, payer, merchant, amount);
        }
        final long fee = amount * rate / RATE_MAX; // in the merchant's favour: what is less than a penny is dropped
        ledger.commands()
                .addTransfer(MERCHANT_PART, id, 0, payer, 0, merchant, amount - fee, BOOK, 1, TransferFlags.LINKED);
        ledger.commands().userData64(amount);
        ledger.commands().addTransfer(FEE_PART, id, 0, payer, 0, HOUSE, fee, BOOK, 2, 0);
        if (!ledger.post()) {
            return NOT_POSTED;
        }
        return answer(command, fee);
    }

    /** The client asks again, because it did not hear the answer: the fee is the one of then. */
    private int answerAgain(
            final UserCommand command,
            final TransferView before,
            final long payer,
            final long merchant,
            final long amount) {
        final boolean isSame = before.debitAccountIdLo() == payer
                && before.creditAccountIdLo() == merchant
                && before.userData64() == amount;
        return isSame ? answer(command, amount - before.amountLo()) : ID_IN_USE;
    }

    private int answer(final UserCommand command, final long fee) {
        reply.putLong(0, fee, LITTLE_ENDIAN);
        command.reply(reply, 0, Long.BYTES);
        return 0;
    }

    @Override
    public Digest128 digest() {
        return new Digest128(version, rate);
    }

    @Override
    public int snapshot(final MutableDirectBuffer out) {
        out.putLong(0, version, LITTLE_ENDIAN);
        out.putLong(Long.BYTES, rate, LITTLE_ENDIAN);
        return 2 * Long.BYTES;
    }

    @Override
    public void restore(final DirectBuffer in, final int length) {
        if (length != 2 * Long.BYTES) {
            throw new IllegalArgumentException("the state of fees has 16 bytes: length=" + length);
        }
        version = in.getLong(0, LITTLE_ENDIAN);
        rate = in.getLong(Long.BYTES, LITTLE_ENDIAN);
    }
}
