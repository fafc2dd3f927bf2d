// SPDX-License-Identifier: Apache-2.0
package io.partita.examples.drill;

/** In which phase of the pair a fault hits. */
enum Phase {
    /** Both nodes are in sync and the active serves. */
    SERVING("serving"),
    /** The last victim's new process has started and does not listen yet. */
    START_UP("start-up"),
    /** The last victim listens again and is not back in sync yet. */
    REJOIN("rejoin");

    private final String label;

    Phase(final String label) {
        this.label = label;
    }

    String label() {
        return label;
    }

    static Phase of(final String label) {
        for (final Phase phase : values()) {
            if (phase.label.equals(label)) {
                return phase;
            }
        }
        throw new IllegalArgumentException("no such phase: phase=" + label);
    }
}
