// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.engine;

import io.partita.ledger.model.DiskFull;
import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.PartitaException;
import io.partita.ledger.state.ChunkSource;
import io.partita.ledger.state.StateMemory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicLongArray;
import org.agrona.BufferUtil;
import org.agrona.ErrorHandler;
import org.agrona.UnsafeApi;
import org.jspecify.annotations.Nullable;

/**
 * Chunks of one scratch file. Two threads: the owner acquires, a helper prepares some ahead, twice as many each time the owner was
 * faster; they meet in a ring of addresses.
 */
final class MappedChunks implements ChunkSource {
    /** Chunks prepared ahead at first: few, since most ledgers are small and the kernel cleans what waits long. */
    static final int LEAD_MIN = 2;
    /** Chunks prepared ahead at most: some tens of milliseconds' worth of the fastest ledger. */
    static final int LEAD_MAX = 16;

    /** Bytes mapped at a time: one mapping per chunk would use up the mappings that a process may have. */
    private static final int WINDOW_LENGTH = 64 * CHUNK_LENGTH;

    private static final int PAGE = 4096;
    private static final long SPACE_RETRY_NS = 1_000_000_000L;
    private static final ByteBuffer ZEROS =
            ByteBuffer.allocateDirect(CHUNK_LENGTH / 4).asReadOnlyBuffer();

    private final Path folder;
    private final String name;
    private final String suffix;
    private final ErrorHandler errorHandler;
    private final Runnable taken;
    private final ChunkSource anonymous;
    private final AtomicLongArray ring = new AtomicLongArray(LEAD_MAX);

    /** Held while something is done with the file or its mappings by whoever may not be the only one. */
    private final Object helperLock = new Object();

    /** Guarded by this. */
    private final List<MappedByteBuffer> windows = new ArrayList<>();

    /** Offsets for which there was no space. Guarded by this. */
    private final Deque<Long> givenBack = new ArrayDeque<>();

    private @Nullable FileChannel channel; // guarded by this
    private long nextOffset; // guarded by this
    private volatile boolean isFull;
    private volatile long retryNs; // no attempt before it while the disk is full
    private volatile long ringTaken; // the owner's to write
    private volatile int lead = LEAD_MIN; // the owner's to write
    private long ringFilled; // helper's
    private volatile boolean isStarted;
    private volatile boolean isBroken;
    private volatile boolean isClosed;

    /**
     * No file yet.
     *
     * @param folder where it will be.
     * @param name what it holds.
     * @param suffix of its name.
     * @param errorHandler told when it can take no more.
     * @param taken run by the owner's thread whenever it took a chunk.
     */
    MappedChunks(
            final Path folder,
            final String name,
            final String suffix,
            final ErrorHandler errorHandler,
            final Runnable taken) {
        this.folder = folder;
        this.name = name;
        this.suffix = suffix;
        this.errorHandler = errorHandler;
        this.taken = taken;
        anonymous = StateMemory.ANONYMOUS.history(name);
    }

    @Override
    public long acquire() {
        if (isClosed) {
            throw new IllegalStateException("closed: name=" + name);
        }
        final long position = ringTaken;
        final int slot = (int) (position % LEAD_MAX);
        long chunk = ring.getAcquire(slot);
        if (chunk != 0) {
            ring.setRelease(slot, 0);
            ringTaken = position + 1;
        } else if (!isBroken && !isWaitingForSpace()) {
            lead = isStarted ? Math.min(LEAD_MAX, 2 * lead) : lead;
            chunk = prepareUninterrupted();
        }
        isStarted = true;
        if (chunk == 0) {
            return anonymous.acquire();
        }
        taken.run();
        return chunk;
    }

    @Override
    public boolean isInFiles() {
        return true;
    }

    /** Helper thread: whether a chunk should be prepared. */
    boolean isWanted() {
        return isStarted && !isBroken && !isClosed && !isWaitingForSpace() && ringFilled - ringTaken < lead;
    }

    private boolean isWaitingForSpace() {
        return isFull && System.nanoTime() - retryNs < 0;
    }

    /** Whether the next chunk is prepared. */
    boolean isReady() {
        return ring.getAcquire((int) (ringTaken % LEAD_MAX)) != 0;
    }

