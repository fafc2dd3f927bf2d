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
 *   <tr><td>{@code Follower}</td><td>a standby's session: reconcile, append, acknowledge (R5 to R11)</td></tr>
 *   <tr><td>{@code Candidate}</td><td>suspicion, freeze, promotion, claim, bootstrap (R12 to R16, R37)</td></tr>
 *   <tr><td>{@code Leader}</td><td>an active's epoch and sessions (R17 to R20, R40)</td></tr>
 *   <tr><td>{@code Membership}</td><td>lazy shrink, expand, replacement (R22 to R24)</td></tr>
 *   <tr><td>{@code CommitTracker}</td><td>the required set and the commit position (R18, R19)</td></tr>
 *   <tr><td>{@code DurabilityGate}</td><td>when only durable records count (R27)</td></tr>
 *   <tr><td>{@code ReadProbes}</td><td>linearizable reads (R28)</td></tr>
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
 * <p>Thread: the node's agent thread, or the simulator's. Imports: the ledger's {@code model} and its own {@code
 * codec}.
 */
@NullMarked
package io.partita.replication.protocol;

import org.jspecify.annotations.NullMarked;
