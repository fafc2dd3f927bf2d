// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.tables;

/** Linked events: all or nothing, each sees those before it, also over mixed kinds. */
class ChainsTest extends TableTest {
    private static final String THREE = """
            account id=1                                                      -> CREATED
            account id=2                                                      -> CREATED
            account id=3 flags=DEBITS_MUST_NOT_EXCEED_CREDITS                 -> CREATED
            """;

    static final String ALL_OR_NOTHING = THREE + """
            transfer id=1 debit=1 credit=3 amount=5 flags=LINKED              -> CREATED {1: 0 5 0 0} {3: 0 0 0 5}
            + transfer id=2 debit=3 credit=2 amount=5                         -> CREATED {3: 0 5 0 5} {2: 0 0 0 5}
            transfer id=3 debit=1 credit=3 amount=5 flags=LINKED              -> LINKED_EVENT_FAILED {}
            + transfer id=4 debit=3 credit=2 amount=6                         -> EXCEEDS_CREDITS {}
            ? balances 1 = 0 5 0 0
            ? balances 3 = 0 5 0 5
            ? transfer 3 = none
            ? transfer 4 = none
            # Of a failed chain only the event that broke it can burn its id.
            transfer id=4 debit=1 credit=2                                    -> ID_ALREADY_FAILED
            transfer id=3 debit=1 credit=3 amount=5                           -> CREATED
            ? events = SINGLE_PHASE 1 0 5 | 1: 0 5 0 0 | 3: 0 0 0 5 DEBITS_MUST_NOT_EXCEED_CREDITS
            = SINGLE_PHASE 2 0 5 | 3: 0 5 0 5 DEBITS_MUST_NOT_EXCEED_CREDITS | 2: 0 0 0 5
            = SINGLE_PHASE 3 0 5 | 1: 0 10 0 0 | 3: 0 5 0 10 DEBITS_MUST_NOT_EXCEED_CREDITS
            """;

    static final String SEVERAL_CHAINS_IN_A_BATCH = THREE + """
            transfer id=1 debit=1 credit=2 amount=1                           -> CREATED
            + transfer id=2 debit=1 credit=2 amount=2 flags=LINKED            -> LINKED_EVENT_FAILED
            + transfer id=3 debit=1 credit=1 amount=4 flags=LINKED            -> ACCOUNTS_MUST_BE_DIFFERENT
            + transfer id=4 debit=1 credit=9 amount=8                         -> LINKED_EVENT_FAILED
            + transfer id=5 debit=1 credit=2 amount=16 flags=LINKED           -> CREATED
            + transfer id=6 debit=1 credit=2 amount=32                        -> CREATED
            + transfer id=7 debit=1 credit=2 amount=64                        -> CREATED
            + transfer id=8 debit=1 credit=2 amount=128 flags=LINKED          -> LINKED_EVENT_FAILED
            + transfer id=9 debit=1 credit=2 amount=256 flags=LINKED          -> LINKED_EVENT_CHAIN_OPEN
            ? balances 1 = 0 1+16+32+64 0 0
            # 4 came after the break: it was not judged, so its id is free.
            transfer id=4 debit=1 credit=2 amount=8                           -> CREATED
            transfer id=3 debit=1 credit=2 amount=4                           -> CREATED
            transfer id=9 debit=1 credit=2 amount=4                           -> CREATED
            """;

    static final String OPEN_CHAINS = THREE + """
            transfer id=1 debit=1 credit=2 amount=1 flags=LINKED              -> LINKED_EVENT_CHAIN_OPEN
            account id=9 flags=LINKED                                         -> LINKED_EVENT_CHAIN_OPEN
            setCreditLimit id=1 account=3 creditLimit=5 flags=1               -> LINKED_EVENT_CHAIN_OPEN
            resolve id=1 flags=1                                              -> LINKED_EVENT_CHAIN_OPEN
            transfer id=1 debit=9 credit=2 amount=1 flags=LINKED              -> DEBIT_ACCOUNT_NOT_FOUND
            + transfer id=2 debit=1 credit=2 amount=1 flags=LINKED            -> LINKED_EVENT_FAILED
            + transfer id=3 debit=1 credit=2 amount=1 flags=LINKED            -> LINKED_EVENT_CHAIN_OPEN
            transfer id=1 debit=1 credit=2 amount=1                           -> ID_ALREADY_FAILED
            transfer id=3 debit=1 credit=2 amount=1                           -> CREATED
            account id=9                                                      -> CREATED
            ? account 3 = creditLimit=0
            """;

