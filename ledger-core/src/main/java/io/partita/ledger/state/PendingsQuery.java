// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.state;

import io.partita.ledger.wire.AccountRowEncoder;
import io.partita.ledger.wire.AccountView;
import java.nio.ByteOrder;
import org.agrona.MutableDirectBuffer;

/** An account with its open pendings. They come and go, so all is read in one step. */
final class PendingsQuery extends LedgerQuery {
    private final LedgerStateMachine ledger;
    private final AccountTable accounts;
    private final int accountRow;
    private final MutableDirectBuffer out;

    PendingsQuery(
            final LedgerStateMachine ledger,
            final AccountTable accounts,
            final int accountRow,
            final MutableDirectBuffer out) {
        this.ledger = ledger;
        this.accounts = accounts;
        this.accountRow = accountRow;
        this.out = out;
    }

    @Override
    public int step(final int visitsMax) {
        position(ledger.appliedSeq(), ledger.lastTimestamp());
        if (accountRow == AccountIndex.NOT_FOUND) {
            done(0);
            return 1;
        }
        out.putLong(0, 1, ByteOrder.LITTLE_ENDIAN);
        accounts.encode(accountRow, new AccountRowEncoder().wrap(out, Long.BYTES));
        int at = Long.BYTES + AccountView.LENGTH;
        out.putLong(at, accounts.openPendings(accountRow) & 0xFFFF_FFFFL, ByteOrder.LITTLE_ENDIAN);
        at += Long.BYTES;
        done(at);
        return ROW_COST;
    }
}
