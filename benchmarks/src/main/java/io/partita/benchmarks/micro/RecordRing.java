// SPDX-License-Identifier: Apache-2.0
package io.partita.benchmarks.micro;

import io.partita.ledger.model.Limits;
import io.partita.ledger.model.RecordDescriptor;
import io.partita.ledger.model.RecordType;
import io.partita.ledger.wire.BatchEncoder;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.SplittableRandom;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Prepared COMMANDS records of single-phase transfers between random accounts. Only the header and the ids have to be written
 * anew each time that one is used.
 */
public final class RecordRing {
    /** Commands of a record. */
    public static final int COMMANDS = 64;

    static final int LEDGER = 826;
    static final int CODE = 1;
    /** The cluster, first half. */
    public static final long CLUSTER_HI = 0x7061_7274_6974_6100L;
    /** The cluster, second half. */
    public static final long CLUSTER_LO = 1;

    private static final long ID_HI = 1;
    private static final int KINDS_LENGTH = COMMANDS;
    private static final int BASE_LENGTH = 64;
    private static final int DEBIT_LO = 16; // as the schema has it
    private static final int CREDIT_LO = 32;

    private final UnsafeBuffer buffer;
    private final int commandLength;
    private final int bodyLength;
    private final int recordLength;
    private final int mask;

    /**
     * A ring.
     *
     * @param records how many different ones, a power of two.
     * @param accounts ids 1..n take part.
     * @param extended whether each transfer has its extension block.
     */
    public RecordRing(final int records, final int accounts, final boolean extended) {
        commandLength = extended ? 2 * BASE_LENGTH : BASE_LENGTH;
        bodyLength = KINDS_LENGTH + COMMANDS * commandLength;
        recordLength = RecordDescriptor.recordLength(bodyLength);
        mask = records - 1;
        buffer = new UnsafeBuffer(ByteBuffer.allocateDirect(records * recordLength));
        final UnsafeBuffer scratch = new UnsafeBuffer(new byte[BatchEncoder.bufferLength(COMMANDS)]);
        final BatchEncoder batch = new BatchEncoder(COMMANDS);
        final int[] debits = new int[records * COMMANDS];
        final int[] credits = new int[records * COMMANDS];
        pairs(debits, credits, accounts);
        for (int i = 0; i < records; i++) {
            batch.wrap(scratch, 0, COMMANDS);
            for (int k = i * COMMANDS; k < (i + 1) * COMMANDS; k++) {
                batch.addTransfer(ID_HI, 0, 0, debits[k], 0, credits[k], 100 + k, LEDGER, CODE, 0);
                if (extended) {
                    batch.userData64(k + 1);
                }
            }
            final int length = batch.finish();
            if (length != bodyLength) {
                throw new IllegalStateException("expected bodyLength=" + bodyLength + ", actual=" + length);
            }
            buffer.putBytes(offset(i) + RecordDescriptor.HEADER_LENGTH, scratch, batch.bodyOffset(), length);
        }
    }

    /** Fills two arrays with the ids of different accounts, 1..n. */
    static void pairs(final int[] debits, final int[] credits, final int accounts) {
        final SplittableRandom random = new SplittableRandom(accounts);
        for (int i = 0; i < debits.length; i++) {
            debits[i] = 1 + random.nextInt(accounts);
            final int other = 1 + random.nextInt(accounts - 1);
            credits[i] = other + (other >= debits[i] ? 1 : 0);
        }
    }

    /**
     * Bodies of records that create accounts; shown to a consumer one by one.
     *
     * @param accounts ids 1..n.
     * @param consumer takes them.
     */
    public static void createAccounts(final int accounts, final AccountRecords consumer) {
        final UnsafeBuffer record = new UnsafeBuffer(ByteBuffer.allocateDirect(
                RecordDescriptor.HEADER_LENGTH + BatchEncoder.bufferLength(Limits.BATCH_COMMANDS_MAX)));
        final UnsafeBuffer scratch =
                new UnsafeBuffer(ByteBuffer.allocateDirect(BatchEncoder.bufferLength(Limits.BATCH_COMMANDS_MAX)));
        final BatchEncoder batch = new BatchEncoder();
        for (int id = 1; id <= accounts; ) {
            batch.wrap(scratch, 0, Limits.BATCH_COMMANDS_MAX);
            for (; id <= accounts && batch.addAccount(0, id, LEDGER, CODE, 0); id++) {}
            final int length = batch.finish();
            record.putBytes(RecordDescriptor.HEADER_LENGTH, scratch, batch.bodyOffset(), length);
            consumer.onRecord(record, length, batch.count());
        }
    }

    /** Who takes the records that create accounts. */
    public interface AccountRecords {
        /**
         * The next one.
         *
         * @param record a buffer with room for the header before the body.
         * @param bodyLength bytes of the body.
         * @param count accounts in it.
         */
        void onRecord(UnsafeBuffer record, int bodyLength, int count);
    }

    /**
     * Gives a record new ids.
     *
     * @param index of the record, less than there are.
     * @param firstIdLo of the first transfer, the others follow.
     */
    public void renewIds(final int index, final long firstIdLo) {
        int at = offset(index) + RecordDescriptor.HEADER_LENGTH + KINDS_LENGTH;
        for (int k = 0; k < COMMANDS; k++) {
            buffer.putLong(at, firstIdLo + k, ByteOrder.LITTLE_ENDIAN);
            at += commandLength;
        }
    }

    /**
     * Gives all records other accounts, so that what the last round left in the cache does not flatter this one.
     *
     * @param random chooses them.
     * @param accounts ids 1..n take part.
     */
    public void renewAccounts(final SplittableRandom random, final int accounts) {
        for (int i = 0; i <= mask; i++) {
            int at = offset(i) + RecordDescriptor.HEADER_LENGTH + KINDS_LENGTH;
            for (int k = 0; k < COMMANDS; k++) {
                final int debit = 1 + random.nextInt(accounts);
                final int other = 1 + random.nextInt(accounts - 1);
                buffer.putLong(at + DEBIT_LO, debit, ByteOrder.LITTLE_ENDIAN);
                buffer.putLong(at + CREDIT_LO, other + (other >= debit ? 1 : 0), ByteOrder.LITTLE_ENDIAN);
                at += commandLength;
            }
        }
    }

    /**
     * Writes a record's header but for checksum and chain.
     *
     * @param index of the record; it wraps.
     * @param seq of the record.
     * @param timestamp of its last command.
     */
    public void stamp(final int index, final long seq, final long timestamp) {
        RecordDescriptor.writeHeader(
                buffer, offset(index), seq, 1, timestamp, RecordType.COMMANDS, COMMANDS, bodyLength);
    }

    /**
     * Where the records are.
     *
     * @return all of them.
     */
    public UnsafeBuffer buffer() {
        return buffer;
    }

    /**
     * Where a record is.
     *
     * @param index of the record; it wraps.
     * @return its offset in the buffer.
     */
    public int offset(final int index) {
        return (index & mask) * recordLength;
    }

    /**
     * All records are of one length.
     *
     * @return bytes, header included.
     */
    public int recordLength() {
        return recordLength;
    }
}
