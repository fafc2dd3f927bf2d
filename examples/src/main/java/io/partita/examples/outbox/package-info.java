// SPDX-License-Identifier: Apache-2.0
/**
 * The outbox, worked through: a pair whose active notifies payees of what they were paid, at least once, in order, each
 * notification with a key by which its receiver recognises it.
 *
 * <p>Start with {@code NotifyingNode}, a node with a dispatcher; {@code NotificationFile} is the sink that it sends to; {@code
 * Notifications} is what a receiver does about duplicates.
 *
 * <p>Thread: main starts everything; the sink is called by the dispatcher's. Imports: replication's node and outbox, the ledger's
 * model and wire.
 */
@NullMarked
package io.partita.examples.outbox;

import org.jspecify.annotations.NullMarked;
