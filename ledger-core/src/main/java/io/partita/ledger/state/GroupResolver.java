// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.state;

import io.partita.ledger.model.CommandKind;
import io.partita.ledger.wire.BatchDecoder;
import io.partita.ledger.wire.TransferCommandDecoder;

/**
 * Looks a group of commands up before they are applied: first all home slots of the indexes, then all candidate rows. The
 * accesses of one pass do not depend on each other, so the processor waits for memory once per pass and not once per access.
 *
 * <p>What it finds are hints. Rows never move, so a row that has the id is right; whatever is missing is looked up again when
 * the command is applied, since one before it in the group may have created it.
 */
final class GroupResolver {
    /** Commands of a group, at most. */
    static final int GROUP_LENGTH = 64;

    private final IdHash idHash;
    private final AccountTable accounts;
    private final TransferIds transferIds;
    private final long[] idHashes = new long[GROUP_LENGTH];
    private final long[] debitHashes = new long[GROUP_LENGTH];
    private final long[] creditHashes = new long[GROUP_LENGTH];
    private final int[] debitRows = new int[GROUP_LENGTH];
    private final int[] creditRows = new int[GROUP_LENGTH];
    private int length;
    private long touched;

    GroupResolver(final IdHash idHash, final AccountTable accounts, final TransferIds transferIds) {
        this.idHash = idHash;
        this.accounts = accounts;
        this.transferIds = transferIds;
    }

    /**
     * Looks up the next commands of a batch.
     *
     * @param batch before the group; it is left after the group.
     * @return how many commands the group has, 0 at the end of the batch.
     */
    int resolve(final BatchDecoder batch) {
        length = hashIds(batch);
        if (length > 1) {
            touched += touchSlots();
            findCandidates();
            touched += touchRows();
        }
        return length;
    }

    /** Hash of a command's own id. */
    long idHash(final int index) {
        return idHashes[index];
    }

    /** Row of a transfer's debit account, or {@link AccountIndex#NOT_FOUND}. */
    int debitRow(final int index, final TransferCommandDecoder transfer) {
        final long hi = transfer.debitAccountIdHi();
        final long lo = transfer.debitAccountIdLo();
        final int row = length > 1 ? debitRows[index] : AccountIndex.NOT_FOUND;
        return row >= 0 && accounts.hasId(row, hi, lo) ? row : accounts.index().find(debitHashes[index], hi, lo);
    }

    /** Row of a transfer's credit account, or {@link AccountIndex#NOT_FOUND}. */
    int creditRow(final int index, final TransferCommandDecoder transfer) {
        final long hi = transfer.creditAccountIdHi();
        final long lo = transfer.creditAccountIdLo();
        final int row = length > 1 ? creditRows[index] : AccountIndex.NOT_FOUND;
        return row >= 0 && accounts.hasId(row, hi, lo) ? row : accounts.index().find(creditHashes[index], hi, lo);
    }

    /** Of no meaning; kept so that the loads are not optimised away. */
    long touched() {
        return touched;
    }

    private int hashIds(final BatchDecoder batch) {
        int i = 0;
        while (i < GROUP_LENGTH && batch.next()) {
            if (batch.kind() == CommandKind.CREATE_TRANSFER) {
                final TransferCommandDecoder transfer = batch.transfer();
                idHashes[i] = idHash.hash(transfer.idHi(), transfer.idLo());
                debitHashes[i] = idHash.hash(transfer.debitAccountIdHi(), transfer.debitAccountIdLo());
                creditHashes[i] = idHash.hash(transfer.creditAccountIdHi(), transfer.creditAccountIdLo());
            } else {
                final long hash = hashOther(batch);
                idHashes[i] = hash;
                debitHashes[i] = hash;
                creditHashes[i] = hash;
            }
            i++;
        }
        return i;
    }

    private long hashOther(final BatchDecoder batch) {
        switch (batch.kind()) {
            case CommandKind.CREATE_ACCOUNT:
                return idHash.hash(batch.account().idHi(), batch.account().idLo());
            case CommandKind.SET_CREDIT_LIMIT:
                return idHash.hash(
                        batch.creditLimit().idHi(), batch.creditLimit().idLo());
            default:
                return idHash.hash(
                        batch.resolve().transferIdHi(), batch.resolve().transferIdLo());
        }
    }

    /** Loops of their own, since the fewer instructions lie between two loads, the more of them are under way at once. */
    private long touchSlots() {
        final AccountIndex accountIndex = accounts.index();
        long sum = 0;
        for (int i = 0; i < length; i++) {
            sum += transferIds.touch(idHashes[i]);
        }
        for (int i = 0; i < length; i++) {
            sum += accountIndex.touch(debitHashes[i]) + accountIndex.touch(creditHashes[i]);
        }
        return sum;
    }

    private void findCandidates() {
        final AccountIndex accountIndex = accounts.index();
        for (int i = 0; i < length; i++) {
            debitRows[i] = accountIndex.candidate(debitHashes[i]);
            creditRows[i] = accountIndex.candidate(creditHashes[i]);
        }
    }

    private long touchRows() {
        long sum = 0;
        for (int i = 0; i < length; i++) {
            if (debitRows[i] >= 0) {
                sum += accounts.idLo(debitRows[i]);
            }
            if (creditRows[i] >= 0) {
                sum += accounts.idLo(creditRows[i]);
            }
        }
        return sum;
    }
}
