// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.register;

import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.PartitaException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/** Racers that change one register as nodes do, R25 included, and write down what they did. */
public final class RegisterRace {
    private static final int READS_BEFORE_BURN = 3;
    private static final long TIMEOUT_SECONDS = 60;

    private RegisterRace() {}

    /** One thread's way through a race. */
    public static final class Racer {
        private final CompareAndSetRegister register;
        private final RegisterHistory.Handle history;
        private volatile long version;

        /**
         * A racer.
         *
         * @param register its own handle.
         * @param history where it writes down what it does.
         */
        public Racer(final CompareAndSetRegister register, final RegisterHistory.Handle history) {
            this.register = register;
            this.history = history;
        }

        /**
         * The newest version it knows.
         *
         * @return 0 at first.
         */
        public long version() {
            return version;
        }

        /** One change, tried until the version has moved, by itself or another. */
        void step() {
            final long expected = version;
            while (version == expected) {
                final CasOutcome outcome = history.cas(register, expected);
                if (outcome instanceof CasOutcome.Ok ok) {
                    version = ok.version();
                } else if (outcome instanceof CasOutcome.Conflict conflict) {
                    version = conflict.current().version();
                }
                // Unknown: nothing is inferred from an unchanged read; the next turn burns the version.
                for (int i = 0; i < READS_BEFORE_BURN && version == expected; i++) {
                    version = Math.max(version, read());
                }
            }
        }

        private long read() {
            try {
                return history.read(register).version();
            } catch (final PartitaException e) {
                if (e.code() != ErrorCode.REGISTER_FAILED) {
                    throw e;
                }
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
                return version;
            }
        }
    }

    /**
     * Lets them race, each on a thread of its own.
     *
     * @param racers the racers.
     * @param goOn asked by each before its next change.
     */
    public static void run(final List<Racer> racers, final Predicate<Racer> goOn) {
        final ExecutorService threads = Executors.newFixedThreadPool(racers.size());
        try {
            final List<Future<?>> races = new ArrayList<>();
            for (final Racer racer : racers) {
                races.add(threads.submit(() -> {
                    while (goOn.test(racer)) {
                        racer.step();
                    }
                }));
            }
            for (final Future<?> race : races) {
                race.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
            }
        } catch (final ExecutionException | InterruptedException | TimeoutException e) {
            throw new AssertionError("the race did not end well", e);
        } finally {
            threads.shutdownNow();
        }
    }
}
