// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.simulation;

/** What a node's program knows (R35). */
enum Release {
    /** An older one: no OPERATOR records. */
    FORMER(1, 1),
    /** What the other releases are measured by. */
    PRESENT(2, 1),
    /** A later one, with further rules of the state machine. */
    NEXT(3, 2);

    final int protoMax;
    final int logicMax;

    Release(final int protoMax, final int logicMax) {
        this.protoMax = protoMax;
        this.logicMax = logicMax;
    }
}
