// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.journal;

import io.partita.ledger.model.DiskFull;
import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.PartitaException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import org.agrona.ErrorHandler;
import org.jspecify.annotations.Nullable;

/**
 * Does on a helper thread what would stall the owner: makes the next segment ahead, closes and seals the one before, and keeps
 * the manifest. What is on disk at any moment can be recovered from:
 *
 * <ul>
 *   <li>A segment stands in the manifest, PREPARED, before the owner may append to it.
 *   <li>At most one roll is not in the manifest: the next one needs a prepared segment, which is listed together with it.
 *   <li>A segment is forced before the manifest says where it ends.
 * </ul>
 *
 * <p>A step that finds no space on the disk is tried again until it does (R38); meanwhile {@link #isShortOfSpace} stops what could
 * need another segment. When the journal is closed, what the next start does as well is left to it.
 */
final class SegmentKeeper {
    /** A step that may fail on the disk. */
    private interface Step {
        void run() throws IOException;
    }

    /**
     * Work for the helper.
     *
     * @param step to run; begins anew when it is tried again.
     * @param isOptional whether a journal that is closed can do without.
     */
    private record Task(Step step, boolean isOptional) {}

    /** Longer than any disk that still works. */
    private static final long PREPARE_TIMEOUT_NS = TimeUnit.MINUTES.toNanos(1);

    private static final long SPACE_RETRY_MS = 100;

    private final Path folder;
    private final boolean isForcedOften;
    private final ErrorHandler errorHandler;
    private final ForceBarrier barrier;
    private final Thread thread;
    private final Deque<Task> tasks = new ArrayDeque<>();
    private Manifest manifest;
    private boolean busy;
    private boolean stopping;
    private volatile boolean shortOfSpace;
    private @Nullable SegmentWriter prepared;
    private @Nullable SegmentWriter unlisted; // made, and the manifest did not take it yet
    private @Nullable PartitaException failure;

    SegmentKeeper(final JournalConfig config, final Manifest manifest, final ForceBarrier barrier) {
        this.barrier = barrier;
        this.folder = config.folder();
        this.isForcedOften = config.syncPolicy().isForcedOften();
        this.errorHandler = config.errorHandler();
        this.manifest = manifest;
        thread = config.threadFactory().newThread(this::run);
        thread.setName("partita-journal-helper");
    }

    /** The caller's thread: makes the first segment of this process and starts the helper. */
    SegmentWriter start(final long firstSeq, final long previousChain) throws IOException {
        final SegmentWriter first = create(manifest().lastId() + 1);
        update(entries -> {
            entries.add(SegmentEntry.open(first.id(), firstSeq, previousChain));
            return entries;
        });
        submitOptional(this::prepare);
        for (final SegmentEntry entry : manifest().segments()) {
            if (entry.state() == SegmentEntry.State.CLOSED) {
                submitOptional(() -> seal(entry.id()));
            }
        }
        thread.start();
        return first;
    }

    private SegmentWriter create(final long id) throws IOException {
        final SegmentWriter writer = SegmentWriter.create(
                folder.resolve(SegmentDescriptor.folderName(id)), id, manifest().clusterId(), isForcedOften);
        FolderFiles.forceFolder(folder);
        return writer;
    }

    private void prepare() throws IOException {
        final SegmentWriter next = ahead(manifest().lastId() + 1);
        update(entries -> {
            entries.add(SegmentEntry.prepared(next.id()));
            return entries;
        });
        publish(next);
    }

    private SegmentWriter ahead(final long id) throws IOException {
        final SegmentWriter made = unlisted;
        if (made != null) {
            return made;
        }
        final SegmentWriter next = create(id);
        unlisted = next;
        return next;
    }

    private synchronized void publish(final SegmentWriter next) {
        unlisted = null;
        prepared = next;
        notifyAll();
    }

    /** Whether the helper waits for space on the disk. Any thread. */
    boolean isShortOfSpace() {
        return shortOfSpace;
    }

    /** Owner thread: the next segment, if it is ready. */
    synchronized @Nullable SegmentWriter takeIfPrepared() {
        check();
        final SegmentWriter taken = prepared;
        prepared = null;
        return taken;
    }

    /** Owner thread: the next segment; waits for it, but not for space on the disk: null. */
    synchronized @Nullable SegmentWriter take() {
        awaitCondition(() -> prepared != null || shortOfSpace);
        return takeIfPrepared();
    }

