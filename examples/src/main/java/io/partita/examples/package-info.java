// SPDX-License-Identifier: Apache-2.0
/**
 * Programs to read and to run: the quickstart, the reference node and the partita tool.
 *
 * <p>Thread: each program's own. Imports: the public API of the ledger and of replication; nothing imports it.
 */
@NullMarked
package io.partita.examples;

import org.jspecify.annotations.NullMarked;
