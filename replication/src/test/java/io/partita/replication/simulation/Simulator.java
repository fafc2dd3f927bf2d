// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.simulation;

import io.partita.ledger.model.Id128;
import io.partita.replication.protocol.NodeClass;
import io.partita.replication.protocol.RegisterConfig;
import io.partita.replication.protocol.ReplicaCore;
import io.partita.replication.protocol.SubRole;
import io.partita.replication.protocol.Zoo;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A whole cluster in virtual time on one thread: real cores, codecs and register values; simulated network, register, disks,
 * processes and clients. First faults, then none, and everything has to come back. The same seed is the same run.
 */
final class Simulator {
    private static final long HEAL_NS = 60_000_000_000L;

    /** How a run ended. */
    record Result(long seed, boolean stuck, long hash, long events, long committed, long epochs, long definite) {}

    final Scheduler scheduler = new Scheduler();
    final Id128 clusterId = new Id128(7, 11);
    final FaultPlan plan;
    final Zoo.Bug bug;
    final List<SimNode> nodes = new ArrayList<>();
    final List<RegisterConfig.NodeEntry> nodeEntries;
    final SimNetwork network;
    final SimRegister register;
    final Checkers checkers = new Checkers(this);
    private final List<SimClient> clients = new ArrayList<>();
    private final SplittableRandom clientDelays;
    private final boolean tracing;
    private boolean healing;
    private boolean quiet;
    private long hash = 0xCBF29CE484222325L;

    Simulator(final FaultPlan plan, final Zoo.Bug bug, final boolean tracing) {
        this.plan = plan;
        this.bug = bug;
        this.tracing = tracing;
        final SplittableRandom random = new SplittableRandom(plan.seed());
        nodeEntries = List.of(
                new RegisterConfig.NodeEntry("node-a", "", NodeClass.VOTER, 0),
                new RegisterConfig.NodeEntry("node-b", "", NodeClass.VOTER, 0));
        network = new SimNetwork(this, random.split(), nodeEntries.size());
        network.tailNs = plan.networkTailNs();
        register = new SimRegister(this, random.split());
        register.faulty = true;
        register.unknownRate = plan.registerUnknownRate();
        register.staleRate = plan.registerStaleRate();
        register.slowNs = plan.registerSlowNs();
        clientDelays = random.split();
        for (int i = 0; i < nodeEntries.size(); i++) {
            nodes.add(new SimNode(this, i, random.split()));
        }
        for (int i = 0; i < 3; i++) {
            clients.add(new SimClient(this, i, random.split()));
        }
    }

    SimNode node(final String id) {
        return nodes.get(id.charAt(id.length() - 1) - 'a');
    }

    boolean isHealing() {
        return healing;
    }

    boolean isQuiet() {
        return quiet;
    }

    double linkFullRate() {
        return healing ? 0 : plan.linkFullRate();
    }

    void toClient(final Runnable message) {
        scheduler.after(100_000 + clientDelays.nextLong(500_000), message);
    }

    void mix(final long a, final long b, final long c, final long d, final long e, final long f) {
        hash = (hash ^ scheduler.nowNs()) * 0x100000001B3L;
        hash = (hash ^ a * 31 ^ b * 131 ^ c * 1031) * 0x100000001B3L;
        hash = (hash ^ d * 17 ^ e * 257 ^ f * 65537) * 0x100000001B3L;
    }

    void trace(final String text) {
        if (tracing) {
            System.out.printf("%12.6f %s%n", scheduler.nowNs() / 1e9 - 1, text);
        }
    }

    Result run() {
        for (final SimNode node : nodes) {
            scheduler.after(clientDelays.nextLong(50_000_000), node::boot);
        }
        clients.forEach(SimClient::start);
        for (final FaultPlan.Fault fault : plan.faults()) {
            scheduler.after(fault.atNs(), () -> inject(fault));
        }
        final long faultsEnd = scheduler.nowNs() + plan.faultsEndNs();
        runUntil(faultsEnd);
        return heal();
    }

    private void runUntil(final long timeNs) {
        while (scheduler.step(timeNs)) {
            // Until the time has come.
        }
    }

    private Result heal() {
        healing = true;
        trace("faults end");
        network.heal();
        register.available = true;
        register.faulty = false;
        register.slowNs = 2_000_000;
        network.tailNs = 300_000;
        for (final SimNode node : nodes) {
            node.registerCutOff(false);
            node.killAtEffect(-1);
        }
        final long deadline = scheduler.nowNs() + HEAL_NS;
        runUntil(scheduler.nowNs() + 100_000_000);
        final long[] definiteBefore =
                clients.stream().mapToLong(SimClient::definite).toArray();
        while (!quiet || !isHealed()) {
            if (scheduler.nowNs() >= deadline) {
                if (!checkers.isAnyoneListed()) {
                    return result(true);
                }
                throw new Violation(
                        "LIVENESS", "not whole again within " + HEAL_NS / 1_000_000_000 + " s: " + describe());
            }
            quiet |= isServedAgain(definiteBefore);
            runUntil(scheduler.nowNs() + 100_000_000);
        }
        checkers.checkEnd();
        return result(false);
    }

