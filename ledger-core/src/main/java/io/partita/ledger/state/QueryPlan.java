// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.state;

import io.partita.ledger.model.QueryFlags;
import io.partita.ledger.wire.QueryFilter;
import org.jspecify.annotations.Nullable;

/**
 * Chooses which rows a query reads: of the chains that its predicates give, the one with the fewest rows in the query's time
 * range; without any, or where a chain would leave out little, the rows of the time range one after the other. What else the
 * filter asks is tested on each row.
 */
final class QueryPlan {
    /** Following a chain costs about this many times the reading of neighbours. */
    private static final long CHAIN_COST = 4;

    private static final long UNSIGNED = 0xFFFF_FFFFL;

    private final QueryTable table;
    private final long count;
    private final long from;
    private final long to;
    private @Nullable Chain best;
    private long bestLength = Long.MAX_VALUE;

    private QueryPlan(final QueryTable table, final QueryFilter filter) {
        this.table = table;
        final long max = filter.timestampMax();
        count = table.count();
        from = filter.timestampMin() == 0 ? 0 : table.rowAtOrAfter(filter.timestampMin());
        to = max == 0 || max == Long.MAX_VALUE ? count : table.rowAtOrAfter(max + 1);
    }

    /**
     * The rows that a query reads.
     *
     * @param ofAccount the transfers of the account that it asks about, null if about none.
     */
    static RowScan choose(final QueryTable table, final QueryFilter filter, final @Nullable Chain ofAccount) {
        final QueryPlan plan = new QueryPlan(table, filter);
        if (ofAccount != null) {
            plan.consider(ofAccount);
        }
        plan.consider(ChainHeads.LEDGER, 0, filter.ledger() & UNSIGNED);
        plan.consider(ChainHeads.CODE, 0, filter.code());
        plan.consider(ChainHeads.USER_DATA_128, filter.userData128Hi(), filter.userData128Lo());
        plan.consider(ChainHeads.USER_DATA_64, 0, filter.userData64());
        plan.consider(ChainHeads.USER_DATA_32, 0, filter.userData32() & UNSIGNED);
        return plan.scan((filter.flags() & QueryFlags.REVERSED) != 0);
    }

    private void consider(final int field, final long valueHi, final long valueLo) {
        if ((valueHi | valueLo) != 0) {
            consider(table.valueChain(field, valueHi, valueLo));
        }
    }

    private void consider(final Chain chain) {
        long length = chain.count();
        if (from > 0 || to < count) {
            length = from >= to ? 0 : chain.countBelow(to) - chain.countBelow(from);
        }
        if (length < bestLength) {
            best = chain;
            bestLength = length;
        }
    }

    private RowScan scan(final boolean isReversed) {
        final Chain chain = best;
        if (chain == null || (bestLength > 0 && to - from <= CHAIN_COST * bestLength)) {
            return new RowScan.OfTable(from, to, isReversed);
        }
        if (bestLength == 0) {
            return new RowScan.OfTable(0, 0, false);
        }
        return isReversed ? new RowScan.NewestFirst(chain, from, to) : new RowScan.OldestFirst(chain, from, to);
    }
}
