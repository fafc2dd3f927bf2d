// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.protocol;

import io.partita.ledger.model.Id128;

/**
 * What a node must remember over restarts beside its journal (PROTOCOL B3; segments are the journal's own manifest).
 * Immutable. The driver keeps it in a file of two copies, each written aside, forced, renamed, and its folder forced.
 *
 * @param clusterId of the cluster.
 * @param nodeId of the node.
 * @param lid id of the journal's lineage (R2).
 * @param promisedEpoch highest epoch it promised to follow or claimed (R5, R16); never decreases.
 * @param seenVer newest register version seen; never decreases.
 * @param seenEpoch newest epoch seen in the register; never decreases.
 * @param gate true: everything this lineage acknowledged or committed is on disk (R27, I11).
 * @param bootId the kernel's boot id when this was written; empty if unknown.
 * @param clean true if the process ended orderly with everything forced.
 * @param durableLow a seq that was on disk when this was written.
 * @param logicVersion newest version of the state machine's rules that the journal asks for (R35).
 * @param halted why the node halted for good; NONE if it did not.
 */
public record NodeMeta(
        Id128 clusterId,
        String nodeId,
        Id128 lid,
        long promisedEpoch,
        long seenVer,
        long seenEpoch,
        boolean gate,
        String bootId,
        boolean clean,
        long durableLow,
        int logicVersion,
        HaltReason halted) {
    private static final String TITLE = "partita-meta";
    private static final int VERSION = 1;

    /**
     * Encodes as lines of text with a checksum.
     *
     * @return the bytes of the file.
     */
    public byte[] encode() {
        return new TextBlock.Writer(TITLE, VERSION)
                .put("clusterId", clusterId)
                .put("nodeId", nodeId)
                .put("lid", lid)
                .put("promisedEpoch", promisedEpoch)
                .put("seenVer", seenVer)
                .put("seenEpoch", seenEpoch)
                .put("gate", gate ? 1 : 0)
                .put("bootId", bootId)
                .put("clean", clean ? 1 : 0)
                .put("durableLow", durableLow)
                .put("logicVersion", logicVersion)
                .put("halted", halted)
                .bytes();
    }

    /**
     * Decodes.
     *
     * @param bytes of the file.
     * @return the value.
     * @throws io.partita.ledger.model.PartitaException DAMAGED or UNKNOWN_FORMAT.
     */
    public static NodeMeta decode(final byte[] bytes) {
        final TextBlock.Reader in = new TextBlock.Reader(TITLE, VERSION, bytes);
        final NodeMeta meta = new NodeMeta(
                in.id("clusterId", in.text("clusterId")),
                in.text("nodeId"),
                in.id("lid", in.text("lid")),
                in.number("promisedEpoch"),
                in.number("seenVer"),
                in.number("seenEpoch"),
                in.flag("gate"),
                in.text("bootId"),
                in.flag("clean"),
                in.number("durableLow"),
                (int) in.number("logicVersion"),
                in.name("halted", HaltReason.class, in.text("halted")));
        in.end();
        return meta;
    }

    NodeMeta withPromisedEpoch(final long value) {
        final Copy copy = new Copy(this);
        copy.promisedEpoch = value;
        return copy.done();
    }

    NodeMeta withSeen(final long ver, final long epoch) {
        final Copy copy = new Copy(this);
        copy.seenVer = ver;
        copy.seenEpoch = epoch;
        return copy.done();
    }

    NodeMeta withGate(final boolean value) {
        final Copy copy = new Copy(this);
        copy.gate = value;
        return copy.done();
    }

    NodeMeta withDurableLow(final long seq) {
        final Copy copy = new Copy(this);
        copy.durableLow = seq;
        return copy.done();
    }

    NodeMeta withLogicVersion(final int version) {
        final Copy copy = new Copy(this);
        copy.logicVersion = version;
        return copy.done();
    }

    /**
     * The same with another clean mark.
     *
     * @param value true if everything is forced and nobody is talked to any more.
     * @return the new meta.
     */
    public NodeMeta withClean(final boolean value) {
        final Copy copy = new Copy(this);
        copy.clean = value;
        return copy.done();
    }

    /**
     * The same with another reason of a halt.
     *
     * @param reason NONE if what it halted for is no more.
     * @return the new meta.
     */
    public NodeMeta withHalted(final HaltReason reason) {
        final Copy copy = new Copy(this);
        copy.halted = reason;
        return copy.done();
    }

    NodeMeta withLineage(final Id128 newLid) {
        final Copy copy = new Copy(this);
        copy.lid = newLid;
        copy.gate = false;
        copy.durableLow = 0;
        copy.halted = HaltReason.NONE;
        return copy.done();
    }

    NodeMeta withBoot(final String newBootId) {
        final Copy copy = new Copy(this);
        copy.bootId = newBootId;
        copy.clean = false;
        return copy.done();
    }

    /** The same values, of which some are about to be others. Cluster and node never are. */
    private static final class Copy {
        private final NodeMeta of;
        private Id128 lid;
        private long promisedEpoch;
        private long seenVer;
        private long seenEpoch;
        private boolean gate;
        private String bootId;
        private boolean clean;
        private long durableLow;
        private int logicVersion;
        private HaltReason halted;

        Copy(final NodeMeta of) {
            this.of = of;
            lid = of.lid;
            promisedEpoch = of.promisedEpoch;
            seenVer = of.seenVer;
            seenEpoch = of.seenEpoch;
            gate = of.gate;
            bootId = of.bootId;
            clean = of.clean;
            durableLow = of.durableLow;
            logicVersion = of.logicVersion;
            halted = of.halted;
        }

        NodeMeta done() {
            return new NodeMeta(
                    of.clusterId,
                    of.nodeId,
                    lid,
                    promisedEpoch,
                    seenVer,
                    seenEpoch,
                    gate,
                    bootId,
                    clean,
                    durableLow,
                    logicVersion,
                    halted);
        }
    }
}