    /** Owner thread: {@code full} takes no more records, {@code next} does. */
    void rolled(final SegmentWriter full, final SegmentEntry end, final SegmentWriter next) {
        submit(() -> {
            final SegmentWriter ahead = aheadIfRoom(Math.max(manifest().lastId(), next.id()) + 1);
            FolderFiles.forceFile(full.framesFile());
            update(entries -> {
                replace(entries, end);
                replace(entries, SegmentEntry.open(next.id(), end.storedSeq() + 1, end.endChain()));
                if (ahead != null) {
                    entries.add(SegmentEntry.prepared(ahead.id()));
                }
                return entries;
            });
            if (ahead == null) {
                submitOptional(this::prepare);
            } else {
                publish(ahead);
            }
            barrier.forced(full.pages());
            full.close();
        });
        submitOptional(() -> seal(end.id()));
    }

    /** The roll itself must get into the manifest, whether or not there is space for another segment. */
    private @Nullable SegmentWriter aheadIfRoom(final long id) throws IOException {
        try {
            return ahead(id);
        } catch (final IOException e) {
            if (DiskFull.isCauseOf(e, folder)) {
                shortOfSpace = true;
                return null;
            }
            throw e;
        }
    }

    /**
     * Owner thread, helper idle: as {@link #rolled}, with the manifest changed before it returns.
     *
     * @param holdsRecords whether {@code full} holds any; if not, it is dropped.
     */
    void cut(final SegmentWriter full, final boolean holdsRecords, final UnaryOperator<List<SegmentEntry>> change)
            throws IOException {
        update(entries -> {
            final List<SegmentEntry> changed = change.apply(entries);
            if (!holdsRecords) {
                changed.removeIf(entry -> entry.id() == full.id());
            }
            return changed;
        });
        submitOptional(this::prepare);
        submit(() -> {
            FolderFiles.forceFile(full.framesFile());
            barrier.forced(full.pages());
            full.close();
            if (!holdsRecords) {
                FolderFiles.deleteFolder(full.folder());
            }
        });
        if (holdsRecords) {
            submitOptional(() -> seal(full.id()));
        }
    }

    /**
     * Owner thread: gives up the segments up to one that has ended. The manifest comes first: what it does not list any more, and
     * a crash left, the next start deletes.
     */
    void discard(final long lastId) {
        submit(() -> {
            final Manifest before = manifest();
            change(before.without(entry(before.segments(), lastId)));
            for (final SegmentEntry entry : before.segments()) {
                if (entry.id() <= lastId) {
                    FolderFiles.deleteFolder(folder.resolve(SegmentDescriptor.folderName(entry.id())));
                }
            }
        });
    }

    /**
     * Owner thread, helper idle: gives up all segments for one that goes on from elsewhere. The manifest, changed before it returns,
     * comes first, as in {@link #discard}.
     */
    void restart(final SegmentWriter full, final JournalBase base, final SegmentEntry opened) throws IOException {
        final Manifest before = manifest();
        change(before.restarted(base, opened));
        submitOptional(this::prepare);
        submit(() -> {
            barrier.forced(full.pages());
            full.close();
            for (final SegmentEntry entry : before.segments()) {
                if (entry.id() <= base.segment()) {
                    FolderFiles.deleteFolder(folder.resolve(SegmentDescriptor.folderName(entry.id())));
                }
            }
        });
    }

    /** Owner thread: has damaged segments that have ended looked at, and replaced. */
    void repair(final SegmentRepair repair) {
        submitOptional(() -> repair.run(this));
    }

    /** The helper's thread: another file or state of a segment. */
    void list(final SegmentEntry changed) throws IOException {
        update(entries -> {
            replace(entries, changed);
            return entries;
        });
    }

    /** Owner thread: waits until the helper has nothing to do. */
    synchronized void awaitIdle() {
        awaitCondition(() -> tasks.isEmpty() && !busy);
    }

    /** Owner thread: closes, seals and stops. {@code end} is null if the segment holds nothing. */
    void stop(final SegmentWriter current, final @Nullable SegmentEntry end) {
        submit(() -> {
            FolderFiles.forceFile(current.framesFile());
            barrier.forced(current.pages());
            current.close();
            closeUnused();
            final List<SegmentEntry> dropped = new ArrayList<>();
            update(entries -> {
                if (end != null) {
                    replace(entries, end);
                }
                for (final SegmentEntry entry : entries) {
                    if (!entry.isEnded()) {
                        dropped.add(entry);
                    }
                }
                entries.removeAll(dropped);
                return entries;
            });
            for (final SegmentEntry entry : dropped) {
                FolderFiles.deleteFolder(folder.resolve(SegmentDescriptor.folderName(entry.id())));
            }
            FolderFiles.forceFolder(folder);
        });
        if (end != null) {
            submitOptional(() -> seal(end.id()));
        }
        join();
        check();
    }

    /** Owner thread, after a failure: stops the helper and lets go, as far as it goes. The next start recovers. */
    void abandon(final SegmentWriter current) throws IOException {
        synchronized (this) {
            tasks.clear();
        }
        join();
        current.close();
        closeUnused();
    }

