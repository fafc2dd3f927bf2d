// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.node;

import io.partita.ledger.engine.JournalScrub;
import io.partita.ledger.journal.Journal;
import io.partita.ledger.model.Limits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.LongConsumer;

/**
 * What a node does for its storage beside using it: it looks at the free space once a second (R38), and scrubs its journal (R39).
 * Engine's thread.
 */
final class StorageCare implements AutoCloseable {
    private static final long LOOK_NS = 1_000_000_000L;

    private final Journal journal;
    private final Path folder;
    private final JournalScrub scrub;
    private final LongConsumer freeBytesCounter;
    private final BlockingWorker worker;
    private long freeBytes = Long.MAX_VALUE;
    private boolean isFull;
    private boolean isLooking;
    private boolean isStarted;
    private long nextLookNs;

    /**
     * Nothing is done before the first {@link #poll}.
     *
     * @param journal to read.
     * @param folder whose file system is looked at.
     * @param scrubBytesPerSecond how much is read again per second; 0 for nothing.
     * @param freeBytesCounter is given the free space.
     * @param worker looks at the file system.
     */
    StorageCare(
            final Journal journal,
            final Path folder,
            final long scrubBytesPerSecond,
            final LongConsumer freeBytesCounter,
            final BlockingWorker worker) {
        this.journal = journal;
        this.folder = folder;
        this.freeBytesCounter = freeBytesCounter;
        this.worker = worker;
        scrub = new JournalScrub(journal, scrubBytesPerSecond);
    }

    /** Free bytes as of the last look; {@code Long.MAX_VALUE} before it, 0 since the disk itself said so. */
    long freeBytes() {
        return freeBytes;
    }

    /** The journal's space for a frame, found or not; a disk may fill up between two looks, and a quota is not seen by any. */
    boolean makeRoom(final int length) {
        final boolean isMade = journal.makeRoom(length);
        if (!isMade) {
            onFull();
        }
        return isMade;
    }

    /** The journal found no room for a frame. */
    void onFull() {
        isFull = true;
        freeBytes = 0;
    }

    /** Looks at the free space if it is time. */
    void poll(final long nowNs) {
        if (!isLooking && (!isStarted || nowNs - nextLookNs >= 0)) {
            isStarted = true;
            look(nowNs);
        }
    }

    /** Reads a piece of the journal if it is time; returns the seq of a damaged record, 0 if none was found. */
    long scrub(final long nowNs, final long commitSeq) {
        return scrub.poll(nowNs, commitSeq);
    }

    /** Asks for the free space; the answer comes through the worker. */
    void look(final long nowNs) {
        isLooking = true;
        nextLookNs = nowNs + LOOK_NS;
        worker.submit(() -> {
            final long usable = usableBytes();
            return () -> {
                isLooking = false;
                isFull = isFull && !journal.makeRoom(Limits.FRAME_LENGTH_MAX);
                freeBytes = isFull ? 0 : usable;
                freeBytesCounter.accept(usable);
            };
        });
    }

    /** What cannot be asked is not known: a store that fails shows when it is written. */
    private long usableBytes() {
        try {
            return Files.getFileStore(folder).getUsableSpace();
        } catch (final IOException e) {
            return Long.MAX_VALUE;
        }
    }

    /** What is read again is another journal. */
    void onJournalReplaced() {
        scrub.close();
    }

    /** Lets go of the reader, before the journal is closed. */
    @Override
    public void close() {
        scrub.close();
    }
}
