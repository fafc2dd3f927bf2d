// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.tables;

/** Reserve, then post or void: once, whole or in part. */
class TwoPhaseTest extends TableTest {
    private static final String TWO = """
            account id=1                                                      -> CREATED
            account id=2                                                      -> CREATED
            account id=3                                                      -> CREATED
            """;

    static final String POST_ALL_PART_OR_NOTHING = TWO + """
            transfer id=1 debit=1 credit=2 amount=10 flags=PENDING            -> CREATED {1: 10 0 0 0} {2: 0 0 10 0}
            ? status 1 = open
            transfer id=2 pendingId=1 amount=MAX flags=POST_PENDING           -> CREATED {1: 0 10 0 0} {2: 0 0 0 10}
            ? status 1 = posted
            ? transfer 1 = amount=10 flags=PENDING pendingId=0
            ? transfer 2 = amount=10 flags=POST_PENDING pendingId=1 debit=1 credit=2 ledger=1 code=1
            transfer id=3 debit=1 credit=2 amount=10 flags=PENDING            -> CREATED {1: 10 10 0 0} {2: 0 0 10 10}
            transfer id=4 pendingId=3 amount=4 flags=POST_PENDING             -> CREATED {1: 0 14 0 0} {2: 0 0 0 14}
            ? transfer 3 = amount=10
            ? transfer 4 = amount=4
            transfer id=5 debit=1 credit=2 amount=10 flags=PENDING            -> CREATED {1: 10 14 0 0} {2: 0 0 10 14}
            transfer id=6 pendingId=5 amount=0 flags=POST_PENDING             -> CREATED {1: 0 14 0 0} {2: 0 0 0 14}
            ? status 5 = posted
            ? transfer 6 = amount=0
            transfer id=7 debit=1 credit=2 amount=10 flags=PENDING            -> CREATED
            transfer id=8 pendingId=7 amount=10 flags=POST_PENDING            -> CREATED {1: 0 24 0 0} {2: 0 0 0 24}
            transfer id=9 debit=1 credit=2 amount=MAX flags=PENDING           -> OVERFLOWS_DEBITS_POSTED
            transfer id=9 debit=1 credit=2 amount=0 flags=PENDING             -> CREATED {1: 0 24 0 0} {2: 0 0 0 24}
            transfer id=10 pendingId=9 amount=1 flags=POST_PENDING            -> EXCEEDS_PENDING_TRANSFER_AMOUNT
            transfer id=10 pendingId=9 amount=MAX flags=POST_PENDING          -> CREATED {1: 0 24 0 0} {2: 0 0 0 24}
            ? transfer 10 = amount=0
            """;

    static final String VOID = TWO + """
            transfer id=1 debit=1 credit=2 amount=10 flags=PENDING            -> CREATED
            transfer id=2 pendingId=1 flags=VOID_PENDING                      -> CREATED {1: 0 0 0 0} {2: 0 0 0 0}
            ? status 1 = voided
            ? transfer 2 = amount=10 flags=VOID_PENDING pendingId=1 debit=1 credit=2
            transfer id=3 debit=1 credit=2 amount=10 flags=PENDING            -> CREATED
            transfer id=4 pendingId=3 amount=9 flags=VOID_PENDING             -> PENDING_TRANSFER_HAS_DIFFERENT_AMOUNT
            transfer id=4 pendingId=3 amount=11 flags=VOID_PENDING            -> EXCEEDS_PENDING_TRANSFER_AMOUNT
            transfer id=4 pendingId=3 amount=MAX flags=VOID_PENDING           -> EXCEEDS_PENDING_TRANSFER_AMOUNT
            ? status 3 = open
            transfer id=4 pendingId=3 amount=10 flags=VOID_PENDING            -> CREATED {1: 0 0 0 0} {2: 0 0 0 0}
            """;

