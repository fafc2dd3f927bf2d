// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.tables;

/** The same id again: the same fields are EXISTS with the original timestamp, for ever. */
class IdempotencyTest extends TableTest {
    private static final String GIVEN = """
            account id=1                                                      -> CREATED
            account id=2                                                      -> CREATED
            """;

    static final String EVERY_FIELD_COUNTS = GIVEN + """
            transfer id=1 debit=1 credit=2 amount=5 flags=PENDING timeout=3 userData128=4 userData64=5 userData32=6 -> CREATED
            transfer id=1 debit=1 credit=2 amount=5 flags=PENDING timeout=3 userData128=4 userData64=5 userData32=6 -> EXISTS
            transfer id=1 debit=1 credit=2 amount=5 timeout=3 userData128=4 userData64=5 userData32=6 -> EXISTS_WITH_DIFFERENT_FLAGS
            transfer id=1 debit=1 credit=2 amount=5 flags=PENDING pendingId=9 timeout=3 userData128=4 userData64=5 userData32=6 -> EXISTS_WITH_DIFFERENT_PENDING_ID
            transfer id=1 debit=1 credit=2 amount=5 flags=PENDING timeout=4 userData128=4 userData64=5 userData32=6 -> EXISTS_WITH_DIFFERENT_TIMEOUT
            transfer id=1 debit=2 credit=2 amount=5 flags=PENDING timeout=3 userData128=4 userData64=5 userData32=6 -> EXISTS_WITH_DIFFERENT_DEBIT_ACCOUNT_ID
            transfer id=1 debit=1 credit=1 amount=5 flags=PENDING timeout=3 userData128=4 userData64=5 userData32=6 -> EXISTS_WITH_DIFFERENT_CREDIT_ACCOUNT_ID
            transfer id=1 debit=1 credit=2 amount=2^64+5 flags=PENDING timeout=3 userData128=4 userData64=5 userData32=6 -> EXISTS_WITH_DIFFERENT_AMOUNT
            transfer id=1 debit=1 credit=2 amount=5 flags=PENDING timeout=3 userData128=2^64+4 userData64=5 userData32=6 -> EXISTS_WITH_DIFFERENT_USER_DATA_128
            transfer id=1 debit=1 credit=2 amount=5 flags=PENDING timeout=3 userData128=4 userData64=2^63+5 userData32=6 -> EXISTS_WITH_DIFFERENT_USER_DATA_64
            transfer id=1 debit=1 credit=2 amount=5 flags=PENDING timeout=3 userData128=4 userData64=5 userData32=2^31+6 -> EXISTS_WITH_DIFFERENT_USER_DATA_32
            transfer id=1 debit=1 credit=2 amount=5 flags=PENDING timeout=3 userData128=4 userData64=5 userData32=6 ledger=2 -> EXISTS_WITH_DIFFERENT_LEDGER
            transfer id=1 debit=1 credit=2 amount=5 flags=PENDING timeout=3 userData128=4 userData64=5 userData32=6 code=2 -> EXISTS_WITH_DIFFERENT_CODE
            transfer id=1 debit=1 credit=2 amount=5 flags=PENDING timeout=3 userData128=4 userData64=5 userData32=6 timestamp=1 -> TIMESTAMP_MUST_BE_ZERO
            ? balances 1 = 5 0 0 0
            """;

    static final String ZERO_IN_A_POST_IS_THE_PENDINGS = GIVEN + """
            transfer id=1 debit=1 credit=2 amount=10 code=7 flags=PENDING userData128=3 userData64=4 userData32=5 -> CREATED
            transfer id=2 pendingId=1 amount=MAX code=0 ledger=0 flags=POST_PENDING -> CREATED
            transfer id=2 pendingId=1 amount=MAX code=0 ledger=0 flags=POST_PENDING -> EXISTS
            transfer id=2 pendingId=1 amount=10 code=7 debit=1 credit=2 flags=POST_PENDING userData128=3 userData64=4 userData32=5 -> EXISTS
            transfer id=2 pendingId=1 amount=9 code=0 flags=POST_PENDING      -> EXISTS_WITH_DIFFERENT_AMOUNT
            transfer id=2 pendingId=1 amount=0 code=0 flags=POST_PENDING      -> EXISTS_WITH_DIFFERENT_AMOUNT
            transfer id=2 pendingId=1 amount=10 code=0 debit=2 flags=POST_PENDING -> EXISTS_WITH_DIFFERENT_DEBIT_ACCOUNT_ID
            transfer id=2 pendingId=1 amount=10 code=0 credit=1 flags=POST_PENDING -> EXISTS_WITH_DIFFERENT_CREDIT_ACCOUNT_ID
            transfer id=2 pendingId=1 amount=10 code=0 userData128=4 flags=POST_PENDING -> EXISTS_WITH_DIFFERENT_USER_DATA_128
            transfer id=2 pendingId=1 amount=10 code=0 userData64=5 flags=POST_PENDING -> EXISTS_WITH_DIFFERENT_USER_DATA_64
            transfer id=2 pendingId=1 amount=10 code=0 userData32=6 flags=POST_PENDING -> EXISTS_WITH_DIFFERENT_USER_DATA_32
            transfer id=2 pendingId=1 amount=10 code=0 ledger=2 flags=POST_PENDING -> EXISTS_WITH_DIFFERENT_LEDGER
            transfer id=2 pendingId=1 amount=10 code=1 flags=POST_PENDING     -> EXISTS_WITH_DIFFERENT_CODE
            transfer id=2 pendingId=3 amount=10 code=0 flags=POST_PENDING     -> EXISTS_WITH_DIFFERENT_PENDING_ID
            transfer id=2 pendingId=1 amount=10 code=0 timeout=1 flags=POST_PENDING -> EXISTS_WITH_DIFFERENT_TIMEOUT
            transfer id=2 pendingId=1 code=0 flags=VOID_PENDING               -> EXISTS_WITH_DIFFERENT_FLAGS
            transfer id=2 debit=1 credit=2 amount=10 code=7                   -> EXISTS_WITH_DIFFERENT_FLAGS
            """;

