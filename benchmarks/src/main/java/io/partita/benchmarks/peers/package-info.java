// SPDX-License-Identifier: Apache-2.0
/**
 * Partita beside its peers: the same payments at the same durability on the same machine, to PostgreSQL with a synchronous standby, to
 * Aeron Cluster around Partita's own state machine, and to another ledger's binary.
 *
 * <p>Each measurement runs in JVMs and servers of its own, which take turns; each is checked at its end. Thread: the clients'; the servers
 * have theirs. Imports: the public API of both modules; nothing else imports the peers.
 */
@NullMarked
package io.partita.benchmarks.peers;

import org.jspecify.annotations.NullMarked;
