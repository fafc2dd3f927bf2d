// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.tables;

/** Which check of any transfer comes first. */
class TransferPairsTest extends PairTables {
    static final String PAIRS = """
            account id=1                                                      -> CREATED
            account id=2                                                      -> CREATED
            account id=3 flags=DEBITS_MUST_NOT_EXCEED_CREDITS                 -> CREATED
            transfer id=1 debit=1 credit=2 amount=5 userData128=2^64 userData64=7 userData32=8 -> CREATED
            transfer id=2 debit=1 credit=2 amount=5 flags=PENDING timeout=9   -> CREATED
            setCreditLimit id=3 account=3 creditLimit=5                       -> CREATED
            transfer id=4 debit=1 credit=9                                    -> CREDIT_ACCOUNT_NOT_FOUND

            pair IMPORTED_EVENT_TIMESTAMP_MUST_NOT_ADVANCE < RESERVED_FLAG
            transfer id=9 debit=1 credit=2 flags=IMPORTED|512 timestamp=T     -> IMPORTED_EVENT_TIMESTAMP_MUST_NOT_ADVANCE
            transfer id=9 debit=1 credit=2 flags=IMPORTED|512 timestamp=T-1   -> RESERVED_FLAG

            pair TIMESTAMP_MUST_BE_ZERO < RESERVED_FLAG
            transfer id=0 flags=512 timestamp=1                               -> TIMESTAMP_MUST_BE_ZERO
            transfer id=0 flags=512                                           -> RESERVED_FLAG

            pair RESERVED_FLAG < ID_MUST_NOT_BE_ZERO
            transfer id=0 flags=0x8000                                        -> RESERVED_FLAG
            transfer id=0                                                     -> ID_MUST_NOT_BE_ZERO

            impossible ID_MUST_NOT_BE_ZERO < ID_MUST_NOT_BE_INT_MAX  one id is not both
            impossible ID_MUST_NOT_BE_INT_MAX < EXISTS_WITH_DIFFERENT_FLAGS  no transfer has that id

            pair RESERVED_FLAG < ID_MUST_NOT_BE_INT_MAX
            transfer id=MAX flags=0x4000                                      -> RESERVED_FLAG
            transfer id=MAX                                                   -> ID_MUST_NOT_BE_INT_MAX

            pair RESERVED_FLAG < EXISTS_WITH_DIFFERENT_FLAGS
            transfer id=1 flags=512                                           -> RESERVED_FLAG
            transfer id=1 flags=PENDING                                       -> EXISTS_WITH_DIFFERENT_FLAGS

            pair RESERVED_FLAG < EXISTS_WITH_DIFFERENT_KIND
            transfer id=3 flags=512                                           -> RESERVED_FLAG
            transfer id=3                                                     -> EXISTS_WITH_DIFFERENT_KIND

            pair RESERVED_FLAG < ID_ALREADY_FAILED
            transfer id=4 flags=512                                           -> RESERVED_FLAG
            transfer id=4                                                     -> ID_ALREADY_FAILED

            pair ID_MUST_NOT_BE_ZERO < DEBIT_ACCOUNT_ID_MUST_NOT_BE_ZERO
            transfer id=0                                                     -> ID_MUST_NOT_BE_ZERO
            transfer id=9                                                     -> DEBIT_ACCOUNT_ID_MUST_NOT_BE_ZERO

            pair EXISTS_WITH_DIFFERENT_FLAGS < EXISTS_WITH_DIFFERENT_PENDING_ID
            transfer id=1 debit=1 credit=2 amount=5 flags=POST_PENDING pendingId=2 -> EXISTS_WITH_DIFFERENT_FLAGS
            transfer id=1 debit=1 credit=2 amount=5 pendingId=2               -> EXISTS_WITH_DIFFERENT_PENDING_ID

            pair EXISTS_WITH_DIFFERENT_PENDING_ID < EXISTS_WITH_DIFFERENT_TIMEOUT
            transfer id=1 debit=1 credit=2 amount=5 pendingId=2^64 timeout=1  -> EXISTS_WITH_DIFFERENT_PENDING_ID
            transfer id=1 debit=1 credit=2 amount=5 timeout=1                 -> EXISTS_WITH_DIFFERENT_TIMEOUT

            pair EXISTS_WITH_DIFFERENT_TIMEOUT < EXISTS_WITH_DIFFERENT_DEBIT_ACCOUNT_ID
            transfer id=2 debit=9 credit=2 amount=5 flags=PENDING timeout=8   -> EXISTS_WITH_DIFFERENT_TIMEOUT
            transfer id=2 debit=9 credit=2 amount=5 flags=PENDING timeout=9   -> EXISTS_WITH_DIFFERENT_DEBIT_ACCOUNT_ID

            pair EXISTS_WITH_DIFFERENT_DEBIT_ACCOUNT_ID < EXISTS_WITH_DIFFERENT_CREDIT_ACCOUNT_ID
            transfer id=1 debit=0 credit=0 amount=5                           -> EXISTS_WITH_DIFFERENT_DEBIT_ACCOUNT_ID
            transfer id=1 debit=1 credit=0 amount=5                           -> EXISTS_WITH_DIFFERENT_CREDIT_ACCOUNT_ID

            pair EXISTS_WITH_DIFFERENT_CREDIT_ACCOUNT_ID < EXISTS_WITH_DIFFERENT_AMOUNT
            transfer id=1 debit=1 credit=1 amount=4                           -> EXISTS_WITH_DIFFERENT_CREDIT_ACCOUNT_ID
            transfer id=1 debit=1 credit=2 amount=4                           -> EXISTS_WITH_DIFFERENT_AMOUNT

            pair EXISTS_WITH_DIFFERENT_AMOUNT < EXISTS_WITH_DIFFERENT_USER_DATA_128
            transfer id=1 debit=1 credit=2 amount=2^64+5                      -> EXISTS_WITH_DIFFERENT_AMOUNT
            transfer id=1 debit=1 credit=2 amount=5                           -> EXISTS_WITH_DIFFERENT_USER_DATA_128

            pair EXISTS_WITH_DIFFERENT_USER_DATA_128 < EXISTS_WITH_DIFFERENT_USER_DATA_64
            transfer id=1 debit=1 credit=2 amount=5 userData128=2^64+1        -> EXISTS_WITH_DIFFERENT_USER_DATA_128
            transfer id=1 debit=1 credit=2 amount=5 userData128=2^64          -> EXISTS_WITH_DIFFERENT_USER_DATA_64

            pair EXISTS_WITH_DIFFERENT_USER_DATA_64 < EXISTS_WITH_DIFFERENT_USER_DATA_32
            transfer id=1 debit=1 credit=2 amount=5 userData128=2^64 userData64=6 -> EXISTS_WITH_DIFFERENT_USER_DATA_64
            transfer id=1 debit=1 credit=2 amount=5 userData128=2^64 userData64=7 -> EXISTS_WITH_DIFFERENT_USER_DATA_32

            pair EXISTS_WITH_DIFFERENT_USER_DATA_32 < EXISTS_WITH_DIFFERENT_LEDGER
            transfer id=1 debit=1 credit=2 amount=5 userData128=2^64 userData64=7 userData32=9 ledger=2 -> EXISTS_WITH_DIFFERENT_USER_DATA_32
            transfer id=1 debit=1 credit=2 amount=5 userData128=2^64 userData64=7 userData32=8 ledger=2 -> EXISTS_WITH_DIFFERENT_LEDGER

            pair EXISTS_WITH_DIFFERENT_LEDGER < EXISTS_WITH_DIFFERENT_CODE
            transfer id=1 debit=1 credit=2 amount=5 userData128=2^64 userData64=7 userData32=8 ledger=0 code=0 -> EXISTS_WITH_DIFFERENT_LEDGER
            transfer id=1 debit=1 credit=2 amount=5 userData128=2^64 userData64=7 userData32=8 code=0 -> EXISTS_WITH_DIFFERENT_CODE

            impossible EXISTS_WITH_DIFFERENT_CODE < EXISTS  EXISTS is that nothing differs
            impossible EXISTS < EXISTS_WITH_DIFFERENT_KIND  an id is a transfer's or an instruction's
            impossible EXISTS_WITH_DIFFERENT_KIND < ID_ALREADY_FAILED  an id is taken or burnt

            pair EXISTS_WITH_DIFFERENT_KIND < DEBIT_ACCOUNT_ID_MUST_NOT_BE_ZERO
            transfer id=3                                                     -> EXISTS_WITH_DIFFERENT_KIND
            transfer id=9                                                     -> DEBIT_ACCOUNT_ID_MUST_NOT_BE_ZERO
            """;

    TransferPairsTest() {
        super(CheckOrder.TRANSFER, PAIRS);
    }
}
