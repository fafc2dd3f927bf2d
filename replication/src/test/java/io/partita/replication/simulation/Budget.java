// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.simulation;

import io.partita.ledger.model.Id128;
import io.partita.replication.protocol.RegisterConfig;
import io.partita.replication.protocol.Role;
import io.partita.replication.protocol.SubRole;
import io.partita.replication.protocol.Zoo;

/**
 * The fault budget: what the promises of PROTOCOL 3 are about. In the safety suite the last intact copy of what was committed is
 * not destroyed; the disaster suite has no such limit.
 */
final class Budget {
    private final Simulator simulator;

    Budget(final Simulator simulator) {
        this.simulator = simulator;
    }

    private boolean isUnlimited() {
        return simulator.plan.suite() == Suite.DISASTER;
    }

    /** Whether a node's disk, or its identity, may be lost: another member, or somebody not listed, holds everything. */
    boolean mayLose(final SimNode node) {
        if (isUnlimited() || simulator.register.current() == null) {
            return true;
        }
        final RegisterConfig config = simulator.register.current();
        final Id128 own = config.lidOf(node.id);
        if (own == null || !own.equals(node.effectiveLid())) {
            return simulator.checkers.isHeldWithout(node);
        }
        for (final RegisterConfig.Member member : config.inSync()) {
            final SimNode other = simulator.node(member.node());
            if (other != node && member.lid().equals(other.effectiveLid()) && !other.disk.isDamaged()) {
                return true;
            }
        }
        return false;
    }

    /**
     * Whether a record of a node may be damaged: it can be fetched from another member. Not in the middle of a change of the
     * set, of which the node could come out alone: then it halts for an operator, as it should.
     */
    boolean mayDamage(final SimNode node) {
        final SimProcess process = node.process();
        return mayLose(node)
                && node.disk.lastSeq() >= node.disk.oldestSeq()
                && (process == null
                        || (!process.observer().isCasInFlight()
                                && (process.core().role() == Role.PASSIVE
                                        || process.core().subRole() == SubRole.SERVING)));
    }

    /**
     * Whether a node's page cache may be lost. A marked gate survives a power cut. A sole member that is not marked yet, with
     * nobody else holding what was committed with a second one, would be a second loss in a row; but that it commits nothing
     * before it is marked is for the zoo to prove.
     */
    boolean mayLoseTail(final SimNode node) {
        final RegisterConfig config = simulator.register.current();
        return (node.isGateMarked() && !node.disk.isDamaged())
                || mayLose(node)
                || simulator.checkers.isHeldWithout(node)
                || (simulator.bug == Zoo.Bug.SOLO_NO_FSYNC
                        && config != null
                        && config.inSync().size() == 1);
    }

    /** Whether all page caches may be lost at once: one member's disk has everything, undamaged. */
    boolean mayLoseAllTails() {
        final RegisterConfig config = simulator.register.current();
        if (isUnlimited() || config == null) {
            return true;
        }
        for (final RegisterConfig.Member member : config.inSync()) {
            final SimNode node = simulator.node(member.node());
            if (member.lid().equals(node.effectiveLid()) && node.isGateMarked() && !node.disk.isDamaged()) {
                return true;
            }
        }
        return false;
    }
}
