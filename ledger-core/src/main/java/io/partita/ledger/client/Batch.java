// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.client;

import io.partita.ledger.model.BatchOptions;
import io.partita.ledger.model.Limits;
import io.partita.ledger.model.Outcome;
import io.partita.ledger.model.QueryKind;
import io.partita.ledger.wire.AccountView;
import io.partita.ledger.wire.BatchDecoder;
import io.partita.ledger.wire.BatchEncoder;
import io.partita.ledger.wire.QueryFilter;
import io.partita.ledger.wire.ResultDecoder;
import io.partita.ledger.wire.ResultEncoder;
import io.partita.ledger.wire.TransferView;
import io.partita.ledger.wire.UserResult;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.agrona.DirectBuffer;
import org.agrona.ExpandableDirectByteBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Commands, or a read, on their way to the ledger, and the results on their way back: one reusable object with buffers of its
 * own. It belongs to one party at a time: to the thread that fills it until it is submitted, to the engine until it is
 * complete, then to its {@link BatchOwner} again. Nothing is allocated per use once its buffers have grown to what its user
 * needs.
 */
public final class Batch {
    /** {@link #outcome()} of a batch that has none yet. */
    public static final long PENDING = Long.MIN_VALUE;
    /** Bytes of an id in the body of a look-up. */
    public static final int ID_LENGTH = 16;
    /** Where the row starts in a slot of a look-up's results; before it stands a u64, 1 if the id was found, else 0. */
    public static final int ROW_OFFSET = Long.BYTES;
    /** Bytes of a slot in the results of a look-up of accounts. */
    public static final int ACCOUNT_SLOT_LENGTH = ROW_OFFSET + AccountView.LENGTH;
    /** Bytes of a slot in the results of a look-up of transfers. */
    public static final int TRANSFER_SLOT_LENGTH = ROW_OFFSET + TransferView.LENGTH;
    /** Offset of the running digest, i64, in the results of a DIGEST. */
    public static final int RUNNING_DIGEST_OFFSET = 0;
    /** Offset of the state digest, low then high half, in the results of a DIGEST. */
    public static final int STATE_DIGEST_OFFSET = 8;
    /** Offset of the number of accounts, i64, in the results of a DIGEST. */
    public static final int ACCOUNT_COUNT_OFFSET = 24;
    /** Offset of the number of transfers, i64, in the results of a DIGEST. */
    public static final int TRANSFER_COUNT_OFFSET = 32;
    /** Offset of the last timestamp, i64, in the results of a DIGEST. */
    public static final int LAST_TIMESTAMP_OFFSET = 40;
    /** Bytes of the results of a DIGEST. */
    public static final int DIGEST_LENGTH = 48;
    /** Bytes, at most, of the results of INVARIANTS: UTF-8 lines, one per violation; none if all hold. */
    public static final int INVARIANTS_LENGTH_MAX = 4096;
    /** Offset of the account in the results of ACCOUNT_WITH_PENDINGS; before it a u64: 1, or 0 if there is none. */
    public static final int ACCOUNT_OFFSET = ROW_OFFSET;
    /** Offset of the number of all open pendings, i64, in the results of ACCOUNT_WITH_PENDINGS. */
    public static final int OPEN_PENDINGS_OFFSET = ACCOUNT_SLOT_LENGTH;
    /** Offset of the first open pending in the results of ACCOUNT_WITH_PENDINGS. */
    public static final int PENDINGS_OFFSET = OPEN_PENDINGS_OFFSET + Long.BYTES;

    private static final int COMMANDS_INITIAL = 64;

    private final BatchOwner owner;
    private final int commandsMax;
    private final ExpandableDirectByteBuffer body;
    private final BatchEncoder encoder;
    private final UnsafeBuffer results = new UnsafeBuffer(0, 0);
    private final ResultDecoder resultDecoder = new ResultDecoder();
    private final QueryFilter filter = new QueryFilter();
    private final UserResult userResult = new UserResult();
    private BatchKind kind = BatchKind.COMMANDS;
    private boolean isStaleAllowed;
    private boolean isLateJournaled;
    private boolean isInFlight;
    private boolean isEncoding;
    private int bodyOffset;
    private int bodyLength;
    private int count;
    private int options;
    private long deadline;
    private long minSeq;
    private long epoch;
    private long ticket;
    private long tag;
    private @Nullable Object attachment;
    private long outcome = PENDING;
    private long timestamp;
    private long token;
    private long tokenSeq;
    private int resultsLength;

