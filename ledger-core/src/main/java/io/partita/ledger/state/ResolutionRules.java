// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.state;

import static org.agrona.UnsafeApi.getInt;
import static org.agrona.UnsafeApi.getLong;
import static org.agrona.UnsafeApi.getShort;

import io.partita.ledger.model.Amounts;
import io.partita.ledger.model.Id128;
import io.partita.ledger.model.ResultCode;
import io.partita.ledger.model.TransferFlags;
import io.partita.ledger.wire.TransferCommandDecoder;

/**
 * What a post or void is checked for, in the order that is part of the contract: {@link #checkFields}, {@link #checkPending} if
 * the pending transfer is there, {@link #checkStatus}, {@link ImportRules#checkOrder}, and of a post {@link
 * TransferRules#checkOpen}. Pure; {@link ResultCode#CREATED} means that nothing is wrong so far.
 *
 * <p>What a post or void leaves 0 (account ids, ledger, code, user data) it takes from the pending transfer. A void's amount of 0
 * and a post's amount of 2^128-1 mean all of it.
 */
final class ResolutionRules {
    /** Flags that make a transfer post or void a pending one. */
    static final int RESOLUTION = TransferFlags.POST_PENDING | TransferFlags.VOID_PENDING;

    private static final int EXCLUDED = TransferFlags.PENDING
            | TransferFlags.BALANCING_DEBIT
            | TransferFlags.BALANCING_CREDIT
            | TransferFlags.CLOSING_DEBIT
            | TransferFlags.CLOSING_CREDIT;

    private ResolutionRules() {}

    static ResultCode checkFields(final TransferCommandDecoder transfer) {
        final int flags = transfer.flags();
        final long pendingIdHi = transfer.pendingIdHi();
        final long pendingIdLo = transfer.pendingIdLo();
        if ((flags & RESOLUTION) == RESOLUTION || (flags & EXCLUDED) != 0) {
            return ResultCode.FLAGS_ARE_MUTUALLY_EXCLUSIVE;
        }
        if (Id128.isZero(pendingIdHi, pendingIdLo)) {
            return ResultCode.PENDING_ID_MUST_NOT_BE_ZERO;
        }
        if (Id128.isMax(pendingIdHi, pendingIdLo)) {
            return ResultCode.PENDING_ID_MUST_NOT_BE_INT_MAX;
        }
        if (pendingIdLo == transfer.idLo() && pendingIdHi == transfer.idHi()) {
            return ResultCode.PENDING_ID_MUST_BE_DIFFERENT;
        }
        if (transfer.timeout() != 0) {
            return ResultCode.TIMEOUT_RESERVED_FOR_PENDING_TRANSFER;
        }
        return ResultCode.CREATED;
    }

    /**
     * Compares a post or void with the transfer that it names.
     *
     * @param pendingRow of that transfer.
     */
    static ResultCode checkPending(
            final TransferCommandDecoder transfer, final LedgerTables tables, final long pendingRow) {
        final TransferTable transfers = tables.transfers;
        final long pending = transfers.address(pendingRow);
        if ((transfers.flags(pendingRow) & TransferFlags.PENDING) == 0) {
            return ResultCode.PENDING_TRANSFER_NOT_PENDING;
        }
        if (hasOtherDebitAccount(transfer, tables.accounts, pending)) {
            return ResultCode.PENDING_TRANSFER_HAS_DIFFERENT_DEBIT_ACCOUNT_ID;
        }
        if (hasOtherCreditAccount(transfer, tables.accounts, pending)) {
            return ResultCode.PENDING_TRANSFER_HAS_DIFFERENT_CREDIT_ACCOUNT_ID;
        }
        if (transfer.ledger() != 0 && transfer.ledger() != transfers.ledger(pendingRow)) {
            return ResultCode.PENDING_TRANSFER_HAS_DIFFERENT_LEDGER;
        }
        if (transfer.code() != 0 && transfer.code() != transfers.code(pendingRow)) {
            return ResultCode.PENDING_TRANSFER_HAS_DIFFERENT_CODE;
        }
        final int amount = Amounts.compare(
                amountHi(transfer, pending),
                amountLo(transfer, pending),
                getLong(pending + TransferTable.AMOUNT_HI),
                getLong(pending + TransferTable.AMOUNT_LO));
        if (amount > 0) {
            return ResultCode.EXCEEDS_PENDING_TRANSFER_AMOUNT;
        }
        if (amount < 0 && (transfer.flags() & TransferFlags.VOID_PENDING) != 0) {
            return ResultCode.PENDING_TRANSFER_HAS_DIFFERENT_AMOUNT;
        }
        return ResultCode.CREATED;
    }