    private Result result(final boolean stuck) {
        return new Result(
                plan.seed(),
                stuck,
                hash,
                scheduler.events(),
                checkers.committedCount(),
                checkers.claimCount(),
                clients.stream().mapToLong(SimClient::definite).sum());
    }

    /** Whether every client has had new outcomes, and the set is whole. */
    private boolean isServedAgain(final long[] definiteBefore) {
        for (int i = 0; i < definiteBefore.length; i++) {
            if (clients.get(i).definite() < definiteBefore[i] + 2) {
                return false;
            }
        }
        return checkers.isWholeSetInSync();
    }

    private boolean isHealed() {
        for (final SimClient client : clients) {
            if (client.isBusy()) {
                return false;
            }
        }
        if (!checkers.isWholeSetInSync()) {
            return false;
        }
        int serving = 0;
        for (final SimNode node : nodes) {
            final ReplicaCore core = node.core();
            if (core == null
                    || node.applied() != nodes.get(0).applied()
                    || node.applied() != checkers.committedCount()
                    || node.disk.lastSeq() != node.applied()) {
                return false;
            }
            serving += core.subRole() == SubRole.SERVING ? 1 : 0;
        }
        return serving == 1;
    }

    private String describe() {
        final StringBuilder text = new StringBuilder();
        for (final SimNode node : nodes) {
            final ReplicaCore core = node.core();
            text.append(node.id)
                    .append(
                            core == null
                                    ? " down"
                                    : " " + core.role() + "/" + core.subRole() + " epoch=" + core.epoch())
                    .append(core == null ? "" : " commit=" + core.commitSeq() + " matched=" + core.matchedSeq())
                    .append(" lastSeq=")
                    .append(node.disk.lastSeq())
                    .append(" lid=")
                    .append(node.effectiveLid())
                    .append("; ");
        }
        return text + "register=" + register.current();
    }

    // ---------------------------------------------------------------------------------------------- faults

    private void inject(final FaultPlan.Fault fault) {
        final SimNode node = nodes.get(fault.node());
        trace("fault " + fault);
        switch (fault.kind()) {
            case PROCESS_CRASH -> node.kill(false);
            case CRASH_AT_EFFECT -> node.killAtEffect(fault.magnitude());
            case CRASH_BOTH -> nodes.forEach(each -> each.kill(false));
            case HOST_CRASH -> {
                if (mayLoseTail(node)) {
                    node.kill(true);
                }
            }
            case WIPE -> {
                if (isAnotherIntact(node)) {
                    node.wipe();
                }
            }
            case PAUSE -> node.pause(fault.durationNs());
            case PARTITION -> {
                network.block(0, 1, true);
                network.block(1, 0, true);
                scheduler.after(fault.durationNs(), network::heal);
            }
            case ONE_WAY -> {
                network.block(fault.node(), 1 - fault.node(), true);
                scheduler.after(fault.durationNs(), network::heal);
            }
            case RESET -> network.reset(false);
            case HALF_OPEN -> network.reset(true);
            case REGISTER_OUTAGE -> {
                register.available = false;
                scheduler.after(fault.durationNs(), () -> register.available = true);
            }
            case REGISTER_CUT_OFF -> {
                node.registerCutOff(true);
                scheduler.after(fault.durationNs(), () -> node.registerCutOff(false));
            }
        }
    }

    /** The promise of PROTOCOL 3 is about one loss at a time: the last intact lineage is not destroyed. */
    private boolean isAnotherIntact(final SimNode node) {
        final RegisterConfig config = register.current();
        if (config == null) {
            return true;
        }
        final Id128 own = config.lidOf(node.id);
        if (own == null || !own.equals(node.effectiveLid())) {
            return checkers.isHeldWithout(node);
        }
        for (final RegisterConfig.Member member : config.inSync()) {
            if (!member.node().equals(node.id)
                    && member.lid().equals(node(member.node()).effectiveLid())) {
                return true;
            }
        }
        return false;
    }

    /**
     * A marked gate survives a power cut. A sole member that is not marked yet, with nobody else holding what was committed with
     * a second one, would be a second loss in a row; but that it commits nothing before it is marked is for the zoo to prove.
     */
    private boolean mayLoseTail(final SimNode node) {
        final RegisterConfig config = register.current();
        return node.isGateMarked()
                || isAnotherIntact(node)
                || checkers.isHeldWithout(node)
                || (bug == Zoo.Bug.SOLO_NO_FSYNC
                        && config != null
                        && config.inSync().size() == 1);
    }
}
