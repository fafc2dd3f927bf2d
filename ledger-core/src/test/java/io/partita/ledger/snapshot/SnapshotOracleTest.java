// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.snapshot;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.partita.ledger.oracle.Oracle;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A state machine that goes on from snapshots again and again, against the naive ledger, over seeded commands of every kind: results,
 * digests, rows, queries and the feed. {@code -Dpartita.snapshot.commands=N} asks for more, {@code -Dpartita.snapshot.seed=S} for
 * the seed that a failure printed.
 */
class SnapshotOracleTest {
    private static final long COMMANDS = Long.getLong("partita.snapshot.commands", 8_000);
    private static final long SEED = Long.getLong("partita.snapshot.seed", 1);
    private static final int RESTORE_ONE_IN = 60;

    @TempDir
    Path folder;

    @Test
    void shouldNotBeToldApartFromTheNaiveLedgerThoughItRestarts() {
        final List<RestoredSubject> subjects = new ArrayList<>();
        final Oracle oracle = new Oracle(seed -> {
            final RestoredSubject subject = new RestoredSubject(seed, folder, RESTORE_ONE_IN);
            subjects.add(subject);
            return subject;
        });
        long commands = 0;
        for (long seed = SEED; commands < COMMANDS; seed++) {
            try {
                commands += oracle.duel(seed);
            } catch (final AssertionError error) {
                throw new AssertionError("repeat it with: -Dpartita.snapshot.seed=" + seed, error);
            }
        }
        final int restores =
                subjects.stream().mapToInt(subject -> subject.restores).sum();
        final int increments =
                subjects.stream().mapToInt(subject -> subject.increments).sum();
        assertTrue(restores > 5 && increments > 2, "restores=" + restores + " increments=" + increments);
    }
}
