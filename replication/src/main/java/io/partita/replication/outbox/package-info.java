// SPDX-License-Identifier: Apache-2.0
/**
 * Effects outside the ledger, sent by whoever is active: at least once, in order, each with a key (PROTOCOL.md A7).
 *
 * <p>The ledger's change events are the outbox: deterministic, in the journal's order, the same on every node and at every
 * replay. How far they were sent is in the ledger, too, as the balance of an account.
 *
 * <p>Thread: a dispatcher has one of its own, on which the sink is called. Imports: {@code node} for the role callbacks, and the
 * ledger's {@code model}, {@code client} and {@code wire}.
 */
@NullMarked
package io.partita.replication.outbox;

import org.jspecify.annotations.NullMarked;
