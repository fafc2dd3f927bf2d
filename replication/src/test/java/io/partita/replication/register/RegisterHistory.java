// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.register;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What was asked of a register and what it said, with the moments of both, and whether one linearizable register can have said all
 * of it. Each write is of a value of its own, so the versions give the order and the check is linear: no value out of nowhere, out
 * of its time or at two versions; no two values of one version; nobody who asked after an answer is told of less than that answer
 * did. Reads may be stale between handles (B1), never for one.
 */
public final class RegisterHistory {
    private final List<Entry> entries = new ArrayList<>();
    private final AtomicLong clock = new AtomicLong();

    /** A call: its write if it was one, what version and value it was told of, and when. */
    record Entry(
            String handle,
            @Nullable String written,
            long expected,
            boolean isOk,
            long version,
            @Nullable String value,
            long invokedAt,
            long answeredAt) {
        boolean isUnknown() {
            return written != null && version < 0;
        }
    }

    /** One handle's part. */
    public final class Handle {
        private final String name;
        private int writes;

        private Handle(final String name) {
            this.name = name;
        }

        /**
         * Reads.
         *
         * @param register the handle's.
         * @return what it said.
         */
        public RegisterValue read(final CompareAndSetRegister register) {
            final long invokedAt = clock.incrementAndGet();
            final RegisterValue value = register.read();
            add(new Entry(name, null, 0, false, value.version(), text(value), invokedAt, clock.incrementAndGet()));
            return value;
        }

        /**
         * Tries to write a value that nobody else writes.
         *
         * @param register the handle's.
         * @param expected the version to replace.
         * @return what it said.
         */
        public CasOutcome cas(final CompareAndSetRegister register, final long expected) {
            final String value = name + "/" + ++writes;
            final long invokedAt = clock.incrementAndGet();
            final CasOutcome outcome = register.compareAndSet(expected, value.getBytes(StandardCharsets.UTF_8));
            long version = -1;
            String shown = null;
            if (outcome instanceof CasOutcome.Ok ok) {
                version = ok.version();
                shown = value;
            } else if (outcome instanceof CasOutcome.Conflict conflict) {
                version = conflict.current().version();
                shown = text(conflict.current());
            }
            add(new Entry(
                    name,
                    value,
                    expected,
                    outcome instanceof CasOutcome.Ok,
                    version,
                    shown,
                    invokedAt,
                    clock.incrementAndGet()));
            return outcome;
        }
    }

    /**
     * The part of a handle, which one thread writes.
     *
     * @param name different from all others.
     * @return the part.
     */
    public Handle handle(final String name) {
        return new Handle(name);
    }

    /**
     * How many writes had no known outcome.
     *
     * @return how many.
     */
    public synchronized long unknowns() {
        return entries.stream().filter(Entry::isUnknown).count();
    }

    synchronized void add(final Entry entry) {
        entries.add(entry);
    }

    /** Fails if no linearizable register can have said this. */
    public synchronized void check() {
        final Map<String, Entry> writers = new HashMap<>();
        for (final Entry entry : entries) {
            if (entry.written() != null) {
                writers.put(entry.written(), entry);
            }
        }
        final Map<Long, String> values = new HashMap<>();
        for (final Entry entry : entries) {
            if (entry.version() > 0) {
                checkShown(entry, writers.get(String.valueOf(entry.value())), values);
            }
        }
        checkOrder();
    }

    private static void checkShown(final Entry entry, final @Nullable Entry writer, final Map<Long, String> values) {
        final String before = values.put(entry.version(), String.valueOf(entry.value()));
        require(before == null || before.equals(entry.value()), "two values of one version: " + before, entry);
        require(writer != null, "a value that nobody wrote", entry);
        if (writer != null) {
            require(writer.expected() + 1 == entry.version(), "a value at another version than meant", entry);
            require(writer.invokedAt() < entry.answeredAt(), "a value before it was written", entry);
        }
    }

    /** Compare-and-sets against everything answered before they were asked; reads against their own handle. */
    private void checkOrder() {
        final List<Entry> byAnswer = new ArrayList<>(entries);
        byAnswer.sort(Comparator.comparingLong(Entry::answeredAt));
        final List<Entry> byInvocation = new ArrayList<>(entries);
        byInvocation.sort(Comparator.comparingLong(Entry::invokedAt));
        final Map<String, Long> ofHandle = new HashMap<>();
        long floor = 0;
        int answered = 0;
        for (final Entry entry : byInvocation) {
            while (byAnswer.get(answered).answeredAt() < entry.invokedAt()) {
                final Entry done = byAnswer.get(answered++);
                floor = Math.max(floor, done.version());
                ofHandle.merge(done.handle(), done.version(), Math::max);
            }
            if (entry.isOk()) {
                require(entry.version() == entry.expected() + 1, "a success at another version", entry);
                require(entry.version() > floor, "a success behind what was answered before: " + floor, entry);
            } else if (entry.written() != null && !entry.isUnknown()) {
                require(entry.version() > entry.expected(), "a conflict without a newer version", entry);
                require(entry.version() >= floor, "a conflict with less than was answered before: " + floor, entry);
            } else if (entry.written() == null) {
                require(
                        entry.version() >= ofHandle.getOrDefault(entry.handle(), 0L),
                        "a read behind what its handle knew",
                        entry);
            }
        }
    }

    private static String text(final RegisterValue value) {
        return new String(value.bytes(), StandardCharsets.UTF_8);
    }

    private static void require(final boolean holds, final String what, final Entry entry) {
        if (!holds) {
            throw new AssertionError(what + ": " + entry);
        }
    }
}
