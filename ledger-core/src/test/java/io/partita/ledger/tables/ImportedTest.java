// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.tables;

/** Events with timestamps of their own, from another ledger's past. */
class ImportedTest extends TableTest {
    static final String OWN_TIMESTAMPS = """
            at 1000
            account id=1 flags=IMPORTED timestamp=100                         -> CREATED @100
            + account id=2 flags=IMPORTED|HISTORY timestamp=200               -> CREATED @200
            + transfer id=1 debit=1 credit=2 amount=5 flags=IMPORTED timestamp=300 -> CREATED @300 {1: 0 5 0 0} {2: 0 0 0 5}
            + transfer id=2 debit=1 credit=2 amount=6 flags=IMPORTED timestamp=T-1 -> CREATED @T-1 {1: 0 11 0 0} {2: 0 0 0 11}
            ? account 1 = timestamp=100 flags=IMPORTED
            ? account 2 = timestamp=200 flags=IMPORTED|HISTORY
            ? transfer 1 = timestamp=300 flags=IMPORTED
            ? accountBalances accountId=2 = 1: 0 0 0 5 ; 2: 0 0 0 11
            # The refused ones are judged, and stamped, now.
            transfer id=3 debit=1 credit=2 amount=6 flags=IMPORTED timestamp=300 -> IMPORTED_EVENT_TIMESTAMP_MUST_NOT_REGRESS @T
            transfer id=1 debit=1 credit=2 amount=5 flags=IMPORTED timestamp=7 -> EXISTS @300
            ? accountTransfers accountId=1 timestampMin=300 timestampMax=300 = 1
            """;

    static final String RANGE = """
            at 1000
            account id=1 flags=IMPORTED timestamp=0                           -> IMPORTED_EVENT_TIMESTAMP_OUT_OF_RANGE
            account id=1 flags=IMPORTED timestamp=2^63                        -> IMPORTED_EVENT_TIMESTAMP_OUT_OF_RANGE
            account id=1 flags=IMPORTED timestamp=2^64-1                      -> IMPORTED_EVENT_TIMESTAMP_OUT_OF_RANGE
            account id=1 flags=IMPORTED timestamp=2^63-1                      -> IMPORTED_EVENT_TIMESTAMP_MUST_NOT_ADVANCE
            account id=1 flags=IMPORTED timestamp=T+1                         -> IMPORTED_EVENT_TIMESTAMP_MUST_NOT_ADVANCE
            account id=1 flags=IMPORTED timestamp=T                           -> IMPORTED_EVENT_TIMESTAMP_MUST_NOT_ADVANCE
            account id=1 flags=IMPORTED timestamp=1                           -> CREATED
            account id=2 flags=IMPORTED timestamp=T-1                         -> CREATED
            transfer id=1 debit=1 credit=2 flags=IMPORTED timestamp=0         -> IMPORTED_EVENT_TIMESTAMP_OUT_OF_RANGE
            transfer id=1 debit=1 credit=2 flags=IMPORTED timestamp=T         -> IMPORTED_EVENT_TIMESTAMP_MUST_NOT_ADVANCE
            transfer id=1 debit=1 credit=2 flags=IMPORTED timestamp=T-1       -> CREATED
            """;

    static final String ALL_OF_A_BATCH_OR_NONE = """
            account id=1 flags=DEBITS_MUST_NOT_EXCEED_CREDITS                 -> CREATED
            at 1000
            account id=2 flags=IMPORTED timestamp=900                         -> CREATED
            + account id=3                                                    -> IMPORTED_EVENT_EXPECTED
            + transfer id=1 debit=1 credit=2                                  -> IMPORTED_EVENT_EXPECTED
            + setCreditLimit id=2 account=1 creditLimit=5                     -> IMPORTED_EVENT_EXPECTED
            + resolve id=2                                                    -> IMPORTED_EVENT_EXPECTED
            + account id=4 flags=IMPORTED timestamp=901                       -> CREATED
            account id=3                                                      -> CREATED
            + account id=5 flags=IMPORTED timestamp=902                       -> IMPORTED_EVENT_NOT_EXPECTED
            + transfer id=1 debit=1 credit=2 flags=IMPORTED timestamp=903     -> IMPORTED_EVENT_NOT_EXPECTED
            + setCreditLimit id=2 account=1 creditLimit=5                     -> CREATED
            setCreditLimit id=3 account=1 creditLimit=6                       -> CREATED
            + account id=5 flags=IMPORTED timestamp=902                       -> IMPORTED_EVENT_NOT_EXPECTED
            resolve id=9                                                      -> RESOLVED_ABSENT
            + transfer id=1 debit=1 credit=2 flags=IMPORTED timestamp=903     -> IMPORTED_EVENT_NOT_EXPECTED
            # A first event that is refused still decides.
            account id=0 flags=IMPORTED timestamp=1                           -> ID_MUST_NOT_BE_ZERO
            + account id=6                                                    -> IMPORTED_EVENT_EXPECTED
            account id=0                                                      -> ID_MUST_NOT_BE_ZERO
            + account id=6 flags=IMPORTED timestamp=T-1                       -> IMPORTED_EVENT_NOT_EXPECTED
            resolve id=2                                                      -> EXISTS
            """;