    static final String MIXED_KINDS = THREE + """
            account id=4 flags=LINKED|DEBITS_MUST_NOT_EXCEED_CREDITS          -> CREATED {4: 0 0 0 0}
            + setCreditLimit id=1 account=4 creditLimit=10 flags=1            -> CREATED {4: 0 0 0 0}
            + transfer id=2 debit=4 credit=1 amount=10 flags=LINKED           -> CREATED {4: 0 10 0 0} {1: 0 0 0 10}
            + transfer id=3 debit=4 credit=1 amount=0                         -> CREATED {4: 0 10 0 0} {1: 0 0 0 10}
            account id=5 flags=LINKED|DEBITS_MUST_NOT_EXCEED_CREDITS          -> LINKED_EVENT_FAILED
            + setCreditLimit id=4 account=5 creditLimit=10 flags=1            -> LINKED_EVENT_FAILED
            + transfer id=5 debit=5 credit=1 amount=11 flags=LINKED           -> EXCEEDS_CREDITS
            + resolve id=2                                                    -> LINKED_EVENT_FAILED
            ? account 5 = none
            setCreditLimit id=4 account=4 creditLimit=20                      -> CREATED
            resolve id=5                                                      -> ID_ALREADY_FAILED
            # The limit is what it was, too.
            setCreditLimit id=6 account=4 creditLimit=30 flags=1              -> LINKED_EVENT_FAILED
            + transfer id=7 debit=4 credit=1 amount=20 flags=LINKED           -> LINKED_EVENT_FAILED
            + account id=0                                                    -> ID_MUST_NOT_BE_ZERO
            ? account 4 = creditLimit=20 debitsPosted=10
            setCreditLimit id=6 account=4 creditLimit=10                      -> CREATED
            """;

    static final String RESOLVE_IN_A_CHAIN = THREE + """
            transfer id=1 debit=1 credit=2 amount=1                           -> CREATED
            # Whatever it answers breaks the chain; that the id is burnt stays.
            transfer id=2 debit=1 credit=2 amount=1 flags=LINKED              -> LINKED_EVENT_FAILED
            + resolve id=1                                                    -> EXISTS
            transfer id=2 debit=1 credit=2 amount=1 flags=LINKED              -> LINKED_EVENT_FAILED
            + resolve id=3                                                    -> RESOLVED_ABSENT
            transfer id=3 debit=1 credit=2 amount=1                           -> ID_ALREADY_FAILED
            resolve id=4 flags=1                                              -> RESOLVED_ABSENT
            + transfer id=2 debit=1 credit=2 amount=1                         -> LINKED_EVENT_FAILED
            transfer id=5 debit=1 credit=2 amount=1 flags=LINKED              -> LINKED_EVENT_FAILED
            + resolve id=5                                                    -> EXISTS @T-1
            resolve id=5                                                      -> RESOLVED_ABSENT
            ? balances 1 = 0 1 0 0
            transfer id=2 debit=1 credit=2 amount=1                           -> CREATED
            """;

    static final String EXISTS_BREAKS_A_CHAIN = THREE + """
            transfer id=1 debit=1 credit=2 amount=1 flags=LINKED              -> CREATED
            + transfer id=2 debit=1 credit=2 amount=1                         -> CREATED
            # A retry of the whole: its first event exists, which breaks it.
            transfer id=1 debit=1 credit=2 amount=1 flags=LINKED              -> EXISTS
            + transfer id=2 debit=1 credit=2 amount=1                         -> LINKED_EVENT_FAILED
            transfer id=2 debit=1 credit=2 amount=1                           -> EXISTS
            transfer id=1 debit=1 credit=2 amount=1                           -> EXISTS_WITH_DIFFERENT_FLAGS
            ? transfer 1 = flags=LINKED
            transfer id=3 debit=1 credit=2 amount=1 flags=LINKED              -> LINKED_EVENT_FAILED
            + transfer id=3 debit=1 credit=2 amount=1                         -> EXISTS_WITH_DIFFERENT_FLAGS
            transfer id=3 debit=1 credit=2 amount=1 flags=LINKED              -> LINKED_EVENT_FAILED
            + transfer id=3 debit=1 credit=2 amount=1 flags=LINKED            -> EXISTS @T-2
            + transfer id=4 debit=1 credit=2 amount=1                         -> LINKED_EVENT_FAILED
            transfer id=3 debit=1 credit=2 amount=1                           -> CREATED
            ? balances 1 = 0 3 0 0
            """;

