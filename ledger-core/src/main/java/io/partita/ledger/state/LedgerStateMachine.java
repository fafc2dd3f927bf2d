// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.state;

import static io.partita.ledger.model.Invariant.check;

import io.partita.ledger.model.BatchOptions;
import io.partita.ledger.model.Digest128;
import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.Limits;
import io.partita.ledger.model.PartitaException;
import io.partita.ledger.model.QueryKind;
import io.partita.ledger.model.RecordDescriptor;
import io.partita.ledger.model.RecordType;
import io.partita.ledger.wire.AccountRowEncoder;
import io.partita.ledger.wire.AccountView;
import io.partita.ledger.wire.BatchDecoder;
import io.partita.ledger.wire.ControlBodies;
import io.partita.ledger.wire.QueryFilter;
import io.partita.ledger.wire.ResultEncoder;
import io.partita.ledger.wire.TransferRowEncoder;
import io.partita.ledger.wire.TransferView;
import io.partita.ledger.wire.UserResult;
import java.util.Objects;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The ledger: a pure function of the journal, {@code (state, record) -> (state, results)}.
 *
 * <p>One thread, the apply step's. Memory is off heap and is freed by {@link #close()}. After {@link #apply} threw, the state
 * is not to be trusted: the machine refuses further records, and the node halts before it answers.
 */
public final class LedgerStateMachine implements AutoCloseable {
    /** The newest version of the rules that this release follows; every ledger begins with 1. */
    public static final int LOGIC_VERSION = 1;

    private static final int FIRST_LOGIC_VERSION = 1;

    private final LedgerTables tables;
    private final RunningDigest runningDigest;
    private final Queries queries;
    private final Resolutions resolutions;
    private final BatchExecution execution;
    private final @Nullable UserExecution user;
    private final @Nullable UserLogic userLogic;
    private final BatchDecoder batch = new BatchDecoder();
    private final ResultEncoder results = new ResultEncoder();
    private final UnsafeBuffer resultsView = new UnsafeBuffer();
    private final AccountRowEncoder accountRow = new AccountRowEncoder();
    private final TransferRowEncoder transferRow = new TransferRowEncoder();
    private final UnsafeBuffer ownResults = new UnsafeBuffer(
            new byte
                    [Math.max(
                            ResultEncoder.length(Limits.BATCH_COMMANDS_MAX, BatchOptions.RETURN_BALANCES),
                            UserResult.LENGTH_MAX)]);

    private long appliedSeq;
    private long lastTimestamp;
    private final int logicVersionMax;
    private int logicVersion = FIRST_LOGIC_VERSION;
    private boolean halted;
    private boolean closed;

    /**
     * An empty ledger.
     *
     * @param config its settings.
     */
    public LedgerStateMachine(final StateConfig config) {
        this(config, null);
    }

    /**
     * An empty ledger with the user's own logic.
     *
     * @param config its settings.
     * @param logic applies USER records; null if there is none.
     */
    public LedgerStateMachine(final StateConfig config, final @Nullable UserLogic logic) {
        this(config, logic, AccountIndex.SEGMENT_SLOTS, Id128Index.SEGMENT_SLOTS);
    }

    LedgerStateMachine(final StateConfig config, final int accountSegmentSlots, final int idSegmentSlots) {
        this(config, null, accountSegmentSlots, idSegmentSlots);
    }

    private LedgerStateMachine(
            final StateConfig config,
            final @Nullable UserLogic logic,
            final int accountSegmentSlots,
            final int idSegmentSlots) {
        tables = new LedgerTables(Objects.requireNonNull(config, "config"), accountSegmentSlots, idSegmentSlots);
        logicVersionMax = config.logicVersionMax();
        runningDigest = new RunningDigest(tables.accounts);
        final Posting posting = new Posting(tables.accounts);
        resolutions = new Resolutions(tables, posting);
        queries = new Queries(this, tables);
        execution = new BatchExecution(tables, posting, runningDigest, batch, results, new UndoLog(tables, posting));
        userLogic = logic;
        user = logic == null ? null : new UserExecution(this, tables, posting, runningDigest, logic);
    }

