// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.transport.netty;

import java.util.concurrent.atomic.AtomicLong;

/** Counts connections that were cut off, and logs the first, so that a port scan does not fill the log. Any thread. */
final class Intruders {
    private static final System.Logger LOGGER = System.getLogger(Intruders.class.getName());

    private final String role;
    private final AtomicLong count = new AtomicLong();

    Intruders(final String role) {
        this.role = role;
    }

    long count() {
        return count.get();
    }

    void note(final String who, final String what) {
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