    static final String TWO_PHASE_IN_A_CHAIN = THREE + """
            transfer id=1 debit=1 credit=2 amount=10 flags=PENDING            -> CREATED
            transfer id=2 pendingId=1 amount=4 flags=POST_PENDING|LINKED      -> LINKED_EVENT_FAILED
            + transfer id=3 debit=3 credit=2 amount=1                         -> EXCEEDS_CREDITS
            ? status 1 = open
            ? balances 1 = 10 0 0 0
            transfer id=4 pendingId=1 flags=VOID_PENDING|LINKED               -> LINKED_EVENT_FAILED
            + transfer id=5 pendingId=1 amount=4 flags=POST_PENDING           -> PENDING_TRANSFER_ALREADY_VOIDED
            ? pendings 1 = 1
            transfer id=6 debit=1 credit=2 amount=7 flags=PENDING|LINKED      -> LINKED_EVENT_FAILED
            + transfer id=7 pendingId=6 amount=MAX flags=POST_PENDING|LINKED  -> LINKED_EVENT_FAILED
            + transfer id=8 pendingId=6 flags=VOID_PENDING                    -> PENDING_TRANSFER_ALREADY_POSTED
            ? transfer 6 = none
            ? balances 2 = 0 0 10 0
            # 6 was undone: it is not there for others.
            transfer id=9 pendingId=6 flags=VOID_PENDING                      -> PENDING_TRANSFER_NOT_FOUND
            transfer id=6 debit=1 credit=2 amount=7 flags=PENDING|LINKED      -> CREATED {1: 17 0 0 0} {2: 0 0 17 0}
            + transfer id=7 pendingId=6 amount=MAX flags=POST_PENDING|LINKED  -> CREATED {1: 10 7 0 0} {2: 0 0 10 7}
            + transfer id=8 pendingId=1 flags=VOID_PENDING                    -> CREATED {1: 0 7 0 0} {2: 0 0 0 7}
            """;

    static final String CLOSING_AND_BALANCING_IN_A_CHAIN = THREE + """
            transfer id=1 debit=1 credit=2 amount=10                          -> CREATED
            transfer id=2 debit=2 credit=1 amount=MAX flags=PENDING|CLOSING_DEBIT|BALANCING_DEBIT|LINKED -> LINKED_EVENT_FAILED
            + transfer id=3 debit=1 credit=2 amount=1                         -> CREDIT_ACCOUNT_ALREADY_CLOSED
            ? account 2 = flags=0 debitsPending=0
            transfer id=4 debit=2 credit=1 amount=MAX flags=PENDING|CLOSING_DEBIT|BALANCING_DEBIT|LINKED -> LINKED_EVENT_FAILED
            + transfer id=5 pendingId=4 flags=VOID_PENDING|LINKED             -> LINKED_EVENT_FAILED
            + transfer id=6 debit=1 credit=2 amount=1 flags=LINKED            -> LINKED_EVENT_FAILED
            + transfer id=7 debit=1 credit=1                                  -> ACCOUNTS_MUST_BE_DIFFERENT
            + transfer id=8 debit=1 credit=2 flags=LINKED                     -> LINKED_EVENT_FAILED
            + transfer id=8 debit=1 credit=2 flags=0x4000                     -> RESERVED_FLAG
            ? account 2 = flags=0 debitsPending=0 creditsPosted=10
            """;

    static final String AN_UNDONE_CLOSING_AND_ITS_VOID = THREE + """
            transfer id=1 debit=1 credit=2 amount=10                          -> CREATED
            transfer id=2 debit=2 credit=1 amount=MAX flags=PENDING|CLOSING_DEBIT|BALANCING_DEBIT -> CREATED {2: 10 0 0 10} {1: 0 10 10 0}
            ? account 2 = flags=CLOSED
            transfer id=3 pendingId=2 flags=VOID_PENDING|LINKED               -> LINKED_EVENT_FAILED
            + transfer id=4 debit=1 credit=2 amount=1 flags=LINKED            -> LINKED_EVENT_FAILED
            + transfer id=4 debit=1 credit=2 amount=2                         -> EXISTS_WITH_DIFFERENT_FLAGS
            ? account 2 = flags=CLOSED debitsPending=10
            ? status 2 = open
            transfer id=4 debit=1 credit=2 amount=1                           -> CREDIT_ACCOUNT_ALREADY_CLOSED
            transfer id=3 pendingId=2 flags=VOID_PENDING|LINKED               -> CREATED
            + transfer id=5 debit=1 credit=2 amount=1                         -> CREATED
            ? account 2 = flags=0 debitsPending=0 creditsPosted=11
            """;