    /**
     * Applies the next record and lets its results go: for a standby, recovery and audit.
     *
     * @param record with an intact record whose seq follows {@link #appliedSeq()}.
     * @param offset of the record.
     * @throws IllegalStateException if something that must hold does not; the node must halt.
     */
    public void apply(final DirectBuffer record, final int offset) {
        apply(record, offset, ownResults, 0);
    }

    /**
     * Applies the next record.
     *
     * @param record with an intact record whose seq follows {@link #appliedSeq()}.
     * @param offset of the record.
     * @param out where results are written, one per command, in order; then the balances if the batch asks for them. Of a USER
     *     record one {@link UserResult}, for which there must be {@link UserResult#LENGTH_MAX} bytes.
     * @param outOffset of the first result.
     * @return bytes of results written; 0 for a record without commands.
     * @throws IllegalStateException if something that must hold does not; the node must halt.
     */
    public int apply(final DirectBuffer record, final int offset, final MutableDirectBuffer out, final int outOffset) {
        check(!closed, "a closed state machine applies nothing");
        check(!halted, "a state machine that failed once applies nothing");
        halted = true;
        check(RecordDescriptor.seq(record, offset) == appliedSeq + 1, "records are applied in order of seq");
        int length = 0;
        switch (RecordType.of(RecordDescriptor.type(record, offset))) {
            case COMMANDS:
                length = applyCommands(record, offset, out, outOffset);
                break;
            case TICK:
                applyTick(record, offset);
                break;
            case USER:
                length = applyUser(record, offset, out, outOffset);
                break;
            case EPOCH_START:
            case SNAPSHOT:
            case OPERATOR:
                checkOwnsNoTimestamps(record, offset);
                break;
            case LOGIC_VERSION:
                checkOwnsNoTimestamps(record, offset);
                follow(ControlBodies.decodeLogicVersion(record, offset + RecordDescriptor.HEADER_LENGTH));
                break;
            default:
                check(false, "the type of a record is known");
        }
        appliedSeq++;
        halted = false;
        return length;
    }

    /**
     * The last applied record's seq.
     *
     * @return 0 at the beginning.
     */
    public long appliedSeq() {
        return appliedSeq;
    }

    /**
     * The stamp of the last record that owned timestamps.
     *
     * @return 0 at the beginning.
     */
    public long lastTimestamp() {
        return lastTimestamp;
    }

    /**
     * The version of the rules in force.
     *
     * @return a version.
     */
    public int logicVersion() {
        return logicVersion;
    }

    /**
     * Digest of all results and touched balances so far, in order; {@code docs/ledger-digests.md} specifies it.
     *
     * @return 64 bits.
     */
    public long runningDigest() {
        return runningDigest.value();
    }

    /**
     * Digest of the whole state, independent of memory layout; {@code docs/ledger-digests.md} specifies it. Visits everything.
     *
     * @return 128 bits.
     */
    public Digest128 stateDigest() {
        return stateDigest(new StateWalk(tables));
    }

    /** The same by a walk that may have begun. */
    Digest128 stateDigest(final StateWalk walk) {
        return walk.digest(lastTimestamp, logicVersion, user == null ? null : user.logicDigest());
    }

    /**
     * When the next pending transfer is due to be released.
     *
     * @return nanoseconds since 1970; {@link Long#MAX_VALUE} if none will be.
     */
    public long nextExpiry() {
        return tables.pendings.nextExpiry();
    }

    /**
     * How many pending transfers are due: what a TICK with the given base may release.
     *
     * @param base nanoseconds since 1970.
     * @return 0 to {@link Limits#EXPIRIES_PER_TICK_MAX}, where it stops counting.
     */
    public int dueCount(final long base) {
        return tables.pendings.dueCount(base, Limits.EXPIRIES_PER_TICK_MAX);
    }

