// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.state;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Comparator;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class ExpiryQueueTest {
    private record Entry(long expiresAt, long number) {}

    /** Places in a plain array. */
    private static final class Places implements ExpiryQueue.Places {
        private final int[] places = new int[5_000];

        @Override
        public int place(long number) {
            return places[(int) number];
        }

        @Override
        public void place(long number, int place) {
            places[(int) number] = place;
        }
    }

    @Test
    void shouldBeEmptyAtFirst() {
        try (ExpiryQueue queue = new ExpiryQueue(new Places())) {
            assertEquals(Long.MAX_VALUE, queue.firstExpiresAt());
            assertEquals(ExpiryQueue.NONE, queue.firstDue(Long.MAX_VALUE));
            assertEquals(0, queue.dueCount(Long.MAX_VALUE, 10));
            assertEquals(0, queue.size());
        }
    }

    @Test
    void shouldLetTheOldestOfAMomentGoFirst() {
        try (ExpiryQueue queue = new ExpiryQueue(new Places())) {
            for (long number = 9; number >= 0; number--) {
                queue.reserve();
                queue.add(number, 7);
            }
            assertEquals(10, queue.dueCount(7, 100));
            assertEquals(4, queue.dueCount(7, 4));
            assertEquals(0, queue.dueCount(6, 100));
            assertEquals(ExpiryQueue.NONE, queue.firstDue(6));
            for (long number = 0; number < 10; number++) {
                assertEquals(number, queue.firstDue(7));
                queue.remove(number);
            }
        }
    }

    /** Many ties, removals from anywhere, additions again. */
    @Test
    void shouldAgreeWithASortedSet() {
        Random random = new Random(11);
        for (int round = 0; round < 20; round++) {
            int span = 1 + random.nextInt(200);
            TreeSet<Entry> model =
                    new TreeSet<>(Comparator.comparingLong(Entry::expiresAt).thenComparingLong(Entry::number));
            Entry[] entries = new Entry[5_000];
            try (ExpiryQueue queue = new ExpiryQueue(new Places())) {
                for (int step = 0; step < 4_000; step++) {
                    int number = random.nextInt(entries.length / (1 + round % 5));
                    if (entries[number] == null) {
                        entries[number] = new Entry(1 + random.nextInt(span), number);
                        model.add(entries[number]);
                        queue.reserve();
                        queue.add(number, entries[number].expiresAt);
                    } else {
                        model.remove(entries[number]);
                        entries[number] = null;
                        queue.remove(number);
                    }
                    assertEquals(model.size(), queue.size());
                    assertEquals(model.isEmpty() ? Long.MAX_VALUE : model.first().expiresAt, queue.firstExpiresAt());
                    if (step % 50 == 0) {
                        long base = random.nextInt(span + 2);
                        long due = model.stream()
                                .filter(entry -> entry.expiresAt <= base)
                                .count();
                        assertEquals(due, queue.dueCount(base, Integer.MAX_VALUE));
                        assertEquals(Math.min(due, 7), queue.dueCount(base, 7));
                        assertEquals(due == 0 ? ExpiryQueue.NONE : model.first().number, queue.firstDue(base));
                    }
                }
                while (!model.isEmpty()) {
                    assertEquals(model.first().number, queue.firstDue(Long.MAX_VALUE));
                    queue.remove(model.pollFirst().number);
                }
            }
        }
    }
}
