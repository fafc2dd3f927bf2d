// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.state;

import io.partita.ledger.model.CommandKind;
import io.partita.ledger.model.TransferFlags;
import io.partita.ledger.wire.BatchDecoder;
import io.partita.ledger.wire.TransferCommandDecoder;

/**
 * Looks a group of commands up before they are applied: first all home slots of the indexes, then all candidate rows, then what
 * two-phase transfers need beside them. The accesses of one pass do not depend on each other, so the processor waits for memory
 * once per pass and not once per access.
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
    private final TransferTable transfers;
    private final PendingTransfers pendings;
    private final long[] idHashes = new long[GROUP_LENGTH];
    private final long[] debitHashes = new long[GROUP_LENGTH];
    private final long[] creditHashes = new long[GROUP_LENGTH];
    private final int[] debitRows = new int[GROUP_LENGTH];
    private final int[] creditRows = new int[GROUP_LENGTH];
    private final long[] pendingHashes = new long[GROUP_LENGTH];
    private final long[] pendingRows = new long[GROUP_LENGTH];
    private int length;
    private int resolutions;
    private boolean holds;
    private long touched;

    GroupResolver(final LedgerTables tables) {
        idHash = tables.idHash;
        accounts = tables.accounts;
        transferIds = tables.ids;
        transfers = tables.transfers;
        pendings = tables.pendings;
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
            if (holds) {
                touched += touchLinks();
            }
            if (resolutions > 0) {
                touched += touchPendings();
            }
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
        resolutions = 0;
        holds = false;
        while (i < GROUP_LENGTH && batch.next()) {
            if (batch.kind() == CommandKind.CREATE_TRANSFER) {
                final TransferCommandDecoder transfer = batch.transfer();
                idHashes[i] = idHash.hash(transfer.idHi(), transfer.idLo());
                debitHashes[i] = idHash.hash(transfer.debitAccountIdHi(), transfer.debitAccountIdLo());
                creditHashes[i] = idHash.hash(transfer.creditAccountIdHi(), transfer.creditAccountIdLo());
                if ((transfer.flags() & ResolutionRules.RESOLUTION) != 0) {
                    pendingHashes[resolutions++] = idHash.hash(transfer.pendingIdHi(), transfer.pendingIdLo());
                }
                holds |= (transfer.flags() & TransferFlags.PENDING) != 0;
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

    /** A pending transfer joins the lists of both accounts. */
    private long touchLinks() {
        long sum = 0;
        for (int i = 0; i < length; i++) {
            if (debitRows[i] >= 0) {
                sum += accounts.firstPending(debitRows[i]);
            }
            if (creditRows[i] >= 0) {
                sum += accounts.firstPending(creditRows[i]);
            }
        }
        return sum;
    }

    /** What a post or void needs is found in five steps, each of which depends on the one before. */
    private long touchPendings() {
        final int count = resolutions;
        long sum = 0;
        for (int i = 0; i < count; i++) {
            sum += transferIds.touch(pendingHashes[i]);
        }
        for (int i = 0; i < count; i++) {
            final long ref = transferIds.candidate(pendingHashes[i]);
            final boolean named = ref != 0 && TransferIds.kind(ref) == TransferIds.TRANSFER;
            pendingRows[i] = named ? TransferIds.row(ref) : -1;
        }
        for (int i = 0; i < count; i++) {
            sum += pendingRows[i] < 0 ? 0 : transfers.amountLo(pendingRows[i]) + transfers.code(pendingRows[i]);
        }
        for (int i = 0; i < count; i++) {
            if (pendingRows[i] >= 0) {
                sum += touchPending(pendingRows[i]);
            }
        }
        return sum;
    }

    /** The row may be of any transfer, or of none that is still there: it is only looked at. */
    private long touchPending(final long row) {
        final int debitRow = transfers.debitRow(row);
        final int creditRow = transfers.creditRow(row);
        final long number = transfers.pendingNumber(row);
        final long account = accounts.idLo(debitRow) + accounts.idLo(creditRow);
        final long links = (long) accounts.firstPending(debitRow) + accounts.firstPending(creditRow);
        return account + links + (number >= 0 && number < pendings.count() ? pendings.status(number) : 0);
    }
}