    /**
     * How many pending transfers are open.
     *
     * @return the count.
     */
    public long openPendingCount() {
        return tables.pendings.openCount();
    }

    /**
     * How many pending transfers were released because their time had come.
     *
     * @return the count.
     */
    public long expiryCount() {
        return tables.expiries.count();
    }

    /**
     * How many accounts there are.
     *
     * @return the count.
     */
    public long accountCount() {
        return tables.accounts.count();
    }

    /**
     * How many transfers there are.
     *
     * @return the count.
     */
    public long transferCount() {
        return tables.transfers.count();
    }

    /**
     * How many ids are burnt.
     *
     * @return the count.
     */
    public long burntIdCount() {
        return tables.ids.burntCount();
    }

    /**
     * Off-heap memory taken.
     *
     * @return bytes.
     */
    public long memoryLength() {
        return tables.memoryLength();
    }

    /**
     * Looks an account up.
     *
     * @param idHi high half of its id.
     * @param idLo low half of its id.
     * @param out where its row is written, see {@link AccountView}.
     * @param outOffset of the row.
     * @return false if there is none; nothing was written.
     */
    public boolean lookupAccount(final long idHi, final long idLo, final MutableDirectBuffer out, final int outOffset) {
        final int row = tables.accounts.index().find(tables.idHash.hash(idHi, idLo), idHi, idLo);
        if (row == AccountIndex.NOT_FOUND) {
            return false;
        }
        tables.accounts.encode(row, accountRow.wrap(out, outOffset));
        return true;
    }

    /**
     * Looks a transfer up.
     *
     * @param idHi high half of its id.
     * @param idLo low half of its id.
     * @param out where its row is written, see {@link TransferView}.
     * @param outOffset of the row.
     * @return false if there is none; nothing was written.
     */
    public boolean lookupTransfer(
            final long idHi, final long idLo, final MutableDirectBuffer out, final int outOffset) {
        final long ref = tables.ids.find(tables.idHash.hash(idHi, idLo), idHi, idLo);
        if (ref == 0 || TransferIds.kind(ref) != TransferIds.TRANSFER) {
            return false;
        }
        tables.transfers.encode(TransferIds.row(ref), transferRow.wrap(out, outOffset));
        return true;
    }

    /**
     * Starts a query.
     *
     * @param kind of query.
     * @param filter what it asks for; it is valid for the kind, and stays as it is until the query is done.
     * @param out where the answer is written from offset 0 on, with room for as many rows as the filter's limit allows.
     * @return the query, to be stepped until it is done; any records may be applied between steps.
     */
    public LedgerQuery query(final QueryKind kind, final QueryFilter filter, final MutableDirectBuffer out) {
        check(!closed, "a closed state machine answers nothing");
        return queries.start(kind, filter, out);
    }

    /**
     * Shows everything to a visitor.
     *
     * @param visitor who sees it.
     */
    public void visit(final StateVisitor visitor) {
        new StateWalk(tables).visit(visitor);
    }

    /**
     * Checks what must hold of a ledger at any position. Visits everything.
     *
     * @return what it found.
     */
    public InvariantReport checkInvariants() {
        return new InvariantCheck(tables).run();
    }

    /**
     * All that there is to remember, for a snapshot.
     *
     * @return as it is now; not to be used any more once a record was applied.
     */
    public StateImage image() {
        check(!closed && !halted, "a state machine that is closed or failed is not remembered");
        return new StateImage(this, tables, runningDigest, userLogic);
    }

    /** Goes on from a state that was filled in. */
    void resume(final StateFacts facts) {
        appliedSeq = facts.appliedSeq();
        lastTimestamp = facts.lastTimestamp();
        logicVersion = facts.logicVersion();
    }

    /** Frees the memory. A second call does nothing. */
    @Override
    public void close() {
        closed = true;
        tables.close();
    }

    private void checkOwnsNoTimestamps(final DirectBuffer record, final int offset) {
        check(
                RecordDescriptor.timestamp(record, offset) == lastTimestamp,
                "a record that owns no timestamps is stamped as the last that did");
    }

