// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.state;

import static io.partita.ledger.model.Invariant.check;

import io.partita.ledger.model.BatchOptions;
import io.partita.ledger.model.Digest128;
import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.Limits;
import io.partita.ledger.model.PartitaException;
import io.partita.ledger.model.RecordDescriptor;
import io.partita.ledger.model.ResultCode;
import io.partita.ledger.model.UserStatus;
import io.partita.ledger.wire.AccountView;
import io.partita.ledger.wire.BatchDecoder;
import io.partita.ledger.wire.BatchEncoder;
import io.partita.ledger.wire.ResultDecoder;
import io.partita.ledger.wire.ResultEncoder;
import io.partita.ledger.wire.TransferView;
import io.partita.ledger.wire.UserResult;
import org.agrona.DirectBuffer;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Applies USER records: gives each to the user's own logic, runs what it posts as batches of the record's own timestamps, and
 * takes all of it back if the logic says no. Both sides of the seam in one object, which is used again for each record.
 */
final class UserExecution implements UserCommand, LedgerOperations {
    private final LedgerStateMachine stateMachine;
    private final UserLogic logic;
    private final RunningDigest digest;
    private final UndoLog undo;
    private final BatchExecution execution;
    private final BatchDecoder batch = new BatchDecoder();
    private final ResultEncoder resultEncoder = new ResultEncoder();
    private final ResultDecoder resultDecoder = new ResultDecoder();
    private final BatchEncoder encoder = new BatchEncoder();
    private final ExpandableArrayBuffer commands = new ExpandableArrayBuffer();
    private final UnsafeBuffer results =
            new UnsafeBuffer(new byte[ResultEncoder.length(Limits.BATCH_COMMANDS_MAX, BatchOptions.NONE)]);
    private final UnsafeBuffer reply = new UnsafeBuffer(new byte[Limits.USER_REPLY_LENGTH_MAX]);
    private final UnsafeBuffer body = new UnsafeBuffer(0, 0);
    private final UnsafeBuffer row = new UnsafeBuffer(new byte[Math.max(AccountView.LENGTH, TransferView.LENGTH)]);
    private final AccountView accountView = new AccountView();
    private final TransferView transferView = new TransferView();
    private long stamp;
    private long lastUsed;
    private int resultCount;
    private int replyLength;
    private boolean isEncoding;
    private boolean isApplying;
    private boolean isUsedUp;

    UserExecution(
            final LedgerStateMachine stateMachine,
            final LedgerTables tables,
            final Posting posting,
            final RunningDigest digest,
            final UserLogic logic) {
        this.stateMachine = stateMachine;
        this.logic = logic;
        this.digest = digest;
        undo = new UndoLog(tables, posting);
        execution = new BatchExecution(tables, posting, digest, batch, resultEncoder, undo);
    }

    /**
     * Applies a record.
     *
     * @param record with an intact USER record.
     * @param offset of the record.
     * @param lastTimestamp of the records before.
     * @param out where the result is written.
     * @param outOffset of the result.
     * @return bytes of the result.
     */
    int apply(
            final DirectBuffer record,
            final int offset,
            final long lastTimestamp,
            final MutableDirectBuffer out,
            final int outOffset) {
        final int count = RecordDescriptor.count(record, offset);
        final int bodyLength = RecordDescriptor.bodyLength(record, offset);
        final long deadline = RecordDescriptor.deadline(record, offset);
        stamp = RecordDescriptor.timestamp(record, offset);
        check(RecordDescriptor.options(record, offset) == BatchOptions.NONE, "a USER record has no options");
        check(count >= 1 && count <= Limits.BATCH_COMMANDS_MAX, "a USER record owns 1..8190 timestamps");
        check(bodyLength >= 0 && bodyLength <= Limits.USER_COMMAND_LENGTH_MAX, "a user's command is not too long");
        check(stamp >= count && stamp - count >= lastTimestamp, "timestamps increase");
        lastUsed = stamp - count;
        replyLength = 0;
        resultCount = 0;
        isUsedUp = false;
        final long digestBefore = digest.value();
        int code = 0;
        UserStatus status = UserStatus.EXPIRED;
        if (deadline == 0 || stamp <= deadline) {
            body.wrap(record, offset + RecordDescriptor.HEADER_LENGTH, bodyLength);
            undo.start();
            code = ask(RecordDescriptor.seq(record, offset));
            status = isUsedUp ? UserStatus.TIMESTAMPS_USED_UP : code < 0 ? UserStatus.REFUSED : UserStatus.DONE;
        }
        if (status != UserStatus.DONE) {
            undo.rollBackAll();
            digest.restore(digestBefore);
        }
        if (isUsedUp) {
            code = 0;
            replyLength = 0;
        }
        digest.addUser(stamp, status.code(), code);
        final int length = UserResult.write(out, outOffset, stamp, status, code, replyLength);
        out.putBytes(outOffset + UserResult.LENGTH, reply, 0, replyLength);
        return length;
    }

