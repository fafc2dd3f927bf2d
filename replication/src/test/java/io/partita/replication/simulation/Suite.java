// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.simulation;

/** What a run is allowed to do, and thus what must hold of it. */
enum Suite {
    /** The fault model: the last intact copy is not destroyed; nothing answered is lost and the cluster comes back by itself. */
    SAFETY,
    /** The last intact copy may be destroyed: nobody leads without what was answered, silently. */
    DISASTER,
    /** What the protocol does not promise to survive (a register that forgets, a cloned folder): a node halts, or nothing is lost. */
    OUTSIDE
}