    /** R35: from this record on; a version that this release lacks is not skipped. */
    private void follow(final int version) {
        check(version >= logicVersion, "the logic version never decreases");
        checkKnows(version, appliedSeq + 1);
        logicVersion = version;
    }

    void checkKnows(final int version, final long seq) {
        if (version > logicVersionMax) {
            throw new PartitaException(
                    ErrorCode.UNKNOWN_FORMAT,
                    "the journal goes on with a later version of the ledger's rules: seq=" + seq + " logicVersion="
                            + version + " supported=" + logicVersionMax,
                    "start a release that knows it");
        }
    }

    private int applyCommands(
            final DirectBuffer record, final int offset, final MutableDirectBuffer out, final int outOffset) {
        final int count = RecordDescriptor.count(record, offset);
        final long stamp = RecordDescriptor.timestamp(record, offset);
        final long deadline = RecordDescriptor.deadline(record, offset);
        final int options = RecordDescriptor.options(record, offset);
        check((options & ~BatchOptions.SUPPORTED) == 0, "the options of a journaled batch are known");
        check(
                BatchDecoder.validate(
                                record,
                                offset + RecordDescriptor.HEADER_LENGTH,
                                RecordDescriptor.bodyLength(record, offset),
                                count)
                        == null,
                "a journaled batch is well formed");
        check(stamp >= count && stamp - count >= lastTimestamp, "timestamps increase");

        // Wrapping fails now, not half-way, if the caller's buffer has no room.
        final int length = ResultEncoder.length(count, options);
        resultsView.wrap(out, outOffset, length);
        if ((options & BatchOptions.RETURN_BALANCES) == 0) {
            results.wrap(resultsView, 0);
        } else {
            results.wrapWithBalances(resultsView, 0, count);
        }
        batch.wrapRecord(record, offset);
        if (deadline != 0 && stamp > deadline) {
            execution.expire(stamp);
        } else {
            execution.run(stamp);
        }
        check(results.count() == count, "every command has exactly one result");
        lastTimestamp = stamp;
        return length;
    }

    private int applyUser(
            final DirectBuffer record, final int offset, final MutableDirectBuffer out, final int outOffset) {
        if (user == null) {
            throw new PartitaException(
                    ErrorCode.INVALID_CONFIGURATION,
                    "the journal has a command of the user's own logic, and there is none: seq="
                            + RecordDescriptor.seq(record, offset),
                    "start with the logic that the journal was written with");
        }
        resultsView.wrap(out, outOffset, UserResult.LENGTH_MAX);
        final int length = user.apply(record, offset, lastTimestamp, resultsView, 0);
        lastTimestamp = RecordDescriptor.timestamp(record, offset);
        return length;
    }

    /**
     * Whether USER records can be applied.
     *
     * @return true if there is a logic of the user's.
     */
    public boolean hasUserLogic() {
        return user != null;
    }

    /** Releases what was due before the TICK; what was resolved since it was sequenced is not due any more. */
    private void applyTick(final DirectBuffer record, final int offset) {
        final int count = RecordDescriptor.count(record, offset);
        final long stamp = RecordDescriptor.timestamp(record, offset);
        check(count >= 1 && count <= Limits.EXPIRIES_PER_TICK_MAX, "a TICK releases 1..8190 pending transfers");
        check(RecordDescriptor.bodyLength(record, offset) == 0, "a TICK has no body");
        check(stamp >= count && stamp - count >= lastTimestamp, "timestamps increase");
        final long base = stamp - count;
        for (int i = 1; i <= count; i++) {
            final long number = tables.pendings.firstDue(base);
            if (number == PendingTransfers.NONE) {
                break;
            }
            resolutions.expire(number, base + i);
            runningDigest.add(base + i, 0, tables.pendings.debitRow(number), tables.pendings.creditRow(number));
        }
        lastTimestamp = stamp;
    }
}
