// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.partita.ledger.oracle.Oracle;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The state machine against the naive ledger, over seeded commands of every kind. {@code -Dpartita.oracle.commands=N} asks for
 * more, {@code -Dpartita.oracle.seed=S} for the seed that a failure printed.
 */
class LedgerOracleTest {
    private static final long STANDARD = 400_000;
    private static final long COMMANDS = Long.getLong("partita.oracle.commands", STANDARD);
    private static final long SEED = Long.getLong("partita.oracle.seed", 1);

    @Test
    void shouldNotBeToldApartFromTheNaiveLedger() {
        final Oracle oracle = new Oracle(StateSubject::new);
        long commands = 0;
        for (long seed = SEED; commands < COMMANDS; seed++) {
            commands += oracle.duel(seed);
        }
        if (COMMANDS >= STANDARD) {
            assertEquals(List.of(), oracle.tally().missing(), "codes that were never produced");
            assertTrue(oracle.tally().sawCombinations(), oracle.tally()::summary);
            assertTrue(oracle.tally().sawSituations(), oracle.tally()::distribution);
        }
    }
}
