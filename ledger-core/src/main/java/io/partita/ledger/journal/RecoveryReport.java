// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.journal;

/**
 * What opening a journal found.
 *
 * @param fresh true if there was no journal before.
 * @param clean true if the journal had been closed.
 * @param bootChanged true if it was not closed and the machine has restarted since (R2); also if that cannot be told.
 * @param tornTail true if an unfinished append at the end was cut.
 * @param tornSegment the segment whose end was torn, 0 if none.
 * @param tornOffset offset in that segment's file behind its last whole record.
 * @param lastSeq the last record's seq, 0 if empty.
 * @param recordsScanned records that were read and verified on opening.
 */
public record RecoveryReport(
        boolean fresh,
        boolean clean,
        boolean bootChanged,
        boolean tornTail,
        long tornSegment,
        long tornOffset,
        long lastSeq,
        long recordsScanned) {}
