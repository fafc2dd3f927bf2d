// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.tables;

/** Single-phase transfers: what they do, what is stored of them, and which refusals burn an id. */
class TransfersTest extends TableTest {
    private static final String TWO = """
            account id=1                                                      -> CREATED
            account id=2                                                      -> CREATED
            """;

    static final String MOVES_AND_STORES = TWO + """
            transfer id=7 debit=1 credit=2 amount=5 code=9 userData128=2^127+1 userData64=2^64-1 userData32=2^32-1 -> CREATED {1: 0 5 0 0} {2: 0 0 0 5}
            ? transfer 7 = id=7 debit=1 credit=2 amount=5 code=9 ledger=1 flags=0 pendingId=0 timeout=0 userData128=2^127+1 userData64=2^64-1 userData32=2^32-1 timestamp=transfer:7
            transfer id=2^128-2 debit=2 credit=1 amount=2^64+1                -> CREATED {2: 0 2^64+1 0 5} {1: 0 5 0 2^64+1}
            transfer id=2^64 debit=1 credit=2 amount=0                        -> CREATED {1: 0 5 0 2^64+1} {2: 0 2^64+1 0 5}
            ? transfer 2^128-2 = debit=2 credit=1 amount=2^64+1
            ? transfer 2^64 = amount=0
            ? transfer 8 = none
            ? transfer 0 = none
            ? balances 1 = 0 5 0 2^64+1
            ? balances 2 = 0 2^64+1 0 5
            """;

    static final String SEVERAL_IN_A_BATCH_SEE_EACH_OTHER = """
            account id=1 flags=DEBITS_MUST_NOT_EXCEED_CREDITS                 -> CREATED
            + account id=2                                                    -> CREATED
            + transfer id=1 debit=1 credit=2 amount=1                         -> EXCEEDS_CREDITS
            + transfer id=2 debit=2 credit=1 amount=1                         -> CREATED
            + transfer id=3 debit=1 credit=2 amount=1                         -> CREATED
            + transfer id=3 debit=1 credit=2 amount=1                         -> EXISTS @T-3
            + transfer id=1 debit=1 credit=2 amount=1                         -> ID_ALREADY_FAILED
            + account id=1 flags=DEBITS_MUST_NOT_EXCEED_CREDITS               -> EXISTS @T-7
            ? balances 1 = 0 1 0 1
            """;

    static final String TRANSIENT_REFUSALS_BURN = TWO + """
            account id=3 flags=CLOSED                                         -> CREATED
            account id=4 flags=DEBITS_MUST_NOT_EXCEED_CREDITS                 -> CREATED
            account id=5 flags=CREDITS_MUST_NOT_EXCEED_DEBITS                 -> CREATED
            transfer id=1 debit=8 credit=2                                    -> DEBIT_ACCOUNT_NOT_FOUND
            transfer id=2 debit=1 credit=8                                    -> CREDIT_ACCOUNT_NOT_FOUND
            transfer id=3 debit=3 credit=2                                    -> DEBIT_ACCOUNT_ALREADY_CLOSED
            transfer id=4 debit=1 credit=3                                    -> CREDIT_ACCOUNT_ALREADY_CLOSED
            transfer id=5 debit=4 credit=2 amount=1                           -> EXCEEDS_CREDITS
            transfer id=6 debit=1 credit=5 amount=1                           -> EXCEEDS_DEBITS
            transfer id=7 pendingId=99 flags=POST_PENDING                     -> PENDING_TRANSFER_NOT_FOUND
            setCreditLimit id=8 account=99                                    -> ACCOUNT_NOT_FOUND
            transfer id=1 debit=1 credit=2                                    -> ID_ALREADY_FAILED
            transfer id=2 debit=1 credit=2                                    -> ID_ALREADY_FAILED
            transfer id=3 debit=1 credit=2                                    -> ID_ALREADY_FAILED
            transfer id=4 debit=1 credit=2                                    -> ID_ALREADY_FAILED
            transfer id=5 debit=1 credit=2                                    -> ID_ALREADY_FAILED
            transfer id=6 debit=1 credit=2                                    -> ID_ALREADY_FAILED
            transfer id=7 debit=1 credit=2                                    -> ID_ALREADY_FAILED
            transfer id=8 debit=1 credit=2                                    -> ID_ALREADY_FAILED
            resolve id=1                                                      -> ID_ALREADY_FAILED
            setCreditLimit id=1 account=4 creditLimit=1                       -> ID_ALREADY_FAILED
            transfer id=1 pendingId=2 flags=VOID_PENDING                      -> ID_ALREADY_FAILED
            ? transfer 1 = none
            """;

