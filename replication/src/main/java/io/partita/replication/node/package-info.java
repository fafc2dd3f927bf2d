// SPDX-License-Identifier: Apache-2.0
/**
 * One node of a pair, wired together: the only place that knows everything.
 *
 * <p>Thread: launch and close from any thread; it starts the threads of the others. Imports: all of replication,
 * and what of the ledger a node is made of.
 */
@NullMarked
package io.partita.replication.node;

import org.jspecify.annotations.NullMarked;
