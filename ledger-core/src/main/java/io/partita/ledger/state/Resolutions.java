// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.state;

import io.partita.ledger.model.ResultCode;
import io.partita.ledger.model.TransferFlags;
import io.partita.ledger.wire.TransferCommandDecoder;

/** Resolves pending transfers: by transfers that post or void them, and by their time. */
final class Resolutions {
    private final LedgerTables tables;
    private final Posting posting;

    Resolutions(final LedgerTables tables, final Posting posting) {
        this.tables = tables;
        this.posting = posting;
    }

    /**
     * Posts or voids, or says why not; who calls burns the id.
     *
     * @param hash of the transfer's id, which was not seen.
     * @param result started; gets the rest.
     */
    ResultCode create(final TransferCommandDecoder transfer, final long hash, final EventResult result) {
        ResultCode code = ResolutionRules.checkFields(transfer);
        if (code != ResultCode.CREATED) {
            return code;
        }
        final long idHi = transfer.pendingIdHi();
        final long idLo = transfer.pendingIdLo();
        final long ref = tables.ids.find(tables.idHash.hash(idHi, idLo), idHi, idLo);
        if (ref == 0 || TransferIds.kind(ref) != TransferIds.TRANSFER) {
            return ResultCode.PENDING_TRANSFER_NOT_FOUND;
        }
        final long pendingRow = TransferIds.row(ref);
        code = ResolutionRules.checkPending(transfer, tables, pendingRow);
        if (code == ResultCode.CREATED) {
            final long number = tables.transfers.pendingNumber(pendingRow);
            code = ResolutionRules.checkStatus(tables.pendings, number, result.timestamp());
        }
        final boolean imported = (transfer.flags() & TransferFlags.IMPORTED) != 0;
        if (code == ResultCode.CREATED && imported) {
            code = ImportRules.checkOrder(tables, transfer);
        }
        final int debitRow = tables.transfers.debitRow(pendingRow);
        final int creditRow = tables.transfers.creditRow(pendingRow);
        final boolean posts = (transfer.flags() & TransferFlags.POST_PENDING) != 0;
        if (code == ResultCode.CREATED && posts) {
            code = TransferRules.checkOpen(tables.accounts, debitRow, creditRow);
        }
        if (code == ResultCode.CREATED) {
            final long timestamp = imported ? transfer.timestamp() : result.timestamp();
            resolve(transfer, hash, timestamp, pendingRow, posts);
            result.created(timestamp, debitRow, creditRow);
        }
        return code;
    }

    /** Releases a pending transfer that is due. */
    void expire(final long number, final long timestamp) {
        final long row = tables.pendings.transferRow(number);
        final int debitRow = tables.pendings.debitRow(number);
        final int creditRow = tables.pendings.creditRow(number);
        tables.expiries.reserve();
        tables.pendings.resolve(number, PendingTransfers.EXPIRED, timestamp);
        posting.release(debitRow, creditRow, tables.transfers.amountHi(row), tables.transfers.amountLo(row));
        posting.close(tables.transfers.flags(row), debitRow, creditRow, false);
        tables.expiries.add(timestamp, row, debitRow, creditRow);
    }

    private void resolve(
            final TransferCommandDecoder transfer,
            final long hash,
            final long timestamp,
            final long pendingRow,
            final boolean posts) {
        final TransferTable transfers = tables.transfers;
        final long pending = transfers.address(pendingRow);
        final int debitRow = transfers.debitRow(pendingRow);
        final int creditRow = transfers.creditRow(pendingRow);
        final long amountHi = ResolutionRules.amountHi(transfer, pending);
        final long amountLo = ResolutionRules.amountLo(transfer, pending);
        transfers.reserve();
        if (posts) {
            posting.reservePost(debitRow, creditRow, amountHi, amountLo);
        }
        tables.ids.addNextTransfer(hash);

        final long row = transfers.addResolution(transfer, timestamp, pendingRow, amountHi, amountLo);
        tables.pendings.resolve(
                transfers.pendingNumber(pendingRow),
                posts ? PendingTransfers.POSTED : PendingTransfers.VOIDED,
                timestamp);
        posting.release(debitRow, creditRow, transfers.amountHi(pendingRow), transfers.amountLo(pendingRow));
        if (posts) {
            posting.post(debitRow, creditRow, amountHi, amountLo);
        } else {
            posting.close(transfers.flags(pendingRow), debitRow, creditRow, false);
        }
        transfers.recordBalances(row);
    }
}
