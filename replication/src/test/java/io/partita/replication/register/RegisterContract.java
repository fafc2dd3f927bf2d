// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.register;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** What every register must do (PROTOCOL B1). */
public abstract class RegisterContract {
    /** Another handle of the same register, fresh at the first call of a test. */
    protected abstract CompareAndSetRegister open();

    @Test
    void shouldBeAbsentWhenNeverWritten() {
        assertTrue(open().read().isAbsent());
        assertEquals(RegisterValue.ABSENT, open().read());
    }

    @Test
    void shouldReadWhatWasWritten() {
        final CompareAndSetRegister register = open();
        assertEquals(new CasOutcome.Ok(1), register.compareAndSet(0, bytes("one")));
        assertEquals(new RegisterValue(1, bytes("one")), register.read());
        assertEquals(new CasOutcome.Ok(2), register.compareAndSet(1, bytes("two")));
        assertEquals(new RegisterValue(2, bytes("two")), open().read());
    }

    @Test
    void shouldConflictWhenVersionHasMovedOn() {
        final CompareAndSetRegister register = open();
        register.compareAndSet(0, bytes("one"));
        final CasOutcome.Conflict again =
                assertInstanceOf(CasOutcome.Conflict.class, open().compareAndSet(0, bytes("other")));
        assertEquals(new RegisterValue(1, bytes("one")), again.current());
        register.compareAndSet(1, bytes("two"));
        final CasOutcome.Conflict late =
                assertInstanceOf(CasOutcome.Conflict.class, open().compareAndSet(0, bytes("other")));
        assertEquals(new RegisterValue(2, bytes("two")), late.current());
    }

    @Test
    void shouldTakeEqualValuesAsDifferentVersions() {
        final CompareAndSetRegister register = open();
        register.compareAndSet(0, bytes("same"));
        assertEquals(new CasOutcome.Ok(2), register.compareAndSet(1, bytes("same")));
        assertEquals(2, register.read().version());
    }

    @Test
    void shouldTakeEmptyAndLongestValuesAndRefuseLonger() {
        final CompareAndSetRegister register = open();
        final byte[] longest = new byte[CompareAndSetRegister.VALUE_LENGTH_MAX];
        longest[longest.length - 1] = 7;
        assertEquals(new CasOutcome.Ok(1), register.compareAndSet(0, new byte[0]));
        assertEquals(new CasOutcome.Ok(2), register.compareAndSet(1, longest));
        assertArrayEquals(longest, open().read().bytes());
        assertThrows(
                IllegalArgumentException.class,
                () -> register.compareAndSet(2, new byte[CompareAndSetRegister.VALUE_LENGTH_MAX + 1]));
        assertEquals(2, register.read().version());
    }

    @Test
    void shouldHaveOneWinnerPerVersionWhenManyContend() throws Exception {
        final int contenders = 4;
        final int versions = 40;
        open();
        final ExecutorService threads = Executors.newFixedThreadPool(contenders);
        try {
            final List<Callable<List<Long>>> races = new ArrayList<>();
            for (int i = 0; i < contenders; i++) {
                final String name = "contender-" + i;
                races.add(() -> race(open(), name, versions));
            }
            final Set<Long> won = new HashSet<>();
            for (final Future<List<Long>> race : threads.invokeAll(races)) {
                for (final long version : race.get()) {
                    assertTrue(won.add(version), "two winners of version " + version);
                }
            }
            assertEquals(versions, open().read().version());
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void shouldNeverReuseAVersionWhenRequestsAndRepliesAreLost() {
        final int racers = 3;
        final int versions = 30;
        final RegisterHistory history = new RegisterHistory();
        final List<RegisterRace.Racer> all = new ArrayList<>();
        for (int i = 0; i < racers; i++) {
            all.add(new RegisterRace.Racer(new LossyRegister(open(), 42 + i), history.handle("racer-" + i)));
        }
        RegisterRace.run(all, racer -> racer.version() < versions);
        history.check();
        assertTrue(open().read().version() >= versions);
        assertTrue(history.unknowns() > 0, "nothing was lost: the test shows nothing");
    }

    /** Writes until the register has so many versions; returns those it wrote as far as it was told. */
    static List<Long> race(final CompareAndSetRegister register, final String name, final int versions) {
        final List<Long> won = new ArrayList<>();
        long version = register.read().version();
        while (version < versions) {
            final CasOutcome outcome = register.compareAndSet(version, bytes(name + " " + version));
            if (outcome instanceof CasOutcome.Ok ok) {
                won.add(ok.version());
                version = ok.version();
            } else if (outcome instanceof CasOutcome.Conflict conflict) {
                assertTrue(conflict.current().version() > version, "a conflict shows a newer version");
                version = conflict.current().version();
            } else {
                throw new AssertionError("unexpected: " + outcome);
            }
        }
        return won;
    }

    /** The value that a text stands for. */
    public static byte[] bytes(final String value) {
        return value.getBytes(StandardCharsets.UTF_8);
    }
}
