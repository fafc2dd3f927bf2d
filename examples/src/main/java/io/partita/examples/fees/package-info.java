// SPDX-License-Identifier: Apache-2.0
/**
 * The user's own logic, worked through: a payment whose fee is split off by a rate that is itself in the journal, posted to the
 * ledger in the same deterministic step.
 *
 * <p>Start with {@code FeeLogic}, which every node has; {@code FeeCommands} is what clients send it; {@code Fees} is a program that
 * does both with an embedded ledger.
 *
 * <p>Thread: the ledger's for the logic, main for the program. Imports: the ledger's facade, client, model, wire and its seam for
 * the user's own logic in {@code state}.
 */
@NullMarked
package io.partita.examples.fees;

import org.jspecify.annotations.NullMarked;