    static final String RESOLVES_ONCE = TWO + """
            transfer id=1 debit=1 credit=2 amount=10 flags=PENDING            -> CREATED
            transfer id=2 debit=1 credit=2 amount=20 flags=PENDING            -> CREATED
            transfer id=3 pendingId=1 amount=1 flags=POST_PENDING             -> CREATED
            transfer id=4 pendingId=2 flags=VOID_PENDING                      -> CREATED
            transfer id=5 pendingId=1 amount=9 flags=POST_PENDING             -> PENDING_TRANSFER_ALREADY_POSTED
            transfer id=5 pendingId=1 flags=VOID_PENDING                      -> PENDING_TRANSFER_ALREADY_POSTED
            transfer id=5 pendingId=2 amount=MAX flags=POST_PENDING           -> PENDING_TRANSFER_ALREADY_VOIDED
            transfer id=5 pendingId=2 flags=VOID_PENDING                      -> PENDING_TRANSFER_ALREADY_VOIDED
            transfer id=5 pendingId=3 amount=1 flags=POST_PENDING             -> PENDING_TRANSFER_NOT_PENDING
            transfer id=5 pendingId=4 flags=VOID_PENDING                      -> PENDING_TRANSFER_NOT_PENDING
            # None of these burnt the id.
            transfer id=5 debit=1 credit=2 amount=1                           -> CREATED {1: 0 2 0 0} {2: 0 0 0 2}
            transfer id=6 pendingId=5 amount=1 flags=POST_PENDING             -> PENDING_TRANSFER_NOT_PENDING
            """;

    static final String FIELDS_OF_POST_AND_VOID = TWO + """
            transfer id=1 debit=1 credit=2 amount=10 code=7 flags=PENDING userData128=2^64 userData64=5 userData32=6 -> CREATED
            transfer id=2 pendingId=1 debit=2 flags=POST_PENDING              -> PENDING_TRANSFER_HAS_DIFFERENT_DEBIT_ACCOUNT_ID
            transfer id=2 pendingId=1 debit=2^64+1 flags=POST_PENDING         -> PENDING_TRANSFER_HAS_DIFFERENT_DEBIT_ACCOUNT_ID
            transfer id=2 pendingId=1 debit=MAX flags=POST_PENDING            -> PENDING_TRANSFER_HAS_DIFFERENT_DEBIT_ACCOUNT_ID
            transfer id=2 pendingId=1 debit=2 credit=2 flags=POST_PENDING     -> PENDING_TRANSFER_HAS_DIFFERENT_DEBIT_ACCOUNT_ID
            transfer id=2 pendingId=1 debit=1 credit=1 flags=POST_PENDING     -> PENDING_TRANSFER_HAS_DIFFERENT_CREDIT_ACCOUNT_ID
            transfer id=2 pendingId=1 credit=99 flags=VOID_PENDING            -> PENDING_TRANSFER_HAS_DIFFERENT_CREDIT_ACCOUNT_ID
            transfer id=2 pendingId=1 ledger=2 code=0 flags=VOID_PENDING      -> PENDING_TRANSFER_HAS_DIFFERENT_LEDGER
            transfer id=2 pendingId=1 code=8 flags=VOID_PENDING               -> PENDING_TRANSFER_HAS_DIFFERENT_CODE
            # What is 0 is the pending transfer's.
            transfer id=2 pendingId=1 ledger=0 code=0 amount=4 flags=POST_PENDING -> CREATED
            ? transfer 2 = debit=1 credit=2 amount=4 ledger=1 code=7 userData128=2^64 userData64=5 userData32=6 timeout=0
            transfer id=3 debit=1 credit=2 amount=10 code=7 flags=PENDING userData128=2^64 userData64=5 userData32=6 -> CREATED
            transfer id=4 pendingId=3 debit=1 credit=2 ledger=1 code=7 flags=VOID_PENDING userData128=1 userData64=2 userData32=3 -> CREATED
            ? transfer 4 = debit=1 credit=2 amount=10 ledger=1 code=7 userData128=1 userData64=2 userData32=3
            """;