    static final String UNDONE_IMPORTS_DO_NOT_COUNT = THREE + """
            at 1000
            account id=11 flags=IMPORTED timestamp=900                        -> CREATED
            account id=12 flags=IMPORTED|LINKED timestamp=950                 -> LINKED_EVENT_FAILED
            + transfer id=1 debit=1 credit=2 flags=IMPORTED|LINKED timestamp=960 -> LINKED_EVENT_FAILED
            + transfer id=2 debit=1 credit=2 flags=IMPORTED timestamp=960     -> IMPORTED_EVENT_TIMESTAMP_MUST_NOT_REGRESS
            account id=13 flags=IMPORTED timestamp=901                        -> CREATED
            transfer id=3 debit=1 credit=2 flags=IMPORTED timestamp=950       -> CREATED
            account id=14 flags=IMPORTED timestamp=960                        -> CREATED
            """;

    static final String HISTORY_OF_AN_UNDONE_CHAIN = """
            account id=1 flags=HISTORY                                        -> CREATED
            account id=2                                                      -> CREATED
            transfer id=1 debit=1 credit=2 amount=1                           -> CREATED
            transfer id=2 debit=1 credit=2 amount=2 code=7 userData64=5 flags=LINKED -> LINKED_EVENT_FAILED
            + transfer id=3 debit=2 credit=1 amount=4 code=7 flags=LINKED     -> LINKED_EVENT_FAILED
            + account id=9 ledger=0                                           -> LEDGER_MUST_NOT_BE_ZERO
            transfer id=4 debit=1 credit=2 amount=8 code=7                    -> CREATED
            ? accountTransfers accountId=1 = 1 4
            ? accountTransfers accountId=2 = 1 4
            ? accountTransfers accountId=1 code=7 = 4
            ? queryTransfers code=7 = 4
            ? queryTransfers userData64=5 =
            ? queryAccounts = 1 2
            ? accountBalances accountId=1 = 1: 0 1 0 0 ; 4: 0 9 0 0
            """;

    /** The state machine looks commands up in groups, ahead: what a chain creates and loses across that border must not show. */
    static final String ACROSS_GROUPS_OF_LOOK_UPS = THREE + """
            account id=1                                                      -> EXISTS
            """ + "+ account id=1 -> EXISTS\n".repeat(61) + """
            + account id=5 flags=LINKED                                       -> LINKED_EVENT_FAILED
            + transfer id=1 debit=5 credit=1 amount=1 flags=LINKED            -> LINKED_EVENT_FAILED
            + transfer id=2 debit=1 credit=5 amount=1 flags=LINKED            -> LINKED_EVENT_FAILED
            + transfer id=3 debit=1 credit=1                                  -> ACCOUNTS_MUST_BE_DIFFERENT
            + transfer id=4 debit=5 credit=1 amount=1                         -> DEBIT_ACCOUNT_NOT_FOUND
            + transfer id=5 debit=1 credit=5 amount=1                         -> CREDIT_ACCOUNT_NOT_FOUND
            + account id=6                                                    -> CREATED
            + transfer id=6 debit=5 credit=6 amount=1                         -> DEBIT_ACCOUNT_NOT_FOUND
            + transfer id=1 debit=6 credit=1 amount=1                         -> CREATED
            + account id=5                                                    -> CREATED
            + transfer id=2 debit=1 credit=5 amount=1                         -> CREATED
            ? account 5 = creditsPosted=1
            ? account 6 = debitsPosted=1
            ? queryAccounts = 1 2 3 6 5
            """;

    static final String LONG_CHAINS = THREE + """
            transfer id=1 debit=1 credit=2 amount=1 flags=LINKED              -> LINKED_EVENT_FAILED
            """
            + "+ transfer id=2 debit=1 credit=2 amount=1 flags=PENDING|LINKED timeout=1 -> LINKED_EVENT_FAILED\n"
            + manyTransfers(10, 150, "LINKED_EVENT_FAILED") + """
            + transfer id=3 debit=3 credit=2 amount=1                         -> EXCEEDS_CREDITS
            ? balances 1 = 0 0 0 0
            ? queryTransfers =
            transfer id=1 debit=1 credit=2 amount=1 flags=LINKED              -> CREATED
            """ + manyTransfers(10, 150, "CREATED") + """
            + transfer id=4 debit=1 credit=2 amount=1                         -> CREATED
            ? balances 1 = 0 152 0 0
            ? accountTransfers accountId=2 flags=DEBITS|CREDITS|REVERSED limit=3 = 4 159 158
            """;

    private static String manyTransfers(final int first, final int count, final String code) {
        final StringBuilder lines = new StringBuilder();
        for (int id = first; id < first + count; id++) {
            lines.append("+ transfer debit=1 credit=2 amount=1 flags=LINKED id=")
                    .append(id)
                    .append(" -> ")
                    .append(code)
                    .append('\n');
        }
        return lines.toString();
    }
}
