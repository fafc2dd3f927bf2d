// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.protocol;

import io.partita.ledger.model.Id128;
import io.partita.ledger.model.RecordDescriptor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the register holds (PROTOCOL B2): who is active in which epoch, and who is in sync. Immutable. A node is a
 * <em>member</em> if its current lineage id equals its entry in {@code inSync}.
 *
 * @param clusterId of the cluster.
 * @param ver version of the register that this value is; grows by 1 per change.
 * @param opId unique per CAS attempt; decides nothing, but two of one version are of a register that went back.
 * @param writerNode who wrote it: a node, or the operator of the last {@code recover} (R36); for people only.
 * @param writtenAtNs the writer's wall clock, nanoseconds since 1970; for people only.
 * @param epoch grows by 1 whenever the active incarnation changes.
 * @param active who leads the epoch.
 * @param inSync the in-sync set, the active included.
 * @param startSeq first seq of the epoch.
 * @param startChain chain value at {@code startSeq - 1}.
 * @param floorSeq every member held this at the CAS, and it is committed.
 * @param floorChain chain value at {@code floorSeq}.
 * @param policy what to do when the set would become too small.
 * @param minInSync members wanted under CONSISTENCY.
 * @param durability what is on disk before it is acknowledged.
 * @param nodes the cluster's nodes.
 * @param history the last at most 16 epochs, oldest first; convenience, not authority.
 * @param unclean what operators gave up (R36).
 */
