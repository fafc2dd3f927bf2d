// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.tables;

import org.junit.jupiter.api.Nested;

/** Which check of setting a credit limit, and of resolving, comes first. */
class InstructionPairsTest {
    private static final String GIVEN = """
            account id=1                                                      -> CREATED
            account id=2 flags=DEBITS_MUST_NOT_EXCEED_CREDITS creditLimit=100 -> CREATED
            transfer id=1 debit=2 credit=1 amount=10                          -> CREATED
            setCreditLimit id=2 account=2 creditLimit=50                      -> CREATED
            transfer id=3 debit=9 credit=1                                    -> DEBIT_ACCOUNT_NOT_FOUND
            transfer id=4 debit=1 credit=2 amount=9                           -> CREATED
            transfer id=5 debit=1 credit=2 amount=1 flags=PENDING             -> CREATED
            """;

    @Nested
    class SetCreditLimit extends PairTables {
        static final String PAIRS = GIVEN + """

                pair EXPIRED < LINKED_EVENT_CHAIN_OPEN
                late setCreditLimit id=9 account=2 flags=1                        -> EXPIRED
                setCreditLimit id=10 account=2 flags=1                            -> LINKED_EVENT_CHAIN_OPEN

                pair LINKED_EVENT_CHAIN_OPEN < LINKED_EVENT_FAILED
                transfer id=9 flags=LINKED                                        -> DEBIT_ACCOUNT_ID_MUST_NOT_BE_ZERO
                + setCreditLimit id=10 account=2 flags=1                          -> LINKED_EVENT_CHAIN_OPEN
                transfer id=9 flags=LINKED                                        -> DEBIT_ACCOUNT_ID_MUST_NOT_BE_ZERO
                + setCreditLimit id=10 account=2                                  -> LINKED_EVENT_FAILED

                pair LINKED_EVENT_FAILED < IMPORTED_EVENT_EXPECTED
                account id=9 flags=IMPORTED|LINKED ledger=0 timestamp=1           -> LEDGER_MUST_NOT_BE_ZERO
                + setCreditLimit id=10 account=2                                  -> LINKED_EVENT_FAILED
                account id=9 flags=IMPORTED ledger=0 timestamp=1                  -> LEDGER_MUST_NOT_BE_ZERO
                + setCreditLimit id=10 account=2                                  -> IMPORTED_EVENT_EXPECTED

                pair LINKED_EVENT_CHAIN_OPEN < RESERVED_FLAG
                setCreditLimit id=9 account=2 flags=3                             -> LINKED_EVENT_CHAIN_OPEN
                setCreditLimit id=9 account=2 flags=2                             -> RESERVED_FLAG

                pair LINKED_EVENT_FAILED < RESERVED_FLAG
                transfer id=9 flags=LINKED                                        -> DEBIT_ACCOUNT_ID_MUST_NOT_BE_ZERO
                + setCreditLimit id=9 account=2 flags=2                           -> LINKED_EVENT_FAILED
                setCreditLimit id=9 account=2 flags=2                             -> RESERVED_FLAG

                pair IMPORTED_EVENT_EXPECTED < RESERVED_FLAG
                account id=9 flags=IMPORTED timestamp=T-1                         -> CREATED
                + setCreditLimit id=9 account=2 flags=2                           -> IMPORTED_EVENT_EXPECTED
                setCreditLimit id=9 account=2 flags=2                             -> RESERVED_FLAG

                pair RESERVED_FLAG < ID_MUST_NOT_BE_ZERO
                setCreditLimit id=0 account=9 flags=0x8000                        -> RESERVED_FLAG
                setCreditLimit id=0 account=9                                     -> ID_MUST_NOT_BE_ZERO

                impossible ID_MUST_NOT_BE_ZERO < ID_MUST_NOT_BE_INT_MAX  one id is not both
                impossible ID_MUST_NOT_BE_INT_MAX < EXISTS_WITH_DIFFERENT_KIND  nothing has that id
                impossible EXISTS_WITH_DIFFERENT_KIND < EXISTS_WITH_DIFFERENT_ACCOUNT  a transfer's id has no instruction's account

                pair RESERVED_FLAG < EXISTS_WITH_DIFFERENT_KIND
                setCreditLimit id=1 account=9 flags=256                           -> RESERVED_FLAG
                setCreditLimit id=1 account=9                                     -> EXISTS_WITH_DIFFERENT_KIND

                pair ID_MUST_NOT_BE_ZERO < ACCOUNT_NOT_FOUND
                setCreditLimit id=0 account=9                                     -> ID_MUST_NOT_BE_ZERO
                setCreditLimit id=9 account=9                                     -> ACCOUNT_NOT_FOUND

                pair ID_MUST_NOT_BE_INT_MAX < ACCOUNT_NOT_FOUND
                setCreditLimit id=MAX account=0                                   -> ID_MUST_NOT_BE_INT_MAX
                setCreditLimit id=9 account=0                                     -> ACCOUNT_NOT_FOUND

                pair EXISTS_WITH_DIFFERENT_KIND < ACCOUNT_NOT_FOUND
                setCreditLimit id=5 account=9                                     -> EXISTS_WITH_DIFFERENT_KIND
                setCreditLimit id=9 account=9                                     -> ACCOUNT_NOT_FOUND

                pair EXISTS_WITH_DIFFERENT_ACCOUNT < EXISTS_WITH_DIFFERENT_CREDIT_LIMIT
                setCreditLimit id=2 account=1 creditLimit=2^64+50                 -> EXISTS_WITH_DIFFERENT_ACCOUNT
                setCreditLimit id=2 account=2 creditLimit=2^64+50                 -> EXISTS_WITH_DIFFERENT_CREDIT_LIMIT

                impossible EXISTS_WITH_DIFFERENT_CREDIT_LIMIT < EXISTS  EXISTS is that nothing differs
                impossible EXISTS < ID_ALREADY_FAILED  an id is taken or burnt

                pair EXISTS_WITH_DIFFERENT_CREDIT_LIMIT < CREDIT_LIMIT_EXCEEDED
                setCreditLimit id=2 account=2 creditLimit=0                       -> EXISTS_WITH_DIFFERENT_CREDIT_LIMIT
                setCreditLimit id=9 account=2 creditLimit=0                       -> CREDIT_LIMIT_EXCEEDED

                pair ID_ALREADY_FAILED < ACCOUNT_NOT_FOUND
                setCreditLimit id=3 account=9                                     -> ID_ALREADY_FAILED
                setCreditLimit id=9 account=9                                     -> ACCOUNT_NOT_FOUND

                impossible ACCOUNT_NOT_FOUND < CREDIT_LIMIT_NEEDS_LIMITED_ACCOUNT  an account that is not there has no flags

                pair ID_ALREADY_FAILED < CREDIT_LIMIT_NEEDS_LIMITED_ACCOUNT
                setCreditLimit id=3 account=1 creditLimit=1                       -> ID_ALREADY_FAILED
                setCreditLimit id=9 account=1 creditLimit=1                       -> CREDIT_LIMIT_NEEDS_LIMITED_ACCOUNT

                # Account 6 is as far below zero as account 2, but it is not limited.
                pair CREDIT_LIMIT_NEEDS_LIMITED_ACCOUNT < CREDIT_LIMIT_EXCEEDED
                account id=6                                                      -> CREATED
                transfer id=8 debit=6 credit=2 amount=5                           -> CREATED
                transfer id=9 debit=2 credit=1 amount=20                          -> CREATED
                setCreditLimit id=10 account=6 creditLimit=1                      -> CREDIT_LIMIT_NEEDS_LIMITED_ACCOUNT
                setCreditLimit id=10 account=2 creditLimit=1                      -> CREDIT_LIMIT_EXCEEDED

                impossible CREDIT_LIMIT_EXCEEDED < CREATED  CREATED is that nothing failed
                """;

