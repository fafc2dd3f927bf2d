// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.backup;

import io.partita.ledger.journal.ChronicleJournal;
import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.PartitaException;
import io.partita.ledger.observe.CounterType;
import io.partita.ledger.observe.CountersFile;
import io.partita.ledger.observe.LedgerCounters;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * What may be backed up of a data folder, whether its node runs or not: what is committed. A node says so in its counters, which
 * outlive it; what was committed stays so. A ledger of its own that has no counters yet, as after a restore, has committed all that
 * it has.
 *
 * @param journal the journal's folder.
 * @param commitSeq the last record that may be taken; {@code Long.MAX_VALUE} for all there are.
 * @param live what the node says of its state; null if it says nothing that belongs together.
 */
record BackupSource(Path journal, long commitSeq, @Nullable LiveDigest live) {
    private static final int LIVE_ATTEMPTS = 1000;
    /** How long a record that is committed may take to be seen in the files of another process. */
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(10);

    private static final long UPDATE_NS_MAX = TimeUnit.SECONDS.toNanos(1);
    private static final long LOOK_AGAIN_NS = TimeUnit.MILLISECONDS.toNanos(1);
    /** What a node of a pair has beside its journal; {@code replication} writes it. */
    private static final String META = "meta";

    /**
     * Looks at a data folder.
     *
     * @throws PartitaException BACKUP_REFUSED if it is none, or does not tell what is committed.
     */
    static BackupSource look(final Path dataFolder) {
        final Path journal = requireJournal(dataFolder);
        if (!Files.exists(dataFolder.resolve(LedgerCounters.FILE_NAME))) {
            if (Files.exists(dataFolder.resolve(META))) {
                throw new PartitaException(
                        ErrorCode.BACKUP_REFUSED,
                        "the folder does not tell what of its journal is committed, for its counters are missing: folder="
                                + dataFolder,
                        "start the node beside its peer first, or back up the other node");
            }
            return new BackupSource(journal, Long.MAX_VALUE, null);
        }
        final CountersFile counters = CountersFile.open(dataFolder);
        awaitUpdate(counters);
        final LiveDigest live = live(counters);
        final long commitSeq = counters.get(CounterType.COMMIT_SEQ);
        return new BackupSource(journal, commitSeq, live);
    }

    /** The journal's folder, which must be there. */
    static Path requireJournal(final Path dataFolder) {
        final Path journal = dataFolder.resolve("journal");
        if (!ChronicleJournal.exists(journal)) {
            throw new PartitaException(
                    ErrorCode.BACKUP_REFUSED,
                    "there is no journal in the folder: folder=" + dataFolder,
                    "name the data folder of a node that was started at least once: it holds journal/manifest");
        }
        return journal;
    }

    /**
     * A node updates its counters after it has answered, within milliseconds. So that everything that was answered before is backed up,
     * waits until they have been updated once more; not for ever, since the node may have died, or be one that is invoked now and then.
     */
    private static void awaitUpdate(final CountersFile counters) {
        final long startNs = System.nanoTime();
        final long heartbeatMs = counters.get(CounterType.HEARTBEAT_MS);
        while (counters.get(CounterType.ENGINE_OPEN) == 1
                && counters.get(CounterType.HEARTBEAT_MS) == heartbeatMs
                && System.nanoTime() - startNs < UPDATE_NS_MAX) {
            LockSupport.parkNanos(LOOK_AGAIN_NS);
        }
    }

    /** How long to wait for a record that should be there. */
    long patienceNs() {
        return commitSeq == Long.MAX_VALUE ? 0 : PATIENCE_NS;
    }

    /** The engine writes the applied seq, the digest and then its seq: read the other way round, equal seqs mean one moment. */
    private static @Nullable LiveDigest live(final CountersFile counters) {
        for (int i = 0; i < LIVE_ATTEMPTS; i++) {
            final long seq = counters.get(CounterType.DIGEST_SEQ);
            final long digest = counters.get(CounterType.RUNNING_DIGEST);
            if (seq > 0 && seq == counters.get(CounterType.APPLIED_SEQ)) {
                return new LiveDigest(seq, digest);
            }
            Thread.onSpinWait();
        }
        return null;
    }
}
