// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.wire;

import io.partita.ledger.codec.CreateAccountDecoder;
import io.partita.ledger.codec.CreateAccountExtensionDecoder;
import io.partita.ledger.codec.CreateTransferDecoder;
import io.partita.ledger.codec.CreateTransferExtensionDecoder;
import io.partita.ledger.codec.ResolveDecoder;
import io.partita.ledger.codec.SetCreditLimitDecoder;
import io.partita.ledger.model.CommandKind;
import io.partita.ledger.model.Invariant;
import io.partita.ledger.model.Limits;
import io.partita.ledger.model.RecordDescriptor;
import java.nio.ByteOrder;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Reads the commands of a batch body in place, in order: the mirror image of {@link BatchEncoder}.
 *
 * <pre>{@code
 * batch.wrapRecord(buffer, recordOffset);
 * while (batch.next()) {
 *     if (batch.kind() == CommandKind.CREATE_TRANSFER) {
 *         use(batch.transfer());
 *     }
 * }
 * }</pre>
 *
 * <p>A body from the network goes through {@link #validate} first; the cursor trusts it.
 */
public final class BatchDecoder {
    static final int ACCOUNT_LENGTH = CreateAccountDecoder.BLOCK_LENGTH;
    static final int ACCOUNT_EXTENSION_LENGTH = CreateAccountExtensionDecoder.BLOCK_LENGTH;
    static final int TRANSFER_LENGTH = CreateTransferDecoder.BLOCK_LENGTH;
    static final int TRANSFER_EXTENSION_LENGTH = CreateTransferExtensionDecoder.BLOCK_LENGTH;

    static final int CREDIT_LIMIT_LENGTH = SetCreditLimitDecoder.BLOCK_LENGTH;
    static final int RESOLVE_LENGTH = ResolveDecoder.BLOCK_LENGTH;

    static {
        Invariant.check(
                1 + ACCOUNT_LENGTH + ACCOUNT_EXTENSION_LENGTH <= Limits.COMMAND_LENGTH_MAX,
                "an account fits the longest command");
        Invariant.check(
                1 + TRANSFER_LENGTH + TRANSFER_EXTENSION_LENGTH <= Limits.COMMAND_LENGTH_MAX,
                "a transfer fits the longest command");
    }

    // Wrapping makes every read go through one class, whatever the caller's buffer is, so that the calls inline.
    private final UnsafeBuffer body = new UnsafeBuffer();
    private final TransferCommandDecoder transfer = new TransferCommandDecoder();
    private final AccountCommandDecoder account = new AccountCommandDecoder();
    private final CreditLimitCommandDecoder creditLimit = new CreditLimitCommandDecoder();
    private final ResolveCommandDecoder resolve = new ResolveCommandDecoder();
    private int count;
    private int index;
    private int kindByte;
    private int nextOffset;

    /**
     * Starts before the first command of a COMMANDS record's body.
     *
     * @param buffer with the record.
     * @param offset of the record.
     * @return this.
     */
    public BatchDecoder wrapRecord(final DirectBuffer buffer, final int offset) {
        return wrap(
                buffer,
                offset + RecordDescriptor.HEADER_LENGTH,
                RecordDescriptor.bodyLength(buffer, offset),
                RecordDescriptor.count(buffer, offset));
    }

    /**
     * Starts before the first command.
     *
     * @param buffer with the body.
     * @param offset of the body.
     * @param length of the body.
     * @param commandCount how many commands it has.
     * @return this.
     */
    public BatchDecoder wrap(final DirectBuffer buffer, final int offset, final int length, final int commandCount) {
        body.wrap(buffer, offset, length);
        count = commandCount;
        rewind();
        return this;
    }

    /** Goes back to before the first command. */
    public void rewind() {
        index = -1;
        nextOffset = kindsLength(count);
    }

    /**
     * Where this stands, to come back to it.
     *
     * @return an opaque value for {@link #position(long)}.
     */
    public long position() {
        return (long) nextOffset << 32 | (index + 1);
    }

    /**
     * Goes back, or ahead again; {@link #next()} then moves on from there.
     *
     * @param position from {@link #position()} since the last {@link #wrap}.
     */
    public void position(final long position) {
        index = (int) position - 1;
        nextOffset = (int) (position >>> 32);
    }

    /**
     * Moves on to the next command.
     *
     * @return false if there is none.
     */
    public boolean next() {
        if (index + 1 >= count) {
            return false;
        }
        index++;
        kindByte = body.getByte(index);
        final int at = nextOffset;
        final boolean extended = (kindByte & CommandKind.EXTENDED) != 0;
        if (kind() == CommandKind.CREATE_TRANSFER) {
            transfer.wrap(body, at, extended);
            nextOffset = at + TRANSFER_LENGTH + (extended ? TRANSFER_EXTENSION_LENGTH : 0);
        } else if (kind() == CommandKind.CREATE_ACCOUNT) {
            account.wrap(body, at, extended);
            nextOffset = at + ACCOUNT_LENGTH + (extended ? ACCOUNT_EXTENSION_LENGTH : 0);
        } else {
            nextRare(at);
        }
        return true;
    }

    /**
     * How many commands the batch has.
     *
     * @return the count.
     */
    public int count() {
        return count;
    }

    /**
     * Which command this stands on.
     *
     * @return from 0.
     */
    public int index() {
        return index;
    }

    /**
     * The kind of the command this stands on.
     *
     * @return a constant of {@link CommandKind}.
     */
    public int kind() {
        return kindByte & CommandKind.KIND_MASK;
    }

    /**
     * The transfer this stands on, if {@link #kind()} is CREATE_TRANSFER.
     *
     * @return a view, valid until the next {@link #next()}.
     */
    public TransferCommandDecoder transfer() {
        return transfer;
    }

    /**
     * The account this stands on, if {@link #kind()} is CREATE_ACCOUNT.
     *
     * @return a view, valid until the next {@link #next()}.
     */
    public AccountCommandDecoder account() {
        return account;
    }

    /**
     * The setCreditLimit this stands on, if {@link #kind()} is SET_CREDIT_LIMIT.
     *
     * @return a view, valid until the next {@link #next()}.
     */
    public CreditLimitCommandDecoder creditLimit() {
        return creditLimit;
    }

    /**
     * The resolve this stands on, if {@link #kind()} is RESOLVE.
     *
     * @return a view, valid until the next {@link #next()}.
     */
    public ResolveCommandDecoder resolve() {
        return resolve;
    }

    /**
     * Flags of the command this stands on, of whatever kind.
     *
     * @return its bits.
     */
    public int flags() {
        switch (kind()) {
            case CommandKind.CREATE_TRANSFER:
                return transfer.flags();
            case CommandKind.CREATE_ACCOUNT:
                return account.flags();
            case CommandKind.SET_CREDIT_LIMIT:
                return creditLimit.flags();
            default:
                return resolve.flags();
        }
    }

    /**
     * Checks the structure of a body that is not trusted: count in bounds, kinds known and supported, lengths add up to the
     * body exactly. Values of fields are the state machine's business.
     *
     * @param buffer with the body.
     * @param offset of the body.
     * @param length of the body; the buffer holds that many bytes from the offset on.
     * @param commandCount how many commands it is said to have.
     * @return null if the structure is right, else a constant sentence that says what is wrong.
     */
    public static @Nullable String validate(
            final DirectBuffer buffer, final int offset, final int length, final int commandCount) {
        if (commandCount < 1 || commandCount > Limits.BATCH_COMMANDS_MAX) {
            return "a batch has 1..8190 commands";
        }
        final int kinds = kindsLength(commandCount);
        if (length < kinds || length > Limits.BATCH_BODY_LENGTH_MAX) {
            return "the body is too short for its kinds or longer than any batch";
        }
        int expected = kinds;
        for (int i = 0; i < commandCount; i++) {
            final byte kindByte = buffer.getByte(offset + i);
            final int commandLength = commandLength(kindByte);
            if (commandLength == 0) {
                return "a command kind is unknown or not supported by this release";
            }
            expected += commandLength;
            final boolean padded = kindByte == CommandKind.SET_CREDIT_LIMIT || kindByte == CommandKind.RESOLVE;
            if (padded && expected <= length && !isPadded(buffer, offset + expected - Long.BYTES)) {
                return "the padding of a command is not zero";
            }
        }
        for (int i = commandCount; i < kinds; i++) {
            if (buffer.getByte(offset + i) != 0) {
                return "the padding after the kinds is not zero";
            }
        }
        return expected == length ? null : "the lengths of the commands do not add up to the body's";
    }

    /**
     * Bytes of the kinds section.
     *
     * @param commandCount how many commands there are.
     * @return a multiple of 8.
     */
    static int kindsLength(final int commandCount) {
        return (commandCount + 7) & ~7;
    }

    /** Whether there are zeros behind the flags, the last field of a setCreditLimit or resolve. */
    private static boolean isPadded(final DirectBuffer buffer, final int flagsOffset) {
        return buffer.getLong(flagsOffset, ByteOrder.LITTLE_ENDIAN) >>> Short.SIZE == 0;
    }

    private void nextRare(final int at) {
        if (kindByte == CommandKind.SET_CREDIT_LIMIT) {
            creditLimit.wrap(body, at);
            nextOffset = at + CREDIT_LIMIT_LENGTH;
        } else if (kindByte == CommandKind.RESOLVE) {
            resolve.wrap(body, at);
            nextOffset = at + RESOLVE_LENGTH;
        } else {
            throw new IllegalArgumentException("unknown command kind: kind=" + kind() + ", index=" + index);
        }
    }

    /** Bytes of a command with the given kind byte, 0 if it is none we take. */
    private static int commandLength(final byte kindByte) {
        switch (kindByte & 0xFF) {
            case CommandKind.CREATE_ACCOUNT:
                return ACCOUNT_LENGTH;
            case CommandKind.CREATE_ACCOUNT | CommandKind.EXTENDED:
                return ACCOUNT_LENGTH + ACCOUNT_EXTENSION_LENGTH;
            case CommandKind.CREATE_TRANSFER:
                return TRANSFER_LENGTH;
            case CommandKind.CREATE_TRANSFER | CommandKind.EXTENDED:
                return TRANSFER_LENGTH + TRANSFER_EXTENSION_LENGTH;
            case CommandKind.SET_CREDIT_LIMIT:
                return CREDIT_LIMIT_LENGTH;
            case CommandKind.RESOLVE:
                return RESOLVE_LENGTH;
            default:
                return 0;
        }
    }
}
