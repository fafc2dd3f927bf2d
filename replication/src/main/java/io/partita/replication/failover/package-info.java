// SPDX-License-Identifier: Apache-2.0
/**
 * Who is alive, who takes over, and how healthy this node says it is.
 *
 * <p>Thread: the coordination thread; it talks to the agent thread through queues. Imports: {@code protocol},
 * {@code register}, and the ledger's {@code model} and {@code observe}.
 */
@NullMarked
package io.partita.replication.failover;

import org.jspecify.annotations.NullMarked;
