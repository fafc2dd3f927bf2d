// SPDX-License-Identifier: Apache-2.0
/**
 * The transport of one host: the standby tails the active's mapped journal in place; control frames and
 * acknowledgements pass through two ring buffers in a mapped file.
 *
 * <p>Thread: the node's agent thread. Imports: {@code transport} and what it may import, and the ledger's {@code
 * journal}.
 */
@NullMarked
package io.partita.replication.transport.ipc;

import org.jspecify.annotations.NullMarked;
