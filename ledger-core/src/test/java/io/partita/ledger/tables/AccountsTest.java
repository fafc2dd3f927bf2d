// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.tables;

/** Accounts: what is stored of them, and what a retry gets. */
class AccountsTest extends TableTest {
    static final String STORED_AS_GIVEN = """
            account id=1 ledger=826 code=9 flags=HISTORY|DEBITS_MUST_NOT_EXCEED_CREDITS creditLimit=2^100 userData128=2^127+1 userData64=2^64-1 userData32=2^32-1 -> CREATED
            ? account 1 = id=1 ledger=826 code=9 flags=HISTORY|DEBITS_MUST_NOT_EXCEED_CREDITS creditLimit=2^100 userData128=2^127+1 userData64=2^64-1 userData32=2^32-1 timestamp=account:1 debitsPending=0 debitsPosted=0 creditsPending=0 creditsPosted=0
            account id=2^64                                                   -> CREATED
            account id=2^128-2 ledger=2^32-1 code=65535 flags=CREDITS_MUST_NOT_EXCEED_DEBITS|CLOSED -> CREATED
            ? account 2^64 = id=2^64 ledger=1 code=1 flags=0 creditLimit=0 userData128=0 userData64=0 userData32=0
            ? account 2^128-2 = ledger=2^32-1 code=65535 flags=CREDITS_MUST_NOT_EXCEED_DEBITS|CLOSED
            ? account 3 = none
            ? account 0 = none
            ? account MAX = none
            """;

    static final String A_REFUSED_ONE_LEAVES_NOTHING = """
            account id=1 ledger=0                                             -> LEDGER_MUST_NOT_BE_ZERO
            account id=1 flags=6                                              -> FLAGS_ARE_MUTUALLY_EXCLUSIVE
            account id=1 creditLimit=1                                        -> CREDIT_LIMIT_NEEDS_LIMITED_ACCOUNT
            account id=1 creditLimit=2^64 flags=CREDITS_MUST_NOT_EXCEED_DEBITS -> CREDIT_LIMIT_NEEDS_LIMITED_ACCOUNT
            late account id=1                                                 -> EXPIRED
            ? account 1 = none
            account id=1                                                      -> CREATED
            ? account 1 = id=1 flags=0 creditLimit=0
            """;

    static final String EXISTS_COMPARES_WHAT_WAS_CREATED = """
            account id=1 flags=2 creditLimit=5                                -> CREATED
            account id=1 flags=2 creditLimit=5                                -> EXISTS
            setCreditLimit id=1 account=1 creditLimit=7                       -> CREATED
            ? account 1 = creditLimit=7
            account id=1 flags=2 creditLimit=5                                -> EXISTS
            account id=1 flags=2 creditLimit=7                                -> EXISTS_WITH_DIFFERENT_CREDIT_LIMIT
            account id=2                                                      -> CREATED
            transfer id=2 debit=2 credit=1 flags=PENDING|CLOSING_DEBIT        -> CREATED
            ? account 2 = flags=CLOSED
            account id=2                                                      -> EXISTS
            account id=2 flags=CLOSED                                         -> EXISTS_WITH_DIFFERENT_FLAGS
            account id=3 flags=CLOSED                                         -> CREATED
            account id=3 flags=CLOSED                                         -> EXISTS
            account id=3                                                      -> EXISTS_WITH_DIFFERENT_FLAGS
            """;

    static final String EXISTS_NEVER_COMPARES_BALANCES_OR_THE_TIMESTAMP = """
            account id=1                                                      -> CREATED
            account id=2                                                      -> CREATED
            transfer id=1 debit=1 credit=2 amount=9                           -> CREATED
            account id=1                                                      -> EXISTS
            account id=1 debitsPosted=9                                       -> EXISTS
            account id=1 timestamp=account:1                                  -> TIMESTAMP_MUST_BE_ZERO
            account id=3 flags=IMPORTED timestamp=T-1                         -> CREATED
            account id=3 flags=IMPORTED timestamp=T-2                         -> EXISTS
            account id=3 flags=IMPORTED timestamp=1                           -> EXISTS
            account id=3                                                      -> EXISTS_WITH_DIFFERENT_FLAGS
            """;

    static final String LINKED_IS_A_FLAG_LIKE_OTHERS = """
            account id=1 flags=LINKED                                         -> CREATED
            + account id=2                                                    -> CREATED
            ? account 1 = flags=LINKED
            ? account 2 = flags=0
            account id=1                                                      -> EXISTS_WITH_DIFFERENT_FLAGS
            account id=1 flags=LINKED                                         -> EXISTS
            + account id=3                                                    -> LINKED_EVENT_FAILED
            ? account 3 = none
            """;

    static final String EXPIRED_BURNS_NO_ACCOUNT = """
            late account id=1                                                 -> EXPIRED
            + account id=0 timestamp=5                                        -> EXPIRED
            + account id=1 flags=0x8000                                       -> EXPIRED
            ? account 1 = none
            account id=1                                                      -> CREATED
            late account id=1                                                 -> EXPIRED
            account id=1                                                      -> EXISTS
            """;

    static final String ACCOUNT_AND_TRANSFER_IDS_ARE_APART = """
            account id=1                                                      -> CREATED
            account id=2                                                      -> CREATED
            transfer id=1 debit=1 credit=2 amount=1                           -> CREATED
            transfer id=7 debit=1 credit=9                                    -> CREDIT_ACCOUNT_NOT_FOUND
            account id=7                                                      -> CREATED
            resolve id=2                                                      -> RESOLVED_ABSENT
            account id=2                                                      -> EXISTS
            """;
}
