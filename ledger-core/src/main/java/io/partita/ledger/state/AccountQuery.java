// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.state;

import io.partita.ledger.model.QueryFlags;
import io.partita.ledger.wire.AccountRowEncoder;
import io.partita.ledger.wire.AccountView;
import io.partita.ledger.wire.QueryFilter;
import org.agrona.MutableDirectBuffer;
import org.agrona.collections.IntArrayList;

/**
 * Accounts. Their balances change, so the rows are found step by step and then written all at once, together with what was added
 * in the meantime: the answer is of the position at which the query ends.
 */
final class AccountQuery extends LedgerQuery {
    private final LedgerStateMachine ledger;
    private final AccountTable accounts;
    private final QueryFilter filter;
    private final MutableDirectBuffer out;
    private final AccountRowEncoder accountRow = new AccountRowEncoder();
    private final IntArrayList found = new IntArrayList();
    private final boolean isReversed;
    private RowScan scan;
    private int seen;

    AccountQuery(
            final LedgerStateMachine ledger,
            final AccountTable accounts,
            final QueryFilter filter,
            final MutableDirectBuffer out) {
        this.ledger = ledger;
        this.accounts = accounts;
        this.filter = filter;
        this.out = out;
        isReversed = (filter.flags() & QueryFlags.REVERSED) != 0;
        seen = (int) accounts.count();
        scan = QueryPlan.choose(accounts, filter, null);
    }

    @Override
    public int step(final int visitsMax) {
        int visits = 1;
        while (visits <= visitsMax && !isDone()) {
            final long row = found.size() < filter.limit() ? scan.next() : RowScan.END;
            visits++;
            if (row != RowScan.END) {
                add(row);
            } else {
                visits += finish();
            }
        }
        return visits;
    }

    private void add(final long row) {
        if (accounts.hasValues(row, filter)) {
            found.addInt((int) row);
        }
    }

    /** What was added since the query began is at one end of the answer. */
    private int finish() {
        final int added = (int) accounts.count() - seen;
        if (isReversed) {
            writeNewestFirst();
        } else {
            for (int row = seen; row < accounts.count() && found.size() < filter.limit(); row++) {
                addInTime(row);
            }
            write(found);
        }
        return added + found.size() * ROW_COST;
    }

    private void writeNewestFirst() {
        final IntArrayList all = new IntArrayList();
        for (int row = (int) accounts.count() - 1; row >= seen && all.size() < filter.limit(); row--) {
            if (isInTime(row) && accounts.hasValues(row, filter)) {
                all.addInt(row);
            }
        }
        for (int i = 0; i < found.size() && all.size() < filter.limit(); i++) {
            all.addInt(found.getInt(i));
        }
        write(all);
    }

    private void addInTime(final int row) {
        if (isInTime(row)) {
            add(row);
        }
    }

    private boolean isInTime(final int row) {
        final long timestamp = accounts.timestamp(row);
        return timestamp >= filter.timestampMin() && (filter.timestampMax() == 0 || timestamp <= filter.timestampMax());
    }

    private void write(final IntArrayList rows) {
        for (int i = 0; i < rows.size(); i++) {
            accounts.encode(rows.getInt(i), accountRow.wrap(out, i * AccountView.LENGTH));
        }
        position(ledger.appliedSeq(), ledger.lastTimestamp());
        done(rows.size() * AccountView.LENGTH);
    }
}
