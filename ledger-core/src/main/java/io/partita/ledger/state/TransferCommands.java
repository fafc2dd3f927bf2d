// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.state;

import io.partita.ledger.model.ResultCode;
import io.partita.ledger.model.TransferFlags;
import io.partita.ledger.wire.TransferCommandDecoder;

/**
 * Runs a createTransfer whose head is right: single-phase and pending here, posts and voids in {@link Resolutions}. The common
 * transfer, without flags, takes the shortest way.
 */
final class TransferCommands {
    private static final int NOT_PLAIN =
            TransferFlags.PENDING | TransferFlags.BALANCING_DEBIT | TransferFlags.BALANCING_CREDIT;
    private static final long NANOS_PER_SECOND = 1_000_000_000;
    private static final long UNSIGNED = 0xFFFF_FFFFL;

    private final LedgerTables tables;
    private final GroupResolver group;
    private final BalanceRules balances;
    private final Posting posting;
    private final Resolutions resolutions;

    TransferCommands(
            final LedgerTables tables, final GroupResolver group, final BalanceRules balances, final Posting posting) {
        this.tables = tables;
        this.group = group;
        this.balances = balances;
        this.posting = posting;
        resolutions = new Resolutions(tables, posting);
    }

    /**
     * Creates a transfer, or says why not, and burns its id if the outcome could be another one later.
     *
     * @param index of the command in its group.
     * @param result started; gets the rest.
     */
    ResultCode create(final TransferCommandDecoder transfer, final int index, final EventResult result) {
        ResultCode code = TransferRules.checkId(transfer);
        if (code != ResultCode.CREATED) {
            return code;
        }
        final long hash = group.idHash(index);
        final long ref = tables.ids.find(hash, transfer.idHi(), transfer.idLo());
        if (ref != 0) {
            return answerSeenId(transfer, ref, result);
        }
        code = (transfer.flags() & ResolutionRules.RESOLUTION) == 0
                ? createOwn(transfer, index, hash, result)
                : resolutions.create(transfer, hash, result);
        if (code.burnsId()) {
            tables.ids.burn(hash, transfer.idHi(), transfer.idLo());
        }
        return code;
    }

    private ResultCode answerSeenId(final TransferCommandDecoder transfer, final long ref, final EventResult result) {
        switch (TransferIds.kind(ref)) {
            case TransferIds.BURNT:
                return ResultCode.ID_ALREADY_FAILED;
            case TransferIds.INSTRUCTION:
                return ResultCode.EXISTS_WITH_DIFFERENT_KIND;
            default:
                final long existing = TransferIds.row(ref);
                final ResultCode code = TransferRules.compareWithExisting(transfer, tables, existing);
                if (code == ResultCode.EXISTS) {
                    result.exists(tables.transfers.timestamp(existing));
                }
                return code;
        }
    }

    /** Single-phase and pending: transfers with accounts of their own. */
    private ResultCode createOwn(
            final TransferCommandDecoder transfer, final int index, final long hash, final EventResult result) {
        ResultCode code = TransferRules.checkFields(transfer);
        if (code != ResultCode.CREATED) {
            return code;
        }
        final int flags = transfer.flags();
        final int debitRow = group.debitRow(index, transfer);
        final int creditRow = group.creditRow(index, transfer);
        code = TransferRules.checkAccounts(transfer.ledger(), tables.accounts, debitRow, creditRow);
        if (code == ResultCode.CREATED && (flags & TransferFlags.IMPORTED) != 0) {
            code = ImportRules.checkTransfer(tables, transfer, debitRow, creditRow);
        }
        if (code == ResultCode.CREATED) {
            code = TransferRules.checkOpen(tables.accounts, debitRow, creditRow);
        }
        if (code != ResultCode.CREATED) {
            return code;
        }
        final long timestamp = (flags & TransferFlags.IMPORTED) == 0 ? result.timestamp() : transfer.timestamp();
        code = (flags & NOT_PLAIN) == 0
                ? post(transfer, hash, timestamp, debitRow, creditRow, transfer.amountHi(), transfer.amountLo())
                : createBalancingOrPending(transfer, hash, timestamp, debitRow, creditRow);
        if (code == ResultCode.CREATED) {
            result.created(timestamp, debitRow, creditRow);
        }
        return code;
    }

    private ResultCode post(
            final TransferCommandDecoder transfer,
            final long hash,
            final long timestamp,
            final int debitRow,
            final int creditRow,
            final long amountHi,
            final long amountLo) {
        final ResultCode code = balances.check(debitRow, creditRow, amountHi, amountLo, false, false);
        if (code != ResultCode.CREATED) {
            return code;
        }

        // All that can fail comes before the first change of a balance: all or nothing.
        tables.transfers.reserve();
        posting.reservePost(debitRow, creditRow, amountHi, amountLo);
        tables.ids.addNextTransfer(hash);
        final long row = tables.transfers.add(transfer, timestamp, debitRow, creditRow, amountHi, amountLo);
        posting.post(debitRow, creditRow, amountHi, amountLo);
        tables.transfers.recordBalances(row);
        return ResultCode.CREATED;
    }

    private ResultCode createBalancingOrPending(
            final TransferCommandDecoder transfer,
            final long hash,
            final long timestamp,
            final int debitRow,
            final int creditRow) {
        final int flags = transfer.flags();
        long amountHi = transfer.amountHi();
        long amountLo = transfer.amountLo();
        if ((flags & TransferFlags.BALANCING_DEBIT) != 0) {
            balances.clampToDebitAccount(debitRow, amountHi, amountLo);
            amountHi = balances.clampedHi();
            amountLo = balances.clampedLo();
        }
        if ((flags & TransferFlags.BALANCING_CREDIT) != 0) {
            balances.clampToCreditAccount(creditRow, amountHi, amountLo);
            amountHi = balances.clampedHi();
            amountLo = balances.clampedLo();
        }
        return (flags & TransferFlags.PENDING) == 0
                ? post(transfer, hash, timestamp, debitRow, creditRow, amountHi, amountLo)
                : hold(transfer, hash, timestamp, debitRow, creditRow, amountHi, amountLo);
    }

    private ResultCode hold(
            final TransferCommandDecoder transfer,
            final long hash,
            final long timestamp,
            final int debitRow,
            final int creditRow,
            final long amountHi,
            final long amountLo) {
        final long timeoutNs = (transfer.timeout() & UNSIGNED) * NANOS_PER_SECOND;
        final long expiresAt = timeoutNs == 0 ? 0 : timestamp + timeoutNs;
        final ResultCode code = balances.check(debitRow, creditRow, amountHi, amountLo, true, expiresAt < 0);
        if (code != ResultCode.CREATED) {
            return code;
        }

        tables.transfers.reserve();
        tables.pendings.reserve();
        posting.reserveHold(debitRow, creditRow, amountHi, amountLo);
        tables.ids.addNextTransfer(hash);
        final long row = tables.transfers.add(transfer, timestamp, debitRow, creditRow, amountHi, amountLo);
        tables.transfers.pendingNumber(row, tables.pendings.add(row, debitRow, creditRow, expiresAt));
        posting.hold(debitRow, creditRow, amountHi, amountLo);
        posting.close(transfer.flags(), debitRow, creditRow, true);
        tables.transfers.recordBalances(row);
        return ResultCode.CREATED;
    }
}
