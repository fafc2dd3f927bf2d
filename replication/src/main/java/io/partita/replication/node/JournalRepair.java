// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.node;

import io.partita.ledger.journal.ChronicleJournal;
import io.partita.ledger.journal.MendReport;
import io.partita.ledger.journal.RepairReport;
import io.partita.ledger.model.DiskFull;
import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.PartitaException;
import io.partita.replication.protocol.HaltReason;
import io.partita.replication.protocol.ReplicaCore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.ErrorHandler;
import org.agrona.collections.LongHashSet;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of damage in the node's journal (R39), whoever met it:
 *
 * <pre>
 *   a reader meets it ─► the journal looks how far it goes ─► all is to be had of the segment itself: put back, nothing is given up
 *                                                         └► records are missing: the core is told, which fetches them
 *   records come ─► into a file ─► all are there: the journal writes their segments anew ─► the core is told
 * </pre>
 *
 * <p>Engine's thread; the work is done by the journal's helper.
 */
final class JournalRepair implements AutoCloseable {
    private static final String COLLECTED_FILE = "journal.fetched";
    /** A place that is found damaged so often, and whole each time that it is looked at, is no matter of records. */
    private static final int ATTEMPTS_MAX = 3;

    private final ChronicleJournal journal;
    private final Path file;
    private final ErrorHandler errors;
    private @Nullable ReplicaCore core;
    private @Nullable FileChannel collected;
    /** Records at which readers met damage; a frame may be damaged before the first of its records that is. Until all is repaired. */
    private final LongHashSet met = new LongHashSet();
    /** The one of them that was not looked at yet; 0 if there is none. */
    private long suspectSeq;
    /** What is to be replaced by what was collected; 0 if nothing is. */
    private long firstSeq;

    private long lastSeq;
    private boolean isRunning;
    private boolean isReplacing;
    private long attemptSeq;
    private int attempts;

    /**
     * For one journal.
     *
     * @param dataFolder for the file of what is fetched.
     * @param errors told of what was found, and of what became of it: the node goes on.
     */
    JournalRepair(final ChronicleJournal journal, final Path dataFolder, final ErrorHandler errors) {
        this.journal = journal;
        this.errors = errors;
        file = dataFolder.resolve(COLLECTED_FILE);
        drop(); // what a crash left
    }

    /** Before the engine's thread starts. */
    void start(final ReplicaCore newCore) {
        core = newCore;
    }

    private ReplicaCore core() {
        final ReplicaCore known = core;
        if (known == null) {
            throw new IllegalStateException("there is no core yet");
        }
        return known;
    }

    /** Whether something is damaged or being looked at. */
    boolean isBusy() {
        return suspectSeq != 0 || isRunning || core().isRepairing();
    }

    /** Whether a record must not be read now. */
    boolean holds(final long seq) {
        return met.contains(seq) || core().isDamaged(seq);
    }

    /** A reader met damage. */
    void suspect(final long seq, final PartitaException cause) {
        if (suspectSeq == 0 && !core().isDamaged(seq) && met.add(seq)) {
            suspectSeq = seq;
            errors.onError(cause);
        }
    }

    /** The scrub met damage. */
    void suspect(final long seq) {
        suspect(
                seq,
                new PartitaException(
                        ErrorCode.DAMAGED,
                        "a record of the journal is not any more what was written: seq=" + seq,
                        "look after the disk: it has returned other bytes than were written"));
    }

    /** See {@code Storage.collect}. */
    void collect(final DirectBuffer records, final int offset, final int length) {
        final ByteBuffer bytes = ByteBuffer.allocate(length);
        try {
            FileChannel target = collected;
            if (target == null) {
                target = FileChannel.open(
                        file,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE);
                collected = target;
            }
            records.getBytes(offset, bytes, 0, length);
            while (bytes.hasRemaining()) {
                target.write(bytes);
            }
        } catch (final IOException e) {
            throw new PartitaException(
                    DiskFull.isCauseOf(e, file) ? ErrorCode.STORAGE_FULL : ErrorCode.STORAGE_FAILED,
                    "records for the place of damaged ones cannot be kept: file=" + file + " (" + e + ")",
                    "check the disk and its free space, then start the node again",
                    e);
        }
    }

    /** See {@code Storage.repair}. */
    void repair(final long first, final long last) {
        firstSeq = first;
        lastSeq = last;
    }

    /** Begins what is to be done, and tells what came of it. */
    int poll() {
        if (core == null) {
            return 0;
        }
        if (isRunning) {
            final RepairReport report = journal.pollRepair();
            if (report == null) {
                return 0;
            }
            isRunning = false;
            if (isReplacing) {
                onReplaced(report);
            } else {
                onLookedAt(report);
            }
            return 1;
        }
        if (!isBusy()) {
            met.clear();
        }
        if (firstSeq != 0) {
            isReplacing = true;
            isRunning = journal.repair(firstSeq, lastSeq, List.of(file));
        } else if (suspectSeq != 0) {
            isReplacing = false;
            isRunning = journal.repair(suspectSeq, suspectSeq, List.of());
        }
        return isRunning ? 1 : 0;
    }

    private void onLookedAt(final RepairReport report) {
        final long seq = suspectSeq;
        suspectSeq = 0;
        if (!report.isWhole()) {
            core().onDamage(report.missingFirst(), report.missingLast());
            return;
        }
        attempts = seq == attemptSeq ? attempts + 1 : 1;
        attemptSeq = seq;
        if (attempts > ATTEMPTS_MAX) {
            core().onStorageFault(
                            HaltReason.DAMAGED,
                            "a record reads as damaged again and again, though its segment was written anew: seq="
                                    + seq);
            return;
        }
        tell(report);
    }

    private void onReplaced(final RepairReport report) {
        final long first = firstSeq;
        final long last = lastSeq;
        firstSeq = 0;
        lastSeq = 0;
        if (report.isWhole()) {
            drop();
            tell(report);
            core().onRepaired(first, last);
        } else {
            core().onDamage(report.missingFirst(), report.missingLast());
        }
    }

    private void tell(final RepairReport report) {
        final StringBuilder segments = new StringBuilder();
        for (final MendReport.Mended mended : report.replaced()) {
            segments.append(" segment=")
                    .append(mended.segment())
                    .append(" kept=")
                    .append(mended.evidence());
        }
        errors.onError(new PartitaException(
                ErrorCode.DAMAGED,
                "damaged segments of the journal were written anew and are whole:" + segments,
                "look after the disk; delete what is kept once nobody wants to look at it"));
    }

    /** The journal was replaced as a whole: what was damaged is gone. */
    void forget() {
        met.clear();
        suspectSeq = 0;
        firstSeq = 0;
        lastSeq = 0;
        drop();
    }

    private void drop() {
        close();
        try {
            Files.deleteIfExists(file);
        } catch (final IOException e) {
            errors.onError(e);
        }
    }

    @Override
    public void close() {
        final FileChannel open = collected;
        collected = null;
        if (open != null) {
            try {
                open.close();
            } catch (final IOException e) {
                errors.onError(e);
            }
        }
    }
}
