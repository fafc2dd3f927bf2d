// SPDX-License-Identifier: Apache-2.0
package io.partita.benchmarks.queries;

import io.partita.ledger.model.AccountFlags;
import io.partita.ledger.model.Limits;
import io.partita.ledger.model.RecordDescriptor;
import io.partita.ledger.model.RecordType;
import io.partita.ledger.model.ResultCode;
import io.partita.ledger.model.TransferFlags;
import io.partita.ledger.state.LedgerStateMachine;
import io.partita.ledger.state.StateConfig;
import io.partita.ledger.wire.BatchEncoder;
import io.partita.ledger.wire.ResultDecoder;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A ledger in which a hundred transfers, a hundred pending transfers and a hundred accounts are what queries look for. They are
 * spread evenly over all the others, which have the same ledger and code 1, and user data that many of them share.
 */
final class QueryLedger implements AutoCloseable {
    /** What is looked for, of each kind. */
    static final int MATCHING = 100;
    /** The account of the transfers that are looked for. */
    static final long ACCOUNT = 1;
    /** The account of the open pendings. */
    static final long PENDING_ACCOUNT = 2;
    /** Code of what is looked for. */
    static final int CODE = 7;
    /** All of it is of this ledger. */
    static final int LEDGER = 826;
    /** User data of what is looked for. */
    static final long USER_DATA = 0x7061_7274_6974_61L;

    private static final int COMMANDS = 1024;
    private static final int ACCOUNTS_MIN = 1_000;
    private static final int ACCOUNTS_MAX = 1_000_000;
    private static final int TRANSFERS_PER_ACCOUNT = 20;
    private static final int VALUES = 1_000_000;

    private final LedgerStateMachine machine = new LedgerStateMachine(StateConfig.defaults());
    private final UnsafeBuffer buffer = new UnsafeBuffer(ByteBuffer.allocateDirect(
            RecordDescriptor.HEADER_LENGTH + BatchEncoder.bufferLength(COMMANDS) + Long.BYTES));
    private final UnsafeBuffer results = new UnsafeBuffer(ByteBuffer.allocateDirect(COMMANDS * Limits.RESULT_LENGTH));
    private final BatchEncoder batch = new BatchEncoder(COMMANDS);
    private final ResultDecoder result = new ResultDecoder();
    private final SplittableRandom random = new SplittableRandom(1);
    private final long[] matchingTimestamps = new long[MATCHING];
    private final int accounts;
    private long timestamp;
    private long nextId = 1;

    /**
     * Fills it.
     *
     * @param unrelated transfers that no query looks for.
     */
    QueryLedger(final long unrelated) {
        accounts = (int) Math.min(ACCOUNTS_MAX, Math.max(ACCOUNTS_MIN, unrelated / TRANSFERS_PER_ACCOUNT));
        createAccounts();
        start();
        long made = 0;
        for (int i = 0; i < MATCHING; i++) {
            while (made < unrelated * (i + 1) / MATCHING) {
                addUnrelated();
                made++;
            }
            addMatching(i);
        }
        apply();
    }

    LedgerStateMachine machine() {
        return machine;
    }

    /** Timestamp of one of the transfers that are looked for, 0 to 99. */
    long timestamp(final int matching) {
        return matchingTimestamps[matching];
    }

    private void createAccounts() {
        start();
        add(ACCOUNT, AccountFlags.HISTORY, false);
        add(PENDING_ACCOUNT, 0, false);
        final int every = accounts / MATCHING;
        for (int i = 0; i < accounts; i++) {
            add(PENDING_ACCOUNT + 1 + i, 0, i % every == every - 1 && i / every < MATCHING);
        }
        apply();
    }

    private void add(final long id, final int flags, final boolean isMatching) {
        if (batch.count() == COMMANDS) {
            apply();
            start();
        }
        batch.addAccount(0, id, LEDGER, isMatching ? CODE : 1, flags);
        batch.userData64(isMatching ? USER_DATA : 1 + random.nextInt(VALUES));
        batch.userData32(isMatching ? (int) USER_DATA : 1 + random.nextInt(VALUES));
        batch.userData128(1, isMatching ? USER_DATA : 1 + random.nextInt(VALUES));
    }

    private void addUnrelated() {
        addTransfer(account(), account(), 1, 0);
        batch.userData64(1 + random.nextInt(VALUES));
        batch.userData32(1 + random.nextInt(VALUES));
        batch.userData128(1, 1 + random.nextInt(VALUES));
    }

    /** Every other one debits the account. */
    private void addMatching(final int number) {
        addTransfer(PENDING_ACCOUNT, account(), 1, TransferFlags.PENDING);
        final boolean isDebit = number % 2 == 0;
        addTransfer(isDebit ? ACCOUNT : account(), isDebit ? account() : ACCOUNT, CODE, 0);
        batch.userData64(USER_DATA);
        batch.userData32((int) USER_DATA);
        batch.userData128(1, USER_DATA);
        matchingTimestamps[number] = timestamp + batch.count();
    }

    private void addTransfer(final long debit, final long credit, final int code, final int flags) {
        if (batch.count() >= COMMANDS) {
            apply();
            start();
        }
        final long other = debit == credit ? PENDING_ACCOUNT + 1 + (credit - PENDING_ACCOUNT) % accounts : credit;
        batch.addTransfer(1, nextId++, 0, debit, 0, other, 1, LEDGER, code, flags);
    }

    private long account() {
        return PENDING_ACCOUNT + 1 + random.nextInt(accounts);
    }

    private void start() {
        batch.wrap(buffer, RecordDescriptor.HEADER_LENGTH, COMMANDS);
    }

    private void apply() {
        final int count = batch.count();
        final int length = batch.finish();
        final int offset = batch.bodyOffset() - RecordDescriptor.HEADER_LENGTH;
        timestamp += count;
        final long seq = machine.appliedSeq() + 1;
        RecordDescriptor.writeHeader(buffer, offset, seq, 1, timestamp, RecordType.COMMANDS, count, length);
        machine.apply(buffer, offset, results, 0);
        result.wrap(results, 0, count);
        while (result.next()) {
            if (result.code() != ResultCode.CREATED.code()) {
                throw new IllegalStateException("a command was refused: code=" + result.resultCode());
            }
        }
    }

    @Override
    public void close() {
        machine.close();
    }
}
