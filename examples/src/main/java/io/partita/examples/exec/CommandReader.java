// SPDX-License-Identifier: Apache-2.0
package io.partita.examples.exec;

import io.partita.examples.json.FlagNames;
import io.partita.ledger.model.Id128;
import io.partita.ledger.wire.BatchEncoder;

/** Reads the events of a line into a batch: the mirror image of {@code json.RowWriter}. */
final class CommandReader {
    private CommandReader() {}

    /** One event of {@code batch}: an object whose only field names the command. */
    static void readCommand(final Fields event, final BatchEncoder to) throws ExecException {
        final String kind = event.onlyName();
        final Fields command = Fields.of(event.value(kind), kind, event.where());
        switch (kind) {
            case "createAccount" -> readAccount(command, to);
            case "createTransfer" -> readTransfer(command, to);
            case "setCreditLimit" -> readCreditLimit(command, to);
            case "resolve" -> readResolve(command, to);
            default -> throw ExecException.unknownField(kind, event.where());
        }
    }

    static void readAccount(final Fields account, final BatchEncoder to) throws ExecException {
        final Id128 id = account.u128("id");
        final Id128 userData128 = account.u128("userData128");
        final Id128 creditLimit = account.u128("creditLimit");
        final Id128 debitsPending = account.u128("debitsPending");
        final Id128 debitsPosted = account.u128("debitsPosted");
        final Id128 creditsPending = account.u128("creditsPending");
        final Id128 creditsPosted = account.u128("creditsPosted");
        final int ledger = account.u32("ledger");
        final int code = account.u16("code");
        final int flags = account.flags(FlagNames.ACCOUNT);
        added(to.addAccount(id.hi(), id.lo(), ledger, code, flags));
        to.userData128(userData128.hi(), userData128.lo())
                .userData64(account.u64("userData64"))
                .userData32(account.u32("userData32"))
                .timestamp(account.u64("timestamp"))
                .creditLimit(creditLimit.hi(), creditLimit.lo())
                .reserved(account.u32("reserved"))
                .debitsPending(debitsPending.hi(), debitsPending.lo())
                .debitsPosted(debitsPosted.hi(), debitsPosted.lo())
                .creditsPending(creditsPending.hi(), creditsPending.lo())
                .creditsPosted(creditsPosted.hi(), creditsPosted.lo());
        account.end();
    }

    static void readTransfer(final Fields transfer, final BatchEncoder to) throws ExecException {
        final Id128 id = transfer.u128("id");
        final Id128 debit = transfer.u128("debitAccountId");
        final Id128 credit = transfer.u128("creditAccountId");
        final Id128 amount = transfer.u128("amount");
        final Id128 pendingId = transfer.u128("pendingId");
        final Id128 userData128 = transfer.u128("userData128");
        final int ledger = transfer.u32("ledger");
        final int code = transfer.u16("code");
        final int flags = transfer.flags(FlagNames.TRANSFER);
        added(to.addTransfer(
                id.hi(), id.lo(), debit.hi(), debit.lo(), credit.hi(), credit.lo(), amount.lo(), ledger, code, flags));
        to.amount(amount.hi(), amount.lo())
                .pendingId(pendingId.hi(), pendingId.lo())
                .timeout(transfer.u32("timeout"))
                .userData128(userData128.hi(), userData128.lo())
                .userData64(transfer.u64("userData64"))
                .userData32(transfer.u32("userData32"))
                .timestamp(transfer.u64("timestamp"));
        transfer.end();
    }

    private static void readCreditLimit(final Fields command, final BatchEncoder to) throws ExecException {
        final Id128 id = command.u128("id");
        final Id128 account = command.u128("accountId");
        final Id128 limit = command.u128("creditLimit");
        final int flags = command.flags(FlagNames.COMMAND);
        command.end();
        added(to.addCreditLimit(id.hi(), id.lo(), account.hi(), account.lo(), limit.lo(), flags));
        to.creditLimit(limit.hi(), limit.lo());
    }

    private static void readResolve(final Fields command, final BatchEncoder to) throws ExecException {
        final Id128 id = command.u128("id");
        final int flags = command.flags(FlagNames.COMMAND);
        command.end();
        added(to.addResolve(id.hi(), id.lo(), flags));
    }

    private static void added(final boolean added) {
        if (!added) {
            throw new IllegalStateException("the batch has room for every line that was let in");
        }
    }
}