    static final String OTHER_REFUSALS_DO_NOT_BURN = TWO + """
            account id=3 ledger=2                                             -> CREATED
            transfer id=9 debit=1 credit=2 timestamp=1                        -> TIMESTAMP_MUST_BE_ZERO
            transfer id=9 debit=1 credit=2 flags=512                          -> RESERVED_FLAG
            transfer id=9 debit=0 credit=2                                    -> DEBIT_ACCOUNT_ID_MUST_NOT_BE_ZERO
            transfer id=9 debit=MAX credit=2                                  -> DEBIT_ACCOUNT_ID_MUST_NOT_BE_INT_MAX
            transfer id=9 debit=1 credit=0                                    -> CREDIT_ACCOUNT_ID_MUST_NOT_BE_ZERO
            transfer id=9 debit=1 credit=MAX                                  -> CREDIT_ACCOUNT_ID_MUST_NOT_BE_INT_MAX
            transfer id=9 debit=1 credit=1                                    -> ACCOUNTS_MUST_BE_DIFFERENT
            transfer id=9 debit=1 credit=2 pendingId=1                        -> PENDING_ID_MUST_BE_ZERO
            transfer id=9 debit=1 credit=2 timeout=1                          -> TIMEOUT_RESERVED_FOR_PENDING_TRANSFER
            transfer id=9 debit=1 credit=2 flags=CLOSING_DEBIT                -> CLOSING_TRANSFER_MUST_BE_PENDING
            transfer id=9 debit=1 credit=2 flags=CLOSING_CREDIT               -> CLOSING_TRANSFER_MUST_BE_PENDING
            transfer id=9 debit=1 credit=2 ledger=0                           -> LEDGER_MUST_NOT_BE_ZERO
            transfer id=9 debit=1 credit=2 code=0                             -> CODE_MUST_NOT_BE_ZERO
            transfer id=9 debit=1 credit=3                                    -> ACCOUNTS_MUST_HAVE_THE_SAME_LEDGER
            transfer id=9 debit=1 credit=2 ledger=2                           -> TRANSFER_MUST_HAVE_THE_SAME_LEDGER_AS_ACCOUNTS
            transfer id=9 debit=1 credit=2 flags=LINKED                       -> LINKED_EVENT_CHAIN_OPEN
            transfer id=9 debit=1 credit=2 flags=IMPORTED                     -> IMPORTED_EVENT_TIMESTAMP_OUT_OF_RANGE
            transfer id=9 debit=1 credit=2 flags=IMPORTED timestamp=T         -> IMPORTED_EVENT_TIMESTAMP_MUST_NOT_ADVANCE
            transfer id=9 debit=1 credit=2 flags=IMPORTED timestamp=account:1 -> IMPORTED_EVENT_TIMESTAMP_MUST_NOT_REGRESS
            account id=4                                                      -> CREATED
            + transfer id=9 debit=1 credit=2 flags=IMPORTED timestamp=1       -> IMPORTED_EVENT_NOT_EXPECTED
            account id=4 flags=IMPORTED timestamp=1                           -> EXISTS_WITH_DIFFERENT_FLAGS
            + transfer id=9 debit=1 credit=2                                  -> IMPORTED_EVENT_EXPECTED
            transfer id=8 debit=1 credit=1 flags=LINKED                       -> ACCOUNTS_MUST_BE_DIFFERENT
            + transfer id=9 debit=1 credit=2                                  -> LINKED_EVENT_FAILED
            transfer id=9 debit=1 credit=2                                    -> CREATED
            transfer id=8 debit=1 credit=2                                    -> CREATED
            """;

    static final String EXPIRED_BURNS_EVERY_UNSEEN_ID = TWO + """
            account id=3 flags=DEBITS_MUST_NOT_EXCEED_CREDITS                 -> CREATED
            transfer id=1 debit=1 credit=2 amount=5                           -> CREATED
            late transfer id=2 debit=1 credit=2 amount=1                      -> EXPIRED
            + transfer id=1 debit=9 credit=2                                  -> EXPIRED
            + transfer id=0                                                   -> EXPIRED
            + transfer id=MAX flags=512                                       -> EXPIRED
            + transfer id=3 flags=512 timestamp=7                             -> EXPIRED
            + transfer id=4 flags=LINKED                                      -> EXPIRED
            + setCreditLimit id=5 account=3 creditLimit=9                     -> EXPIRED
            + resolve id=6                                                    -> EXPIRED
            + transfer id=2 debit=1 credit=2 amount=1                         -> EXPIRED
            + transfer id=7 flags=LINKED                                      -> EXPIRED
            ? balances 1 = 0 5 0 0
            ? account 3 = creditLimit=0
            transfer id=1 debit=1 credit=2 amount=5                           -> EXISTS
            transfer id=2 debit=1 credit=2 amount=1                           -> ID_ALREADY_FAILED
            transfer id=3 debit=1 credit=2 amount=1                           -> ID_ALREADY_FAILED
            transfer id=4 debit=1 credit=2 amount=1                           -> ID_ALREADY_FAILED
            setCreditLimit id=5 account=3 creditLimit=9                       -> ID_ALREADY_FAILED
            transfer id=7 debit=1 credit=2 amount=1                           -> ID_ALREADY_FAILED
            # Asking late is not an attempt.
            transfer id=6 debit=1 credit=2 amount=1                           -> CREATED
            late transfer id=2 debit=1 credit=2 amount=1                      -> EXPIRED
            late resolve id=1                                                 -> EXPIRED
            late account id=9                                                 -> EXPIRED
            resolve id=1                                                      -> EXISTS
            """;

