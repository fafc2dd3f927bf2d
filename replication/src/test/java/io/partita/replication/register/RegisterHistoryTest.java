// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.register;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.partita.replication.register.RegisterHistory.Entry;
import org.junit.jupiter.api.Test;

/** The checker of histories finds what it is there for. */
class RegisterHistoryTest {
    private final RegisterHistory history = new RegisterHistory();

    @Test
    void shouldTakeAConflictThatOverlapsTheSuccess() {
        ok("a", "x", 0, 1, 4);
        conflict("b", "y", 0, 1, "x", 2, 3);
        read("b", 1, "x", 5, 6);
        history.check();
    }

    @Test
    void shouldTakeALostWriteEitherWay() {
        history.add(new Entry("a", "x", 0, false, -1, null, 1, 2));
        read("b", 0, "", 3, 4);
        read("b", 1, "x", 5, 6);
        history.add(new Entry("a", "z", 1, false, -1, null, 7, 8));
        ok("b", "y", 1, 9, 10);
        history.check();
    }

    @Test
    void shouldFindTwoWinnersOfAVersion() {
        ok("a", "x", 0, 1, 2);
        ok("b", "y", 0, 3, 4);
        assertFound("two values of one version");
    }

    @Test
    void shouldFindAVersionThatIsUsedAgain() {
        ok("a", "x", 0, 1, 2);
        ok("a", "y", 1, 3, 4);
        read("b", 1, "z", 5, 6);
        history.add(new Entry("b", "z", 0, false, -1, null, 5, 7));
        assertFound("two values of one version");
    }

    @Test
    void shouldFindAValueOutOfNowhere() {
        read("a", 1, "x", 1, 2);
        assertFound("nobody wrote");
    }

    @Test
    void shouldFindAValueBeforeItWasWritten() {
        read("a", 1, "x", 1, 2);
        ok("b", "x", 0, 3, 4);
        assertFound("before it was written");
    }

    @Test
    void shouldFindALateWriteThatSkippedVersions() {
        history.add(new Entry("a", "x", 0, false, -1, null, 1, 2));
        ok("b", "y", 0, 3, 4);
        read("b", 2, "x", 5, 6);
        assertFound("at another version than meant");
    }

    @Test
    void shouldFindAStaleConflict() {
        ok("a", "x", 0, 1, 2);
        ok("a", "y", 1, 3, 4);
        conflict("b", "z", 0, 1, "x", 5, 6);
        assertFound("a conflict with less");
    }

    @Test
    void shouldFindAHandleThatGoesBack() {
        ok("a", "x", 0, 1, 2);
        read("a", 0, "", 3, 4);
        assertFound("a read behind");
    }

    private void ok(final String handle, final String value, final long expected, final long from, final long to) {
        history.add(new Entry(handle, value, expected, true, expected + 1, value, from, to));
    }

    private void conflict(
            final String handle,
            final String value,
            final long expected,
            final long version,
            final String shown,
            final long from,
            final long to) {
        history.add(new Entry(handle, value, expected, false, version, shown, from, to));
    }

    private void read(final String handle, final long version, final String value, final long from, final long to) {
        history.add(new Entry(handle, null, 0, false, version, value, from, to));
    }

    private void assertFound(final String what) {
        final AssertionError error = assertThrows(AssertionError.class, history::check);
        assertTrue(String.valueOf(error.getMessage()).contains(what), error.getMessage());
    }
}
