// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.state;

import static io.partita.ledger.model.Invariant.check;

import io.partita.ledger.model.BatchOptions;
import io.partita.ledger.model.CommandKind;
import io.partita.ledger.model.Digest128;
import io.partita.ledger.model.Id128;
import io.partita.ledger.model.Limits;
import io.partita.ledger.model.QueryKind;
import io.partita.ledger.model.RecordDescriptor;
import io.partita.ledger.model.RecordType;
import io.partita.ledger.model.ResultCode;
import io.partita.ledger.wire.AccountCommandDecoder;
import io.partita.ledger.wire.AccountRowEncoder;
import io.partita.ledger.wire.AccountView;
import io.partita.ledger.wire.BatchDecoder;
import io.partita.ledger.wire.ControlBodies;
import io.partita.ledger.wire.QueryFilter;
import io.partita.ledger.wire.ResultEncoder;
import io.partita.ledger.wire.TransferCommandDecoder;
import io.partita.ledger.wire.TransferRowEncoder;
import io.partita.ledger.wire.TransferView;
import java.util.Objects;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The ledger: a pure function of the journal, {@code (state, record) -> (state, results)}.
 *
 * <p>One thread, the apply step's. Memory is off heap and is freed by {@link #close()}. After {@link #apply} threw, the state
 * is not to be trusted: the machine refuses further records, and the node halts before it answers.
 */
public final class LedgerStateMachine implements AutoCloseable {
    /** The version of the rules that this release follows. */
    public static final int LOGIC_VERSION = 1;

    private final AccountTable accounts;
    private final TransferTable transfers;
    private final TransferIds transferIds;
    private final IdHash idHash;
    private final GroupResolver group;
    private final Posting posting;
    private final RunningDigest runningDigest;
    private final Queries queries;
    private final BatchDecoder batch = new BatchDecoder();
    private final ResultEncoder results = new ResultEncoder();
    private final UnsafeBuffer resultsView = new UnsafeBuffer();
    private final AccountRowEncoder accountRow = new AccountRowEncoder();
    private final TransferRowEncoder transferRow = new TransferRowEncoder();
    private final UnsafeBuffer ownResults =
            new UnsafeBuffer(new byte[Limits.BATCH_COMMANDS_MAX * Limits.RESULT_LENGTH]);

    private long appliedSeq;
    private long lastTimestamp;
    private int logicVersion = LOGIC_VERSION;
    private boolean halted;
    private boolean closed;

    /**
     * An empty ledger.
     *
     * @param config its settings.
     */
    public LedgerStateMachine(final StateConfig config) {
        this(config, AccountIndex.SEGMENT_SLOTS, Id128Index.SEGMENT_SLOTS);
    }

    LedgerStateMachine(final StateConfig config, final int accountSegmentSlots, final int idSegmentSlots) {
        idHash = new IdHash(Objects.requireNonNull(config, "config").hashSeed());
        accounts = new AccountTable(idHash, accountSegmentSlots, idSegmentSlots);
        transfers = new TransferTable(accounts, config, idSegmentSlots);
        transferIds = new TransferIds(transfers, idSegmentSlots);
        group = new GroupResolver(idHash, accounts, transferIds);
        posting = new Posting(accounts);
        runningDigest = new RunningDigest(accounts);
        queries = new Queries(this, idHash, accounts, transfers);
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
     * @param out where results are written, one per command, in order.
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
            case EPOCH_START:
            case SNAPSHOT:
                checkOwnsNoTimestamps(record, offset);
                break;
            case LOGIC_VERSION:
                checkOwnsNoTimestamps(record, offset);
                logicVersion = ControlBodies.decodeLogicVersion(record, offset + RecordDescriptor.HEADER_LENGTH);
                check(logicVersion == LOGIC_VERSION, "this release follows logic version 1");
                break;
            default:
                check(false, "logic version 1 has no pending transfers, so no TICK");
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
        final StateDigest digest = new StateDigest();
        final UnsafeBuffer scratch = new UnsafeBuffer(new byte[AccountView.LENGTH]);
        for (int row = 0; row < accounts.count(); row++) {
            accounts.encode(row, accountRow.wrap(scratch, 0));
            digest.addAccount(scratch, 0);
        }
        for (long row = 0; row < transfers.count(); row++) {
            transfers.encode(row, transferRow.wrap(scratch, 0));
            digest.addTransfer(scratch, 0);
        }
        for (long row = 0; row < transferIds.burntCount(); row++) {
            digest.addBurntId(transferIds.burntIdHi(row), transferIds.burntIdLo(row));
        }
        return digest.conclude(
                accounts.count(), transfers.count(), transferIds.burntCount(), lastTimestamp, logicVersion);
    }

