// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.partita.ledger.model.ResultCode;
import io.partita.ledger.testing.Command;
import io.partita.ledger.testing.LedgerDriver;
import io.partita.ledger.testing.Result;
import io.partita.ledger.wire.AccountView;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * One line per event with the code it must get. {@code late} before an event puts it into a batch whose deadline has passed;
 * {@code @n} after a code is the event whose timestamp the result must carry, counted from 1; a line {@code balances id debits
 * credits} looks at an account.
 *
 * <p>Where two mistakes meet in a line, the code shows which check comes first.
 */
class LedgerTableTest {
    /** What no command of this logic version can bring about. */
    private static final Set<ResultCode> LATER = EnumSet.of(
            ResultCode.LINKED_EVENT_CHAIN_OPEN,
            ResultCode.LINKED_EVENT_FAILED,
            ResultCode.IMPORTED_EVENT_EXPECTED,
            ResultCode.IMPORTED_EVENT_NOT_EXPECTED,
            ResultCode.IMPORTED_EVENT_TIMESTAMP_OUT_OF_RANGE,
            ResultCode.IMPORTED_EVENT_TIMESTAMP_MUST_NOT_ADVANCE,
            ResultCode.EXISTS_WITH_DIFFERENT_KIND,
            ResultCode.EXISTS_WITH_DIFFERENT_ACCOUNT,
            ResultCode.IMPORTED_EVENT_TIMESTAMP_MUST_NOT_REGRESS,
            ResultCode.CLOSING_TRANSFER_MUST_BE_PENDING,
            ResultCode.IMPORTED_EVENT_TIMESTAMP_MUST_POSTDATE_DEBIT_ACCOUNT,
            ResultCode.IMPORTED_EVENT_TIMESTAMP_MUST_POSTDATE_CREDIT_ACCOUNT,
            ResultCode.IMPORTED_EVENT_TIMEOUT_MUST_BE_ZERO,
            ResultCode.OVERFLOWS_DEBITS_PENDING,
            ResultCode.OVERFLOWS_CREDITS_PENDING,
            ResultCode.OVERFLOWS_DEBITS,
            ResultCode.OVERFLOWS_CREDITS,
            ResultCode.OVERFLOWS_TIMEOUT,
            ResultCode.PENDING_ID_MUST_NOT_BE_ZERO,
            ResultCode.PENDING_ID_MUST_NOT_BE_INT_MAX,
            ResultCode.PENDING_ID_MUST_BE_DIFFERENT,
            ResultCode.PENDING_TRANSFER_NOT_FOUND,
            ResultCode.PENDING_TRANSFER_NOT_PENDING,
            ResultCode.PENDING_TRANSFER_HAS_DIFFERENT_DEBIT_ACCOUNT_ID,
            ResultCode.PENDING_TRANSFER_HAS_DIFFERENT_CREDIT_ACCOUNT_ID,
            ResultCode.PENDING_TRANSFER_HAS_DIFFERENT_LEDGER,
            ResultCode.PENDING_TRANSFER_HAS_DIFFERENT_CODE,
            ResultCode.EXCEEDS_PENDING_TRANSFER_AMOUNT,
            ResultCode.PENDING_TRANSFER_HAS_DIFFERENT_AMOUNT,
            ResultCode.PENDING_TRANSFER_ALREADY_POSTED,
            ResultCode.PENDING_TRANSFER_ALREADY_VOIDED,
            ResultCode.PENDING_TRANSFER_EXPIRED,
            ResultCode.ACCOUNT_NOT_FOUND,
            ResultCode.CREDIT_LIMIT_EXCEEDED,
            ResultCode.RESOLVED_ABSENT);

