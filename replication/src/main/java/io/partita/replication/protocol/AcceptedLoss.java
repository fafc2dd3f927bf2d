// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.protocol;

import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.Id128;
import io.partita.ledger.model.PartitaException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * R36: an operator gives up what only lost nodes had, so that the cluster goes on with what is left. Pure functions: who may be
 * chosen, and what the register says afterwards. The chosen node must not run meanwhile.
 */
public final class AcceptedLoss {
    private AcceptedLoss() {}

    /**
     * A former member, as its data folder shows it.
     *
     * @param node its id.
     * @param lid its present lineage; null if it has lost its meta.
     * @param lastEpoch epoch of the last record of the intact part of its journal.
     * @param lastSeq that record's seq.
     * @param holdsFloor whether the journal has the register's floor, by seq and chain value.
     * @param seenVer newest version of the register that it has seen.
     * @param promisedEpoch highest epoch that it has promised, claimed or seen.
     */
    public record Former(
            String node,
            @Nullable Id128 lid,
            long lastEpoch,
            long lastSeq,
            boolean holdsFloor,
            long seenVer,
            long promisedEpoch) {
        private boolean holdsMoreThan(final Former other) {
            return lastEpoch != other.lastEpoch ? lastEpoch > other.lastEpoch : lastSeq > other.lastSeq;
        }

        private boolean isEligible(final RegisterConfig cfg) {
            return lid != null
                    && cfg.lists(node, lid)
                    && holdsFloor
                    && cfg.classOf(node) == NodeClass.VOTER
                    && !hasSeenMoreThan(cfg);
        }

        private boolean hasSeenMoreThan(final RegisterConfig cfg) {
            return seenVer > cfg.ver() || Math.max(promisedEpoch, lastEpoch) > cfg.epoch();
        }
    }

    /**
     * The meta of a node that begins a new lineage.
     *
     * @param meta of the node.
     * @param freshLid drawn at random.
     * @return the new one; it forgets why the node halted.
     */
    public static NodeMeta withNewLineage(final NodeMeta meta, final Id128 freshLid) {
        return meta.withLineage(freshLid);
    }

    /**
     * A former member by its journal.
     *
     * @param cfg what the register holds.
     * @param meta of the node.
     * @param journal its journal.
     * @return the same in short.
     */
    public static Former former(final RegisterConfig cfg, final NodeMeta meta, final LocalJournal journal) {
        return former(cfg, meta, journal.lastEpoch(), journal.oldestSeq(), journal.lastSeq(), journal::chainAt);
    }

    /**
     * A former member by the intact part of its journal.
     *
     * @param cfg what the register holds.
     * @param meta of the node.
     * @param lastEpoch epoch of the part's last record.
     * @param oldestSeq the first record that is still there.
     * @param lastSeq the part's last record.
     * @param chainAt gives the chain value at a seq from {@code oldestSeq - 1} to {@code lastSeq}.
     * @return the same in short.
     */
    public static Former former(
            final RegisterConfig cfg,
            final NodeMeta meta,
            final long lastEpoch,
            final long oldestSeq,
            final long lastSeq,
            final LongUnaryOperator chainAt) {
        // What a member's journal has given up (R33) was committed, so it is of one history, as the floor is (I1).
        final boolean holdsFloor = cfg.floorSeq() < oldestSeq - 1
                || cfg.floorSeq() <= lastSeq && chainAt.applyAsLong(cfg.floorSeq()) == cfg.floorChain();
        return new Former(
                meta.nodeId(),
                meta.lid(),
                lastEpoch,
                lastSeq,
                holdsFloor,
                meta.seenVer(),
                Math.max(meta.promisedEpoch(), meta.seenEpoch()));
    }

    /**
     * What a register that lost its last values, or all of them, is taken to hold, so that what comes next is newer than
     * anything that a node remembers (R3): the same, at the highest version and epoch that any of these nodes has seen.
     *
     * @param cfg what the register holds.
     * @param seenBy the chosen node and those that could be looked at.
     * @return the value; its version is in no register.
     * @throws PartitaException RECOVERY_REFUSED if the register is as new as what all of them have seen.
     */
    public static RegisterConfig raised(final RegisterConfig cfg, final List<Former> seenBy) {
        if (cfg.ver() > 0 && seenBy.stream().noneMatch(former -> former.hasSeenMoreThan(cfg))) {
            throw refused(
                    "the register is no older than what these nodes have seen: ver=" + cfg.ver() + " epoch="
                            + cfg.epoch(),
                    "say it without --new-register, or start the nodes");
        }
        long ver = cfg.ver();
        long epoch = cfg.epoch();
        for (final Former former : seenBy) {
            ver = Math.max(ver, former.seenVer());
            epoch = Math.max(epoch, Math.max(former.promisedEpoch(), former.lastEpoch()));
        }
        return cfg.at(ver, epoch);
    }

