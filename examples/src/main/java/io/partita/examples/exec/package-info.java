// SPDX-License-Identifier: Apache-2.0
/**
 * {@code partita exec}: one JSON object a line in, one a line out, against an embedded ledger.
 *
 * <p>Thread: one; the embedded ledger is invoked by it. Imports: the ledger's facade, client, wire and model, and {@code
 * examples.json}, {@code examples.text} and {@code examples.terminal}.
 */
@NullMarked
package io.partita.examples.exec;

import org.jspecify.annotations.NullMarked;
