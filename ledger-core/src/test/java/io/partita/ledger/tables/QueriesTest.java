// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.tables;

/** Queries by predicates, balances over time, and the feed of what happened. */
class QueriesTest extends TableTest {
    private static final String GIVEN = """
            account id=1 userData128=2^64 userData64=5 userData32=7 code=3 flags=HISTORY -> CREATED
            account id=2 userData128=2^64 userData64=5 userData32=8 code=4    -> CREATED
            account id=3 userData128=1 userData64=5 userData32=7 code=3       -> CREATED
            account id=4 ledger=2 code=3 userData32=7                         -> CREATED
            account id=5 ledger=2 flags=HISTORY                               -> CREATED
            transfer id=10 debit=1 credit=2 amount=1 code=9 userData128=2^64+1 userData64=6 userData32=1 -> CREATED
            transfer id=11 debit=2 credit=1 amount=2 code=9 userData64=6 userData32=2 -> CREATED
            transfer id=12 debit=1 credit=3 amount=4 code=8 userData64=6      -> CREATED
            transfer id=13 debit=4 credit=5 amount=8 code=9 ledger=2 userData64=6 userData32=1 -> CREATED
            transfer id=14 debit=1 credit=2 amount=16 flags=PENDING           -> CREATED
            transfer id=15 debit=3 credit=1 amount=32 flags=PENDING code=9    -> CREATED
            transfer id=16 pendingId=14 amount=5 flags=POST_PENDING code=0    -> CREATED
            transfer id=17 pendingId=15 flags=VOID_PENDING code=0 userData64=6 -> CREATED
            """;

    static final String TRANSFERS_OF_AN_ACCOUNT = GIVEN + """
            ? accountTransfers accountId=1 = 10 11 12 14 15 16 17
            ? accountTransfers accountId=1 flags=DEBITS = 10 12 14 16
            ? accountTransfers accountId=1 flags=CREDITS = 11 15 17
            ? accountTransfers accountId=1 flags=DEBITS|CREDITS|REVERSED = 17 16 15 14 12 11 10
            ? accountTransfers accountId=1 flags=DEBITS|REVERSED limit=3 = 16 14 12
            ? accountTransfers accountId=1 flags=CREDITS limit=1 = 11
            ? accountTransfers accountId=1 code=9 = 10 11 15 17
            ? accountTransfers accountId=1 code=9 flags=DEBITS = 10
            ? accountTransfers accountId=1 code=9 userData32=2 = 11
            ? accountTransfers accountId=1 userData64=6 = 10 11 12 17
            ? accountTransfers accountId=1 userData64=6 flags=DEBITS|REVERSED = 12 10
            ? accountTransfers accountId=1 userData128=2^64+1 = 10
            ? accountTransfers accountId=1 userData128=1 =
            ? accountTransfers accountId=1 userData64=6 code=8 userData32=1 =
            ? accountTransfers accountId=1 timestampMin=transfer:11 timestampMax=transfer:14 = 11 12 14
            ? accountTransfers accountId=1 timestampMin=transfer:11+1 timestampMax=transfer:14-1 = 12
            ? accountTransfers accountId=1 timestampMin=transfer:12 flags=CREDITS = 15 17
            ? accountTransfers accountId=1 timestampMax=transfer:12 flags=DEBITS|REVERSED = 12 10
            ? accountTransfers accountId=1 timestampMin=transfer:17+1 =
            ? accountTransfers accountId=3 = 12 15 17
            ? accountTransfers accountId=5 = 13
            ? accountTransfers accountId=99 =
            """;

    static final String TRANSFERS = GIVEN + """
            ? queryTransfers = 10 11 12 13 14 15 16 17
            ? queryTransfers flags=REVERSED limit=2 = 17 16
            ? queryTransfers ledger=2 = 13
            ? queryTransfers ledger=1 code=9 = 10 11 15 17
            ? queryTransfers ledger=3 =
            ? queryTransfers userData64=6 userData32=1 = 10 13
            ? queryTransfers userData64=6 userData32=1 ledger=1 = 10
            ? queryTransfers userData64=6 userData32=1 ledger=1 code=8 =
            ? queryTransfers userData128=2^64+1 userData64=6 userData32=1 ledger=1 code=9 timestampMin=transfer:10 timestampMax=transfer:10 = 10
            ? queryTransfers code=9 timestampMin=transfer:11 limit=2 = 11 13
            ? queryTransfers code=1 = 14 16
            ? queryTransfers timestampMax=transfer:11 flags=REVERSED = 11 10
            ? queryTransfers timestampMin=1 timestampMax=1 =
            """;

    static final String ACCOUNTS = GIVEN + """
            ? queryAccounts = 1 2 3 4 5
            ? queryAccounts flags=REVERSED limit=3 = 5 4 3
            ? queryAccounts userData64=5 = 1 2 3
            ? queryAccounts userData64=5 userData32=7 = 1 3
            ? queryAccounts userData64=5 userData32=7 userData128=2^64 = 1
            ? queryAccounts userData32=7 = 1 3 4
            ? queryAccounts userData32=7 ledger=2 = 4
            ? queryAccounts code=3 ledger=1 flags=REVERSED = 3 1
            ? queryAccounts userData128=1 = 3
            ? queryAccounts userData128=2 =
            ? queryAccounts timestampMin=account:2 timestampMax=account:4 = 2 3 4
            ? queryAccounts timestampMin=account:2 timestampMax=account:4 ledger=1 flags=REVERSED limit=1 = 3
            ? queryAccounts ledger=9 =
            """;

