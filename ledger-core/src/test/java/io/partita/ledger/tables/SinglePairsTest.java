// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.tables;

/** Which check of a single-phase or pending transfer comes first. */
class SinglePairsTest extends PairTables {
    static final String PAIRS = """
            account id=1                                                      -> CREATED
            account id=2                                                      -> CREATED
            account id=3 ledger=2                                             -> CREATED
            account id=4 flags=CLOSED                                         -> CREATED
            account id=5 flags=CLOSED                                         -> CREATED
            account id=6 flags=DEBITS_MUST_NOT_EXCEED_CREDITS                 -> CREATED
            account id=7 flags=CREDITS_MUST_NOT_EXCEED_DEBITS                 -> CREATED
            account id=8                                                      -> CREATED
            account id=9                                                      -> CREATED
            account id=10 flags=CLOSED ledger=2                               -> CREATED

            pair ID_ALREADY_FAILED < DEBIT_ACCOUNT_ID_MUST_NOT_BE_ZERO
            transfer id=1 debit=98 credit=2                                   -> DEBIT_ACCOUNT_NOT_FOUND
            transfer id=1                                                     -> ID_ALREADY_FAILED
            transfer id=2                                                     -> DEBIT_ACCOUNT_ID_MUST_NOT_BE_ZERO

            impossible DEBIT_ACCOUNT_ID_MUST_NOT_BE_ZERO < DEBIT_ACCOUNT_ID_MUST_NOT_BE_INT_MAX  one id is not both

            pair DEBIT_ACCOUNT_ID_MUST_NOT_BE_ZERO < CREDIT_ACCOUNT_ID_MUST_NOT_BE_ZERO
            transfer id=1 debit=0 credit=0                                    -> DEBIT_ACCOUNT_ID_MUST_NOT_BE_ZERO
            transfer id=1 debit=1 credit=0                                    -> CREDIT_ACCOUNT_ID_MUST_NOT_BE_ZERO

            pair DEBIT_ACCOUNT_ID_MUST_NOT_BE_INT_MAX < CREDIT_ACCOUNT_ID_MUST_NOT_BE_ZERO
            transfer id=1 debit=MAX credit=0                                  -> DEBIT_ACCOUNT_ID_MUST_NOT_BE_INT_MAX
            transfer id=1 debit=1 credit=0                                    -> CREDIT_ACCOUNT_ID_MUST_NOT_BE_ZERO

            pair DEBIT_ACCOUNT_ID_MUST_NOT_BE_INT_MAX < CREDIT_ACCOUNT_ID_MUST_NOT_BE_INT_MAX
            transfer id=1 debit=MAX credit=MAX                                -> DEBIT_ACCOUNT_ID_MUST_NOT_BE_INT_MAX
            transfer id=1 debit=1 credit=MAX                                  -> CREDIT_ACCOUNT_ID_MUST_NOT_BE_INT_MAX

            impossible CREDIT_ACCOUNT_ID_MUST_NOT_BE_ZERO < CREDIT_ACCOUNT_ID_MUST_NOT_BE_INT_MAX  one id is not both
            impossible CREDIT_ACCOUNT_ID_MUST_NOT_BE_INT_MAX < ACCOUNTS_MUST_BE_DIFFERENT  equal to it the debit account fails first

            pair CREDIT_ACCOUNT_ID_MUST_NOT_BE_ZERO < PENDING_ID_MUST_BE_ZERO
            transfer id=1 debit=1 credit=0 pendingId=2^64                     -> CREDIT_ACCOUNT_ID_MUST_NOT_BE_ZERO
            transfer id=1 debit=1 credit=2 pendingId=2^64                     -> PENDING_ID_MUST_BE_ZERO

            pair CREDIT_ACCOUNT_ID_MUST_NOT_BE_INT_MAX < PENDING_ID_MUST_BE_ZERO
            transfer id=1 debit=1 credit=MAX pendingId=1                      -> CREDIT_ACCOUNT_ID_MUST_NOT_BE_INT_MAX
            transfer id=1 debit=1 credit=2 pendingId=1                        -> PENDING_ID_MUST_BE_ZERO

            pair ACCOUNTS_MUST_BE_DIFFERENT < PENDING_ID_MUST_BE_ZERO
            transfer id=1 debit=98 credit=98 pendingId=1 flags=PENDING        -> ACCOUNTS_MUST_BE_DIFFERENT
            transfer id=1 debit=98 credit=99 pendingId=1 flags=PENDING        -> PENDING_ID_MUST_BE_ZERO

            pair PENDING_ID_MUST_BE_ZERO < TIMEOUT_RESERVED_FOR_PENDING_TRANSFER
            transfer id=1 debit=1 credit=2 pendingId=1 timeout=1              -> PENDING_ID_MUST_BE_ZERO
            transfer id=1 debit=1 credit=2 timeout=1                          -> TIMEOUT_RESERVED_FOR_PENDING_TRANSFER

            pair TIMEOUT_RESERVED_FOR_PENDING_TRANSFER < CLOSING_TRANSFER_MUST_BE_PENDING
            transfer id=1 debit=1 credit=2 timeout=1 flags=CLOSING_DEBIT      -> TIMEOUT_RESERVED_FOR_PENDING_TRANSFER
            transfer id=1 debit=1 credit=2 flags=CLOSING_DEBIT                -> CLOSING_TRANSFER_MUST_BE_PENDING

            pair CLOSING_TRANSFER_MUST_BE_PENDING < LEDGER_MUST_NOT_BE_ZERO
            transfer id=1 debit=1 credit=2 ledger=0 flags=CLOSING_CREDIT      -> CLOSING_TRANSFER_MUST_BE_PENDING
            transfer id=1 debit=1 credit=2 ledger=0 flags=CLOSING_CREDIT|PENDING -> LEDGER_MUST_NOT_BE_ZERO

            pair LEDGER_MUST_NOT_BE_ZERO < CODE_MUST_NOT_BE_ZERO
            transfer id=1 debit=98 credit=2 ledger=0 code=0                   -> LEDGER_MUST_NOT_BE_ZERO
            transfer id=1 debit=98 credit=2 code=0                            -> CODE_MUST_NOT_BE_ZERO

            pair CODE_MUST_NOT_BE_ZERO < DEBIT_ACCOUNT_NOT_FOUND
            transfer id=1 debit=98 credit=2 code=0                            -> CODE_MUST_NOT_BE_ZERO
            transfer id=1 debit=98 credit=2                                   -> DEBIT_ACCOUNT_NOT_FOUND

            pair DEBIT_ACCOUNT_NOT_FOUND < CREDIT_ACCOUNT_NOT_FOUND
            transfer id=1 debit=98 credit=99                                  -> DEBIT_ACCOUNT_NOT_FOUND
            transfer id=2 debit=1 credit=99                                   -> CREDIT_ACCOUNT_NOT_FOUND

            impossible CREDIT_ACCOUNT_NOT_FOUND < ACCOUNTS_MUST_HAVE_THE_SAME_LEDGER  an account that is not there is of no ledger

            pair CREDIT_ACCOUNT_NOT_FOUND < IMPORTED_EVENT_TIMESTAMP_MUST_NOT_REGRESS
            transfer id=1 debit=1 credit=99 flags=IMPORTED timestamp=account:2 -> CREDIT_ACCOUNT_NOT_FOUND
            transfer id=2 debit=1 credit=2 flags=IMPORTED timestamp=account:2 -> IMPORTED_EVENT_TIMESTAMP_MUST_NOT_REGRESS

            pair CREDIT_ACCOUNT_NOT_FOUND < DEBIT_ACCOUNT_ALREADY_CLOSED
            transfer id=1 debit=4 credit=99                                   -> CREDIT_ACCOUNT_NOT_FOUND
            transfer id=2 debit=4 credit=2                                    -> DEBIT_ACCOUNT_ALREADY_CLOSED

            pair ACCOUNTS_MUST_HAVE_THE_SAME_LEDGER < TRANSFER_MUST_HAVE_THE_SAME_LEDGER_AS_ACCOUNTS
            transfer id=1 debit=1 credit=3 ledger=3                           -> ACCOUNTS_MUST_HAVE_THE_SAME_LEDGER
            transfer id=1 debit=1 credit=2 ledger=3                           -> TRANSFER_MUST_HAVE_THE_SAME_LEDGER_AS_ACCOUNTS

            pair ACCOUNTS_MUST_HAVE_THE_SAME_LEDGER < DEBIT_ACCOUNT_ALREADY_CLOSED
            transfer id=1 debit=4 credit=3                                    -> ACCOUNTS_MUST_HAVE_THE_SAME_LEDGER
            transfer id=1 debit=4 credit=2                                    -> DEBIT_ACCOUNT_ALREADY_CLOSED

            pair TRANSFER_MUST_HAVE_THE_SAME_LEDGER_AS_ACCOUNTS < IMPORTED_EVENT_TIMESTAMP_MUST_NOT_REGRESS
            transfer id=1 debit=1 credit=2 ledger=3 flags=IMPORTED timestamp=account:8 -> TRANSFER_MUST_HAVE_THE_SAME_LEDGER_AS_ACCOUNTS
            transfer id=1 debit=1 credit=2 flags=IMPORTED timestamp=account:8 -> IMPORTED_EVENT_TIMESTAMP_MUST_NOT_REGRESS

            pair IMPORTED_EVENT_TIMESTAMP_MUST_NOT_REGRESS < IMPORTED_EVENT_TIMESTAMP_MUST_POSTDATE_DEBIT_ACCOUNT
            at 1000
            account id=21 flags=IMPORTED timestamp=300                        -> CREATED
            account id=22 flags=IMPORTED timestamp=400                        -> CREATED
            transfer id=1 debit=1 credit=2 flags=IMPORTED timestamp=200       -> CREATED
            transfer id=2 debit=21 credit=22 flags=IMPORTED timestamp=200     -> IMPORTED_EVENT_TIMESTAMP_MUST_NOT_REGRESS
            transfer id=2 debit=21 credit=22 flags=IMPORTED timestamp=201     -> IMPORTED_EVENT_TIMESTAMP_MUST_POSTDATE_DEBIT_ACCOUNT

            pair IMPORTED_EVENT_TIMESTAMP_MUST_POSTDATE_DEBIT_ACCOUNT < IMPORTED_EVENT_TIMESTAMP_MUST_POSTDATE_CREDIT_ACCOUNT
            at 1000
            account id=21 flags=IMPORTED timestamp=300                        -> CREATED
            account id=22 flags=IMPORTED timestamp=400                        -> CREATED
            transfer id=1 debit=21 credit=22 flags=IMPORTED timestamp=299     -> IMPORTED_EVENT_TIMESTAMP_MUST_POSTDATE_DEBIT_ACCOUNT
            transfer id=1 debit=21 credit=22 flags=IMPORTED timestamp=301     -> IMPORTED_EVENT_TIMESTAMP_MUST_POSTDATE_CREDIT_ACCOUNT

            pair IMPORTED_EVENT_TIMESTAMP_MUST_POSTDATE_CREDIT_ACCOUNT < IMPORTED_EVENT_TIMEOUT_MUST_BE_ZERO
            at 1000
            account id=22 flags=IMPORTED timestamp=400                        -> CREATED
            transfer id=1 debit=1 credit=22 flags=IMPORTED|PENDING timeout=1 timestamp=399 -> IMPORTED_EVENT_TIMESTAMP_MUST_POSTDATE_CREDIT_ACCOUNT
            transfer id=1 debit=1 credit=22 flags=IMPORTED|PENDING timeout=1 timestamp=401 -> IMPORTED_EVENT_TIMEOUT_MUST_BE_ZERO

            pair IMPORTED_EVENT_TIMEOUT_MUST_BE_ZERO < DEBIT_ACCOUNT_ALREADY_CLOSED
            transfer id=1 debit=4 credit=2 flags=IMPORTED|PENDING timeout=1 timestamp=T-1 -> IMPORTED_EVENT_TIMEOUT_MUST_BE_ZERO
            transfer id=1 debit=4 credit=2 flags=IMPORTED|PENDING timestamp=T-1 -> DEBIT_ACCOUNT_ALREADY_CLOSED

            pair DEBIT_ACCOUNT_ALREADY_CLOSED < CREDIT_ACCOUNT_ALREADY_CLOSED
            transfer id=1 debit=4 credit=5                                    -> DEBIT_ACCOUNT_ALREADY_CLOSED
            transfer id=2 debit=1 credit=5                                    -> CREDIT_ACCOUNT_ALREADY_CLOSED

            pair CREDIT_ACCOUNT_ALREADY_CLOSED < OVERFLOWS_DEBITS_PENDING
            transfer id=1 debit=1 credit=8 amount=MAX flags=PENDING           -> CREATED
            transfer id=2 debit=1 credit=4 amount=1 flags=PENDING             -> CREDIT_ACCOUNT_ALREADY_CLOSED
            transfer id=3 debit=1 credit=2 amount=1 flags=PENDING             -> OVERFLOWS_DEBITS_PENDING

            pair OVERFLOWS_DEBITS_PENDING < OVERFLOWS_CREDITS_PENDING
            transfer id=1 debit=1 credit=8 amount=MAX flags=PENDING           -> CREATED
            transfer id=2 debit=9 credit=2 amount=MAX flags=PENDING           -> CREATED
            transfer id=3 debit=1 credit=2 amount=1 flags=PENDING             -> OVERFLOWS_DEBITS_PENDING
            transfer id=3 debit=8 credit=2 amount=1 flags=PENDING             -> OVERFLOWS_CREDITS_PENDING

            pair OVERFLOWS_DEBITS_PENDING < OVERFLOWS_DEBITS_POSTED
            transfer id=1 debit=1 credit=8 amount=2^127 flags=PENDING         -> CREATED
            transfer id=2 debit=1 credit=9 amount=2^127-1                     -> CREATED
            transfer id=3 debit=1 credit=2 amount=MAX flags=PENDING           -> OVERFLOWS_DEBITS_PENDING
            transfer id=3 debit=1 credit=2 amount=MAX                         -> OVERFLOWS_DEBITS_POSTED

            pair OVERFLOWS_CREDITS_PENDING < OVERFLOWS_DEBITS_POSTED
            transfer id=1 debit=8 credit=2 amount=MAX flags=PENDING           -> CREATED
            transfer id=2 debit=1 credit=9 amount=MAX                         -> CREATED
            transfer id=3 debit=1 credit=2 amount=1 flags=PENDING             -> OVERFLOWS_CREDITS_PENDING
            transfer id=3 debit=1 credit=8 amount=1 flags=PENDING             -> OVERFLOWS_DEBITS_POSTED

            pair OVERFLOWS_DEBITS_POSTED < OVERFLOWS_CREDITS_POSTED
            transfer id=1 debit=1 credit=8 amount=MAX                         -> CREATED
            transfer id=2 debit=9 credit=2 amount=MAX                         -> CREATED
            transfer id=3 debit=1 credit=2 amount=1                           -> OVERFLOWS_DEBITS_POSTED
            transfer id=3 debit=8 credit=2 amount=1                           -> OVERFLOWS_CREDITS_POSTED

            pair OVERFLOWS_CREDITS_POSTED < OVERFLOWS_DEBITS
            transfer id=1 debit=1 credit=8 amount=MAX flags=PENDING           -> CREATED
            transfer id=2 debit=9 credit=2 amount=MAX                         -> CREATED
            transfer id=3 debit=1 credit=2 amount=1                           -> OVERFLOWS_CREDITS_POSTED
            transfer id=3 debit=1 credit=9 amount=1                           -> OVERFLOWS_DEBITS

            pair OVERFLOWS_DEBITS < OVERFLOWS_CREDITS
            transfer id=1 debit=1 credit=8 amount=MAX flags=PENDING           -> CREATED
            transfer id=2 debit=9 credit=2 amount=MAX flags=PENDING           -> CREATED
            transfer id=3 debit=1 credit=2 amount=1                           -> OVERFLOWS_DEBITS
            transfer id=3 debit=8 credit=2 amount=1                           -> OVERFLOWS_CREDITS

            pair OVERFLOWS_CREDITS < OVERFLOWS_TIMEOUT
            transfer id=1 debit=9 credit=2 amount=2^127 flags=PENDING         -> CREATED
            transfer id=2 debit=9 credit=2 amount=2^127-1                     -> CREATED
            at 2^63-1s
            transfer id=3 debit=1 credit=2 amount=1 flags=PENDING timeout=1   -> OVERFLOWS_CREDITS
            transfer id=3 debit=1 credit=8 amount=1 flags=PENDING timeout=1   -> OVERFLOWS_TIMEOUT

            pair OVERFLOWS_TIMEOUT < EXCEEDS_CREDITS
            at 2^63-1s
            transfer id=3 debit=6 credit=1 amount=1 flags=PENDING timeout=1   -> OVERFLOWS_TIMEOUT
            transfer id=3 debit=6 credit=1 amount=1 flags=PENDING             -> EXCEEDS_CREDITS

            pair OVERFLOWS_DEBITS_POSTED < EXCEEDS_DEBITS
            transfer id=1 debit=1 credit=8 amount=MAX                         -> CREATED
            transfer id=2 debit=1 credit=7 amount=1                           -> OVERFLOWS_DEBITS_POSTED
            transfer id=2 debit=2 credit=7 amount=1                           -> EXCEEDS_DEBITS

            pair EXCEEDS_CREDITS < EXCEEDS_DEBITS
            transfer id=1 debit=6 credit=7 amount=1                           -> EXCEEDS_CREDITS
            transfer id=2 debit=1 credit=7 amount=1                           -> EXCEEDS_DEBITS

            impossible EXCEEDS_DEBITS < CREATED  CREATED is that nothing failed
            """;

    SinglePairsTest() {
        super(CheckOrder.SINGLE_AND_PENDING, PAIRS);
    }
}
