// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.protocol;

/**
 * The name of a snapshot (R31): the state after one committed record. Two nodes that name it equally mean the same bytes, so a
 * transfer that one active began can go on with the next one.
 *
 * @param seq the record after which it was taken, at least 1; committed and applied then (I9).
 * @param epoch of that record.
 * @param chain value at {@code seq}.
 * @param digest the state machine's running digest at {@code seq} (I12).
 * @param logicVersion in force at {@code seq}.
 * @param size bytes; 0 in the name of one that is yet to be taken.
 * @param crc a CRC-32C that stands for all its bytes; 0 in the name of one that is yet to be taken.
 */
public record Snapshot(long seq, long epoch, long chain, long digest, int logicVersion, long size, int crc) {}
