// SPDX-License-Identifier: Apache-2.0
/**
 * Measurements of the ledger and of a pair.
 *
 * <p>Thread: each harness's own. Imports: the public API of the ledger and of replication; nothing imports it.
 */
@NullMarked
package io.partita.benchmarks;

import org.jspecify.annotations.NullMarked;
