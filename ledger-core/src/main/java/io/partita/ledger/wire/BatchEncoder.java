// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.wire;

import static java.util.Objects.requireNonNull;

import io.partita.ledger.codec.CreateAccountEncoder;
import io.partita.ledger.codec.CreateAccountExtensionEncoder;
import io.partita.ledger.codec.CreateTransferEncoder;
import io.partita.ledger.codec.CreateTransferExtensionEncoder;
import io.partita.ledger.codec.ResolveEncoder;
import io.partita.ledger.codec.SetCreditLimitEncoder;
import io.partita.ledger.model.CommandKind;
import io.partita.ledger.model.Limits;
import org.agrona.MutableDirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Writes the commands of a batch body in place, one after the other: the mirror image of {@link BatchDecoder}. Allocates
 * nothing after construction.
 *
 * <pre>{@code
 * batch.wrap(buffer, 0, commandsMax);
 * if (!batch.addTransfer(idHi, idLo, debitHi, debitLo, creditHi, creditLo, amount, ledger, code, 0)) {
 *     // full: finish and submit this one first
 * }
 * batch.userData64(orderNumber);
 * int length = batch.finish();
 * use(buffer, batch.bodyOffset(), length);
 * }</pre>
 *
 * <p>The setters change the command added last. A field of the extension block costs that block only if it is not 0.
 *
 * <p><b>Note:</b> the kinds section stands before the commands and its length is known only at the end, so the body starts
 * at {@link #bodyOffset()}, some bytes after the offset that was wrapped.
 */
public final class BatchEncoder {
    private static final int COMMAND_ROOM = Limits.COMMAND_LENGTH_MAX - 1;

    private final CreateTransferEncoder transfer = new CreateTransferEncoder();
    private final CreateTransferExtensionEncoder transferExtension = new CreateTransferExtensionEncoder();
    private final CreateAccountEncoder account = new CreateAccountEncoder();
    private final CreateAccountExtensionEncoder accountExtension = new CreateAccountExtensionEncoder();
    private final SetCreditLimitEncoder creditLimit = new SetCreditLimitEncoder();
    private final ResolveEncoder resolve = new ResolveEncoder();
    private final byte[] kinds;
    private @Nullable MutableDirectBuffer buffer;
    private int commandsMax;
    private int commandsOffset;
    private int commandOffset;
    private int position;
    private int count;

    /** An encoder for batches of up to {@link Limits#BATCH_COMMANDS_MAX} commands. */
    public BatchEncoder() {
        this(Limits.BATCH_COMMANDS_MAX);
    }

    /**
     * An encoder for smaller batches, which takes less memory.
     *
     * @param commandsCapacity commands in a batch, at most.
     */
    public BatchEncoder(final int commandsCapacity) {
        if (commandsCapacity < 1 || commandsCapacity > Limits.BATCH_COMMANDS_MAX) {
            throw new IllegalArgumentException(
                    "commandsCapacity must be 1..8190: commandsCapacity=" + commandsCapacity);
        }
        kinds = new byte[commandsCapacity];
    }

    /**
     * Bytes that always suffice for a batch.
     *
     * @param commands how many commands.
     * @return bytes a buffer should have from the wrapped offset on.
     */
    public static int bufferLength(final int commands) {
        return BatchDecoder.kindsLength(commands) + commands * COMMAND_ROOM;
    }

    /**
     * Starts an empty batch.
     *
     * @param commandsBuffer to write to; one that expands may grow.
     * @param offset where its room starts.
     * @param commands in the batch, at most: 1 to the capacity given at construction.
     * @return this.
     */
    public BatchEncoder wrap(final MutableDirectBuffer commandsBuffer, final int offset, final int commands) {
        if (commands < 1 || commands > kinds.length) {
            throw new IllegalArgumentException("commands must be 1.." + kinds.length + ": commands=" + commands);
        }
        buffer = commandsBuffer;
        commandsMax = commands;
        commandsOffset = offset + BatchDecoder.kindsLength(commands);
        position = commandsOffset;
        commandOffset = -1;
        count = 0;
        return this;
    }

    /**
     * Adds a transfer with the fields that every transfer has.
     *
     * @param idHi high half of its id.
     * @param idLo low half of its id.
     * @param debitAccountIdHi high half of the id of the account to debit.
     * @param debitAccountIdLo low half.
     * @param creditAccountIdHi high half of the id of the account to credit.
     * @param creditAccountIdLo low half.
     * @param amount in minor units, unsigned; {@link #amount(long, long)} sets 128 bits.
     * @param ledger the book.
     * @param code the user's reason code.
     * @param flags bits of {@link io.partita.ledger.model.TransferFlags}.
     * @return false if the batch is full; nothing was added.
     */
    public boolean addTransfer(
            final long idHi,
            final long idLo,
            final long debitAccountIdHi,
            final long debitAccountIdLo,
            final long creditAccountIdHi,
            final long creditAccountIdLo,
            final long amount,
            final int ledger,
            final int code,
            final int flags) {
        if (!add(CommandKind.CREATE_TRANSFER, BatchDecoder.TRANSFER_LENGTH)) {
            return false;
        }
        transfer.wrap(requireNonNull(buffer), commandOffset)
                .idLo(idLo)
                .idHi(idHi)
                .debitAccountIdLo(debitAccountIdLo)
                .debitAccountIdHi(debitAccountIdHi)
                .creditAccountIdLo(creditAccountIdLo)
                .creditAccountIdHi(creditAccountIdHi)
                .amountLo(amount)
                .ledger(ledger & 0xFFFF_FFFFL)
                .code(code & 0xFFFF)
                .flags(flags & 0xFFFF);
        return true;
    }

    /**
     * Adds an account with the fields that every account has.
     *
     * @param idHi high half of its id.
     * @param idLo low half of its id.
     * @param ledger the book.
     * @param code the user's reason code.
     * @param flags bits of {@link io.partita.ledger.model.AccountFlags}.
     * @return false if the batch is full; nothing was added.
     */
    public boolean addAccount(final long idHi, final long idLo, final int ledger, final int code, final int flags) {
        if (!add(CommandKind.CREATE_ACCOUNT, BatchDecoder.ACCOUNT_LENGTH)) {
            return false;
        }
        final MutableDirectBuffer to = requireNonNull(buffer);
        to.setMemory(commandOffset, BatchDecoder.ACCOUNT_LENGTH, (byte) 0);
        account.wrap(to, commandOffset)
                .idLo(idLo)
                .idHi(idHi)
                .ledger(ledger & 0xFFFF_FFFFL)
                .code(code & 0xFFFF)
                .flags(flags & 0xFFFF);
        return true;
    }

    /**
     * Adds a setCreditLimit.
     *
     * @param idHi high half of the instruction's own id, which is in the id space of transfers.
     * @param idLo low half.
     * @param accountIdHi high half of the account's id.
     * @param accountIdLo low half.
     * @param limit in minor units, unsigned; {@link #creditLimit(long, long)} sets 128 bits.
     * @param flags {@code LINKED} or 0.
     * @return false if the batch is full; nothing was added.
     */
    public boolean addCreditLimit(
            final long idHi,
            final long idLo,
            final long accountIdHi,
            final long accountIdLo,
            final long limit,
            final int flags) {
        if (!add(CommandKind.SET_CREDIT_LIMIT, BatchDecoder.CREDIT_LIMIT_LENGTH)) {
            return false;
        }
        final MutableDirectBuffer to = requireNonNull(buffer);
        to.setMemory(commandOffset, BatchDecoder.CREDIT_LIMIT_LENGTH, (byte) 0);
        creditLimit
                .wrap(to, commandOffset)
                .idLo(idLo)
                .idHi(idHi)
                .accountIdLo(accountIdLo)
                .accountIdHi(accountIdHi)
                .creditLimitLo(limit)
                .flags(flags & 0xFFFF);
        return true;
    }

    /**
     * Adds a resolve.
     *
     * @param transferIdHi high half of the id in question.
     * @param transferIdLo low half.
     * @param flags {@code LINKED} or 0.
     * @return false if the batch is full; nothing was added.
     */
    public boolean addResolve(final long transferIdHi, final long transferIdLo, final int flags) {
        if (!add(CommandKind.RESOLVE, BatchDecoder.RESOLVE_LENGTH)) {
            return false;
        }
        final MutableDirectBuffer to = requireNonNull(buffer);
        to.setMemory(commandOffset, BatchDecoder.RESOLVE_LENGTH, (byte) 0);
        resolve.wrap(to, commandOffset)
                .transferIdLo(transferIdLo)
                .transferIdHi(transferIdHi)
                .flags(flags & 0xFFFF);
        return true;
    }

    /**
     * Sets a transfer's amount.
     *
     * @param hi high half.
     * @param lo low half.
     * @return this.
     */
    public BatchEncoder amount(final long hi, final long lo) {
        require(CommandKind.CREATE_TRANSFER);
        transfer.amountLo(lo);
        if (extend(hi != 0)) {
            transferExtension.amountHi(hi);
        }
        return this;
    }

    /**
     * Sets the id of the pending transfer that a transfer posts or voids.
     *
     * @param hi high half.
     * @param lo low half.
     * @return this.
     */
    public BatchEncoder pendingId(final long hi, final long lo) {
        require(CommandKind.CREATE_TRANSFER);
        if (extend((hi | lo) != 0)) {
            transferExtension.pendingIdLo(lo).pendingIdHi(hi);
        }
        return this;
    }

    /**
     * Sets after how many seconds a pending transfer expires.
     *
     * @param value the value.
     * @return this.
     */
    public BatchEncoder timeout(final int value) {
        require(CommandKind.CREATE_TRANSFER);
        if (extend(value != 0)) {
            transferExtension.timeout(value & 0xFFFF_FFFFL);
        }
        return this;
    }

    /**
     * Sets the 128-bit value that is the user's own.
     *
     * @param hi high half.
     * @param lo low half.
     * @return this.
     */
    public BatchEncoder userData128(final long hi, final long lo) {
        if (isTransfer()) {
            if (extend((hi | lo) != 0)) {
                transferExtension.userData128Lo(lo).userData128Hi(hi);
            }
        } else {
            account.userData128Lo(lo).userData128Hi(hi);
        }
        return this;
    }

    /**
     * Sets the 64-bit value that is the user's own.
     *
     * @param value the value.
     * @return this.
     */
    public BatchEncoder userData64(final long value) {
        if (isTransfer()) {
            if (extend(value != 0)) {
                transferExtension.userData64(value);
            }
        } else {
            account.userData64(value);
        }
        return this;
    }

    /**
     * Sets the 32-bit value that is the user's own.
     *
     * @param value the value.
     * @return this.
     */
    public BatchEncoder userData32(final int value) {
        if (isTransfer()) {
            if (extend(value != 0)) {
                transferExtension.userData32(value & 0xFFFF_FFFFL);
            }
        } else {
            account.userData32(value & 0xFFFF_FFFFL);
        }
        return this;
    }

    /**
     * Sets the own timestamp of an imported account or transfer.
     *
     * @param value the value.
     * @return this.
     */
    public BatchEncoder timestamp(final long value) {
        if (isTransfer()) {
            if (extend(value != 0)) {
                transferExtension.timestamp(value);
            }
        } else {
            account.timestamp(value);
        }
        return this;
    }

    /**
     * Sets how far below zero an account may go, of a createAccount or setCreditLimit.
     *
     * @param hi high half.
     * @param lo low half.
     * @return this.
     */
    public BatchEncoder creditLimit(final long hi, final long lo) {
        if (lastKind() == CommandKind.SET_CREDIT_LIMIT) {
            creditLimit.creditLimitLo(lo).creditLimitHi(hi);
        } else {
            require(CommandKind.CREATE_ACCOUNT);
            account.creditLimitLo(lo).creditLimitHi(hi);
        }
        return this;
    }

    /**
     * Sets an account's reserved field, which must be 0; for tests of that rule.
     *
     * @param value the value.
     * @return this.
     */
    public BatchEncoder reserved(final int value) {
        require(CommandKind.CREATE_ACCOUNT);
        account.reserved(value & 0xFFFF_FFFFL);
        return this;
    }

    /**
     * Sets a balance of a new account, which must be 0; for tests of that rule.
     *
     * @param hi high half.
     * @param lo low half.
     * @return this.
     */
    public BatchEncoder debitsPending(final long hi, final long lo) {
        require(CommandKind.CREATE_ACCOUNT);
        if (extend((hi | lo) != 0)) {
            accountExtension.debitsPendingLo(lo).debitsPendingHi(hi);
        }
        return this;
    }

    /**
     * Sets a balance of a new account, which must be 0; for tests of that rule.
     *
     * @param hi high half.
     * @param lo low half.
     * @return this.
     */
    public BatchEncoder debitsPosted(final long hi, final long lo) {
        require(CommandKind.CREATE_ACCOUNT);
        if (extend((hi | lo) != 0)) {
            accountExtension.debitsPostedLo(lo).debitsPostedHi(hi);
        }
        return this;
    }

    /**
     * Sets a balance of a new account, which must be 0; for tests of that rule.
     *
     * @param hi high half.
     * @param lo low half.
     * @return this.
     */
    public BatchEncoder creditsPending(final long hi, final long lo) {
        require(CommandKind.CREATE_ACCOUNT);
        if (extend((hi | lo) != 0)) {
            accountExtension.creditsPendingLo(lo).creditsPendingHi(hi);
        }
        return this;
    }

    /**
     * Sets a balance of a new account, which must be 0; for tests of that rule.
     *
     * @param hi high half.
     * @param lo low half.
     * @return this.
     */
    public BatchEncoder creditsPosted(final long hi, final long lo) {
        require(CommandKind.CREATE_ACCOUNT);
        if (extend((hi | lo) != 0)) {
            accountExtension.creditsPostedLo(lo).creditsPostedHi(hi);
        }
        return this;
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
     * Completes the body: puts the kinds before the commands. More commands may be added and the body completed again.
     *
     * @return bytes of the body; it starts at {@link #bodyOffset()}.
     */
    public int finish() {
        final MutableDirectBuffer to = requireNonNull(buffer, "wrap first");
        final int start = bodyOffset();
        to.putBytes(start, kinds, 0, count);
        for (int i = start + count; i < commandsOffset; i++) {
            to.putByte(i, (byte) 0);
        }
        return position - start;
    }

    /**
     * Where the body starts, valid after {@link #finish()}.
     *
     * @return an offset into the wrapped buffer.
     */
    public int bodyOffset() {
        return commandsOffset - BatchDecoder.kindsLength(count);
    }

    private boolean add(final byte kind, final int length) {
        final MutableDirectBuffer to = requireNonNull(buffer, "wrap first");
        if (count == commandsMax || (!to.isExpandable() && position + COMMAND_ROOM > to.capacity())) {
            return false;
        }
        kinds[count++] = kind;
        commandOffset = position;
        position += length;
        return true;
    }

    /** Makes sure that the last command has its extension if it needs one. Returns whether it has one. */
    private boolean extend(final boolean needed) {
        final byte kind = kinds[count - 1];
        if ((kind & CommandKind.EXTENDED) != 0) {
            return true;
        }
        if (!needed) {
            return false;
        }
        final MutableDirectBuffer to = requireNonNull(buffer);
        if (kind == CommandKind.CREATE_TRANSFER) {
            to.setMemory(position, BatchDecoder.TRANSFER_EXTENSION_LENGTH, (byte) 0);
            transferExtension.wrap(to, position);
            position += BatchDecoder.TRANSFER_EXTENSION_LENGTH;
        } else {
            to.setMemory(position, BatchDecoder.ACCOUNT_EXTENSION_LENGTH, (byte) 0);
            accountExtension.wrap(to, position);
            position += BatchDecoder.ACCOUNT_EXTENSION_LENGTH;
        }
        kinds[count - 1] = (byte) (kind | CommandKind.EXTENDED);
        return true;
    }

    /** Whether the last command is a transfer; an account has the fields that both have. */
    private boolean isTransfer() {
        final int kind = lastKind();
        if (kind != CommandKind.CREATE_TRANSFER) {
            require(CommandKind.CREATE_ACCOUNT);
        }
        return kind == CommandKind.CREATE_TRANSFER;
    }

    private int lastKind() {
        if (count == 0) {
            throw new IllegalStateException("add a command first");
        }
        return kinds[count - 1] & CommandKind.KIND_MASK;
    }

    private void require(final byte kind) {
        if (lastKind() != kind) {
            throw new IllegalStateException("the last command has no such field: kind=" + kind + " is needed");
        }
    }
}
