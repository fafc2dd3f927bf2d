// SPDX-License-Identifier: Apache-2.0
/**
 * The deterministic state machine: the same records in the same order give the same state, on every node and for
 * ever. No clock, no randomness, no I/O, no hash order.
 *
 * <p>The way of a batch: {@code LedgerStateMachine} checks the record; {@code BatchExecution} goes over its commands, sees to their
 * heads and chains, and writes results; {@code TransferCommands}, {@code Resolutions}, {@code AccountCommands} and {@code
 * InstructionCommands} run one command each: they ask the {@code *Rules}, which are pure, reserve whatever may fail, and only then
 * change {@code LedgerTables} and, by {@code Posting}, balances. {@code UndoLog} takes back what a chain created, the last first.
 * A TICK is {@code Resolutions} alone. {@code StateImage} shows the tables to whoever writes a snapshot, or fills them from one.
 *
 * <p>Thread: the apply step's thread, and no other. Imports: {@code model} and {@code wire}.
 */
@NullMarked
package io.partita.ledger.state;

import org.jspecify.annotations.NullMarked;
