// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.node;

import io.partita.ledger.journal.ChronicleJournal;
import io.partita.ledger.journal.DataFolder;
import io.partita.ledger.journal.JournalConfig;
import io.partita.ledger.journal.JournalVerifier;
import io.partita.ledger.journal.VerifyReport;
import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.Id128;
import io.partita.ledger.model.PartitaException;
import io.partita.ledger.observe.IncidentLog;
import io.partita.replication.protocol.HaltReason;
import io.partita.replication.protocol.Lineage;
import io.partita.replication.protocol.NodeMeta;
import java.nio.file.Path;
import java.util.concurrent.ThreadFactory;
import org.agrona.ErrorHandler;
import org.jspecify.annotations.Nullable;

/**
 * Decides, before anybody is talked to, whether a node is still who it was (R2), and opens its journal.
 *
 * @param journal recovered.
 * @param meta durable.
 */
record NodeBoot(ChronicleJournal journal, NodeMeta meta) {
    /** Who the node is, and what its journal works with. */
    record Parts(
            Id128 clusterId,
            String nodeId,
            DataFolder folder,
            MetaFile metaFile,
            long segmentLength,
            boolean newLineage,
            IncidentLog incidents,
            ThreadFactory threadFactory,
            ErrorHandler errorHandler,
            Runnable wake) {}

    /**
     * Reads the meta file, opens the journal, writes the meta of this life.
     *
     * @throws PartitaException if the folder is another node's, or damaged, or the node halted for a reason that an operator
     *     must clear: the node does not start (R39).
     */
    static NodeBoot boot(final Parts parts) {
        final String bootId = Identity.bootId();
        final NodeMeta stored = afterDamage(parts, readMeta(parts));
        // A meta without its journal: what was acknowledged is gone, and META may know of none of it (R2).
        if (Lineage.tailTrusted(stored, bootId)
                && ChronicleJournal.exists(parts.folder().journal())) {
            final ChronicleJournal journal = openJournal(parts);
            try {
                return new NodeBoot(journal, write(parts, stored, bootId, journal.lastSeq(), false));
            } catch (final RuntimeException e) {
                journal.close();
                throw e;
            }
        }
        // The journal may have lost what it acknowledged. It becomes nobody's member before its tail is cut: a crash in
        // between cannot leave a shorter journal under the old lineage.
        final NodeMeta meta = write(parts, stored, bootId, 0, true);
        return new NodeBoot(openJournal(parts), meta);
    }

    private static @Nullable NodeMeta readMeta(final Parts parts) {
        try {
            return parts.metaFile().read();
        } catch (final PartitaException e) {
            if (e.code() != ErrorCode.DAMAGED) {
                throw e;
            }
            parts.incidents().record(e);
            return null;
        }
    }

    /**
     * A node that halted at damage does not start before that is gone: it could not replay, and another lineage would leave nobody to
     * lead where it was the only one in sync. Once all is whole up to an end that is known, it is who it was.
     */
    private static @Nullable NodeMeta afterDamage(final Parts parts, final @Nullable NodeMeta stored) {
        final Path journal = parts.folder().journal();
        if (stored == null
                || stored.halted() != HaltReason.DAMAGED
                || parts.newLineage()
                || !ChronicleJournal.exists(journal)) {
            return stored;
        }
        final VerifyReport report = JournalVerifier.verify(journal);
        if (!report.ok()) {
            throw new PartitaException(
                    ErrorCode.DAMAGED,
                    "the node halted at damage, which is still there: folder=" + journal + ", places="
                            + report.damages().size() + ", "
                            + report.damages().get(0),
                    "mend the journal from another copy (partita mend), or move the data folder away and start with an"
                            + " empty one beside a node that serves");
        }
        final boolean isComplete = report.isEndKnown() && report.lastSeq() >= stored.durableLow();
        return isComplete ? stored.withHalted(HaltReason.NONE) : stored;
    }

    private static NodeMeta write(
            final Parts parts,
            final @Nullable NodeMeta stored,
            final String bootId,
            final long journalLastSeq,
            final boolean isDamaged) {
        final NodeMeta meta = Lineage.atBoot(
                stored,
                parts.clusterId(),
                parts.nodeId(),
                bootId,
                journalLastSeq,
                isDamaged,
                parts.newLineage(),
                Identity.freshLid());
        parts.metaFile().write(meta);
        return meta;
    }

    private static ChronicleJournal openJournal(final Parts parts) {
        return ChronicleJournal.open(JournalConfig.of(parts.folder().journal(), parts.clusterId())
                .withSegmentLength(parts.segmentLength())
                .withTailTrusted(true)
                .withThreadFactory(parts.threadFactory())
                .withErrorHandler(parts.errorHandler())
                .withDurableListener(parts.wake()));
    }
}