    private static final String ACCOUNTS = """
            account id=2^128-1 timestamp=1 reserved=1 flags=64                          -> TIMESTAMP_MUST_BE_ZERO
            account id=2^128-1 reserved=1 flags=64                                      -> RESERVED_FIELD
            account id=0 reserved=1 flags=64                                            -> RESERVED_FIELD
            account id=0 flags=64                                                       -> RESERVED_FLAG
            account id=0 flags=64                                                       -> RESERVED_FLAG
            account id=0 flags=64                                                       -> RESERVED_FLAG
            account id=0 flags=32768                                                    -> RESERVED_FLAG
            account id=0 flags=16384                                                    -> RESERVED_FLAG
            account id=0 flags=6                                                        -> ID_MUST_NOT_BE_ZERO
            account id=2^128-1 flags=6                                                  -> ID_MUST_NOT_BE_INT_MAX
            account id=1 flags=6 debitsPending=1 ledger=0                               -> FLAGS_ARE_MUTUALLY_EXCLUSIVE
            account id=1 debitsPending=2^64 debitsPosted=1                              -> DEBITS_PENDING_MUST_BE_ZERO
            account id=1 debitsPosted=1 creditsPending=1                                -> DEBITS_POSTED_MUST_BE_ZERO
            account id=1 creditsPending=1 creditsPosted=2^64                            -> CREDITS_PENDING_MUST_BE_ZERO
            account id=1 creditsPosted=2^64 ledger=0                                    -> CREDITS_POSTED_MUST_BE_ZERO
            account id=1 ledger=0 code=0                                                -> LEDGER_MUST_NOT_BE_ZERO
            account id=1 code=0 creditLimit=1                                           -> CODE_MUST_NOT_BE_ZERO
            account id=1 creditLimit=1                                                  -> CREDIT_LIMIT_NEEDS_LIMITED_ACCOUNT
            account id=1 creditLimit=2^64 flags=CREDITS_MUST_NOT_EXCEED_DEBITS          -> CREDIT_LIMIT_NEEDS_LIMITED_ACCOUNT
            account id=1 flags=2 creditLimit=2^64 userData128=2^64 userData64=7 userData32=8 -> CREATED
            account id=1 flags=2 creditLimit=2^64 userData128=2^64 userData64=7 userData32=8 -> EXISTS @20
            account id=1 flags=0 userData128=1                                          -> EXISTS_WITH_DIFFERENT_FLAGS
            account id=1 flags=6 userData128=1                                          -> EXISTS_WITH_DIFFERENT_FLAGS
            account id=1 flags=2 userData128=1 userData64=1                             -> EXISTS_WITH_DIFFERENT_USER_DATA_128
            account id=1 flags=2 userData128=2^64 userData64=1 userData32=1             -> EXISTS_WITH_DIFFERENT_USER_DATA_64
            account id=1 flags=2 userData128=2^64 userData64=7 userData32=1 ledger=2    -> EXISTS_WITH_DIFFERENT_USER_DATA_32
            account id=1 flags=2 userData128=2^64 userData64=7 userData32=8 ledger=0 code=0 -> EXISTS_WITH_DIFFERENT_LEDGER
            account id=1 flags=2 userData128=2^64 userData64=7 userData32=8 code=2      -> EXISTS_WITH_DIFFERENT_CODE
            account id=1 flags=2 userData128=2^64 userData64=7 userData32=8 creditLimit=1 debitsPosted=1 -> EXISTS_WITH_DIFFERENT_CREDIT_LIMIT
            account id=1 flags=2 creditLimit=2^64 userData128=2^64 userData64=7 userData32=8 debitsPosted=1 -> EXISTS @20
            account id=1 flags=2 timestamp=1                                            -> TIMESTAMP_MUST_BE_ZERO
            account id=1 flags=2 reserved=1                                             -> RESERVED_FIELD
            account id=1 flags=64                                                       -> RESERVED_FLAG
            account id=2^64 flags=CLOSED|HISTORY                                        -> CREATED
            account id=2^64 flags=CLOSED|HISTORY                                        -> EXISTS @34
            account id=2^64 flags=HISTORY                                               -> EXISTS_WITH_DIFFERENT_FLAGS
            account id=2^64+1 ledger=2^32-1 code=65535                                  -> CREATED
            account id=2^64+1 ledger=2^32-1 code=65535                                  -> EXISTS @37
            late account id=5                                                           -> EXPIRED
            late account id=1 timestamp=1                                               -> EXPIRED
            late account id=0 flags=LINKED                                              -> EXPIRED
            account id=5                                                                -> CREATED
            """;