    /**
     * A batch; its buffers start small and grow up to its capacity.
     *
     * @param owner gets it back when it is complete.
     * @param commandsMax commands or ids it may hold, 1 to {@code Limits.BATCH_COMMANDS_MAX}.
     */
    public Batch(final BatchOwner owner, final int commandsMax) {
        if (commandsMax < 1 || commandsMax > Limits.BATCH_COMMANDS_MAX) {
            throw new IllegalArgumentException(
                    "commandsMax must be 1.." + Limits.BATCH_COMMANDS_MAX + ": commandsMax=" + commandsMax);
        }
        this.owner = owner;
        this.commandsMax = commandsMax;
        body = new ExpandableDirectByteBuffer(BatchEncoder.bufferLength(Math.min(commandsMax, COMMANDS_INITIAL)));
        encoder = new BatchEncoder(commandsMax);
    }

    /**
     * Makes the batch empty, to be filled anew.
     *
     * @param newKind what it shall ask for.
     * @return this.
     */
    public Batch reset(final BatchKind newKind) {
        checkNotInFlight();
        kind = newKind;
        isStaleAllowed = false;
        isLateJournaled = false;
        isEncoding = false;
        bodyOffset = 0;
        bodyLength = 0;
        count = 0;
        options = 0;
        deadline = 0;
        minSeq = 0;
        epoch = 0;
        tag = 0;
        outcome = PENDING;
        timestamp = 0;
        resultsLength = 0;
        filter.reset();
        return this;
    }

    /**
     * Where commands are added. The first call after a reset starts the body.
     *
     * @return the encoder; valid until the batch is submitted.
     */
    public BatchEncoder commands() {
        checkNotInFlight();
        if (kind != BatchKind.COMMANDS) {
            throw new IllegalStateException("commands are for batches of commands only: kind=" + kind);
        }
        if (!isEncoding) {
            isEncoding = true;
            encoder.wrap(body, 0, commandsMax);
        }
        return encoder;
    }

    /**
     * What a query asks for. It is checked when the batch is submitted: {@code INVALID_FILTER}.
     *
     * @return the filter, to be filled; valid until the batch is submitted.
     */
    public QueryFilter filter() {
        checkNotInFlight();
        if (kind.query() == null) {
            throw new IllegalStateException("filters are for queries only: kind=" + kind);
        }
        return filter;
    }

    /**
     * Fills the batch with an encoded body of commands, as it came over a network. Its structure is checked here, so that
     * nothing is journaled that the state machine cannot read.
     *
     * @param source with the body.
     * @param offset of the body.
     * @param length of the body.
     * @param commands how many commands it holds, 1 to the batch's capacity.
     * @return this.
     * @throws IllegalArgumentException if the body is not well-formed; the message says why.
     */
    public Batch putBody(final DirectBuffer source, final int offset, final int length, final int commands) {
        checkNotInFlight();
        checkCount(commands);
        final String wrong = BatchDecoder.validate(source, offset, length, commands);
        if (wrong != null) {
            throw new IllegalArgumentException(wrong + ": length=" + length + " commands=" + commands);
        }
        body.putBytes(0, source, offset, length);
        isEncoding = false;
        bodyOffset = 0;
        bodyLength = length;
        count = commands;
        return this;
    }

