// SPDX-License-Identifier: Apache-2.0
/**
 * Backups of a ledger: made while its node runs, verified, restored to any point, and rehearsed. This page is the format's
 * specification. {@link io.partita.ledger.backup.BackupRepository} is the way in.
 *
 * <p>Thread: the caller's. Imports: {@code model}, {@code wire}, {@code state}, {@code journal}, {@code snapshot}, {@code observe} and {@code engine}.
 *
 * <h2>Idea</h2>
 *
 * <p>The journal is the truth, so a backup is its records: those that are committed, from the first one on, as they are, with their
 * checksums and chain values. Not the journal's files: a record is the same on every node, while segments, frames and cuts are a
 * node's own. A repository holds one history; each backup adds the records that are new, and is thereby all of the history up to its
 * end. The chain value before the first new record proves that it continues the ones that are there. The history can be restored
 * up to any record of it.
 *
 * <p>A journal that has given up its beginning does not have the first records. The first backup of such a node begins with a snapshot,
 * the newest one that is whole, and the records go on from it: nothing before its end can be restored. All else is the same; backups after
 * it add records only, of whichever node has those that come next.
 *
 * <h2>Files</h2>
 *
 * Folders have mode 0700, files 0600.
 *
 * <table>
 *   <caption>Files of a repository</caption>
 *   <tr><th>file</th><th>holds</th><th>changes</th></tr>
 *   <tr><td>{@code manifest}</td><td>backups, files and rehearsals</td><td>replaced as a whole</td></tr>
 *   <tr><td>{@code manifest.copy}</td><td>the same</td><td>with it</td></tr>
 *   <tr><td>{@code records/NNNNNNNNNNNNNNNNNNN}</td><td>the records from that seq on, to the next file's</td><td>never</td></tr>
 *   <tr><td>{@code snapshot/}</td><td>the files of the snapshot that the records go on from, as {@link io.partita.ledger.snapshot}
 *       lays them out; not there if they begin with the ledger</td><td>never</td></tr>
 *   <tr><td>{@code LOCK}</td><td>nothing; locked by whoever changes the repository</td><td>never</td></tr>
 *   <tr><td>{@code *.tmp}</td><td>what is about to be put into its place</td><td>while a command runs</td></tr>
 *   <tr><td>{@code scratch/}</td><td>a replay or a rehearsal</td><td>while a command runs</td></tr>
 * </table>
 *
 * <p>A change: (1) the new files of records, the folder of the snapshot and both manifests are written beside their places, as {@code
 * NAME.tmp}, and forced, and so are their folders; (2) {@code manifest} is renamed into its place: now the change has happened; (3) the others are. Whoever
 * finds that (3) is missing takes the files from beside their places; the next change does (3) first, and deletes what no manifest
 * lists. So a file in its place that the manifest does not list, a listed one that is nowhere, and manifests that differ are damage,
 * and not what an interruption leaves.
 *
 * <h2>Manifest</h2>
 *
 * Lines of {@code name=value} words. Each line ends with the CRC-32C of what is before it, in 8 hexadecimal digits.
 *
 * <pre>
 * partita-backup VERSION cluster=ID generation=N crc=C
 * backup number=N created=NS source=TEXT software=TEXT seq=SEQ epoch=N timestamp=NS chain=H liveSeq=SEQ liveDigest=H crc=C
 * snapshot seq=SEQ epoch=N timestamp=NS chain=H crc=C                                   of the first backup only, if it begins with one
 * snapshotFile name=NAME length=BYTES sha256=HEX crc=C                                  one per file of the snapshot
 * records first=SEQ last=SEQ previousChain=H chain=H length=BYTES sha256=HEX crc=C      one per file that the backup added
 * state running=H state=HH accounts=N transfers=N burnt=N logic=N crc=C                 once it was replayed
 * totals ledger=N debitsPosted=N creditsPosted=N debitsPending=N creditsPending=N crc=C one per ledger, after state
 * rehearsal backup=N ended=NS duration=NS ok=true|false problem=TEXT crc=C              after all backups; the newest thousand
 * end lines=N all=C crc=C                                                               all: CRC-32C of every byte before this line
 * </pre>
 *
 * <p>{@code H} are 16, {@code HH} 32 hexadecimal digits, {@code NS} nanoseconds since 1970, {@code TEXT} is URL-encoded. {@code seq},
 * {@code epoch}, {@code timestamp} and {@code chain} are those of the backup's last record, or of the one that the snapshot is the
 * state after. {@code liveDigest} is the running digest
 * that the node itself had after {@code liveSeq}; 0 if it said nothing. {@code state} and {@code totals} are of the ledger as of the
 * backup's last record.
 *
 * <h2>File of records</h2>
 *
 * Drawn in {@code RecordsDescriptor}: a header of 48 bytes, then records as {@link io.partita.ledger.model.RecordDescriptor} lays them
 * out.
 *
 * <h2>Verification</h2>
 *
 * Every byte of a file of records or of the snapshot is covered by the SHA-256 in the manifest, and every record by its own checksum and the chain; every
 * byte of the manifest by the checksum of its line, and all of it by its copy: a manifest that is older than its copy is not used at
 * all. Restoring checks the same of all files that it reads,
 * and verifies the snapshot and the journal that it has written, before there is a journal. A snapshot is verified by its own checksums
 * when it is copied, and by the digest of its state when it is replayed from.
 *
 * <h2>History</h2>
 *
 * <table>
 *   <caption>Versions of the format</caption>
 *   <tr><th>version</th><th>what changed</th></tr>
 *   <tr><td>1</td><td>first</td></tr>
 *   <tr><td>2</td><td>begins with a snapshot; one that begins with the ledger is still written as version 1</td></tr>
 * </table>
 */
@NullMarked
package io.partita.ledger.backup;

import org.jspecify.annotations.NullMarked;