    private static final String TRANSFERS = """
            account id=1                                                                -> CREATED
            account id=2                                                                -> CREATED
            account id=3 ledger=2                                                       -> CREATED
            account id=4 flags=CLOSED                                                   -> CREATED
            account id=6 flags=CLOSED ledger=2                                          -> CREATED
            transfer id=0 timestamp=1 flags=512                                         -> TIMESTAMP_MUST_BE_ZERO
            transfer id=0 flags=512                                                     -> RESERVED_FLAG
            transfer id=0 flags=512                                                     -> RESERVED_FLAG
            transfer id=0 flags=512                                                     -> RESERVED_FLAG
            transfer id=1 debit=1 credit=2 flags=512                                    -> RESERVED_FLAG
            transfer id=1 debit=1 credit=2 flags=512                                    -> RESERVED_FLAG
            transfer id=1 debit=1 credit=2 flags=512                                    -> RESERVED_FLAG
            transfer id=1 debit=1 credit=2 flags=512                                    -> RESERVED_FLAG
            transfer id=1 debit=1 credit=2 flags=512                                    -> RESERVED_FLAG
            transfer id=1 debit=1 credit=2 flags=512                                    -> RESERVED_FLAG
            transfer id=1 debit=1 credit=2 flags=512                                    -> RESERVED_FLAG
            transfer id=0                                                               -> ID_MUST_NOT_BE_ZERO
            transfer id=2^128-1                                                         -> ID_MUST_NOT_BE_INT_MAX
            transfer id=1 debit=0 credit=0                                              -> DEBIT_ACCOUNT_ID_MUST_NOT_BE_ZERO
            transfer id=1 debit=2^128-1 credit=0                                        -> DEBIT_ACCOUNT_ID_MUST_NOT_BE_INT_MAX
            transfer id=1 debit=2^128-1 credit=2^128-1                                  -> DEBIT_ACCOUNT_ID_MUST_NOT_BE_INT_MAX
            transfer id=1 debit=1 credit=0 pendingId=1                                  -> CREDIT_ACCOUNT_ID_MUST_NOT_BE_ZERO
            transfer id=1 debit=1 credit=2^128-1 pendingId=1                            -> CREDIT_ACCOUNT_ID_MUST_NOT_BE_INT_MAX
            transfer id=1 debit=1 credit=1 pendingId=1                                  -> ACCOUNTS_MUST_BE_DIFFERENT
            transfer id=1 debit=1 credit=2 pendingId=2^64 timeout=1                     -> PENDING_ID_MUST_BE_ZERO
            transfer id=1 debit=1 credit=2 timeout=1 ledger=0                           -> TIMEOUT_RESERVED_FOR_PENDING_TRANSFER
            transfer id=1 debit=9 credit=2 ledger=0 code=0                              -> LEDGER_MUST_NOT_BE_ZERO
            transfer id=1 debit=9 credit=2 code=0                                       -> CODE_MUST_NOT_BE_ZERO
            transfer id=10 debit=9 credit=8                                             -> DEBIT_ACCOUNT_NOT_FOUND
            transfer id=10 debit=1 credit=2                                             -> ID_ALREADY_FAILED
            transfer id=10 debit=0 credit=2 ledger=0                                    -> ID_ALREADY_FAILED
            transfer id=10 flags=512                                                    -> RESERVED_FLAG
            transfer id=11 debit=1 credit=9 ledger=2                                    -> CREDIT_ACCOUNT_NOT_FOUND
            transfer id=11 debit=1 credit=2                                             -> ID_ALREADY_FAILED
            transfer id=12 debit=1 credit=3 ledger=3                                    -> ACCOUNTS_MUST_HAVE_THE_SAME_LEDGER
            transfer id=12 debit=4 credit=3                                             -> ACCOUNTS_MUST_HAVE_THE_SAME_LEDGER
            transfer id=12 debit=4 credit=2 ledger=2                                    -> TRANSFER_MUST_HAVE_THE_SAME_LEDGER_AS_ACCOUNTS
            transfer id=13 debit=4 credit=2                                             -> DEBIT_ACCOUNT_ALREADY_CLOSED
            transfer id=13 debit=1 credit=2                                             -> ID_ALREADY_FAILED
            transfer id=14 debit=2 credit=4 amount=2^128-1                              -> CREDIT_ACCOUNT_ALREADY_CLOSED
            transfer id=14 debit=1 credit=2                                             -> ID_ALREADY_FAILED
            transfer id=1 debit=1 credit=2 amount=5 userData128=2^64 userData64=7 userData32=8 -> CREATED
            transfer id=1 debit=1 credit=2 amount=5 userData128=2^64 userData64=7 userData32=8 -> EXISTS @42
            balances 1 5 0
            balances 2 0 5
            transfer id=1 debit=1 credit=2 amount=5 flags=512                           -> RESERVED_FLAG
            transfer id=1 debit=9 credit=9 amount=9 pendingId=2^64 timeout=1            -> EXISTS_WITH_DIFFERENT_PENDING_ID
            transfer id=1 debit=9 credit=9 amount=9 timeout=1                           -> EXISTS_WITH_DIFFERENT_TIMEOUT
            transfer id=1 debit=9 credit=9 amount=9                                     -> EXISTS_WITH_DIFFERENT_DEBIT_ACCOUNT_ID
            transfer id=1 debit=0 credit=0 amount=9                                     -> EXISTS_WITH_DIFFERENT_DEBIT_ACCOUNT_ID
            transfer id=1 debit=1 credit=1 amount=9                                     -> EXISTS_WITH_DIFFERENT_CREDIT_ACCOUNT_ID
            transfer id=1 debit=1 credit=2 amount=2^64+5                                -> EXISTS_WITH_DIFFERENT_AMOUNT
            transfer id=1 debit=1 credit=2 amount=6 userData64=1                        -> EXISTS_WITH_DIFFERENT_AMOUNT
            transfer id=1 debit=1 credit=2 amount=5 userData128=1 userData64=1          -> EXISTS_WITH_DIFFERENT_USER_DATA_128
            transfer id=1 debit=1 credit=2 amount=5 userData128=2^64 userData64=1       -> EXISTS_WITH_DIFFERENT_USER_DATA_64
            transfer id=1 debit=1 credit=2 amount=5 userData128=2^64 userData64=7 ledger=0 -> EXISTS_WITH_DIFFERENT_USER_DATA_32
            transfer id=1 debit=1 credit=2 amount=5 userData128=2^64 userData64=7 userData32=8 ledger=0 code=0 -> EXISTS_WITH_DIFFERENT_LEDGER
            transfer id=1 debit=1 credit=2 amount=5 userData128=2^64 userData64=7 userData32=8 code=0 -> EXISTS_WITH_DIFFERENT_CODE
            transfer id=1 debit=1 credit=2 timestamp=1                                  -> TIMESTAMP_MUST_BE_ZERO
            transfer id=2^64+1 debit=1 credit=2                                         -> CREATED
            transfer id=12 debit=1 credit=2                                             -> CREATED
            balances 1 5 0
            late transfer id=20 debit=1 credit=2 amount=1                               -> EXPIRED
            transfer id=20 debit=1 credit=2 amount=1                                    -> ID_ALREADY_FAILED
            late transfer id=20 debit=1 credit=2 amount=1                               -> EXPIRED
            late transfer id=1 debit=1 credit=2                                         -> EXPIRED
            transfer id=1 debit=1 credit=2 amount=5 userData128=2^64 userData64=7 userData32=8 -> EXISTS @42
            late transfer id=0 timestamp=1                                              -> EXPIRED
            late transfer id=2^128-1                                                    -> EXPIRED
            late transfer id=21 flags=512                                               -> EXPIRED
            transfer id=21 debit=1 credit=2                                             -> ID_ALREADY_FAILED
            """;

