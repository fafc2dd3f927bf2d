// SPDX-License-Identifier: Apache-2.0
package io.partita.examples.exec;

import io.partita.examples.json.FlagNames;
import io.partita.ledger.client.Batch;
import io.partita.ledger.model.Id128;
import io.partita.ledger.model.QueryKind;
import io.partita.ledger.wire.QueryFilter;
import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/**
 * Reads what a query asks for. A value that no such field can hold is out of range, as in any object; a filter that cannot be
 * meant is the ledger's {@code INVALID_FILTER}.
 */
final class FilterReader {
    private static final BigInteger LONG_MAX = BigInteger.valueOf(Long.MAX_VALUE);

    private FilterReader() {}

    /** The filter of a query of an account's transfers or balances. */
    static void readAccountFilter(final Fields filter, final Batch to) throws ExecException {
        final Id128 accountId = filter.u128("accountId");
        to.filter().accountId(accountId.hi(), accountId.lo());
        readValues(filter, to);
    }

    /** The filter of a query of all accounts or all transfers. */
    static void readLedgerFilter(final Fields filter, final Batch to) throws ExecException {
        to.filter().ledger(filter.u32("ledger"));
        readValues(filter, to);
    }

    /** The fields that stand in the line itself when the query is for change events. */
    static void readRange(final Fields line, final Batch to) throws ExecException {
        to.filter()
                .timestampMin(timestamp(line, "timestampMin"))
                .timestampMax(timestamp(line, "timestampMax"))
                .limit(limit(line));
        line.end();
        check(to);
    }

    private static void readValues(final Fields filter, final Batch to) throws ExecException {
        final Id128 userData128 = filter.u128("userData128");
        final QueryFilter target = to.filter()
                .userData128(userData128.hi(), userData128.lo())
                .userData64(filter.u64("userData64"))
                .userData32(filter.u32("userData32"))
                .code(filter.u16("code"));
        target.flags(filter.flags(FlagNames.FILTER));
        readRange(filter, to);
    }

    private static long timestamp(final Fields fields, final String name) throws ExecException {
        final BigInteger value = fields.whole(name);
        if (value.signum() < 0 || value.compareTo(LONG_MAX) > 0) {
            throw ExecException.invalidFilter(name + " must be 0..2^63-1: " + name + "=" + value);
        }
        return value.longValue();
    }

    /** Any limit that is out of range stays so: the ledger says why it is refused. */
    private static long limit(final Fields fields) throws ExecException {
        final BigInteger value = fields.whole("limit");
        return value.bitLength() < Long.SIZE ? value.longValue() : Long.MAX_VALUE;
    }

    private static void check(final Batch query) throws ExecException {
        final QueryKind kind = query.kind().query();
        final @Nullable String problem = kind == null ? null : query.filter().problem(kind);
        if (problem != null) {
            throw ExecException.invalidFilter(problem);
        }
    }
}
