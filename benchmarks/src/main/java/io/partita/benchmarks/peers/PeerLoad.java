// SPDX-License-Identifier: Apache-2.0
package io.partita.benchmarks.peers;

import io.partita.benchmarks.load.Paid;
import java.io.IOException;

/** A peer that serves, with its clients. */
interface PeerLoad extends AutoCloseable {
    /** Accounts of the ledger; transfers are between two random ones. */
    int ACCOUNTS = 10_000;

    /** The book of all accounts and transfers. */
    int LEDGER = 1;

    /** The code of all. */
    int CODE = 1;

    /**
     * Pays as fast as answers come.
     *
     * @param setting how.
     * @param isAlone one batch after the other; else with the whole window, or all clients.
     * @param durationNs for how long.
     * @return what it gave.
     * @throws Exception if a payment was not made.
     */
    Paid pay(PeerSetting setting, boolean isAlone, long durationNs) throws Exception;

    /** Between warm-up and measurement, if there is something to do. */
    default void settle() throws Exception {}

    /**
     * Looks whether the ledger has what was answered, no more and no less, in every copy.
     *
     * @throws Exception if not.
     */
    void check() throws Exception;

    @Override
    void close() throws IOException;
}
