// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.tables;

/** Amounts that are clamped to what an account has. */
class BalancingTest extends TableTest {
    static final String DEBIT = """
            account id=1                                                      -> CREATED
            account id=2                                                      -> CREATED
            transfer id=1 debit=2 credit=1 amount=10                          -> CREATED
            transfer id=2 debit=1 credit=2 amount=3 flags=BALANCING_DEBIT     -> CREATED {1: 0 3 0 10} {2: 0 10 0 3}
            ? transfer 2 = amount=3
            transfer id=3 debit=1 credit=2 amount=4 flags=PENDING             -> CREATED
            transfer id=4 debit=1 credit=2 amount=MAX flags=BALANCING_DEBIT   -> CREATED {1: 4 6 0 10} {2: 0 10 4 6}
            ? transfer 4 = amount=3 flags=BALANCING_DEBIT
            transfer id=5 debit=1 credit=2 amount=MAX flags=BALANCING_DEBIT   -> CREATED {1: 4 6 0 10} {2: 0 10 4 6}
            ? transfer 5 = amount=0
            # Overdrawn without a limit: nothing to take, and no wrap below zero.
            transfer id=6 debit=1 credit=2 amount=5                           -> CREATED
            transfer id=7 debit=1 credit=2 amount=MAX flags=BALANCING_DEBIT   -> CREATED {1: 4 11 0 10} {2: 0 10 4 11}
            ? transfer 7 = amount=0
            """;

    static final String CREDIT = """
            account id=1                                                      -> CREATED
            account id=2                                                      -> CREATED
            transfer id=1 debit=1 credit=2 amount=10                          -> CREATED
            transfer id=2 debit=2 credit=1 amount=MAX flags=BALANCING_CREDIT|PENDING -> CREATED {2: 10 0 0 10} {1: 0 10 10 0}
            ? transfer 2 = amount=10 flags=BALANCING_CREDIT|PENDING
            transfer id=3 debit=2 credit=1 amount=1 flags=BALANCING_CREDIT    -> CREATED
            ? transfer 3 = amount=0
            transfer id=4 pendingId=2 amount=4 flags=POST_PENDING             -> CREATED
            transfer id=5 debit=2 credit=1 amount=7 flags=BALANCING_CREDIT    -> CREATED {2: 0 10 0 10} {1: 0 10 0 10}
            ? transfer 5 = amount=6
            """;

    static final String BOTH = """
            account id=1                                                      -> CREATED
            account id=2                                                      -> CREATED
            account id=3                                                      -> CREATED
            transfer id=1 debit=3 credit=1 amount=10                          -> CREATED
            transfer id=2 debit=2 credit=3 amount=7                           -> CREATED
            transfer id=3 debit=1 credit=2 amount=MAX flags=BALANCING_DEBIT|BALANCING_CREDIT -> CREATED {1: 0 7 0 10} {2: 0 7 0 7}
            transfer id=4 debit=1 credit=2 amount=MAX flags=BALANCING_DEBIT|BALANCING_CREDIT -> CREATED {1: 0 7 0 10} {2: 0 7 0 7}
            transfer id=5 debit=2 credit=3 amount=9                           -> CREATED
            transfer id=6 debit=1 credit=2 amount=2 flags=BALANCING_DEBIT|BALANCING_CREDIT -> CREATED {1: 0 9 0 10} {2: 0 16 0 9}
            transfer id=7 debit=1 credit=2 amount=2 flags=BALANCING_DEBIT|BALANCING_CREDIT -> CREATED {1: 0 10 0 10} {2: 0 16 0 10}
            ? transfer 7 = amount=1
            """;

