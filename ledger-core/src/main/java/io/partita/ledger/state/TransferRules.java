// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.state;

import static org.agrona.UnsafeApi.getInt;
import static org.agrona.UnsafeApi.getLong;
import static org.agrona.UnsafeApi.getShort;

import io.partita.ledger.model.AccountFlags;
import io.partita.ledger.model.Id128;
import io.partita.ledger.model.ResultCode;
import io.partita.ledger.model.TransferFlags;
import io.partita.ledger.wire.TransferCommandDecoder;

/**
 * What a createTransfer is checked for, in the order that is part of the contract: {@link #checkHead}, then {@link
 * #compareWithExisting} if the id exists, else {@link #checkFields}, {@link #checkAccounts} and last {@link Posting#check}.
 * Pure; {@link ResultCode#CREATED} means that nothing is wrong so far.
 */
final class TransferRules {
    /** Two-phase, balancing, closing, imported and linked transfers are not in this logic version. */
    private static final int SUPPORTED_FLAGS = 0;

    private TransferRules() {}

    static ResultCode checkHead(final TransferCommandDecoder transfer) {
        final int flags = transfer.flags();
        final long idHi = transfer.idHi();
        final long idLo = transfer.idLo();
        if (transfer.timestamp() != 0 && (flags & TransferFlags.IMPORTED) == 0) {
            return ResultCode.TIMESTAMP_MUST_BE_ZERO;
        }
        if ((flags & ~SUPPORTED_FLAGS) != 0) {
            return ResultCode.RESERVED_FLAG;
        }
        if (Id128.isZero(idHi, idLo)) {
            return ResultCode.ID_MUST_NOT_BE_ZERO;
        }
        if (Id128.isMax(idHi, idLo)) {
            return ResultCode.ID_MUST_NOT_BE_INT_MAX;
        }
        return ResultCode.CREATED;
    }

    /** Compares with the transfer of that id. */
    static ResultCode compareWithExisting(
            final TransferCommandDecoder transfer, final long row, final AccountTable accounts) {
        if (transfer.flags() != (getShort(row + TransferTable.FLAGS) & TransferFlags.ALL)) {
            return ResultCode.EXISTS_WITH_DIFFERENT_FLAGS;
        }
        if (!Id128.isZero(transfer.pendingIdHi(), transfer.pendingIdLo())) {
            return ResultCode.EXISTS_WITH_DIFFERENT_PENDING_ID;
        }
        if (transfer.timeout() != getInt(row + TransferTable.TIMEOUT)) {
            return ResultCode.EXISTS_WITH_DIFFERENT_TIMEOUT;
        }
        if (!accounts.hasId(
                getInt(row + TransferTable.DEBIT_ROW), transfer.debitAccountIdHi(), transfer.debitAccountIdLo())) {
            return ResultCode.EXISTS_WITH_DIFFERENT_DEBIT_ACCOUNT_ID;
        }
        if (!accounts.hasId(
                getInt(row + TransferTable.CREDIT_ROW), transfer.creditAccountIdHi(), transfer.creditAccountIdLo())) {
            return ResultCode.EXISTS_WITH_DIFFERENT_CREDIT_ACCOUNT_ID;
        }
        if (transfer.amountLo() != getLong(row + TransferTable.AMOUNT_LO)
                || transfer.amountHi() != getLong(row + TransferTable.AMOUNT_HI)) {
            return ResultCode.EXISTS_WITH_DIFFERENT_AMOUNT;
        }
        return compareUserFields(transfer, row);
    }