    static final String FLAGS_THAT_EXCLUDE = TWO + """
            transfer id=1 debit=1 credit=2 amount=10 flags=PENDING            -> CREATED
            transfer id=2 pendingId=1 flags=POST_PENDING|VOID_PENDING         -> FLAGS_ARE_MUTUALLY_EXCLUSIVE
            transfer id=2 pendingId=1 flags=POST_PENDING|PENDING              -> FLAGS_ARE_MUTUALLY_EXCLUSIVE
            transfer id=2 pendingId=1 flags=VOID_PENDING|PENDING              -> FLAGS_ARE_MUTUALLY_EXCLUSIVE
            transfer id=2 pendingId=1 flags=POST_PENDING|BALANCING_DEBIT      -> FLAGS_ARE_MUTUALLY_EXCLUSIVE
            transfer id=2 pendingId=1 flags=POST_PENDING|BALANCING_CREDIT     -> FLAGS_ARE_MUTUALLY_EXCLUSIVE
            transfer id=2 pendingId=1 flags=VOID_PENDING|BALANCING_DEBIT      -> FLAGS_ARE_MUTUALLY_EXCLUSIVE
            transfer id=2 pendingId=1 flags=VOID_PENDING|BALANCING_CREDIT     -> FLAGS_ARE_MUTUALLY_EXCLUSIVE
            transfer id=2 pendingId=1 flags=POST_PENDING|CLOSING_DEBIT        -> FLAGS_ARE_MUTUALLY_EXCLUSIVE
            transfer id=2 pendingId=1 flags=POST_PENDING|CLOSING_CREDIT       -> FLAGS_ARE_MUTUALLY_EXCLUSIVE
            transfer id=2 pendingId=1 flags=VOID_PENDING|CLOSING_DEBIT        -> FLAGS_ARE_MUTUALLY_EXCLUSIVE
            transfer id=2 pendingId=1 flags=VOID_PENDING|CLOSING_CREDIT       -> FLAGS_ARE_MUTUALLY_EXCLUSIVE
            transfer id=2 pendingId=0 flags=POST_PENDING                      -> PENDING_ID_MUST_NOT_BE_ZERO
            transfer id=2 pendingId=MAX flags=POST_PENDING                    -> PENDING_ID_MUST_NOT_BE_INT_MAX
            transfer id=2 pendingId=2 flags=VOID_PENDING                      -> PENDING_ID_MUST_BE_DIFFERENT
            transfer id=2 pendingId=1 timeout=1 flags=VOID_PENDING            -> TIMEOUT_RESERVED_FOR_PENDING_TRANSFER
            ? balances 1 = 10 0 0 0
            transfer id=2 pendingId=1 flags=VOID_PENDING                      -> CREATED
            """;

    static final String WHAT_IS_NO_PENDING_TRANSFER = TWO + """
            account id=4 flags=DEBITS_MUST_NOT_EXCEED_CREDITS                 -> CREATED
            setCreditLimit id=1 account=4 creditLimit=1                       -> CREATED
            transfer id=2 debit=9 credit=2                                    -> DEBIT_ACCOUNT_NOT_FOUND
            transfer id=3 debit=1 credit=2 amount=1                           -> CREATED
            transfer id=5 pendingId=1 flags=VOID_PENDING                      -> PENDING_TRANSFER_NOT_FOUND
            transfer id=6 pendingId=2 flags=VOID_PENDING                      -> PENDING_TRANSFER_NOT_FOUND
            transfer id=7 pendingId=3 flags=VOID_PENDING                      -> PENDING_TRANSFER_NOT_PENDING
            transfer id=8 pendingId=2^64+3 flags=VOID_PENDING                 -> PENDING_TRANSFER_NOT_FOUND
            transfer id=8 debit=1 credit=2 amount=1 flags=PENDING             -> ID_ALREADY_FAILED
            """;

