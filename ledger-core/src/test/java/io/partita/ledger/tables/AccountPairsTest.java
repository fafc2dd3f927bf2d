// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.tables;

/** Which check of an account comes first. */
class AccountPairsTest extends PairTables {
    static final String PAIRS = """
            account id=1 flags=DEBITS_MUST_NOT_EXCEED_CREDITS creditLimit=2^64 userData128=2^64 userData64=7 userData32=8 -> CREATED
            transfer id=1 debit=8 credit=9                                    -> DEBIT_ACCOUNT_NOT_FOUND

            pair IMPORTED_EVENT_TIMESTAMP_MUST_NOT_ADVANCE < RESERVED_FIELD
            account id=2 flags=IMPORTED timestamp=T reserved=1                -> IMPORTED_EVENT_TIMESTAMP_MUST_NOT_ADVANCE
            account id=2 flags=IMPORTED timestamp=T-1 reserved=1              -> RESERVED_FIELD

            pair IMPORTED_EVENT_TIMESTAMP_OUT_OF_RANGE < RESERVED_FIELD
            account id=2 flags=IMPORTED timestamp=0 reserved=1                -> IMPORTED_EVENT_TIMESTAMP_OUT_OF_RANGE
            account id=2 flags=IMPORTED timestamp=1 reserved=1                -> RESERVED_FIELD

            pair TIMESTAMP_MUST_BE_ZERO < RESERVED_FIELD
            account id=MAX flags=64 timestamp=1 reserved=1                    -> TIMESTAMP_MUST_BE_ZERO
            account id=MAX flags=64 reserved=1                                -> RESERVED_FIELD

            pair RESERVED_FIELD < RESERVED_FLAG
            account id=2 flags=64 reserved=1                                  -> RESERVED_FIELD
            account id=2 flags=64                                             -> RESERVED_FLAG

            pair RESERVED_FLAG < ID_MUST_NOT_BE_ZERO
            account id=0 flags=64                                             -> RESERVED_FLAG
            account id=0                                                      -> ID_MUST_NOT_BE_ZERO

            impossible ID_MUST_NOT_BE_ZERO < ID_MUST_NOT_BE_INT_MAX  one id is not both
            impossible ID_MUST_NOT_BE_INT_MAX < EXISTS_WITH_DIFFERENT_FLAGS  no account has that id

            pair RESERVED_FLAG < ID_MUST_NOT_BE_INT_MAX
            account id=MAX flags=0x8000                                       -> RESERVED_FLAG
            account id=MAX                                                    -> ID_MUST_NOT_BE_INT_MAX

            pair RESERVED_FLAG < EXISTS_WITH_DIFFERENT_FLAGS
            account id=1 flags=64                                             -> RESERVED_FLAG
            account id=1                                                      -> EXISTS_WITH_DIFFERENT_FLAGS

            pair ID_MUST_NOT_BE_ZERO < FLAGS_ARE_MUTUALLY_EXCLUSIVE
            account id=0 flags=6                                              -> ID_MUST_NOT_BE_ZERO
            account id=2 flags=6                                              -> FLAGS_ARE_MUTUALLY_EXCLUSIVE

            pair ID_MUST_NOT_BE_INT_MAX < FLAGS_ARE_MUTUALLY_EXCLUSIVE
            account id=MAX flags=6                                            -> ID_MUST_NOT_BE_INT_MAX
            account id=2^128-2 flags=6                                        -> FLAGS_ARE_MUTUALLY_EXCLUSIVE

            pair EXISTS_WITH_DIFFERENT_FLAGS < EXISTS_WITH_DIFFERENT_USER_DATA_128
            account id=1 flags=0 userData128=1                                -> EXISTS_WITH_DIFFERENT_FLAGS
            account id=1 flags=2 userData128=1                                -> EXISTS_WITH_DIFFERENT_USER_DATA_128

            pair EXISTS_WITH_DIFFERENT_FLAGS < FLAGS_ARE_MUTUALLY_EXCLUSIVE
            account id=1 flags=6                                              -> EXISTS_WITH_DIFFERENT_FLAGS
            account id=2 flags=6                                              -> FLAGS_ARE_MUTUALLY_EXCLUSIVE

            pair EXISTS_WITH_DIFFERENT_USER_DATA_128 < EXISTS_WITH_DIFFERENT_USER_DATA_64
            account id=1 flags=2 userData128=0 userData64=1                   -> EXISTS_WITH_DIFFERENT_USER_DATA_128
            account id=1 flags=2 userData128=2^64 userData64=1                -> EXISTS_WITH_DIFFERENT_USER_DATA_64

            pair EXISTS_WITH_DIFFERENT_USER_DATA_64 < EXISTS_WITH_DIFFERENT_USER_DATA_32
            account id=1 flags=2 userData128=2^64 userData64=2^63 userData32=1 -> EXISTS_WITH_DIFFERENT_USER_DATA_64
            account id=1 flags=2 userData128=2^64 userData64=7 userData32=1   -> EXISTS_WITH_DIFFERENT_USER_DATA_32

            pair EXISTS_WITH_DIFFERENT_USER_DATA_32 < EXISTS_WITH_DIFFERENT_LEDGER
            account id=1 flags=2 userData128=2^64 userData64=7 userData32=0 ledger=2 -> EXISTS_WITH_DIFFERENT_USER_DATA_32
            account id=1 flags=2 userData128=2^64 userData64=7 userData32=8 ledger=2 -> EXISTS_WITH_DIFFERENT_LEDGER

            pair EXISTS_WITH_DIFFERENT_LEDGER < EXISTS_WITH_DIFFERENT_CODE
            account id=1 flags=2 userData128=2^64 userData64=7 userData32=8 ledger=0 code=0 -> EXISTS_WITH_DIFFERENT_LEDGER
            account id=1 flags=2 userData128=2^64 userData64=7 userData32=8 code=0 -> EXISTS_WITH_DIFFERENT_CODE

            pair EXISTS_WITH_DIFFERENT_LEDGER < LEDGER_MUST_NOT_BE_ZERO
            account id=1 flags=2 userData128=2^64 userData64=7 userData32=8 ledger=0 -> EXISTS_WITH_DIFFERENT_LEDGER
            account id=2 flags=2 userData128=2^64 userData64=7 userData32=8 ledger=0 -> LEDGER_MUST_NOT_BE_ZERO

            pair EXISTS_WITH_DIFFERENT_CODE < EXISTS_WITH_DIFFERENT_CREDIT_LIMIT
            account id=1 flags=2 userData128=2^64 userData64=7 userData32=8 code=2 -> EXISTS_WITH_DIFFERENT_CODE
            account id=1 flags=2 userData128=2^64 userData64=7 userData32=8   -> EXISTS_WITH_DIFFERENT_CREDIT_LIMIT

            impossible EXISTS_WITH_DIFFERENT_CREDIT_LIMIT < EXISTS  EXISTS is that nothing differs
            impossible EXISTS < FLAGS_ARE_MUTUALLY_EXCLUSIVE  no account exists with both limits, and other flags differ

            pair EXISTS_WITH_DIFFERENT_CREDIT_LIMIT < DEBITS_POSTED_MUST_BE_ZERO
            account id=1 flags=2 userData128=2^64 userData64=7 userData32=8 creditLimit=1 debitsPosted=1 -> EXISTS_WITH_DIFFERENT_CREDIT_LIMIT
            account id=2 flags=2 creditLimit=1 debitsPosted=1                 -> DEBITS_POSTED_MUST_BE_ZERO

            pair EXISTS < DEBITS_PENDING_MUST_BE_ZERO
            account id=1 flags=2 creditLimit=2^64 userData128=2^64 userData64=7 userData32=8 debitsPending=1 -> EXISTS
            account id=2 flags=2 creditLimit=2^64 userData128=2^64 userData64=7 userData32=8 debitsPending=1 -> DEBITS_PENDING_MUST_BE_ZERO

            pair FLAGS_ARE_MUTUALLY_EXCLUSIVE < DEBITS_PENDING_MUST_BE_ZERO
            account id=2 flags=6 debitsPending=1                              -> FLAGS_ARE_MUTUALLY_EXCLUSIVE
            account id=2 flags=2 debitsPending=1                              -> DEBITS_PENDING_MUST_BE_ZERO

            pair DEBITS_PENDING_MUST_BE_ZERO < DEBITS_POSTED_MUST_BE_ZERO
            account id=2 debitsPending=2^64 debitsPosted=1                    -> DEBITS_PENDING_MUST_BE_ZERO
            account id=2 debitsPosted=1                                       -> DEBITS_POSTED_MUST_BE_ZERO

            pair DEBITS_POSTED_MUST_BE_ZERO < CREDITS_PENDING_MUST_BE_ZERO
            account id=2 debitsPosted=2^64 creditsPending=1                   -> DEBITS_POSTED_MUST_BE_ZERO
            account id=2 creditsPending=1                                     -> CREDITS_PENDING_MUST_BE_ZERO

            pair CREDITS_PENDING_MUST_BE_ZERO < CREDITS_POSTED_MUST_BE_ZERO
            account id=2 creditsPending=2^64 creditsPosted=1                  -> CREDITS_PENDING_MUST_BE_ZERO
            account id=2 creditsPosted=1                                      -> CREDITS_POSTED_MUST_BE_ZERO

            pair CREDITS_POSTED_MUST_BE_ZERO < LEDGER_MUST_NOT_BE_ZERO
            account id=2 creditsPosted=2^64 ledger=0                          -> CREDITS_POSTED_MUST_BE_ZERO
            account id=2 ledger=0                                             -> LEDGER_MUST_NOT_BE_ZERO

            pair LEDGER_MUST_NOT_BE_ZERO < CODE_MUST_NOT_BE_ZERO
            account id=2 ledger=0 code=0                                      -> LEDGER_MUST_NOT_BE_ZERO
            account id=2 code=0                                               -> CODE_MUST_NOT_BE_ZERO

            pair CODE_MUST_NOT_BE_ZERO < CREDIT_LIMIT_NEEDS_LIMITED_ACCOUNT
            account id=2 code=0 creditLimit=1                                 -> CODE_MUST_NOT_BE_ZERO
            account id=2 creditLimit=1                                        -> CREDIT_LIMIT_NEEDS_LIMITED_ACCOUNT

            pair CREDIT_LIMIT_NEEDS_LIMITED_ACCOUNT < IMPORTED_EVENT_TIMESTAMP_MUST_NOT_REGRESS
            account id=2 flags=IMPORTED timestamp=account:1 creditLimit=1     -> CREDIT_LIMIT_NEEDS_LIMITED_ACCOUNT
            account id=2 flags=IMPORTED timestamp=account:1                   -> IMPORTED_EVENT_TIMESTAMP_MUST_NOT_REGRESS

            impossible IMPORTED_EVENT_TIMESTAMP_MUST_NOT_REGRESS < CREATED  CREATED is that nothing failed
            """;

    AccountPairsTest() {
        super(CheckOrder.CREATE_ACCOUNT, PAIRS);
    }
}
