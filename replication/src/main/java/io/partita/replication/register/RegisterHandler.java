// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.register;

import io.partita.ledger.model.PartitaException;

/** Takes outcomes of a {@link RegisterWorker}, on the thread that polls it, in the order the requests were made. */
public interface RegisterHandler {
    /**
     * A read, or a poll that found something new, succeeded.
     *
     * @param value what is there; never of a lower version than one delivered before.
     */
    void onRead(RegisterValue value);

    /**
     * A read failed; the register may be back later.
     *
     * @param cause what went wrong.
     */
    void onReadFailed(PartitaException cause);

    /**
     * A compare-and-set ended.
     *
     * @param outcome how.
     */
    void onCas(CasOutcome outcome);

    /**
     * The register must not be used any more: it is damaged, of another cluster or went back (R3: halt). Delivered once; the
     * worker answers nothing after it.
     *
     * @param cause what is wrong, and what to do.
     */
    void onFault(PartitaException cause);
}
