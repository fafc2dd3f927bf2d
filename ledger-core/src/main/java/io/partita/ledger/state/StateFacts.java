// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.state;

/**
 * What a state machine knows beside its tables.
 *
 * @param appliedSeq the last applied record, 1 or more.
 * @param lastTimestamp stamp of the last record that owned timestamps, nanoseconds since 1970.
 * @param logicVersion version of the rules in force, 1 or more.
 * @param runningDigest at {@code appliedSeq}.
 * @param openPendings how many pending transfers are open.
 * @param freeSideRow the side row of accounts that was given back last, + 1; 0 if none is free.
 */
public record StateFacts(
        long appliedSeq,
        long lastTimestamp,
        int logicVersion,
        long runningDigest,
        long openPendings,
        int freeSideRow) {}
