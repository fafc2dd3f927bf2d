// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.tables;

/** Setting how far below zero an account may go, and asking what became of an id. */
class CreditLimitsTest extends TableTest {
    private static final String LIMITED = """
            account id=1 flags=DEBITS_MUST_NOT_EXCEED_CREDITS creditLimit=10  -> CREATED
            account id=2                                                      -> CREATED
            """;

    static final String UP_AND_DOWN = LIMITED + """
            transfer id=1 debit=1 credit=2 amount=11                          -> EXCEEDS_CREDITS
            setCreditLimit id=2 account=1 creditLimit=11                      -> CREATED {1: 0 0 0 0}
            ? account 1 = creditLimit=11
            transfer id=3 debit=1 credit=2 amount=11                          -> CREATED
            setCreditLimit id=4 account=1 creditLimit=10                      -> CREDIT_LIMIT_EXCEEDED {}
            setCreditLimit id=4 account=1 creditLimit=12                      -> ID_ALREADY_FAILED
            ? account 1 = creditLimit=11
            setCreditLimit id=5 account=1 creditLimit=2^128-1                 -> CREATED {1: 0 11 0 0}
            transfer id=6 debit=2 credit=1 amount=5                           -> CREATED
            setCreditLimit id=7 account=1 creditLimit=5                       -> CREDIT_LIMIT_EXCEEDED
            setCreditLimit id=8 account=1 creditLimit=6                       -> CREATED {1: 0 11 0 5}
            transfer id=9 debit=2 credit=1 amount=6                           -> CREATED
            setCreditLimit id=10 account=1 creditLimit=0                      -> CREATED {1: 0 11 0 11}
            transfer id=11 debit=1 credit=2 amount=1                          -> EXCEEDS_CREDITS
            ? account 1 = creditLimit=0
            ? transfer 10 = none
            """;

    static final String PENDING_COUNTS = LIMITED + """
            transfer id=1 debit=1 credit=2 amount=6 flags=PENDING             -> CREATED
            transfer id=2 debit=1 credit=2 amount=3                           -> CREATED
            transfer id=3 debit=2 credit=1 amount=100 flags=PENDING           -> CREATED
            setCreditLimit id=4 account=1 creditLimit=8                       -> CREDIT_LIMIT_EXCEEDED
            setCreditLimit id=5 account=1 creditLimit=9                       -> CREATED
            transfer id=6 pendingId=3 amount=8 flags=POST_PENDING             -> CREATED
            setCreditLimit id=7 account=1 creditLimit=0                       -> CREDIT_LIMIT_EXCEEDED
            setCreditLimit id=8 account=1 creditLimit=1                       -> CREATED
            """;

    static final String ONLY_LIMITED_ACCOUNTS = LIMITED + """
            account id=3 flags=CREDITS_MUST_NOT_EXCEED_DEBITS                 -> CREATED
            setCreditLimit id=1 account=2 creditLimit=1                       -> CREDIT_LIMIT_NEEDS_LIMITED_ACCOUNT
            setCreditLimit id=1 account=3 creditLimit=2^64                    -> CREDIT_LIMIT_NEEDS_LIMITED_ACCOUNT
            setCreditLimit id=1 account=1 creditLimit=1                       -> CREATED
            # 0 needs nothing, as when an account is created.
            transfer id=5 debit=2 credit=3 amount=0                           -> CREATED
            transfer id=6 debit=2 credit=1 amount=7                           -> CREATED
            setCreditLimit id=7 account=2 creditLimit=0                       -> CREATED
            setCreditLimit id=2 account=0 creditLimit=1                       -> ACCOUNT_NOT_FOUND
            setCreditLimit id=3 account=MAX creditLimit=1                     -> ACCOUNT_NOT_FOUND
            setCreditLimit id=4 account=2^64+1 creditLimit=1                  -> ACCOUNT_NOT_FOUND
            setCreditLimit id=2 account=1 creditLimit=1                       -> ID_ALREADY_FAILED
            """;

    static final String A_LATE_RETRY_NEVER_OVERWRITES = LIMITED + """
            setCreditLimit id=1 account=1 creditLimit=20                      -> CREATED
            setCreditLimit id=2 account=1 creditLimit=30                      -> CREATED
            setCreditLimit id=1 account=1 creditLimit=20                      -> EXISTS
            ? account 1 = creditLimit=30
            setCreditLimit id=1 account=1 creditLimit=30                      -> EXISTS_WITH_DIFFERENT_CREDIT_LIMIT
            setCreditLimit id=1 account=2 creditLimit=30                      -> EXISTS_WITH_DIFFERENT_ACCOUNT
            setCreditLimit id=1 account=9 creditLimit=30                      -> EXISTS_WITH_DIFFERENT_ACCOUNT
            account id=1 flags=DEBITS_MUST_NOT_EXCEED_CREDITS creditLimit=10  -> EXISTS
            """;

