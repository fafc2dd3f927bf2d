// SPDX-License-Identifier: Apache-2.0
package io.partita.examples.drill;

import java.util.Locale;

/** What of a victim's traffic a partition cuts. Unless it is refused, connections stay open and nothing passes: half-open. */
enum Cut {
    /** Between the nodes, both ways. */
    PEERS,
    /** What the victim sends to the other node. */
    PEERS_OUT,
    /** What the other node sends to the victim. */
    PEERS_IN,
    /** Connections between the nodes are reset and new ones refused, as if the processes had died. */
    PEERS_REFUSED,
    /** The victim does not reach the register. */
    REGISTER,
    /** The victim reaches neither the other node nor the register; clients still reach it. */
    ISOLATED,
    /** Clients do not reach the victim. */
    CLIENTS;

    String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    boolean cutsRegister() {
        return this == REGISTER || this == ISOLATED;
    }
}
