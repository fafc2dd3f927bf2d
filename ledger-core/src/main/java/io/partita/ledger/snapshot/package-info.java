// SPDX-License-Identifier: Apache-2.0
/**
 * Snapshots: the state after one committed record, in files from which a node starts without the records before. This page is the
 * format's specification.
 *
 * <p>Thread: any, one at a time per folder. Imports: {@code model}, {@code state}.
 *
 * <h2>Words</h2>
 *
 * <ul>
 *   <li><b>snapshot</b>: one STATE file and the HISTORY files that it names. It is named by the seq of its record, and its bytes are
 *       a function of the journal up to that record and of the snapshots that it builds on.
 *   <li><b>table</b>: units of equal length under running numbers, as they lie in memory; drawn in {@code state}. An
 *       <b>append-only</b> one never changes what it has; the others may change anywhere.
 *   <li><b>base</b>: the older snapshot whose HISTORY files a newer one uses again, so that it writes only what was appended since.
 *       It is the last but one, never the last: the two newest snapshots share no file, and no single damage takes both.
 * </ul>
 *
 * <h2>Files</h2>
 *
 * The folder {@code <data>/snapshots} has mode 0700, files 0600. A file is written as {@code NAME.tmp}, forced, renamed, and the
 * folder forced; the HISTORY file before the STATE file. So a STATE file that is there is whole, or damaged since. No file is ever
 * changed.
 *
 * <table>
 *   <caption>Files of the folder</caption>
 *   <tr><th>file</th><th>holds</th></tr>
 *   <tr><td>{@code state-SEQ}</td><td>SEQ in 20 digits: facts, names of history files, tables that change, the user's own state</td></tr>
 *   <tr><td>{@code history-SEQ}</td><td>what was appended to append-only tables up to SEQ, from its base's seq on</td></tr>
 *   <tr><td>{@code incoming/}</td><td>what another node sends, see {@code SnapshotInbox}: {@code name} and {@code contents} of the
 *       snapshot, its files</td></tr>
 *   <tr><td>{@code LOCK}</td><td>empty; locked while a snapshot is taken or old ones are deleted</td></tr>
 *   <tr><td>{@code scratch/}</td><td>scratch files of whoever takes a snapshot, deleted as soon as they are open</td></tr>
 * </table>
 *
 * <h2>A file</h2>
 *
 * HEADER, then sections, then END; {@code SnapshotDescriptor} draws them to the byte. A section is its head and its units in blocks of
 * 1 MiB, the last one shorter, none if there are no units. Kind 1 is STATE, 2 is HISTORY. "From seq" is the base's of a HISTORY file,
 * 0 if it begins at the beginning, and 0 of a STATE file.
 *
 * <p>Sections of a STATE file, in this order; of a HISTORY file: the append-only tables in the order of their numbers, each from the
 * unit on that the base ended with.
 *
 * <table>
 *   <caption>Sections</caption>
 *   <tr><th>table</th><th>unit</th><th>holds</th></tr>
 *   <tr><td>0</td><td>8</td><td>facts: epoch, chain, last timestamp, logic version, running digest, state digest high, low, open pending
 *       transfers, free side row + 1; then how many units each table has, from table 1 on</td></tr>
 *   <tr><td>1000</td><td>32</td><td>history files, oldest first: seq, from seq, length, whole crc (4 bytes), 0 (4 bytes)</td></tr>
 *   <tr><td>1</td><td>128</td><td>accounts ({@code AccountTable})</td></tr>
 *   <tr><td>2</td><td>32</td><td>links of accounts ({@code AccountTable})</td></tr>
 *   <tr><td>3</td><td>64</td><td>side rows of accounts ({@code AccountTable})</td></tr>
 *   <tr><td>4</td><td>16</td><td>append-only: checkpoints of accounts ({@code Checkpoints}); the first unit is entry 0, of zeros</td></tr>
 *   <tr><td>5</td><td>32</td><td>heads of accounts with the same value ({@code ChainHeads})</td></tr>
 *   <tr><td>6</td><td>128</td><td>append-only: transfers ({@code TransferTable})</td></tr>
 *   <tr><td>7</td><td>64</td><td>append-only: balances after transfers ({@code TransferTable})</td></tr>
 *   <tr><td>8</td><td>64</td><td>append-only: high halves of these ({@code WideBalances})</td></tr>
 *   <tr><td>9</td><td>16</td><td>append-only: checkpoints of transfers ({@code Checkpoints})</td></tr>
 *   <tr><td>10</td><td>32</td><td>heads of transfers with the same value ({@code ChainHeads})</td></tr>
 *   <tr><td>11</td><td>64</td><td>append-only: setCreditLimits ({@code InstructionTable})</td></tr>
 *   <tr><td>12</td><td>16</td><td>append-only: burnt ids, low half, high half</td></tr>
 *   <tr><td>13</td><td>64</td><td>pending transfers ({@code PendingTransfers})</td></tr>
 *   <tr><td>14</td><td>16</td><td>the heap of those that expire ({@code ExpiryQueue})</td></tr>
 *   <tr><td>15</td><td>128</td><td>append-only: releases of expired ones ({@code ExpiryEvents})</td></tr>
 *   <tr><td>16</td><td>64</td><td>append-only: high halves of the balances after these ({@code WideBalances})</td></tr>
 *   <tr><td>1001</td><td>1</td><td>what the user's own logic remembers, in its own format</td></tr>
 * </table>
 *
 * <p>The indexes of ids and values are not stored: they depend on a seed that each process chooses, lest somebody choose ids that
 * collide, and are made anew from the tables.
 *
 * <h2>Verification</h2>
 *
 * A loader gives nothing out before every checksum was right, the files were those that the STATE file names, the tables had the
 * units that its facts say, and the state had its digest ({@code docs/ledger-digests.md}). One flipped bit, a missing or strange
 * file, a block from another place: all are found. A later version of the format is refused, {@code UNKNOWN_FORMAT}.
 *
 * <p>Each block is read once. Units of tables that are copied come from what was verified. Those of tables whose memory is in files stay
 * where they are, {@code HistoryLoader}: the state machine maps the file, and reads them from there as long as it lives, as it would
 * read its own scratch file. Its digest is taken from there.
 *
 * <h2>History</h2>
 *
 * <table>
 *   <caption>Versions of the format</caption>
 *   <tr><th>version</th><th>what changed</th></tr>
 *   <tr><td>1</td><td>first; a change of a drawn table is another version</td></tr>
 * </table>
 */
@NullMarked
package io.partita.ledger.snapshot;

import org.jspecify.annotations.NullMarked;
