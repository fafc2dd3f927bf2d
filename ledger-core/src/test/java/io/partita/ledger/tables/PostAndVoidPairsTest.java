// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.tables;

/** Which check of a post or a void comes first. */
class PostAndVoidPairsTest extends PairTables {
    static final String PAIRS = """
            account id=1                                                      -> CREATED
            account id=2                                                      -> CREATED
            account id=3                                                      -> CREATED
            account id=4                                                      -> CREATED
            account id=5                                                      -> CREATED
            transfer id=100 debit=1 credit=2 amount=50 flags=PENDING timeout=10 -> CREATED
            transfer id=101 debit=1 credit=2 amount=50                        -> CREATED
            transfer id=102 debit=1 credit=2 amount=50 flags=PENDING timeout=10 -> CREATED
            transfer id=103 debit=1 credit=2 amount=50 flags=PENDING timeout=10 -> CREATED
            transfer id=104 pendingId=102 amount=MAX flags=POST_PENDING       -> CREATED
            transfer id=105 pendingId=103 flags=VOID_PENDING                  -> CREATED
            transfer id=106 debit=1 credit=2 amount=50 flags=PENDING          -> CREATED
            transfer id=107 debit=3 credit=4 amount=5 flags=PENDING           -> CREATED
            transfer id=108 debit=5 credit=4 amount=5 flags=PENDING           -> CREATED
            transfer id=109 debit=3 credit=4 flags=PENDING|CLOSING_DEBIT|CLOSING_CREDIT -> CREATED

            pair ID_ALREADY_FAILED < FLAGS_ARE_MUTUALLY_EXCLUSIVE
            transfer id=1 pendingId=99 flags=VOID_PENDING                     -> PENDING_TRANSFER_NOT_FOUND
            transfer id=1 pendingId=99 flags=VOID_PENDING|POST_PENDING        -> ID_ALREADY_FAILED
            transfer id=2 pendingId=99 flags=VOID_PENDING|POST_PENDING        -> FLAGS_ARE_MUTUALLY_EXCLUSIVE

            pair FLAGS_ARE_MUTUALLY_EXCLUSIVE < PENDING_ID_MUST_NOT_BE_ZERO
            transfer id=1 flags=VOID_PENDING|PENDING                          -> FLAGS_ARE_MUTUALLY_EXCLUSIVE
            transfer id=1 flags=VOID_PENDING                                  -> PENDING_ID_MUST_NOT_BE_ZERO

            impossible PENDING_ID_MUST_NOT_BE_ZERO < PENDING_ID_MUST_NOT_BE_INT_MAX  one id is not both
            impossible PENDING_ID_MUST_NOT_BE_INT_MAX < PENDING_ID_MUST_BE_DIFFERENT  equal to it the transfer's own id fails first

            pair FLAGS_ARE_MUTUALLY_EXCLUSIVE < PENDING_ID_MUST_NOT_BE_INT_MAX
            transfer id=1 pendingId=MAX flags=POST_PENDING|CLOSING_DEBIT      -> FLAGS_ARE_MUTUALLY_EXCLUSIVE
            transfer id=1 pendingId=MAX flags=POST_PENDING                    -> PENDING_ID_MUST_NOT_BE_INT_MAX

            pair PENDING_ID_MUST_NOT_BE_ZERO < TIMEOUT_RESERVED_FOR_PENDING_TRANSFER
            transfer id=1 timeout=1 flags=POST_PENDING                        -> PENDING_ID_MUST_NOT_BE_ZERO
            transfer id=1 pendingId=100 timeout=1 flags=POST_PENDING          -> TIMEOUT_RESERVED_FOR_PENDING_TRANSFER

            pair PENDING_ID_MUST_NOT_BE_INT_MAX < TIMEOUT_RESERVED_FOR_PENDING_TRANSFER
            transfer id=1 pendingId=MAX timeout=1 flags=VOID_PENDING          -> PENDING_ID_MUST_NOT_BE_INT_MAX
            transfer id=1 pendingId=100 timeout=1 flags=VOID_PENDING          -> TIMEOUT_RESERVED_FOR_PENDING_TRANSFER

            pair PENDING_ID_MUST_BE_DIFFERENT < TIMEOUT_RESERVED_FOR_PENDING_TRANSFER
            transfer id=1 pendingId=1 timeout=1 flags=POST_PENDING            -> PENDING_ID_MUST_BE_DIFFERENT
            transfer id=1 pendingId=2 timeout=1 flags=POST_PENDING            -> TIMEOUT_RESERVED_FOR_PENDING_TRANSFER

            pair TIMEOUT_RESERVED_FOR_PENDING_TRANSFER < PENDING_TRANSFER_NOT_FOUND
            transfer id=1 pendingId=99 timeout=1 flags=POST_PENDING           -> TIMEOUT_RESERVED_FOR_PENDING_TRANSFER
            transfer id=1 pendingId=99 flags=POST_PENDING                     -> PENDING_TRANSFER_NOT_FOUND

            impossible PENDING_TRANSFER_NOT_FOUND < PENDING_TRANSFER_NOT_PENDING  a transfer that is not there is not of any kind

            pair PENDING_TRANSFER_NOT_FOUND < IMPORTED_EVENT_TIMESTAMP_MUST_NOT_REGRESS
            transfer id=1 pendingId=99 flags=VOID_PENDING|IMPORTED timestamp=1 -> PENDING_TRANSFER_NOT_FOUND
            transfer id=2 pendingId=106 flags=VOID_PENDING|IMPORTED timestamp=1 -> IMPORTED_EVENT_TIMESTAMP_MUST_NOT_REGRESS

            pair PENDING_TRANSFER_NOT_PENDING < PENDING_TRANSFER_HAS_DIFFERENT_DEBIT_ACCOUNT_ID
            transfer id=1 pendingId=101 debit=9 flags=POST_PENDING            -> PENDING_TRANSFER_NOT_PENDING
            transfer id=1 pendingId=100 debit=9 flags=POST_PENDING            -> PENDING_TRANSFER_HAS_DIFFERENT_DEBIT_ACCOUNT_ID

            pair PENDING_TRANSFER_NOT_PENDING < EXCEEDS_PENDING_TRANSFER_AMOUNT
            transfer id=1 pendingId=104 amount=51 flags=POST_PENDING          -> PENDING_TRANSFER_NOT_PENDING
            transfer id=1 pendingId=100 amount=51 flags=POST_PENDING          -> EXCEEDS_PENDING_TRANSFER_AMOUNT

            pair PENDING_TRANSFER_HAS_DIFFERENT_DEBIT_ACCOUNT_ID < PENDING_TRANSFER_HAS_DIFFERENT_CREDIT_ACCOUNT_ID
            transfer id=1 pendingId=100 debit=MAX credit=MAX flags=VOID_PENDING -> PENDING_TRANSFER_HAS_DIFFERENT_DEBIT_ACCOUNT_ID
            transfer id=1 pendingId=100 credit=MAX flags=VOID_PENDING         -> PENDING_TRANSFER_HAS_DIFFERENT_CREDIT_ACCOUNT_ID

            pair PENDING_TRANSFER_HAS_DIFFERENT_CREDIT_ACCOUNT_ID < PENDING_TRANSFER_HAS_DIFFERENT_LEDGER
            transfer id=1 pendingId=100 debit=1 credit=1 ledger=2 flags=POST_PENDING -> PENDING_TRANSFER_HAS_DIFFERENT_CREDIT_ACCOUNT_ID
            transfer id=1 pendingId=100 debit=1 credit=2 ledger=2 flags=POST_PENDING -> PENDING_TRANSFER_HAS_DIFFERENT_LEDGER

            pair PENDING_TRANSFER_HAS_DIFFERENT_LEDGER < PENDING_TRANSFER_HAS_DIFFERENT_CODE
            transfer id=1 pendingId=100 ledger=2 code=2 flags=POST_PENDING    -> PENDING_TRANSFER_HAS_DIFFERENT_LEDGER
            transfer id=1 pendingId=100 ledger=0 code=2 flags=POST_PENDING    -> PENDING_TRANSFER_HAS_DIFFERENT_CODE

            pair PENDING_TRANSFER_HAS_DIFFERENT_CODE < EXCEEDS_PENDING_TRANSFER_AMOUNT
            transfer id=1 pendingId=100 code=2 amount=51 flags=POST_PENDING   -> PENDING_TRANSFER_HAS_DIFFERENT_CODE
            transfer id=1 pendingId=100 code=0 amount=51 flags=POST_PENDING   -> EXCEEDS_PENDING_TRANSFER_AMOUNT

            impossible EXCEEDS_PENDING_TRANSFER_AMOUNT < PENDING_TRANSFER_HAS_DIFFERENT_AMOUNT  one is of more, the other of less

            pair PENDING_TRANSFER_HAS_DIFFERENT_CODE < PENDING_TRANSFER_HAS_DIFFERENT_AMOUNT
            transfer id=1 pendingId=100 code=2 amount=49 flags=VOID_PENDING   -> PENDING_TRANSFER_HAS_DIFFERENT_CODE
            transfer id=1 pendingId=100 amount=49 flags=VOID_PENDING          -> PENDING_TRANSFER_HAS_DIFFERENT_AMOUNT

            pair EXCEEDS_PENDING_TRANSFER_AMOUNT < PENDING_TRANSFER_ALREADY_POSTED
            transfer id=1 pendingId=102 amount=51 flags=POST_PENDING          -> EXCEEDS_PENDING_TRANSFER_AMOUNT
            transfer id=1 pendingId=102 amount=50 flags=POST_PENDING          -> PENDING_TRANSFER_ALREADY_POSTED

            pair PENDING_TRANSFER_HAS_DIFFERENT_AMOUNT < PENDING_TRANSFER_ALREADY_POSTED
            transfer id=1 pendingId=102 amount=1 flags=VOID_PENDING           -> PENDING_TRANSFER_HAS_DIFFERENT_AMOUNT
            transfer id=1 pendingId=102 flags=VOID_PENDING                    -> PENDING_TRANSFER_ALREADY_POSTED

            pair PENDING_TRANSFER_HAS_DIFFERENT_AMOUNT < PENDING_TRANSFER_ALREADY_VOIDED
            transfer id=1 pendingId=103 amount=1 flags=VOID_PENDING           -> PENDING_TRANSFER_HAS_DIFFERENT_AMOUNT
            transfer id=1 pendingId=103 amount=50 flags=VOID_PENDING          -> PENDING_TRANSFER_ALREADY_VOIDED

            pair PENDING_TRANSFER_HAS_DIFFERENT_AMOUNT < PENDING_TRANSFER_EXPIRED
            at transfer:100+10s
            transfer id=1 pendingId=100 amount=1 flags=VOID_PENDING           -> PENDING_TRANSFER_HAS_DIFFERENT_AMOUNT
            transfer id=1 pendingId=100 flags=VOID_PENDING                    -> PENDING_TRANSFER_EXPIRED

            impossible PENDING_TRANSFER_ALREADY_POSTED < PENDING_TRANSFER_ALREADY_VOIDED  a pending transfer resolves once

            pair PENDING_TRANSFER_ALREADY_POSTED < PENDING_TRANSFER_EXPIRED
            at transfer:102+10s
            transfer id=1 pendingId=102 flags=VOID_PENDING                    -> PENDING_TRANSFER_ALREADY_POSTED
            transfer id=1 pendingId=100 flags=VOID_PENDING                    -> PENDING_TRANSFER_EXPIRED

            # Resolved before it was due, and due now.
            pair PENDING_TRANSFER_ALREADY_VOIDED < PENDING_TRANSFER_EXPIRED
            at transfer:103+10s
            transfer id=1 pendingId=103 amount=MAX flags=POST_PENDING         -> PENDING_TRANSFER_ALREADY_VOIDED
            transfer id=1 pendingId=100 amount=MAX flags=POST_PENDING         -> PENDING_TRANSFER_EXPIRED

            pair PENDING_TRANSFER_ALREADY_POSTED < IMPORTED_EVENT_TIMESTAMP_MUST_NOT_REGRESS
            transfer id=1 pendingId=102 flags=VOID_PENDING|IMPORTED timestamp=1 -> PENDING_TRANSFER_ALREADY_POSTED
            transfer id=1 pendingId=106 flags=VOID_PENDING|IMPORTED timestamp=1 -> IMPORTED_EVENT_TIMESTAMP_MUST_NOT_REGRESS

            pair PENDING_TRANSFER_EXPIRED < IMPORTED_EVENT_TIMESTAMP_MUST_NOT_REGRESS
            at transfer:100+10s
            transfer id=1 pendingId=100 flags=VOID_PENDING|IMPORTED timestamp=1 -> PENDING_TRANSFER_EXPIRED
            transfer id=1 pendingId=106 flags=VOID_PENDING|IMPORTED timestamp=1 -> IMPORTED_EVENT_TIMESTAMP_MUST_NOT_REGRESS

            pair IMPORTED_EVENT_TIMESTAMP_MUST_NOT_REGRESS < DEBIT_ACCOUNT_ALREADY_CLOSED
            transfer id=1 pendingId=107 amount=5 flags=POST_PENDING|IMPORTED timestamp=transfer:109 -> IMPORTED_EVENT_TIMESTAMP_MUST_NOT_REGRESS
            transfer id=1 pendingId=107 amount=5 flags=POST_PENDING|IMPORTED timestamp=transfer:109+1 -> DEBIT_ACCOUNT_ALREADY_CLOSED

            pair DEBIT_ACCOUNT_ALREADY_CLOSED < CREDIT_ACCOUNT_ALREADY_CLOSED
            transfer id=1 pendingId=107 amount=5 flags=POST_PENDING           -> DEBIT_ACCOUNT_ALREADY_CLOSED
            transfer id=2 pendingId=108 amount=5 flags=POST_PENDING           -> CREDIT_ACCOUNT_ALREADY_CLOSED

            impossible CREDIT_ACCOUNT_ALREADY_CLOSED < CREATED  CREATED is that nothing failed
            """;

    PostAndVoidPairsTest() {
        super(CheckOrder.POST_AND_VOID, PAIRS);
    }
}
