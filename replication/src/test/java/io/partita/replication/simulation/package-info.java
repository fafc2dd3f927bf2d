// SPDX-License-Identifier: Apache-2.0
/**
 * The simulator (PROTOCOL 6, C1): whole clusters in virtual time on one thread, to find schedules that break the protocol.
 *
 * <table>
 *   <caption>Who does what</caption>
 *   <tr><td>{@code FaultPlan}</td><td>what a seed stands for, as data and as text: {@code Parameter}s and timed {@code FaultKind}s</td></tr>
 *   <tr><td>{@code Simulator}</td><td>one run: faults, then none; liveness; {@code Scheduler} is its clock</td></tr>
 *   <tr><td>{@code SimNode}, {@code SimProcess}</td><td>a host and one life of a process on it: a core and its driver</td></tr>
 *   <tr><td>{@code SimEngine}</td><td>sequences, applies to the real ledger, answers, serves reads</td></tr>
 *   <tr><td>{@code SimStorage}</td><td>snapshots and repair of a process; what they keep is on the {@code SimDisk}</td></tr>
 *   <tr><td>{@code SimDisk}, {@code SimNetwork}, {@code SimRegister}, {@code SimClient}</td><td>the world</td></tr>
 *   <tr><td>{@code Checkers}, {@code NaiveLedger}</td><td>what must hold, and the other opinion about balances</td></tr>
 *   <tr><td>{@code SimOperator}, {@code Release}</td><td>who accepts a loss when nobody may lead; what programs know</td></tr>
 *   <tr><td>{@code Observer}, {@code Coverage}, {@code RareMarks}</td><td>what was reached, seen from outside; and the hunt for what
 *       seldom is</td></tr>
 *   <tr><td>{@code Budget}, {@code Suite}</td><td>what faults may destroy, and what must hold then</td></tr>
 *   <tr><td>{@code SimulationCampaign}</td><td>many seeds; {@code replication/simulate}</td></tr>
 * </table>
 *
 * <p>To add something:
 *
 * <ul>
 *   <li>a fault or a deed of an operator: a constant of {@code FaultKind} with what it does; seeds get it by themselves, each
 *       class in every second seed, and other classes' draws stay as they are;
 *   <li>a setting: a constant of {@code Parameter} with its calm value and its draw;
 *   <li>a random choice: {@code simulator.draws("what.for")}, never a stream that somebody else uses;
 *   <li>an effect of the core: in {@code SimProcess}, each beginning with {@code effect()}, where the process may die;
 *   <li>an event to the core: {@code process.step(() -> core.onX(...))};
 *   <li>a rule that is reached now: {@code coverage.hit("R29")} where what it demands is seen to happen, and take it out of
 *       {@code Coverage.WAITING}; if the swarm seldom reaches it, a bias in {@code RareMarks};
 *   <li>a planted flaw: a constant of {@code Zoo.Bug}, and a method of the core's {@code Rules} if it is the core's.
 * </ul>
 *
 * <p>Thread: one. No clock, no randomness but {@code Draws}, no hash order: the same plan is the same run.
 */
@NullMarked
package io.partita.replication.simulation;

import org.jspecify.annotations.NullMarked;
