// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.tables;

/** Sums that do not fit: a code, never a wrap; and the largest that fit. */
class OverflowTest extends TableTest {
    static final String POSTED = """
            account id=1                                                      -> CREATED
            account id=2                                                      -> CREATED
            account id=3                                                      -> CREATED
            account id=4 flags=DEBITS_MUST_NOT_EXCEED_CREDITS                 -> CREATED
            account id=5 flags=CREDITS_MUST_NOT_EXCEED_DEBITS                 -> CREATED
            account id=6 flags=DEBITS_MUST_NOT_EXCEED_CREDITS creditLimit=MAX -> CREATED
            account id=7 flags=CREDITS_MUST_NOT_EXCEED_DEBITS                 -> CREATED
            transfer id=1 debit=1 credit=2 amount=MAX                         -> CREATED
            transfer id=2 debit=1 credit=2 amount=0                           -> CREATED
            transfer id=3 debit=1 credit=2 amount=1                           -> OVERFLOWS_DEBITS_POSTED
            transfer id=3 debit=1 credit=5 amount=1                           -> OVERFLOWS_DEBITS_POSTED
            transfer id=3 debit=3 credit=2 amount=1                           -> OVERFLOWS_CREDITS_POSTED
            transfer id=3 debit=4 credit=2 amount=1                           -> OVERFLOWS_CREDITS_POSTED
            transfer id=3 debit=3 credit=1 amount=2^64-1                      -> CREATED
            transfer id=4 debit=3 credit=1 amount=1                           -> CREATED
            ? balances 3 = 0 2^64 0 0
            ? balances 1 = 0 MAX 0 2^64
            transfer id=5 debit=3 credit=1 amount=2^128-2^64                  -> OVERFLOWS_DEBITS_POSTED
            transfer id=6 debit=3 credit=1 amount=2^128-2^64-1                -> CREATED
            transfer id=7 debit=6 credit=5 amount=MAX                         -> EXCEEDS_DEBITS
            transfer id=8 debit=5 credit=6 amount=2^64                        -> CREATED
            transfer id=9 debit=6 credit=5 amount=2^64+1                      -> EXCEEDS_DEBITS
            transfer id=10 debit=6 credit=5 amount=2^64                       -> CREATED
            transfer id=11 debit=4 credit=7 amount=2^64                       -> EXCEEDS_CREDITS
            transfer id=12 debit=5 credit=4 amount=2^64-1                     -> CREATED
            transfer id=13 debit=4 credit=6 amount=2^64                       -> EXCEEDS_CREDITS
            transfer id=14 debit=4 credit=6 amount=2^64-1                     -> CREATED
            transfer id=15 debit=6 credit=4 amount=2^128-2^64-1               -> CREATED
            transfer id=16 debit=6 credit=4 amount=1                          -> OVERFLOWS_DEBITS_POSTED
            ? balances 6 = 0 MAX 0 2^65-1
            """;

    static final String PENDING = """
            account id=1                                                      -> CREATED
            account id=2                                                      -> CREATED
            account id=3                                                      -> CREATED
            account id=4                                                      -> CREATED
            transfer id=1 debit=1 credit=2 amount=MAX flags=PENDING           -> CREATED
            transfer id=2 debit=1 credit=3 amount=0 flags=PENDING             -> CREATED
            transfer id=3 debit=1 credit=3 amount=1 flags=PENDING             -> OVERFLOWS_DEBITS_PENDING
            transfer id=3 debit=1 credit=3 amount=1                           -> OVERFLOWS_DEBITS
            transfer id=3 debit=4 credit=2 amount=1 flags=PENDING             -> OVERFLOWS_CREDITS_PENDING
            transfer id=3 debit=4 credit=2 amount=1                           -> OVERFLOWS_CREDITS
            transfer id=3 debit=2 credit=1 amount=MAX flags=PENDING           -> CREATED
            ? balances 1 = MAX 0 MAX 0
            # The whole is posted: nothing more fits, pending or posted.
            transfer id=4 pendingId=1 amount=MAX flags=POST_PENDING           -> CREATED {1: 0 MAX MAX 0} {2: MAX 0 0 MAX}
            transfer id=5 debit=1 credit=3 amount=1                           -> OVERFLOWS_DEBITS_POSTED
            transfer id=5 debit=1 credit=3 amount=1 flags=PENDING             -> OVERFLOWS_DEBITS_POSTED
            transfer id=5 debit=4 credit=2 amount=1 flags=PENDING             -> OVERFLOWS_CREDITS_POSTED
            transfer id=5 debit=4 credit=2 amount=1                           -> OVERFLOWS_CREDITS_POSTED
            # Voided, there is room again.
            transfer id=6 pendingId=3 flags=VOID_PENDING                      -> CREATED {2: 0 0 0 MAX} {1: 0 MAX 0 0}
            transfer id=7 debit=2 credit=1 amount=MAX                         -> CREATED {2: 0 MAX 0 MAX} {1: 0 MAX 0 MAX}
            """;

