// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.protocol;

/** How far the last planned handover of an active has come (R29). */
public enum HandoverState {
    /** There was none in this life of the node. */
    NONE,
    /** The standby is asked whether it is ready; the active still serves. */
    PREPARING,
    /** Intake is held back until every member holds and this node has answered everything. */
    DRAINING,
    /** The CAS is sent; whatever the register says is done. */
    DECIDING,
    /** The register names the standby: this node follows it. */
    HANDED_OVER,
    /** This node did not hand over; it serves on, unless the register named somebody else. */
    ABORTED;

    /**
     * Whether the end is still to come.
     *
     * @return true while preparing, draining or deciding.
     */
    public boolean isRunning() {
        return this == PREPARING || this == DRAINING || this == DECIDING;
    }
}
