// SPDX-License-Identifier: Apache-2.0
package io.partita.benchmarks.micro;

import io.partita.ledger.model.AccountFlags;
import io.partita.ledger.model.Limits;
import io.partita.ledger.model.RecordDescriptor;
import io.partita.ledger.model.RecordType;
import io.partita.ledger.model.TransferFlags;
import io.partita.ledger.wire.BatchEncoder;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The records of one iteration, complete but for checksum and chain, between random accounts that differ in each iteration. The
 * measured loop only hands them over.
 */
final class KindRecords {
    static final int COMMANDS = 64;

    private static final int RECORD_ROOM = RecordDescriptor.HEADER_LENGTH + COMMANDS * Limits.COMMAND_LENGTH_MAX + 64;
    private static final int CHAIN_LENGTH = 4;
    private static final int AMOUNT = 100;
    private static final long CREDIT_LIMIT = 1L << 50;
    private static final long TRANSFER_ID_HI = 1;
    private static final long INSTRUCTION_ID_HI = 2;
    private static final long UNKNOWN_ID_HI = 3;
    private static final int TIMEOUT_SECONDS_MAX = 1000;
    private static final long NS_PER_SECOND = 1_000_000_000;

    private final UnsafeBuffer buffer;
    private final BatchEncoder batch = new BatchEncoder(COMMANDS);
    private final SplittableRandom random;
    private final int accounts;
    private long seq;
    private long timestamp;
    private long lastId;
    private long lastAccount;

    /** For that many records and accounts 1..n. */
    KindRecords(final int records, final int accounts) {
        this.accounts = accounts;
        random = new SplittableRandom(accounts);
        buffer = new UnsafeBuffer(ByteBuffer.allocateDirect(records * RECORD_ROOM));
    }

    UnsafeBuffer buffer() {
        return buffer;
    }

    int offset(final int record) {
        return record * RECORD_ROOM;
    }

    /** Begins with an empty ledger. */
    void begin() {
        seq = 0;
        timestamp = 0;
        lastId = 0;
        lastAccount = 0;
    }

    /** Writes records that create the accounts, as many as are missing and fit. Returns how many records; 0 when all are there. */
    int fillAccounts(final CommandKinds kind, final int records) {
        final int flags = kind.needsLimitedAccounts()
                ? AccountFlags.DEBITS_MUST_NOT_EXCEED_CREDITS
                : kind == CommandKinds.HISTORY ? AccountFlags.HISTORY : 0;
        int record = 0;
        while (record < records && lastAccount < accounts) {
            wrap(record);
            while (batch.count() < COMMANDS && lastAccount < accounts) {
                addAccount(flags);
            }
            complete(record++);
        }
        return record;
    }

    /** Writes records of commands of one kind. What {@link CommandKinds#before} says was written and applied before. */
    void fill(final CommandKinds kind, final int records) {
        if (kind == CommandKinds.EXPIRY) {
            timestamp += (TIMEOUT_SECONDS_MAX + 1) * NS_PER_SECOND;
        }
        if (kind == CommandKinds.POST || kind == CommandKinds.VOID) {
            lastId -= (long) records * COMMANDS; // of the reservations
        }
        for (int record = 0; record < records; record++) {
            if (kind == CommandKinds.EXPIRY) {
                stamp(record, RecordType.TICK, COMMANDS, 0);
            } else if (kind == CommandKinds.EXISTS) {
                stamp(record, RecordType.COMMANDS, COMMANDS, RecordDescriptor.bodyLength(buffer, offset(record)));
            } else {
                wrap(record);
                for (int i = 0; i < COMMANDS; i++) {
                    add(kind, i);
                }
                complete(record);
            }
        }
    }

    private void add(final CommandKinds kind, final int index) {
        final boolean isEndOfChain = index % CHAIN_LENGTH == CHAIN_LENGTH - 1;
        final long id = ++lastId;
        switch (kind) {
            case PENDING -> addTransfer(id, TransferFlags.PENDING, RecordRing.CODE);
            case PENDING_TIMEOUT -> {
                addTransfer(id, TransferFlags.PENDING, RecordRing.CODE);
                batch.timeout(1 + random.nextInt(TIMEOUT_SECONDS_MAX));
            }
            case POST -> addResolution(id, TransferFlags.POST_PENDING);
            case VOID -> addResolution(id, TransferFlags.VOID_PENDING);
            case CHAIN_4 -> addTransfer(id, isEndOfChain ? 0 : TransferFlags.LINKED, RecordRing.CODE);
            case CHAIN_4_BROKEN ->
                addTransfer(id, isEndOfChain ? 0 : TransferFlags.LINKED, isEndOfChain ? 0 : RecordRing.CODE);
            case BALANCING -> addTransfer(id, TransferFlags.BALANCING_DEBIT, RecordRing.CODE);
            case USER_DATA -> {
                addTransfer(id, 0, RecordRing.CODE);
                batch.userData64(id);
            }
            case CREATE_ACCOUNT -> addAccount(0);
            case SET_CREDIT_LIMIT -> batch.addCreditLimit(INSTRUCTION_ID_HI, id, 0, account(), CREDIT_LIMIT + id, 0);
            case RESOLVE -> batch.addResolve(UNKNOWN_ID_HI, id, 0);
            default -> addTransfer(id, 0, RecordRing.CODE);
        }
    }

    private void addTransfer(final long id, final int flags, final int code) {
        final int debit = account();
        final int other = 1 + random.nextInt(accounts - 1);
        final int credit = other + (other >= debit ? 1 : 0);
        batch.addTransfer(TRANSFER_ID_HI, id, 0, debit, 0, credit, AMOUNT, RecordRing.LEDGER, code, flags);
    }

    private void addResolution(final long pendingId, final int flags) {
        batch.addTransfer(INSTRUCTION_ID_HI, pendingId, 0, 0, 0, 0, AMOUNT, 0, 0, flags);
        batch.pendingId(TRANSFER_ID_HI, pendingId);
    }

    private void addAccount(final int flags) {
        batch.addAccount(0, ++lastAccount, RecordRing.LEDGER, RecordRing.CODE, flags);
        if ((flags & AccountFlags.DEBITS_MUST_NOT_EXCEED_CREDITS) != 0) {
            batch.creditLimit(0, CREDIT_LIMIT);
        }
    }

    private int account() {
        return 1 + random.nextInt(accounts);
    }

    private void wrap(final int record) {
        batch.wrap(buffer, offset(record) + RecordDescriptor.HEADER_LENGTH, COMMANDS);
    }

    private void complete(final int record) {
        final int length = batch.finish();
        final int body = offset(record) + RecordDescriptor.HEADER_LENGTH;
        if (batch.bodyOffset() != body) { // the last record of the accounts may be shorter
            buffer.putBytes(body, buffer, batch.bodyOffset(), length);
        }
        stamp(record, RecordType.COMMANDS, batch.count(), length);
    }

    private void stamp(final int record, final RecordType type, final int count, final int bodyLength) {
        timestamp += count;
        RecordDescriptor.writeHeader(buffer, offset(record), ++seq, 1, timestamp, type, count, bodyLength);
    }
}
