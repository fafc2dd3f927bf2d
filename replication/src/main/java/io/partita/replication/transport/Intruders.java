// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.transport;

import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts connections that were cut off, and logs each source once an hour, of at most so many sources, so that neither a port
 * scan nor a client that tries for ever fills the log. Any thread.
 */
public final class Intruders {
    private static final System.Logger LOGGER = System.getLogger(Intruders.class.getName());
    private static final int SOURCES_MAX = 64;
    private static final long FORGET_NS = TimeUnit.HOURS.toNanos(1);

    private final String role;
    private final AtomicLong count = new AtomicLong();
    private final Set<String> sources = new HashSet<>(); // guarded by itself
    private long sinceNs = System.nanoTime(); // guarded by sources

    /**
     * None so far.
     *
     * @param role what to call them in the log.
     */
    public Intruders(final String role) {
        this.role = role;
    }

    /**
     * How many there were.
     *
     * @return a count.
     */
    public long count() {
        return count.get();
    }

    /**
     * One more.
     *
     * @param who its name, or its address without the port: the port is another one each time.
     * @param what it did.
     */
    public void note(final String who, final String what) {
        final long total = count.incrementAndGet();
        final int known = remember(who);
        if (known > 0) {
            LOGGER.log(
                    System.Logger.Level.WARNING,
                    "a {0} connection was cut off: who={1} why={2} count={3}; more of this source are only counted{4}",
                    role,
                    who,
                    what,
                    Long.toString(total),
                    known == SOURCES_MAX ? ", and for an hour those of other sources, too" : "");
        }
    }

    /** The number of the source if it is a new one; else 0. */
    private int remember(final String who) {
        synchronized (sources) {
            final long nowNs = System.nanoTime();
            if (nowNs - sinceNs > FORGET_NS) {
                sinceNs = nowNs;
                sources.clear();
            }
            return sources.size() < SOURCES_MAX && sources.add(who) ? sources.size() : 0;
        }
    }
}