    static final String BOTH_ACCOUNTS_OF_ONE_BOOK = TWO + """
            account id=3 ledger=2                                             -> CREATED
            account id=4 ledger=2                                             -> CREATED
            transfer id=1 debit=3 credit=4 ledger=2 amount=7                  -> CREATED
            transfer id=2 debit=3 credit=4 amount=7                           -> TRANSFER_MUST_HAVE_THE_SAME_LEDGER_AS_ACCOUNTS
            transfer id=2 debit=3 credit=1 ledger=2 amount=7                  -> ACCOUNTS_MUST_HAVE_THE_SAME_LEDGER
            transfer id=2 debit=3 credit=1 amount=7                           -> ACCOUNTS_MUST_HAVE_THE_SAME_LEDGER
            ? balances 3 = 0 7 0 0
            ? balances 4 = 0 0 0 7
            ? balances 1 = 0 0 0 0
            """;

    static final String LIMITS = """
            account id=1                                                      -> CREATED
            account id=2 flags=DEBITS_MUST_NOT_EXCEED_CREDITS                 -> CREATED
            account id=3 flags=DEBITS_MUST_NOT_EXCEED_CREDITS creditLimit=100 -> CREATED
            account id=4 flags=CREDITS_MUST_NOT_EXCEED_DEBITS                 -> CREATED
            account id=5 flags=DEBITS_MUST_NOT_EXCEED_CREDITS creditLimit=MAX -> CREATED
            account id=6 flags=DEBITS_MUST_NOT_EXCEED_CREDITS creditLimit=2^64 -> CREATED
            transfer id=1 debit=2 credit=4 amount=1                           -> EXCEEDS_CREDITS
            transfer id=2 debit=1 credit=4 amount=1                           -> EXCEEDS_DEBITS
            transfer id=3 debit=2 credit=4 amount=0                           -> CREATED
            transfer id=4 debit=1 credit=2 amount=10                          -> CREATED
            transfer id=5 debit=2 credit=1 amount=10                          -> CREATED
            transfer id=6 debit=2 credit=1 amount=1                           -> EXCEEDS_CREDITS
            transfer id=7 debit=3 credit=1 amount=100                         -> CREATED
            transfer id=8 debit=3 credit=1 amount=1                           -> EXCEEDS_CREDITS
            transfer id=9 debit=1 credit=3 amount=7                           -> CREATED
            transfer id=10 debit=3 credit=1 amount=8                          -> EXCEEDS_CREDITS
            transfer id=11 debit=3 credit=1 amount=7                          -> CREATED
            transfer id=12 debit=4 credit=1 amount=5                          -> CREATED
            transfer id=13 debit=1 credit=4 amount=6                          -> EXCEEDS_DEBITS
            transfer id=14 debit=1 credit=4 amount=5                          -> CREATED
            transfer id=15 debit=1 credit=4 amount=0                          -> CREATED
            transfer id=16 debit=6 credit=1 amount=2^64+1                     -> EXCEEDS_CREDITS
            transfer id=17 debit=6 credit=1 amount=2^64                       -> CREATED
            transfer id=18 debit=6 credit=1 amount=1                          -> EXCEEDS_CREDITS
            # Credits and limit together are more than 128 bits: no wrap.
            transfer id=19 debit=1 credit=5 amount=1                          -> CREATED
            transfer id=20 debit=5 credit=1 amount=2^64-1                     -> CREATED
            ? balances 1 = 0 23 0 2^65-1+122
            ? balances 3 = 0 107 0 7
            ? balances 4 = 0 5 0 5
            ? balances 5 = 0 2^64-1 0 1
            """;
}
