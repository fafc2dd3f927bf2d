// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.state;

import io.partita.ledger.wire.AccountRowEncoder;
import io.partita.ledger.wire.AccountView;
import io.partita.ledger.wire.QueryFilter;
import java.nio.ByteOrder;
import org.agrona.MutableDirectBuffer;

/** An account with its open pendings. They come and go, so all is read in one step; an answer has 8,189 of them at most. */
final class PendingsQuery extends LedgerQuery {
    private static final int ACCOUNT = Long.BYTES;
    private static final int OPEN = ACCOUNT + AccountView.LENGTH;
    private static final int HEAD_LENGTH = OPEN + Long.BYTES;

    private final LedgerStateMachine ledger;
    private final AccountTable accounts;
    private final IdHash idHash;
    private final QueryFilter filter;
    private final MutableDirectBuffer out;

    PendingsQuery(
            final LedgerStateMachine ledger,
            final AccountTable accounts,
            final IdHash idHash,
            final QueryFilter filter,
            final MutableDirectBuffer out) {
        this.ledger = ledger;
        this.accounts = accounts;
        this.idHash = idHash;
        this.filter = filter;
        this.out = out;
    }

    @Override
    public int step(final int visitsMax) {
        position(ledger.appliedSeq(), ledger.lastTimestamp());
        final long hi = filter.accountIdHi();
        final long lo = filter.accountIdLo();
        final int accountRow = accounts.index().find(idHash.hash(hi, lo), hi, lo);
        out.setMemory(0, HEAD_LENGTH, (byte) 0);
        if (accountRow != AccountIndex.NOT_FOUND) {
            out.putLong(0, 1, ByteOrder.LITTLE_ENDIAN);
            accounts.encode(accountRow, new AccountRowEncoder().wrap(out, ACCOUNT));
            out.putLong(OPEN, accounts.openPendings(accountRow) & 0xFFFF_FFFFL, ByteOrder.LITTLE_ENDIAN);
        }
        done(HEAD_LENGTH);
        return ROW_COST;
    }
}