    /**
     * Checks what can be checked if the register cannot tell who was in sync: every node that could have been was looked at, and
     * none of them holds more than the chosen one.
     *
     * @param cfg what the register is taken to hold.
     * @param chosen who is to go on.
     * @param others all other nodes.
     * @throws PartitaException RECOVERY_REFUSED with what to do instead.
     */
    public static void checkAll(final RegisterConfig cfg, final Former chosen, final List<Former> others) {
        for (final RegisterConfig.NodeEntry entry : cfg.nodes()) {
            if (entry.nodeClass() == NodeClass.VOTER
                    && !entry.node().equals(chosen.node())
                    && others.stream().noneMatch(former -> former.node().equals(entry.node()))) {
                throw notLookedAt("node=" + entry.node() + " may have been in sync and was not looked at");
            }
        }
        checkHoldsMost(chosen, others);
    }

    /**
     * Checks that nothing is given up in vain: nobody can lead who holds everything that was answered, and nobody who can be
     * reached holds more than the chosen one.
     *
     * @param cfg what the register holds.
     * @param chosen who is to go on.
     * @param others the other former members that can be reached.
     * @throws PartitaException RECOVERY_REFUSED with what to do instead.
     */
    public static void check(final RegisterConfig cfg, final Former chosen, final List<Former> others) {
        final List<Former> all = new ArrayList<>(others);
        all.add(chosen);
        for (final Former former : all) {
            if (former.isEligible(cfg)) {
                throw refused(
                        "node=" + former.node() + " holds everything that was answered, and may lead: lid="
                                + former.lid(),
                        "start that node; nothing need be given up");
            }
        }
        checkHoldsMost(chosen, others);
        for (final RegisterConfig.Member member : cfg.inSync()) {
            if (all.stream().noneMatch(former -> former.node().equals(member.node()))) {
                throw notLookedAt("node=" + member.node() + " is in sync and was not looked at: lid=" + member.lid());
            }
        }
    }

    /**
     * The next value of the register: a new epoch with the chosen lineage alone. All other lineages are dead for ever.
     *
     * @param cfg what the register holds.
     * @param meta of the chosen node, with a new lineage that is durable and that nobody knows yet.
     * @param journal of the chosen node, on the disk.
     * @param opId of the CAS attempt.
     * @param who the operator.
     * @param nowNs wall clock.
     * @return the value at the next version.
     * @throws PartitaException REGISTER_REGRESSION if the node has seen a newer one.
     */
    public static RegisterConfig next(
            final RegisterConfig cfg,
            final NodeMeta meta,
            final LocalJournal journal,
            final Id128 opId,
            final String who,
            final long nowNs) {
        if (cfg.ver() < meta.seenVer() || cfg.epoch() < Math.max(meta.promisedEpoch(), journal.lastEpoch())) {
            throw new PartitaException(
                    ErrorCode.REGISTER_REGRESSION,
                    "the register went back: ver=" + cfg.ver() + " epoch=" + cfg.epoch() + " seenVer=" + meta.seenVer()
                            + " promisedEpoch=" + meta.promisedEpoch() + " lastEpoch=" + journal.lastEpoch(),
                    "find out who restored or replaced the register, and put the newest back; if that is gone for good, say"
                            + " --new-register");
        }
        final long common = lastCommon(cfg, journal);
        final RegisterConfig next = cfg.withNextEpoch(
                opId,
                nowNs,
                meta.nodeId(),
                List.of(new RegisterConfig.Member(meta.nodeId(), meta.lid())),
                journal.lastSeq() + 1,
                journal.lastChain());
        // What the journal lacks is no part of the history from now on: another loss must not count on it.
        final List<RegisterConfig.Term> history = next.history().stream()
                .filter(term -> holds(journal, term.startSeq() - 1, term.startChain()))
                .toList();
        return next.withAcceptedLoss(who, journal.lastSeq(), journal.lastChain(), history, common + 1);
    }

    private static void checkHoldsMost(final Former chosen, final List<Former> others) {
        for (final Former former : others) {
            if (former.holdsMoreThan(chosen)) {
                throw refused(
                        "node=" + former.node() + " holds more: lastEpoch=" + former.lastEpoch() + " lastSeq="
                                + former.lastSeq() + ", node=" + chosen.node() + " lastEpoch=" + chosen.lastEpoch()
                                + " lastSeq=" + chosen.lastSeq(),
                        "recover that node instead");
            }
        }
    }

    /** Up to where the journal certainly is the history that was answered. */
    private static long lastCommon(final RegisterConfig cfg, final LocalJournal journal) {
        if (holds(journal, cfg.floorSeq(), cfg.floorChain())) {
            return cfg.floorSeq();
        }
        for (int i = cfg.history().size() - 1; i >= 0; i--) {
            final RegisterConfig.Term term = cfg.history().get(i);
            if (term.startSeq() - 1 <= cfg.floorSeq() && holds(journal, term.startSeq() - 1, term.startChain())) {
                return term.startSeq() - 1;
            }
        }
        return 0;
    }

    private static boolean holds(final LocalJournal journal, final long seq, final long chain) {
        return seq >= journal.oldestSeq() - 1 && seq <= journal.lastSeq() && journal.chainAt(seq) == chain;
    }

    private static PartitaException notLookedAt(final String cause) {
        return refused(cause, "name its data folder with --former, or, if that is gone for good, say --force");
    }

    private static PartitaException refused(final String cause, final String nextStep) {
        return new PartitaException(ErrorCode.RECOVERY_REFUSED, cause, nextStep);
    }
}