    /** What was made ahead and took no records. */
    private void closeUnused() throws IOException {
        for (final SegmentWriter unused : new SegmentWriter[] {prepared, unlisted}) {
            if (unused != null) {
                unused.close();
                unused.pages().close();
            }
        }
        prepared = null;
        unlisted = null;
    }

    private void join() {
        synchronized (this) {
            stopping = true;
            notifyAll();
        }
        Threads.join(thread);
    }

    private void seal(final long id) throws IOException {
        final SegmentEntry entry = entry(manifest().segments(), id);
        if (entry.state() != SegmentEntry.State.CLOSED) {
            return;
        }
        final byte[] seal = SegmentSeal.write(
                folder.resolve(SegmentDescriptor.folderName(id)), manifest().clusterId(), id, entry.endOffset());
        list(entry(manifest().segments(), id).sealed(seal.length, FolderFiles.crc(seal)));
    }

    private static SegmentEntry entry(final List<SegmentEntry> entries, final long id) {
        for (final SegmentEntry entry : entries) {
            if (entry.id() == id) {
                return entry;
            }
        }
        throw new IllegalStateException("the manifest does not know a segment: id=" + id);
    }

    static void replace(final List<SegmentEntry> entries, final SegmentEntry changed) {
        entries.replaceAll(entry -> entry.id() == changed.id() ? changed : entry);
    }

    /** One thread at a time: the helper, or the owner while the helper is idle. */
    private void update(final UnaryOperator<List<SegmentEntry>> change) throws IOException {
        change(manifest().with(change.apply(new ArrayList<>(manifest().segments()))));
    }

    private void change(final Manifest next) throws IOException {
        next.write(folder);
        synchronized (this) {
            manifest = next;
        }
    }

    synchronized Manifest manifest() {
        return manifest;
    }

    private void submit(final Step step) {
        add(new Task(step, false));
    }

    private void submitOptional(final Step step) {
        add(new Task(step, true));
    }

    private synchronized void add(final Task task) {
        tasks.add(task);
        notifyAll();
    }

    private void run() {
        while (true) {
            final Task task;
            synchronized (this) {
                busy = false;
                notifyAll();
                while (tasks.isEmpty() && !stopping) {
                    awaitUninterrupted(0);
                }
                if (tasks.isEmpty()) {
                    return;
                }
                task = tasks.remove();
                busy = true;
            }
            try {
                runWhenThereIsRoom(task);
            } catch (final IOException | RuntimeException | Error e) {
                fail(e);
                return;
            }
        }
    }

    private void runWhenThereIsRoom(final Task task) throws IOException {
        while (true) {
            try {
                task.step().run();
                noteSpace();
                return;
            } catch (final IOException e) {
                if (!DiskFull.isCauseOf(e, folder)) {
                    throw e;
                }
                if (!awaitSpace()) {
                    if (task.isOptional()) {
                        return;
                    }
                    throw e;
                }
            }
        }
    }

    private synchronized void noteSpace() {
        if (prepared != null) {
            shortOfSpace = false;
        }
    }

    /** False if the journal is being closed. */
    private synchronized boolean awaitSpace() {
        shortOfSpace = true;
        notifyAll();
        if (!stopping) {
            awaitUninterrupted(SPACE_RETRY_MS);
        }
        return !stopping;
    }

    private void fail(final Throwable e) {
        final PartitaException failed = e instanceof PartitaException partita
                ? partita
                : new PartitaException(
                        ErrorCode.STORAGE_FAILED,
                        "a journal segment cannot be made or sealed: folder=" + folder + " (" + e + ")",
                        "check the disk and its free space, then restart the node",
                        e);
        synchronized (this) {
            failure = failed;
            busy = false;
            tasks.clear();
            notifyAll();
        }
        errorHandler.onError(failed);
    }

    /** Throws if the helper has failed. */
    synchronized void check() {
        if (failure != null) {
            throw failure;
        }
    }

    private void awaitCondition(final BooleanSupplier condition) {
        final long deadline = System.nanoTime() + PREPARE_TIMEOUT_NS;
        boolean interrupted = false;
        try {
            while (true) {
                check();
                if (condition.getAsBoolean()) {
                    return;
                }
                final long leftMs = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
                if (leftMs <= 0) {
                    throw new PartitaException(
                            ErrorCode.STORAGE_FAILED,
                            "the journal's helper does not come along: folder=" + folder,
                            "check the disk; restart the node");
                }
                interrupted |= awaitUninterrupted(leftMs);
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Waits; true if it was interrupted. */
    private boolean awaitUninterrupted(final long timeoutMs) {
        try {
            wait(timeoutMs);
            return false;
        } catch (final InterruptedException e) {
            return true;
        }
    }
}