    private static final String LIMITS = """
            account id=1                                                                -> CREATED
            account id=2 flags=DEBITS_MUST_NOT_EXCEED_CREDITS                           -> CREATED
            account id=3 flags=DEBITS_MUST_NOT_EXCEED_CREDITS creditLimit=100           -> CREATED
            account id=4 flags=CREDITS_MUST_NOT_EXCEED_DEBITS                           -> CREATED
            account id=5 flags=DEBITS_MUST_NOT_EXCEED_CREDITS creditLimit=2^128-1       -> CREATED
            account id=6 flags=DEBITS_MUST_NOT_EXCEED_CREDITS creditLimit=2^64          -> CREATED
            transfer id=1 debit=2 credit=4 amount=1                                     -> EXCEEDS_CREDITS
            transfer id=1 debit=1 credit=2                                              -> ID_ALREADY_FAILED
            transfer id=2 debit=1 credit=4 amount=1                                     -> EXCEEDS_DEBITS
            transfer id=2 debit=1 credit=2                                              -> ID_ALREADY_FAILED
            transfer id=3 debit=2 credit=4 amount=0                                     -> CREATED
            transfer id=4 debit=1 credit=2 amount=10                                    -> CREATED
            transfer id=5 debit=2 credit=1 amount=10                                    -> CREATED
            transfer id=6 debit=2 credit=1 amount=1                                     -> EXCEEDS_CREDITS
            transfer id=7 debit=3 credit=1 amount=100                                   -> CREATED
            transfer id=8 debit=3 credit=1 amount=1                                     -> EXCEEDS_CREDITS
            transfer id=9 debit=1 credit=3 amount=7                                     -> CREATED
            transfer id=10 debit=3 credit=1 amount=8                                    -> EXCEEDS_CREDITS
            transfer id=11 debit=3 credit=1 amount=7                                    -> CREATED
            transfer id=12 debit=4 credit=1 amount=5                                    -> CREATED
            transfer id=13 debit=1 credit=4 amount=6                                    -> EXCEEDS_DEBITS
            transfer id=14 debit=1 credit=4 amount=5                                    -> CREATED
            transfer id=15 debit=1 credit=4 amount=0                                    -> CREATED
            transfer id=16 debit=6 credit=1 amount=2^64+1                               -> EXCEEDS_CREDITS
            transfer id=17 debit=6 credit=1 amount=2^64                                 -> CREATED
            transfer id=18 debit=6 credit=1 amount=1                                    -> EXCEEDS_CREDITS
            transfer id=19 debit=1 credit=5 amount=1                                    -> CREATED
            transfer id=20 debit=5 credit=1 amount=2^64-1                               -> CREATED
            balances 1 23 2^64+2^64-1+122
            balances 3 107 7
            balances 4 5 5
            balances 5 18446744073709551615 1
            """;