    /**
     * Fills a {@link BatchKind#USER_COMMAND} batch: what the user's own logic will be given.
     *
     * @param source with the command.
     * @param offset of it.
     * @param length of it, at most {@code Limits.USER_COMMAND_LENGTH_MAX}.
     * @param timestamps how many events the logic may post for it, 1 to {@code Limits.BATCH_COMMANDS_MAX}.
     * @return this.
     */
    public Batch putUserCommand(final DirectBuffer source, final int offset, final int length, final int timestamps) {
        checkNotInFlight();
        if (kind != BatchKind.USER_COMMAND) {
            throw new IllegalStateException("for a batch of the user's own logic only: kind=" + kind);
        }
        if (length < 0 || length > Limits.USER_COMMAND_LENGTH_MAX) {
            throw new IllegalArgumentException(
                    "a user's command has 0.." + Limits.USER_COMMAND_LENGTH_MAX + " bytes: length=" + length);
        }
        if (timestamps < 1 || timestamps > Limits.BATCH_COMMANDS_MAX) {
            throw new IllegalArgumentException(
                    "timestamps must be 1.." + Limits.BATCH_COMMANDS_MAX + ": timestamps=" + timestamps);
        }
        body.putBytes(0, source, offset, length);
        bodyLength = length;
        count = timestamps;
        return this;
    }

    /**
     * Adds an id to a look-up.
     *
     * @param idHi high half.
     * @param idLo low half.
     * @return this.
     */
    public Batch addId(final long idHi, final long idLo) {
        checkNotInFlight();
        if (kind != BatchKind.LOOKUP_ACCOUNTS && kind != BatchKind.LOOKUP_TRANSFERS) {
            throw new IllegalStateException("ids are for look-ups only: kind=" + kind);
        }
        checkCount(count + 1);
        body.putLong(bodyLength, idLo, ByteOrder.LITTLE_ENDIAN);
        body.putLong(bodyLength + Long.BYTES, idHi, ByteOrder.LITTLE_ENDIAN);
        bodyLength += ID_LENGTH;
        count++;
        return this;
    }

    /**
     * A read may be answered from this node's applied state at once, even on a node that is not, or no longer, the active. The
     * default is linearizable: nothing answered before the read was submitted is missing from it.
     *
     * @return this.
     */
    public Batch allowStale() {
        checkNotInFlight();
        if (!kind.isRead()) {
            throw new IllegalStateException("only reads can be stale: kind=" + kind);
        }
        isStaleAllowed = true;
        return this;
    }

    /**
     * Allows a stale read, but not one from before a position: a node that has not applied so far waits for it, up to {@code
     * Limits.MIN_SEQ_WAIT_NS}, and then says {@code Outcome.BEHIND}. With the position of one's own last answer one reads one's
     * own writes, and never goes back in time, on any node and across failovers: no answered position is ever lost (A5).
     *
     * @param seq the lowest that the answer may be of, such as an earlier {@link #outcome()}; 0 for any.
     * @return this.
     */
    public Batch minSeq(final long seq) {
        if (seq < 0) {
            throw new IllegalArgumentException("minSeq must not be negative: minSeq=" + seq);
        }
        minSeq = seq;
        return allowStale();
    }

    /**
     * The lowest position that the answer of a stale read may be of.
     *
     * @return a seq, 0 for any.
     */
    public long minSeq() {
        return minSeq;
    }

    /**
     * Sets a deadline: a batch that is stamped later has no effect, {@code EXPIRED} for each command.
     *
     * @param deadlineNs nanoseconds of journal time since 1970; 0 is none.
     * @return this.
     */
    public Batch deadline(final long deadlineNs) {
        if (deadlineNs < 0) {
            throw new IllegalArgumentException("deadline must not be negative: deadlineNs=" + deadlineNs);
        }
        deadline = deadlineNs;
        return this;
    }

    /**
     * A batch whose deadline has passed already is journaled all the same, instead of being refused with
     * {@code Outcome.DEADLINE_PASSED}: then its end, {@code EXPIRED} for each command, is on record and its ids are burnt.
     *
     * @return this.
     */
    public Batch journalIfLate() {
        isLateJournaled = true;
        return this;
    }

    /**
     * Whether a late batch is journaled.
     *
     * @return true after {@link #journalIfLate}.
     */
    public boolean isLateJournaled() {
        return isLateJournaled;
    }

