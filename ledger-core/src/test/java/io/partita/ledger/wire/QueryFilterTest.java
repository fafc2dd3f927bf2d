// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.PartitaException;
import io.partita.ledger.model.QueryFlags;
import io.partita.ledger.model.QueryKind;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Which filters are let in, with which words the others are refused, and their bytes. */
class QueryFilterTest {
    private static final QueryFilter VALID_OF_ACCOUNT =
            new QueryFilter().accountId(7).debits().limit(10);
    private static final QueryFilter VALID = new QueryFilter().limit(10);

    private record Case(QueryKind kind, String problem, UnaryOperator<QueryFilter> change) {}

    private static final List<Case> INVALID = List.of(
            new Case(QueryKind.ACCOUNT_TRANSFERS, "accountId must not be 0", f -> f.accountId(0)),
            new Case(QueryKind.ACCOUNT_TRANSFERS, "accountId must not be 2^128-1", f -> f.accountId(-1, -1)),
            new Case(QueryKind.ACCOUNT_TRANSFERS, "ledger is not a predicate of this query", f -> f.ledger(826)),
            new Case(QueryKind.ACCOUNT_TRANSFERS, "limit must be 1..8189: limit=0", f -> f.limit(0)),
            new Case(QueryKind.ACCOUNT_TRANSFERS, "limit must be 1..8189: limit=8190", f -> f.limit(8190)),
            new Case(QueryKind.ACCOUNT_TRANSFERS, "limit must be 1..8189: limit=-1", f -> f.limit(-1)),
            new Case(
                    QueryKind.ACCOUNT_TRANSFERS,
                    "limit must be 1..8189: limit=4294967297",
                    f -> f.limit((1L << 32) + 1)),
            new Case(
                    QueryKind.ACCOUNT_TRANSFERS,
                    "timestampMin must not be after timestampMax: timestampMin=3 timestampMax=2",
                    f -> f.timestampMin(3).timestampMax(2)),
            new Case(
                    QueryKind.ACCOUNT_TRANSFERS,
                    "timestampMin must not be negative: timestampMin=-1",
                    f -> f.timestampMin(-1)),
            new Case(
                    QueryKind.ACCOUNT_TRANSFERS,
                    "timestampMax must not be negative: timestampMax=-1",
                    f -> f.timestampMax(-1)),
            new Case(QueryKind.ACCOUNT_TRANSFERS, "flags must include DEBITS, CREDITS or both", f -> f.flags(4)),
            new Case(
                    QueryKind.ACCOUNT_TRANSFERS,
                    "flags must be DEBITS, CREDITS and REVERSED only: flags=9",
                    f -> f.flags(9)),
            new Case(QueryKind.ACCOUNT_BALANCES, "accountId must not be 0", f -> f.accountId(0)),
            new Case(QueryKind.ACCOUNT_BALANCES, "flags must include DEBITS, CREDITS or both", f -> f.flags(0)),
            new Case(QueryKind.QUERY_ACCOUNTS, "accountId is not a predicate of this query", f -> f.accountId(7)),
            new Case(QueryKind.QUERY_TRANSFERS, "accountId is not a predicate of this query", f -> f.accountId(7)),
            new Case(QueryKind.QUERY_TRANSFERS, "flags of this query do not include DEBITS", QueryFilter::debits),
            new Case(QueryKind.QUERY_TRANSFERS, "flags of this query do not include CREDITS", QueryFilter::credits),
            new Case(QueryKind.QUERY_TRANSFERS, "limit must be 1..8189: limit=0", f -> f.limit(0)),
            new Case(QueryKind.CHANGE_EVENTS, "code is not a predicate of this query", f -> f.code(1)),
            new Case(QueryKind.CHANGE_EVENTS, "userData128 is not a predicate of this query", f -> f.userData128(1, 0)),
            new Case(QueryKind.CHANGE_EVENTS, "userData64 is not a predicate of this query", f -> f.userData64(1)),
            new Case(QueryKind.CHANGE_EVENTS, "userData32 is not a predicate of this query", f -> f.userData32(1)),
            new Case(QueryKind.CHANGE_EVENTS, "flags of this query do not include REVERSED", QueryFilter::reversed),
            new Case(
                    QueryKind.ACCOUNT_WITH_PENDINGS,
                    "timestampMin is not a predicate of this query",
                    f -> f.flags(0).timestampMin(1)),
            new Case(
                    QueryKind.ACCOUNT_WITH_PENDINGS,
                    "timestampMax is not a predicate of this query",
                    f -> f.flags(0).timestampMax(1)),
            new Case(QueryKind.ACCOUNT_WITH_PENDINGS, "flags of this query do not include DEBITS", f -> f));

