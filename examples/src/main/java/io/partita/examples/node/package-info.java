// SPDX-License-Identifier: Apache-2.0
/**
 * The reference node: one long-running process of a pair, its configuration file, and the lines it prints for whoever watches.
 *
 * <p>Thread: main; the node has its own. Imports: replication's node and protocol, the ledger's model and {@code
 * examples.json} and {@code examples.terminal}.
 */
@NullMarked
package io.partita.examples.node;

import org.jspecify.annotations.NullMarked;