    /**
     * Checks that a pending transfer is still to be resolved. From its time on it is expired, released or not.
     *
     * @param number of the pending transfer.
     * @param now of the event that wants to resolve it.
     */
    static ResultCode checkStatus(final PendingTransfers pendings, final long number, final long now) {
        switch (pendings.status(number)) {
            case PendingTransfers.POSTED:
                return ResultCode.PENDING_TRANSFER_ALREADY_POSTED;
            case PendingTransfers.VOIDED:
                return ResultCode.PENDING_TRANSFER_ALREADY_VOIDED;
            case PendingTransfers.EXPIRED:
                return ResultCode.PENDING_TRANSFER_EXPIRED;
            default:
                final long expiresAt = pendings.expiresAt(number);
                return expiresAt != 0 && expiresAt <= now ? ResultCode.PENDING_TRANSFER_EXPIRED : ResultCode.CREATED;
        }
    }

    /** Compares with the post or void of that id, from the debit account on. */
    static ResultCode compareWithExisting(
            final TransferCommandDecoder transfer,
            final LedgerTables tables,
            final long existing,
            final long pendingRow) {
        final long row = tables.transfers.address(existing);
        final long pending = tables.transfers.address(pendingRow);
        if (hasOtherDebitAccount(transfer, tables.accounts, pending)) {
            return ResultCode.EXISTS_WITH_DIFFERENT_DEBIT_ACCOUNT_ID;
        }
        if (hasOtherCreditAccount(transfer, tables.accounts, pending)) {
            return ResultCode.EXISTS_WITH_DIFFERENT_CREDIT_ACCOUNT_ID;
        }
        if (amountLo(transfer, pending) != getLong(row + TransferTable.AMOUNT_LO)
                || amountHi(transfer, pending) != getLong(row + TransferTable.AMOUNT_HI)) {
            return ResultCode.EXISTS_WITH_DIFFERENT_AMOUNT;
        }
        return compareUserFields(transfer, row, pending);
    }

    /** High half of the amount that a post or void comes to. */
    static long amountHi(final TransferCommandDecoder transfer, final long pending) {
        return meansAll(transfer) ? getLong(pending + TransferTable.AMOUNT_HI) : transfer.amountHi();
    }

    /** Low half of the amount that a post or void comes to. */
    static long amountLo(final TransferCommandDecoder transfer, final long pending) {
        return meansAll(transfer) ? getLong(pending + TransferTable.AMOUNT_LO) : transfer.amountLo();
    }

    private static boolean meansAll(final TransferCommandDecoder transfer) {
        final long hi = transfer.amountHi();
        final long lo = transfer.amountLo();
        return (transfer.flags() & TransferFlags.VOID_PENDING) != 0 ? (hi | lo) == 0 : (hi & lo) == -1;
    }

    private static ResultCode compareUserFields(
            final TransferCommandDecoder transfer, final long row, final long pending) {
        final long own128Hi = transfer.userData128Hi();
        final long own128Lo = transfer.userData128Lo();
        final long from128 = (own128Hi | own128Lo) == 0 ? pending : 0;
        final long userData128Hi = from128 == 0 ? own128Hi : getLong(from128 + TransferTable.USER_DATA_128_HI);
        final long userData128Lo = from128 == 0 ? own128Lo : getLong(from128 + TransferTable.USER_DATA_128_LO);
        if (userData128Lo != getLong(row + TransferTable.USER_DATA_128_LO)
                || userData128Hi != getLong(row + TransferTable.USER_DATA_128_HI)) {
            return ResultCode.EXISTS_WITH_DIFFERENT_USER_DATA_128;
        }
        final long own64 = transfer.userData64();
        if ((own64 == 0 ? getLong(pending + TransferTable.USER_DATA_64) : own64)
                != getLong(row + TransferTable.USER_DATA_64)) {
            return ResultCode.EXISTS_WITH_DIFFERENT_USER_DATA_64;
        }
        final int own32 = transfer.userData32();
        if ((own32 == 0 ? getInt(pending + TransferTable.USER_DATA_32) : own32)
                != getInt(row + TransferTable.USER_DATA_32)) {
            return ResultCode.EXISTS_WITH_DIFFERENT_USER_DATA_32;
        }
        if (transfer.ledger() != 0 && transfer.ledger() != getInt(row + TransferTable.LEDGER)) {
            return ResultCode.EXISTS_WITH_DIFFERENT_LEDGER;
        }
        if (transfer.code() != 0 && transfer.code() != (getShort(row + TransferTable.CODE) & 0xFFFF)) {
            return ResultCode.EXISTS_WITH_DIFFERENT_CODE;
        }
        return ResultCode.EXISTS;
    }

    private static boolean hasOtherDebitAccount(
            final TransferCommandDecoder transfer, final AccountTable accounts, final long pending) {
        final long hi = transfer.debitAccountIdHi();
        final long lo = transfer.debitAccountIdLo();
        return (hi | lo) != 0 && !accounts.hasId(getInt(pending + TransferTable.DEBIT_ROW), hi, lo);
    }

    private static boolean hasOtherCreditAccount(
            final TransferCommandDecoder transfer, final AccountTable accounts, final long pending) {
        final long hi = transfer.creditAccountIdHi();
        final long lo = transfer.creditAccountIdLo();
        return (hi | lo) != 0 && !accounts.hasId(getInt(pending + TransferTable.CREDIT_ROW), hi, lo);
    }
}
