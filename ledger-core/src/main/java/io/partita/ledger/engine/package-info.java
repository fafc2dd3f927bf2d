// SPDX-License-Identifier: Apache-2.0
/**
 * The duty cycle of a node: drain, frame, journal, replicate, apply, reply; and recovery, which is the same loop
 * over a journal.
 *
 * <p>Thread: the sequencer, one agent thread that owns all state of the engine. Imports: {@code model}, {@code
 * state}, {@code journal}, {@code snapshot}, {@code client}, {@code observe} and {@code wire}.
 */
@NullMarked
package io.partita.ledger.engine;

import org.jspecify.annotations.NullMarked;