    static ResultCode checkFields(final TransferCommandDecoder transfer) {
        final long debitHi = transfer.debitAccountIdHi();
        final long debitLo = transfer.debitAccountIdLo();
        final long creditHi = transfer.creditAccountIdHi();
        final long creditLo = transfer.creditAccountIdLo();
        if (Id128.isZero(debitHi, debitLo)) {
            return ResultCode.DEBIT_ACCOUNT_ID_MUST_NOT_BE_ZERO;
        }
        if (Id128.isMax(debitHi, debitLo)) {
            return ResultCode.DEBIT_ACCOUNT_ID_MUST_NOT_BE_INT_MAX;
        }
        if (Id128.isZero(creditHi, creditLo)) {
            return ResultCode.CREDIT_ACCOUNT_ID_MUST_NOT_BE_ZERO;
        }
        if (Id128.isMax(creditHi, creditLo)) {
            return ResultCode.CREDIT_ACCOUNT_ID_MUST_NOT_BE_INT_MAX;
        }
        if (debitLo == creditLo && debitHi == creditHi) {
            return ResultCode.ACCOUNTS_MUST_BE_DIFFERENT;
        }
        if (transfer.extended()) {
            if (!Id128.isZero(transfer.pendingIdHi(), transfer.pendingIdLo())) {
                return ResultCode.PENDING_ID_MUST_BE_ZERO;
            }
            if (transfer.timeout() != 0) {
                return ResultCode.TIMEOUT_RESERVED_FOR_PENDING_TRANSFER;
            }
        }
        if (transfer.ledger() == 0) {
            return ResultCode.LEDGER_MUST_NOT_BE_ZERO;
        }
        if (transfer.code() == 0) {
            return ResultCode.CODE_MUST_NOT_BE_ZERO;
        }
        return ResultCode.CREATED;
    }

    /**
     * Checks both accounts but for their balances.
     *
     * @param debitRow its row, or {@link AccountIndex#NOT_FOUND}.
     * @param creditRow its row, or {@link AccountIndex#NOT_FOUND}.
     */
    static ResultCode checkAccounts(
            final int transferLedger, final AccountTable accounts, final int debitRow, final int creditRow) {
        if (debitRow == AccountIndex.NOT_FOUND) {
            return ResultCode.DEBIT_ACCOUNT_NOT_FOUND;
        }
        if (creditRow == AccountIndex.NOT_FOUND) {
            return ResultCode.CREDIT_ACCOUNT_NOT_FOUND;
        }
        final long debit = accounts.address(debitRow);
        final long credit = accounts.address(creditRow);
        final int ledger = getInt(debit + AccountTable.LEDGER);
        if (ledger != getInt(credit + AccountTable.LEDGER)) {
            return ResultCode.ACCOUNTS_MUST_HAVE_THE_SAME_LEDGER;
        }
        if (ledger != transferLedger) {
            return ResultCode.TRANSFER_MUST_HAVE_THE_SAME_LEDGER_AS_ACCOUNTS;
        }
        if ((getShort(debit + AccountTable.FLAGS) & AccountFlags.CLOSED) != 0) {
            return ResultCode.DEBIT_ACCOUNT_ALREADY_CLOSED;
        }
        if ((getShort(credit + AccountTable.FLAGS) & AccountFlags.CLOSED) != 0) {
            return ResultCode.CREDIT_ACCOUNT_ALREADY_CLOSED;
        }
        return ResultCode.CREATED;
    }

    private static ResultCode compareUserFields(final TransferCommandDecoder transfer, final long row) {
        if (transfer.userData128Lo() != getLong(row + TransferTable.USER_DATA_128_LO)
                || transfer.userData128Hi() != getLong(row + TransferTable.USER_DATA_128_HI)) {
            return ResultCode.EXISTS_WITH_DIFFERENT_USER_DATA_128;
        }
        if (transfer.userData64() != getLong(row + TransferTable.USER_DATA_64)) {
            return ResultCode.EXISTS_WITH_DIFFERENT_USER_DATA_64;
        }
        if (transfer.userData32() != getInt(row + TransferTable.USER_DATA_32)) {
            return ResultCode.EXISTS_WITH_DIFFERENT_USER_DATA_32;
        }
        if (transfer.ledger() != getInt(row + TransferTable.LEDGER)) {
            return ResultCode.EXISTS_WITH_DIFFERENT_LEDGER;
        }
        if (transfer.code() != (getShort(row + TransferTable.CODE) & 0xFFFF)) {
            return ResultCode.EXISTS_WITH_DIFFERENT_CODE;
        }
        return ResultCode.EXISTS;
    }
}