    static final String INCREASING_PER_KIND_UNIQUE_ACROSS = """
            at 1000
            account id=1 flags=IMPORTED timestamp=100                         -> CREATED
            account id=2 flags=IMPORTED timestamp=100                         -> IMPORTED_EVENT_TIMESTAMP_MUST_NOT_REGRESS
            account id=2 flags=IMPORTED timestamp=99                          -> IMPORTED_EVENT_TIMESTAMP_MUST_NOT_REGRESS
            account id=2 flags=IMPORTED timestamp=101                         -> CREATED
            transfer id=1 debit=1 credit=2 flags=IMPORTED timestamp=500       -> CREATED
            transfer id=2 debit=1 credit=2 flags=IMPORTED timestamp=500       -> IMPORTED_EVENT_TIMESTAMP_MUST_NOT_REGRESS
            transfer id=2 debit=1 credit=2 flags=IMPORTED timestamp=499       -> IMPORTED_EVENT_TIMESTAMP_MUST_NOT_REGRESS
            # Accounts may be older than the last transfer, but not equal to one; and the other way round.
            account id=3 flags=IMPORTED timestamp=500                         -> IMPORTED_EVENT_TIMESTAMP_MUST_NOT_REGRESS
            account id=3 flags=IMPORTED timestamp=499                         -> CREATED
            account id=4 flags=IMPORTED timestamp=600                         -> CREATED
            transfer id=2 debit=1 credit=2 flags=IMPORTED timestamp=600       -> IMPORTED_EVENT_TIMESTAMP_MUST_NOT_REGRESS
            transfer id=2 debit=1 credit=2 flags=IMPORTED timestamp=599       -> CREATED
            # What is not imported takes part.
            account id=5                                                      -> CREATED
            account id=6 flags=IMPORTED timestamp=account:5                   -> IMPORTED_EVENT_TIMESTAMP_MUST_NOT_REGRESS
            account id=6 flags=IMPORTED timestamp=account:5+1                 -> CREATED
            transfer id=3 debit=1 credit=2                                    -> CREATED
            transfer id=4 debit=1 credit=2 flags=IMPORTED timestamp=transfer:3 -> IMPORTED_EVENT_TIMESTAMP_MUST_NOT_REGRESS
            account id=7 flags=IMPORTED timestamp=transfer:3                  -> IMPORTED_EVENT_TIMESTAMP_MUST_NOT_REGRESS
            account id=7 flags=IMPORTED timestamp=transfer:3-1                -> CREATED
            transfer id=4 debit=1 credit=2 flags=IMPORTED timestamp=transfer:3+1 -> CREATED
            # A refused one and a burnt id own no timestamp.
            account id=8 ledger=0                                             -> LEDGER_MUST_NOT_BE_ZERO
            account id=8 flags=IMPORTED timestamp=T-10                        -> CREATED
            """;

    static final String AFTER_BOTH_ACCOUNTS = """
            at 1000
            account id=1 flags=IMPORTED timestamp=300                         -> CREATED
            account id=2 flags=IMPORTED timestamp=400                         -> CREATED
            transfer id=1 debit=2 credit=1 flags=IMPORTED timestamp=250       -> IMPORTED_EVENT_TIMESTAMP_MUST_POSTDATE_DEBIT_ACCOUNT
            transfer id=1 debit=2 credit=1 flags=IMPORTED timestamp=399       -> IMPORTED_EVENT_TIMESTAMP_MUST_POSTDATE_DEBIT_ACCOUNT
            transfer id=1 debit=1 credit=2 flags=IMPORTED timestamp=399       -> IMPORTED_EVENT_TIMESTAMP_MUST_POSTDATE_CREDIT_ACCOUNT
            transfer id=1 debit=1 credit=2 flags=IMPORTED timestamp=300       -> IMPORTED_EVENT_TIMESTAMP_MUST_NOT_REGRESS
            transfer id=1 debit=1 credit=2 flags=IMPORTED timestamp=401       -> CREATED
            """;

