// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.tables;

/** Timeouts: due to the nanosecond, released only by a TICK, and the race between the two. */
class ExpiryTest extends TableTest {
    private static final String THREE = """
            account id=1                                                      -> CREATED
            account id=2                                                      -> CREATED
            account id=3                                                      -> CREATED
            """;

    static final String DUE_TO_THE_NANOSECOND = THREE + """
            transfer id=1 debit=1 credit=2 amount=10 flags=PENDING timeout=1  -> CREATED
            transfer id=2 debit=1 credit=2 amount=20 flags=PENDING timeout=1  -> CREATED
            at transfer:1+1s-1
            transfer id=3 pendingId=1 amount=4 flags=POST_PENDING             -> CREATED {1: 20 4 0 0} {2: 0 0 20 4}
            at transfer:2+1s
            transfer id=4 pendingId=2 amount=4 flags=POST_PENDING             -> PENDING_TRANSFER_EXPIRED
            transfer id=4 pendingId=2 flags=VOID_PENDING                      -> PENDING_TRANSFER_EXPIRED
            # Expired for post and void, yet it counts in the balances until a TICK.
            ? balances 1 = 20 4 0 0
            tick -> 2
            ? balances 1 = 0 4 0 0
            ? balances 2 = 0 0 0 4
            ? status 1 = posted
            ? status 2 = expired
            transfer id=4 pendingId=2 flags=VOID_PENDING                      -> PENDING_TRANSFER_EXPIRED
            transfer id=4 debit=1 credit=2 amount=1                           -> CREATED
            tick -> none
            """;

    static final String THE_SLOT_COUNTS_NOT_THE_STAMP = THREE + """
            transfer id=1 debit=1 credit=2 amount=1 flags=PENDING timeout=1   -> CREATED
            at transfer:1+1s+1
            transfer id=2 pendingId=1 amount=51 flags=POST_PENDING            -> EXCEEDS_PENDING_TRANSFER_AMOUNT
            + transfer id=3 pendingId=1 flags=VOID_PENDING                    -> PENDING_TRANSFER_EXPIRED
            + transfer id=4 pendingId=1 flags=VOID_PENDING                    -> PENDING_TRANSFER_EXPIRED
            tick -> 1
            transfer id=5 debit=1 credit=2 amount=1 flags=PENDING timeout=1   -> CREATED
            at transfer:5+1s
            transfer id=6 pendingId=5 flags=VOID_PENDING                      -> CREATED
            + transfer id=7 pendingId=5 flags=VOID_PENDING                    -> PENDING_TRANSFER_ALREADY_VOIDED
            """;

    static final String WHAT_WAITS_FOR_ITS_TICK_STILL_RESERVES = """
            account id=1 flags=DEBITS_MUST_NOT_EXCEED_CREDITS creditLimit=10  -> CREATED
            account id=2                                                      -> CREATED
            transfer id=1 debit=1 credit=2 amount=10 flags=PENDING timeout=1  -> CREATED
            at transfer:1+5s
            transfer id=2 debit=1 credit=2 amount=1                           -> EXCEEDS_CREDITS
            transfer id=3 debit=1 credit=2 amount=10 flags=BALANCING_DEBIT    -> CREATED {1: 10 0 0 0} {2: 0 0 10 0}
            ? transfer 3 = amount=0
            setCreditLimit id=4 account=1 creditLimit=9                       -> CREDIT_LIMIT_EXCEEDED
            ? pendings 1 = 1
            tick -> 1
            ? pendings 1 =
            transfer id=5 debit=1 credit=2 amount=10                          -> CREATED {1: 0 10 0 0} {2: 0 0 0 10}
            """;

    static final String IN_ORDER_OF_DUE_TIME_THEN_OF_AGE = THREE + """
            transfer id=9 debit=1 credit=2 amount=1 flags=PENDING timeout=2   -> CREATED
            transfer id=8 debit=1 credit=2 amount=2 flags=PENDING timeout=1   -> CREATED
            transfer id=7 debit=1 credit=2 amount=4 flags=PENDING timeout=3   -> CREATED
            transfer id=6 debit=1 credit=2 amount=8 flags=PENDING             -> CREATED
            # Due at the same nanosecond as 9, but younger.
            at transfer:9+1s
            transfer id=5 debit=1 credit=2 amount=16 flags=PENDING timeout=1  -> CREATED
            at transfer:7+3s
            tick -> 8 9 5 7
            ? balances 1 = 8 0 0 0
            ? events = PENDING 9 0 1 | 1: 1 0 0 0 | 2: 0 0 1 0
            = PENDING 8 0 2 | 1: 3 0 0 0 | 2: 0 0 3 0
            = PENDING 7 0 4 | 1: 7 0 0 0 | 2: 0 0 7 0
            = PENDING 6 0 8 | 1: 15 0 0 0 | 2: 0 0 15 0
            = PENDING 5 0 16 | 1: 31 0 0 0 | 2: 0 0 31 0
            = EXPIRED 8 0 2 | 1: 29 0 0 0 | 2: 0 0 29 0
            = EXPIRED 9 0 1 | 1: 28 0 0 0 | 2: 0 0 28 0
            = EXPIRED 5 0 16 | 1: 12 0 0 0 | 2: 0 0 12 0
            = EXPIRED 7 0 4 | 1: 8 0 0 0 | 2: 0 0 8 0
            """;

