// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.state;

import static org.agrona.UnsafeApi.getInt;
import static org.agrona.UnsafeApi.getLong;
import static org.agrona.UnsafeApi.getShort;

import io.partita.ledger.model.AccountFlags;
import io.partita.ledger.model.Amounts;
import io.partita.ledger.model.Id128;
import io.partita.ledger.model.ResultCode;
import io.partita.ledger.model.TransferFlags;
import io.partita.ledger.wire.TransferCommandDecoder;

/**
 * What a createTransfer is checked for, in the order that is part of the contract: {@link #checkId}, then {@link
 * #compareWithExisting} if the id exists; else, of a single-phase or pending one, {@link #checkFields}, {@link #checkAccounts},
 * {@link ImportRules}, {@link #checkOpen} and last {@link BalanceRules#check}; posts and voids have {@link ResolutionRules}.
 * Pure; {@link ResultCode#CREATED} means that nothing is wrong so far.
 */
final class TransferRules {
    private static final int CLOSING = TransferFlags.CLOSING_DEBIT | TransferFlags.CLOSING_CREDIT;
    private static final int BALANCING = TransferFlags.BALANCING_DEBIT | TransferFlags.BALANCING_CREDIT;

    private TransferRules() {}

    static ResultCode checkId(final TransferCommandDecoder transfer) {
        final long idHi = transfer.idHi();
        final long idLo = transfer.idLo();
        if ((transfer.flags() & ~TransferFlags.ALL) != 0) {
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

    /**
     * Compares with the transfer of that id.
     *
     * @param existing its row.
     */
    static ResultCode compareWithExisting(
            final TransferCommandDecoder transfer, final LedgerTables tables, final long existing) {
        final TransferTable transfers = tables.transfers;
        final long row = transfers.address(existing);
        if (transfer.flags() != transfers.flags(existing)) {
            return ResultCode.EXISTS_WITH_DIFFERENT_FLAGS;
        }
        final long pendingRow = transfers.pendingRow(existing);
        if (pendingRow < 0
                ? !Id128.isZero(transfer.pendingIdHi(), transfer.pendingIdLo())
                : !transfers.hasId(pendingRow, transfer.pendingIdHi(), transfer.pendingIdLo())) {
            return ResultCode.EXISTS_WITH_DIFFERENT_PENDING_ID;
        }
        if (transfer.timeout() != getInt(row + TransferTable.TIMEOUT)) {
            return ResultCode.EXISTS_WITH_DIFFERENT_TIMEOUT;
        }
        if (pendingRow >= 0) {
            return ResolutionRules.compareWithExisting(transfer, tables, existing, pendingRow);
        }
        if (!tables.accounts.hasId(
                getInt(row + TransferTable.DEBIT_ROW), transfer.debitAccountIdHi(), transfer.debitAccountIdLo())) {
            return ResultCode.EXISTS_WITH_DIFFERENT_DEBIT_ACCOUNT_ID;
        }
        if (!tables.accounts.hasId(
                getInt(row + TransferTable.CREDIT_ROW), transfer.creditAccountIdHi(), transfer.creditAccountIdLo())) {
            return ResultCode.EXISTS_WITH_DIFFERENT_CREDIT_ACCOUNT_ID;
        }
        final int amount = Amounts.compare(
                transfer.amountHi(),
                transfer.amountLo(),
                getLong(row + TransferTable.AMOUNT_HI),
                getLong(row + TransferTable.AMOUNT_LO));
        // What a balancing transfer asks for may be clamped, so the recorded amount may be less.
        if ((transfer.flags() & BALANCING) != 0 ? amount < 0 : amount != 0) {
            return ResultCode.EXISTS_WITH_DIFFERENT_AMOUNT;
        }
        return compareUserFields(transfer, row);
    }

    /** Checks the fields of a single-phase or pending transfer. */
    static ResultCode checkFields(final TransferCommandDecoder transfer) {
        final int flags = transfer.flags();
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
            if (transfer.timeout() != 0 && (flags & TransferFlags.PENDING) == 0) {
                return ResultCode.TIMEOUT_RESERVED_FOR_PENDING_TRANSFER;
            }
        }
        if ((flags & CLOSING) != 0 && (flags & TransferFlags.PENDING) == 0) {
            return ResultCode.CLOSING_TRANSFER_MUST_BE_PENDING;
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
     * Checks that both accounts are there and of the transfer's ledger.
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
        return ResultCode.CREATED;
    }

    /** Checks that both accounts are open. */
    static ResultCode checkOpen(final AccountTable accounts, final int debitRow, final int creditRow) {
        if ((accounts.flags(debitRow) & AccountFlags.CLOSED) != 0) {
            return ResultCode.DEBIT_ACCOUNT_ALREADY_CLOSED;
        }
        if ((accounts.flags(creditRow) & AccountFlags.CLOSED) != 0) {
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
