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
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A whole cluster in virtual time on one thread: real cores, codecs, register values and ledgers; simulated network, register,
 * disks, processes and clients. First faults, then none, and everything has to come back. The same plan is the same run.
 */
final class Simulator {
    private static final long HEAL_NS = 60_000_000_000L;
    private static final long HOPELESS_NS = 6_000_000_000L;

    /**
     * How a run ended.
     *
     * @param recovered whether in the end no lineage that the register listed survived, and an operator came (R36).
     * @param lost whether an operator gave up something that was committed.
     * @param unnoticed whether something went wrong that no node has to notice.
     * @param halted whether a node halted for a reason that needs an operator.
     * @param hash of everything that happened.
     */
    record Result(
            long seed,
            Suite suite,
            boolean recovered,
            boolean lost,
            boolean unnoticed,
            boolean halted,
            long hash,
            long events,
            long virtualNs,
            long committed,
            long epochs,
            long definite,
            Set<String> configurations,
            Coverage coverage) {}

    final Scheduler scheduler = new Scheduler();
    final Id128 clusterId = new Id128(7, 11);
    final FaultPlan plan;
    final Zoo.Bug bug;
    final Coverage coverage = new Coverage();
    final List<SimNode> nodes = new ArrayList<>();
    final List<RegisterConfig.NodeEntry> nodeEntries = new ArrayList<>();
    final SimNetwork network;
    final SimRegister register;
    final Checkers checkers;
    final Budget budget;
    final SimOperator operator = new SimOperator(this);
    private final List<SimClient> clients = new ArrayList<>();
    private final @Nullable Consumer<String> tracer;
    private @Nullable Violation firstFailure;
    private @Nullable SimNode copy;
    private boolean outside;
    private boolean unnoticed;
    private boolean healing;
    private boolean quiet;
    private long hopelessAtNs;
    private boolean upgraded;
    private boolean recovered;
    private long hash = 0xCBF29CE484222325L;

    /**
     * A run.
     *
     * @param plan what happens.
     * @param bug a planted flaw, or NONE.
     * @param tracer gets a line for each thing worth telling; null without.
     */
    Simulator(final FaultPlan plan, final Zoo.Bug bug, final @Nullable Consumer<String> tracer) {
        this.plan = plan;
        this.bug = bug;
        this.tracer = tracer;
        final int count = (int) plan.get(Parameter.NODES);
        for (int i = 0; i < count; i++) {
            nodeEntries.add(new RegisterConfig.NodeEntry(nodeId(i), "", NodeClass.VOTER, 0));
        }
        checkers = new Checkers(this);
        budget = new Budget(this);
        register = new SimRegister(this);
        network = new SimNetwork(this, count + 1);
        for (int i = 0; i < count; i++) {
            nodes.add(new SimNode(this, i, nodeId(i)));
        }
        for (int i = 0; i < plan.get(Parameter.CLIENTS); i++) {
            clients.add(new SimClient(this, i));
        }
    }

    private static String nodeId(final int index) {
        return "node-" + (char) ('a' + index);
    }

    SimNode node(final String id) {
        return nodes.get(id.charAt(id.length() - 1) - 'a');
    }

    /** Some other node, the same for the same number. */
    SimNode other(final SimNode node, final int number) {
        return nodes.get((node.index + 1 + number % (nodes.size() - 1)) % nodes.size());
    }

    SplittableRandom draws(final String purpose) {
        return Draws.of(plan.seed(), purpose);
    }

    boolean isHealing() {
        return healing;
    }

    boolean isQuiet() {
        return quiet;
    }

    void mix(final long a, final long b, final long c, final long d, final long e, final long f) {
        hash = (hash ^ scheduler.nowNs()) * 0x100000001B3L;
        hash = (hash ^ a * 31 ^ b * 131 ^ c * 1031) * 0x100000001B3L;
        hash = (hash ^ d * 17 ^ e * 257 ^ f * 65537) * 0x100000001B3L;
    }

    void trace(final String text) {
        if (tracer != null) {
            tracer.accept(String.format("%12.6f %s", scheduler.elapsedNs() / 1e9, text));
        }
    }

    /** A checker has found something. Outside the fault model it counts only if no node halts. */
    void fail(final String checker, final String text) {
        final Violation violation = new Violation(checker, text);
        if (!outside) {
            throw violation;
        }
        trace("outside the model: " + violation.getMessage());
        if (firstFailure == null) {
            firstFailure = violation;
        }
    }

    /**
     * Something has happened that no protocol of this kind survives.
     *
     * @param noticed whether a node must notice and halt, unless nothing is lost; if not, the operator's rules are what protects
     *     (PROTOCOL 5, rows 45 and 47), and what came of it is only counted.
     */
    void outside(final boolean noticed) {
        outside = true;
        unnoticed |= !noticed;
    }

    /** Whether something has gone wrong already that no protocol of this kind survives. */
    boolean hasFailedOutside() {
        return firstFailure != null;
    }

    /** Somewhere the next release is in use: in the end it is everywhere. */
    void upgraded() {
        upgraded = true;
    }