    /**
     * Sets options.
     *
     * @param bits of {@code BatchOptions}.
     * @return this.
     * @throws IllegalArgumentException if this release does not support one of them.
     */
    public Batch options(final int bits) {
        if ((bits & ~BatchOptions.SUPPORTED) != 0) {
            throw new IllegalArgumentException("this release does not support such an option: bits=" + bits);
        }
        options = bits;
        return this;
    }

    /**
     * A value of the user's own that comes back with the batch.
     *
     * @param value any.
     * @return this.
     */
    public Batch tag(final long value) {
        tag = value;
        return this;
    }

    /**
     * The user's own value.
     *
     * @return as set, 0 after a reset.
     */
    public long tag() {
        return tag;
    }

    /**
     * An object of the owner's that stays with the batch until it sets another.
     *
     * @param object any, or null.
     */
    public void attachment(final @Nullable Object object) {
        attachment = object;
    }

    /**
     * The owner's object.
     *
     * @return as set.
     */
    public @Nullable Object attachment() {
        return attachment;
    }

    /**
     * What the batch asks for.
     *
     * @return its kind.
     */
    public BatchKind kind() {
        return kind;
    }

    /**
     * Whether a read may be stale.
     *
     * @return true after {@link #allowStale}.
     */
    public boolean isStaleAllowed() {
        return isStaleAllowed;
    }

    /**
     * Commands, or ids of a look-up, or the timestamps of a user's command.
     *
     * @return how many the batch holds.
     */
    public int count() {
        return isEncoding ? encoder.count() : count;
    }

    /**
     * How many commands or ids the batch may hold.
     *
     * @return its capacity.
     */
    public int commandsMax() {
        return commandsMax;
    }

    /**
     * The deadline.
     *
     * @return nanoseconds of journal time, 0 for none.
     */
    public long deadline() {
        return deadline;
    }

    /**
     * The options.
     *
     * @return bits of {@code BatchOptions}.
     */
    public int options() {
        return options;
    }

    /**
     * The encoded body.
     *
     * @return its buffer.
     */
    public DirectBuffer body() {
        return body;
    }

    /**
     * Where the body starts.
     *
     * @return offset into {@link #body()}.
     */
    public int bodyOffset() {
        return bodyOffset;
    }

    /**
     * The body's length.
     *
     * @return bytes.
     */
    public int bodyLength() {
        return bodyLength;
    }

    /**
     * The number that the client's submission returned.
     *
     * @return the ticket.
     */
    public long ticket() {
        return ticket;
    }

    /**
     * How it ended.
     *
     * @return the seq at which the results hold, 0 or more (for commands the batch's own seq; for a read the last one applied
     *     before it), a negative {@code Outcome}, or {@link #PENDING}.
     */
    public long outcome() {
        return outcome;
    }

    /**
     * Whether there are results.
     *
     * @return true if {@link #outcome()} is a position.
     */
    public boolean isOk() {
        return outcome >= 0;
    }

    /**
     * The stamp of a sequenced batch.
     *
     * @return nanoseconds since 1970; 0 if there is none.
     */
    public long timestamp() {
        return timestamp;
    }

    /**
     * The newest epoch that the answering node knew; of a node over TCP, as it last told. An answer to a stale read from a lower
     * one than was seen elsewhere is of a node that has not heard of the newer.
     *
     * @return the epoch; 0 if there is none.
     */
    public long epoch() {
        return epoch;
    }

    /**
     * The results, {@link #resultsLength()} bytes from offset 0.
     *
     * @return their buffer.
     */
    public DirectBuffer results() {
        return results;
    }

    /**
     * Bytes of the results.
     *
     * @return 0 if there are none.
     */
    public int resultsLength() {
        return resultsLength;
    }

    /**
     * The results of a batch of commands, one after the other or by index; with their balances, if
     * {@code BatchOptions.RETURN_BALANCES} was set.
     *
     * @return a cursor before the first result; it has none if there are none.
     */
    public ResultDecoder commandResults() {
        final boolean hasResults = kind == BatchKind.COMMANDS && outcome >= 0;
        if (hasResults && (options & BatchOptions.RETURN_BALANCES) != 0) {
            return resultDecoder.wrapWithBalances(results, 0, count);
        }
        return resultDecoder.wrap(results, 0, hasResults ? count : 0);
    }

