// SPDX-License-Identifier: Apache-2.0
/**
 * The compare-and-set register that says who may be active, and its file implementation.
 *
 * <p>Thread: the coordination thread; calls may block. Imports: the ledger's {@code model} and {@code observe}.
 */
@NullMarked
package io.partita.replication.register;

import org.jspecify.annotations.NullMarked;