    boolean isUpgraded() {
        return upgraded;
    }

    /** Starts a process on a copy of a node's folder, on a host of its own. */
    void cloneOf(final SimNode node) {
        if (copy == null && node.disk.meta != null) {
            outside(false);
            copy = new SimNode(this, nodes.size(), node.id);
            copy.disk.copyFrom(node.disk);
            copy.boot();
        }
    }

    // ---------------------------------------------------------------------------------------------- run

    Result run() {
        try {
            final SplittableRandom starts = draws("starts");
            for (final SimNode node : nodes) {
                scheduler.after(starts.nextLong(50_000_000), node::boot);
            }
            clients.forEach(SimClient::start);
            for (final FaultPlan.Fault fault : plan.faults()) {
                scheduler.after(fault.atNs(), () -> {
                    trace("fault " + fault);
                    coverage.hit("FAULT " + fault.kind());
                    fault.kind().inject(this, fault);
                });
            }
            runUntil(scheduler.nowNs() + plan.get(Parameter.FAULTS_END_MS) * 1_000_000);
            return heal();
        } finally {
            nodes.forEach(SimNode::close);
            if (copy != null) {
                copy.close();
            }
        }
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
        register.heal();
        nodes.forEach(SimNode::heal);
        long deadline = scheduler.nowNs() + HEAL_NS;
        hopelessAtNs = scheduler.nowNs() + HOPELESS_NS;
        runUntil(scheduler.nowNs() + 100_000_000);
        final long[] definiteBefore =
                clients.stream().mapToLong(SimClient::definite).toArray();
        while (!quiet || !isHealed()) {
            if (!recovered && isHopeless() && !checkers.isAnyoneListed() && operator.recover()) {
                recovered = true;
                deadline = scheduler.nowNs() + HEAL_NS;
                hopelessAtNs = scheduler.nowNs() + HOPELESS_NS;
            }
            if (scheduler.nowNs() >= deadline || isHopeless()) {
                return notHealed();
            }
            quiet |= isServedAgain(definiteBefore);
            runUntil(scheduler.nowNs() + 100_000_000);
        }
        if (unnoticed) {
            return result();
        }
        if (firstFailure == null) {
            checkers.checkEnd();
        }
        if (firstFailure != null && !nodes.stream().anyMatch(SimNode::hasHalted)) {
            throw firstFailure; // Healed, and nobody has halted over it.
        }
        return result();
    }

    /**
     * Nothing can change any more: a node is out, and the set will not be whole; or nobody is listed, and what is under way could
     * not list anybody either.
     */
    private boolean isHopeless() {
        return scheduler.nowNs() >= hopelessAtNs
                && (!checkers.isAnyoneListed() || (plan.suite() != Suite.SAFETY && isAnyoneHalted()));
    }

    /** 10: allowed only if a node has halted over what is outside the model: if no listed lineage survives, an operator comes. */
    private Result notHealed() {
        if (plan.suite() != Suite.SAFETY && (isAnyoneHalted() || unnoticed)) {
            return result();
        }
        if (firstFailure != null) {
            throw firstFailure;
        }
        throw new Violation("LIVENESS", "not whole again within " + HEAL_NS / 1_000_000_000 + " s: " + describe());
    }

    private boolean isAnyoneHalted() {
        return nodes.stream().anyMatch(SimNode::isOut) || (copy != null && copy.isOut());
    }

    private Result result() {
        return new Result(
                plan.seed(),
                plan.suite(),
                recovered,
                checkers.isLostByOperator(),
                firstFailure != null && !isAnyoneHalted(),
                isAnyoneHalted(),
                hash,
                scheduler.events(),
                scheduler.elapsedNs(),
                checkers.committedCount(),
                checkers.claimCount(),
                clients.stream().mapToLong(SimClient::definite).sum(),
                checkers.configurations(),
                coverage);
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
            final SimProcess process = node.process();
            if (process == null
                    || process.engine().applied() != checkers.committedCount()
                    || node.disk.lastSeq() != checkers.committedCount()) {
                return false;
            }
            serving += process.core().subRole() == SubRole.SERVING ? 1 : 0;
        }
        return serving == 1;
    }

    private String describe() {
        final StringBuilder text = new StringBuilder();
        for (final SimNode node : nodes) {
            final SimProcess process = node.process();
            text.append(node.id);
            if (process == null) {
                text.append(" down");
            } else {
                final ReplicaCore core = process.core();
                text.append(' ').append(core.role()).append('/').append(core.subRole());
                text.append(" epoch=").append(core.epoch()).append(" commit=").append(core.commitSeq());
                text.append(" matched=").append(core.matchedSeq());
            }
            text.append(" lastSeq=").append(node.disk.lastSeq());
            text.append(" lid=").append(node.effectiveLid()).append("; ");
        }
        return text + "committed=" + checkers.committedCount() + " register ver=" + registerText();
    }

    private String registerText() {
        final RegisterConfig config = register.current();
        return config == null
                ? "0"
                : config.ver() + " epoch=" + config.epoch() + " active=" + config.active() + " inSync="
                        + config.inSync();
    }
}
