// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.tables;

/** Which check of the head comes first. */
class HeadPairsTest extends PairTables {
    static final String PAIRS = """
            account id=1                                                      -> CREATED
            account id=2                                                      -> CREATED

            pair EXPIRED < LINKED_EVENT_CHAIN_OPEN
            late transfer id=1 debit=1 credit=2 flags=LINKED                  -> EXPIRED
            transfer id=2 debit=1 credit=2 flags=LINKED                       -> LINKED_EVENT_CHAIN_OPEN

            pair EXPIRED < LINKED_EVENT_FAILED
            late transfer id=1 debit=1 credit=1 flags=LINKED                  -> EXPIRED
            +    transfer id=2 debit=1 credit=2                               -> EXPIRED
            transfer id=3 debit=1 credit=1 flags=LINKED                       -> ACCOUNTS_MUST_BE_DIFFERENT
            +    transfer id=4 debit=1 credit=2                               -> LINKED_EVENT_FAILED

            pair EXPIRED < IMPORTED_EVENT_EXPECTED
            late account id=11 flags=IMPORTED timestamp=1                     -> EXPIRED
            +    account id=12                                                -> EXPIRED
            account id=11 flags=IMPORTED ledger=0 timestamp=1                 -> LEDGER_MUST_NOT_BE_ZERO
            +    account id=12                                                -> IMPORTED_EVENT_EXPECTED

            pair EXPIRED < TIMESTAMP_MUST_BE_ZERO
            late account id=11 timestamp=1                                    -> EXPIRED
            account id=11 timestamp=1                                         -> TIMESTAMP_MUST_BE_ZERO

            pair LINKED_EVENT_CHAIN_OPEN < LINKED_EVENT_FAILED
            transfer id=1 debit=1 credit=1 flags=LINKED                       -> ACCOUNTS_MUST_BE_DIFFERENT
            + transfer id=2 debit=1 credit=2 flags=LINKED                     -> LINKED_EVENT_CHAIN_OPEN
            transfer id=1 debit=1 credit=1 flags=LINKED                       -> ACCOUNTS_MUST_BE_DIFFERENT
            + transfer id=2 debit=1 credit=2                                  -> LINKED_EVENT_FAILED

            pair LINKED_EVENT_CHAIN_OPEN < IMPORTED_EVENT_NOT_EXPECTED
            account id=11                                                     -> CREATED
            + account id=12 flags=IMPORTED|LINKED                             -> LINKED_EVENT_CHAIN_OPEN
            account id=13                                                     -> CREATED
            + account id=12 flags=IMPORTED                                    -> IMPORTED_EVENT_NOT_EXPECTED

            pair LINKED_EVENT_CHAIN_OPEN < TIMESTAMP_MUST_BE_ZERO
            account id=11 flags=LINKED|0x4000 timestamp=1 reserved=1          -> LINKED_EVENT_CHAIN_OPEN
            account id=11 flags=0x4000 timestamp=1 reserved=1                 -> TIMESTAMP_MUST_BE_ZERO

            pair LINKED_EVENT_FAILED < IMPORTED_EVENT_EXPECTED
            account id=11 flags=IMPORTED|LINKED timestamp=1 ledger=0          -> LEDGER_MUST_NOT_BE_ZERO
            + account id=12                                                   -> LINKED_EVENT_FAILED
            account id=11 flags=IMPORTED timestamp=1 ledger=0                 -> LEDGER_MUST_NOT_BE_ZERO
            + account id=12                                                   -> IMPORTED_EVENT_EXPECTED

            pair LINKED_EVENT_FAILED < IMPORTED_EVENT_NOT_EXPECTED
            account id=11 flags=LINKED ledger=0                               -> LEDGER_MUST_NOT_BE_ZERO
            + account id=12 flags=IMPORTED timestamp=1                        -> LINKED_EVENT_FAILED
            account id=11 ledger=0                                            -> LEDGER_MUST_NOT_BE_ZERO
            + account id=12 flags=IMPORTED timestamp=1                        -> IMPORTED_EVENT_NOT_EXPECTED

            pair LINKED_EVENT_FAILED < TIMESTAMP_MUST_BE_ZERO
            account id=11 flags=LINKED ledger=0                               -> LEDGER_MUST_NOT_BE_ZERO
            + account id=12 timestamp=1                                       -> LINKED_EVENT_FAILED
            account id=11 ledger=0                                            -> LEDGER_MUST_NOT_BE_ZERO
            + account id=12 timestamp=1                                       -> TIMESTAMP_MUST_BE_ZERO

            impossible IMPORTED_EVENT_EXPECTED < IMPORTED_EVENT_NOT_EXPECTED  the batch's first event decides for one of them

            pair IMPORTED_EVENT_EXPECTED < TIMESTAMP_MUST_BE_ZERO
            account id=11 flags=IMPORTED timestamp=T-1                        -> CREATED
            + account id=12 timestamp=5                                       -> IMPORTED_EVENT_EXPECTED
            account id=12 timestamp=5                                         -> TIMESTAMP_MUST_BE_ZERO

            impossible IMPORTED_EVENT_NOT_EXPECTED < TIMESTAMP_MUST_BE_ZERO   one is of an imported event, the other is not

            pair IMPORTED_EVENT_NOT_EXPECTED < IMPORTED_EVENT_TIMESTAMP_OUT_OF_RANGE
            account id=11                                                     -> CREATED
            + account id=12 flags=IMPORTED                                    -> IMPORTED_EVENT_NOT_EXPECTED
            account id=12 flags=IMPORTED                                      -> IMPORTED_EVENT_TIMESTAMP_OUT_OF_RANGE

            pair IMPORTED_EVENT_NOT_EXPECTED < IMPORTED_EVENT_TIMESTAMP_MUST_NOT_ADVANCE
            account id=11                                                     -> CREATED
            + account id=12 flags=IMPORTED timestamp=T                        -> IMPORTED_EVENT_NOT_EXPECTED
            account id=12 flags=IMPORTED timestamp=T                          -> IMPORTED_EVENT_TIMESTAMP_MUST_NOT_ADVANCE

            impossible TIMESTAMP_MUST_BE_ZERO < IMPORTED_EVENT_TIMESTAMP_OUT_OF_RANGE  one is of an imported event, the other is not

            # Out of range is 0, which does not advance, and a number beyond 2^63-1, which read as unsigned does.
            pair IMPORTED_EVENT_TIMESTAMP_OUT_OF_RANGE < IMPORTED_EVENT_TIMESTAMP_MUST_NOT_ADVANCE
            account id=11 flags=IMPORTED timestamp=2^63                       -> IMPORTED_EVENT_TIMESTAMP_OUT_OF_RANGE
            account id=11 flags=IMPORTED timestamp=2^64-1                     -> IMPORTED_EVENT_TIMESTAMP_OUT_OF_RANGE
            account id=11 flags=IMPORTED timestamp=2^63-1                     -> IMPORTED_EVENT_TIMESTAMP_MUST_NOT_ADVANCE
            """;

    HeadPairsTest() {
        super(CheckOrder.HEAD, PAIRS);
    }
}
