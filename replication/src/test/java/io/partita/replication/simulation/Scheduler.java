// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.simulation;

import java.util.PriorityQueue;

/** Virtual time: one thread, one queue, ties in the order of scheduling. */
final class Scheduler {
    private record Event(long timeNs, long order, Runnable action) implements Comparable<Event> {
        @Override
        public int compareTo(final Event other) {
            final int byTime = Long.compare(timeNs, other.timeNs);
            return byTime != 0 ? byTime : Long.compare(order, other.order);
        }
    }

    private static final long START_NS = 1_000_000_000L;

    private final PriorityQueue<Event> queue = new PriorityQueue<>();
    private long nowNs = START_NS;
    private long order;
    private long events;

    long nowNs() {
        return nowNs;
    }

    long elapsedNs() {
        return nowNs - START_NS;
    }

    long events() {
        return events;
    }

    void after(final long delayNs, final Runnable action) {
        queue.add(new Event(nowNs + Math.max(0, delayNs), order++, action));
    }

    /** Runs the next event, unless it is after the given time. */
    boolean step(final long untilNs) {
        final Event event = queue.peek();
        if (event == null || event.timeNs > untilNs) {
            nowNs = untilNs;
            return false;
        }
        queue.poll();
        nowNs = event.timeNs;
        events++;
        event.action.run();
        return true;
    }
}
