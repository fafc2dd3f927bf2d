// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.state;

import io.partita.ledger.model.AccountFlags;
import io.partita.ledger.model.ResultCode;
import io.partita.ledger.wire.AccountCommandDecoder;

/** Runs a createAccount whose head is right. */
final class AccountCommands {
    private final LedgerTables tables;

    AccountCommands(final LedgerTables tables) {
        this.tables = tables;
    }

    /**
     * Creates an account, or says why not.
     *
     * @param hash of its id.
     * @param result started; gets the rest.
     */
    ResultCode create(final AccountCommandDecoder account, final long hash, final EventResult result) {
        ResultCode code = AccountRules.checkId(account);
        if (code != ResultCode.CREATED) {
            return code;
        }
        final AccountTable accounts = tables.accounts;
        final int existing = accounts.index().find(hash, account.idHi(), account.idLo());
        if (existing != AccountIndex.NOT_FOUND) {
            code = AccountRules.compareWithExisting(account, accounts, existing);
            if (code == ResultCode.EXISTS) {
                result.exists(accounts.timestamp(existing));
            }
            return code;
        }
        code = AccountRules.checkFields(account);
        final boolean imported = (account.flags() & AccountFlags.IMPORTED) != 0;
        if (code == ResultCode.CREATED && imported) {
            code = ImportRules.checkAccount(tables, account);
        }
        if (code == ResultCode.CREATED) {
            final long timestamp = imported ? account.timestamp() : result.timestamp();
            result.created(timestamp, (int) accounts.count());
            accounts.add(hash, account, timestamp);
        }
        return code;
    }
}
