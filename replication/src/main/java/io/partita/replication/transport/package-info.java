// SPDX-License-Identifier: Apache-2.0
/**
 * Sessions and frames between nodes, whatever carries them.
 *
 * <p>Thread: the node's agent thread polls and sends; a carrier may have threads of its own behind that. Imports:
 * the ledger's {@code model} and {@code observe}, and the replication {@code codec}.
 */
@NullMarked
package io.partita.replication.transport;

import org.jspecify.annotations.NullMarked;
