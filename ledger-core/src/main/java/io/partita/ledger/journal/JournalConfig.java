// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.journal;

import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.Id128;
import io.partita.ledger.model.PartitaException;
import java.nio.file.Path;
import java.util.concurrent.ThreadFactory;
import org.agrona.ErrorHandler;

/**
 * What a {@link ChronicleJournal} needs to know. Start from {@link #of} and change what differs.
 *
 * @param folder the journal's own folder, {@code <data>/journal}; made if it is not there. The caller holds the
 *     {@link DataFolder} above it.
 * @param clusterId of the ledger; a journal of another cluster is refused.
 * @param segmentLength bytes of frames after which the journal rolls to the next segment.
 * @param syncPolicy when the syncer forces unasked.
 * @param tailTrusted whether a torn tail may be cut: true if the machine has not restarted since the last append, or if
 *     nothing was acknowledged that was not forced (R2). If false a torn tail is an error.
 * @param verifyOwnReads whether readers of this journal check checksum and chain of what this process appended itself. What
 *     was on disk when the journal was opened is always checked.
 * @param threadFactory makes the syncer and the helper thread.
 * @param errorHandler is told of what fails on those threads; the owner gets it at its next call, too.
 * @param durableListener is run on the syncer thread each time {@link Journal#durableSeq()} has moved; must be short.
 */
public record JournalConfig(
        Path folder,
        Id128 clusterId,
        long segmentLength,
        SyncPolicy syncPolicy,
        boolean tailTrusted,
        boolean verifyOwnReads,
        ThreadFactory threadFactory,
        ErrorHandler errorHandler,
        Runnable durableListener) {
    /** Least bytes of a segment. */
    public static final long SEGMENT_LENGTH_MIN = 64 * 1024;
    /** Bytes of a segment if nothing else is said. */
    public static final long SEGMENT_LENGTH_DEFAULT = 128L * 1024 * 1024;
    /** Most bytes of a segment: what a 32-bit number of 4 KiB blocks could seal many times over, and a file still handy. */
    public static final long SEGMENT_LENGTH_MAX = 4L * 1024 * 1024 * 1024;

    /** Checks the ranges. */
    public JournalConfig {
        if (segmentLength < SEGMENT_LENGTH_MIN || segmentLength > SEGMENT_LENGTH_MAX) {
            throw new PartitaException(
                    ErrorCode.INVALID_CONFIGURATION,
                    "segmentLength=" + segmentLength + " is out of range",
                    "set it to " + SEGMENT_LENGTH_MIN + ".." + SEGMENT_LENGTH_MAX + " bytes");
        }
    }

    /**
     * The defaults: segments of 128 MiB, forced on request, torn tail trusted, errors to {@code System.Logger}.
     *
     * @param folder the journal's own folder.
     * @param clusterId of the ledger.
     * @return the configuration.
     */
    public static JournalConfig of(final Path folder, final Id128 clusterId) {
        return new JournalConfig(
                folder,
                clusterId,
                SEGMENT_LENGTH_DEFAULT,
                SyncPolicy.ON_REQUEST,
                true,
                false,
                JournalConfig::daemon,
                error -> System.getLogger("io.partita.ledger.journal")
                        .log(System.Logger.Level.ERROR, "journal: " + error.getMessage(), error),
                () -> {});
    }

    /**
     * With another segment length.
     *
     * @param bytes 64 KiB to 4 GiB.
     * @return a changed copy.
     */
    public JournalConfig withSegmentLength(final long bytes) {
        return new JournalConfig(
                folder,
                clusterId,
                bytes,
                syncPolicy,
                tailTrusted,
                verifyOwnReads,
                threadFactory,
                errorHandler,
                durableListener);
    }

    /**
     * With another policy of forcing.
     *
     * @param policy when to force unasked.
     * @return a changed copy.
     */
    public JournalConfig withSyncPolicy(final SyncPolicy policy) {
        return new JournalConfig(
                folder,
                clusterId,
                segmentLength,
                policy,
                tailTrusted,
                verifyOwnReads,
                threadFactory,
                errorHandler,
                durableListener);
    }

    /**
     * With trust or distrust in a torn tail.
     *
     * @param trusted whether a torn tail may be cut.
     * @return a changed copy.
     */
    public JournalConfig withTailTrusted(final boolean trusted) {
        return new JournalConfig(
                folder,
                clusterId,
                segmentLength,
                syncPolicy,
                trusted,
                verifyOwnReads,
                threadFactory,
                errorHandler,
                durableListener);
    }

    /**
     * With or without checks on reading what this process appended itself.
     *
     * @param verify whether to check.
     * @return a changed copy.
     */
    public JournalConfig withVerifyOwnReads(final boolean verify) {
        return new JournalConfig(
                folder,
                clusterId,
                segmentLength,
                syncPolicy,
                tailTrusted,
                verify,
                threadFactory,
                errorHandler,
                durableListener);
    }

    /**
     * With another maker of threads.
     *
     * @param factory makes the syncer and the helper thread.
     * @return a changed copy.
     */
    public JournalConfig withThreadFactory(final ThreadFactory factory) {
        return new JournalConfig(
                folder,
                clusterId,
                segmentLength,
                syncPolicy,
                tailTrusted,
                verifyOwnReads,
                factory,
                errorHandler,
                durableListener);
    }

    /**
     * With another receiver of errors.
     *
     * @param handler is told of what fails off the owner's thread.
     * @return a changed copy.
     */
    public JournalConfig withErrorHandler(final ErrorHandler handler) {
        return new JournalConfig(
                folder,
                clusterId,
                segmentLength,
                syncPolicy,
                tailTrusted,
                verifyOwnReads,
                threadFactory,
                handler,
                durableListener);
    }

    /**
     * With somebody who wants to know when {@link Journal#durableSeq()} has moved.
     *
     * @param listener run on the syncer thread; must be short.
     * @return a changed copy.
     */
    public JournalConfig withDurableListener(final Runnable listener) {
        return new JournalConfig(
                folder,
                clusterId,
                segmentLength,
                syncPolicy,
                tailTrusted,
                verifyOwnReads,
                threadFactory,
                errorHandler,
                listener);
    }

    private static Thread daemon(final Runnable runnable) {
        final Thread thread = new Thread(runnable);
        thread.setDaemon(true);
        return thread;
    }
}
