// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.node;

/**
 * Told when a node becomes, or stops being, the one that serves. Called on the engine's thread: must be short; what it throws
 * is logged and changes nothing.
 */
public interface RoleListener {
    /**
     * This node serves: its EPOCH_START is committed and applied. Effects outside the ledger may be dispatched from now on,
     * fenced with the epoch where the receiver can check it.
     *
     * @param epoch that it leads.
     * @param fromSeq the epoch's first seq.
     */
    void onActive(long epoch, long fromSeq);

    /**
     * This node stopped serving. A process that was paused hears of it late.
     *
     * @param epoch that it led.
     */
    void onPassive(long epoch);
}
