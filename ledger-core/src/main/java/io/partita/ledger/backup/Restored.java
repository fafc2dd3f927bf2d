// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.backup;

import io.partita.ledger.model.Id128;

/**
 * What a restore gave.
 *
 * @param clusterId of the ledger.
 * @param backup the number of the newest backup, whose records were restored.
 * @param end the last record that was restored.
 */
public record Restored(Id128 clusterId, long backup, Position end) {}
