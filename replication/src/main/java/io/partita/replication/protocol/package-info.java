// SPDX-License-Identifier: Apache-2.0
/**
 * The replication protocol without I/O: events in, effects out, time as an argument.
 *
 * <p>Thread: the node's agent thread, or the simulator's. Imports: the ledger's {@code model} and its own {@code
 * codec}.
 */
@NullMarked
package io.partita.replication.protocol;

import org.jspecify.annotations.NullMarked;
