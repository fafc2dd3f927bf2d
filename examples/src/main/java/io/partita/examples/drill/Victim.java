// SPDX-License-Identifier: Apache-2.0
package io.partita.examples.drill;

import java.util.Locale;

/** Who is hit by a fault. */
public enum Victim {
    /** The node that serves. */
    ACTIVE,
    /** The node that stands by. */
    STANDBY,
    /** Both at the same moment: kills only, other faults hit the active. */
    BOTH;

    /**
     * The name on the command line.
     *
     * @return lower case.
     */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * By its name.
     *
     * @param label as {@link #label} gives it.
     * @return who.
     */
    public static Victim of(final String label) {
        return valueOf(label.toUpperCase(Locale.ROOT));
    }
}
