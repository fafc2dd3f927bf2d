// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.backup;

/**
 * What the running node itself said of its state when it was backed up: an answer that no replay of the backup has part in.
 *
 * @param seq the last record that the node had applied.
 * @param runningDigest of the node after that record.
 */
public record LiveDigest(long seq, long runningDigest) {}