    static final String USER_DATA_OF_A_POST_OF_ITS_OWN = GIVEN + """
            transfer id=1 debit=1 credit=2 amount=10 flags=PENDING userData128=3 userData64=4 userData32=5 -> CREATED
            transfer id=2 pendingId=1 amount=4 flags=POST_PENDING userData128=6 userData64=7 userData32=8 -> CREATED
            transfer id=2 pendingId=1 amount=4 flags=POST_PENDING userData128=6 userData64=7 userData32=8 -> EXISTS
            # 0 stands for the pending transfer's value, which is not what was recorded.
            transfer id=2 pendingId=1 amount=4 flags=POST_PENDING userData64=7 userData32=8 -> EXISTS_WITH_DIFFERENT_USER_DATA_128
            transfer id=2 pendingId=1 amount=4 flags=POST_PENDING userData128=6 userData32=8 -> EXISTS_WITH_DIFFERENT_USER_DATA_64
            transfer id=2 pendingId=1 amount=4 flags=POST_PENDING userData128=6 userData64=7 -> EXISTS_WITH_DIFFERENT_USER_DATA_32
            transfer id=2 pendingId=1 amount=MAX flags=POST_PENDING userData128=6 userData64=7 userData32=8 -> EXISTS_WITH_DIFFERENT_AMOUNT
            """;

    static final String AMOUNT_OF_A_POST = GIVEN + """
            transfer id=1 debit=1 credit=2 amount=10 flags=PENDING            -> CREATED
            transfer id=2 debit=1 credit=2 amount=10 flags=PENDING            -> CREATED
            transfer id=3 debit=1 credit=2 amount=10 flags=PENDING            -> CREATED
            transfer id=4 pendingId=1 amount=10 flags=POST_PENDING            -> CREATED
            transfer id=4 pendingId=1 amount=MAX flags=POST_PENDING           -> EXISTS
            transfer id=4 pendingId=1 amount=10 flags=POST_PENDING            -> EXISTS
            transfer id=4 pendingId=1 amount=11 flags=POST_PENDING            -> EXISTS_WITH_DIFFERENT_AMOUNT
            transfer id=5 pendingId=2 amount=0 flags=POST_PENDING             -> CREATED
            transfer id=5 pendingId=2 amount=0 flags=POST_PENDING             -> EXISTS
            transfer id=5 pendingId=2 amount=MAX flags=POST_PENDING           -> EXISTS_WITH_DIFFERENT_AMOUNT
            transfer id=6 pendingId=3 amount=9 flags=POST_PENDING             -> CREATED
            transfer id=6 pendingId=3 amount=10 flags=POST_PENDING            -> EXISTS_WITH_DIFFERENT_AMOUNT
            transfer id=6 pendingId=3 amount=MAX flags=POST_PENDING           -> EXISTS_WITH_DIFFERENT_AMOUNT
            """;

    static final String AMOUNT_OF_A_VOID = GIVEN + """
            transfer id=1 debit=1 credit=2 amount=10 flags=PENDING            -> CREATED
            transfer id=2 pendingId=1 flags=VOID_PENDING                      -> CREATED
            transfer id=2 pendingId=1 flags=VOID_PENDING                      -> EXISTS
            transfer id=2 pendingId=1 amount=10 flags=VOID_PENDING            -> EXISTS
            transfer id=2 pendingId=1 amount=9 flags=VOID_PENDING             -> EXISTS_WITH_DIFFERENT_AMOUNT
            transfer id=2 pendingId=1 amount=MAX flags=VOID_PENDING           -> EXISTS_WITH_DIFFERENT_AMOUNT
            transfer id=3 debit=1 credit=2 amount=10 flags=PENDING            -> CREATED
            transfer id=4 pendingId=3 amount=10 flags=VOID_PENDING            -> CREATED
            transfer id=4 pendingId=3 flags=VOID_PENDING                      -> EXISTS
            """;

    static final String WHATEVER_HAPPENED_SINCE = """
            account id=1 flags=DEBITS_MUST_NOT_EXCEED_CREDITS creditLimit=10  -> CREATED
            account id=2                                                      -> CREATED
            transfer id=1 debit=1 credit=2 amount=10                          -> CREATED
            transfer id=1 debit=1 credit=2 amount=10                          -> EXISTS
            transfer id=2 debit=2 credit=1 amount=3 flags=PENDING             -> CREATED
            transfer id=3 pendingId=2 amount=3 flags=POST_PENDING             -> CREATED
            transfer id=2 debit=2 credit=1 amount=3 flags=PENDING             -> EXISTS
            transfer id=3 pendingId=2 amount=3 flags=POST_PENDING             -> EXISTS
            transfer id=4 debit=2 credit=1 flags=PENDING|CLOSING_DEBIT|CLOSING_CREDIT -> CREATED
            transfer id=1 debit=1 credit=2 amount=10                          -> EXISTS
            transfer id=3 pendingId=2 amount=3 flags=POST_PENDING             -> EXISTS
            transfer id=4 debit=2 credit=1 flags=PENDING|CLOSING_DEBIT|CLOSING_CREDIT -> EXISTS
            transfer id=5 debit=1 credit=2 amount=99                          -> DEBIT_ACCOUNT_ALREADY_CLOSED
            transfer id=5 debit=1 credit=2 amount=99                          -> ID_ALREADY_FAILED
            """;
}
