// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.partita.ledger.wire.BatchDecoder;
import io.partita.ledger.wire.BatchEncoder;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Ids whose hashes are all the same: only the rows tell them apart. */
class TransferIdsTest {
    private static final StateConfig CONFIG = StateConfig.defaults();
    private static final long HASH = 5;

    private final IdHash idHash = new IdHash(CONFIG.hashSeed());
    private final AccountTable accounts = new AccountTable(idHash, 16, 16);
    private final TransferTable transfers = new TransferTable(accounts, CONFIG, 16);
    private final InstructionTable instructions = new InstructionTable();
    private final TransferIds ids = new TransferIds(transfers, instructions, 16);
    private final UnsafeBuffer body = new UnsafeBuffer(new byte[BatchEncoder.bufferLength(2)]);

    @AfterEach
    void close() {
        ids.close();
        instructions.close();
        transfers.close();
        accounts.close();
    }

    @Test
    void shouldTellBurntIdsApartThatHashAlike() {
        ids.burn(HASH, 0, 1);
        ids.burn(HASH, 0, 2);
        ids.burn(HASH, 9, 1);

        assertIs(TransferIds.BURNT, 0, ids.find(HASH, 0, 1));
        assertIs(TransferIds.BURNT, 1, ids.find(HASH, 0, 2));
        assertIs(TransferIds.BURNT, 2, ids.find(HASH, 9, 1));
        assertEquals(0, ids.find(HASH, 9, 2));
        assertEquals(0, ids.find(HASH, 1, 0));
        assertEquals(0, ids.find(HASH + 16, 0, 1));
        assertEquals(3, ids.burntCount());
        assertEquals(9, ids.burntIdHi(2));
        assertEquals(1, ids.burntIdLo(2));
    }

    @Test
    void shouldTellInstructionsApartThatHashAlike() {
        addAccounts();
        ids.burn(HASH, 0, 1);
        addInstruction(0, 3);
        addInstruction(4, 3);

        assertIs(TransferIds.BURNT, 0, ids.find(HASH, 0, 1));
        assertIs(TransferIds.INSTRUCTION, 0, ids.find(HASH, 0, 3));
        assertIs(TransferIds.INSTRUCTION, 1, ids.find(HASH, 4, 3));
        assertEquals(0, ids.find(HASH, 4, 4));
        assertEquals(0, ids.find(HASH, 5, 3));

        ids.removeLastInstruction(HASH);
        instructions.removeLast();
        assertEquals(0, ids.find(HASH, 4, 3));
        assertIs(TransferIds.INSTRUCTION, 0, ids.find(HASH, 0, 3));
    }

    @Test
    void shouldTellTransfersApartThatHashAlike() {
        addAccounts();
        addInstruction(0, 3);
        addTransfer(0, 6);
        addTransfer(7, 6);

        assertIs(TransferIds.TRANSFER, 0, ids.find(HASH, 0, 6));
        assertIs(TransferIds.TRANSFER, 1, ids.find(HASH, 7, 6));
        assertIs(TransferIds.INSTRUCTION, 0, ids.find(HASH, 0, 3));
        assertEquals(0, ids.find(HASH, 0, 7));
        assertEquals(0, ids.find(HASH, 8, 6));

        ids.removeLastTransfer(HASH);
        transfers.removeLast();
        assertEquals(0, ids.find(HASH, 7, 6));
        assertIs(TransferIds.TRANSFER, 0, ids.find(HASH, 0, 6));
    }

    /** An id that stayed in the index when its row was taken back would fill it: all hash alike, so no split helps. */
    @Test
    void shouldForgetWhatIsTakenBack() {
        addAccounts();
        for (int i = 0; i < 100; i++) {
            addTransfer(1, i);
            ids.removeLastTransfer(HASH);
            transfers.removeLast();
            addInstruction(2, i);
            ids.removeLastInstruction(HASH);
            instructions.removeLast();
        }
        assertEquals(0, ids.find(HASH, 1, 99));
        assertEquals(0, ids.find(HASH, 2, 99));
    }

    @Test
    void shouldCountItsMemoryAndFreeIt() {
        assertEquals(ChunkSource.CHUNK_LENGTH, ids.memoryLength(), "the index");
        ids.burn(HASH, 0, 1);
        assertEquals(2 * ChunkSource.CHUNK_LENGTH, ids.memoryLength(), "and burnt ids");

        ids.close();

        assertEquals(0, ids.memoryLength());
        assertThrows(IndexOutOfBoundsException.class, () -> ids.burntIdLo(0));
    }

    @Test
    void shouldKeepWhatAnInstructionSaid() {
        addAccounts();
        addInstruction(4, 3);

        assertEquals(1, instructions.count());
        assertEquals(4, instructions.idHi(0));
        assertEquals(3, instructions.idLo(0));
        assertEquals(11, instructions.limitHi(0));
        assertEquals(12, instructions.limitLo(0));
        assertEquals(21, instructions.limitBeforeHi(0));
        assertEquals(22, instructions.limitBeforeLo(0));
        assertEquals(77, instructions.timestamp(0));
        assertEquals(1, instructions.accountRow(0));
    }

    private static void assertIs(int kind, long row, long ref) {
        assertEquals(kind, TransferIds.kind(ref));
        assertEquals(row, TransferIds.row(ref));
    }

    private void addAccounts() {
        BatchEncoder encoder = new BatchEncoder(2).wrap(body, 0, 2);
        encoder.addAccount(0, 1, 1, 1, 0);
        encoder.addAccount(0, 2, 1, 1, 0);
        BatchDecoder batch = decode(encoder);
        accounts.add(idHash.hash(0, 1), batch.account(), 1);
        batch.next();
        accounts.add(idHash.hash(0, 2), batch.account(), 2);
    }

    private void addInstruction(long idHi, long idLo) {
        BatchEncoder encoder = new BatchEncoder(2).wrap(body, 0, 1);
        encoder.addCreditLimit(idHi, idLo, 0, 2, 0, 0);
        encoder.creditLimit(11, 12);
        instructions.reserve();
        ids.addNextInstruction(HASH);
        instructions.add(decode(encoder).creditLimit(), 77, 1, 21, 22);
    }

    private void addTransfer(long idHi, long idLo) {
        BatchEncoder encoder = new BatchEncoder(2).wrap(body, 0, 1);
        encoder.addTransfer(idHi, idLo, 0, 1, 0, 2, 10, 1, 1, 0);
        transfers.reserve();
        ids.addNextTransfer(HASH);
        long timestamp = 10 + transfers.count();
        transfers.recordBalances(transfers.add(decode(encoder).transfer(), timestamp, 0, 1, 0, 10));
    }

    private BatchDecoder decode(BatchEncoder encoder) {
        int length = encoder.finish();
        BatchDecoder batch = new BatchDecoder().wrap(body, encoder.bodyOffset(), length, encoder.count());
        batch.next();
        return batch;
    }
}