    /**
     * The result of a user's command.
     *
     * @return it, valid until the batch is used again.
     * @throws IllegalStateException if there is none.
     */
    public UserResult userResult() {
        if (kind != BatchKind.USER_COMMAND || resultsLength < UserResult.LENGTH) {
            throw new IllegalStateException("no result of a user's command: kind=" + kind + " ticket=" + ticket);
        }
        return userResult.wrap(results, 0);
    }

    /**
     * Whether a look-up found an id; its row then starts at {@link #rowOffset} of {@link #results()}. Also whether
     * ACCOUNT_WITH_PENDINGS, asked with index 0, found its account, which then starts at {@link #ACCOUNT_OFFSET}.
     *
     * @param index of the id, from 0.
     * @return true if it did.
     */
    public boolean isFound(final int index) {
        final boolean isHead = kind == BatchKind.ACCOUNT_WITH_PENDINGS;
        final int slot = isHead ? 0 : index * slotLength();
        final int end = isHead ? PENDINGS_OFFSET : slot + slotLength();
        return end <= resultsLength && results.getLong(slot, ByteOrder.LITTLE_ENDIAN) == 1;
    }

    /**
     * Rows of a query's answer: transfers, accounts, balances, events; with ACCOUNT_WITH_PENDINGS its pendings.
     *
     * @return how many there are.
     */
    public int rows() {
        if (kind.query() == null) {
            throw new IllegalStateException("rows are counted for queries only: kind=" + kind);
        }
        final int head = kind == BatchKind.ACCOUNT_WITH_PENDINGS ? PENDINGS_OFFSET : 0;
        return resultsLength <= head ? 0 : (resultsLength - head) / kind.rowLength();
    }

    /**
     * All open pendings of the account of ACCOUNT_WITH_PENDINGS: more than {@link #rows()} if not all are in the answer.
     *
     * @return how many there are; 0 without an account.
     */
    public long openPendings() {
        return isFound(0) ? results.getLong(OPEN_PENDINGS_OFFSET, ByteOrder.LITTLE_ENDIAN) : 0;
    }

    /**
     * Where a row is: that of a look-up's id, or of a query's answer.
     *
     * @param index of the id or of the row, from 0.
     * @return offset into {@link #results()}, for the view of the kind of batch.
     */
    public int rowOffset(final int index) {
        return switch (kind) {
            case LOOKUP_ACCOUNTS, LOOKUP_TRANSFERS -> index * slotLength() + ROW_OFFSET;
            case ACCOUNT_WITH_PENDINGS -> PENDINGS_OFFSET + index * kind.rowLength();
            default -> index * kind.rowLength();
        };
    }

    /**
     * Bytes of a slot of a look-up's results.
     *
     * @return depends on the kind.
     */
    public int slotLength() {
        return switch (kind) {
            case LOOKUP_ACCOUNTS -> ACCOUNT_SLOT_LENGTH;
            case LOOKUP_TRANSFERS -> TRANSFER_SLOT_LENGTH;
            default -> throw new IllegalStateException("slots are for look-ups only: kind=" + kind);
        };
    }

    /**
     * The submitter's side of a submission: makes room for the results, so that the engine never has to.
     *
     * @param newTicket the number the submission will return.
     * @throws io.partita.ledger.model.PartitaException INVALID_FILTER: of a query; the message says why.
     */
    public void prepare(final long newTicket) {
        checkNotInFlight();
        if (isEncoding) {
            bodyLength = encoder.finish();
            bodyOffset = encoder.bodyOffset();
            count = encoder.count();
        }
        final QueryKind query = kind.query();
        if (query != null) {
            filter.check(query).encode(body, 0);
            bodyLength = QueryFilter.LENGTH;
        } else if (count == 0 && kind != BatchKind.DIGEST && kind != BatchKind.INVARIANTS) {
            throw new IllegalStateException("an empty batch: kind=" + kind);
        }
        if (kind == BatchKind.USER_COMMAND && options != BatchOptions.NONE) {
            throw new IllegalStateException("options are for batches of commands only: kind=" + kind);
        }
        ticket = newTicket;
        outcome = PENDING;
        epoch = 0;
        timestamp = 0;
        resultsLength = 0;
        final int needed = resultsLengthMax();
        if (results.capacity() < needed) {
            results.wrap(ByteBuffer.allocateDirect(grown(results.capacity(), needed)));
        }
    }