    /**
     * How many accounts there are.
     *
     * @return the count.
     */
    public long accountCount() {
        return accounts.count();
    }

    /**
     * How many transfers there are.
     *
     * @return the count.
     */
    public long transferCount() {
        return transfers.count();
    }

    /**
     * How many ids are burnt.
     *
     * @return the count.
     */
    public long burntIdCount() {
        return transferIds.burntCount();
    }

    /**
     * Off-heap memory taken.
     *
     * @return bytes.
     */
    public long memoryLength() {
        return accounts.memoryLength() + transfers.memoryLength() + transferIds.memoryLength();
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
        final int row = accounts.index().find(idHash.hash(idHi, idLo), idHi, idLo);
        if (row == AccountIndex.NOT_FOUND) {
            return false;
        }
        accounts.encode(row, accountRow.wrap(out, outOffset));
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
        final long ref = transferIds.find(idHash.hash(idHi, idLo), idHi, idLo);
        if (ref == 0 || TransferIds.kind(ref) != TransferIds.TRANSFER) {
            return false;
        }
        transfers.encode(TransferIds.row(ref), transferRow.wrap(out, outOffset));
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
        final UnsafeBuffer scratch = new UnsafeBuffer(new byte[AccountView.LENGTH]);
        final AccountView accountView = new AccountView().wrap(scratch, 0);
        final TransferView transferView = new TransferView().wrap(scratch, 0);
        for (int row = 0; row < accounts.count(); row++) {
            accounts.encode(row, accountRow.wrap(scratch, 0));
            visitor.onAccount(accountView);
        }
        for (long row = 0; row < transfers.count(); row++) {
            transfers.encode(row, transferRow.wrap(scratch, 0));
            visitor.onTransfer(transferView);
        }
        for (long row = 0; row < transferIds.burntCount(); row++) {
            visitor.onBurntId(transferIds.burntIdHi(row), transferIds.burntIdLo(row));
        }
    }

    /**
     * Checks what must hold of a ledger at any position. Visits everything.
     *
     * @return what it found.
     */
    public InvariantReport checkInvariants() {
        return new InvariantCheck(accounts, transfers).run();
    }

    /** Frees the memory. A second call does nothing. */
    @Override
    public void close() {
        closed = true;
        accounts.close();
        transfers.close();
        transferIds.close();
    }

    private void checkOwnsNoTimestamps(final DirectBuffer record, final int offset) {
        check(
                RecordDescriptor.timestamp(record, offset) == lastTimestamp,
                "a record that owns no timestamps is stamped as the last that did");
    }

    private int applyCommands(
            final DirectBuffer record, final int offset, final MutableDirectBuffer out, final int outOffset) {
        final int count = RecordDescriptor.count(record, offset);
        final long stamp = RecordDescriptor.timestamp(record, offset);
        final long deadline = RecordDescriptor.deadline(record, offset);
        check(RecordDescriptor.options(record, offset) == BatchOptions.NONE, "logic version 1 knows no batch options");
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
        final int length = count * Limits.RESULT_LENGTH;
        resultsView.wrap(out, outOffset, length);
        results.wrap(resultsView, 0);
        batch.wrapRecord(record, offset);
        if (deadline != 0 && stamp > deadline) {
            expireAll(stamp - count);
        } else {
            applyAll(stamp - count);
        }
        check(results.count() == count, "every command has exactly one result");
        lastTimestamp = stamp;
        return length;
    }

    private void applyAll(final long timestampBefore) {
        long timestamp = timestampBefore;
        long groupStart = batch.position();
        int length = group.resolve(batch);
        while (length > 0) {
            final long groupEnd = batch.position();
            batch.position(groupStart);
            for (int i = 0; i < length; i++) {
                batch.next();
                timestamp++;
                if (batch.kind() == CommandKind.CREATE_TRANSFER) {
                    createTransfer(i, timestamp);
                } else {
                    createAccount(i, timestamp);
                }
            }
            groupStart = groupEnd;
            length = group.resolve(batch);
        }
    }

