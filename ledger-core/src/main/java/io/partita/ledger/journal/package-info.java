// SPDX-License-Identifier: Apache-2.0
/**
 * The journal: records appended in frames, forced, read back, recovered and verified. This page is the format's specification.
 *
 * <p>Thread: one owner thread per journal, which appends; a syncer thread for the barrier; a helper thread that makes segments
 * ahead and seals full ones; any number of readers, each of one thread. Imports: {@code model}, {@code codec},
 * {@code observe} and {@code net.openhft}, which nothing else imports.
 *
 * <h2>Words</h2>
 *
 * <ul>
 *   <li><b>record</b>: what has a seq; laid out by {@link io.partita.ledger.model.RecordDescriptor}, with its own checksum and
 *       a chain value that continues the record's before it.
 *   <li><b>frame</b>: records that were appended together. Means nothing to the state.
 *   <li><b>excerpt</b>: Chronicle Queue's unit: a header word and bytes. A frame is one excerpt.
 *   <li><b>segment</b>: one Chronicle queue folder with one file of excerpts. Appended to by one process, in one go: a roll, a
 *       restart and a cut each go on in another segment, so what Chronicle does on opening an old file never matters.
 *   <li><b>stored</b>: in the page cache; survives {@code kill -9}. <b>durable</b>: on the disk; survives a power cut.
 * </ul>
 *
 * <h2>Files</h2>
 *
 * Folders have mode 0700, files 0600.
 *
 * <table>
 *   <caption>Files of a data folder that this package writes</caption>
 *   <tr><th>file</th><th>holds</th><th>changes</th></tr>
 *   <tr><td>{@code LOCK}</td><td>whose folder it is; locked while a node runs (R1)</td><td>at every start</td></tr>
 *   <tr><td>{@code journal/manifest}</td><td>which segments there are, and which records of them count</td>
 *       <td>replaced as a whole: {@code manifest.tmp}, force, rename, force of the folder</td></tr>
 *   <tr><td>{@code journal/manifest.tmp}</td><td>nothing: the space of the next manifest (R38), see {@code ReplacedFile}</td>
 *       <td>with each manifest; gone after an orderly close</td></tr>
 *   <tr><td>{@code journal/segment-NNNNNNNNNN/19700101F.cq4}</td><td>the excerpts</td><td>appended to while OPEN</td></tr>
 *   <tr><td>{@code .../metadata.cq4t}</td><td>Chronicle's lock and listing; of no meaning to us</td><td>while OPEN</td></tr>
 *   <tr><td>{@code .../seal}</td><td>length and checksums of the other two</td><td>never; all three are replaced if they are damaged</td></tr>
 *   <tr><td>{@code journal.mending/}</td><td>new segments of a journal that is being mended or repaired, see {@code SegmentExchange}</td>
 *       <td>gone when that is done</td></tr>
 *   <tr><td>{@code journal.damaged/}</td><td>damaged segments that were replaced, as they were: evidence</td>
 *       <td>never; for people to look at, and to delete</td></tr>
 *   <tr><td>{@code state/}</td><td>scratch files of {@code engine.MappedHistory}, deleted as soon as they are open</td>
 *       <td>empty but for what a kill left</td></tr>
 * </table>
 *
 * <h2>Manifest</h2>
 *
 * Lines of {@code name=value} words. Each line ends with the CRC-32C of what is before it, in 8 hexadecimal digits.
 *
 * <pre>
 * partita-journal V cluster=ID generation=N boot=BOOT lastId=N [BASE] crc=C
 * segment id=N state=STATE first=SEQ previousChain=H end=SEQ chain=H epoch=N timestamp=N stored=SEQ offset=N sealLength=N sealCrc=C crc=C
 * run segment=N epoch=N first=SEQ last=SEQ chain=H crc=C          one per epoch that the segment holds records of
 * end lines=N all=C crc=C                                         all: CRC-32C of every byte before this line
 * </pre>
 *
 * <p>V is 1 of a journal that begins at the beginning, 2 of one that has given records up (R33); only that has a BASE, which says what
 * it goes on from:
 *
 * <pre>
 * baseSegment=ID baseSeq=SEQ baseChain=H baseEpoch=N baseTimestamp=N
 * </pre>
 *
 * <p>A journal that began anew behind a snapshot of another node (R32) is one that has given up all records; perhaps it has none.
 *
 * <p>{@code baseSeq} is the last record that was given up; chain, epoch and timestamp are its; {@code baseSegment} is the highest id of a
 * segment that was. Folders of such segments that are still there are what a crash left, and the next start deletes them.
 *
 * <p>A segment is PREPARED (made ahead), OPEN (appended to), CLOSED (its end is known) or SEALED (its files are final and
 * their checksums in the seal, whose own stand here). {@code end} is the last record that counts and {@code stored} the last
 * that the file holds: what is between was cut (R8), stays for the auditor, and is never read. {@code chain}, {@code epoch}
 * and {@code timestamp} are those of {@code end}; {@code offset} lies behind the file's last whole excerpt. {@code lastId} is
 * the highest id that ever was: ids are not used again. {@code boot} tells whether the machine has restarted since (R2).
 *
 * <h2>Segment file</h2>
 *
 * Chronicle's format. At every multiple of 4 where an excerpt may start stands a header word, little endian:
 *
 * <pre>
 *   31         30         29 ... 0
 *  +----------+----------+----------+     0 is: nothing here, or not done, since it is written last
 *  | not done | own block| length   |     an own block (Chronicle's header and index) is skipped
 *  +----------+----------+----------+
 *
 *  0        Chronicle's header, index of indices, first index
 *  65,808   header word + SEGMENT excerpt: magic, version, cluster id, segment id, crc
 *  65,848   header word + FRAME excerpt: magic, length, number of records, durable seq | records ...
 *  ...
 *           header word + END excerpt: magic, next segment, last seq and chain, crc   (not after a kill or a cut)
 *           zeros
 * </pre>
 *
 * <p>The excerpts are drawn in {@code SegmentDescriptor}, the seal in {@code SegmentSeal}. All excerpts are 4 more than a
 * multiple of 8 long, so that each record lies at a multiple of 8 of its file. Zeros are written by {@code write} ahead of the
 * appender (R38), those of a new file before Chronicle maps it; when a segment is sealed, whole blocks of them are cut off, but
 * for the header word behind the last excerpt.
 *
 * <p>Excerpts are stored by Chronicle's appender or, where forces are frequent, written by {@code write}; the excerpts are the same. Of a
 * segment that was written Chronicle's index knows the first excerpt only, and there are no index blocks in line; its tailers read it from the beginning.
 *
 * <p>While a segment is OPEN a force is of its excerpts alone: Chronicle's header, the entries of its index blocks, the zeros ahead
 * and {@code metadata.cq4t} may be of any age after a power cut, and nothing here reads them.
 *
 * <h2>Recovery</h2>
 *
 * Opening reads the OPEN segment, and the PREPARED one if it was rolled to, record by record with plain reads. Where whole
 * records end:
 *
 * <ul>
 *   <li>zeros, or an excerpt that is not done: a <b>torn tail</b>, cut if {@code tailTrusted}, unless something whole follows;
 *   <li>an excerpt that is not done, but whole: counts;
 *   <li>after a restart of the machine, an excerpt that is done, but lacks a sector, or a hole: a torn tail, too, unless what
 *       follows says that the missing record had been forced;
 *   <li>anything else, and anything whole behind it: <b>damage</b> (R39). The journal does not open, and nothing is changed.
 * </ul>
 *
 * <p>What was found is forced, CLOSED, and sealed in the background; a new segment is begun.
 *
 * <h2>Verification</h2>
 *
 * One flipped bit in any file of a sealed segment, in its seal or in the manifest is found and located to the byte: by the
 * record's checksum, the seal's checksum of its block of 4 KiB, the manifest's checksum of the seal, the line's checksum in
 * the manifest. A segment that is not sealed is verified by its records.
 *
 * <h2>Mending</h2>
 *
 * <p>A damaged segment is written anew under its id, of its own whole records and of those that other copies of the journal have: which
 * frames they are in means nothing. What a record must be is told by the chain value that the manifest has of the segment's end, from
 * there back to the one before its first record. A single flipped bit of a block that is sealed is located by the seal, and confirmed by
 * the record's checksum. A journal in use does the same with segments that have ended (R39). While files of a sealed segment are replaced it
 * is CLOSED in the manifest: so it is whole by its records at any moment, and a start seals it again. An OPEN segment ends with its last whole record, and is not mended if what is behind
 * that does not look like the end of a journal. Of the manifest, which nobody else has, one flipped bit is mended: its checksums tell which.
 *
 * <h2>History</h2>
 *
 * <table>
 *   <caption>Versions of the format</caption>
 *   <tr><th>version</th><th>what changed</th></tr>
 *   <tr><td>1</td><td>first</td></tr>
 *   <tr><td>manifest 2</td><td>what the journal goes on from, where its beginning was given up; others are written as 1</td></tr>
 * </table>
 */
@NullMarked
package io.partita.ledger.journal;

import org.jspecify.annotations.NullMarked;
