// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.register;

import io.partita.ledger.model.Id128;
import java.nio.file.Path;

/** Opens a node's handle of the register. The node calls it once, at its start, and closes what it gets. */
@FunctionalInterface
public interface RegisterFactory {
    /**
     * Opens the register. What is remote need not be reachable yet.
     *
     * @param clusterId of the cluster; another cluster's register is refused.
     * @param dataFolder of the node, locked by it.
     * @return the register.
     * @throws io.partita.ledger.model.PartitaException if it cannot be used; the node does not start.
     */
    CompareAndSetRegister open(Id128 clusterId, Path dataFolder);

    /**
     * Forgets which register the node has seen: a node that is nobody's member any more may be given another one.
     *
     * @param dataFolder of the node, locked by the caller.
     * @throws io.partita.ledger.model.PartitaException REGISTER_FAILED if the folder cannot be written.
     */
    default void forget(final Path dataFolder) {
        // Most kinds remember nothing in the folder.
    }
}
