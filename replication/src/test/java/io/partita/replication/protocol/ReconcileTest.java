// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** R6: where two journals part. */
class ReconcileTest {
    private static long common(final UnaryOperator<TestJournal> own, final UnaryOperator<TestJournal> theirs) {
        final TestJournal standby = theirs.apply(new TestJournal(CoreHarness.CLUSTER));
        return Reconcile.commonSeq(
                own.apply(new TestJournal(CoreHarness.CLUSTER)),
                false,
                standby.oldestSeq(),
                standby.lastSeq(),
                standby.lastChain(),
                standby.epochRuns());
    }

    @Test
    void shouldFindAPrefix() {
        assertEquals(0, common(j -> j.append(1, 5, 1), j -> j));
        assertEquals(3, common(j -> j.append(1, 5, 1), j -> j.append(1, 3, 1)));
        assertEquals(5, common(j -> j.append(1, 5, 1), j -> j.append(1, 5, 1)));
    }

    @Test
    void shouldFindTheEndOfTheSharedEpoch() {
        assertEquals(5, common(j -> j.append(1, 5, 1).append(2, 9, 2), j -> j.append(1, 8, 1)));
        assertEquals(5, common(j -> j.append(1, 5, 1), j -> j.append(1, 8, 1)));
    }

    @Test
    void shouldLookPastEpochsThatOnlyOneHas() {
        assertEquals(
                4,
                common(
                        j -> j.append(1, 4, 1).append(4, 9, 4),
                        j -> j.append(1, 4, 1).append(2, 3, 2).append(3, 3, 3)));
        assertEquals(
                6,
                common(
                        j -> j.append(1, 4, 1).append(2, 2, 2).append(4, 9, 4),
                        j -> j.append(1, 4, 1).append(2, 5, 2).append(3, 3, 3)));
    }

    @Test
    void shouldFindNothingInAnotherHistory() {
        assertEquals(0, common(j -> j.append(2, 5, 1), j -> j.append(1, 8, 1)));
    }
}
