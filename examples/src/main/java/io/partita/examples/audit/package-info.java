// SPDX-License-Identifier: Apache-2.0
/**
 * Reading data folders: replay, verification, printing records, and the independent sum over a payment file that a ledger is
 * compared with. Read-only on whatever it looks at.
 *
 * <p>Thread: its caller's. Imports: the ledger's journal, state, wire and model, and {@code examples.csv}, {@code
 * examples.json} and {@code examples.terminal}.
 */
@NullMarked
package io.partita.examples.audit;

import org.jspecify.annotations.NullMarked;
