// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.simulation;

import io.partita.replication.protocol.HaltReason;
import io.partita.replication.simulation.FaultPlan.Fault;

/**
 * Kinds of faults and of what operators do: a new one is a constant here. Injecting must not draw from a stream that something
 * else draws from; where a kind would break the promises of the {@link Suite#SAFETY} suite it asks the simulator's budget first.
 */
enum FaultKind {
    /** kill -9. */
    PROCESS_CRASH(12, (simulator, fault, node) -> node.kill(false)),
    /** The process dies after so many effects of the core, in the middle of a cycle. */
    CRASH_AT_EFFECT(12, (simulator, fault, node) -> node.killAtEffect(fault.size())),
    /** All processes at once. */
    CRASH_ALL(3, (simulator, fault, node) -> simulator.nodes.forEach(each -> each.kill(false))),
    /** Power: the page cache is gone. */
    HOST_CRASH(8, (simulator, fault, node) -> {
        if (simulator.budget.mayLoseTail(node)) {
            node.kill(true);
        }
    }),
    /** Power of all hosts at once. */
    HOST_CRASH_ALL(2, (simulator, fault, node) -> {
        if (simulator.budget.mayLoseAllTails()) {
            simulator.nodes.forEach(each -> each.kill(true));
        }
    }),
    /** The disk is replaced. */
    WIPE(3, (simulator, fault, node) -> {
        if (simulator.budget.mayLose(node)) {
            node.wipe();
        }
    }),
    /** Both copies of META are unreadable at the next start. */
    META_LOST(2, (simulator, fault, node) -> {
        if (simulator.budget.mayLose(node)) {
            node.loseMeta();
        }
    }),
    /** SIGSTOP, or a long collection. */
    PAUSE(12, (simulator, fault, node) -> node.pause(fault.durationNs())),
    /** One node is cut off from all others. */
    PARTITION(8, (simulator, fault, node) -> {
        for (final SimNode other : simulator.nodes) {
            if (other != node) {
                simulator.network.block(node.index, other.index, fault.durationNs());
                simulator.network.block(other.index, node.index, fault.durationNs());
            }
        }
    }),
    /** What one node sends to another is held. */
    ONE_WAY(
            8,
            (simulator, fault, node) ->
                    simulator.network.block(node.index, simulator.other(node, fault.size()).index, fault.durationNs())),
    /** What another sends to one node is held: as ONE_WAY, but to the same node. */
    ONE_WAY_IN(
            8,
            (simulator, fault, node) ->
                    simulator.network.block(simulator.other(node, fault.size()).index, node.index, fault.durationNs())),
    /** All links of a node are reset. */
    RESET(12, (simulator, fault, node) -> simulator.network.reset(node, false)),
    /** As RESET, but one side hears of it much later. */
    HALF_OPEN(8, (simulator, fault, node) -> simulator.network.reset(node, true)),
    /** Nobody reaches the register. */
    REGISTER_OUTAGE(4, (simulator, fault, node) -> simulator.register.outage(fault.durationNs())),
    /** One node does not reach the register. */
    REGISTER_CUT_OFF(8, (simulator, fault, node) -> node.registerCutOff(fault.durationNs())),
    /** Every access to a disk takes a hundred times as long. */
    SLOW_DISK(6, (simulator, fault, node) -> node.disk.slowUntil(simulator.scheduler.nowNs() + fault.durationNs())),
    /** The next force fails (EIO): the node halts, and what was dirty is gone. */
    FORCE_FAILS(2, (simulator, fault, node) -> {
        if (simulator.budget.mayLose(node)) {
            node.disk.failNextForce();
        }
    }),
    /** A disk has no room for a while. */
    DISK_FULL(4, (simulator, fault, node) -> node.disk.fullUntil(simulator.scheduler.nowNs() + fault.durationNs())),
    /** A bit of a stored record flips, and is met while the node runs: the record is fetched from another (R39). */
    BIT_FLIP(4, (simulator, fault, node) -> {
        if (simulator.budget.mayDamage(node)) {
            node.flip(fault.size());
        }
    }),
    /** The newest record is written over an older one: both are missed while the node runs. */
    MISDIRECTED_WRITE(2, (simulator, fault, node) -> {
        if (simulator.budget.mayDamage(node)) {
            node.misdirect(fault.size());
        }
    }),
    /** A node's wall clock jumps, up to half an hour either way. */
    CLOCK_JUMP(
            6,
            (simulator, fault, node) ->
                    node.jumpClock((fault.size() - 30) * (fault.size() % 2 == 0 ? 60_000_000_000L : 50_000_000L))),
    /** An operator has the node hand over, if it is the active: to the fittest, or to a certain other one. */
    SWITCHOVER(
            12,
            (simulator, fault, node) ->
                    node.switchover(fault.size() % 2 == 0 ? null : simulator.other(node, fault.size()).id)),
    /** A node is stopped in good order, as far as the time allows: an active hands over, any node leaves. Then it ends. */
    CLEAN_STOP(6, (simulator, fault, node) -> node.stopCleanly(Math.min(fault.durationNs(), 500_000_000L))),
    /** A bit flips at rest: a record is found damaged at the next start (R39). */
    DAMAGE_AT_REST(2, (simulator, fault, node) -> {
        if (simulator.budget.mayLose(node)) {
            node.damage(fault.size());
        }
    }),
    /** A reader of the journal meets a damaged record while the node runs. */
    DAMAGE_FOUND(2, (simulator, fault, node) -> {
        if (simulator.budget.mayLose(node)) {
            node.fails(HaltReason.DAMAGED);
        }
    }),
    /** Somebody starts a second process on the folder (R1). */
    SECOND_PROCESS(2, (simulator, fault, node) -> node.boot()),
    /** A process greets once as of another cluster, node, protocol or logic version. */
    MISCONFIGURED(4, (simulator, fault, node) -> node.misconfigure(fault.size())),
    /** A node is started again with the next release (R35). */
    UPGRADE(6, (simulator, fault, node) -> {
        simulator.upgraded();
        node.install(Release.NEXT);
        node.kill(false);
    }),
    /** A node is started again with the release before: whose rules may have been left behind for good. */
    DOWNGRADE(2, (simulator, fault, node) -> {
        node.install(Release.PRESENT);
        node.kill(false);
    }),
    /** An operator lets every node follow the later rules of the next release, if all members know it. */
    RAISE_LOGIC(4, (simulator, fault, node) -> simulator.nodes.forEach(SimNode::raiseLogicVersion)),
    /** All nodes are down; an operator takes all but one for lost and lets that one go on (R36); then they come back. */
    ACCEPT_LOSS(1, Suite.DISASTER, (simulator, fault, node) -> simulator.operator.insist(node)),
    /** The register loses its last write. */
    REGISTER_FORGETS(2, Suite.OUTSIDE, (simulator, fault, node) -> {
        if (simulator.register.forgetLast()) {
            simulator.outside(true);
        }
    }),
    /** One read shows the register of another cluster. */
    REGISTER_OF_OTHERS(2, Suite.OUTSIDE, (simulator, fault, node) -> simulator.register.showOthersTo(node)),
    /** A folder is set back to an older image of itself, with the same lineage. */
    IMAGE_RESTORED(2, Suite.OUTSIDE, (simulator, fault, node) -> node.restoreLater(fault.durationNs())),
    /** A copy of a folder is started on another host. */
    CLONED(2, Suite.OUTSIDE, (simulator, fault, node) -> simulator.cloneOf(node)),
    /** A state machine computes something else from one record on. */
    STATE_DIFFERS(2, Suite.OUTSIDE, (simulator, fault, node) -> {
        final SimProcess process = node.process();
        if (process != null) {
            simulator.outside(true);
            process.engine().applyNextOtherwise();
        }
    }),
    /** A process finds that something does not hold that must. */
    INVARIANT_BROKEN(1, Suite.OUTSIDE, (simulator, fault, node) -> node.fails(HaltReason.INVARIANT));

    /** What happens. */
    interface Injection {
        void inject(Simulator simulator, Fault fault, SimNode node);
    }

    private final int countMax;
    private final Injection injection;
    private final Suite onlyIn;

    FaultKind(final int countMax, final Injection injection) {
        this(countMax, Suite.SAFETY, injection);
    }

    FaultKind(final int countMax, final Suite onlyIn, final Injection injection) {
        this.countMax = countMax;
        this.onlyIn = onlyIn;
        this.injection = injection;
    }

    int countMax() {
        return countMax;
    }

    /** What the safety suite may do, the others may too. */
    boolean isIn(final Suite suite) {
        return onlyIn == Suite.SAFETY || onlyIn == suite;
    }

    void inject(final Simulator simulator, final Fault fault) {
        injection.inject(simulator, fault, simulator.nodes.get(fault.node() % simulator.nodes.size()));
    }
}
