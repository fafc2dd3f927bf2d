// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.protocol;

/** How far a standby's planned leave of the in-sync set has come (R30). */
public enum LeaveState {
    /** It was not asked for. */
    NONE,
    /** The active is asked, again and again, as soon as there is a session. */
    ASKED,
    /** The active has taken this node out of the set: it may stop, and nobody waits for it. */
    LEFT,
    /** The active keeps it: the set would become smaller than CONSISTENCY allows. */
    REFUSED
}
