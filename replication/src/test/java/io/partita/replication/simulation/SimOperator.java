// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.simulation;

import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.Id128;
import io.partita.ledger.model.PartitaException;
import io.partita.replication.protocol.AcceptedLoss;
import io.partita.replication.protocol.HaltReason;
import io.partita.replication.protocol.Lineage;
import io.partita.replication.protocol.NodeMeta;
import io.partita.replication.protocol.RegisterConfig;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Whoever comes when no node may lead by itself, and accepts what is lost (R36). */
final class SimOperator {
    private static final String WHO = "operator";
    private static final Comparator<SimNode> BY_JOURNAL = Comparator.<SimNode>comparingLong(
                    node -> node.disk.lastEpoch())
            .thenComparingLong(node -> node.disk.lastSeq());

    private final Simulator simulator;

    SimOperator(final Simulator simulator) {
        this.simulator = simulator;
    }

    /**
     * Stops all nodes, looks at every journal, and lets the best one go on.
     *
     * @return false if that is refused: a node could lead, though it has halted for another reason.
     */
    boolean recover() {
        final RegisterConfig config = simulator.register.current();
        if (config == null) {
            return false;
        }
        stopAll();
        final SimNode chosen = simulator.nodes.stream().max(BY_JOURNAL).orElseThrow();
        final AcceptedLoss.Former best = former(config, chosen);
        final List<AcceptedLoss.Former> others = new ArrayList<>();
        for (final SimNode node : simulator.nodes) {
            if (node != chosen) {
                others.add(former(config, node));
            }
        }
        try {
            AcceptedLoss.check(config, best, others);
            accept(config, chosen);
            restartDamaged();
            return true;
        } catch (final PartitaException refused) {
            tell(refused);
            return refused.code() == ErrorCode.REGISTER_REGRESSION
                    && recoverOnNewRegister(config, chosen, best, others);
        }
    }

    /** Nobody finds what the register has lost. */
    private boolean recoverOnNewRegister(
            final RegisterConfig config,
            final SimNode chosen,
            final AcceptedLoss.Former best,
            final List<AcceptedLoss.Former> others) {
        final List<AcceptedLoss.Former> all = new ArrayList<>(others);
        all.add(best);
        try {
            final RegisterConfig raised = AcceptedLoss.raised(config, all);
            AcceptedLoss.checkAll(raised, best, others);
            accept(raised, chosen);
            return true;
        } catch (final PartitaException refused) {
            tell(refused);
            return false;
        }
    }

    /** Lets one node go on, and looks at no other: {@code --force}. */
    void insist(final SimNode chosen) {
        final RegisterConfig config = simulator.register.current();
        if (config != null) {
            stopAll();
            try {
                accept(config, chosen);
            } catch (final PartitaException refused) { // a register that went back
                tell(refused);
            }
        }
    }

    private void stopAll() {
        for (final SimNode node : simulator.nodes) {
            node.kill(false);
            node.readJournal();
        }
    }

    private static AcceptedLoss.Former former(final RegisterConfig config, final SimNode node) {
        final NodeMeta meta = node.disk.meta;
        return meta == null || node.effectiveLid() == null
                ? new AcceptedLoss.Former(node.id, null, node.disk.lastEpoch(), node.disk.lastSeq(), false, 0, 0)
                : AcceptedLoss.former(config, meta, node.disk);
    }

    private void accept(final RegisterConfig config, final SimNode chosen) {
        final NodeMeta meta = Lineage.atBoot(
                        chosen.disk.meta,
                        simulator.clusterId,
                        chosen.id,
                        chosen.disk.bootId(),
                        chosen.disk.lastSeq(),
                        false,
                        true,
                        identity(chosen))
                .withClean(true);
        final RegisterConfig next =
                AcceptedLoss.next(config, meta, chosen.disk, identity(chosen), WHO, chosen.wallNs());
        simulator.trace(WHO + " accepts loss: node=" + chosen.id + " epoch=" + next.epoch() + " startSeq="
                + next.startSeq() + " " + next.unclean());
        chosen.renew(meta);
        simulator.checkers.onLossAccepted(chosen, next);
        simulator.register.write(next);
    }

    /** Who halted over its own journal fetches what it lacks: {@code --new-lineage}. */
    private void restartDamaged() {
        for (final SimNode node : simulator.nodes) {
            final NodeMeta meta = node.disk.meta;
            if (node.isOut() && node.halted() == HaltReason.DAMAGED && meta != null) {
                node.renew(AcceptedLoss.withNewLineage(meta, identity(node)));
            }
        }
    }

    private void tell(final PartitaException refused) {
        simulator.trace("the operator is refused: " + refused.getMessage());
    }

    private static Id128 identity(final SimNode node) {
        return new Id128(node.nextIdentity(), node.nextIdentity());
    }
}
