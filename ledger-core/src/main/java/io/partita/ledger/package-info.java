// SPDX-License-Identifier: Apache-2.0
/**
 * The facade of one node: launch a ledger from a context and close it again.
 *
 * <p>Thread: its methods may be called from any thread. Imports: every package of ledger-core; nothing in ledger-
 * core imports it.
 */
@NullMarked
package io.partita.ledger;

import org.jspecify.annotations.NullMarked;
