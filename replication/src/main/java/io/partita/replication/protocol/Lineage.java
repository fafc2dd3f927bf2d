// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.protocol;

import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.Id128;
import io.partita.ledger.model.PartitaException;
import org.jspecify.annotations.Nullable;

/**
 * Decides at start whether a node is still who it was (R2): a journal that may have lost what it acknowledged gets a new
 * lineage id and is nobody's member any more. Order of a start: lock the folder, read the meta file, ask {@link
 * #tailTrusted}, recover the journal with that, ask {@link #atBoot}, persist its answer durably, and only then talk to anybody
 * (I17).
 */
public final class Lineage {
    private Lineage() {}

    /**
     * Whether an invalid tail of the journal can only be an unacknowledged torn write, so that it may be cut. If not, such a
     * tail may have been acknowledged: the journal is cut all the same, but counts as damaged.
     *
     * @param meta as stored; null if there is none.
     * @param bootId the kernel's present boot id; empty if unknown, which counts as a reboot.
     * @return true if the page cache survived (same boot) or only durable records were ever acknowledged (gate, clean end).
     */
    public static boolean tailTrusted(final @Nullable NodeMeta meta, final String bootId) {
        return meta != null && (meta.gate() || meta.clean() || sameBoot(meta, bootId));
    }

    /**
     * The meta to persist before anything else happens.
     *
     * @param stored as stored; null if there is none or it cannot be read.
     * @param clusterId of the configuration.
     * @param nodeId of the configuration.
     * @param bootId the kernel's present boot id; empty if unknown.
     * @param journalLastSeq last seq of the recovered journal.
     * @param journalDamaged true if recovery found damage that is no trusted torn tail (R39), or could not read the journal.
     * @param newLineage true if the operator asks for a new lineage.
     * @param freshLid drawn at random, used if a new lineage is due.
     * @return what the core is constructed with.
     * @throws PartitaException WRONG_CLUSTER, WRONG_NODE, or the reason of a halt that an operator must clear.
     */
    public static NodeMeta atBoot(
            final @Nullable NodeMeta stored,
            final Id128 clusterId,
            final String nodeId,
            final String bootId,
            final long journalLastSeq,
            final boolean journalDamaged,
            final boolean newLineage,
            final Id128 freshLid) {
        if (stored == null) {
            return new NodeMeta(clusterId, nodeId, freshLid, 0, 0, 0, false, bootId, false, 0, 1, HaltReason.NONE);
        }
        checkIdentity(stored, clusterId, nodeId);
        if (!newLineage) {
            checkHalt(stored);
        }
        final boolean lost = journalDamaged
                || journalLastSeq < stored.durableLow()
                || stored.halted() == HaltReason.STORAGE_FAULT
                || stored.halted() == HaltReason.DAMAGED
                || (!stored.clean() && !stored.gate() && !sameBoot(stored, bootId));
        final NodeMeta booted = stored.withBoot(bootId);
        return lost || newLineage ? booted.withLineage(freshLid) : booted.withHalted(HaltReason.NONE);
    }

    private static boolean sameBoot(final NodeMeta meta, final String bootId) {
        return !bootId.isEmpty() && bootId.equals(meta.bootId());
    }

    private static void checkIdentity(final NodeMeta stored, final Id128 clusterId, final String nodeId) {
        if (!stored.clusterId().equals(clusterId)) {
            throw new PartitaException(
                    ErrorCode.WRONG_CLUSTER,
                    "the data folder is of cluster=" + stored.clusterId() + ", the configuration of cluster="
                            + clusterId,
                    "correct the configuration or use another folder");
        }
        if (!stored.nodeId().equals(nodeId)) {
            throw new PartitaException(
                    ErrorCode.WRONG_NODE,
                    "the data folder is of node=" + stored.nodeId() + ", the configuration of node=" + nodeId,
                    "correct the configuration or use another folder");
        }
    }

    private static void checkHalt(final NodeMeta stored) {
        final ErrorCode code = switch (stored.halted()) {
            case COMMITTED_CONFLICT -> ErrorCode.COMMITTED_CONFLICT;
            case DIGEST_MISMATCH -> ErrorCode.DIGEST_MISMATCH;
            case REGISTER_REGRESSION -> ErrorCode.REGISTER_REGRESSION;
            case LINEAGE_REGRESSION -> ErrorCode.DAMAGED;
            case CLONE -> ErrorCode.CLONE;
            default -> null;
        };
        if (code != null) {
            throw new PartitaException(code, "the node halted before: reason=" + stored.halted(), wayBack(code));
        }
    }

    private static String wayBack(final ErrorCode code) {
        final String newLineage = "start it once with a new lineage or an empty data folder, beside a node that serves";
        return code == ErrorCode.REGISTER_REGRESSION
                ? "if the configuration named another register (register.folder, zookeeper.connect, zookeeper.path), correct it;"
                        + " else find out who restored or replaced the register; then " + newLineage
                : "find the cause, then " + newLineage;
    }
}