    @TestFactory
    Stream<DynamicTest> shouldSayWhatIsWrong() {
        return INVALID.stream()
                .map(c -> DynamicTest.dynamicTest(c.kind + ": " + c.problem, () -> {
                    final QueryFilter filter =
                            c.change.apply(new QueryFilter().set(c.kind.isOfAccount() ? VALID_OF_ACCOUNT : VALID));

                    assertEquals(c.problem, filter.problem(c.kind));
                    final PartitaException refusal = assertThrows(PartitaException.class, () -> filter.check(c.kind));
                    assertEquals(ErrorCode.INVALID_FILTER, refusal.code());
                    assertEquals(c.problem, refusal.problem());
                }));
    }

    @Test
    void shouldLetInWhatEachQueryKnows() {
        for (final QueryKind kind : QueryKind.values()) {
            final QueryFilter filter = new QueryFilter().limit(8189).flags(kind.flags());
            if (kind.isOfAccount()) {
                filter.accountId(Long.MIN_VALUE, 0);
            }
            if (kind.hasValues()) {
                filter.userData128(1, 2).userData64(3).userData32(-4).code(0xFFFF);
            }
            if (kind.hasLedger()) {
                filter.ledger(-1);
            }
            if (kind.hasTimeRange()) {
                filter.timestampMin(5).timestampMax(5);
            }

            assertNull(filter.problem(kind), kind::toString);
        }
        assertNull(new QueryFilter().accountId(7).problem(QueryKind.ACCOUNT_WITH_PENDINGS), "no limit is the greatest");
    }

    @Test
    void shouldRefuseAtOnceWhatNoFieldHolds() {
        assertTrue(assertThrows(PartitaException.class, () -> new QueryFilter().code(65536))
                .problem()
                .startsWith("code must be 0..65535"));
        assertNotNull(assertThrows(PartitaException.class, () -> new QueryFilter().code(-1)));
        assertNotNull(assertThrows(PartitaException.class, () -> new QueryFilter().flags(65536)));
    }

    @Test
    void shouldComeBackFromItsBytes() {
        final QueryFilter filter = new QueryFilter()
                .accountId(1, 2)
                .userData128(3, 4)
                .userData64(5)
                .userData32(-6)
                .ledger(-7)
                .code(0xFFFE)
                .timestampMin(8)
                .timestampMax(Long.MAX_VALUE)
                .limit(8189)
                .flags(QueryFlags.ALL);
        final UnsafeBuffer bytes = new UnsafeBuffer(new byte[QueryFilter.LENGTH + 8]);
        bytes.setMemory(0, bytes.capacity(), (byte) 0xFF);

        filter.encode(bytes, 8);
        final QueryFilter read = new QueryFilter().decode(bytes, 8);

        assertEquals(80, QueryFilter.LENGTH);
        assertEquals(1, read.accountIdHi());
        assertEquals(2, read.accountIdLo());
        assertEquals(3, read.userData128Hi());
        assertEquals(4, read.userData128Lo());
        assertEquals(5, read.userData64());
        assertEquals(-6, read.userData32());
        assertEquals(-7, read.ledger());
        assertEquals(0xFFFE, read.code());
        assertEquals(8, read.timestampMin());
        assertEquals(Long.MAX_VALUE, read.timestampMax());
        assertEquals(8189, read.limit());
        assertEquals(QueryFlags.ALL, read.flags());
        assertEquals(0, bytes.getLong(8 + 72), "padding is zero");
    }
}
