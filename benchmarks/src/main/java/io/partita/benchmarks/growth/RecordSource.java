// SPDX-License-Identifier: Apache-2.0
package io.partita.benchmarks.growth;

import io.partita.ledger.model.RecordDescriptor;
import io.partita.ledger.model.RecordType;
import io.partita.ledger.model.TransferFlags;
import io.partita.ledger.wire.BatchEncoder;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Writes the next record of a growing ledger: accounts 1..n, then transfers between random ones of them, all of which succeed.
 * Allocates nothing after construction.
 */
final class RecordSource {
    private static final int LEDGER = 826;
    private static final int CODE = 1;
    private static final int AMOUNT = 100;
    private static final long ID_HI = 1;
    private static final int TIMEOUT_SECONDS = 1_000_000_000;
    private static final int POST_DISTANCE = 50;

    private final UnsafeBuffer buffer;
    private final BatchEncoder batch;
    private final SplittableRandom random;
    private final int accounts;
    private final int pendingPercent;
    private long accountsMade;
    private long transfersMade;
    private long seq;
    private long timestamp;

    /**
     * Of an empty ledger.
     *
     * @param accounts how many there will be.
     * @param pendingPercent of the transfers are pending, with a timeout; half of them are posted later. At most 50.
     * @param commandsMax commands of a record, at most.
     */
    RecordSource(final int accounts, final int pendingPercent, final int commandsMax) {
        this.accounts = accounts;
        this.pendingPercent = pendingPercent;
        batch = new BatchEncoder(commandsMax);
        random = new SplittableRandom(accounts);
        buffer = new UnsafeBuffer(ByteBuffer.allocateDirect(
                RecordDescriptor.HEADER_LENGTH + BatchEncoder.bufferLength(commandsMax) + Long.BYTES));
    }

    UnsafeBuffer buffer() {
        return buffer;
    }

    long accountsMade() {
        return accountsMade;
    }

    long transfersMade() {
        return transfersMade;
    }

    /** Writes a record that creates the next accounts, and returns its offset. */
    int nextAccounts(final int commands) {
        batch.wrap(buffer, RecordDescriptor.HEADER_LENGTH, commands);
        for (int i = 0; i < commands; i++) {
            batch.addAccount(0, ++accountsMade, LEDGER, CODE, 0);
        }
        return complete();
    }

    /** Writes a record of new transfers, and returns its offset. */
    int nextTransfers(final int commands) {
        batch.wrap(buffer, RecordDescriptor.HEADER_LENGTH, commands);
        for (int i = 0; i < commands; i++) {
            addTransfer();
        }
        return complete();
    }

    /** Of each hundred the first few are pending; in every second hundred those are posted fifty transfers later. */
    private void addTransfer() {
        final int debit = 1 + random.nextInt(accounts);
        final int other = 1 + random.nextInt(accounts - 1);
        final int credit = other + (other >= debit ? 1 : 0);
        final long number = transfersMade++;
        final long id = number + 1;
        final int place = (int) (number % 100);
        if (place < pendingPercent) {
            batch.addTransfer(ID_HI, id, 0, debit, 0, credit, AMOUNT, LEDGER, CODE, TransferFlags.PENDING);
            batch.timeout(TIMEOUT_SECONDS);
        } else if (place >= POST_DISTANCE && place - POST_DISTANCE < pendingPercent && number / 100 % 2 == 1) {
            batch.addTransfer(ID_HI, id, 0, 0, 0, 0, AMOUNT, 0, 0, TransferFlags.POST_PENDING);
            batch.pendingId(ID_HI, id - POST_DISTANCE);
        } else {
            batch.addTransfer(ID_HI, id, 0, debit, 0, credit, AMOUNT, LEDGER, CODE, 0);
        }
    }

    private int complete() {
        final int length = batch.finish();
        final int offset = batch.bodyOffset() - RecordDescriptor.HEADER_LENGTH;
        timestamp += batch.count();
        RecordDescriptor.writeHeader(buffer, offset, ++seq, 1, timestamp, RecordType.COMMANDS, batch.count(), length);
        return offset;
    }
}
