// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class IdleAndClockTest {
    @Test
    void shouldWakeAParkedThread() throws InterruptedException {
        final WakeableIdle idle = new WakeableIdle(0, TimeUnit.HOURS.toNanos(1));
        final AtomicBoolean hasWork = new AtomicBoolean();
        idle.workCheck(hasWork::get);
        final Thread thread = new Thread(() -> {
            while (!hasWork.get()) {
                idle.idle(0);
            }
        });
        thread.start();
        while (thread.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }
        hasWork.set(true);
        idle.wake();
        thread.join();
        assertFalse(thread.isAlive());
    }

    @Test
    void shouldNeverMissAWakeUp() throws InterruptedException {
        final WakeableIdle idle = new WakeableIdle(0, TimeUnit.HOURS.toNanos(1));
        final int rounds = 20_000;
        final java.util.concurrent.atomic.AtomicInteger given = new java.util.concurrent.atomic.AtomicInteger();
        final java.util.concurrent.atomic.AtomicInteger taken = new java.util.concurrent.atomic.AtomicInteger();
        idle.workCheck(() -> given.get() > taken.get());
        final Thread thread = new Thread(() -> {
            while (taken.get() < rounds) {
                final int work = given.get() - taken.get();
                taken.addAndGet(work);
                idle.idle(work);
            }
        });
        thread.start();
        for (int i = 0; i < rounds; i++) {
            given.lazySet(i + 1); // as a queue does: ordered, not volatile
            idle.wake();
            if (i % 3 == 0) {
                while (taken.get() <= i) {
                    Thread.yield();
                }
            }
        }
        thread.join();
        assertEquals(rounds, taken.get());
    }

    @Test
    void shouldYieldBeforeItParks() {
        final WakeableIdle idle = new WakeableIdle(TimeUnit.HOURS.toNanos(1), TimeUnit.HOURS.toNanos(1));
        for (int i = 0; i < 1000; i++) {
            idle.idle(0); // would never return if it parked
        }
        idle.idle(1);
        idle.reset();
        assertEquals("wakeable", idle.alias());
    }

    @Test
    void shouldStayWithinTheSystemsMillisecond() {
        final SystemWallClock clock = new SystemWallClock();
        for (int i = 0; i < 100_000; i++) {
            final long beforeMs = System.currentTimeMillis();
            final long timeMs = TimeUnit.NANOSECONDS.toMillis(clock.nanoTime());
            final long afterMs = System.currentTimeMillis();
            assertTrue(beforeMs <= timeMs && timeMs <= afterMs, beforeMs + " " + timeMs + " " + afterMs);
        }
    }
}
