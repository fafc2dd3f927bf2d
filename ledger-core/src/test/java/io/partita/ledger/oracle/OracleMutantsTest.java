// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.oracle;

import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.partita.ledger.state.StateSubject;
import java.lang.reflect.Constructor;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** The oracle would notice: planted mistakes, in the naive ledger and in the state machine, are found within so many commands. */
@Tag("once")
class OracleMutantsTest {
    private static final long COMMANDS = 250_000;

    @ParameterizedTest
    @FieldSource("io.partita.ledger.oracle.NaiveMutants#ALL")
    void shouldFindAMistakeOnTheNaiveSide(final NaiveMutants.Mutant mutant) {
        assertFound(new Oracle(StateSubject::new, mutant.ledgers(), mutant.queries()), mutant.toString());
    }

    @ParameterizedTest
    @FieldSource("io.partita.ledger.oracle.StateMutants#ALL")
    void shouldFindAMistakeInTheStateMachine(final PatchedState.Mutant mutant) {
        final Constructor<? extends Subject> subject = PatchedState.load(mutant);
        assertFound(new Oracle(seed -> create(subject, seed)), mutant.toString());
    }

    /** What the class loader is for must not be what is found. */
    @Test
    void shouldFindNothingInAStateMachineThatIsLoadedAgainAsItIs() {
        final Constructor<? extends Subject> subject = PatchedState.load(
                new PatchedState.Mutant("none", "ExpiryQueue", "class ExpiryQueue", "class ExpiryQueue"));
        final Oracle oracle = new Oracle(seed -> create(subject, seed));

        for (long seed = 1; seed <= 10; seed++) {
            oracle.duel(seed);
        }

        assertNotEquals(StateSubject.class, subject.getDeclaringClass());
    }

    private static Subject create(final Constructor<? extends Subject> subject, final long seed) {
        try {
            return subject.newInstance(seed);
        } catch (final ReflectiveOperationException error) {
            throw new AssertionError(error);
        }
    }

    private static void assertFound(final Oracle oracle, final String mutant) {
        long seed = 1;
        try {
            while (oracle.tally().commands < COMMANDS) {
                oracle.duel(seed);
                seed++;
            }
        } catch (final AssertionError difference) {
            System.out.printf("%8d commands, seed %3d: %s%n", oracle.tally().commands, seed, mutant);
            return;
        }
        throw new AssertionError("not found within " + COMMANDS + " commands: " + mutant);
    }
}