    private static final String OVERFLOWS = """
            account id=1                                                                -> CREATED
            account id=2                                                                -> CREATED
            account id=3                                                                -> CREATED
            account id=4 flags=DEBITS_MUST_NOT_EXCEED_CREDITS                           -> CREATED
            account id=5 flags=CREDITS_MUST_NOT_EXCEED_DEBITS                           -> CREATED
            account id=6 flags=DEBITS_MUST_NOT_EXCEED_CREDITS creditLimit=2^128-1       -> CREATED
            account id=7 flags=CREDITS_MUST_NOT_EXCEED_DEBITS                           -> CREATED
            transfer id=1 debit=1 credit=2 amount=2^128-1                               -> CREATED
            transfer id=2 debit=1 credit=2 amount=0                                     -> CREATED
            transfer id=3 debit=1 credit=2 amount=1                                     -> OVERFLOWS_DEBITS_POSTED
            transfer id=3 debit=1 credit=5 amount=1                                     -> OVERFLOWS_DEBITS_POSTED
            transfer id=3 debit=3 credit=2 amount=1                                     -> OVERFLOWS_CREDITS_POSTED
            transfer id=3 debit=4 credit=2 amount=1                                     -> OVERFLOWS_CREDITS_POSTED
            transfer id=3 debit=3 credit=1 amount=2^64-1                                -> CREATED
            transfer id=4 debit=3 credit=1 amount=1                                     -> CREATED
            balances 3 2^64 0
            balances 1 2^128-1 2^64
            transfer id=5 debit=3 credit=1 amount=2^128-2^64                            -> OVERFLOWS_DEBITS_POSTED
            transfer id=6 debit=3 credit=1 amount=2^128-2^64-1                          -> CREATED
            transfer id=7 debit=6 credit=5 amount=2^128-1                               -> EXCEEDS_DEBITS
            transfer id=8 debit=5 credit=6 amount=2^64                                  -> CREATED
            transfer id=9 debit=6 credit=5 amount=2^64+1                                -> EXCEEDS_DEBITS
            transfer id=10 debit=6 credit=5 amount=2^64                                 -> CREATED
            transfer id=11 debit=4 credit=7 amount=2^64                                 -> EXCEEDS_CREDITS
            transfer id=12 debit=5 credit=4 amount=2^64-1                               -> CREATED
            transfer id=13 debit=4 credit=6 amount=2^64                                 -> EXCEEDS_CREDITS
            transfer id=14 debit=4 credit=6 amount=2^64-1                               -> CREATED
            transfer id=15 debit=6 credit=4 amount=2^128-2^64-1                         -> CREATED
            transfer id=16 debit=6 credit=4 amount=1                                    -> OVERFLOWS_DEBITS_POSTED
            balances 6 2^128-1 36893488147419103231
            """;