    static final String A_TICK_RELEASES_AT_MOST_ITS_COUNT = THREE + """
            transfer id=1 debit=1 credit=2 amount=1 flags=PENDING timeout=1   -> CREATED
            + transfer id=2 debit=1 credit=2 amount=2 flags=PENDING timeout=1 -> CREATED
            + transfer id=3 debit=1 credit=2 amount=4 flags=PENDING timeout=1 -> CREATED
            at transfer:3+1s
            tick 1 -> 1
            tick 1 -> 2
            ? balances 1 = 4 0 0 0
            tick 5 -> 3
            tick 3 ->
            ? balances 1 = 0 0 0 0
            """;

    static final String A_TICK_RELEASES_WHAT_IS_DUE_BEFORE_ITS_FIRST_TIMESTAMP = THREE + """
            transfer id=1 debit=1 credit=2 amount=1 flags=PENDING timeout=1   -> CREATED
            + transfer id=2 debit=1 credit=2 amount=2 flags=PENDING timeout=1 -> CREATED
            # Base is the first one's due time: the second is due one nanosecond later, within the TICK's own timestamps.
            at transfer:1+1s
            tick 2 -> 1
            ? balances 1 = 2 0 0 0
            tick -> 2
            """;

    static final String RESOLVED_BEFORE_IT_WAS_DUE = THREE + """
            transfer id=1 debit=1 credit=2 amount=1 flags=PENDING timeout=1   -> CREATED
            transfer id=2 debit=1 credit=2 amount=2 flags=PENDING timeout=1   -> CREATED
            transfer id=3 debit=1 credit=2 amount=4 flags=PENDING timeout=1   -> CREATED
            transfer id=4 pendingId=1 amount=MAX flags=POST_PENDING           -> CREATED
            transfer id=5 pendingId=2 flags=VOID_PENDING                      -> CREATED
            at transfer:3+9s
            tick 3 -> 3
            ? status 1 = posted
            ? status 2 = voided
            transfer id=6 pendingId=1 flags=VOID_PENDING                      -> PENDING_TRANSFER_ALREADY_POSTED
            transfer id=6 pendingId=2 amount=MAX flags=POST_PENDING           -> PENDING_TRANSFER_ALREADY_VOIDED
            transfer id=6 pendingId=3 amount=MAX flags=POST_PENDING           -> PENDING_TRANSFER_EXPIRED
            """;

    static final String UNDONE_WITH_ITS_CHAIN = THREE + """
            transfer id=1 debit=1 credit=2 amount=1 flags=PENDING timeout=1   -> CREATED
            # A pending of a failed chain never expires; a post or void in one leaves the pending to expire.
            transfer id=2 debit=1 credit=2 amount=2 flags=PENDING|LINKED timeout=1 -> LINKED_EVENT_FAILED
            + transfer id=3 pendingId=1 amount=MAX flags=POST_PENDING|LINKED  -> LINKED_EVENT_FAILED
            + transfer id=4 debit=1 credit=1                                  -> ACCOUNTS_MUST_BE_DIFFERENT
            ? status 1 = open
            ? balances 1 = 1 0 0 0
            at transfer:1+9s
            tick 5 -> 1
            ? balances 1 = 0 0 0 0
            ? balances 2 = 0 0 0 0
            """;

    static final String A_CLOSING_THAT_EXPIRES_REOPENS = THREE + """
            transfer id=1 debit=1 credit=2 amount=10 flags=PENDING|CLOSING_DEBIT|CLOSING_CREDIT timeout=1 -> CREATED
            ? account 1 = flags=CLOSED
            ? account 2 = flags=CLOSED
            at transfer:1+1s
            transfer id=2 debit=1 credit=3 amount=1                           -> DEBIT_ACCOUNT_ALREADY_CLOSED
            transfer id=3 pendingId=1 amount=MAX flags=POST_PENDING           -> PENDING_TRANSFER_EXPIRED
            tick -> 1
            ? account 1 = flags=0 debitsPending=0
            ? account 2 = flags=0 creditsPending=0
            transfer id=4 debit=1 credit=2 amount=1                           -> CREATED
            ? events = PENDING 1 0 10 | 1: 10 0 0 0 CLOSED | 2: 0 0 10 0 CLOSED
            = EXPIRED 1 0 10 | 1: 0 0 0 0 | 2: 0 0 0 0
            = SINGLE_PHASE 4 0 1 | 1: 0 1 0 0 | 2: 0 0 0 1
            """;

    static final String EXPIRES_ON_A_CLOSED_ACCOUNT = THREE + """
            transfer id=1 debit=1 credit=2 amount=10 flags=PENDING timeout=1  -> CREATED
            transfer id=2 debit=1 credit=3 flags=PENDING|CLOSING_DEBIT        -> CREATED
            transfer id=3 pendingId=1 amount=MAX flags=POST_PENDING           -> DEBIT_ACCOUNT_ALREADY_CLOSED
            at transfer:1+1s
            tick -> 1
            ? account 1 = flags=CLOSED debitsPending=0
            ? status 2 = open
            """;

    static final String A_RETRY_AFTER_EXPIRY_IS_A_RETRY = THREE + """
            transfer id=1 debit=1 credit=2 amount=10 flags=PENDING timeout=1  -> CREATED
            at transfer:1+1s
            transfer id=1 debit=1 credit=2 amount=10 flags=PENDING timeout=1  -> EXISTS
            tick -> 1
            transfer id=1 debit=1 credit=2 amount=10 flags=PENDING timeout=1  -> EXISTS
            resolve id=1                                                      -> EXISTS
            ? balances 1 = 0 0 0 0
            ? transfer 1 = amount=10 timeout=1
            """;
}