    static final String PENDING_AND_POSTED_TOGETHER = """
            account id=1                                                      -> CREATED
            account id=2                                                      -> CREATED
            account id=3                                                      -> CREATED
            transfer id=1 debit=1 credit=2 amount=2^127 flags=PENDING         -> CREATED
            transfer id=2 debit=1 credit=2 amount=2^127                       -> OVERFLOWS_DEBITS
            transfer id=2 debit=3 credit=2 amount=2^127                       -> OVERFLOWS_CREDITS
            transfer id=2 debit=1 credit=3 amount=2^127 flags=PENDING         -> OVERFLOWS_DEBITS_PENDING
            transfer id=2 debit=1 credit=2 amount=2^127-1                     -> CREATED
            transfer id=3 debit=1 credit=3 amount=1                           -> OVERFLOWS_DEBITS
            transfer id=3 debit=1 credit=3 amount=1 flags=PENDING             -> OVERFLOWS_DEBITS
            transfer id=3 debit=3 credit=2 amount=1 flags=PENDING             -> OVERFLOWS_CREDITS
            ? balances 1 = 2^127 2^127-1 0 0
            transfer id=4 pendingId=1 amount=2^127-5 flags=POST_PENDING       -> CREATED {1: 0 2^128-6 0 0} {2: 0 0 0 2^128-6}
            transfer id=5 debit=1 credit=2 amount=5                           -> CREATED {1: 0 MAX 0 0} {2: 0 0 0 MAX}
            transfer id=6 debit=1 credit=2 amount=1                           -> OVERFLOWS_DEBITS_POSTED
            """;

    static final String CARRIES_BETWEEN_HALVES = """
            account id=1                                                      -> CREATED
            account id=2                                                      -> CREATED
            transfer id=1 debit=1 credit=2 amount=2^64-1 flags=PENDING        -> CREATED {1: 2^64-1 0 0 0} {2: 0 0 2^64-1 0}
            transfer id=2 debit=1 credit=2 amount=1 flags=PENDING             -> CREATED {1: 2^64 0 0 0} {2: 0 0 2^64 0}
            transfer id=3 pendingId=2 flags=VOID_PENDING                      -> CREATED {1: 2^64-1 0 0 0} {2: 0 0 2^64-1 0}
            transfer id=4 debit=2 credit=1 amount=2^64-1                      -> CREATED {2: 0 2^64-1 2^64-1 0} {1: 2^64-1 0 0 2^64-1}
            transfer id=5 debit=2 credit=1 amount=2^64-1                      -> CREATED {2: 0 2^65-2 2^64-1 0} {1: 2^64-1 0 0 2^65-2}
            transfer id=6 debit=1 credit=2 amount=2^64 flags=PENDING          -> CREATED {1: 2^65-1 0 0 2^65-2} {2: 0 2^65-2 2^65-1 0}
            transfer id=7 pendingId=6 amount=2^63 flags=POST_PENDING          -> CREATED {1: 2^64-1 2^63 0 2^65-2} {2: 0 2^65-2 2^64-1 2^63}
            transfer id=8 pendingId=1 amount=2^64-1 flags=POST_PENDING        -> CREATED {1: 0 2^64+2^63-1 0 2^65-2} {2: 0 2^65-2 0 2^64+2^63-1}
            """;

    static final String TIMEOUT = """
            account id=1                                                      -> CREATED
            account id=2                                                      -> CREATED
            transfer id=1 debit=1 credit=2 amount=1 flags=PENDING timeout=2^32-1 -> CREATED
            ? transfer 1 = timeout=2^32-1
            at 2^63-1-2s
            transfer id=2 debit=1 credit=2 amount=1 flags=PENDING timeout=2   -> CREATED
            transfer id=3 debit=1 credit=2 amount=1 flags=PENDING timeout=2   -> OVERFLOWS_TIMEOUT
            transfer id=3 debit=1 credit=2 amount=1 flags=PENDING timeout=2^32-1 -> OVERFLOWS_TIMEOUT
            transfer id=3 debit=1 credit=2 amount=1 flags=PENDING timeout=1   -> CREATED
            # The slot counts, not the batch's stamp.
            at 2^63-1s
            transfer id=4 debit=1 credit=2 amount=1 flags=PENDING timeout=1   -> CREATED
            + transfer id=5 debit=1 credit=2 amount=1 flags=PENDING timeout=1 -> OVERFLOWS_TIMEOUT
            transfer id=6 debit=1 credit=2 amount=1 flags=PENDING             -> CREATED
            """;
}
