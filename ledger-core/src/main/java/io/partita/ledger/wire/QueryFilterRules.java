// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.wire;

import io.partita.ledger.model.Limits;
import io.partita.ledger.model.QueryFlags;
import io.partita.ledger.model.QueryKind;
import org.jspecify.annotations.Nullable;

/** What of a filter goes together, and with which query: the first field that does not fit is named. */
final class QueryFilterRules {
    private QueryFilterRules() {}

    /** The field and the reason; null if the filter is valid. */
    static @Nullable String problem(final QueryFilter filter, final QueryKind kind) {
        final String predicate = predicateProblem(filter, kind);
        if (predicate != null) {
            return predicate;
        }
        final String range = rangeProblem(filter, kind);
        return range == null ? flagsProblem(filter, kind) : range;
    }

    private static @Nullable String predicateProblem(final QueryFilter filter, final QueryKind kind) {
        final boolean hasAccount = (filter.accountIdHi() | filter.accountIdLo()) != 0;
        if (kind.isOfAccount() && !hasAccount) {
            return "accountId must not be 0";
        }
        if (kind.isOfAccount() && (filter.accountIdHi() & filter.accountIdLo()) == -1L) {
            return "accountId must not be 2^128-1";
        }
        if (!kind.isOfAccount() && hasAccount) {
            return unknown("accountId");
        }
        if (!kind.hasLedger() && filter.ledger() != 0) {
            return unknown("ledger");
        }
        if (kind.hasValues()) {
            return null;
        }
        if ((filter.userData128Hi() | filter.userData128Lo()) != 0) {
            return unknown("userData128");
        }
        if (filter.userData64() != 0) {
            return unknown("userData64");
        }
        if (filter.userData32() != 0) {
            return unknown("userData32");
        }
        return filter.code() == 0 ? null : unknown("code");
    }

    private static @Nullable String rangeProblem(final QueryFilter filter, final QueryKind kind) {
        if (!kind.hasTimeRange() && filter.timestampMin() != 0) {
            return unknown("timestampMin");
        }
        if (!kind.hasTimeRange() && filter.timestampMax() != 0) {
            return unknown("timestampMax");
        }
        if (filter.timestampMin() < 0) {
            return "timestampMin must not be negative: timestampMin=" + filter.timestampMin();
        }
        if (filter.timestampMax() < 0) {
            return "timestampMax must not be negative: timestampMax=" + filter.timestampMax();
        }
        if (filter.timestampMax() != 0 && filter.timestampMin() > filter.timestampMax()) {
            return "timestampMin must not be after timestampMax: timestampMin=" + filter.timestampMin()
                    + " timestampMax=" + filter.timestampMax();
        }
        final boolean isDefault = filter.limit() == 0 && kind == QueryKind.ACCOUNT_WITH_PENDINGS;
        if (!isDefault && (filter.limit() < 1 || filter.limit() > Limits.QUERY_LIMIT_MAX)) {
            return "limit must be 1.." + Limits.QUERY_LIMIT_MAX + ": limit=" + filter.limit();
        }
        return null;
    }

    private static @Nullable String flagsProblem(final QueryFilter filter, final QueryKind kind) {
        if ((filter.flags() & ~QueryFlags.ALL) != 0) {
            return "flags must be DEBITS, CREDITS and REVERSED only: flags=" + filter.flags();
        }
        final int foreign = filter.flags() & ~kind.flags();
        if (foreign != 0) {
            return "flags of this query do not include "
                    + ((foreign & QueryFlags.DEBITS) != 0
                            ? "DEBITS"
                            : (foreign & QueryFlags.CREDITS) != 0 ? "CREDITS" : "REVERSED");
        }
        if (kind.needsSide() && (filter.flags() & (QueryFlags.DEBITS | QueryFlags.CREDITS)) == 0) {
            return "flags must include DEBITS, CREDITS or both";
        }
        return null;
    }

    private static String unknown(final String field) {
        return field + " is not a predicate of this query";
    }
}
