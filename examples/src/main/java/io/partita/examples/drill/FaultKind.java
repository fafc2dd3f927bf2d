// SPDX-License-Identifier: Apache-2.0
package io.partita.examples.drill;

import java.util.Locale;

/** What is done to a victim. */
public enum FaultKind {
    /** {@code kill -9}; restarted at once. */
    KILL,
    /** {@code kill -9}; restarted after a while: nobody competes with the node that takes over. */
    CRASH,
    /** SIGSTOP, and SIGCONT after a while: no connection ends, only silence tells. */
    PAUSE,
    /** Traffic of the victim is held up or refused for a while: see {@link Cut}. */
    PARTITION,
    /** An operator's request to the active: it hands over to the other node. */
    SWITCHOVER,
    /** Its wall clock jumps by seconds to hours, ahead or back, and is put right after a while. */
    CLOCK,
    /** Killed, and restarted with an empty data folder. */
    WIPE,
    /** Killed, and restarted with an older copy of its data folder: it must refuse itself; then it is wiped. */
    RESTORE,
    /** A copy of its data folder is started as a second process: one of them must refuse itself. */
    CLONE;

    /** How many kinds of {@link #PARTITION} there are. */
    public static final int CUTS = Cut.values().length;

    /**
     * Whether it is done to TCP connections.
     *
     * @return false if any transport will do.
     */
    public boolean needsTcp() {
        return this == PARTITION || this == CLONE;
    }

    /**
     * The name on the command line and in reports.
     *
     * @return lower case.
     */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Whether it lasts as long as the plan says.
     *
     * @return false if it is over as soon as it can be.
     */
    public boolean lasts() {
        return this == CRASH || this == PAUSE || this == PARTITION || this == CLOCK;
    }

    /**
     * By its name.
     *
     * @param label as {@link #label} gives it.
     * @return the kind.
     */
    public static FaultKind of(final String label) {
        return valueOf(label.toUpperCase(Locale.ROOT));
    }
}