    /**
     * The intake accepted it, or gave it back: for {@link Intake} implementations.
     *
     * @param inFlight whether it is the engine's now.
     */
    public void inFlight(final boolean inFlight) {
        isInFlight = inFlight;
    }

    /**
     * Where the engine writes the results.
     *
     * @return the buffer, large enough.
     */
    public MutableDirectBuffer resultsForWriting() {
        return results;
    }

    /**
     * The engine applied it; told to the owner later, by {@link #complete}.
     *
     * @param stamp its journal time.
     * @param length bytes of results written.
     */
    public void applied(final long stamp, final int length) {
        timestamp = stamp;
        resultsLength = length;
    }

    /**
     * Who answers says which epoch it knows; before {@link #complete}.
     *
     * @param newest the epoch.
     */
    public void answeredIn(final long newest) {
        epoch = newest;
    }

    /**
     * The engine keeps a number here while the batch is in flight: the epoch of a sequenced one, the gate's token of a read.
     *
     * @param value the engine's.
     * @param position a seq: its own, or the one a read must not be older than.
     */
    public void engineToken(final long value, final long position) {
        token = value;
        tokenSeq = position;
    }

    /**
     * The engine's number.
     *
     * @return as set.
     */
    public long engineToken() {
        return token;
    }

    /**
     * The engine's position.
     *
     * @return as set.
     */
    public long engineTokenSeq() {
        return tokenSeq;
    }

    /**
     * Ends the flight: hands the batch to its owner. Called once per accepted batch by the engine.
     *
     * @param finalOutcome a position or a negative {@code Outcome}.
     */
    public void complete(final long finalOutcome) {
        if (!isInFlight) {
            throw new IllegalStateException("completed twice: outcome=" + Outcome.name(finalOutcome));
        }
        if (finalOutcome < 0) {
            resultsLength = 0;
        }
        outcome = finalOutcome;
        isInFlight = false;
        owner.onComplete(this);
    }

    /**
     * Bytes that the results take at most.
     *
     * @return depends on the kind, on how many commands or ids there are, on a filter's limit.
     */
    public int resultsLengthMax() {
        return switch (kind) {
            case COMMANDS -> ResultEncoder.length(count, options);
            case USER_COMMAND -> UserResult.LENGTH_MAX;
            case LOOKUP_ACCOUNTS, LOOKUP_TRANSFERS -> count * slotLength();
            case DIGEST -> DIGEST_LENGTH;
            case INVARIANTS -> INVARIANTS_LENGTH_MAX;
            case ACCOUNT_WITH_PENDINGS -> PENDINGS_OFFSET + rowsMax() * kind.rowLength();
            case ACCOUNT_TRANSFERS, ACCOUNT_BALANCES, QUERY_ACCOUNTS, QUERY_TRANSFERS, CHANGE_EVENTS ->
                rowsMax() * kind.rowLength();
        };
    }

    private int rowsMax() {
        return filter.limit() == 0 ? Limits.QUERY_LIMIT_MAX : (int) filter.limit();
    }

    private static int grown(final int capacity, final int needed) {
        return (Math.max(capacity * 2, needed) + 7) & ~7;
    }

    private void checkNotInFlight() {
        if (isInFlight) {
            throw new IllegalStateException("the batch is in flight: ticket=" + ticket);
        }
    }

    private void checkCount(final int commands) {
        if (commands < 1 || commands > commandsMax) {
            throw new IllegalArgumentException("a batch holds 1.." + commandsMax + ": count=" + commands);
        }
    }
}
