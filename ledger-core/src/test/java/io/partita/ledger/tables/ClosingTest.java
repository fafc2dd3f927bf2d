// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.tables;

/** Accounts that are closed, and opened again. */
class ClosingTest extends TableTest {
    private static final String THREE = """
            account id=1                                                      -> CREATED
            account id=2                                                      -> CREATED
            account id=3 flags=HISTORY                                        -> CREATED
            """;

    static final String ONE_SIDE = THREE + """
            transfer id=1 debit=1 credit=2 amount=5                           -> CREATED
            transfer id=2 debit=1 credit=2 flags=PENDING|CLOSING_DEBIT        -> CREATED {1: 0 5 0 0} {2: 0 0 0 5}
            ? account 1 = flags=CLOSED
            ? account 2 = flags=0
            transfer id=3 debit=1 credit=2                                    -> DEBIT_ACCOUNT_ALREADY_CLOSED
            transfer id=4 debit=2 credit=1                                    -> CREDIT_ACCOUNT_ALREADY_CLOSED
            transfer id=5 debit=1 credit=2 flags=PENDING                      -> DEBIT_ACCOUNT_ALREADY_CLOSED
            transfer id=6 debit=1 credit=2 flags=PENDING|CLOSING_DEBIT        -> DEBIT_ACCOUNT_ALREADY_CLOSED
            transfer id=7 debit=3 credit=2 flags=PENDING|CLOSING_CREDIT       -> CREATED
            ? account 2 = flags=CLOSED
            ? account 3 = flags=HISTORY
            # Voiding reopens the side it closed.
            transfer id=8 pendingId=2 flags=VOID_PENDING                      -> CREATED
            ? account 1 = flags=0
            ? account 2 = flags=CLOSED
            transfer id=9 pendingId=7 flags=VOID_PENDING                      -> CREATED
            transfer id=10 debit=1 credit=2 amount=1                          -> CREATED
            ? events = SINGLE_PHASE 1 0 5 | 1: 0 5 0 0 | 2: 0 0 0 5
            = PENDING 2 0 0 | 1: 0 5 0 0 CLOSED | 2: 0 0 0 5
            = PENDING 7 0 0 | 3: 0 0 0 0 HISTORY | 2: 0 0 0 5 CLOSED
            = VOIDED 8 2 0 | 1: 0 5 0 0 | 2: 0 0 0 5 CLOSED
            = VOIDED 9 7 0 | 3: 0 0 0 0 HISTORY | 2: 0 0 0 5
            = SINGLE_PHASE 10 0 1 | 1: 0 6 0 0 | 2: 0 0 0 6
            """;

    static final String BOTH_SIDES = THREE + """
            transfer id=1 debit=1 credit=2 amount=5 flags=PENDING|CLOSING_DEBIT|CLOSING_CREDIT -> CREATED {1: 5 0 0 0} {2: 0 0 5 0}
            ? account 1 = flags=CLOSED debitsPending=5
            ? account 2 = flags=CLOSED creditsPending=5
            transfer id=2 pendingId=1 amount=5 flags=POST_PENDING             -> DEBIT_ACCOUNT_ALREADY_CLOSED
            transfer id=3 pendingId=1 flags=VOID_PENDING                      -> CREATED {1: 0 0 0 0} {2: 0 0 0 0}
            ? account 1 = flags=0
            ? account 2 = flags=0
            transfer id=4 pendingId=1 flags=VOID_PENDING                      -> PENDING_TRANSFER_ALREADY_VOIDED
            """;

