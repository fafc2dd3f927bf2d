// SPDX-License-Identifier: Apache-2.0
/**
 * The replication protocol without I/O: events in, effects out, time as an argument.
 *
 * <p>{@link io.partita.replication.protocol.ReplicaCore} is the way in. Behind it, in the order in which to read them:
 *
 * <table>
 *   <caption>Who does what</caption>
 *   <tr><td>{@code RegisterTracker}</td><td>the register as known, and the one pending CAS (R25)</td></tr>
 *   <tr><td>{@code Succession}</td><td>what a new register value makes of this node (R3, R16, R26)</td></tr>
 *   <tr><td>{@code Follower}</td><td>a standby's session: reconcile, take records, acknowledge (R5 to R11)</td></tr>
 *   <tr><td>{@code RecordIntake}</td><td>the records that come in it: skipped, cut for, appended (R7, R8)</td></tr>
 *   <tr><td>{@code Suspicion}</td><td>what its silence and its refusals mean (R12)</td></tr>
 *   <tr><td>{@code Candidate}</td><td>suspicion, freeze, promotion, claim, bootstrap (R12 to R16, R37)</td></tr>
 *   <tr><td>{@code Leader}</td><td>an active's epoch and sessions (R17 to R20, R40)</td></tr>
 *   <tr><td>{@code Membership}</td><td>lazy shrink, expand, replacement (R22 to R24)</td></tr>
 *   <tr><td>{@code ActiveClock}</td><td>the clock of the active that was followed, for a node that leads alone (R41)</td></tr>
 *   <tr><td>{@code CommitTracker}</td><td>the required set and the commit position (R18, R19)</td></tr>
 *   <tr><td>{@code DurabilityGate}</td><td>when only durable records count (R27)</td></tr>
 *   <tr><td>{@code ReadProbes}</td><td>linearizable reads (R28)</td></tr>
 *   <tr><td>{@code Snapshots}, {@code SnapshotSender}, {@code SnapshotInstaller}</td><td>when to take one and what stays, and its
 *   way to a standby (R31 to R33)</td></tr>
 *   <tr><td>{@code SpaceGuard}</td><td>intake and acknowledgements stop before the disk does (R38)</td></tr>
 *   <tr><td>{@code Repair}, {@code RecordServer}</td><td>damage: another lineage, and the records again (R39)</td></tr>
 *   <tr><td>{@code Renewal}</td><td>a new lineage in a running process (R32, R39, I17)</td></tr>
 *   <tr><td>{@code Lineage}</td><td>whether a restarted node is still who it was (R2)</td></tr>
 *   <tr><td>{@code MetaKeeper}</td><td>what must be durable before what (R5, R16, I5)</td></tr>
 *   <tr><td>{@code Rules}</td><td>the rules that the tests' bug zoo breaks one by one</td></tr>
 * </table>
 *
 * <p>Frames are specified in {@code replication-schema.xml}; {@code FrameEncoder} and {@code FrameDecoder} are mirror images, and
 * {@link io.partita.replication.protocol.AppendHeader} stands apart from the records that it precedes. The register's value
 * and the node's meta are lines of text with a checksum: {@link io.partita.replication.protocol.RegisterConfigCodec}, {@link
 * io.partita.replication.protocol.NodeMeta}.
 *
 * <p>{@link io.partita.replication.protocol.Storage} is what the journal's driver offers beside appending; the production driver
 * keeps the journal whole and has none yet.
 *
 * <table>
 *   <caption>Where the invariants of PROTOCOL B8 are asserted: here, as {@code Invariant.check} off the hot path, or by the
 *   simulator's {@code Checkers}, who see all nodes</caption>
 *   <tr><td>I1 one history</td><td>{@code Checkers}; a contradiction that one node meets is a halt: {@code RecordIntake.cut},
 *   {@code SnapshotInstaller.onOffer}</td></tr>
 *   <tr><td>I2 candidates are complete</td><td>{@code Checkers}; {@code Succession.learn} halts a member without the floor</td></tr>
 *   <tr><td>I3 required covers every possible set</td><td>{@code CommitTracker.checkCovers}, at each rebuild</td></tr>
 *   <tr><td>I4 one claim per epoch</td><td>{@code Candidate.claim}; across nodes {@code Checkers}</td></tr>
 *   <tr><td>I5 promises and versions never decrease</td><td>{@code MetaKeeper.update}, {@code RegisterTracker.adopt}</td></tr>
 *   <tr><td>I6 epochs never decrease along a journal</td><td>{@code Leader.open}; records of others are refused otherwise:
 *   {@code Follower.appendRest}</td></tr>
 *   <tr><td>I7 cuts stay above commit and applied</td><td>{@code CoreContext.cutTo}, {@code CoreContext.restart}</td></tr>
 *   <tr><td>I8 answered, applied, committed, matched</td><td>{@code CommitTracker.check}, {@code ReplicaCore.onApplied}; answers
 *   {@code Checkers}</td></tr>
 *   <tr><td>I9 snapshots hold what is committed</td><td>{@code Snapshots.take}</td></tr>
 *   <tr><td>I10 equal chains, equal prefixes</td><td>{@code Checkers}, by comparing journals</td></tr>
 *   <tr><td>I11 the gate's mark is true</td><td>{@code DurabilityGate.step}; against the disk {@code Checkers}</td></tr>
 *   <tr><td>I12 digests are a function of seq</td><td>compared in {@code DigestComparison}, a contradiction is a halt (R40);
 *   {@code Checkers}</td></tr>
 *   <tr><td>I13 one outcome per id, money conserved</td><td>the ledger's own {@code InvariantReport}; {@code Checkers}</td></tr>
 *   <tr><td>I14 no ACK while FROZEN</td><td>{@code Candidate.promote}</td></tr>
 *   <tr><td>I15 a lone active is gated</td><td>{@code CommitTracker.check}</td></tr>
 *   <tr><td>I16 no version from the future</td><td>{@code ReplicaCore.onCasOk}, {@code RegisterTracker.adopt};
 *   {@code Checkers}</td></tr>
 *   <tr><td>I17 a lineage is durable before it speaks</td><td>{@code Renewal}; at a start the driver's order, see {@code
 *   Lineage}</td></tr>
 *   <tr><td>I18 an active has claimed its epoch</td><td>{@code Leader.open}</td></tr>
 * </table>
 *
 * <p>Thread: the node's agent thread, or the simulator's. Imports: the ledger's {@code model} and its own {@code
 * codec}.
 */
@NullMarked
package io.partita.replication.protocol;

import org.jspecify.annotations.NullMarked;
