// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.transport;

import java.util.concurrent.atomic.AtomicLong;

/** Counts connections that were cut off, and logs the first, so that a port scan does not fill the log. Any thread. */
public final class Intruders {
    private static final System.Logger LOGGER = System.getLogger(Intruders.class.getName());

    private final String role;
    private final AtomicLong count = new AtomicLong();

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
     * @param who its address or name.
     * @param what it did.
     */
    public void note(final String who, final String what) {
        if (count.getAndIncrement() == 0) {
            LOGGER.log(
                    System.Logger.Level.WARNING,
                    "a {0} connection was cut off, further ones are only counted: who={1} why={2}",
                    role,
                    who,
                    what);
        }
    }
}
