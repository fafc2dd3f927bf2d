// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.state;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.partita.ledger.model.AccountFlags;
import io.partita.ledger.model.RecordDescriptor;
import io.partita.ledger.model.RecordType;
import io.partita.ledger.model.TransferFlags;
import io.partita.ledger.wire.BatchEncoder;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A failed chain leaves nothing behind, not even an entry in an index: however many fail, the ledger takes no more memory. */
class FailedChainMemoryTest {
    private static final int CHAINS = 400;
    private static final int CHAIN_LENGTH = 10;

    /** Small segments, so that a few thousand entries too many are seen as memory. */
    private final LedgerStateMachine ledger = new LedgerStateMachine(StateConfig.defaults(), 16, 16);

    private final UnsafeBuffer record = new UnsafeBuffer(
            new byte[RecordDescriptor.HEADER_LENGTH + BatchEncoder.bufferLength(CHAINS * CHAIN_LENGTH)]);
    private final BatchEncoder encoder = new BatchEncoder(CHAINS * CHAIN_LENGTH);
    private long seq;
    private long stamp;
    private long nextId = 1;

    @AfterEach
    void close() {
        ledger.close();
    }

    @Test
    void shouldTakeNoMemoryForTransfersTakenBack() {
        accounts();
        assertNothingStays(() -> encoder.addTransfer(0, nextId++, 0, 1, 0, 2, 1, 1, 1, TransferFlags.LINKED));
    }

    @Test
    void shouldTakeNoMemoryForReservationsTakenBack() {
        accounts();
        assertNothingStays(() -> {
            encoder.addTransfer(0, nextId++, 0, 1, 0, 2, 1, 1, 1, TransferFlags.LINKED | TransferFlags.PENDING);
            encoder.timeout(1);
        });
    }

    @Test
    void shouldTakeNoMemoryForCreditLimitsTakenBack() {
        accounts();
        assertNothingStays(() -> encoder.addCreditLimit(0, nextId++, 0, 1, 7, TransferFlags.LINKED));
    }

    @Test
    void shouldTakeNoMemoryForAccountsTakenBack() {
        accounts();
        assertNothingStays(() -> encoder.addAccount(5, nextId++, 1, 1, AccountFlags.LINKED));
    }

    @Test
    void shouldHaveRoomForWhatComesAfterAFailedChain() {
        accounts();
        int length = CHAINS * CHAIN_LENGTH;
        for (int round = 1; round <= 4; round++) {
            begin();
            for (int i = 1; i < length; i++) {
                encoder.addTransfer(0, nextId++, 0, 1, 0, 2, 1, 1, 1, TransferFlags.LINKED);
            }
            encoder.addTransfer(0, nextId++, 0, 1, 0, 2, 1, 1, 0, 0);
            apply();
            begin();
            for (int i = 0; i < length; i++) {
                long id = nextId++;
                encoder.addTransfer(0, id, 0, 1, 0, 2, 1, 1, 1, 0);
                encoder.userData128(0, id).userData64(id).userData32((int) id);
            }
            apply();
            assertEquals((long) round * length, ledger.transferCount());
        }
    }

    private void assertNothingStays(Runnable addLinked) {
        failChains(addLinked);
        long memory = ledger.memoryLength();
        for (int round = 0; round < 20; round++) {
            failChains(addLinked);
        }
        assertEquals(memory, ledger.memoryLength());
        assertEquals(2, ledger.accountCount());
        assertEquals(0, ledger.transferCount());
        assertEquals(0, ledger.openPendingCount());
        assertEquals(Long.MAX_VALUE, ledger.nextExpiry());
    }

    /** The last of each chain has no code. */
    private void failChains(Runnable addLinked) {
        begin();
        for (int chain = 0; chain < CHAINS; chain++) {
            for (int i = 1; i < CHAIN_LENGTH; i++) {
                addLinked.run();
            }
            encoder.addTransfer(0, nextId++, 0, 1, 0, 2, 1, 1, 0, 0);
        }
        apply();
    }

    private void accounts() {
        begin();
        encoder.addAccount(0, 1, 1, 1, AccountFlags.DEBITS_MUST_NOT_EXCEED_CREDITS);
        encoder.creditLimit(0, 1_000_000);
        encoder.addAccount(0, 2, 1, 1, 0);
        apply();
    }

    private void begin() {
        encoder.wrap(record, RecordDescriptor.HEADER_LENGTH, CHAINS * CHAIN_LENGTH);
    }

    private void apply() {
        int length = encoder.finish();
        int offset = encoder.bodyOffset() - RecordDescriptor.HEADER_LENGTH;
        stamp += encoder.count();
        RecordDescriptor.writeHeader(record, offset, ++seq, 1, stamp, RecordType.COMMANDS, encoder.count(), length);
        RecordDescriptor.batchOptions(record, offset, 0, 0);
        ledger.apply(record, offset);
    }
}
