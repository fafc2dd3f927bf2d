// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.client;

/** Who submitted a batch and gets it back. */
@FunctionalInterface
public interface BatchOwner {
    /**
     * An accepted batch has its outcome: called exactly once per accepted batch, on the engine's thread (on the closing thread
     * at a close). Must not block; what it throws is logged and counted and changes nothing for others.
     *
     * @param batch with its outcome and results; it is the owner's again.
     */
    void onComplete(Batch batch);
}