    static final String WITH_A_CREDIT_LIMIT = """
            account id=1 flags=DEBITS_MUST_NOT_EXCEED_CREDITS creditLimit=100 -> CREATED
            account id=2                                                      -> CREATED
            transfer id=1 debit=1 credit=2 amount=MAX flags=BALANCING_DEBIT   -> CREATED {1: 0 100 0 0} {2: 0 0 0 100}
            transfer id=2 debit=2 credit=1 amount=5                           -> CREATED
            transfer id=3 debit=1 credit=2 amount=MAX flags=BALANCING_DEBIT|PENDING -> CREATED {1: 5 100 0 5} {2: 0 5 5 100}
            transfer id=4 debit=1 credit=2 amount=1                           -> EXCEEDS_CREDITS
            setCreditLimit id=5 account=1 creditLimit=120                     -> CREATED
            transfer id=6 debit=1 credit=2 amount=30 flags=BALANCING_DEBIT    -> CREATED {1: 5 120 0 5} {2: 0 5 5 120}
            # Limit and credits together are more than 128 bits.
            account id=3 flags=DEBITS_MUST_NOT_EXCEED_CREDITS creditLimit=MAX -> CREATED
            transfer id=7 debit=2 credit=3 amount=9                           -> CREATED
            transfer id=8 debit=3 credit=2 amount=2^127 flags=BALANCING_DEBIT -> CREATED
            ? transfer 8 = amount=2^127
            ? balances 3 = 0 2^127 0 9
            transfer id=9 debit=3 credit=1 amount=2^127+1 flags=BALANCING_DEBIT -> OVERFLOWS_DEBITS_POSTED
            transfer id=9 debit=3 credit=1 amount=2^127-1 flags=BALANCING_DEBIT -> CREATED
            ? balances 3 = 0 MAX 0 9
            """;

    static final String CLAMPED_BEFORE_OVERFLOWS_AND_LIMITS = """
            account id=1 flags=DEBITS_MUST_NOT_EXCEED_CREDITS                 -> CREATED
            account id=2                                                      -> CREATED
            account id=3 flags=CREDITS_MUST_NOT_EXCEED_DEBITS                 -> CREATED
            account id=4                                                      -> CREATED
            transfer id=1 debit=4 credit=2 amount=2^128-5                     -> CREATED
            transfer id=2 debit=1 credit=2 amount=MAX flags=BALANCING_DEBIT   -> CREATED
            ? transfer 2 = amount=0
            transfer id=3 debit=4 credit=1 amount=2                           -> CREATED
            transfer id=4 debit=1 credit=2 amount=MAX flags=BALANCING_DEBIT   -> CREATED
            ? balances 2 = 0 0 0 2^128-3
            transfer id=5 debit=2 credit=3 amount=MAX flags=BALANCING_CREDIT  -> CREATED
            ? transfer 5 = amount=0
            # It clamps one side: the other's limit still refuses.
            transfer id=6 debit=2 credit=3 amount=MAX flags=BALANCING_DEBIT   -> EXCEEDS_DEBITS
            transfer id=7 debit=1 credit=4 amount=1 flags=BALANCING_CREDIT    -> EXCEEDS_CREDITS
            """;

    static final String A_RETRY_MAY_ASK_FOR_MORE = """
            account id=1                                                      -> CREATED
            account id=2                                                      -> CREATED
            transfer id=1 debit=2 credit=1 amount=10                          -> CREATED
            transfer id=2 debit=1 credit=2 amount=50 flags=BALANCING_DEBIT    -> CREATED
            transfer id=2 debit=1 credit=2 amount=50 flags=BALANCING_DEBIT    -> EXISTS
            transfer id=2 debit=1 credit=2 amount=10 flags=BALANCING_DEBIT    -> EXISTS
            transfer id=2 debit=1 credit=2 amount=MAX flags=BALANCING_DEBIT   -> EXISTS
            transfer id=2 debit=1 credit=2 amount=9 flags=BALANCING_DEBIT     -> EXISTS_WITH_DIFFERENT_AMOUNT
            transfer id=2 debit=1 credit=2 amount=10                          -> EXISTS_WITH_DIFFERENT_FLAGS
            transfer id=3 debit=2 credit=1 amount=3 flags=BALANCING_CREDIT|PENDING -> CREATED
            ? transfer 3 = amount=0
            transfer id=3 debit=2 credit=1 amount=0 flags=BALANCING_CREDIT|PENDING -> EXISTS
            transfer id=3 debit=2 credit=1 amount=2^64 flags=BALANCING_CREDIT|PENDING -> EXISTS
            """;
}
