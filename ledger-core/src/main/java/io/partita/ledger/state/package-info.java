// SPDX-License-Identifier: Apache-2.0
/**
 * The deterministic state machine: the same records in the same order give the same state, on every node and for
 * ever. No clock, no randomness, no I/O, no hash order.
 *
 * <p>Thread: the apply step's thread, and no other. Imports: {@code model} and {@code wire}.
 */
@NullMarked
package io.partita.ledger.state;

import org.jspecify.annotations.NullMarked;