    private final LedgerStateMachine ledger = new LedgerStateMachine(StateConfig.defaults());
    private final LedgerDriver driver = new LedgerDriver(ledger);

    @AfterEach
    void close() {
        ledger.close();
    }

    @Test
    void shouldCheckAccountsInOrder() {
        check(ACCOUNTS);
    }

    @Test
    void shouldCheckTransfersInOrder() {
        check(TRANSFERS);
    }

    @Test
    void shouldKeepLimits() {
        check(LIMITS);
    }

    @Test
    void shouldNeverOverflow() {
        check(OVERFLOWS);
    }

    @Test
    void shouldHaveALineForEveryCodeThatCanOccur() {
        String tables = ACCOUNTS + TRANSFERS + LIMITS + OVERFLOWS;
        for (ResultCode code : ResultCode.values()) {
            boolean inTables = tables.matches("(?s).*-> " + code + "[ \n].*");
            assertTrue(inTables != LATER.contains(code), code + (inTables ? " is not for later" : " has no line"));
        }
    }

    private void check(String table) {
        List<Long> timestamps = new ArrayList<>();
        long stamp = 0;
        for (String line : table.lines().toList()) {
            if (line.startsWith("balances")) {
                checkBalances(line);
                continue;
            }
            stamp += 10;
            timestamps.add(stamp);
            String[] sides = line.split("->");
            boolean late = sides[0].startsWith("late ");
            Command command = Command.parse(late ? sides[0].substring(5) : sides[0]);
            String[] expected = sides[1].trim().split(" @");
            long timestamp = expected.length == 1 ? stamp : timestamps.get(Integer.parseInt(expected[1]) - 1);
            assertEquals(
                    List.of(new Result(ResultCode.valueOf(expected[0]), timestamp)),
                    driver.apply(stamp, late ? stamp - 1 : stamp, List.of(command)),
                    "line " + timestamps.size() + ": " + line);
        }
        assertEquals(List.of(), ledger.checkInvariants().violations());
    }

    private void checkBalances(String line) {
        String[] words = line.split(" ");
        BigInteger id = Command.number(words[1]);
        UnsafeBuffer row = new UnsafeBuffer(new byte[AccountView.LENGTH]);
        assertTrue(ledger.lookupAccount(Command.hi(id), Command.lo(id), row, 0), line);
        AccountView account = new AccountView().wrap(row, 0);
        assertEquals(Command.number(words[2]), number(account.debitsPostedHi(), account.debitsPostedLo()), line);
        assertEquals(Command.number(words[3]), number(account.creditsPostedHi(), account.creditsPostedLo()), line);
    }

    private static BigInteger number(long hi, long lo) {
        return new BigInteger(Long.toUnsignedString(hi)).shiftLeft(64).add(new BigInteger(Long.toUnsignedString(lo)));
    }
}
