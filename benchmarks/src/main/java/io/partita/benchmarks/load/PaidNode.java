// SPDX-License-Identifier: Apache-2.0
package io.partita.benchmarks.load;

import io.partita.ledger.client.BatchClient;
import io.partita.ledger.client.ResultListener;

/** What payments are sent to: one node, a pair, or an engine on another journal. */
public interface PaidNode extends AutoCloseable {
    /**
     * A client.
     *
     * @param listener gets the answers.
     * @return the client.
     */
    BatchClient client(ResultListener listener);

    /**
     * Whether it is still what it is measured as: a pair whose standby was lost is one node.
     *
     * @throws IllegalStateException if not.
     */
    void check();

    @Override
    void close();
}