    static final String TWO_PHASE = """
            at 1000
            account id=1 flags=IMPORTED timestamp=100                         -> CREATED
            account id=2 flags=IMPORTED timestamp=200                         -> CREATED
            transfer id=1 debit=1 credit=2 amount=5 flags=IMPORTED|PENDING timeout=1 timestamp=300 -> IMPORTED_EVENT_TIMEOUT_MUST_BE_ZERO
            transfer id=1 debit=1 credit=2 amount=5 flags=IMPORTED|PENDING timestamp=300 -> CREATED {1: 5 0 0 0} {2: 0 0 5 0}
            transfer id=2 debit=1 credit=2 amount=6 flags=IMPORTED|PENDING timestamp=301 -> CREATED
            transfer id=3 pendingId=1 amount=MAX flags=IMPORTED|POST_PENDING timestamp=301 -> IMPORTED_EVENT_TIMESTAMP_MUST_NOT_REGRESS
            transfer id=3 pendingId=1 amount=MAX flags=IMPORTED|POST_PENDING timestamp=200 -> IMPORTED_EVENT_TIMESTAMP_MUST_NOT_REGRESS
            account id=3 flags=IMPORTED timestamp=350                         -> CREATED
            transfer id=3 pendingId=1 amount=MAX flags=IMPORTED|POST_PENDING timestamp=350 -> IMPORTED_EVENT_TIMESTAMP_MUST_NOT_REGRESS
            transfer id=3 pendingId=1 amount=MAX flags=IMPORTED|POST_PENDING timestamp=351 -> CREATED {1: 6 5 0 0} {2: 0 0 6 5}
            transfer id=4 pendingId=2 flags=IMPORTED|VOID_PENDING timestamp=352 -> CREATED {1: 0 5 0 0} {2: 0 0 0 5}
            ? transfer 3 = timestamp=351 amount=5
            ? transfer 4 = timestamp=352 amount=6
            transfer id=5 debit=1 credit=2 flags=IMPORTED|PENDING|CLOSING_DEBIT timestamp=353 -> CREATED
            transfer id=6 debit=1 credit=2 flags=IMPORTED timestamp=354       -> DEBIT_ACCOUNT_ALREADY_CLOSED
            transfer id=7 pendingId=5 flags=VOID_PENDING                      -> CREATED
            ? account 1 = flags=IMPORTED
            """;

    static final String JUDGED_NOW_NOT_THEN = """
            account id=1                                                      -> CREATED
            account id=2                                                      -> CREATED
            transfer id=1 debit=1 credit=2 amount=5 flags=PENDING timeout=1   -> CREATED
            at transfer:1+1s
            # Its own timestamp is before the pending's end, but it comes now.
            transfer id=2 pendingId=1 amount=5 flags=IMPORTED|POST_PENDING timestamp=transfer:1+1 -> PENDING_TRANSFER_EXPIRED @T
            tick -> 1
            """;

    static final String EVENTS_ARE_IN_ORDER_OF_TIMESTAMP = """
            account id=1                                                      -> CREATED
            account id=2                                                      -> CREATED
            transfer id=1 debit=1 credit=2 amount=1 flags=PENDING timeout=1   -> CREATED
            at transfer:1+2s
            tick -> 1
            # Older than the release, and journaled after it.
            transfer id=2 debit=1 credit=2 amount=2 flags=IMPORTED timestamp=transfer:1+1 -> CREATED
            transfer id=3 debit=1 credit=2 amount=4 flags=IMPORTED timestamp=transfer:1+2s-5 -> CREATED
            # At the very time of the release, which is no transfer's: the release comes after it.
            transfer id=5 debit=1 credit=2 amount=16 flags=IMPORTED timestamp=transfer:1+2s+1 -> CREATED
            transfer id=4 debit=1 credit=2 amount=8                           -> CREATED
            ? events = PENDING 1 0 1 | 1: 1 0 0 0 | 2: 0 0 1 0
            = SINGLE_PHASE 2 0 2 | 1: 0 2 0 0 | 2: 0 0 0 2
            = SINGLE_PHASE 3 0 4 | 1: 0 6 0 0 | 2: 0 0 0 6
            = SINGLE_PHASE 5 0 16 | 1: 0 22 0 0 | 2: 0 0 0 22
            = EXPIRED 1 0 1 | 1: 0 0 0 0 | 2: 0 0 0 0
            = SINGLE_PHASE 4 0 8 | 1: 0 30 0 0 | 2: 0 0 0 30
            """;
}