        SetCreditLimit() {
            super(CheckOrder.SET_CREDIT_LIMIT, PAIRS);
        }
    }

    @Nested
    class Resolve extends PairTables {
        static final String PAIRS = GIVEN + """

                pair EXPIRED < LINKED_EVENT_CHAIN_OPEN
                late resolve id=9 flags=1                                         -> EXPIRED
                resolve id=10 flags=1                                             -> LINKED_EVENT_CHAIN_OPEN

                pair LINKED_EVENT_CHAIN_OPEN < LINKED_EVENT_FAILED
                transfer id=9 flags=LINKED                                        -> DEBIT_ACCOUNT_ID_MUST_NOT_BE_ZERO
                + resolve id=10 flags=1                                           -> LINKED_EVENT_CHAIN_OPEN
                transfer id=9 flags=LINKED                                        -> DEBIT_ACCOUNT_ID_MUST_NOT_BE_ZERO
                + resolve id=10                                                   -> LINKED_EVENT_FAILED

                pair LINKED_EVENT_FAILED < IMPORTED_EVENT_EXPECTED
                account id=9 flags=IMPORTED|LINKED ledger=0 timestamp=1           -> LEDGER_MUST_NOT_BE_ZERO
                + resolve id=10                                                   -> LINKED_EVENT_FAILED
                account id=9 flags=IMPORTED ledger=0 timestamp=1                  -> LEDGER_MUST_NOT_BE_ZERO
                + resolve id=10                                                   -> IMPORTED_EVENT_EXPECTED

                pair LINKED_EVENT_CHAIN_OPEN < RESERVED_FLAG
                resolve id=9 flags=3                                              -> LINKED_EVENT_CHAIN_OPEN
                resolve id=9 flags=2                                              -> RESERVED_FLAG

                pair IMPORTED_EVENT_EXPECTED < RESERVED_FLAG
                account id=9 flags=IMPORTED timestamp=T-1                         -> CREATED
                + resolve id=9 flags=0x8000                                       -> IMPORTED_EVENT_EXPECTED
                resolve id=9 flags=0x8000                                         -> RESERVED_FLAG

                pair RESERVED_FLAG < ID_MUST_NOT_BE_ZERO
                resolve id=0 flags=2                                              -> RESERVED_FLAG
                resolve id=0                                                      -> ID_MUST_NOT_BE_ZERO

                pair RESERVED_FLAG < ID_MUST_NOT_BE_INT_MAX
                resolve id=MAX flags=2                                            -> RESERVED_FLAG
                resolve id=MAX                                                    -> ID_MUST_NOT_BE_INT_MAX

                pair RESERVED_FLAG < EXISTS
                resolve id=1 flags=4                                              -> RESERVED_FLAG
                resolve id=1                                                      -> EXISTS

                pair RESERVED_FLAG < ID_ALREADY_FAILED
                resolve id=3 flags=2                                              -> RESERVED_FLAG
                resolve id=3                                                      -> ID_ALREADY_FAILED

                impossible ID_MUST_NOT_BE_ZERO < ID_MUST_NOT_BE_INT_MAX  one id is not both
                impossible ID_MUST_NOT_BE_INT_MAX < EXISTS  nothing has that id
                impossible EXISTS < ID_ALREADY_FAILED  an id is taken or burnt
                impossible ID_ALREADY_FAILED < RESOLVED_ABSENT  a burnt id was seen
                """;

        Resolve() {
            super(CheckOrder.RESOLVE, PAIRS);
        }
    }
}