    /** The batch came after its deadline: nothing happens, and no late duplicate of a transfer can happen either. */
    private void expireAll(final long timestampBefore) {
        long timestamp = timestampBefore;
        while (batch.next()) {
            timestamp++;
            if (batch.kind() == CommandKind.CREATE_TRANSFER) {
                final long idHi = batch.transfer().idHi();
                final long idLo = batch.transfer().idLo();
                final long hash = idHash.hash(idHi, idLo);
                if (!Id128.isZero(idHi, idLo) && !Id128.isMax(idHi, idLo) && transferIds.find(hash, idHi, idLo) == 0) {
                    transferIds.burn(hash, idHi, idLo);
                }
            }
            answer(ResultCode.EXPIRED, timestamp);
        }
    }

    private void createAccount(final int index, final long timestamp) {
        final AccountCommandDecoder account = batch.account();
        ResultCode code = AccountRules.checkHead(account);
        if (code != ResultCode.CREATED) {
            answer(code, timestamp);
            return;
        }
        final long hash = group.idHash(index);
        final int existing = accounts.index().find(hash, account.idHi(), account.idLo());
        if (existing != AccountIndex.NOT_FOUND) {
            code = AccountRules.compareWithExisting(account, accounts, existing);
            answer(code, code == ResultCode.EXISTS ? accounts.timestamp(existing) : timestamp);
            return;
        }
        code = AccountRules.checkFields(account);
        if (code == ResultCode.CREATED) {
            accounts.add(hash, account, timestamp);
        }
        answer(code, timestamp);
    }

    private void createTransfer(final int index, final long timestamp) {
        final TransferCommandDecoder transfer = batch.transfer();
        ResultCode code = TransferRules.checkHead(transfer);
        if (code != ResultCode.CREATED) {
            answer(code, timestamp);
            return;
        }
        final long hash = group.idHash(index);
        final long ref = transferIds.find(hash, transfer.idHi(), transfer.idLo());
        if (ref != 0) {
            answerSeenId(transfer, ref, timestamp);
            return;
        }
        code = TransferRules.checkFields(transfer);
        if (code != ResultCode.CREATED) {
            answer(code, timestamp);
            return;
        }
        final int debitRow = group.debitRow(index, transfer);
        final int creditRow = group.creditRow(index, transfer);
        final long amountHi = transfer.amountHi();
        final long amountLo = transfer.amountLo();
        code = TransferRules.checkAccounts(transfer.ledger(), accounts, debitRow, creditRow);
        if (code == ResultCode.CREATED) {
            code = posting.check(debitRow, creditRow, amountHi, amountLo);
        }
        if (code != ResultCode.CREATED) {
            if (code.burnsId()) {
                transferIds.burn(hash, transfer.idHi(), transfer.idLo());
            }
            answer(code, timestamp);
            return;
        }

        // All that can fail comes before the first change of a balance: all or nothing.
        transfers.reserve();
        posting.reserve(debitRow, creditRow, amountHi, amountLo);
        transferIds.addNextTransfer(hash);
        final long row = transfers.add(transfer, timestamp, debitRow, creditRow, amountHi, amountLo);
        posting.post(debitRow, creditRow, amountHi, amountLo);
        transfers.recordBalances(row);
        results.add(timestamp, ResultCode.CREATED.code());
        runningDigest.add(timestamp, ResultCode.CREATED.code(), debitRow, creditRow);
    }

    private void answerSeenId(final TransferCommandDecoder transfer, final long ref, final long timestamp) {
        if (TransferIds.kind(ref) == TransferIds.BURNT) {
            answer(ResultCode.ID_ALREADY_FAILED, timestamp);
            return;
        }
        final long row = TransferIds.row(ref);
        final ResultCode code = TransferRules.compareWithExisting(transfer, transfers.address(row), accounts);
        answer(code, code == ResultCode.EXISTS ? transfers.timestamp(row) : timestamp);
    }

    /** Answers a command that touched no balance. */
    private void answer(final ResultCode code, final long timestamp) {
        results.add(timestamp, code.code());
        runningDigest.add(timestamp, code.code());
    }
}