    static final String BALANCES_OVER_TIME = GIVEN + """
            ? accountBalances accountId=1 = 10: 0 1 0 0 ; 11: 0 1 0 2 ; 12: 0 5 0 2 ; 14: 16 5 0 2 ; 15: 16 5 32 2 ; 16: 0 10 32 2 ; 17: 0 10 0 2
            ? accountBalances accountId=1 flags=CREDITS = 11: 0 1 0 2 ; 15: 16 5 32 2 ; 17: 0 10 0 2
            ? accountBalances accountId=1 flags=DEBITS|REVERSED limit=2 = 16: 0 10 32 2 ; 14: 16 5 0 2
            ? accountBalances accountId=1 code=9 userData64=6 = 10: 0 1 0 0 ; 11: 0 1 0 2 ; 17: 0 10 0 2
            ? accountBalances accountId=1 timestampMin=transfer:12 timestampMax=transfer:15 = 12: 0 5 0 2 ; 14: 16 5 0 2 ; 15: 16 5 32 2
            ? accountBalances accountId=5 = 13: 0 0 0 8
            # Without HISTORY, and without an account.
            ? accountBalances accountId=2 =
            ? accountBalances accountId=99 =
            """;

    static final String EXPIRY_IS_NO_TRANSFER = """
            account id=1 flags=HISTORY                                        -> CREATED
            account id=2                                                      -> CREATED
            transfer id=1 debit=1 credit=2 amount=2^64 flags=PENDING timeout=1 -> CREATED
            at transfer:1+1s
            tick -> 1
            transfer id=2 debit=1 credit=2 amount=2^100                       -> CREATED
            ? accountTransfers accountId=1 = 1 2
            ? queryTransfers = 1 2
            ? accountBalances accountId=1 = 1: 2^64 0 0 0 ; 2: 0 2^100 0 0
            """;

    static final String FEED = GIVEN + """
            ? events = SINGLE_PHASE 10 0 1 | 1: 0 1 0 0 HISTORY | 2: 0 0 0 1
            = SINGLE_PHASE 11 0 2 | 2: 0 2 0 1 | 1: 0 1 0 2 HISTORY
            = SINGLE_PHASE 12 0 4 | 1: 0 5 0 2 HISTORY | 3: 0 0 0 4
            = SINGLE_PHASE 13 0 8 | 4: 0 8 0 0 | 5: 0 0 0 8 HISTORY
            = PENDING 14 0 16 | 1: 16 5 0 2 HISTORY | 2: 0 2 16 1
            = PENDING 15 0 32 | 3: 32 0 0 4 | 1: 16 5 32 2 HISTORY
            = POSTED 16 14 5 | 1: 0 10 32 2 HISTORY | 2: 0 2 0 6
            = VOIDED 17 15 32 | 3: 0 0 0 4 | 1: 0 10 0 2 HISTORY
            ? events =
            transfer id=18 debit=2 credit=3 amount=2^64-1                     -> CREATED
            resolve id=19                                                     -> RESOLVED_ABSENT
            account id=9                                                      -> CREATED
            transfer id=20 debit=2 credit=3 amount=2^64 flags=LINKED          -> LINKED_EVENT_FAILED
            + transfer id=21 debit=2 credit=2 amount=2                        -> ACCOUNTS_MUST_BE_DIFFERENT
            ? events = SINGLE_PHASE 18 0 2^64-1 | 2: 0 2^64+1 0 6 | 3: 0 0 0 2^64+3
            ? events =
            ? events timestampMin=transfer:16 limit=1 = POSTED 16 14 5 | 1: 0 10 32 2 HISTORY | 2: 0 2 0 6
            ? events timestampMin=transfer:16+1 timestampMax=transfer:17 = VOIDED 17 15 32 | 3: 0 0 0 4 | 1: 0 10 0 2 HISTORY
            ? events timestampMax=transfer:10-1 =
            """;

    static final String FILTERS_THAT_CANNOT_BE_MEANT = GIVEN + """
            ? accountTransfers accountId=1 limit=0 = INVALID_FILTER
            ? accountTransfers accountId=1 limit=8190 = INVALID_FILTER
            ? accountTransfers accountId=1 limit=8189 = 10 11 12 14 15 16 17
            ? accountTransfers accountId=0 = INVALID_FILTER
            ? accountTransfers accountId=MAX = INVALID_FILTER
            ? accountTransfers accountId=1 flags=REVERSED = INVALID_FILTER
            ? accountTransfers accountId=1 flags=8|DEBITS = INVALID_FILTER
            ? accountTransfers accountId=1 timestampMin=2 timestampMax=1 = INVALID_FILTER
            ? accountTransfers accountId=1 timestampMin=2^63 = INVALID_FILTER
            ? accountTransfers accountId=1 timestampMax=2^64-1 = INVALID_FILTER
            ? accountTransfers accountId=1 timestampMax=2^63-1 limit=1 = 10
            ? accountBalances accountId=1 limit=0 = INVALID_FILTER
            ? accountBalances accountId=0 = INVALID_FILTER
            ? accountBalances accountId=2 flags=REVERSED = INVALID_FILTER
            ? queryTransfers limit=0 = INVALID_FILTER
            ? queryTransfers limit=8190 = INVALID_FILTER
            ? queryTransfers timestampMin=5 timestampMax=4 = INVALID_FILTER
            ? queryTransfers flags=8 = INVALID_FILTER
            ? queryAccounts limit=0 = INVALID_FILTER
            ? queryAccounts timestampMax=2^63 = INVALID_FILTER
            ? queryAccounts timestampMin=5 timestampMax=4 = INVALID_FILTER
            ? events limit=0 = INVALID_FILTER
            ? events limit=8190 = INVALID_FILTER
            ? events timestampMin=5 timestampMax=4 = INVALID_FILTER
            """;
}
