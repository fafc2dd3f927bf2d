// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.state;

import io.partita.ledger.model.ResultCode;
import io.partita.ledger.wire.CreditLimitCommandDecoder;
import io.partita.ledger.wire.ResolveCommandDecoder;

/** Runs a setCreditLimit or resolve whose head is right. Both have ids in the id space of transfers. */
final class InstructionCommands {
    private final LedgerTables tables;
    private final BalanceRules balances;

    InstructionCommands(final LedgerTables tables, final BalanceRules balances) {
        this.tables = tables;
        this.balances = balances;
    }

    /**
     * Sets a credit limit, or says why not, and burns the id if the outcome could be another one later.
     *
     * @param hash of the instruction's id.
     * @param result started; gets the rest.
     */
    ResultCode setCreditLimit(final CreditLimitCommandDecoder command, final long hash, final EventResult result) {
        final long idHi = command.idHi();
        final long idLo = command.idLo();
        ResultCode code = CreditLimitRules.checkId(command.flags(), idHi, idLo);
        if (code != ResultCode.CREATED) {
            return code;
        }
        final long ref = tables.ids.find(hash, idHi, idLo);
        if (ref != 0) {
            return answerSeenId(command, ref, result);
        }
        final long accountIdHi = command.accountIdHi();
        final long accountIdLo = command.accountIdLo();
        final int row =
                tables.accounts.index().find(tables.idHash.hash(accountIdHi, accountIdLo), accountIdHi, accountIdLo);
        code = CreditLimitRules.checkAccount(command, tables.accounts, balances, row);
        if (code == ResultCode.CREATED) {
            set(command, hash, row, result.timestamp());
            result.created(result.timestamp(), row);
        } else if (code.burnsId()) {
            tables.ids.burn(hash, idHi, idLo);
        }
        return code;
    }

    /**
     * Tells the outcome that is recorded for an id; if none is, burns it.
     *
     * @param hash of the id in question.
     * @param result started; gets the rest.
     */
    ResultCode resolve(final ResolveCommandDecoder command, final long hash, final EventResult result) {
        final long idHi = command.transferIdHi();
        final long idLo = command.transferIdLo();
        final ResultCode code = CreditLimitRules.checkId(command.flags(), idHi, idLo);
        if (code != ResultCode.CREATED) {
            return code;
        }
        final long ref = tables.ids.find(hash, idHi, idLo);
        if (ref == 0) {
            tables.ids.burn(hash, idHi, idLo);
            return ResultCode.RESOLVED_ABSENT;
        }
        final long row = TransferIds.row(ref);
        switch (TransferIds.kind(ref)) {
            case TransferIds.BURNT:
                return ResultCode.ID_ALREADY_FAILED;
            case TransferIds.INSTRUCTION:
                result.exists(tables.instructions.timestamp(row));
                return ResultCode.EXISTS;
            default:
                result.exists(tables.transfers.timestamp(row));
                return ResultCode.EXISTS;
        }
    }

    private ResultCode answerSeenId(final CreditLimitCommandDecoder command, final long ref, final EventResult result) {
        switch (TransferIds.kind(ref)) {
            case TransferIds.BURNT:
                return ResultCode.ID_ALREADY_FAILED;
            case TransferIds.INSTRUCTION:
                final long existing = TransferIds.row(ref);
                final ResultCode code = CreditLimitRules.compareWithExisting(command, tables, existing);
                if (code == ResultCode.EXISTS) {
                    result.exists(tables.instructions.timestamp(existing));
                }
                return code;
            default:
                return ResultCode.EXISTS_WITH_DIFFERENT_KIND;
        }
    }

    private void set(final CreditLimitCommandDecoder command, final long hash, final int row, final long timestamp) {
        final AccountTable accounts = tables.accounts;
        tables.instructions.reserve();
        accounts.reserveCreditLimit(row);
        tables.ids.addNextInstruction(hash);
        tables.instructions.add(command, timestamp, row, accounts.creditLimitHi(row), accounts.creditLimitLo(row));
        accounts.creditLimit(row, command.creditLimitHi(), command.creditLimitLo());
    }
}
