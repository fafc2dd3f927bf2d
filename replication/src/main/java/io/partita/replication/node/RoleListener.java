// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.node;

/**
 * Told when a node becomes, or stops being, the one that serves. Called on the engine's thread, in order, each epoch's {@link
 * #onActive} first and then, once, its {@link #onPassive}; a node that is elected and deposed before it serves says neither. Must be
 * short: while it runs nothing is sequenced, applied or answered, and no heartbeat leaves. What it throws goes to the incident log
 * and changes nothing. It may submit to a client of the node that it owns, but not wait for the answer.
 *
 * <p>For effects outside the ledger there is {@code io.partita.replication.outbox}.
 */
public interface RoleListener {
    /**
     * This node serves: its EPOCH_START is committed and applied, and with it all that any earlier active answered. Effects outside
     * the ledger may be dispatched from now on, fenced with the epoch where the receiver can check it.
     *
     * @param epoch that it leads; larger than that of every active before.
     * @param fromSeq the epoch's first seq, that of EPOCH_START.
     */
    void onActive(long epoch, long fromSeq);

    /**
     * This node stopped serving: deposed, halted or closed. Told at once, before anything of the next epoch is taken in; what it had
     * in flight has ended UNKNOWN. A process that was paused hears of it late, and one that is killed never does.
     *
     * @param epoch that it led.
     */
    void onPassive(long epoch);
}