    static final String OTHER_PENDINGS_OF_A_CLOSED_ACCOUNT = THREE + """
            transfer id=1 debit=1 credit=2 amount=5 flags=PENDING             -> CREATED
            transfer id=2 debit=3 credit=1 amount=7 flags=PENDING             -> CREATED
            transfer id=3 debit=1 credit=2 flags=PENDING|CLOSING_DEBIT        -> CREATED
            transfer id=4 pendingId=1 amount=5 flags=POST_PENDING             -> DEBIT_ACCOUNT_ALREADY_CLOSED
            transfer id=5 pendingId=2 amount=7 flags=POST_PENDING             -> CREDIT_ACCOUNT_ALREADY_CLOSED
            transfer id=4 pendingId=1 flags=VOID_PENDING                      -> ID_ALREADY_FAILED
            transfer id=6 pendingId=1 flags=VOID_PENDING                      -> CREATED
            transfer id=7 pendingId=2 flags=VOID_PENDING                      -> CREATED
            # Only the closing transfer's void reopens.
            ? account 1 = flags=CLOSED debitsPending=0 creditsPending=0
            transfer id=8 pendingId=3 flags=VOID_PENDING                      -> CREATED
            ? account 1 = flags=0
            """;

    static final String CREATED_CLOSED = THREE + """
            account id=4 flags=CLOSED|DEBITS_MUST_NOT_EXCEED_CREDITS          -> CREATED
            transfer id=1 debit=4 credit=1                                    -> DEBIT_ACCOUNT_ALREADY_CLOSED
            transfer id=2 debit=1 credit=4                                    -> CREDIT_ACCOUNT_ALREADY_CLOSED
            transfer id=3 debit=4 credit=1 flags=PENDING|CLOSING_DEBIT        -> DEBIT_ACCOUNT_ALREADY_CLOSED
            # Setting its limit is no movement.
            setCreditLimit id=4 account=4 creditLimit=5                       -> CREATED
            ? account 4 = flags=CLOSED|DEBITS_MUST_NOT_EXCEED_CREDITS creditLimit=5
            """;

    static final String ONLY_PENDING_TRANSFERS_CLOSE = THREE + """
            transfer id=1 debit=1 credit=2 flags=CLOSING_DEBIT                -> CLOSING_TRANSFER_MUST_BE_PENDING
            transfer id=1 debit=1 credit=2 flags=CLOSING_CREDIT               -> CLOSING_TRANSFER_MUST_BE_PENDING
            transfer id=1 debit=1 credit=2 flags=CLOSING_CREDIT|BALANCING_DEBIT -> CLOSING_TRANSFER_MUST_BE_PENDING
            transfer id=1 debit=1 credit=1 flags=PENDING|CLOSING_DEBIT        -> ACCOUNTS_MUST_BE_DIFFERENT
            ? account 1 = flags=0
            """;

    static final String CLOSE_OUT = THREE + """
            transfer id=1 debit=1 credit=2 amount=9                           -> CREATED
            transfer id=2 debit=2 credit=3 amount=MAX flags=BALANCING_DEBIT|LINKED -> CREATED {2: 0 9 0 9} {3: 0 0 0 9}
            + transfer id=3 debit=2 credit=3 flags=PENDING|CLOSING_DEBIT      -> CREATED {2: 0 9 0 9} {3: 0 0 0 9}
            transfer id=4 debit=1 credit=2 amount=1                           -> CREDIT_ACCOUNT_ALREADY_CLOSED
            # A retry is a retry on a closed account, too.
            transfer id=3 debit=2 credit=3 flags=PENDING|CLOSING_DEBIT        -> EXISTS
            transfer id=1 debit=1 credit=2 amount=9                           -> EXISTS
            """;

    static final String A_REFUSED_CLOSING_CLOSES_NOTHING = """
            account id=1 flags=DEBITS_MUST_NOT_EXCEED_CREDITS                 -> CREATED
            account id=2                                                      -> CREATED
            transfer id=1 debit=1 credit=2 amount=1 flags=PENDING|CLOSING_DEBIT|CLOSING_CREDIT -> EXCEEDS_CREDITS
            ? account 1 = flags=DEBITS_MUST_NOT_EXCEED_CREDITS
            ? account 2 = flags=0
            transfer id=2 debit=1 credit=2 flags=PENDING|CLOSING_DEBIT        -> CREATED
            ? account 1 = flags=DEBITS_MUST_NOT_EXCEED_CREDITS|CLOSED
            """;
}
