// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.engine;

import io.partita.ledger.journal.Journal;
import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.PartitaException;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.status.AtomicCounter;
import org.jspecify.annotations.Nullable;

/**
 * What a single node does for its storage beside using it: it looks at the free space once a second (R38) and scrubs its journal
 * (R39). Below the low water no batches are taken; what is left is for what is under way and for the way back. Half as much again
 * lets them in again, by itself. Engine's thread.
 */
public final class SoloCare implements AutoCloseable {
    private static final System.Logger LOGGER = System.getLogger(SoloCare.class.getName());
    private static final long LOOK_NS = 1_000_000_000L;

    private final Path folder;
    private final long spaceLowBytes;
    private final JournalScrub scrub;
    private final AtomicCounter freeBytesCounter;
    private final ErrorHandler errorHandler;
    private final @Nullable FileStore store;
    private boolean isStarted;
    private long nextLookNs;
    private boolean isLow;
    private boolean wasFull;
    private boolean isAlarmed;
    /** Where another thread met damage; 0 if nothing is to be looked at. */
    private final AtomicLong suspectSeq = new AtomicLong();

    /**
     * Looks at nothing before the first {@link #poll}.
     *
     * @param journal to scrub.
     * @param folder whose file system is looked at.
     * @param spaceLowBytes the low water; 0 to let only the disk itself say that it is full.
     * @param scrubBytesPerSecond how much of the journal is read again per second; 0 for nothing.
     * @param freeBytesCounter shows the free space.
     * @param errorHandler is alarmed when space is low.
     */
    public SoloCare(
            final Journal journal,
            final Path folder,
            final long spaceLowBytes,
            final long scrubBytesPerSecond,
            final AtomicCounter freeBytesCounter,
            final ErrorHandler errorHandler) {
        this.folder = folder;
        this.spaceLowBytes = spaceLowBytes;
        this.freeBytesCounter = freeBytesCounter;
        this.errorHandler = errorHandler;
        scrub = new JournalScrub(journal, scrubBytesPerSecond);
        store = storeOf(folder);
    }

    /** What cannot be asked is not known: a disk that fails shows when it is written. */
    private static @Nullable FileStore storeOf(final Path folder) {
        try {
            return Files.getFileStore(folder);
        } catch (final IOException e) {
            return null;
        }
    }

    /** Whether batches are to be refused. */
    boolean isLow() {
        return isLow;
    }

    /**
     * Does what is due.
     *
     * @throws PartitaException DAMAGED if a committed record is not any more what it was.
     */
    void poll(final long nowNs, final long commitSeq) {
        if (!isStarted || nowNs - nextLookNs >= 0) {
            isStarted = true;
            nextLookNs = nowNs + LOOK_NS;
            judge(freeBytes());
        }
        if (suspectSeq.get() > 0) {
            scrub.hurryTo(suspectSeq.getAndSet(0));
        }
        final long damagedSeq = scrub.poll(nowNs, commitSeq);
        if (damagedSeq > 0) {
            throw new PartitaException(
                    ErrorCode.DAMAGED,
                    "a record of the journal is not any more what was written: seq=" + damagedSeq + " folder=" + folder,
                    "copy the data folder, look after the disk, and see docs/operations/damage.md: a backup, or what is before the"
                            + " record");
        }
    }

    /**
     * A reader of the journal's files met damage: the scrub looks there at once, and what it says counts. Any thread.
     *
     * @param seq of the record at which it was met.
     */
    public void suspect(final long seq) {
        suspectSeq.set(seq);
    }

    private long freeBytes() {
        if (store == null) {
            return Long.MAX_VALUE;
        }
        try {
            return store.getUsableSpace();
        } catch (final IOException e) {
            return Long.MAX_VALUE;
        }
    }

    private void judge(final long freeBytes) {
        freeBytesCounter.setRelease(freeBytes);
        isLow = freeBytes < (isLow ? spaceLowBytes + spaceLowBytes / 2 : spaceLowBytes);
        final boolean isRefusing = isLow || wasFull;
        wasFull = false;
        if (isRefusing && !isAlarmed) {
            errorHandler.onError(new PartitaException(
                    ErrorCode.STORAGE_FULL,
                    "there is little space left, batches are refused: freeBytes=" + freeBytes + " spaceLowBytes="
                            + spaceLowBytes + " folder=" + folder,
                    "make room on the disk: the ledger goes on by itself"));
        } else if (!isRefusing && isAlarmed) {
            LOGGER.log(
                    System.Logger.Level.INFO,
                    "there is space again, batches are taken: freeBytes=" + freeBytes + " folder=" + folder);
        }
        isAlarmed = isRefusing;
    }

    /** The journal found no room for a batch. */
    void onStorageFull() {
        wasFull = true;
    }

    /** Before the journal is closed. */
    @Override
    public void close() {
        scrub.close();
    }
}
