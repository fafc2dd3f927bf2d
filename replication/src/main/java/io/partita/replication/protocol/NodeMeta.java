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
        return new NodeMeta(
                clusterId,
                nodeId,
                lid,
                value,
                seenVer,
                seenEpoch,
                gate,
                bootId,
                clean,
                durableLow,
                logicVersion,
                halted);
    }

    NodeMeta withSeen(final long ver, final long epoch) {
        return new NodeMeta(
                clusterId,
                nodeId,
                lid,
                promisedEpoch,
                ver,
                epoch,
                gate,
                bootId,
                clean,
                durableLow,
                logicVersion,
                halted);
    }

    NodeMeta withGate(final boolean value) {
        return new NodeMeta(
                clusterId,
                nodeId,
                lid,
                promisedEpoch,
                seenVer,
                seenEpoch,
                value,
                bootId,
                clean,
                durableLow,
                logicVersion,
                halted);
    }

    NodeMeta withDurableLow(final long seq) {
        return new NodeMeta(
                clusterId,
                nodeId,
                lid,
                promisedEpoch,
                seenVer,
                seenEpoch,
                gate,
                bootId,
                clean,
                seq,
                logicVersion,
                halted);
    }

    NodeMeta withLogicVersion(final int version) {
        return new NodeMeta(
                clusterId,
                nodeId,
                lid,
                promisedEpoch,
                seenVer,
                seenEpoch,
                gate,
                bootId,
                clean,
                durableLow,
                version,
                halted);
    }

    /**
     * The same with another clean mark.
     *
     * @param value true if everything is forced and nobody is talked to any more.
     * @return the new meta.
     */
    public NodeMeta withClean(final boolean value) {
        return new NodeMeta(
                clusterId,
                nodeId,
                lid,
                promisedEpoch,
                seenVer,
                seenEpoch,
                gate,
                bootId,
                value,
                durableLow,
                logicVersion,
                halted);
    }

    NodeMeta withHalted(final HaltReason reason) {
        return new NodeMeta(
                clusterId,
                nodeId,
                lid,
                promisedEpoch,
                seenVer,
                seenEpoch,
                gate,
                bootId,
                clean,
                durableLow,
                logicVersion,
                reason);
    }

    NodeMeta withLineage(final Id128 newLid) {
        return new NodeMeta(
                clusterId,
                nodeId,
                newLid,
                promisedEpoch,
                seenVer,
                seenEpoch,
                false,
                bootId,
                clean,
                0,
                logicVersion,
                HaltReason.NONE);
    }

    NodeMeta withBoot(final String newBootId) {
        return new NodeMeta(
                clusterId,
                nodeId,
                lid,
                promisedEpoch,
                seenVer,
                seenEpoch,
                gate,
                newBootId,
                false,
                durableLow,
                logicVersion,
                halted);
    }
}
