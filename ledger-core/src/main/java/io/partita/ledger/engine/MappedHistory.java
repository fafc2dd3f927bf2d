// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.engine;

import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.PartitaException;
import io.partita.ledger.state.ChunkSource;
import io.partita.ledger.state.StateMemory;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.agrona.ErrorHandler;
import org.jspecify.annotations.Nullable;

/**
 * The state's history in mapped scratch files, so that the kernel may evict what nobody reads. The files hold nothing that
 * the journal does not: each run begins with empty ones and deletes them at once, their space is the process's until it ends,
 * however it ends.
 *
 * <p>A store to a fresh page of a file costs ten times one to a page that is there. So a helper thread writes and touches the
 * next chunks ahead; the apply step prepares one itself only when it was faster than the helper. Space is written before it is
 * mapped: a full disk is an error here and not a fault at a store.
 *
 * <p>While there is no space the history goes on in anonymous memory. A file that can take no more for another reason is reported
 * once and never again relied on.
 */
public final class MappedHistory implements StateMemory, AutoCloseable {
    private static final String SUFFIX = ".scratch";
    private static final long STOP_CHECK_NS = TimeUnit.SECONDS.toNanos(1);

    private final Path folder;
    private final ErrorHandler errorHandler;
    private final ThreadFactory threadFactory;
    private final CopyOnWriteArrayList<MappedChunks> files = new CopyOnWriteArrayList<>();
    private volatile @Nullable Thread helper;
    private volatile boolean parked;
    private volatile boolean stopped;

    private MappedHistory(final Path folder, final ThreadFactory threadFactory, final ErrorHandler errorHandler) {
        this.folder = folder;
        this.threadFactory = threadFactory;
        this.errorHandler = errorHandler;
    }

    /**
     * Empties the folder. There is no file and no thread before the first row of the history.
     *
     * @param folder for the scratch files, which nobody else uses.
     * @param threadFactory makes the helper thread.
     * @param errorHandler told when a file can take no more.
     * @return the memory; close it after the state machine.
     * @throws PartitaException STORAGE_FAILED if the folder cannot be emptied.
     */
    public static MappedHistory open(
            final Path folder, final ThreadFactory threadFactory, final ErrorHandler errorHandler) {
        try {
            deleteLeftovers(folder);
        } catch (final IOException e) {
            throw new PartitaException(
                    ErrorCode.STORAGE_FAILED,
                    "the folder for scratch files cannot be emptied: folder=" + folder + " (" + e + ")",
                    "check the path and its permissions",
                    e);
        }
        return new MappedHistory(folder, threadFactory, errorHandler);
    }

    /** Where a file cannot be deleted while it is open, or if a process died just between the two. */
    private static void deleteLeftovers(final Path folder) throws IOException {
        try (DirectoryStream<Path> leftovers = Files.newDirectoryStream(folder, "*" + SUFFIX)) {
            for (final Path leftover : leftovers) {
                Files.delete(leftover);
            }
        }
    }

    @Override
    public ChunkSource history(final String name) {
        final MappedChunks chunks = new MappedChunks(folder, name, SUFFIX, errorHandler, this::wakeHelper);
        files.add(chunks);
        return chunks;
    }

    /** Stops the helper and closes the files. A second call does nothing. */
    @Override
    public void close() {
        stopped = true;
        final Thread thread = helper;
        if (thread != null) {
            LockSupport.unpark(thread);
            join(thread);
        }
        files.forEach(MappedChunks::close);
    }

    /** The apply step's thread: it took a chunk. */
    private void wakeHelper() {
        final Thread thread = helper;
        if (thread == null) {
            startHelper();
        } else if (parked) {
            LockSupport.unpark(thread);
        }
    }

    private void startHelper() {
        if (!stopped) {
            final Thread thread = threadFactory.newThread(this::prepareAhead);
            thread.setName("partita-history");
            helper = thread;
            thread.start();
        }
    }

    private void prepareAhead() {
        while (!stopped) {
            if (prepareOne()) {
                continue;
            }
            parked = true;
            if (!stopped && !isAnyWanted()) {
                LockSupport.parkNanos(this, STOP_CHECK_NS);
            }
            parked = false;
        }
    }

    private boolean prepareOne() {
        boolean worked = false;
        for (final MappedChunks file : files) {
            worked |= file.prepareAhead();
        }
        return worked;
    }

    private boolean isAnyWanted() {
        for (final MappedChunks file : files) {
            if (file.isWanted()) {
                return true;
            }
        }
        return false;
    }

    private static void join(final Thread thread) {
        boolean isInterrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (final InterruptedException e) {
                isInterrupted = true; // what the helper touches must stay mapped until it has ended
            }
        }
        if (isInterrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