public record RegisterConfig(
        Id128 clusterId,
        long ver,
        Id128 opId,
        String writerNode,
        long writtenAtNs,
        long epoch,
        String active,
        List<Member> inSync,
        long startSeq,
        long startChain,
        long floorSeq,
        long floorChain,
        Policy policy,
        int minInSync,
        Durability durability,
        List<NodeEntry> nodes,
        List<Term> history,
        Unclean unclean) {
    /** Epochs kept in {@code history}. */
    public static final int HISTORY_MAX = 16;

    /** Copies the lists. */
    public RegisterConfig {
        inSync = List.copyOf(inSync);
        nodes = List.copyOf(nodes);
        history = List.copyOf(history);
    }

    /**
     * A member of the in-sync set: a journal lineage, not just a node (R2).
     *
     * @param node its node.
     * @param lid the lineage.
     */
    public record Member(String node, Id128 lid) {}

    /**
     * A node of the cluster.
     *
     * @param node its id.
     * @param endpoints where it can be reached, without blanks; empty if configured elsewhere.
     * @param nodeClass what it may become.
     * @param priority lower takes over first; rank of the stagger (R13).
     */
    public record NodeEntry(String node, String endpoints, NodeClass nodeClass, int priority) {}

    /**
     * A past or present epoch.
     *
     * @param epoch its number.
     * @param active who led it.
     * @param startSeq its first seq.
     * @param startChain chain value at {@code startSeq - 1}.
     */
    public record Term(long epoch, String active, long startSeq, long startChain) {}

    /**
     * What operators gave up to go on (R36).
     *
     * @param count how often.
     * @param lastEpoch epoch that began so; 0 if never.
     * @param lostPossibleFromSeq answered records from here on may be lost; 0 if never.
     */
    public record Unclean(long count, long lastEpoch, long lostPossibleFromSeq) {
        /** Never. */
        public static final Unclean NEVER = new Unclean(0, 0, 0);
    }

    /**
     * What a register that is empty is taken to hold: nobody in sync, and nothing known to be committed. The next epoch's value is
     * its first version.
     *
     * @param config of a node: who creates the register.
     * @return the value, at version 0.
     */
    public static RegisterConfig nothing(final CoreConfig config) {
        final long genesis = RecordDescriptor.genesisChain(
                config.clusterId().hi(), config.clusterId().lo());
        return new RegisterConfig(
                config.clusterId(),
                0,
                new Id128(0, 0),
                config.nodeId(),
                0,
                0,
                config.nodeId(),
                List.of(),
                1,
                genesis,
                0,
                genesis,
                config.policy(),
                config.minInSync(),
                config.durability(),
                config.nodes(),
                List.of(),
                Unclean.NEVER);
    }

    /**
     * The listed lineage of a node.
     *
     * @param node its id.
     * @return the lineage; null if the node is not in sync.
     */
    public @Nullable Id128 lidOf(final String node) {
        for (int i = 0; i < inSync.size(); i++) { // an iterator would be garbage with each run of records
            final Member member = inSync.get(i);
            if (member.node().equals(node)) {
                return member.lid();
            }
        }
        return null;
    }

    /**
     * Whether a lineage of a node is listed.
     *
     * @param node its node.
     * @param lid the lineage.
     * @return true if so.
     */
    public boolean lists(final String node, final Id128 lid) {
        return lid.equals(lidOf(node));
    }

    /**
     * Whether exactly this lineage, and no other, is in sync.
     *
     * @param node its node.
     * @param lid the lineage.
     * @return true if so.
     */
    public boolean listsOnly(final String node, final Id128 lid) {
        return inSync.size() == 1 && lists(node, lid);
    }

    /**
     * The class of a node.
     *
     * @param node its id.
     * @return the class; null if the node is not configured.
     */
    public @Nullable NodeClass classOf(final String node) {
        for (final NodeEntry entry : nodes) {
            if (entry.node().equals(node)) {
                return entry.nodeClass();
            }
        }
        return null;
    }

    /**
     * The next value with another in-sync set, of the same epoch.
     *
     * @param newOpId of the CAS attempt.
     * @param writer who writes.
     * @param nowNs the writer's wall clock.
     * @param newInSync the new set.
     * @param newFloorSeq raised floor.
     * @param newFloorChain its chain value.
     * @return the value at the next version.
     */
    public RegisterConfig withInSync(
            final Id128 newOpId,
            final String writer,
            final long nowNs,
            final List<Member> newInSync,
            final long newFloorSeq,
            final long newFloorChain) {
        final Copy copy = new Copy(this);
        copy.ver = ver + 1;
        copy.opId = newOpId;
        copy.writerNode = writer;
        copy.writtenAtNs = nowNs;
        copy.inSync = newInSync;
        copy.floorSeq = newFloorSeq;
        copy.floorChain = newFloorChain;
        return copy.done();
    }

    /**
     * The next value of a new epoch (R14).
     *
     * @param newOpId of the CAS attempt.
     * @param nowNs the writer's wall clock.
     * @param newActive who leads it, who writes this.
     * @param newInSync the new set.
     * @param newStartSeq first seq of the new epoch.
     * @param newStartChain chain value before it.
     * @return the value at the next version.
     */
    public RegisterConfig withNextEpoch(
            final Id128 newOpId,
            final long nowNs,
            final String newActive,
            final List<Member> newInSync,
            final long newStartSeq,
            final long newStartChain) {
        final List<Term> terms = new ArrayList<>(history);
        terms.add(new Term(epoch + 1, newActive, newStartSeq, newStartChain));
        final List<Term> newest = terms.subList(Math.max(0, terms.size() - HISTORY_MAX), terms.size());
        final Copy copy = new Copy(this);
        copy.ver = ver + 1;
        copy.opId = newOpId;
        copy.writerNode = newActive;
        copy.writtenAtNs = nowNs;
        copy.epoch = epoch + 1;
        copy.active = newActive;
        copy.inSync = newInSync;
        copy.startSeq = newStartSeq;
        copy.startChain = newStartChain;
        copy.history = newest;
        return copy.done();
    }

    /**
     * The next value after a planned handover (R29): the same set, all of whose members hold everything.
     *
     * @param newOpId of the CAS attempt.
     * @param nowNs the writer's wall clock; the writer is the present active.
     * @param to who leads the new epoch.
     * @param newStartSeq first seq of the new epoch; everything before it is committed and held by every member.
     * @param newStartChain chain value before it.
     * @return the value at the next version.
     */
    public RegisterConfig withHandover(
            final Id128 newOpId, final long nowNs, final String to, final long newStartSeq, final long newStartChain) {
        final RegisterConfig next = withNextEpoch(newOpId, nowNs, to, inSync, newStartSeq, newStartChain);
        final Copy copy = new Copy(next);
        copy.writerNode = active;
        copy.floorSeq = newStartSeq - 1;
        copy.floorChain = newStartChain;
        return copy.done();
    }

    /**
     * This value, of a new epoch, as an operator writes it who gives up what may be lost (R36).
     *
     * @param who the operator.
     * @param newFloorSeq last seq of the only member's journal: the history from now on.
     * @param newFloorChain its chain value.
     * @param newHistory the epochs that are of that history.
     * @param lostPossibleFromSeq answered records from here on may be lost, or others in their place.
     * @return the value, at the same version.
     */
    RegisterConfig withAcceptedLoss(
            final String who,
            final long newFloorSeq,
            final long newFloorChain,
            final List<Term> newHistory,
            final long lostPossibleFromSeq) {
        final Copy copy = new Copy(this);
        copy.writerNode = who;
        copy.floorSeq = newFloorSeq;
        copy.floorChain = newFloorChain;
        copy.history = newHistory;
        copy.unclean = new Unclean(unclean.count() + 1, epoch, lostPossibleFromSeq);
        return copy.done();
    }

    /**
     * The same at another version and epoch: of a register that is made anew (R36).
     *
     * @param newVer its version.
     * @param newEpoch its epoch.
     * @return the value.
     */
    public RegisterConfig at(final long newVer, final long newEpoch) {
        final Copy copy = new Copy(this);
        copy.ver = newVer;
        copy.epoch = newEpoch;
        return copy.done();
    }

    /**
     * The same value, written again.
     *
     * @param newOpId of the CAS attempt.
     * @param newVer its version.
     * @return the value.
     */
    RegisterConfig again(final Id128 newOpId, final long newVer) {
        final Copy copy = new Copy(this);
        copy.ver = newVer;
        copy.opId = newOpId;
        return copy.done();
    }

    /** The same values, of which some are about to be others. What is configured never is. */
    private static final class Copy {
        private final RegisterConfig of;
        private long ver;
        private Id128 opId;
        private String writerNode;
        private long writtenAtNs;
        private long epoch;
        private String active;
        private List<Member> inSync;
        private long startSeq;
        private long startChain;
        private long floorSeq;
        private long floorChain;
        private List<Term> history;
        private Unclean unclean;

        Copy(final RegisterConfig of) {
            this.of = of;
            ver = of.ver;
            opId = of.opId;
            writerNode = of.writerNode;
            writtenAtNs = of.writtenAtNs;
            epoch = of.epoch;
            active = of.active;
            inSync = of.inSync;
            startSeq = of.startSeq;
            startChain = of.startChain;
            floorSeq = of.floorSeq;
            floorChain = of.floorChain;
            history = of.history;
            unclean = of.unclean;
        }

        RegisterConfig done() {
            return new RegisterConfig(
                    of.clusterId,
                    ver,
                    opId,
                    writerNode,
                    writtenAtNs,
                    epoch,
                    active,
                    inSync,
                    startSeq,
                    startChain,
                    floorSeq,
                    floorChain,
                    of.policy,
                    of.minInSync,
                    of.durability,
                    of.nodes,
                    history,
                    unclean);
        }
    }
}