    static final String LIMITS_ARE_CHECKED_AT_RESERVATION = """
            account id=1 flags=DEBITS_MUST_NOT_EXCEED_CREDITS creditLimit=10  -> CREATED
            account id=2 flags=CREDITS_MUST_NOT_EXCEED_DEBITS                 -> CREATED
            account id=3                                                      -> CREATED
            transfer id=1 debit=1 credit=3 amount=6 flags=PENDING             -> CREATED
            transfer id=2 debit=1 credit=3 amount=5 flags=PENDING             -> EXCEEDS_CREDITS
            transfer id=3 debit=1 credit=3 amount=4 flags=PENDING             -> CREATED
            transfer id=4 debit=1 credit=3 amount=1                           -> EXCEEDS_CREDITS
            transfer id=5 debit=3 credit=1 amount=7 flags=PENDING             -> CREATED
            # What is still pending on the other side does not count as credit.
            transfer id=6 debit=1 credit=3 amount=1                           -> EXCEEDS_CREDITS
            transfer id=7 pendingId=5 amount=2 flags=POST_PENDING             -> CREATED
            transfer id=8 debit=1 credit=3 amount=3                           -> EXCEEDS_CREDITS
            transfer id=9 debit=1 credit=3 amount=2                           -> CREATED {1: 10 2 0 2} {3: 0 2 10 2}
            # At its limit already: a post takes nothing more.
            transfer id=10 pendingId=1 amount=MAX flags=POST_PENDING          -> CREATED {1: 4 8 0 2} {3: 0 2 4 8}
            setCreditLimit id=11 account=1 creditLimit=9                      -> CREDIT_LIMIT_EXCEEDED
            transfer id=12 pendingId=3 amount=1 flags=POST_PENDING            -> CREATED
            setCreditLimit id=13 account=1 creditLimit=7                      -> CREATED
            transfer id=14 debit=1 credit=3 amount=1                          -> EXCEEDS_CREDITS
            transfer id=15 debit=3 credit=2 amount=1 flags=PENDING            -> EXCEEDS_DEBITS
            transfer id=16 debit=2 credit=3 amount=5                          -> CREATED
            transfer id=17 debit=3 credit=2 amount=3 flags=PENDING            -> CREATED
            transfer id=18 debit=3 credit=2 amount=3                          -> EXCEEDS_DEBITS
            transfer id=19 debit=3 credit=2 amount=2                          -> CREATED
            transfer id=20 debit=2 credit=3 amount=9 flags=PENDING            -> CREATED
            transfer id=21 debit=3 credit=2 amount=1                          -> EXCEEDS_DEBITS
            ? balances 2 = 9 5 3 2
            """;

    static final String PENDING_IN_THE_SAME_BATCH = TWO + """
            transfer id=1 debit=1 credit=2 amount=10 flags=PENDING timeout=1  -> CREATED {1: 10 0 0 0} {2: 0 0 10 0}
            + transfer id=2 pendingId=1 amount=3 flags=POST_PENDING           -> CREATED {1: 0 3 0 0} {2: 0 0 0 3}
            + transfer id=3 pendingId=1 flags=VOID_PENDING                    -> PENDING_TRANSFER_ALREADY_POSTED {}
            + transfer id=4 debit=3 credit=1 amount=2 flags=PENDING           -> CREATED {3: 2 0 0 0} {1: 0 3 2 0}
            + transfer id=5 pendingId=4 flags=VOID_PENDING                    -> CREATED {3: 0 0 0 0} {1: 0 3 0 0}
            + transfer id=5 pendingId=4 flags=VOID_PENDING                    -> EXISTS @T-2 {}
            + account id=9                                                    -> CREATED {9: 0 0 0 0}
            """;

    static final String PENDINGS_OF_AN_ACCOUNT = TWO + """
            transfer id=1 debit=1 credit=2 amount=1 flags=PENDING             -> CREATED
            transfer id=2 debit=2 credit=1 amount=2 flags=PENDING             -> CREATED
            transfer id=3 debit=3 credit=2 amount=4 flags=PENDING             -> CREATED
            transfer id=4 debit=1 credit=3 amount=8                           -> CREATED
            transfer id=5 debit=1 credit=3 amount=8 flags=PENDING             -> CREATED
            ? pendings 1 = 1 2 5
            ? pendings 2 = 1 2 3
            ? pendings 3 = 3 5
            transfer id=6 pendingId=2 amount=1 flags=POST_PENDING             -> CREATED
            transfer id=7 pendingId=3 flags=VOID_PENDING                      -> CREATED
            ? pendings 1 = 1 5
            ? pendings 2 = 1
            ? pendings 3 = 5
            transfer id=8 pendingId=1 flags=VOID_PENDING                      -> CREATED
            transfer id=9 pendingId=5 flags=VOID_PENDING                      -> CREATED
            ? pendings 1 =
            ? pendings 2 =
            ? pendings 9 = none
            """;
}