    static final String ONE_ID_SPACE_WITH_TRANSFERS = LIMITED + """
            setCreditLimit id=1 account=1 creditLimit=20                      -> CREATED
            transfer id=2 debit=1 credit=2 amount=1                           -> CREATED
            transfer id=3 debit=1 credit=2 amount=1 flags=PENDING             -> CREATED
            transfer id=1 debit=1 credit=2 amount=1                           -> EXISTS_WITH_DIFFERENT_KIND
            transfer id=1 pendingId=3 flags=VOID_PENDING                      -> EXISTS_WITH_DIFFERENT_KIND
            transfer id=1 flags=PENDING|CLOSING_DEBIT|LINKED                  -> EXISTS_WITH_DIFFERENT_KIND
            + account id=3                                                    -> LINKED_EVENT_FAILED
            setCreditLimit id=2 account=1 creditLimit=20                      -> EXISTS_WITH_DIFFERENT_KIND
            setCreditLimit id=3 account=9                                     -> EXISTS_WITH_DIFFERENT_KIND
            ? transfer 1 = none
            resolve id=1                                                      -> EXISTS
            resolve id=2                                                      -> EXISTS
            resolve id=3                                                      -> EXISTS
            """;

    static final String IN_BATCHES_AND_CHAINS = LIMITED + """
            setCreditLimit id=1 account=1 creditLimit=50                      -> CREATED {1: 0 0 0 0}
            + transfer id=2 debit=1 credit=2 amount=50                        -> CREATED {1: 0 50 0 0} {2: 0 0 0 50}
            + setCreditLimit id=3 account=1 creditLimit=49                    -> CREDIT_LIMIT_EXCEEDED {}
            + setCreditLimit id=1 account=1 creditLimit=50                    -> EXISTS @T-3 {}
            setCreditLimit id=4 account=1 creditLimit=60 flags=1              -> LINKED_EVENT_FAILED
            + transfer id=5 debit=1 credit=2 amount=11                        -> EXCEEDS_CREDITS
            ? account 1 = creditLimit=50
            setCreditLimit id=4 account=1 creditLimit=61 flags=1              -> CREATED
            + transfer id=6 debit=1 credit=2 amount=11                        -> CREATED
            # LINKED is not compared: an instruction has no flags of its own.
            setCreditLimit id=4 account=1 creditLimit=61                      -> EXISTS
            setCreditLimit id=7 account=1 creditLimit=70 flags=2              -> RESERVED_FLAG
            """;

    static final String RESOLVE = LIMITED + """
            transfer id=1 debit=1 credit=2 amount=1                           -> CREATED
            transfer id=2 debit=9 credit=2                                    -> DEBIT_ACCOUNT_NOT_FOUND
            transfer id=3 debit=1 credit=1                                    -> ACCOUNTS_MUST_BE_DIFFERENT
            resolve id=1                                                      -> EXISTS {}
            resolve id=2                                                      -> ID_ALREADY_FAILED {}
            # Refused, but not recorded: nobody saw that id.
            resolve id=3                                                      -> RESOLVED_ABSENT {}
            resolve id=3                                                      -> ID_ALREADY_FAILED
            transfer id=3 debit=1 credit=2                                    -> ID_ALREADY_FAILED
            resolve id=2^64+1                                                 -> RESOLVED_ABSENT
            resolve id=0                                                      -> ID_MUST_NOT_BE_ZERO
            resolve id=MAX                                                    -> ID_MUST_NOT_BE_INT_MAX
            resolve id=9 flags=2                                              -> RESERVED_FLAG
            setCreditLimit id=2^64+1 account=1                                -> ID_ALREADY_FAILED
            # In one batch, the attempt before or after.
            transfer id=4 debit=1 credit=2 amount=1                           -> CREATED
            + resolve id=4                                                    -> EXISTS @T-3
            + resolve id=5                                                    -> RESOLVED_ABSENT
            + transfer id=5 debit=1 credit=2 amount=1                         -> ID_ALREADY_FAILED
            ? balances 1 = 0 2 0 0
            """;
}
