// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.state;

import io.partita.ledger.model.AccountFlags;
import io.partita.ledger.model.Id128;
import io.partita.ledger.model.ResultCode;
import io.partita.ledger.model.TransferFlags;
import io.partita.ledger.wire.CreditLimitCommandDecoder;

/**
 * What a setCreditLimit is checked for, in the order that is part of the contract: {@link #checkId}, then {@link
 * #compareWithExisting} if the id names one, else {@link #checkAccount}. A resolve has the checks of its id in common. Pure;
 * {@link ResultCode#CREATED} means that nothing is wrong so far.
 */
final class CreditLimitRules {
    private CreditLimitRules() {}

    static ResultCode checkId(final int flags, final long idHi, final long idLo) {
        if ((flags & ~TransferFlags.LINKED) != 0) {
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
     * Compares with the setCreditLimit of that id.
     *
     * @param existing its row.
     */
    static ResultCode compareWithExisting(
            final CreditLimitCommandDecoder command, final LedgerTables tables, final long existing) {
        final InstructionTable instructions = tables.instructions;
        if (!tables.accounts.hasId(instructions.accountRow(existing), command.accountIdHi(), command.accountIdLo())) {
            return ResultCode.EXISTS_WITH_DIFFERENT_ACCOUNT;
        }
        if (command.creditLimitLo() != instructions.limitLo(existing)
                || command.creditLimitHi() != instructions.limitHi(existing)) {
            return ResultCode.EXISTS_WITH_DIFFERENT_CREDIT_LIMIT;
        }
        return ResultCode.EXISTS;
    }

    /**
     * Checks the account. A limit of 0 changes nothing for an account without limits, as when it is created.
     *
     * @param row the account's, or {@link AccountIndex#NOT_FOUND}.
     */
    static ResultCode checkAccount(
            final CreditLimitCommandDecoder command,
            final AccountTable accounts,
            final BalanceRules balances,
            final int row) {
        if (row == AccountIndex.NOT_FOUND) {
            return ResultCode.ACCOUNT_NOT_FOUND;
        }
        final long limitHi = command.creditLimitHi();
        final long limitLo = command.creditLimitLo();
        if ((accounts.flags(row) & AccountFlags.DEBITS_MUST_NOT_EXCEED_CREDITS) == 0) {
            return (limitHi | limitLo) != 0 ? ResultCode.CREDIT_LIMIT_NEEDS_LIMITED_ACCOUNT : ResultCode.CREATED;
        }
        return balances.exceedsCreditLimit(row, limitHi, limitLo)
                ? ResultCode.CREDIT_LIMIT_EXCEEDED
                : ResultCode.CREATED;
    }
}