    private int ask(final long seq) {
        isApplying = true;
        isEncoding = false;
        try {
            return logic.apply(this, this);
        } catch (final TimestampsUsedUpException usedUp) {
            return 0; // the mark is set
        } catch (final RuntimeException error) {
            throw new PartitaException(
                    ErrorCode.INTERNAL,
                    "the user's own logic failed: seq=" + seq + " error=" + error,
                    "the record is in the journal: start every node with a logic that applies it",
                    error);
        } finally {
            isApplying = false;
        }
    }

    /** Digest of the logic's own state. */
    Digest128 logicDigest() {
        return logic.digest();
    }

    @Override
    public DirectBuffer buffer() {
        return body;
    }

    @Override
    public int offset() {
        return 0;
    }

    @Override
    public int length() {
        return body.capacity();
    }

    @Override
    public long timestamp() {
        return stamp;
    }

    @Override
    public void reply(final DirectBuffer source, final int newOffset, final int newLength) {
        checkApplying();
        if (newLength < 0 || newLength > Limits.USER_REPLY_LENGTH_MAX) {
            throw new IllegalArgumentException(
                    "a reply has 0.." + Limits.USER_REPLY_LENGTH_MAX + " bytes: length=" + newLength);
        }
        reply.putBytes(0, source, newOffset, newLength);
        replyLength = newLength;
    }

    @Override
    public int timestampsLeft() {
        return (int) (stamp - lastUsed);
    }

    @Override
    public BatchEncoder commands() {
        checkApplying();
        if (!isEncoding) {
            isEncoding = true;
            encoder.wrap(commands, 0, Limits.BATCH_COMMANDS_MAX);
        }
        return encoder;
    }

    @Override
    public boolean post() {
        checkApplying();
        resultCount = 0;
        if (!isEncoding || encoder.count() == 0) {
            return true;
        }
        final int count = encoder.count();
        final int length = encoder.finish();
        isEncoding = false;
        if (isUsedUp || count > timestampsLeft()) {
            isUsedUp = true;
            throw TimestampsUsedUpException.INSTANCE;
        }
        batch.wrap(commands, encoder.bodyOffset(), length, count);
        resultEncoder.wrap(results, 0);
        lastUsed += count;
        execution.run(lastUsed);
        resultCount = count;
        return firstFailure() == ResultCode.CREATED;
    }

    @Override
    public ResultDecoder results() {
        return resultDecoder.wrap(results, 0, resultCount);
    }

    @Override
    public ResultCode firstFailure() {
        final ResultDecoder all = results();
        while (all.next()) {
            final ResultCode code = all.resultCode();
            if (code != ResultCode.CREATED && code != ResultCode.EXISTS) {
                return code;
            }
        }
        return ResultCode.CREATED;
    }

    @Override
    public @Nullable AccountView account(final long idHi, final long idLo) {
        checkApplying();
        return stateMachine.lookupAccount(idHi, idLo, row, 0) ? accountView.wrap(row, 0) : null;
    }

    @Override
    public @Nullable TransferView transfer(final long idHi, final long idLo) {
        checkApplying();
        return stateMachine.lookupTransfer(idHi, idLo, row, 0) ? transferView.wrap(row, 0) : null;
    }

    private void checkApplying() {
        if (!isApplying) {
            throw new IllegalStateException(
                    "the ledger is open to the user's own logic while it applies a command only");
        }
    }

    /** Ends a command that wants more events than it owns timestamps. Without a stack trace: it says nothing about us. */
    private static final class TimestampsUsedUpException extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private static final TimestampsUsedUpException INSTANCE = new TimestampsUsedUpException();

        TimestampsUsedUpException() {
            super("the command owns fewer timestamps than its logic posts events", null, false, false);
        }
    }
}