    /** Helper thread: prepares a chunk if one is wanted. */
    boolean prepareAhead() {
        synchronized (helperLock) {
            if (!isWanted()) {
                return false;
            }
            final long chunk = prepare();
            if (chunk == 0) {
                return false;
            }
            ring.setRelease((int) (ringFilled % LEAD_MAX), chunk);
            ringFilled++;
            return true;
        }
    }

    @Override
    public void close() {
        isClosed = true;
        synchronized (helperLock) {
            synchronized (this) {
                windows.forEach(BufferUtil::free);
                windows.clear();
                try {
                    if (channel != null) {
                        channel.close();
                        channel = null;
                    }
                } catch (final IOException e) {
                    errorHandler.onError(e); // the file is deleted already: its space goes with the process
                }
            }
        }
        anonymous.close();
    }

    /** An interrupt would close the channel, and the caller's thread may well be interrupted for reasons of its own. */
    private long prepareUninterrupted() {
        final boolean isInterrupted = Thread.interrupted();
        try {
            return prepare();
        } finally {
            if (isInterrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Returns 0 if the file can take no more, for now or for ever. */
    private long prepare() {
        long offset = -1;
        try {
            final FileChannel file;
            final MappedByteBuffer window;
            synchronized (this) {
                file = channel == null ? open() : channel;
                channel = file;
                offset = nextOffset(file);
                window = windows.get((int) (offset / WINDOW_LENGTH));
            }
            final ByteBuffer zeros = ZEROS.duplicate();
            for (long at = offset; at < offset + CHUNK_LENGTH; ) {
                zeros.clear();
                while (zeros.hasRemaining()) {
                    at += file.write(zeros, at);
                }
            }
            final long chunk = BufferUtil.address(window) + offset % WINDOW_LENGTH;
            for (int page = 0; page < CHUNK_LENGTH; page += PAGE) {
                UnsafeApi.putByte(chunk + page, (byte) 0);
            }
            isFull = false;
            return chunk;
        } catch (final IOException | RuntimeException e) {
            if (e instanceof IOException error && DiskFull.isCauseOf(error, folder)) {
                waitForSpace(offset, error);
            } else if (!isBroken) {
                isBroken = true;
                errorHandler.onError(new PartitaException(
                        ErrorCode.STORAGE_FAILED,
                        "the history's scratch file can take no more, the history goes on in memory: name=" + name
                                + " folder=" + folder + " length=" + nextLength() + " (" + e + ")",
                        "make room on the disk; restart the node when it suits",
                        e));
            }
            return 0;
        }
    }

    /** Of the next chunk, in a window that is mapped. Guarded by this. */
    private long nextOffset(final FileChannel file) throws IOException {
        final Long again = givenBack.poll();
        if (again != null) {
            return again;
        }
        if (nextOffset % WINDOW_LENGTH == 0) {
            windows.add(file.map(FileChannel.MapMode.READ_WRITE, nextOffset, WINDOW_LENGTH));
        }
        nextOffset += CHUNK_LENGTH;
        return nextOffset - CHUNK_LENGTH;
    }

    /** The history goes on in memory for a while; told once per while. */
    private void waitForSpace(final long offset, final IOException error) {
        synchronized (this) {
            if (offset >= 0) {
                givenBack.add(offset);
            }
        }
        final boolean isNew = !isFull;
        retryNs = System.nanoTime() + SPACE_RETRY_NS;
        isFull = true;
        if (isNew) {
            errorHandler.onError(new PartitaException(
                    ErrorCode.STORAGE_FULL,
                    "there is no space for the history's scratch file, the history goes on in memory until there is: name="
                            + name + " folder=" + folder + " (" + error + ")",
                    "make room on the disk: the ledger goes on by itself",
                    error));
        }
    }

    private FileChannel open() throws IOException {
        final Path file = Files.createTempFile(folder, name + "-", suffix);
        final FileChannel opened = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            Files.delete(file);
        } catch (final IOException e) {
            // An open file cannot be deleted everywhere; the next run does it.
            assert Files.exists(file);
        }
        return opened;
    }

    private synchronized long nextLength() {
        return nextOffset;
    }
}
