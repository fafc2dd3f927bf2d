// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.node;

import io.partita.ledger.engine.EngineAgent;
import io.partita.ledger.journal.Journal;
import io.partita.ledger.observe.CounterType;
import io.partita.ledger.observe.LedgerCounters;
import io.partita.replication.client.NodeReport;
import io.partita.replication.client.OperatorStatus;
import io.partita.replication.failover.Health;
import io.partita.replication.protocol.PeerView;
import io.partita.replication.protocol.RegisterConfig;
import io.partita.replication.protocol.ReplicaCore;
import io.partita.replication.protocol.Role;
import io.partita.replication.protocol.SubRole;
import io.partita.replication.transport.NodeStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import org.agrona.concurrent.status.AtomicCounter;
import org.jspecify.annotations.Nullable;

/**
 * What a node says about itself: counters in the mapped file once per duty cycle, a status to every client when it changes, a
 * report to who asks. Engine's thread, but {@link #request}.
 */
final class StatusPublisher {
    private final String nodeId;
    private final Journal journal;
    private final ConcurrentLinkedQueue<Consumer<NodeReport>> requests = new ConcurrentLinkedQueue<>();
    private final AtomicCounter role;
    private final AtomicCounter epoch;
    private final AtomicCounter health;
    private final AtomicCounter subRole;
    private final AtomicCounter inSyncMembers;
    private final AtomicCounter isInSync;
    private final AtomicCounter gated;
    private final AtomicCounter lag;
    private final AtomicCounter matched;
    private final AtomicCounter haltReason;
    private Consumer<NodeStatus> clients = change -> {};
    private @Nullable EngineAgent engine;
    private long lastVersion = -2;
    private Role lastRole = Role.BOOT;
    private SubRole lastSubRole = SubRole.NONE;
    private boolean wasActive;
    private long lastEpoch = -1;
    private String lastHint = "";

    /** Adds the counters of replication to a node's. */
    StatusPublisher(final String nodeId, final Journal journal, final LedgerCounters counters) {
        this.nodeId = nodeId;
        this.journal = journal;
        role = counters.get(CounterType.ROLE);
        epoch = counters.get(CounterType.EPOCH);
        health = counters.add("health");
        subRole = counters.add("sub role");
        inSyncMembers = counters.add("in-sync members");
        isInSync = counters.add("in sync");
        gated = counters.add("gated");
        lag = counters.add("replication lag");
        matched = counters.add("matched seq");
        haltReason = counters.add("halt reason");
    }

    /** Before the first publication. */
    void engine(final EngineAgent agent) {
        engine = agent;
    }

    /** Who is told of each change. Before the engine's thread starts. */
    void clients(final Consumer<NodeStatus> receiver) {
        clients = receiver;
        lastEpoch = -1;
    }

    /** Asks for a report. Any thread; the caller wakes the engine. */
    void request(final Consumer<NodeReport> receiver) {
        requests.add(receiver);
    }

    /** Answers requests. */
    int poll(final ReplicaCore core) {
        int work = 0;
        for (Consumer<NodeReport> next = requests.poll(); next != null; next = requests.poll()) {
            next.accept(report(core));
            work++;
        }

        return work;
    }

    /** Once per duty cycle; what takes a look into lists only when it can have changed. */
    void publish(final ReplicaCore core) {
        epoch.setRelease(core.epoch());
        gated.setRelease(core.gated() ? 1 : 0);
        lag.setRelease(core.replicationLag());
        matched.setRelease(core.matchedSeq());

        final RegisterConfig config = core.registerConfig();
        final long version = config == null ? -1 : config.ver();
        if (version != lastVersion || core.role() != lastRole || core.subRole() != lastSubRole) {
            lastVersion = version;
            lastRole = core.role();
            lastSubRole = core.subRole();
            role.setRelease(lastRole.code());
            subRole.setRelease(lastSubRole.code());
            health.setRelease(Health.of(core).code());
            inSyncMembers.setRelease(config == null ? 0 : config.inSync().size());
            isInSync.setRelease(core.inSync() ? 1 : 0);
            haltReason.setRelease(core.haltReason().code());
        }

        final boolean isActive = Health.takesCommands(core);
        final String hint = hint(core);
        if (isActive != wasActive || core.epoch() != lastEpoch || !hint.equals(lastHint)) {
            wasActive = isActive;
            lastEpoch = core.epoch();
            lastHint = hint;
            clients.accept(new NodeStatus(nodeId, isActive, lastEpoch, hint));
        }
    }

    private NodeReport report(final ReplicaCore core) {
        final RegisterConfig config = core.registerConfig();
        final EngineAgent agent = engine;
        return new NodeReport(
                nodeId,
                core.role().code(),
                core.subRole() == SubRole.SERVING,
                core.epoch(),
                hint(core),
                config == null ? 0 : config.inSync().size(),
                journal.lastSeq(),
                core.commitSeq(),
                agent == null ? 0 : agent.appliedSeq(),
                journal.durableSeq(),
                agent == null ? 0 : agent.stateMachine().runningDigest());
    }

    String nodeId() {
        return nodeId;
    }

    /** What an operator is told. */
    OperatorStatus operatorStatus(final ReplicaCore core) {
        final RegisterConfig config = core.registerConfig();
        final EngineAgent agent = engine;
        return new OperatorStatus(
                nodeId,
                Health.of(core).name(),
                core.role().name(),
                core.subRole().name(),
                core.epoch(),
                hint(core),
                config == null ? 0 : config.ver(),
                config == null ? "" : config.policy().name(),
                config == null ? 0 : config.minInSync(),
                config == null ? "" : config.durability().name(),
                core.gated(),
                journal.lastSeq(),
                core.commitSeq(),
                agent == null ? 0 : agent.appliedSeq(),
                journal.durableSeq(),
                agent == null ? "" : String.format("%016x", agent.stateMachine().runningDigest()),
                core.handoverState().name(),
                core.handoverText(),
                config == null ? 0 : config.unclean().count(),
                config == null ? List.of() : members(core, config, agent == null ? 0 : agent.appliedSeq()));
    }

    private List<OperatorStatus.Member> members(
            final ReplicaCore core, final RegisterConfig config, final long appliedSeq) {
        final List<PeerView> peers = core.peers();
        final List<OperatorStatus.Member> members = new ArrayList<>();
        for (final RegisterConfig.NodeEntry entry : config.nodes()) {
            final String node = entry.node();
            final boolean isListed = config.lidOf(node) != null;
            if (node.equals(nodeId)) {
                members.add(new OperatorStatus.Member(node, isListed, "SELF", core.matchedSeq(), appliedSeq));
            } else if (core.role() == Role.ACTIVE) {
                for (final PeerView peer : peers) {
                    if (peer.node().equals(node)) {
                        members.add(new OperatorStatus.Member(
                                node, isListed, peer.link(), peer.matchedSeq(), peer.appliedSeq()));
                    }
                }
            } else {
                final String link =
                        node.equals(config.active()) ? core.isFollowing() ? "FOLLOWING" : "NONE" : "UNKNOWN";
                members.add(new OperatorStatus.Member(node, isListed, link, -1, -1));
            }
        }
        return members;
    }

    private static String hint(final ReplicaCore core) {
        final String hint = core.activeHint();
        return hint == null ? "" : hint;
    }
}
