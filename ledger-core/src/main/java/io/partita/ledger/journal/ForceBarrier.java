// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.journal;

import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.PartitaException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.agrona.ErrorHandler;
import org.jspecify.annotations.Nullable;

/**
 * Makes the journal durable: a {@link SegmentPages#force} of the segments that hold something new, oldest first, on a thread of
 * its own or, for {@link Journal#force}, on the owner's. Requests that come while a force runs share the next one.
 *
 * <p>A force that failed is final: what the kernel could not write it may have dropped, and a second force would say that all
 * is well. So it is never tried again and the journal takes no more appends.
 */
final class ForceBarrier {
    /** What a force does; tests count and break it. */
    interface Forcer {
        /** Makes durable what was appended to a file. */
        void force(SegmentPages pages) throws IOException;
    }

    private static final long STOP_CHECK_NS = TimeUnit.SECONDS.toNanos(1);

    private final Forcer forcer;
    private final ErrorHandler errorHandler;
    private final Runnable durableListener;
    private final long periodNs;
    private final Object forceLock = new Object();
    /** Segments that may hold something not yet forced, oldest first; guarded by itself. */
    private final List<SegmentPages> segments = new ArrayList<>();

    private final List<SegmentPages> forcing = new ArrayList<>();
    private @Nullable Thread syncer;
    private volatile long storedSeq;
    private volatile long durableSeq;
    private volatile long requestedSeq;
    private volatile boolean parked;
    private volatile boolean stopped;
    private volatile @Nullable PartitaException failure;

    ForceBarrier(final JournalConfig config, final Forcer forcer, final long durableSeq) {
        this.forcer = forcer;
        this.errorHandler = config.errorHandler();
        this.durableListener = config.durableListener();
        this.periodNs = TimeUnit.MILLISECONDS.toNanos(config.syncPolicy().periodMs());
        this.storedSeq = durableSeq;
        this.durableSeq = durableSeq;
        this.requestedSeq = durableSeq;
    }

    void start(final Thread thread) {
        syncer = thread;
        thread.setName("partita-journal-syncer");
        thread.start();
    }

    /** What the syncer thread runs. */
    void runSyncer() {
        long forcedNs = System.nanoTime();
        while (!stopped && failure == null) {
            final long dueNs = storedSeq > durableSeq ? forcedNs + periodNs - System.nanoTime() : periodNs;
            if (requestedSeq > durableSeq || periodNs > 0 && dueNs <= 0) {
                forcedNs = System.nanoTime();
                try {
                    force();
                } catch (final PartitaException e) {
                    errorHandler.onError(e);
                    durableListener.run();
                    return;
                }
                continue;
            }
            parked = true;
            if (!stopped && requestedSeq <= durableSeq) {
                LockSupport.parkNanos(this, periodNs > 0 ? dueNs : STOP_CHECK_NS);
            }
            parked = false;
        }
    }

    /** A segment that is appended to from now on. The barrier closes its pages when they are no longer needed. */
    void add(final SegmentPages pages) {
        synchronized (segments) {
            segments.add(pages);
        }
    }

    /**
     * Helper thread: a segment that takes no more appends was forced by other means, where nobody asks for forces, too; or holds nothing
     * any more that counts.
     */
    void forced(final SegmentPages pages) throws IOException {
        synchronized (forceLock) {
            synchronized (segments) {
                if (segments.remove(pages)) {
                    pages.close();
                }
            }
        }
    }

    /** Owner thread: records up to {@code seq} are in the page cache. */
    void stored(final long seq) {
        storedSeq = seq;
    }

    /** Owner thread: force soon. */
    void request() {
        final long seq = storedSeq;
        if (seq > durableSeq) {
            requestedSeq = seq;
            if (parked) {
                LockSupport.unpark(syncer);
            }
        }
    }

    /** Any thread: force now. */
    void force() {
        final boolean moved;
        synchronized (forceLock) {
            check();
            final long target = storedSeq;
            moved = target > durableSeq;
            if (moved) {
                forceSegments();
                durableSeq = target;
            }
        }
        if (moved) {
            durableListener.run();
        }
    }

    private void forceSegments() {
        synchronized (segments) {
            forcing.clear();
            forcing.addAll(segments);
        }
        try {
            for (int i = 0; i < forcing.size(); i++) {
                forcer.force(forcing.get(i));
            }
            // All but the last took no more appends before this force began.
            for (int i = 0; i < forcing.size() - 1; i++) {
                synchronized (segments) {
                    segments.remove(forcing.get(i));
                }
                forcing.get(i).close();
            }
        } catch (final IOException | RuntimeException | Error e) {
            final PartitaException failed = new PartitaException(
                    ErrorCode.STORAGE_FAILED,
                    "the journal cannot be forced to disk: durableSeq=" + durableSeq + " (" + e + ")",
                    "check the disk; restart the node, which then finds out what is on it",
                    e);
            failure = failed;
            throw failed;
        }
    }

    /** Owner thread, nothing appended meanwhile: the journal now ends at {@code seq}. */
    void cut(final long seq) {
        synchronized (forceLock) {
            storedSeq = seq;
            requestedSeq = Math.min(requestedSeq, seq);
            durableSeq = Math.min(durableSeq, seq);
        }
    }

    /** Owner thread, nothing appended meanwhile: the journal has nothing up to {@code seq}, and goes on from there. */
    void restart(final long seq) {
        synchronized (forceLock) {
            storedSeq = seq;
            requestedSeq = seq;
            durableSeq = seq;
        }
    }

    /** Throws if a force has failed. */
    void check() {
        final PartitaException failed = failure;
        if (failed != null) {
            throw failed;
        }
    }

    long durableSeq() {
        check();
        return durableSeq;
    }

    /** Stops the syncer and closes the files. */
    void close() throws IOException {
        stopped = true;
        if (syncer != null) {
            LockSupport.unpark(syncer);
            Threads.join(syncer);
        }
        synchronized (forceLock) {
            synchronized (segments) {
                for (final SegmentPages pages : segments) {
                    pages.close();
                }
                segments.clear();
            }
        }
    }
}
