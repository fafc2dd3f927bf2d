// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.partita.ledger.testing.Command;
import io.partita.ledger.testing.CommandGenerator;
import io.partita.ledger.testing.LedgerDriver;
import io.partita.ledger.testing.NaiveDigests;
import io.partita.ledger.testing.NaiveLedger;
import io.partita.ledger.testing.NaiveLedger.Result;
import io.partita.ledger.wire.AccountView;
import io.partita.ledger.wire.TransferView;
import java.math.BigInteger;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/**
 * The state machine against the naive ledger, over seeded commands. {@code -Dpartita.oracle.commands=N} asks for more, {@code
 * -Dpartita.oracle.seed=S} for the seed that a failure printed.
 */
class LedgerOracleTest {
    private static final long COMMANDS = Long.getLong("partita.oracle.commands", 200_000);
    private static final long SEED = Long.getLong("partita.oracle.seed", 20_260_101);
    private static final int COMMANDS_PER_LEDGER = 25_000;

    @Test
    void shouldAnswerAsTheNaiveLedgerDoes() {
        long done = 0;
        for (long seed = SEED; done < COMMANDS; seed++) {
            try {
                done += compare(seed);
            } catch (Throwable e) {
                throw new AssertionError("replay with -Dpartita.oracle.commands=1 -Dpartita.oracle.seed=" + seed, e);
            }
        }
    }

    private static long compare(long seed) {
        CommandGenerator generator = new CommandGenerator(seed, 4 + (int) (seed % 5) * 50);
        NaiveLedger naive = new NaiveLedger();
        // Few slots, so that the indexes split all the time; another hash order for each seed.
        try (LedgerStateMachine ledger = new LedgerStateMachine(new StateConfig(seed), 16, 32)) {
            LedgerDriver driver = new LedgerDriver(ledger);
            long stamp = 1;
            long done = 0;
            while (done < COMMANDS_PER_LEDGER) {
                List<Command> batch = generator.batch(generator.chance(20) ? 300 : 20);
                stamp += batch.size() + (generator.chance(3) ? 0 : 17);
                long deadline = generator.chance(50) ? stamp - 1 : generator.chance(4) ? stamp : 0;
                List<Result> expected = naive.apply(stamp, deadline, batch);
                List<Result> actual = driver.apply(stamp, deadline, batch);
                for (int i = 0; i < batch.size(); i++) {
                    assertEquals(expected.get(i), actual.get(i), "command " + (done + i) + ": " + batch.get(i));
                }
                assertEquals(naive.runningDigest, ledger.runningDigest(), "running digest after command " + done);
                done += batch.size();
            }
            compareState(naive, ledger);
            return done;
        }
    }

    private static void compareState(NaiveLedger naive, LedgerStateMachine ledger) {
        assertEquals(List.of(), ledger.checkInvariants().violations());
        assertEquals(naive.accounts.size(), ledger.accountCount());
        assertEquals(naive.transfers.size(), ledger.transferCount());
        assertEquals(naive.burnt.size(), ledger.burntIdCount());
        assertEquals(naive.lastTimestamp, ledger.lastTimestamp());
        assertEquals(NaiveDigests.state(naive), ledger.stateDigest().toString());
        UnsafeBuffer row = new UnsafeBuffer(new byte[AccountView.LENGTH]);
        AccountView account = new AccountView().wrap(row, 0);
        TransferView transfer = new TransferView().wrap(row, 0);
        naive.accounts.forEach((id, expected) -> {
            assertTrue(ledger.lookupAccount(Command.hi(id), Command.lo(id), row, 0));
            assertEquals(expected.debitsPosted, number(account.debitsPostedHi(), account.debitsPostedLo()));
            assertEquals(expected.creditsPosted, number(account.creditsPostedHi(), account.creditsPostedLo()));
            assertEquals(expected.timestamp, account.timestamp());
            assertFalse(ledger.lookupAccount(Command.hi(id), Command.lo(id) ^ 1L << 63, row, 0));
        });
        naive.transfers.forEach((id, expected) -> {
            assertTrue(ledger.lookupTransfer(Command.hi(id), Command.lo(id), row, 0));
            assertEquals(expected.created().debit, number(transfer.debitAccountIdHi(), transfer.debitAccountIdLo()));
            assertEquals(expected.created().amount, number(transfer.amountHi(), transfer.amountLo()));
            assertEquals(expected.timestamp(), transfer.timestamp());
        });
        for (BigInteger id : naive.burnt) {
            assertFalse(ledger.lookupTransfer(Command.hi(id), Command.lo(id), row, 0));
        }
    }

    private static BigInteger number(long hi, long lo) {
        return new BigInteger(Long.toUnsignedString(hi)).shiftLeft(64).add(new BigInteger(Long.toUnsignedString(lo)));
    }
}
