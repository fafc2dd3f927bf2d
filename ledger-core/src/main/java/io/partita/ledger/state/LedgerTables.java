// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.state;

import java.util.ArrayList;
import java.util.List;

/**
 * All that the ledger remembers: tables off heap, the indexes over them and the seed of their hashes. Everything but this is a
 * function of it and the next record.
 */
final class LedgerTables implements AutoCloseable {
    final IdHash idHash;
    final AccountTable accounts;
    final TransferTable transfers;
    final InstructionTable instructions;
    final TransferIds ids;
    final PendingTransfers pendings;
    final ExpiryEvents expiries;
    /** Run when the tables are closed: frees what they were lent. */
    final List<Runnable> lenders = new ArrayList<>();

    LedgerTables(final StateConfig config, final int accountSegmentSlots, final int idSegmentSlots) {
        idHash = new IdHash(config.hashSeed());
        accounts = new AccountTable(idHash, accountSegmentSlots, idSegmentSlots);
        transfers = new TransferTable(accounts, config, idSegmentSlots);
        instructions = new InstructionTable();
        ids = new TransferIds(transfers, instructions, idSegmentSlots);
        pendings = new PendingTransfers(accounts);
        expiries = new ExpiryEvents(accounts);
    }

    /** Bytes of memory taken. */
    long memoryLength() {
        return accounts.memoryLength()
                + transfers.memoryLength()
                + instructions.memoryLength()
                + ids.memoryLength()
                + pendings.memoryLength()
                + expiries.memoryLength();
    }

    @Override
    public void close() {
        accounts.close();
        transfers.close();
        instructions.close();
        ids.close();
        pendings.close();
        expiries.close();
        lenders.forEach(Runnable::run);
        lenders.clear();
    }
}
