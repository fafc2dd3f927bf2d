// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.state;

import static org.agrona.UnsafeApi.getInt;
import static org.agrona.UnsafeApi.getLong;
import static org.agrona.UnsafeApi.getShort;

import io.partita.ledger.model.AccountFlags;
import io.partita.ledger.model.Id128;
import io.partita.ledger.model.ResultCode;
import io.partita.ledger.wire.AccountCommandDecoder;

/**
 * What a createAccount is checked for, in the order that is part of the contract: {@link #checkId}, then {@link
 * #compareWithExisting} if the id exists, else {@link #checkFields} and {@link ImportRules#checkAccount}. Pure; {@link ResultCode#CREATED} means that nothing is
 * wrong so far.
 */
final class AccountRules {
    private static final int LIMIT_FLAGS =
            AccountFlags.DEBITS_MUST_NOT_EXCEED_CREDITS | AccountFlags.CREDITS_MUST_NOT_EXCEED_DEBITS;

    private AccountRules() {}

    static ResultCode checkId(final AccountCommandDecoder account) {
        final int flags = account.flags();
        final long idHi = account.idHi();
        final long idLo = account.idLo();
        if (account.reserved() != 0) {
            return ResultCode.RESERVED_FIELD;
        }
        if ((flags & ~AccountFlags.ALL) != 0) {
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

    /** Compares with the account of that id, as it was created. */
    static ResultCode compareWithExisting(
            final AccountCommandDecoder account, final AccountTable accounts, final int existing) {
        final long row = accounts.address(existing);
        if (account.flags() != (getShort(row + AccountTable.FLAGS_CREATED) & 0xFFFF)) {
            return ResultCode.EXISTS_WITH_DIFFERENT_FLAGS;
        }
        if (account.userData128Lo() != getLong(row + AccountTable.USER_DATA_128_LO)
                || account.userData128Hi() != getLong(row + AccountTable.USER_DATA_128_HI)) {
            return ResultCode.EXISTS_WITH_DIFFERENT_USER_DATA_128;
        }
        if (account.userData64() != getLong(row + AccountTable.USER_DATA_64)) {
            return ResultCode.EXISTS_WITH_DIFFERENT_USER_DATA_64;
        }
        if (account.userData32() != getInt(row + AccountTable.USER_DATA_32)) {
            return ResultCode.EXISTS_WITH_DIFFERENT_USER_DATA_32;
        }
        if (account.ledger() != getInt(row + AccountTable.LEDGER)) {
            return ResultCode.EXISTS_WITH_DIFFERENT_LEDGER;
        }
        if (account.code() != (getShort(row + AccountTable.CODE) & 0xFFFF)) {
            return ResultCode.EXISTS_WITH_DIFFERENT_CODE;
        }
        if (account.creditLimitLo() != accounts.creditLimitCreatedLo(existing)
                || account.creditLimitHi() != accounts.creditLimitCreatedHi(existing)) {
            return ResultCode.EXISTS_WITH_DIFFERENT_CREDIT_LIMIT;
        }
        return ResultCode.EXISTS;
    }

    static ResultCode checkFields(final AccountCommandDecoder account) {
        final int flags = account.flags();
        if ((flags & LIMIT_FLAGS) == LIMIT_FLAGS) {
            return ResultCode.FLAGS_ARE_MUTUALLY_EXCLUSIVE;
        }
        if (account.extended()) {
            final ResultCode code = checkBalances(account);
            if (code != ResultCode.CREATED) {
                return code;
            }
        }
        if (account.ledger() == 0) {
            return ResultCode.LEDGER_MUST_NOT_BE_ZERO;
        }
        if (account.code() == 0) {
            return ResultCode.CODE_MUST_NOT_BE_ZERO;
        }
        if ((account.creditLimitHi() | account.creditLimitLo()) != 0
                && (flags & AccountFlags.DEBITS_MUST_NOT_EXCEED_CREDITS) == 0) {
            return ResultCode.CREDIT_LIMIT_NEEDS_LIMITED_ACCOUNT;
        }
        return ResultCode.CREATED;
    }

    private static ResultCode checkBalances(final AccountCommandDecoder account) {
        if ((account.debitsPendingHi() | account.debitsPendingLo()) != 0) {
            return ResultCode.DEBITS_PENDING_MUST_BE_ZERO;
        }
        if ((account.debitsPostedHi() | account.debitsPostedLo()) != 0) {
            return ResultCode.DEBITS_POSTED_MUST_BE_ZERO;
        }
        if ((account.creditsPendingHi() | account.creditsPendingLo()) != 0) {
            return ResultCode.CREDITS_PENDING_MUST_BE_ZERO;
        }
        if ((account.creditsPostedHi() | account.creditsPostedLo()) != 0) {
            return ResultCode.CREDITS_POSTED_MUST_BE_ZERO;
        }
        return ResultCode.CREATED;
    }
}
